"""Vectors and matrices of exact numbers as tuples: checked on the way in, added and multiplied entry by entry."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

from engine.errors import DomainError, EngineError
from engine.exact import Exact, Value, add, divide, literal, multiply, sign, subtract
from engine.exact.notation import brief

__all__ = [
    "LengthMismatch",
    "Matrix",
    "Setting",
    "Vector",
    "dot",
    "elementwise",
    "matrix",
    "mean",
    "same_length",
    "setting",
    "total",
    "vector",
    "zeros",
]

Vector: TypeAlias = tuple[Value, ...]
Matrix: TypeAlias = tuple[Vector, ...]
# A learning rate and its like: a number, or a printed decimal such as "0.1", which is read as 1/10.
Setting: TypeAlias = Value | str


class LengthMismatch(EngineError):
    """Vectors that belong together have different lengths; the message names both."""


def vector(name: str, entries: Sequence[Value]) -> Vector:
    """The entries as a tuple.

    Raises: DomainError when there are none, or one is no finite number.
    """
    if not entries:
        raise DomainError(f"{name} has no entries; it needs at least one.")
    for index, entry in enumerate(entries):
        if not isinstance(entry, (int, Fraction, Exact, float)):
            raise DomainError(
                f"{name}: entry {index} is {brief(entry)}, of type {type(entry).__name__}; "
                "entries are ints, Fractions, exact numbers or floats."
            )
        if isinstance(entry, float) and not math.isfinite(entry):
            raise DomainError(f"{name}: entry {index} is {entry}; entries are finite.")
    return tuple(entries)


def matrix(name: str, rows: Sequence[Sequence[Value]]) -> Matrix:
    """The rows as a tuple of tuples.

    Raises: DomainError when there are none, or an entry is no finite number; LengthMismatch when rows differ.
    """
    if not rows:
        raise DomainError(f"{name} was given no rows; it needs at least one.")
    checked = tuple(vector(f"{name}: row {index}", row) for index, row in enumerate(rows))
    for index, row in enumerate(checked):
        same_length(f"{name}: row 0", checked[0], f"row {index}", row)
    return checked


def same_length(left_name: str, left: Sequence[Value], right_name: str, right: Sequence[Value]) -> None:
    """Raises: LengthMismatch when the lengths differ."""
    if len(left) != len(right):
        raise LengthMismatch(
            f"{left_name} has length {len(left)} and {right_name} has length {len(right)}; the lengths must agree."
        )


def setting(name: str, given: Setting, *, at_most: int | None = None, below: int | None = None) -> Value:
    """A number of at least 0 that steers a method; text is read as a printed decimal.

    Raises: DomainError when it is no number or outside its bounds.
    """
    try:
        value = literal(given) if isinstance(given, str) else vector(name, (given,))[0]
    except DomainError as cause:
        raise DomainError(f"{name} is {brief(given)}; give a number or a printed decimal such as '0.1'.") from cause
    if sign(value) < 0:
        raise DomainError(f"{name} is {brief(value)}; it must be at least 0.")
    if at_most is not None and sign(subtract(value, at_most)) > 0:
        raise DomainError(f"{name} is {brief(value)}; it must be at most {at_most}.")
    if below is not None and sign(subtract(value, below)) >= 0:
        raise DomainError(f"{name} is {brief(value)}; it must be below {below}.")
    return value


def zeros(length: int) -> Vector:
    """A vector of exact zeros."""
    return (0,) * length


def elementwise(operation: Callable[[Value, Value], Value], left: Vector, right: Vector) -> Vector:
    """operation(left[i], right[i]) for every i; the caller has checked the lengths."""
    return tuple(operation(a, b) for a, b in zip(left, right, strict=True))


def total(values: Iterable[Value]) -> Value:
    """The sum; 0 of nothing."""
    nothing: Value = 0
    return reduce(add, values, nothing)


def mean(values: Vector) -> Value:
    """The sum over the count."""
    return divide(total(values), len(values))


def dot(left: Vector, right: Vector) -> Value:
    """The sum of left[i] * right[i]."""
    return total(elementwise(multiply, left, right))
