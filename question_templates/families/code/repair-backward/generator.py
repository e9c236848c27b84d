"""Draws the faults of a backward pass: pieces of the printed program that differ from those of a right one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

#: Fault -> the piece of the program that it changes, and what stands there in its place.
_FAULTS = {
    "assigned": ("change", "="),
    "forward": ("visits", "order"),
    "own": ("source", "operand"),
    "added": ("times", "+"),
    "unseeded": ("seed", "0.0"),
}
_RIGHT = {"change": "+=", "visits": "reversed(order)", "source": "node", "times": "*", "seed": "1.0"}
_OFFERED = {1: ("assigned", "forward", "unseeded"), 2: tuple(_FAULTS), 3: tuple(_FAULTS)}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """One fault at the first two levels, two at the third."""
    faults = dice.sample(_OFFERED[level], 1 + (level == 3))
    pieces = {**_RIGHT, **dict(_FAULTS[fault] for fault in faults)}
    return {
        **drawn["words"],
        **pieces,
        "faults": faults,
        "n_faults": len(faults),
        **{f"is_{fault}": fault in faults for fault in _FAULTS},
        "is_twofold": level == 3,
    }
