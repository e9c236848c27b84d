"""Numbers to and from text: printed decimals read exactly, any number written in Python syntax or LaTeX."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from engine.errors import DomainError
from engine.exact.limits import MAX_LITERAL_DIGITS
from engine.exact.printing import quotient_tex, quotient_text, rational_tex
from engine.exact.quotient import Exact, Value
from engine.exact.sums import whole

__all__ = ["brief", "literal", "tex", "text"]

DIGITS: Final = r"[0-9](?:_?[0-9])*"
DECIMAL: Final = re.compile(rf"([+-]?)(?=\.?[0-9])({DIGITS})?(?:\.({DIGITS})?)?(?:[eE]([+-]?{DIGITS}))?")
# `str` of an int refuses more than 4300 digits in newer Pythons; `Decimal` does not.
STR_DIGITS_ARE_SAFE_BITS: Final = 4096
BRIEF_CHARACTERS: Final = 60


@lru_cache(maxsize=1024)  # listings print the same few decimals again and again
def literal(text: str) -> int | Fraction:
    """A printed decimal such as "2.0", "0.1" or "1e-3", read exactly as printed.

    Raises: DomainError when it is no decimal, or has more than MAX_LITERAL_DIGITS digits or places.
    """
    match = DECIMAL.fullmatch(text.strip())
    if match is None:
        raise DomainError(
            f"literal: {_shortened(text)!r} is no printed decimal; write it like 2.0, 0.1 or 1e-3."
        )
    sign, before, after, power = ((group or "").replace("_", "") for group in match.groups())
    digits = before + after
    too_long = len(digits) > MAX_LITERAL_DIGITS or len(power) > len(str(MAX_LITERAL_DIGITS)) + 1
    if too_long or abs(int(power or 0)) > MAX_LITERAL_DIGITS:
        raise DomainError(
            f"literal: {_shortened(text)!r} has too many digits; write at most {MAX_LITERAL_DIGITS}, "
            f"with an exponent of at most {MAX_LITERAL_DIGITS}."
        )
    value, places = int(sign + digits), len(after) - int(power or 0)
    return whole(Fraction(value, 10**places)) if places > 0 else value * 10**-places


def text(x: Value) -> str:
    """The number in Python syntax: `-3/4`, `1/exp(6)`, `2*exp(6) + 1`, `sqrt(2)/2`; floats as `repr` says."""
    if isinstance(x, Exact):
        return quotient_text(x.numerator, x.denominator)
    if isinstance(x, float):
        return repr(float(x))
    if x.denominator == 1:
        return _digits(x.numerator)
    return f"{_digits(x.numerator)}/{_digits(x.denominator)}"


def _digits(number: int) -> str:
    if number.bit_length() <= STR_DIGITS_ARE_SAFE_BITS:
        return str(int(number))
    return format(Decimal(number), "f")


def tex(x: Value) -> str:
    r"""The number in LaTeX: `-\frac{3}{4}`, `\frac{1}{e^{6}}`, `2 e^{6} + 1`, `\frac{\sqrt{2}}{2}`."""
    if isinstance(x, Exact):
        return quotient_tex(x.numerator, x.denominator)
    if isinstance(x, float):
        mantissa, _, power = repr(float(x)).partition("e")
        return f"{mantissa} \\cdot 10^{{{int(power)}}}" if power else mantissa
    return rational_tex(x)


def brief(x: object) -> str:
    """A number for a message, cut where it is long."""
    return _shortened(text(x) if isinstance(x, (int, Fraction, Exact, float)) else repr(x))


def _shortened(words: str) -> str:
    return words if len(words) <= BRIEF_CHARACTERS else words[: BRIEF_CHARACTERS - 3] + "..."
