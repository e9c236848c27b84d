"""Powers, exponentials, logarithms and factorials of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import factorial as whole_factorial
from math import inf
from typing import Final

from grader.growth import ranges
from grader.growth.constants import log_of_number
from grader.growth.ground import Ground, at_least
from grader.growth.limits import MAX_EXPANSION, MAX_POWER_BITS, Undecided
from grader.growth.ranges import MAYBE, SOME, UNKNOWN, Range
from grader.growth.scales import (
    CONSTANT_TERM,
    ONE,
    SELF,
    Monomial,
    Scale,
    Term,
    function_of_term,
    log_term,
    over,
    raised,
    term_of_function,
    term_product,
    variable,
    variables_in,
)
from grader.growth.signs import bounds_of
from grader.growth.simplex import Number
from grader.growth.sums import ONE_SUM, Sum, Value, collected, constant_of, number, quotient, value_of_sum, whole_power

__all__ = ["constant_power", "exponential", "factorial", "log_of_monomial", "logarithm"]

# x * log(x), the leading term of log(x!).
_SELF_TIMES_LOG: Final[Scale] = (1, 1, 0, 0, 0)
_MOST_FACTORIAL: Final = 20
# Roots of coefficients are looked for where a float finds them; others are positive and no more.
_MOST_DEGREE: Final = 12
_MOST_ROOT_BITS: Final = 500


def constant_power(base: Value, exponent: Number, ground: Ground) -> Value:
    """base ** exponent for a number; multiplied out where that is small, up to constant factors otherwise."""
    if exponent < 0:
        return quotient(number(1), constant_power(base, -exponent, ground))
    if exponent == 0:
        return number(1)
    own = constant_of(base)
    if own is not None:
        return number(_power_of_range(own, exponent))
    return Value(_power(base.top, exponent, ground), _power(base.bottom, exponent, ground))


def _power_of_range(base: Range, exponent: Number) -> Range:
    value = base.exact
    if value == 0:
        return ranges.exactly(0)
    if value is not None and isinstance(exponent, int):
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if bits * exponent <= MAX_POWER_BITS:
            return ranges.exactly(value**exponent)
    if base.sign <= 0:
        raise Undecided
    root = None if value is None or isinstance(exponent, int) else _root(value, exponent.denominator)
    return SOME if root is None else _power_of_range(ranges.exactly(root), exponent.numerator)


def _root(value: Number, degree: int) -> Number | None:
    """The root of a positive number, if it is rational and the degree is small."""
    if degree > _MOST_DEGREE:
        return None
    parts = []
    for whole in (value.numerator, value.denominator):
        if whole.bit_length() > _MOST_ROOT_BITS:
            return None
        near = round(whole ** (1 / degree))
        if near**degree != whole:
            return None
        parts.append(near)
    return parts[0] if parts[1] == 1 else Fraction(*parts)


def _power(base: Sum, exponent: Number, ground: Ground) -> Sum:
    if base is ONE_SUM:
        return base
    if len(base) == 1:
        ((monomial, own),) = base.items()
        return {raised(monomial, exponent): _power_of_range(own, exponent)}
    can_cancel = ground.has_minus or any(own.sign < 1 for own in base.values())
    if can_cancel and isinstance(exponent, int) and len(base) ** min(exponent, MAX_EXPANSION) <= MAX_EXPANSION:
        return whole_power(base, exponent)
    bounds = bounds_of(base, ground)
    if bounds.lower is None:
        raise Undecided
    powers = {raised(monomial, exponent): MAYBE for monomial in bounds.upper}
    powers.update({raised(monomial, exponent): SOME for monomial in bounds.lower})
    return powers


def log_of_monomial(base: Value) -> Mapping[Term, Number]:
    """The logarithm of one monomial with an exact coefficient, as a sum of terms; raises Undecided for others."""
    if base.bottom is not ONE_SUM or len(base.top) != 1:
        raise Undecided
    ((monomial, own),) = base.top.items()
    if own.exact is None:
        raise Undecided
    terms: dict[Term, Number] = {CONSTANT_TERM: log_of_number(own.exact)} if own.exact != 1 else {}
    terms.update(monomial)
    return terms


def exponential(log_base: Mapping[Term, Number], exponent: Value, ground: Ground) -> Value:
    """e ** (log_base * exponent): every product of their terms is an exponent of its own, bounded ones are factors."""
    if exponent.bottom is not ONE_SUM:
        raise Undecided
    exponents: dict[Term, Number] = {}
    factor = ranges.UNIT
    for monomial, own in exponent.top.items():
        inside = term_of_function(monomial)
        for term, multiple in log_base.items():
            whole = term_product(inside, term)
            if _is_bounded(function_of_term(whole), ground):
                factor = SOME
            elif own.exact is None:
                raise Undecided
            else:
                exponents[whole] = exponents.get(whole, 0) + own.exact * multiple
    return value_of_sum({_monomial(exponents.items()): factor})


def _is_bounded(monomial: Monomial, ground: Ground) -> bool:
    return at_least(raised(monomial, -1), ground) is not None


def _monomial(exponents: Iterable[tuple[Term, Number]]) -> Monomial:
    return tuple(sorted((term, exponent) for term, exponent in exponents if exponent))


def logarithm(inside: Value, ground: Ground) -> Value:
    """The natural logarithm."""
    own = constant_of(inside)
    if own is not None:
        return number(_log_of_range(own))
    if inside.bottom is not ONE_SUM:
        raise Undecided
    lead = _leading(inside.top, ground)
    if lead is None:
        return value_of_sum(_log_of_sum(inside.top, ground))
    factor = inside.top[lead].exact if len(inside.top) == 1 else None
    offset = UNKNOWN if factor is None else _log_of_range(ranges.exactly(factor))
    terms = [(_function_of(term, ground), ranges.exactly(exponent)) for term, exponent in lead]
    return value_of_sum(collected([*terms, (ONE, offset)]))


def _log_of_range(own: Range) -> Range:
    if own.sign <= 0:
        raise Undecided
    if own.exact is None:
        return SOME if own.low > 1 else MAYBE if own.low == 1 else UNKNOWN
    try:
        return ranges.exactly(log_of_number(own.exact))
    except Undecided:
        return SOME if own.exact > 1 else UNKNOWN


def _leading(own: Sum, ground: Ground) -> Monomial | None:
    """The positive monomial beside which all others vanish."""
    for lead, one in own.items():
        if one.sign > 0 and all(other == lead or at_least(over(lead, other), ground) == inf for other in own):
            return lead
    return None


def _log_of_sum(own: Sum, ground: Ground) -> Sum:
    """log(a + b) is the larger of log a and log b, up to a constant."""
    bounds = bounds_of(own, ground)
    if not bounds.lower or not any(at_least(monomial, ground) == inf for monomial in bounds.lower):
        raise Undecided
    if any(exponent < 0 for monomial in (*bounds.lower, *bounds.upper) for _, exponent in monomial):
        raise Undecided
    terms = {_function_of(term, ground): MAYBE for monomial in bounds.upper for term, _ in monomial}
    terms.update({_function_of(term, ground): SOME for monomial in bounds.lower for term, _ in monomial})
    return terms


def _function_of(term: Term, ground: Ground) -> Monomial:
    """The term as a monomial; the logarithm of what may be 1 is 0 there and no monomial."""
    if not all(index in ground.large for index, _ in term):
        raise Undecided
    return function_of_term(term)


def factorial(inside: Value, ground: Ground) -> Value:
    """inside! for c*x + k, by Stirling's formula: x**(c*x) * (c**c/e**c)**x * x**(k + 1/2)."""
    own = constant_of(inside)
    if own is not None:
        value = own.exact
        if not isinstance(value, int) or value < 0:
            raise Undecided
        return number(whole_factorial(value) if value <= _MOST_FACTORIAL else SOME)
    rest = {monomial: one.exact for monomial, one in inside.top.items()}
    shift = rest.pop(ONE, 0)
    if inside.bottom is not ONE_SUM or len(rest) != 1 or shift is None:
        raise Undecided
    ((monomial, factor),) = rest.items()
    index = min(variables_in(monomial))
    if factor is None or factor <= 0 or monomial != variable(index) or index not in ground.large:
        raise Undecided
    return value_of_sum({_stirling(index, factor, shift): SOME})


def _stirling(index: int, factor: Number, shift: Number) -> Monomial:
    return _monomial(
        [
            (log_term(index), shift + Fraction(1, 2)),
            (((index, SELF),), factor * (log_of_number(factor) - 1)),
            (((index, _SELF_TIMES_LOG),), factor),
        ]
    )
