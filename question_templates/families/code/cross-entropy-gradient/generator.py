"""Draws how samples lie in the array of scores, how losses are added up, and how targets are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The names, the axis of the classes, and what the level adds."""
    is_batch = level > 1
    axis = dice.choice((0, 1)) if is_batch else 0
    return {
        **drawn["words"],
        "is_batch": is_batch,
        "axis": axis,
        "other_axis": 1 - axis,
        "is_mean": dice.chance(0.6) if is_batch else False,
        "has_labels": level == 3,
        "given_targets": "labels" if level == 3 else drawn["words"]["targets"],
        "is_stable": level == 3,
    }
