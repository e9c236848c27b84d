"""Functions on exact numbers and floats: exact where the result has an exact form, a float elsewhere."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction

from engine.errors import DomainError
from engine.exact.elementary import exact_exp, exact_log, exact_sqrt
from engine.exact.intervals import sign_of_sum
from engine.exact.limits import MAX_EXPONENT, OutsideDomain
from engine.exact.notation import brief
from engine.exact.quotient import Exact, Value, approximate, finite
from engine.exact.rationals import bounded, rational_power
from engine.exact.sums import ONE

__all__ = [
    "add",
    "divide",
    "exp",
    "is_exact",
    "log",
    "multiply",
    "power",
    "sigmoid",
    "sign",
    "sqrt",
    "subtract",
    "tanh",
]


def is_exact(x: Value) -> bool:
    """Whether x is in the exact domain, that is, no float."""
    return not isinstance(x, float)


def sign(x: Value) -> int:
    """-1, 0 or 1."""
    if isinstance(x, Exact):
        return sign_of_sum(x.numerator) * sign_of_sum(x.denominator)
    _refuse_strangers("sign", x)
    return (x > 0) - (x < 0)


def add(a: Value, b: Value) -> Value:
    """a + b; like `+`, but numbers too long for the exact domain become floats."""
    return _arithmetic("add", operator.add, a, b)


def subtract(a: Value, b: Value) -> Value:
    """a - b; like `-`, but numbers too long for the exact domain become floats."""
    return _arithmetic("subtract", operator.sub, a, b)


def multiply(a: Value, b: Value) -> Value:
    """a * b; like `*`, but numbers too long for the exact domain become floats."""
    return _arithmetic("multiply", operator.mul, a, b)


def divide(a: Value, b: Value) -> Value:
    """a / b; whole numbers give an int or a Fraction, never a float.

    Raises: DomainError when b is 0.
    """
    if type(a) is int and type(b) is int and b:
        whole_part, rest = divmod(a, b)
        return Fraction(a, b) if rest else whole_part
    _refuse_strangers("divide", a, b)
    if not b:
        raise DomainError(f"divide: the divisor is {brief(b)}; division needs a divisor other than 0.")
    return _arithmetic("divide", operator.truediv, Fraction(a) if isinstance(a, int) else a, b)


def exp(x: Value) -> Value:
    """e**x; exact for rationals, and for rationals plus whole or half multiples of logarithms.

    Raises: DomainError when the result is outside the exact domain and too large for a float.
    """
    if type(x) is int and -MAX_EXPONENT <= x <= MAX_EXPONENT:
        return Exact((((x, ()), 1),), ONE) if x else 1
    _refuse_strangers("exp", x)
    exact = _exact_or_none(exact_exp, x)
    if exact is not None:
        return exact
    if x < -MAX_EXPONENT:  # down there a float may be 0.0, but never out of range
        return math.exp(max(approximate(max(x, -1000)), -1000.0))
    if x > 709:
        raise DomainError(f"exp: the operand is {brief(x)}; exp needs an operand of at most 709.")
    return math.exp(approximate(x))


def log(x: Value) -> Value:
    """The natural logarithm, split over products and powers.

    Raises: DomainError when x is not above 0.
    """
    _refuse_strangers("log", x)
    if sign(x) <= 0:
        raise DomainError(f"log: the operand is {brief(x)}; log needs an operand above 0.")
    exact = _exact_or_none(exact_log, x)
    if exact is not None:
        return exact
    if isinstance(x, (int, Fraction)):  # one too large for a float still has a logarithm
        return math.log(x.numerator) - math.log(x.denominator)
    return math.log(approximate(x))


def sqrt(x: Value) -> Value:
    """The square root; exact for rationals, and for single products with even powers.

    Raises: DomainError when x is below 0.
    """
    _refuse_strangers("sqrt", x)
    if sign(x) < 0:
        raise DomainError(f"sqrt: the operand is {brief(x)}; sqrt needs an operand of at least 0.")
    exact = _exact_or_none(exact_sqrt, x)
    return math.sqrt(approximate(x)) if exact is None else exact


def tanh(x: Value) -> Value:
    """(exp(2 x) - 1) / (exp(2 x) + 1)."""
    _refuse_strangers("tanh", x)
    growth = _exact_or_none(exact_exp, multiply(2, x))
    return math.tanh(approximate(x)) if growth is None else divide(growth - 1, growth + 1)


def sigmoid(x: Value) -> Value:
    """exp(x) / (1 + exp(x))."""
    _refuse_strangers("sigmoid", x)
    growth = _exact_or_none(exact_exp, x)
    if growth is not None:
        return divide(growth, 1 + growth)
    near = approximate(x)
    small = math.exp(-abs(near))
    return 1 / (1 + small) if near >= 0 else small / (1 + small)


def power(a: Value, b: Value) -> Value:
    """a**b; exp(b*log(a)) where b is not whole.

    Raises: DomainError for 0 to a negative power, a fractional power of a number below 0, and results too
    large for a float.
    """
    _refuse_strangers("power", a, b)
    if not a and b < 0:
        raise DomainError(
            f"power: the base is 0 and the exponent is {brief(b)}; "
            "a negative power needs a base other than 0."
        )
    is_whole = b.is_integer() if isinstance(b, float) else not isinstance(b, Exact) and b.denominator == 1
    if a < 0 and not is_whole:
        raise DomainError(
            f"power: the base is {brief(a)} and the exponent is {brief(b)}; "
            "a fractional power needs a base of at least 0."
        )
    if isinstance(a, float) or isinstance(b, float):
        return _float_power(a, b)
    try:
        return _exact_power(a, int(b) if is_whole and not isinstance(b, Exact) else b)
    except OutsideDomain:
        return _float_power(a, b)


def _exact_power(a: int | Fraction | Exact, b: int | Fraction | Exact) -> Value:
    if isinstance(b, int):
        return a**b if isinstance(a, Exact) else rational_power(a, b)
    if not a:
        return 0
    exponent = multiply(b, exact_log(a))
    if isinstance(exponent, float):
        raise OutsideDomain("the exponent of e has no exact form.")
    return exact_exp(exponent)


def _float_power(a: Value, b: Value) -> float:
    try:
        return math.pow(approximate(a), approximate(b))
    except (OverflowError, ValueError):  # ValueError: a base too small for a float, to a negative power
        return finite(math.inf)


def _exact_or_none(function: Callable[[int | Fraction | Exact], Value], x: Value) -> Value | None:
    """function(x), or None where x is a float or the result has no exact form."""
    if isinstance(x, float):
        return None
    try:
        return function(x)
    except OutsideDomain:
        return None


def _arithmetic(name: str, operation: Callable[..., Value], a: Value, b: Value) -> Value:
    _refuse_strangers(name, a, b)
    try:
        if isinstance(a, Exact) or isinstance(b, Exact):
            return operation(a, b)
        if not isinstance(a, float) and not isinstance(b, float):
            exact = operation(a, b)
            assert isinstance(exact, (int, Fraction))
            return bounded(exact)
    except OutsideDomain:
        pass
    try:
        return finite(float(operation(approximate(a), approximate(b))))
    except ZeroDivisionError:  # a divisor other than 0, but too small for a float
        return finite(math.inf)


def _refuse_strangers(name: str, *operands: object) -> None:
    for operand in operands:
        if not isinstance(operand, (int, Fraction, Exact, float)):
            raise DomainError(
                f"{name}: the operand is {brief(operand)}, of type {type(operand).__name__}; "
                f"{name} needs an int, a Fraction, an exact number or a float."
            )
        if isinstance(operand, float) and not math.isfinite(operand):
            raise DomainError(f"{name}: the operand is {operand}; {name} needs a finite number.")
