"""How large an exact number may grow before it leaves the exact domain, and why."""

from __future__ import annotations

from typing import Final

from engine.errors import EngineError

__all__ = [
    "MAX_ATOMS",
    "MAX_COEFFICIENT_BITS",
    "MAX_DEGREE",
    "MAX_EXPONENT",
    "MAX_EXPONENT_DENOMINATOR",
    "MAX_LITERAL_DIGITS",
    "MAX_POWER",
    "MAX_RATIONAL_BITS",
    "MAX_TERMS",
    "MAX_WEIGHT",
    "PRECISIONS",
    "TRIAL_LIMIT",
    "OutsideDomain",
]

# exp(709) is the last whole exponential a float can hold; an exact number should keep a float beside it.
MAX_EXPONENT: Final = 700
# Ten decimals in a printed exponent are plenty; the bound keeps the common root of several exponents small.
MAX_EXPONENT_DENOMINATOR: Final = 10**10
# About 210 decimal digits: a difference of two such numbers then shows well within the last precision below.
MAX_COEFFICIENT_BITS: Final = 700
# Plain integers and fractions are cheap, but repeated squaring doubles their length with every line.
MAX_RATIONAL_BITS: Final = 4096
# A product of two sums costs terms times terms: 4096 small steps, a few milliseconds at worst.
MAX_TERMS: Final = 64
# Different logarithms and roots in one sum; each costs one evaluation at every precision.
MAX_ATOMS: Final = 12
# The power of one logarithm in one monomial.
MAX_POWER: Final = 64
# Everything inside a new logarithm, nested logarithms counted in full: bounds depth and evaluation.
MAX_WEIGHT: Final = 64
# The greatest common divisor of two polynomials costs degree times degree, about a millisecond here.
MAX_DEGREE: Final = 128
# Trial division stops here: a few hundred microseconds at worst, and every prime below 10**8 is proven.
TRIAL_LIMIT: Final = 10**4
# Digits of a printed decimal, exponent included; longer ones are slips or attacks, never exam text.
MAX_LITERAL_DIGITS: Final = 1000
# Decimal digits of the intervals, tried in turn. A quantity that still can't be told from 0 with the last
# one counts as 0, see `engine.exact.intervals`.
PRECISIONS: Final = (25, 60, 150, 400, 1000)


class OutsideDomain(EngineError):
    """An exact result would grow beyond the limits; the caller answers with a float instead."""
