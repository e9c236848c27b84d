"""One step of arithmetic on both forms of a size, by the sign that the listing wrote."""

from __future__ import annotations

from engine.sizes import written as wording
from engine.sizes.atoms import exact_quotient, floor_divide, raised
from engine.sizes.limits import InexactDivision, SizeError
from engine.sizes.polynomial import Polynomial, add, integer_of, multiply, scale, subtract
from engine.sizes.written import Written

__all__ = ["normal_form", "number_or", "written_form"]


def normal_form(left: Polynomial, sign: str, right: Polynomial) -> Polynomial:
    """left sign right; raises SizeError where a size cannot say it."""
    if sign == "+":
        return add(left, right)
    if sign == "-":
        return subtract(left, right)
    if sign == "*":
        return multiply(left, right)
    if sign == "**":
        return raised(left, right)
    if not right:
        raise SizeError("the divisor is 0.")
    if sign == "/":
        quotient = exact_quotient(left, right)
        if quotient is None:
            raise InexactDivision("does not divide exactly, and a size is a whole number; // rounds down.")
        return quotient
    if sign == "ceil":
        return scale(floor_divide(scale(left, -1), right), -1)
    floor = floor_divide(left, right)
    return floor if sign == "//" else subtract(left, multiply(right, floor))


def written_form(left: Written, sign: str, right: Written) -> Written:
    """`left sign right` as it is shown."""
    if sign in ("+", "-", "*"):
        return {"+": wording.plus, "-": wording.minus, "*": wording.times}[sign](left, right)
    # A number that was given a name is shown by it: x**K stays x**K though K is 3.
    plain = wording.plain_number(right)
    if sign == "**" and plain is not None:
        return wording.power(left, plain)
    if sign in ("//", "/", "ceil"):
        if plain == 1:
            return left
        whole = wording.cancelled(left, right)
        if whole is not None:
            return whole
    return wording.operation(sign, left, right)


def number_or(form: Polynomial, shown: Written) -> Written:
    """A size that turned out to be a plain number is shown as one."""
    value = integer_of(form)
    return shown if value is None else wording.number(value)
