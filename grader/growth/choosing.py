"""Maxima, minima and absolute values, and functions that level off, each between proven bounds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Final

from grader.growth.ground import Ground
from grader.growth.limits import Undecided
from grader.growth.ranges import Bound, Range
from grader.growth.scales import Monomial
from grader.growth.signs import bounds_of, least_of, sign_of
from grader.growth.sums import ONE_SUM, Sum, Value, add, multiply, number, quotient, subtract, value_of_sum

__all__ = ["absolute", "largest", "rectified", "sigmoid", "smallest", "tanh"]

_ONE_TO_TWO: Final = Range(1, 2, 1)


def largest(values: Sequence[Value], ground: Ground) -> Value:
    """The maximum: of n values that are at least 0, between their sum and an n-th of it."""
    kept: list[Value] = []
    for value in values:
        if any(sign_of(subtract(other, value), ground) > 0 for other in kept):
            continue
        kept = [other for other in kept if sign_of(subtract(value, other), ground) <= 0]
        kept.append(value)
    if len(kept) == 1:
        return kept[0]
    positive = [value for value in kept if sign_of(value, ground) > 0]
    if not positive:
        raise Undecided
    share = number(Range(Fraction(1, len(positive)), 1, 1))
    total = multiply(share, reduce(add, positive))
    return reduce(add, (rectified(value, ground) for value in kept if value not in positive), total)


def smallest(values: Sequence[Value], ground: Ground) -> Value:
    """The minimum: of two positive values, one to two times 1/(1/a + 1/b)."""
    return reduce(lambda left, right: _smaller(left, right, ground), values)


def _smaller(left: Value, right: Value, ground: Ground) -> Value:
    sign = sign_of(subtract(left, right), ground)
    if sign:
        return right if sign > 0 else left
    if any(sign_of(value, ground) <= 0 or not bounds_of(value.top, ground).lower for value in (left, right)):
        raise Undecided
    return multiply(number(_ONE_TO_TWO), quotient(multiply(left, right), add(left, right)))


def absolute(inside: Value, ground: Ground) -> Value:
    """The distance from 0."""
    sign = sign_of(inside, ground)
    if sign:
        return inside if sign > 0 else subtract(number(0), inside)
    return _at_most({m: max(-one.low, one.high) for m, one in _top_of(inside).items()})


def rectified(inside: Value, ground: Ground) -> Value:
    """max(inside, 0)."""
    sign = sign_of(inside, ground)
    if sign:
        return inside if sign > 0 else number(0)
    return _at_most({m: one.high for m, one in _top_of(inside).items() if one.high > 0})


def _top_of(value: Value) -> Sum:
    if value.bottom is not ONE_SUM:
        raise Undecided
    return value.top


def _at_most(highs: dict[Monomial, Bound]) -> Value:
    """A value from 0 up to a sum: the same share of every term."""
    return value_of_sum({monomial: Range(0, high, 0) for monomial, high in highs.items()})


def sigmoid(inside: Value, ground: Ground) -> Value:
    """1/(1 + e**-inside)."""
    return number(Range(Fraction(1, 2), 1, 1) if sign_of(inside, ground) > 0 else Range(0, 1, 0))


def tanh(inside: Value, ground: Ground) -> Value:
    """The hyperbolic tangent."""
    if sign_of(inside, ground) <= 0:
        return number(Range(-1, 1, 0))
    stays_up = inside.bottom is ONE_SUM and least_of(bounds_of(inside.top, ground), ground) > 0
    return number(Range(0, 1, 1 if stays_up else 0))
