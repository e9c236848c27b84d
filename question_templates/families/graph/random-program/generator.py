"""Draws a program of 4 to 12 nodes in which some node is used more than once, and writes it flat, named or nested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice
from question_templates.shared.scalar_programs import Operation, grown, is_lively, use_counts, written

_LEAVES = {1: (2, 2), 2: (2, 3), 3: (3, 4)}
_OPERATIONS = {1: (3, 4), 2: (4, 6), 3: (6, 8)}
_OPS = {
    1: ("add", "mul", "mul", "sub"),
    2: ("add", "add", "mul", "mul", "sub", "relu", "relu", "neg"),
    3: ("add", "add", "mul", "mul", "sub", "sub", "relu", "relu", "neg"),
}
_STYLES = {1: ("flat", "flat", "named"), 2: ("flat", "named", "nested"), 3: ("flat", "nested", "nested")}
_VALUES = (-3, -2, -1, 1, 2, 3, 4, 5)
_LARGEST_VALUE = 60  # gradients are larger still
_NAMES = ("a", "b", "c", "d", "u", "v", "w", "x")


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves, statements and what is asked; what occurs in the program decides which mistakes can be made."""
    count = dice.integer(*_LEAVES[level])
    values, operations = _worth_asking(dice, count, level)
    leaves = [[name, value] for name, value in zip(dice.sample(_NAMES, count), values, strict=True)]
    ops = {op for op, _ in operations}
    style = dice.choice(_STYLES[level])
    parameters = written(dice, leaves, operations, style=style, alias=level > 1 and dice.chance(0.3))
    return {
        **parameters,
        "asked": [name for name in parameters["asked"] if level < 3] or dice.sample(parameters["asked"], 2),
        "has_sum": "add" in ops,
        "has_relu": "relu" in ops,
        "has_minus": bool(ops & {"sub", "neg"}),
    }


def _worth_asking(dice: Dice, leaves: int, level: int) -> tuple[list[int], list[Operation]]:
    """Values of leaves, and operations with a product, a sum or difference, and a node that is used more than once."""
    while True:
        values = dice.sample(_VALUES, leaves)  # different ones: equal factors would hide which one was taken
        operations = grown(dice, leaves, dice.integer(*_OPERATIONS[level]), _OPS[level], share=0.35)
        ops = {op for op, _ in operations}
        shared = sum(count > 1 for count in use_counts(leaves + len(operations), operations))
        # In front of the output, where a gradient other than 1 comes in.
        multiplies = any(op == "mul" and len(set(operands)) == 2 for op, operands in operations[:-1])
        is_mixed = multiplies and ops & {"add", "sub"} and (level == 1 or ops & {"relu", "neg"})
        if is_mixed and shared >= min(level, 2) and is_lively(values, operations, most=_LARGEST_VALUE):
            return values, operations
