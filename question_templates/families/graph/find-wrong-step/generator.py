"""Draws a program for a backward pass with one slip in it, and a number by which the solver picks the slip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice
from question_templates.shared.scalar_programs import Operation, grown, is_lively, use_counts, written

_LEAVES = {1: (2, 2), 2: (2, 3), 3: (3, 3)}
_OPERATIONS = {1: (4, 4), 2: (5, 6), 3: (6, 8)}
_OPS = {
    1: ("add", "mul", "mul", "sub"),
    2: ("add", "mul", "mul", "sub", "relu", "neg"),
    3: ("add", "add", "mul", "mul", "sub", "relu", "neg"),
}
_STYLES = {1: ("flat", "named"), 2: ("flat", "named", "nested"), 3: ("flat", "nested")}
_VALUES = (-3, -2, -1, 2, 3, 4, 5)
_LARGEST_VALUE = 60  # gradients are larger still
_NAMES = ("a", "b", "c", "d", "u", "v", "w", "x")


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The program; the trace has one line an operation, so the options are known without it."""
    count = dice.integer(*_LEAVES[level])
    values, operations = _worth_asking(dice, count, level)
    leaves = [[name, value] for name, value in zip(dice.sample(_NAMES, count), values, strict=True)]
    style = dice.choice(_STYLES[level])
    return {
        **written(dice, leaves, operations, style=style),
        "options": [f"line {letter}" for letter in "ABCDEFGHIJ"[: len(operations)]],
        "prints_values": level < 3,
        "lines_follow": not dice.chance(1 / len(operations)),  # otherwise the slip is on the last line
    }


def _worth_asking(dice: Dice, leaves: int, level: int) -> tuple[list[int], list[Operation]]:
    """Values of leaves, and operations with a product and a node that is used more than once."""
    while True:
        values = dice.sample(_VALUES, leaves)  # different ones: equal factors would hide which one was taken
        operations = grown(dice, leaves, dice.integer(*_OPERATIONS[level]), _OPS[level], share=0.35)
        shared = max(use_counts(leaves + len(operations), operations)) > 1
        has_product = "mul" in {op for op, _ in operations}
        if shared and has_product and is_lively(values, operations, most=_LARGEST_VALUE):
            return values, operations
