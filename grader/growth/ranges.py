"""Coefficients that are known between two bounds: a floor is u + [-1, 0], a maximum is [1/2, 1] of a sum.

A range stands for some function with values in it. `sign` says more than the bounds can: 1 is above 0 by a margin even
if the margin is not known (then low is 0), and -1 likewise below.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import Final, NamedTuple, TypeAlias

from grader.growth.simplex import Number

__all__ = ["MAYBE", "SOME", "UNIT", "UNKNOWN", "Bound", "Range", "added", "exactly", "inverse", "negated", "product"]

#: A number, or plus or minus infinity (the only floats here).
Bound: TypeAlias = "Number | float"


class Range(NamedTuple):
    """Every value from low to high."""

    low: Bound
    high: Bound
    sign: int

    @property
    def exact(self) -> Number | None:
        """The one value in the range, if there is one."""
        return self.low if self.low == self.high and not isinstance(self.low, float) else None


UNIT: Final = Range(1, 1, 1)
#: Between two positive numbers that nobody asks for: what Theta keeps of a coefficient.
SOME: Final = Range(0, inf, 1)
#: At least 0, and bounded.
MAYBE: Final = Range(0, inf, 0)
#: Bounded, and no more.
UNKNOWN: Final = Range(-inf, inf, 0)


def exactly(value: Number) -> Range:
    """One value."""
    return Range(value, value, (value > 0) - (value < 0))


def added(left: Range, right: Range) -> Range:
    """left + right."""
    low, high = left.low + right.low, left.high + right.high
    if low > 0 or (low == 0 and max(left.sign, right.sign) == 1 and min(left.low, right.low) == 0):
        return Range(low, high, 1)
    if high < 0 or (high == 0 and min(left.sign, right.sign) == -1 and max(left.high, right.high) == 0):
        return Range(low, high, -1)
    return Range(low, high, 0)


def negated(own: Range) -> Range:
    """Minus the range."""
    return Range(-own.high, -own.low, -own.sign)


def product(left: Range, right: Range) -> Range:
    """left * right."""
    if left.low == left.high and right.low == right.high:
        value = left.low * right.low
        return Range(value, value, left.sign * right.sign)
    ends = [_times(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return Range(min(ends), max(ends), left.sign * right.sign)


def _times(left: Bound, right: Bound) -> Bound:
    return left * right if left and right else 0


def inverse(own: Range) -> Range:
    """1 / range, for a range with a sign."""
    if own.sign < 0:
        return negated(inverse(negated(own)))
    return Range(_over_one(own.high), _over_one(own.low), 1)


def _over_one(bound: Bound) -> Bound:
    if isinstance(bound, float):
        return 0
    if not bound:
        return inf
    return 1 if bound == 1 else Fraction(1) / bound
