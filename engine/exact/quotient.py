"""Exact irrational numbers: quotients of two sums, kept in lowest terms, with the arithmetic of a field."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from engine.errors import DomainError
from engine.exact.intervals import nearest_decimal, nearest_float, sign_of_sum
from engine.exact.limits import MAX_COEFFICIENT_BITS, MAX_EXPONENT, OutsideDomain
from engine.exact.printing import quotient_text
from engine.exact.reduction import normal_form
from engine.exact.sums import (
    ONE,
    SQRT,
    Sum,
    add,
    check_limits,
    constant,
    is_independent,
    multiply,
    scale,
    whole,
)

__all__ = ["Exact", "Value", "approximate", "finite", "settled"]

# Digits and denominators by which `hash` recognises a number whatever its form.
HASH_DIGITS = 17
HASH_DENOMINATOR = 10**6

Pair: TypeAlias = tuple[Sum, Sum]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Exact:
    """An irrational number numerator/denominator; made by `exp`, `log`, `sqrt` and arithmetic, never by hand.

    Arithmetic with int, Fraction and Exact is exact and comes back as int or Fraction when it is rational; a
    float, or a result beyond `engine.exact.limits`, gives a float. Two numbers that agree in 1000 digits
    are equal (see `engine.exact.intervals`).
    Raises: DomainError when a divisor is 0 or no float can hold a result outside the exact domain.
    """

    numerator: Sum
    denominator: Sum

    def __add__(self, other: Value) -> Value:
        return _combine(self, other, _sum, lambda a, b: a + b)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Value:
        return _combine(self, other, _difference, lambda a, b: a - b)

    def __rsub__(self, other: Value) -> Value:
        return _combine(other, self, _difference, lambda a, b: a - b)

    def __mul__(self, other: Value) -> Value:
        return _combine(self, other, _product, lambda a, b: a * b)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        _refuse_zero(other)
        return _combine(self, other, _quotient, lambda a, b: a / b)

    def __rtruediv__(self, other: Value) -> Value:
        _refuse_zero(self)
        return _combine(other, self, _quotient, lambda a, b: a / b)

    def __pow__(self, exponent: int) -> Value:
        return _power(self, exponent) if isinstance(exponent, int) else NotImplemented

    def __neg__(self) -> Exact:
        return Exact(scale(self.numerator, -1), self.denominator)

    def __pos__(self) -> Exact:
        return self

    def __abs__(self) -> Exact:
        return -self if self < 0 else self

    def __bool__(self) -> bool:
        return is_independent(self.numerator) or self != 0

    def __float__(self) -> float:
        return approximate(self)

    def __eq__(self, other: object) -> bool:
        order = _order(self, other, only_equality=True)
        return NotImplemented if order is None else order == 0

    def __lt__(self, other: Value) -> bool:
        order = _order(self, other)
        return NotImplemented if order is None else order < 0

    def __le__(self, other: Value) -> bool:
        order = _order(self, other)
        return NotImplemented if order is None else order <= 0

    def __gt__(self, other: Value) -> bool:
        order = _order(self, other)
        return NotImplemented if order is None else order > 0

    def __ge__(self, other: Value) -> bool:
        order = _order(self, other)
        return NotImplemented if order is None else order >= 0

    def __hash__(self) -> int:
        seen = nearest_decimal(self.numerator, self.denominator, digits=HASH_DIGITS)
        if not is_independent(self.numerator + self.denominator):
            # Unproven forms may equal a fraction; then they must hash as it does.
            near = Fraction(seen).limit_denominator(HASH_DENOMINATOR)
            if abs(near - Fraction(seen)) * 10**15 < 1 and self == near:
                return hash(near)
        return hash(seen)

    def __str__(self) -> str:
        return quotient_text(self.numerator, self.denominator)

    def __repr__(self) -> str:
        return f"<Exact {self}>"


Value: TypeAlias = int | Fraction | Exact | float


def approximate(x: Value) -> float:
    """The float nearest to x.

    Raises: DomainError when x is larger than every float.
    """
    if isinstance(x, float):
        return x
    try:
        return finite(nearest_float(x.numerator, x.denominator) if isinstance(x, Exact) else float(x))
    except OverflowError:
        return finite(math.inf)


def finite(number: float) -> float:
    """The same float; raises DomainError when it overflowed to infinity or is not a number."""
    if math.isfinite(number):
        return number
    raise DomainError(
        "the result is outside the exact domain and too large for a float; "
        "results there must be below 1.8e308 in size."
    )


def settled(numerator: Sum, denominator: Sum = ONE) -> Value:
    """The quotient in its normal form: int, Fraction or Exact.

    Raises: OutsideDomain when the normal form is beyond the limits.
    """
    if denominator != ONE:
        numerator, denominator = normal_form(numerator, denominator)
    if not numerator:
        return 0
    if denominator == ONE and len(numerator) == 1 and numerator[0][0] == (0, ()):
        return numerator[0][1]
    return Exact(check_limits(numerator), denominator if denominator is ONE else check_limits(denominator))


def _pair(x: Value) -> Pair:
    assert not isinstance(x, float)
    return (x.numerator, x.denominator) if isinstance(x, Exact) else (constant(x), ONE)


def _combine(
    left: Value,
    right: Value,
    exactly: Callable[[Pair, Pair], Value],
    roughly: Callable[[float, float], float],
) -> Value:
    """One operation: exact where it can be, in floats where an operand is a float or the result too big."""
    for side in (left, right):
        if not isinstance(side, (Exact, int, Fraction, float)):
            return NotImplemented
    try:
        if not isinstance(left, float) and not isinstance(right, float):
            return exactly(_pair(left), _pair(right))
    except OutsideDomain:
        pass
    try:
        return finite(roughly(approximate(left), approximate(right)))
    except ZeroDivisionError:  # a divisor other than 0, but too small for a float
        return finite(math.inf)


def _sum(left: Pair, right: Pair) -> Value:
    (a, b), (c, d) = left, right
    if b == d:
        return settled(add(a, c), b)
    return settled(add(multiply(a, d), multiply(c, b)), multiply(b, d))


def _difference(left: Pair, right: Pair) -> Value:
    return _sum(left, (scale(right[0], -1), right[1]))


def _product(left: Pair, right: Pair) -> Value:
    return settled(multiply(left[0], right[0]), multiply(left[1], right[1]))


def _quotient(left: Pair, right: Pair) -> Value:
    return _product(left, (right[1], right[0]))


def _refuse_zero(divisor: object) -> None:
    if isinstance(divisor, (int, Fraction, float, Exact)) and not divisor:
        raise DomainError(f"divide: the divisor is {divisor}; division needs a divisor other than 0.")


def _power(base: Exact, exponent: int) -> Value:
    if exponent < 0:
        _refuse_zero(base)
    try:
        if len(base.numerator) == 1 and base.denominator == ONE:
            return settled(_term_power(base.numerator, exponent))
        top, bottom = _repeated_product(base, abs(exponent))
        return settled(top, bottom) if exponent >= 0 else settled(bottom, top)
    except OutsideDomain:
        pass
    try:
        return finite(approximate(base) ** exponent)
    except (OverflowError, ZeroDivisionError):
        return finite(math.inf)


def _term_power(term: Sum, exponent: int) -> Sum:
    """A single term to any power."""
    ((q, atoms), coefficient) = term[0]
    roots = math.prod(argument for (kind, argument), _ in atoms if kind == SQRT and isinstance(argument, int))
    bits = max(roots, abs(coefficient.numerator), coefficient.denominator).bit_length() - 1
    if not -MAX_EXPONENT <= q * exponent <= MAX_EXPONENT or bits * abs(exponent) > 2 * MAX_COEFFICIENT_BITS:
        raise OutsideDomain(f"the power {exponent} makes a number too long.")
    powers = tuple((a, exponent % 2 if a[0] == SQRT else k * exponent) for a, k in atoms)
    factor = Fraction(coefficient) ** exponent * Fraction(roots) ** (exponent // 2)
    return (((whole(q * exponent), tuple((a, k) for a, k in powers if k)), whole(factor)),)


def _repeated_product(base: Exact, exponent: int) -> Pair:
    """base**exponent, exponent not negative, by squaring; it grows with every step, so it ends soon."""
    result, square = (ONE, ONE), (base.numerator, base.denominator)
    while exponent:
        if exponent % 2:
            result = _pair(_product(result, square))
        exponent //= 2
        if exponent:
            square = _pair(_product(square, square))
    return result


def _order(left: Exact, right: object, *, only_equality: bool = False) -> float | None:
    """Below, at or above 0 as left is to right; nan beside a nan, None beside anything that is no number."""
    if isinstance(right, float):
        if not math.isfinite(right):
            return -right
        right = Fraction(right)
    if not isinstance(right, (Exact, int, Fraction)):
        return None
    (a, b), (c, d) = _pair(left), _pair(right)
    difference = add(a, scale(c, -1)) if b == d else add(multiply(a, d), scale(multiply(c, b), -1))
    if not difference:
        return 0
    if only_equality and is_independent(difference):
        return 1
    return sign_of_sum(difference) * sign_of_sum(b) * (1 if b == d else sign_of_sum(d))
