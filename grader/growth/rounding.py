"""Floors, ceilings, rounding and remainders, each between proven bounds.

A floor of what grows without end is u + [-1, 0]. One of what may stay small, such as (Hin - K)//S, is taken whole:
psi - 1 with psi = floor(u) + 1, which is at least 1 and at least u, and so between (u + 1)/2 and u + 1.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, inf
from typing import Final

from grader.growth import ranges
from grader.growth.ground import FIRST_FLOOR, Floor, Ground, Rates, has_open_floor
from grader.growth.limits import Undecided
from grader.growth.ranges import MAYBE, Bound, Range
from grader.growth.rates import rates_of
from grader.growth.scales import ONE, is_plain, variable
from grader.growth.signs import Bounds, bounds_of, is_large, least_of, sign_of
from grader.growth.sums import ONE_SUM, Value, add, constant_of, number, scaled, single, subtract, value_of_sum

__all__ = ["ceiling_of", "floor_of", "is_whole", "remainder_of", "rounded"]

_BELOW: Final = Range(-1, 0, 0)
_ABOVE: Final = Range(0, 1, 0)
_AROUND: Final = Range(Fraction(-1, 2), Fraction(1, 2), 0)


def floor_of(inside: Value, ground: Ground) -> Value:
    """The largest whole number that is at most inside."""
    own = constant_of(inside)
    if own is not None:
        return number(_rounded_range(own, down=True))
    if is_whole(inside):
        return inside
    if has_open_floor(inside.top, ground):
        return _unsigned_floor(inside, ground)
    bounds = bounds_of(inside.top, ground)
    if is_large(inside, bounds, ground):
        return add(inside, number(_BELOW))
    if _is_positive(inside, bounds, ground):
        return subtract(_floor(inside, 1 + floor(_least(inside, bounds, ground)), ground), number(1))
    return _unsigned_floor(inside, ground) if ground.keeps_floors else add(inside, number(_BELOW))


def ceiling_of(inside: Value, ground: Ground) -> Value:
    """The least whole number that is at least inside."""
    own = constant_of(inside)
    if own is not None:
        return number(_rounded_range(own, down=False))
    if is_whole(inside):
        return inside
    if has_open_floor(inside.top, ground):
        return subtract(number(0), _unsigned_floor(subtract(number(0), inside), ground))
    bounds = bounds_of(inside.top, ground)
    if is_large(inside, bounds, ground):
        return add(inside, number(_ABOVE))
    if bounds.lower and _is_positive(inside, bounds, ground):
        # Above 0, so at least 1: the same bounds as those of a floor and 1.
        return _floor(inside, max(1, ceil(_least(inside, bounds, ground))), ground)
    if ground.keeps_floors:
        return subtract(number(0), _unsigned_floor(subtract(number(0), inside), ground))
    return add(inside, number(_ABOVE))


def rounded(inside: Value, ground: Ground) -> Value:
    """The nearest whole number, whichever way halves go."""
    own = constant_of(inside)
    if own is not None and own.exact is not None:
        return number(round(own.exact))
    if is_whole(inside):
        return inside
    bounds = bounds_of(inside.top, ground)
    if own is None and is_large(inside, bounds, ground):
        return add(inside, number(_AROUND))
    if inside.bottom is not ONE_SUM or sign_of(inside, ground) <= 0:
        raise Undecided
    return value_of_sum(dict.fromkeys((*bounds_of(inside.top, ground).upper, ONE), MAYBE))


def remainder_of(left: Value, right: Value, ground: Ground) -> Value:
    """left % right for a positive right: from 0 up to right."""
    own, other = constant_of(left), constant_of(right)
    if own is not None and other is not None and own.exact is not None and other.exact:
        return number(own.exact % other.exact)
    if right.bottom is not ONE_SUM or sign_of(right, ground) <= 0:
        raise Undecided
    if all(one.low >= 0 for one in right.top.values()):
        return value_of_sum(scaled(right.top, _ABOVE))
    return value_of_sum(dict.fromkeys(bounds_of(right.top, ground).upper, MAYBE))


def _floor(inside: Value, least: int, ground: Ground) -> Value:
    """psi, by the number it has in this comparison."""
    for index, other in ground.floors.items():
        if other.least == least == 0 and other.inside == inside:
            return single(variable(index))
    index = FIRST_FLOOR + len(ground.floors)
    rates = rates_of(add(inside, number(1)), ground) if least else Rates(None, None)
    ground.floors[index] = Floor(inside, least, rates)
    return single(variable(index))


def _unsigned_floor(inside: Value, ground: Ground) -> Value:
    """A floor that stands for itself alone; the whole number that is added inside is added outside instead."""
    if any(one.exact is None for part in inside for one in part.values()):
        raise Undecided
    whole = number(floor(_finite(inside.top.get(ONE, ranges.exactly(0)).low)) if inside.bottom is ONE_SUM else 0)
    return subtract(add(_floor(subtract(inside, whole), 0, ground), whole), number(1))


def _is_positive(inside: Value, top: Bounds, ground: Ground) -> bool:
    """Whether inside >= 0, by the bounds of its top."""
    return top.lower is not None if inside.bottom is ONE_SUM else sign_of(inside, ground) > 0


def _least(inside: Value, bounds: Bounds, ground: Ground) -> int | Fraction:
    """A number of at least 0 that inside, which is not negative, never falls below."""
    if inside.bottom is not ONE_SUM or bounds.lower is None:
        return 0
    return _finite(least_of(bounds, ground))


def _finite(bound: Bound) -> int | Fraction:
    return 0 if isinstance(bound, float) else bound


def is_whole(inside: Value) -> bool:
    """Whether a value is a polynomial in whole numbers with whole coefficients."""
    return inside.bottom is ONE_SUM and all(
        isinstance(one.exact, int) and all(is_plain(term) and isinstance(e, int) and e > 0 for term, e in monomial)
        for monomial, one in inside.top.items()
    )


def _rounded_range(own: Range, *, down: bool) -> Range:
    rounding = floor if down else ceil
    low, high = (bound if abs(bound) == inf else rounding(bound) for bound in (own.low, own.high))
    sign = (low > 0) - (high < 0)
    return Range(low, high, sign)
