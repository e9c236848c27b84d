"""A student's formula as one of the engine's sizes, so that a listing can be run with it in place of its own value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.sizes import Size, SizeError, as_size, ceil_divide, size_max, size_min
from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Operation, Symbol

__all__ = ["size_of_tree"]


def size_of_tree(tree: Expression, symbols: Mapping[str, Size]) -> Size | None:
    """The size that a tree is in these symbols; None where sizes cannot say it."""
    try:
        return _size(tree, symbols)
    except (SizeError, KeyError, TypeError, ZeroDivisionError):
        return None


def _size(tree: Expression, symbols: Mapping[str, Size]) -> Size:
    if isinstance(tree, Literal):
        return as_size(tree.value)  # type: ignore[arg-type]  # a fraction is refused with TypeError
    if isinstance(tree, Symbol):
        return symbols[tree.text]
    if isinstance(tree, Negative):
        return -_size(tree.operand, symbols)
    if isinstance(tree, Operation):
        return _STEPS[tree.sign](_size(tree.left, symbols), _size(tree.right, symbols))
    if isinstance(tree, Constant):
        raise TypeError(f"{tree.name} is no size")
    return _call(tree, symbols)


def _call(tree: Call, symbols: Mapping[str, Size]) -> Size:
    if tree.function in ("min", "max"):
        pick = size_min if tree.function == "min" else size_max
        return pick(*(_size(argument, symbols) for argument in tree.arguments))
    inside = tree.arguments[0]
    if tree.function not in ("floor", "ceil"):
        raise TypeError(f"{tree.function} gives no size")
    if not isinstance(inside, Operation) or inside.sign != "/":
        return _size(inside, symbols)
    above, below = _size(inside.left, symbols), _size(inside.right, symbols)
    return above // below if tree.function == "floor" else ceil_divide(above, below)


_STEPS: Final[Mapping[str, Callable[[Size, Size], Size]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "^": lambda a, b: a**b,
}
