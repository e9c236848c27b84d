"""Whether a number may be asked of a person with pen and paper, and if not, why."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from engine.exact import Value, approximate, text
from engine.exact.notation import brief

__all__ = ["exact_or_float", "objection", "printable"]

NUMBERS: Final = re.compile(r"[0-9]+")
EXPONENTS: Final = re.compile(r"exp\(([0-9]+)(?:/([0-9]+))?\)")
DENOMINATORS: Final = re.compile(r"/\(?([0-9]+)")
FUNCTIONS: Final = re.compile(r"exp|log|sqrt")
# The printer writes a sum's signs between spaces, and no others.
SIGNS_BETWEEN_TERMS: Final = re.compile(r" [+-] ")

MOST_DIGITS: Final = 3
LARGEST_DENOMINATOR: Final = 100
# p - y for three classes has 4: one or two above the line, three below.
MOST_TERMS: Final = 4
MOST_FUNCTIONS: Final = 5
LARGEST_EXPONENT: Final = 20


def printable(
    value: Value,
    *,
    most_digits: int = MOST_DIGITS,
    largest_denominator: int = LARGEST_DENOMINATOR,
    most_terms: int = MOST_TERMS,
    most_functions: int = MOST_FUNCTIONS,
    largest_exponent: int = LARGEST_EXPONENT,
) -> bool:
    """Whether `objection` has none: an integer, a fraction, a short decimal or a short exact term."""
    return not objection(
        value,
        most_digits=most_digits,
        largest_denominator=largest_denominator,
        most_terms=most_terms,
        most_functions=most_functions,
        largest_exponent=largest_exponent,
    )


def objection(
    value: Value,
    *,
    most_digits: int = MOST_DIGITS,
    largest_denominator: int = LARGEST_DENOMINATOR,
    most_terms: int = MOST_TERMS,
    most_functions: int = MOST_FUNCTIONS,
    largest_exponent: int = LARGEST_EXPONENT,
) -> str:
    """Why the value is not for pen and paper, as a sentence; "" when it is.

    A rational is fine as a fraction (digits above, size below) or as a decimal of `most_digits` digits. Of any
    other exact number its printed form counts: digits and denominators of every integer in it, terms (1 more than
    the signs between terms), functions (exp, log, sqrt) and the size of exponents.
    """
    if isinstance(value, float):
        return f"{value!r} is a float, not an exact number."
    if isinstance(value, (int, Fraction)):
        return _objection_to_rational(value, most_digits, largest_denominator)
    words = text(value)
    measures = (
        (_longest(words), most_digits, "digits in one integer"),
        (_greatest(DENOMINATORS.findall(words)), largest_denominator, "as a denominator"),
        (len(SIGNS_BETWEEN_TERMS.findall(words)) + 1, most_terms, "terms"),
        (len(FUNCTIONS.findall(words)), most_functions, "functions"),
        (_greatest_exponent(words), largest_exponent, "as an exponent"),
    )
    for found, most, unit in measures:
        if found > most:
            return f"{brief(value)} has {found} {unit}; at most {most} is asked for by hand."
    return ""


def exact_or_float(
    value: Value,
    *,
    most_digits: int = MOST_DIGITS,
    largest_denominator: int = LARGEST_DENOMINATOR,
    most_terms: int = MOST_TERMS,
    most_functions: int = MOST_FUNCTIONS,
    largest_exponent: int = LARGEST_EXPONENT,
) -> Value:
    """The value itself when it is printable, else the float nearest to it.

    Raises: DomainError when it is not printable and larger than every float.
    """
    why_not = objection(
        value,
        most_digits=most_digits,
        largest_denominator=largest_denominator,
        most_terms=most_terms,
        most_functions=most_functions,
        largest_exponent=largest_exponent,
    )
    return approximate(value) if why_not else value


def _objection_to_rational(value: int | Fraction, most_digits: int, largest_denominator: int) -> str:
    above, below = abs(value.numerator), value.denominator
    if (above < 10**most_digits and below <= largest_denominator) or _is_short_decimal(above, below, most_digits):
        return ""
    if below > largest_denominator:
        return (
            f"{brief(value)} has the denominator {brief(below)} and is no decimal of {most_digits} digits; "
            f"at most {largest_denominator} is asked for by hand."
        )
    return f"{brief(value)} is too long; at most {most_digits} digits are asked for by hand."


def _is_short_decimal(above: int, below: int, most_digits: int) -> bool:
    """Whether above/below ends after so many decimals, and takes so many digits without the zeros in front."""
    shifted = above
    for _ in range(most_digits + 1):
        digits, rest = divmod(shifted, below)
        if not rest:
            return digits < int(10**most_digits)
        shifted *= 10
    return False


def _longest(words: str) -> int:
    return max(map(len, NUMBERS.findall(words)), default=0)


def _greatest(numbers: list[str]) -> int:
    return max(map(int, numbers), default=0)


def _greatest_exponent(words: str) -> Fraction:
    """The largest exponent, which the printer never writes as negative beside a denominator."""
    return max((Fraction(int(a), int(b or 1)) for a, b in EXPONENTS.findall(words)), default=Fraction(0))
