"""Roots, prime factors and bounded powers of whole numbers and fractions."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from engine.exact.limits import MAX_RATIONAL_BITS, TRIAL_LIMIT, OutsideDomain
from engine.exact.sums import Rational, whole

__all__ = ["bounded", "factors", "is_proven_prime", "rational_power"]


def factors(number: int) -> list[tuple[int, int]]:
    """(factor, power) of a number above 0: primes up to TRIAL_LIMIT, then at most one larger factor.

    The larger factor may be composite, see `is_proven_prime`; it is never a square.
    """
    found: list[tuple[int, int]] = []
    divisor = 2
    while divisor <= TRIAL_LIMIT and divisor * divisor <= number:
        power = 0
        while number % divisor == 0:
            number //= divisor
            power += 1
        if power:
            found.append((divisor, power))
        divisor += 1 if divisor == 2 else 2
    if number > 1:
        found.append(_without_squares(number))
    return found


def _without_squares(number: int) -> tuple[int, int]:
    power = 1
    while isqrt(number) ** 2 == number:
        number, power = isqrt(number), 2 * power
    return number, power


def is_proven_prime(factor: int) -> bool:
    """Whether a factor that `factors` returned is prime for certain."""
    return factor < TRIAL_LIMIT**2


def bounded(number: Rational) -> Rational:
    """The same number, whole ones as int; raises OutsideDomain when it has more than MAX_RATIONAL_BITS."""
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    if bits > MAX_RATIONAL_BITS:
        raise OutsideDomain(f"a rational number has {bits} bits; exact ones have {MAX_RATIONAL_BITS}.")
    return whole(number)


def rational_power(base: Rational, exponent: int) -> Rational:
    """base**exponent, base not 0 where the exponent is negative.

    Raises: OutsideDomain when the result is too long, before it is computed.
    """
    bits = max(abs(base.numerator), base.denominator).bit_length() - 1
    if bits * abs(exponent) > MAX_RATIONAL_BITS:
        raise OutsideDomain(f"the power {exponent} makes a number too long.")
    return bounded(base**exponent if exponent >= 0 else Fraction(base) ** exponent)
