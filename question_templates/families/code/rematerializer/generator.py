"""Draws the names; what a level adds is said about the cost of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Level 1 has one checkpoint at most, level 3 counts products."""
    return {
        **drawn["words"],
        "most_checkpoints": 1 if level == 1 else 3,
        "counts": level == 3,
        "is_several": level > 1,
        "first": dice.choice((0, 1)),
    }
