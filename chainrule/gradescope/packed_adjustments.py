"""Adjustments as an autograder carries them: read and checked when it is built, and frozen as JSON.

Reading adjustments.yaml tries every further answer on every paper and needs packages that grading does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grader.adjustments import Adjustment, Adjustments

__all__ = ["adjustments_json", "read_packed_adjustments"]

_FORMAT = "chainrule-packed-adjustments/1"


def adjustments_json(adjustments: Adjustments) -> str:
    """All adjustments of an exam as JSON."""
    stored = {"format": _FORMAT, "adjustments": [one.to_json() for one in adjustments.every]}
    return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_packed_adjustments(text: str) -> Adjustments:
    """What `adjustments_json` wrote; raises ValueError for anything else."""
    stored = json.loads(text)
    if stored.get("format") != _FORMAT:
        raise ValueError(f"adjustments.json: its format is not {_FORMAT!r}")
    return Adjustments(tuple(map(_adjustment, stored["adjustments"])))


def _adjustment(stored: Mapping[str, Any]) -> Adjustment:
    restricted = {name: frozenset(stored[name]) for name in ("papers", "families")}
    return Adjustment(**{**stored, **restricted, "share": Fraction(stored["share"])})
