"""A grade in the shape of Gradescope's results.json, showing no more than the release policy allows.

Source: Gradescope's autograder specification. Two of its rules matter here: a submission needs a score, at the top or
on every test, and one hidden test hides the student's total. So an answer that waits for a person is a hidden test:
the total stays away until somebody has decided.
"""

from __future__ import annotations

import json
from typing import Any

from chainrule.outcome_words import OUTCOMES
from grader import FieldGrade, Grade
from grader.grade import number
from grader.verdict import OPEN_OUTCOMES

__all__ = ["results_json"]

_NOT_YET = "after_published"


def results_json(grade: Grade, *, release: str) -> str:
    """results.json for one submission; every text is of format `text`, which Gradescope shows escaped.

    `release` is `readable` (how each answer was read; points after publication), `verdict` or `full`.
    """
    shown = "visible" if release in ("verdict", "full") else _NOT_YET
    stored: dict[str, Any] = {
        "score": number(grade.points),
        "output": _readings(grade),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "visibility": shown,
        "tests": [
            *(_test(field, out_of, shown) for field, out_of in zip(grade.fields, _hundredths(grade), strict=True)),
            *(_stray(name) for name in grade.strays),
        ],
        "extra_data": {"paper": grade.paper, "produced_by": dict(grade.produced_by or {})},
    }
    return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _hundredths(grade: Grade) -> list[float]:
    """What each field is worth in hundredths that add up exactly to the total, as Gradescope wants it.

    Rounding down and giving the missing hundredths to the largest remainders (Hamilton's method).
    """
    exact = [100 * field.out_of for field in grade.fields]
    rounded = [int(worth) for worth in exact]
    missing = round(100 * grade.out_of) - sum(rounded)
    by_remainder = sorted(range(len(exact)), key=lambda place: (rounded[place] - exact[place], place))
    for place in by_remainder[:missing]:
        rounded[place] += 1
    return [worth / 100 for worth in rounded]


def _test(field: FieldGrade, out_of: float, shown: str) -> dict[str, Any]:
    verdict = field.verdict
    reason = "" if verdict.outcome == "blank" else verdict.reason
    is_open = verdict.outcome in OPEN_OUTCOMES
    return {
        "name": _test_name(field.id),
        "score": min(round(float(field.points), 2), out_of),
        "max_score": out_of,
        "output": "\n".join(filter(None, (OUTCOMES[verdict.outcome].words, reason))),
        "visibility": "hidden" if is_open else shown,
        "tags": [verdict.mal_rule] if verdict.mal_rule else [],
    }


def _stray(name: str) -> dict[str, Any]:
    """An answer under a name that the paper does not have: worth nothing by itself, but it waits for a person."""
    return {
        "name": _test_name(name),
        "score": 0,
        "max_score": 0,
        "output": "The paper has no field of this name. A person will look at it.",
        "visibility": "hidden",
        "tags": [],
    }


def _test_name(field: str) -> str:
    return f"Question {field.replace('.', ': ', 1)}"


def _readings(grade: Grade) -> str:
    """What students may always see: how each answer was understood."""
    lines = [f"Paper {grade.paper}. This is how your answers were read:"]
    for field in grade.fields:
        verdict = field.verdict
        if verdict.outcome == "pending":
            reading = verdict.reason
        elif verdict.outcome == "unreadable":
            reading = f"not read with certainty; a person will look. {verdict.reason}"
        else:
            reading = verdict.read_as or ("read by a person" if verdict.outcome == "decided" else "(blank)")
        lines.append(f"{field.id}: {reading}")
    return "\n".join([*lines, *(f"Note: {warning}" for warning in grade.warnings)])
