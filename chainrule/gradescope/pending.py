"""Results of a submission that a person has to look at: what the student reads, and no total.

A score has to stand there, and 0 is the only one that promises nothing; a hidden test keeps it from the student.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from chainrule.gradescope.results_json import FORMATS, plain
from grader.grade import number

__all__ = ["NOT_GRADED", "WAITING", "pending_results"]

#: The name of the hidden test, by which staff find these submissions.
WAITING = "Waits for a person"

NOT_GRADED = (
    "Your submission has arrived. It could not be graded automatically, which is our fault and has nothing to do with "
    "your answers. A person will look at it. There is nothing that you have to do."
)


def pending_results(
    message: str, *, out_of: Fraction = Fraction(0), origin: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Results without a visible total; `message` is for the student, `origin` for staff."""
    test = {
        "name": WAITING,
        "score": 0,
        "max_score": number(out_of),
        "status": "failed",
        "output": plain(message),
        "visibility": "hidden",
        "tags": [],
    }
    return {
        **FORMATS,
        "score": 0,
        "output": plain(message),
        "visibility": "hidden",
        "tests": [test],
        "extra_data": {"state": "pending", **(origin or {})},
    }
