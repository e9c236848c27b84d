"""Exact values of trees at points: whole numbers and fractions stay exact, the rest has sixty digits.

A tree is compiled once into nested functions and then called point by point; student text is never run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from math import factorial, isqrt
from typing import Final, TypeAlias

from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Symbol

__all__ = ["Amount", "NoValue", "Program", "TooLarge", "compiled", "exactly", "is_close"]

Amount: TypeAlias = "int | Fraction | Decimal"
Program: TypeAlias = Callable[[Sequence["int | Fraction"]], Amount]

_CONTEXT: Final = Context(prec=60, Emax=10**6, Emin=-(10**6))
# Two ways to the same irrational number differ by rounding in the last digits only.
_NOISE: Final = Decimal("1e-30")
_SHORTEST_GAP: Final = Decimal("1e-40")
# A thousand digits; exam answers have under fifty, and powers of the sizes drawn under five hundred.
_MAX_BITS: Final = 4_000
_MAX_EXPONENT: Final = 2_000
_MAX_FACTORIAL: Final = 400
_MAX_ARGUMENT: Final = 100_000
_E: Final = _CONTEXT.exp(Decimal(1))
_PI: Final = Decimal("3.1415926535897932384626433832795028841971693993751058209749445923078")


class NoValue(ArithmeticError):
    """A tree has no value at a point: a divisor is 0, or the logarithm of a number that is not positive."""


class TooLarge(ArithmeticError):
    """A value outgrows what is computed; nothing is known about the tree at this point."""


def exactly() -> AbstractContextManager[Context]:
    """The precision under which compiled trees are to be called."""
    return localcontext(_CONTEXT)


def compiled(tree: Expression, places: Mapping[str, int]) -> Program:
    """A function from the values of the variables, in the order of `places`, to the tree's value.

    Raises, when called: NoValue, TooLarge. KeyError at once for a name without a place.
    """
    if isinstance(tree, Literal):
        value = tree.value
        return lambda point: value
    if isinstance(tree, Symbol):
        place = places[tree.text]
        return lambda point: point[place]
    if isinstance(tree, Constant):
        constant = _E if tree.name == "e" else _PI
        return lambda point: constant
    if isinstance(tree, Negative):
        operand = compiled(tree.operand, places)
        return lambda point: -operand(point)
    if isinstance(tree, Call):
        return _compiled_call(tree, places)
    if tree.sign == "^" and tree.left == Constant(tree.left.start):
        exponent = compiled(tree.right, places)
        return lambda point: _exp(exponent(point))
    step = _STEPS[tree.sign]
    left, right = compiled(tree.left, places), compiled(tree.right, places)
    return lambda point: step(left(point), right(point))


def _compiled_call(tree: Call, places: Mapping[str, int]) -> Program:
    arguments = [compiled(argument, places) for argument in tree.arguments]
    if tree.function == "min":
        return lambda point: min([argument(point) for argument in arguments])
    if tree.function == "max":
        return lambda point: max([argument(point) for argument in arguments])
    function = _FUNCTIONS[tree.function]
    first = arguments[0]
    return lambda point: function(first(point))


def is_close(left: Amount, right: Amount, slack: Fraction = Fraction(0)) -> bool:
    """Equal, or equal but for the rounding of irrational numbers and the relative `slack` of written decimals."""
    if left == right:
        return True
    if not slack and not isinstance(left, Decimal) and not isinstance(right, Decimal):
        return False
    gap, size = abs(_decimal(left) - _decimal(right)), max(abs(_decimal(left)), abs(_decimal(right)))
    return gap <= size * max(_NOISE, _decimal(slack)) or (size <= _NOISE and (not left or not right))


def _decimal(value: Amount) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value if isinstance(value, Decimal) else Decimal(value)


def _bounded(value: Amount) -> Amount:
    if isinstance(value, int):
        large = value.bit_length() > _MAX_BITS
    else:
        large = (
            isinstance(value, Fraction) and value.denominator.bit_length() + value.numerator.bit_length() > _MAX_BITS
        )
    if large:
        raise TooLarge("a number outgrows what is computed")
    return value


def _add(left: Amount, right: Amount) -> Amount:
    try:
        return _bounded(left + right)  # type: ignore[operator]
    except TypeError:
        return _decimal(left) + _decimal(right)


def _subtract(left: Amount, right: Amount) -> Amount:
    try:
        return _bounded(left - right)  # type: ignore[operator]
    except TypeError:
        return _decimal(left) - _decimal(right)


def _multiply(left: Amount, right: Amount) -> Amount:
    try:
        return _bounded(left * right)  # type: ignore[operator]
    except TypeError:
        return _decimal(left) * _decimal(right)


def _divide(left: Amount, right: Amount) -> Amount:
    if not right:
        raise NoValue("a divisor is 0")
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _decimal(left) / _decimal(right)
    quotient = Fraction(left, right)
    return quotient.numerator if quotient.denominator == 1 else _bounded(quotient)


def _floor_divide(left: Amount, right: Amount) -> Amount:
    if type(left) is int and type(right) is int and right:
        return left // right
    return _floor(_divide(left, right))


def _remainder(left: Amount, right: Amount) -> Amount:
    return _subtract(left, _multiply(right, _floor_divide(left, right)))


def _power(base: Amount, exponent: Amount) -> Amount:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = exponent.numerator
    if isinstance(exponent, int):
        return _whole_power(base, exponent)
    if isinstance(exponent, Fraction) and exponent.denominator == 2 and not isinstance(base, Decimal):
        return _whole_power(_sqrt(base), exponent.numerator)
    if base < 0:
        raise NoValue("a root of a negative number")
    if not base:
        if exponent > 0:
            return 0
        raise NoValue("0 to a negative power")
    return _exp(_multiply(_log(base), _decimal(exponent)))


def _whole_power(base: Amount, exponent: int) -> Amount:
    if not base and exponent < 0:
        raise NoValue("0 to a negative power")
    if isinstance(base, Decimal):
        if abs(exponent) > _MAX_EXPONENT:
            raise TooLarge("an exponent outgrows what is computed")
        return base**exponent
    length = base.numerator.bit_length() + base.denominator.bit_length()
    if abs(exponent) * length > _MAX_BITS and base not in (0, 1, -1):
        raise TooLarge("a power outgrows what is computed")
    return base**exponent if exponent >= 0 else Fraction(1) / base**-exponent


def _floor(value: Amount) -> Amount:
    if isinstance(value, Decimal):
        nearest = value.to_integral_value()
        if abs(value - nearest) <= _SHORTEST_GAP * max(Decimal(1), abs(value)):
            return int(nearest)
        return int(value // 1) - (1 if value < 0 and value != int(value) else 0)
    return value.numerator // value.denominator


def _trunc(value: Amount) -> Amount:
    return _floor(value) if value >= 0 else -_floor(-value)


def _ceil(value: Amount) -> Amount:
    return -_floor(-value)


def _round(value: Amount) -> Amount:
    return _floor(_add(value, Fraction(1, 2)))


def _exp(value: Amount) -> Amount:
    if not value:
        return 1
    if _absolute(value) > _MAX_ARGUMENT:
        raise TooLarge("an exponential outgrows what is computed")
    return _decimal(value).exp()


def _log(value: Amount) -> Amount:
    if value <= 0:
        raise NoValue("a logarithm of a number that is not positive")
    return 0 if value == 1 else _decimal(value).ln()


def _sqrt(value: Amount) -> Amount:
    if value < 0:
        raise NoValue("a root of a negative number")
    if not isinstance(value, Decimal):
        above, below = isqrt(value.numerator), isqrt(value.denominator)
        if above * above == value.numerator and below * below == value.denominator:
            return Fraction(above, below)
    return _decimal(value).sqrt()


def _sigmoid(value: Amount) -> Amount:
    return _divide(1, _add(1, _exp(-value)))


def _tanh(value: Amount) -> Amount:
    square = _exp(_multiply(-2, value))
    return _divide(_subtract(1, square), _add(1, square))


def _factorial(value: Amount) -> Amount:
    if isinstance(value, Decimal) or value.denominator != 1 or value < 0:
        raise NoValue("a factorial of no whole number")
    if value > _MAX_FACTORIAL:
        raise TooLarge("a factorial outgrows what is computed")
    return factorial(int(value))


def _relu(value: Amount) -> Amount:
    return value if value > 0 else 0


def _absolute(value: Amount) -> Amount:
    return value if value >= 0 else -value


def _log_to(base: int) -> Callable[[Amount], Amount]:
    return lambda value: _divide(_log(value), _log(base))


_STEPS: Final[Mapping[str, Callable[[Amount, Amount], Amount]]] = {
    "+": _add, "-": _subtract, "*": _multiply, "/": _divide, "//": _floor_divide, "%": _remainder, "^": _power,
}  # fmt: skip
_FUNCTIONS: Final[Mapping[str, Callable[[Amount], Amount]]] = {
    "floor": _floor, "ceil": _ceil, "trunc": _trunc,
    "round": _round, "abs": _absolute, "exp": _exp, "log": _log, "log2": _log_to(2),
    "log10": _log_to(10), "sqrt": _sqrt, "sigmoid": _sigmoid, "tanh": _tanh, "factorial": _factorial,
    "relu": _relu, "O": lambda value: value,
}  # fmt: skip
