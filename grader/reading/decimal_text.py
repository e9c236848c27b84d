"""Written numbers: which commas and points separate thousands, which one is the decimal sign."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from grader.reading.limits import MAX_DIGITS, MAX_EXPONENT
from grader.reading.unreadable import refusal

__all__ = ["decimal_value", "written_number"]

_GROUP: Final = 3
# Beyond this, a number in full no longer helps the eye.
_LARGEST_IN_FULL: Final = 10**12


def written_number(text: str, start: int) -> tuple[int | Fraction, Fraction | None]:
    """The value of a written number, and half of its last decimal place when it was written as a decimal.

    Raises: Refusal where the commas and points could be read in two ways.
    """
    if text.isdigit() and len(text) <= MAX_DIGITS:
        return int(text), None
    text = re.sub(r"\\,|\{,\}", "\u202f", text)  # LaTeX's ways to set groups of digits apart
    bare = re.sub(r"[_\u00a0\u202f\u2009]", "", text)
    mantissa, _, exponent = bare.replace("E", "e").partition("e")
    digits = sum(character.isdigit() for character in bare)
    if digits > MAX_DIGITS:
        raise refusal(
            start,
            f"We read a number of {digits} digits here and take at most {MAX_DIGITS}; "
            "please write it as a product, a power or in the form 1.5e3.",
        )
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise refusal(start, f'We read "{text}", and its exponent is beyond {MAX_EXPONENT}; please check the exponent.')
    whole, decimals = _parts(text, mantissa, exponent, start)
    return decimal_value(whole, decimals, int(exponent or 0))


def decimal_value(whole: str, decimals: str, exponent: int) -> tuple[int | Fraction, Fraction | None]:
    """whole.decimals times ten to the exponent, and half of the last place; None for a plain whole number."""
    place = exponent - len(decimals)
    value = Fraction(int(whole + decimals or "0")) * Fraction(10) ** place
    half_unit = Fraction(10) ** place / 2 if decimals or exponent < 0 else None
    return (value.numerator if value.denominator == 1 else value), half_unit


def _parts(text: str, mantissa: str, exponent: str, start: int) -> tuple[str, str]:
    """The digits before and after the decimal sign."""
    commas, points = mantissa.count(","), mantissa.count(".")
    if not commas and points <= 1:
        whole, _, decimals = mantissa.partition(".")
        return whole, decimals
    if commas and points:
        return _two_signs(text, mantissa, start)
    if points > 1 or commas > 1:
        return "".join(_thousands(text, mantissa.replace(".", ","), start)), ""
    return _one_comma(text, mantissa, exponent, start)


def _one_comma(text: str, mantissa: str, exponent: str, start: int) -> tuple[str, str]:
    whole, _, decimals = mantissa.partition(",")
    if exponent:
        value, _ = decimal_value(whole, decimals, int(exponent))
        in_full = f" or {value}" if isinstance(value, int) and value < _LARGEST_IN_FULL else ""
        raise refusal(
            start,
            f'We read "{text}" but could not tell the comma; write {text.replace(",", ".")}{in_full}.',
        )
    could_be_thousands = len(decimals) == _GROUP and len(whole) <= _GROUP and not whole.startswith("0")
    if could_be_thousands:
        raise refusal(
            start,
            f'We read "{text}" but could not tell the comma; write {whole}.{decimals} if it is the decimal sign, '
            f"or {whole}{decimals} if it separates thousands.",
        )
    return whole, decimals


def _two_signs(text: str, mantissa: str, start: int) -> tuple[str, str]:
    """Both signs occur: the last one is the decimal sign, and the other one separates thousands."""
    decimal_sign = "." if mantissa.rfind(".") > mantissa.rfind(",") else ","
    whole, _, decimals = mantissa.rpartition(decimal_sign)
    return "".join(_thousands(text, whole.replace(".", ","), start, other=decimal_sign in whole)), decimals


def _thousands(text: str, whole: str, start: int, *, other: bool = False) -> list[str]:
    groups = whole.split(",")
    if other or not 1 <= len(groups[0]) <= _GROUP or any(len(group) != _GROUP for group in groups[1:]):
        raise refusal(
            start,
            f'We read "{text}" but could not tell its commas and points; '
            "write the number without separators and with one decimal point, such as 1234.5.",
        )
    return groups
