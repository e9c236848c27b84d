"""Draws the program that serves as example, and which order is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice
from question_templates.shared.scalar_programs import grown, use_counts, written

_NAMES = ("a", "b", "c", "d", "g", "j", "k", "m", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z")
_OPERATIONS = {1: (3, 4), 2: (3, 4), 3: (4, 5)}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """A small program with a node that is used twice, and what the level demands of the function."""
    while True:
        operations = grown(dice, 2, dice.integer(*_OPERATIONS[level]), ("add", "mul", "neg"), share=0.5)
        if max(use_counts(2 + len(operations), operations)) > 1:
            break
    leaves = [[name, dice.integer(1, 3)] for name in dice.sample(_NAMES, 2)]
    is_exact = dice.chance(0.5)
    return {
        **written(dice, leaves, operations, style="named", names=_NAMES),
        **drawn["words"],
        "is_exact": is_exact,
        "is_backward": not is_exact and dice.chance(0.5),
        "is_forward": is_exact,
        "is_large": level > 1,
        "is_deep": level == 3,
    }
