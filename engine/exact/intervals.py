"""Rigorous decimal intervals: the sign and the nearest float of an exact number.

Every bound is rounded outward. A quantity whose interval still holds 0 at the last of PRECISIONS (1000
digits) **counts as 0**: two differently written numbers that agree in 1000 digits are the same for us, as
log(exp(2) - 1) and log(exp(1) - 1) + log(exp(1) + 1) are. Calling them different could cost a student a
right answer; with the limits of `engine.exact.limits` no two different numbers are known that come so close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
)
from fractions import Fraction
from typing import Final, NamedTuple, TypeVar

from engine.exact.limits import PRECISIONS
from engine.exact.sums import LOG, LOG_OF_SUM, ONE, Atom, Rational, Sum

__all__ = ["nearest_decimal", "nearest_float", "sign_of_sum"]

Rounded = TypeVar("Rounded")

# From so many digits on, one exp (75 microseconds) costs more than a dozen multiplications of 1.
DOUBLINGS_PAY_FROM: Final = 150


class Interval(NamedTuple):
    """The numbers between two decimals, both included."""

    low: Decimal
    high: Decimal


class TooCoarse(ArithmeticError):
    """The interval of a divisor or of a logarithm's operand still holds 0 at this precision."""


def sign_of_sum(terms: Sum) -> int:
    """-1, 0 or 1; 0 also when 1000 digits can't tell the sum from 0."""
    if not terms:
        return 0
    first = 1 if terms[0][1] > 0 else -1
    if all(coefficient * first > 0 for _, coefficient in terms) and _atoms_are_positive(terms):
        return first
    for found in _enclosures(terms, ONE):
        if found.low > 0:
            return 1
        if found.high < 0:
            return -1
    return 0


def _atoms_are_positive(terms: Sum) -> bool:
    return all(atom[0] != LOG_OF_SUM for (_, atoms), _ in terms for atom, _ in atoms)


def nearest_float(numerator: Sum, denominator: Sum) -> float:
    """The float nearest to numerator/denominator; inf when it is beyond every float."""
    return _settled(numerator, denominator, float)


def nearest_decimal(numerator: Sum, denominator: Sum, *, digits: int) -> Decimal:
    """numerator/denominator rounded to so many significant digits: a function of the number, not its form."""
    return _settled(numerator, denominator, Context(prec=digits, rounding=ROUND_HALF_EVEN).plus)


def _settled(numerator: Sum, denominator: Sum, read: Callable[[Decimal], Rounded]) -> Rounded:
    """Both ends read alike, at the first precision where they agree; after the last, 0 or the middle."""
    found = Interval(Decimal(0), Decimal(0))
    for found in _enclosures(numerator, denominator):
        low, high = read(found.low), read(found.high)
        if low == high:
            return low
    return read(Decimal(0) if found.low <= 0 <= found.high else (found.low + found.high) / 2)


def _enclosures(numerator: Sum, denominator: Sum) -> Iterator[Interval]:
    """Intervals around numerator/denominator, narrower and narrower."""
    for digits in PRECISIONS:
        sketch = _Evaluation(digits)
        try:
            top = sketch.sum(numerator)
            if denominator != ONE:
                top = sketch.product(top, sketch.reciprocal(sketch.sum(denominator)))
            yield top
        except TooCoarse:
            continue


class _Evaluation:
    """One evaluation at one precision; the atoms met are kept so that each is evaluated once."""

    def __init__(self, digits: int) -> None:
        traps = [InvalidOperation, DivisionByZero]
        self._down = Context(prec=digits, rounding=ROUND_FLOOR, Emin=-(10**9), Emax=10**9, traps=traps)
        self._up = Context(prec=digits, rounding=ROUND_CEILING, Emin=-(10**9), Emax=10**9, traps=traps)
        self._digits = digits
        self._atoms: dict[Atom, Interval] = {}
        # For each denominator n: e**(1/n), e**(2/n), e**(4/n) and so on.
        self._doublings: dict[int, list[Interval]] = {}

    def sum(self, terms: Sum) -> Interval:
        low, high = Decimal(0), Decimal(0)
        for (q, atoms), coefficient in terms:
            term = self._rational(coefficient)
            if q:
                term = self.product(term, self._exponential(q))
            for atom, power in atoms:
                term = self.product(term, self._power(self._atom(atom), power))
            low, high = self._down.add(low, term.low), self._up.add(high, term.high)
        return Interval(low, high)

    def product(self, a: Interval, b: Interval) -> Interval:
        if a.low > 0 and b.low > 0:
            return Interval(self._down.multiply(a.low, b.low), self._up.multiply(a.high, b.high))
        ends = [(x, y) for x in a for y in b]
        return Interval(
            min(self._down.multiply(x, y) for x, y in ends), max(self._up.multiply(x, y) for x, y in ends)
        )

    def reciprocal(self, a: Interval) -> Interval:
        if a.low <= 0 <= a.high:
            raise TooCoarse("the divisor can't be told from 0 at this precision.")
        one = Decimal(1)
        return Interval(self._down.divide(one, a.high), self._up.divide(one, a.low))

    def _rational(self, number: Rational) -> Interval:
        top, bottom = Decimal(number.numerator), Decimal(number.denominator)
        return Interval(self._down.divide(top, bottom), self._up.divide(top, bottom))

    # decimal rounds exp, ln and sqrt correctly to the nearest, whatever the context's rounding says, so the
    # neighbours on both sides enclose the true value.
    def _exponential(self, q: Rational) -> Interval:
        if self._digits >= DOUBLINGS_PAY_FROM and abs(q.numerator) > 1:
            return self._exponential_by_doubling(q)
        a = self._rational(q)
        low = self._down.exp(a.low)
        return self._outward(low, low if a.low == a.high else self._up.exp(a.high))

    def _exponential_by_doubling(self, q: Rational) -> Interval:
        """e**q as a product of e**(2**k/n): many powers for one evaluation of exp."""
        doublings = self._doublings.setdefault(q.denominator, [])
        if not doublings:
            doublings.append(self._exponential(Fraction(1, q.denominator)))
        size = abs(q.numerator)
        while len(doublings) < size.bit_length():
            doublings.append(self.product(doublings[-1], doublings[-1]))
        result = Interval(Decimal(1), Decimal(1))
        for k, power in enumerate(doublings):
            if size >> k & 1:
                result = self.product(result, power)
        return result if q > 0 else self.reciprocal(result)

    def _logarithm(self, a: Interval) -> Interval:
        if a.low <= 0:
            raise TooCoarse("the operand of a logarithm can't be told from 0 at this precision.")
        low = self._down.ln(a.low)
        return self._outward(low, low if a.low == a.high else self._up.ln(a.high))

    def _outward(self, low: Decimal, high: Decimal) -> Interval:
        return Interval(self._down.next_minus(low), self._up.next_plus(high))

    def _power(self, a: Interval, power: int) -> Interval:
        result = a
        for _ in range(abs(power) - 1):
            result = self.product(result, a)
        return result if power > 0 else self.reciprocal(result)

    def _atom(self, atom: Atom) -> Interval:
        if atom not in self._atoms:
            self._atoms[atom] = self._fresh_atom(atom)
        return self._atoms[atom]

    def _fresh_atom(self, atom: Atom) -> Interval:
        kind, argument = atom
        if not isinstance(argument, int):
            return self._logarithm(self.sum(argument))
        inside = self._rational(argument)
        if kind == LOG:
            return self._logarithm(inside)
        return self._outward(self._down.sqrt(inside.low), self._up.sqrt(inside.high))
