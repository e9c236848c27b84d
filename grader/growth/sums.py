"""Sums of monomials whose coefficients are ranges, and quotients of such sums: what a tree becomes.

A sum stands for a function that is such a sum for some coefficients in the ranges, so that adding and multiplying
keep a true statement. Sums are never changed after they are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from grader.growth import ranges
from grader.growth.limits import MAX_PAIRS, MAX_TERMS, Undecided
from grader.growth.ranges import Range
from grader.growth.scales import ONE, Monomial, over, raised, times
from grader.growth.simplex import Number

__all__ = [
    "ONE_SUM",
    "Sum",
    "Value",
    "add",
    "collected",
    "constant_of",
    "multiply",
    "number",
    "quotient",
    "scaled",
    "single",
    "subtract",
    "sum_product",
    "value_of_sum",
    "whole_power",
]

Sum: TypeAlias = Mapping[Monomial, Range]
ONE_SUM: Final[Sum] = {ONE: ranges.UNIT}


class Value(NamedTuple):
    """top / bottom; the bottom is the sum 1 unless it has several terms."""

    top: Sum
    bottom: Sum


def number(value: Number | Range) -> Value:
    """A constant, or one known between two bounds."""
    own = value if isinstance(value, Range) else ranges.exactly(value)
    return Value({ONE: own} if own.low or own.high or own.sign else {}, ONE_SUM)


def single(monomial: Monomial) -> Value:
    """One monomial, once."""
    return Value({monomial: ranges.UNIT}, ONE_SUM)


def value_of_sum(own: Sum) -> Value:
    """A sum over 1."""
    return Value(own, ONE_SUM)


def constant_of(value: Value) -> Range | None:
    """The coefficient of a value without variables, None for any other."""
    if value.bottom is not ONE_SUM or len(value.top) > 1:
        return None
    return value.top.get(ONE) if value.top else ranges.exactly(0)


def collected(terms: Iterable[tuple[Monomial, Range]]) -> Sum:
    """The sum of terms in any order; terms that cancel are left out."""
    totals: dict[Monomial, Range] = {}
    for monomial, own in terms:
        before = totals.get(monomial)
        totals[monomial] = own if before is None else ranges.added(before, own)
    if len(totals) > MAX_TERMS:
        raise Undecided
    return {monomial: own for monomial, own in totals.items() if own.low or own.high or own.sign}


def sum_product(left: Sum, right: Sum) -> Sum:
    """left * right, multiplied out."""
    if left is ONE_SUM or right is ONE_SUM:
        return left if right is ONE_SUM else right
    if len(left) * len(right) > MAX_PAIRS:
        raise Undecided
    return collected((times(m, n), ranges.product(a, b)) for m, a in left.items() for n, b in right.items())


def scaled(own: Sum, factor: Range) -> Sum:
    """Every coefficient times the factor."""
    return {monomial: ranges.product(one, factor) for monomial, one in own.items()}


def add(left: Value, right: Value) -> Value:
    """left + right."""
    if left.bottom is right.bottom or left.bottom == right.bottom:
        return Value(collected([*left.top.items(), *right.top.items()]), left.bottom)
    top = [*sum_product(left.top, right.bottom).items(), *sum_product(right.top, left.bottom).items()]
    return Value(collected(top), sum_product(left.bottom, right.bottom))


def subtract(left: Value, right: Value) -> Value:
    """left - right."""
    return add(left, Value(scaled(right.top, ranges.exactly(-1)), right.bottom))


def multiply(left: Value, right: Value) -> Value:
    """left * right; a factor that is both above and below goes, if it is the whole of both."""
    if left.bottom is not ONE_SUM and left.bottom == right.top and _is_exact(right.top):
        return _tidy(left.top, right.bottom)
    if right.bottom is not ONE_SUM and right.bottom == left.top and _is_exact(left.top):
        return _tidy(right.top, left.bottom)
    return Value(sum_product(left.top, right.top), sum_product(left.bottom, right.bottom))


def quotient(left: Value, right: Value) -> Value:
    """left / right; raises Undecided where right is 0 or may be."""
    if not right.top:
        raise Undecided
    if left.bottom is ONE_SUM and right.bottom is ONE_SUM and left.top == right.top and _is_exact(left.top):
        return number(1)
    return multiply(left, _tidy(right.bottom, right.top))


def _tidy(top: Sum, bottom: Sum) -> Value:
    """top / bottom, where a bottom of one term is divided out."""
    if bottom is ONE_SUM or len(bottom) > 1:
        return Value(top, bottom)
    ((monomial, own),) = bottom.items()
    if not own.sign:
        raise Undecided
    factor = ranges.inverse(own)
    return Value({over(m, monomial): ranges.product(one, factor) for m, one in top.items()}, ONE_SUM)


def _is_exact(own: Sum) -> bool:
    """Whether the sum is one function; two equal sums with ranges may be different ones."""
    return all(one.exact is not None for one in own.values())


def whole_power(own: Sum, exponent: int) -> Sum:
    """own ** exponent multiplied out, exponent >= 0."""
    if len(own) == 1:
        ((monomial, one),) = own.items()
        result = ranges.UNIT
        for _ in range(exponent):
            result = ranges.product(result, one)
        return {raised(monomial, exponent): result}
    power = ONE_SUM
    for _ in range(exponent):
        power = sum_product(power, own)
    return power
