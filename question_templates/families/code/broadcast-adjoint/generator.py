"""Draws the operation and how many axes there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_OPERATIONS = {
    "mul": ("A * B", "<G> * B", "<G> * A"),
    "sub": ("A - B", "<G>", "-<G>"),
    "add": ("A + B", "<G>", "<G>"),
}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """One operand's gradient at the first two levels, those of both operands at the third."""
    is_pair = level == 3
    words = drawn["words"]
    operation = dice.choice(("mul", "mul", "sub")) if is_pair else dice.choice(tuple(_OPERATIONS))
    use, left, right = (text.replace("<G>", words["G"]) for text in _OPERATIONS[operation])
    return {
        **words,
        "function": words["pair"] if is_pair else words["single"],
        "use": use if is_pair else "A + Y",
        "of_a": left,
        "of_b": right,
        "most_axes": 2 if level == 1 else 3,
        "is_pair": is_pair,
        "is_single": not is_pair,
        "is_product": is_pair and operation == "mul",
        "is_difference": is_pair and operation == "sub",
    }
