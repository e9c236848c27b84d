"""Formulas in numbers too large for floats: a sign and the natural logarithm of the magnitude, many points at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from math import e, inf, log, pi
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.growth.limits import Undecided
from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Symbol

__all__ = ["Signed", "evaluated", "from_log"]

# Above e**36 a float has no digits after the point, so rounding changes nothing.
_NO_FRACTION: Final = 36.0
# Logarithms of the largest sizes are off by 1e-6.
_BESIDE: Final = 1e-5
_LAST_DIGITS: Final = 1e-12
_SMALLEST_LOG: Final = -700.0
_FRACTION_HELD: Final = 1e4
_HALF_LOG_OF_TWO_PI: Final = 0.9189385332046727

Floats: TypeAlias = "NDArray[np.float64] | float"


class Signed(NamedTuple):
    """sign * e**log at every point; 0 has log -inf. What is the same at all points may be one float."""

    sign: Floats
    log: Floats


def from_log(log: Floats) -> Signed:
    """A positive number by its logarithm."""
    return Signed(1.0, log)


def evaluated(tree: Expression, sizes: Mapping[str, Signed]) -> Signed:
    """The value of a tree at all points; raises Undecided for names and functions that are not known.

    What is no number there (the logarithm of a negative one) is nan.
    """
    if isinstance(tree, Symbol):
        if tree.text not in sizes:
            raise Undecided
        return sizes[tree.text]
    if isinstance(tree, Literal):
        return from_log(log(tree.value)) if tree.value else Signed(0.0, -inf)
    if isinstance(tree, Constant):
        return from_log(log(pi if tree.name == "pi" else e))
    if isinstance(tree, Negative):
        inside = evaluated(tree.operand, sizes)
        return Signed(-inside.sign, inside.log)
    if isinstance(tree, Call):
        return _call(tree.function, [evaluated(one, sizes) for one in tree.arguments])
    return _OPERATIONS[tree.sign](evaluated(tree.left, sizes), evaluated(tree.right, sizes))


def _from_real(value: Floats) -> Signed:
    return Signed(np.sign(value), np.log(np.abs(value)))


def _real(value: Signed) -> Floats:
    return value.sign * np.exp(value.log)


def _add(left: Signed, right: Signed) -> Signed:
    if isinstance(left.sign, float) and isinstance(right.sign, float) and left.sign == right.sign:
        return Signed(left.sign, np.logaddexp(left.log, right.log))
    first = left.log >= right.log
    high, low = np.maximum(left.log, right.log), np.minimum(left.log, right.log)
    sum_of_logs = high + np.log1p(left.sign * right.sign * np.exp(low - high))
    return Signed(np.where(first, left.sign, right.sign), np.where(np.isneginf(high), high, sum_of_logs))


def _subtract(left: Signed, right: Signed) -> Signed:
    return _add(left, Signed(-right.sign, right.log))


def _multiply(left: Signed, right: Signed) -> Signed:
    return Signed(left.sign * right.sign, left.log + right.log)


def _divide(left: Signed, right: Signed) -> Signed:
    return Signed(left.sign * right.sign, left.log - right.log)


def _power(base: Signed, exponent: Signed) -> Signed:
    times = _real(exponent)
    # A whole exponent comes back from its logarithm with a last digit that is wrong.
    times = np.where(np.abs(times - np.round(times)) < _LAST_DIGITS * np.abs(times), np.round(times), times)
    odd = np.where(np.mod(times, 2) == 1, base.sign, np.where(np.mod(times, 1) == 0, 1.0, np.nan))
    return Signed(np.where(base.sign > 0, 1.0, odd), np.where(times == 0, 0.0, times * base.log))


def _rounded(value: Signed, rounding: Callable[[Floats], Floats]) -> Signed:
    small = value.log < _NO_FRACTION
    if not np.any(small):
        return value
    # What is above 0 but too small for a float still has a ceiling of 1.
    held = Signed(value.sign, np.where(np.isneginf(value.log), -inf, np.maximum(value.log, _SMALLEST_LOG)))
    near = _from_real(rounding(_real(held)))
    return Signed(np.where(small, near.sign, value.sign), np.where(small, near.log, value.log))


def _floor(value: Signed) -> Signed:
    return _rounded(value, lambda near: np.floor(_settled(near)))


def _settled(near: Floats) -> Floats:
    """A quotient of huge numbers that is whole comes out beside the whole number; it is put back."""
    whole = np.round(near)
    return np.where(np.abs(near - whole) < _BESIDE * np.minimum(whole, _FRACTION_HELD / 10), whole, near)


def _remainder(left: Signed, right: Signed) -> Signed:
    """Between 0 and the divisor; one half of it where a float does not hold the quotient's fraction."""
    quotient = _real(_divide(left, right))
    fraction = np.where(np.abs(quotient) < _FRACTION_HELD, _settled(quotient) - np.floor(_settled(quotient)), 0.5)
    return _multiply(right, _from_real(fraction))


def _larger(left: Signed, right: Signed) -> Signed:
    gap = _subtract(left, right)
    first = (gap.sign > 0) | np.isneginf(gap.log)
    return Signed(np.where(first, left.sign, right.sign), np.where(first, left.log, right.log))


def _smaller(left: Signed, right: Signed) -> Signed:
    larger = _larger(Signed(-left.sign, left.log), Signed(-right.sign, right.log))
    return Signed(-larger.sign, larger.log)


def _logarithm(value: Signed) -> Signed:
    return _from_real(np.where(value.sign > 0, value.log, np.nan))


def _log_to(base: int) -> Callable[[Signed], Signed]:
    return lambda value: _divide(_logarithm(value), from_log(log(log(base))))


def _factorial(value: Signed) -> Signed:
    """Stirling's formula, off by less than a tenth from 1 on."""
    size = _real(value)
    log = size * value.log - size + value.log / 2 + _HALF_LOG_OF_TWO_PI
    return from_log(np.where(size >= 1, log, np.where(size == 0, 0.0, np.nan)))


def _absolute(value: Signed) -> Signed:
    return from_log(value.log)


def _rectified(value: Signed) -> Signed:
    return from_log(np.where(value.sign > 0, value.log, -inf))


def _call(name: str, arguments: list[Signed]) -> Signed:
    if name in ("max", "min") and arguments:
        return reduce(_larger if name == "max" else _smaller, arguments)
    if name == "log" and len(arguments) == 2:
        return _divide(_logarithm(arguments[0]), _logarithm(arguments[1]))
    if name not in _OF_ONE or len(arguments) != 1:
        raise Undecided
    return _OF_ONE[name](arguments[0])


_OPERATIONS: Final[Mapping[str, Callable[[Signed, Signed], Signed]]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "//": lambda left, right: _floor(_divide(left, right)),
    "%": _remainder,
    "^": _power,
}

_OF_ONE: Final[Mapping[str, Callable[[Signed], Signed]]] = {
    "floor": _floor,
    "ceil": lambda value: _rounded(value, lambda near: np.ceil(_settled(near))),
    "round": lambda value: _rounded(value, np.round),
    "abs": _absolute,
    "relu": _rectified,
    "exp": lambda value: from_log(_real(value)),
    "log": _logarithm,
    "log2": _log_to(2),
    "log10": _log_to(10),
    "sqrt": lambda value: Signed(np.where(value.sign >= 0, 1.0, np.nan), value.log / 2),
    "sigmoid": lambda value: from_log(-np.logaddexp(0.0, -_real(value))),
    "tanh": lambda value: _from_real(np.tanh(_real(value))),
    "factorial": _factorial,
}
