"""Draws a chain of exp, log, products, sums and quotients, in which every result is of a form that can be written."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from operator import add, mul, sub, truediv
from typing import Any

from question_templates.dice import Dice
from question_templates.shared.scalar_programs import Operation, use_counts, written

# What may follow a node of each form, with the form of the partner: W whole, Q quotient, E power of e, L logarithm,
# M one to which a whole number is added, F a fraction of one, S sum of powers of e. A form is only a guess at how long
# the numbers get; the engine finds what they are.
_NEXT: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "W": (
        ("exp", "", "E"),
        ("exp", "", "E"),
        ("log", "", "L"),
        ("mul", "W", "W"),
        ("add", "W", "W"),
        ("sub", "W", "W"),
        ("div", "W", "Q"),
    ),
    "Q": (("log", "", "L"), ("mul", "W", "Q")),
    "E": (
        ("log", "", "L"),
        ("mul", "W", "E"),
        ("div", "W", "E"),
        ("mul", "E", "E"),
        ("div", "E", "E"),
        ("add", "E", "S"),
    ),
    "L": (
        ("exp", "", "W"),
        ("mul", "W", "L"),
        ("add", "L", "L"),
        ("sub", "L", "L"),
        ("add", "W", "M"),
        ("div", "W", "F"),
    ),
    "M": (("exp", "", "E"), ("mul", "W", "M")),
    "F": (("mul", "W", "F"), ("add", "W", "F"), ("sub", "W", "F")),
    "S": (("log", "", "L"), ("div", "E", "S")),
}
# What a node may do with itself.
_DOUBLED: Mapping[str, tuple[str, str]] = {"W": ("mul", "W"), "E": ("add", "E"), "L": ("add", "L")}
_LEAVES = {1: (1, 2), 2: (2, 2), 3: (2, 3)}
_OPERATIONS = {1: (3, 3), 2: (4, 5), 3: (5, 7)}
_STYLES = {1: ("flat", "flat", "named"), 2: ("flat", "named", "nested"), 3: ("flat", "nested")}
_VALUES = (1, 2, 3, 4, 5)
_NEGATIVE = (-1, -2)
_FORESEEN: Mapping[str, Callable[..., float]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": truediv,
    "exp": math.exp,
    "log": math.log,
}
_LARGEST_VALUE = 3000.0
_MOVE, _SMALLEST_CHANGE = 1e-4, 1e-9
_NAMES = ("x", "y", "a", "b", "c", "u", "v", "w")


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves, statements and what is asked; what occurs in the program decides which mistakes can be made."""
    count = dice.integer(*_LEAVES[level])
    values, operations = _worth_asking(dice, count, level)
    leaves = [[name, value] for name, value in zip(dice.sample(_NAMES, count), values, strict=True)]
    ops = {op for op, _ in operations}
    uses = use_counts(count + len(operations), operations)
    parameters = written(dice, leaves, operations, style=dice.choice(_STYLES[level]))
    return {
        **parameters,
        "has_product": "mul" in ops,
        "has_sum": "add" in ops,
        "has_quotient": "div" in ops,
        "has_exp": "exp" in ops,
        "has_log": "log" in ops,
        "is_shared": max(uses) > 1,
        "is_long": any(op not in ("add", "sub") for op, _ in operations[:-1]),
    }


def _values(dice: Dice, count: int) -> list[int]:
    """Different values, mostly above 0, where log is at home."""
    values = dice.sample(_VALUES, count)
    if dice.chance(0.15):
        values[dice.integer(0, count - 1)] = dice.choice(_NEGATIVE)
    return values


def _worth_asking(dice: Dice, leaves: int, level: int) -> tuple[list[int], list[Operation]]:
    """Values of leaves, and a chain with exp and log, at level 1 one of them."""
    while True:
        values = _values(dice, leaves)
        operations = _chain(dice, leaves, dice.integer(*_OPERATIONS[level]))
        ops = {op for op, _ in operations}
        shared = max(use_counts(leaves + len(operations), operations)) > 1
        if len(ops & {"exp", "log"}) >= min(level, 2) and (level < 3 or shared) and _is_lively(values, operations):
            return values, operations


def _is_lively(values: Sequence[float], operations: Sequence[Operation]) -> bool:
    """Whether no value leaves a domain, is 0 or large, and the result depends on each.

    Floats are enough to draw by; no answer comes from them.
    """
    try:
        plain = _foreseen(values, operations)
        moved = [_foreseen(values, operations, place)[-1] for place in range(len(plain))]
    except (ValueError, ZeroDivisionError, OverflowError):
        return False
    are_fit = all(_SMALLEST_CHANGE < abs(value) < _LARGEST_VALUE for value in plain[len(values) :])
    return are_fit and all(abs(result - plain[-1]) > _SMALLEST_CHANGE * abs(plain[-1]) for result in moved)


def _foreseen(values: Sequence[float], operations: Sequence[Operation], moved: int = -1) -> list[float]:
    """The value of every place, when one of them is moved a little."""
    found: list[float] = []
    for place in range(len(values) + len(operations)):
        if place < len(values):
            value = values[place]
        else:
            op, operands = operations[place - len(values)]
            value = _FORESEEN[op](*(found[operand] for operand in operands))
        found.append(value * (1 + _MOVE) if place == moved else value)
    return found


def _chain(dice: Dice, leaves: int, count: int) -> list[Operation]:
    """Operations that each use the newest node, and every leaf at least once."""
    forms, newest, operations = ["W"] * leaves, 0, list[Operation]()
    unused = list(range(1, leaves))
    for made in range(count):
        others = [form for place, form in enumerate(forms) if place != newest]
        steps = [step for step in _NEXT[forms[newest]] if step[1] in ("", *others)]
        if len(unused) >= count - made:  # what is left has to be used from here on
            steps = [step for step in steps if step[1] == "W"] or steps
        op, wanted, form = dice.choice(steps)
        operands = [newest]
        if forms[newest] in _DOUBLED and dice.chance(0.12):
            (op, form), operands = _DOUBLED[forms[newest]], [newest, newest]
        elif wanted:
            partners = [place for place, other in enumerate(forms) if wanted == other and place != newest]
            operands.append(dice.choice([place for place in partners if place in unused] or partners))
        unused = [place for place in unused if place not in operands]
        # What is divided by a logarithm is of no form that has a next one.
        is_settled = op == "div" and form == "F" and made < count - 1
        operations.append([op, operands if is_settled else dice.shuffled(operands)])
        newest = len(forms)
        forms.append(form)
    return operations if not unused else _chain(dice, leaves, count)
