"""Checks one number: exact values must be equal, rounded ones must agree to the digits they show."""

from __future__ import annotations

from fractions import Fraction

import engine as ag
from engine import exact
from engine.exact import Value
from engine.sizes import Size
from grader.reading import NumberReading, Unreadable, read_number
from grader.verdict import Verdict
from question_templates.answers import Number

__all__ = ["agrees", "check_number", "expected_value"]

#: Fewer significant digits than these don't show that somebody knows an irrational or long number.
_ENOUGH_DIGITS = 3


def check_number(answer: Number, reading: NumberReading) -> Verdict:
    """Whether what was read is the number asked for."""
    if agrees(reading, expected_value(answer), rel_tol=Fraction(answer.rel_tol)):
        return Verdict("right", Fraction(1), reading.read_as)
    reason = f"We read {reading.read_as}. That is not {answer.asked or 'the number asked for'}."
    return Verdict("wrong", read_as=reading.read_as, reason=reason)


def expected_value(answer: Number) -> Value:
    """The key's number; text is read as an author's Python, so an unreadable key is an error, not a verdict."""
    if isinstance(answer.expected, Size):
        return int(answer.expected)
    if not isinstance(answer.expected, str):
        return answer.expected
    reading = read_number(answer.expected, names=answer.names)
    if isinstance(reading, Unreadable):
        raise ValueError(f"the key {answer.expected!r} is not a number: {reading.reason}")
    return reading.value


def agrees(reading: NumberReading, expected: Value, *, rel_tol: Fraction = Fraction(0)) -> bool:
    """Equal; or, for a number written as a rounded decimal, equal to the digits written; or within `rel_tol`."""
    if reading.value == expected:
        return True
    try:
        difference = abs(exact.approximate(reading.value - expected))
    except (ag.DomainError, OverflowError):  # too large for a float, so certainly not close
        return False
    if rel_tol and difference <= float(rel_tol) * abs(exact.approximate(expected)) * (1 + 1e-9):
        return True
    if isinstance(expected, float):
        # Outside the exact domain the key itself is a float: its last digits are nobody's fault.
        return difference <= 1e-9 * abs(expected)
    if reading.half_unit is None or _whole(expected):
        return False
    enough = abs(exact.approximate(expected)) >= float(reading.half_unit) * 2 * 10 ** (_ENOUGH_DIGITS - 1)
    return enough and difference <= float(reading.half_unit) * (1 + 1e-12)


def _whole(value: Value) -> bool:
    return not isinstance(value, float) and exact.is_exact(value) and value == int(exact.approximate(value))
