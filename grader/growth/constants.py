"""Logarithms of numbers, to 40 digits and so that log 4 is exactly twice log 2.

Law: a number's logarithm is the sum of its primes' logarithms, each rounded once. Rational relations among logarithms
of rationals therefore hold exactly; only a relation that is no such one could be missed below 1e-40.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from grader.growth.limits import MAX_BASE, Undecided
from grader.growth.simplex import Number

__all__ = ["EULER", "LOG_PI", "PI", "log_of_number"]

EULER: Final = Fraction("2.7182818284590452353602874713526624977572")
PI: Final = Fraction("3.1415926535897932384626433832795028841972")
LOG_PI: Final = Fraction("1.1447298858494001741434273513530587116473")
_FORTY_DIGITS: Final = Context(prec=40)


def log_of_number(number: Number) -> Number:
    """The natural logarithm of a positive rational; raises Undecided for others and for those too large to factor."""
    if number <= 0 or max(number.numerator, number.denominator) > MAX_BASE:
        raise Undecided
    if number == 1:
        return 0
    return _log_of_whole(number.numerator) - _log_of_whole(number.denominator)


def _log_of_whole(number: int) -> Fraction:
    total, divisor = Fraction(0), 2
    while number > 1:
        if divisor * divisor > number:
            divisor = number
        times = 0
        while number % divisor == 0:
            number //= divisor
            times += 1
        if times:
            total += times * Fraction(Decimal(divisor).ln(_FORTY_DIGITS))
        divisor += 1
    return total
