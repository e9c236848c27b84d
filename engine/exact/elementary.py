"""exp, log and sqrt of exact numbers in exact form; OutsideDomain where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.exact.intervals import sign_of_sum
from engine.exact.limits import MAX_WEIGHT, OutsideDomain
from engine.exact.quotient import Exact, Value, settled
from engine.exact.rationals import factors, is_proven_prime, rational_power
from engine.exact.sums import (
    LOG,
    LOG_OF_SUM,
    ONE,
    SQRT,
    Atom,
    Monomial,
    Rational,
    Sum,
    Term,
    coefficient_content,
    collect,
    invert_term,
    monomial_content,
    multiply,
    scale,
    weight,
    whole,
)

__all__ = ["exact_exp", "exact_log", "exact_sqrt"]


def exact_exp(x: Rational | Exact) -> Value:
    """e**x for a rational x, or a rational plus whole multiples of logarithms (halves for prime operands)."""
    if not isinstance(x, Exact):
        return settled((((whole(x), ()), 1),))
    if x.denominator != ONE:
        raise OutsideDomain("the exponential of a quotient of sums has no exact form.")
    result: Value = 1
    for monomial, coefficient in x.numerator:
        result = result * _exp_of_term(monomial, coefficient)
        if isinstance(result, float):
            raise OutsideDomain("the exponential has grown beyond the limits.")
    return whole(result) if isinstance(result, Fraction) else result


def _exp_of_term(monomial: Monomial, coefficient: Rational) -> Value:
    q, atoms = monomial
    if not q and not atoms:
        return settled((((coefficient, ()), 1),))
    if q or len(atoms) > 1 or atoms[0][1] != 1 or atoms[0][0][0] == SQRT:
        raise OutsideDomain("only multiples of a single logarithm have an exact exponential.")
    argument = atoms[0][0][1]
    if isinstance(argument, int):
        if coefficient.denominator == 2:
            return exact_sqrt(argument) ** coefficient.numerator
        if coefficient.denominator == 1:
            return rational_power(argument, coefficient.numerator)
    elif coefficient.denominator == 1:
        return settled(argument) ** coefficient.numerator
    raise OutsideDomain(f"a power of {coefficient} has no exact form here.")


def exact_log(x: Rational | Exact) -> Value:
    """The logarithm of a number above 0, split over factors and powers."""
    if not isinstance(x, Exact):
        return settled(collect(_log_of_rational(x, 1)))
    below = ((monomial, -coefficient) for monomial, coefficient in _log_of_size(x.denominator))
    return settled(collect([*_log_of_size(x.numerator), *below]))


def _log_of_rational(number: Rational, times: Rational) -> Iterator[Term]:
    for side, sign in ((number.numerator, times), (number.denominator, -times)):
        for factor, power in factors(side):
            yield (0, (((LOG, factor), 1),)), power * sign


def _log_of_size(terms: Sum) -> Iterator[Term]:
    """log(abs(terms)): its content apart, and a new atom for what is left."""
    if len(terms) == 1:
        (q, atoms), content = terms[0]
    else:
        (q, atoms), content = monomial_content(terms), coefficient_content(terms)
        unit = invert_term(((q, atoms), content))
        yield _log_atom(multiply(terms, (unit,))), 1
    yield (0, ()), q
    yield from _log_of_rational(max(content, -content), 1)
    for atom, power in atoms:
        if isinstance(atom[1], int) and atom[0] == SQRT:
            yield from _log_of_rational(atom[1], Fraction(1, 2))
        else:
            yield _log_atom((((0, ((atom, 1),)), 1),)), power


def _log_atom(operand: Sum) -> Monomial:
    """The monomial log(abs(operand))."""
    if weight(operand) > MAX_WEIGHT:
        raise OutsideDomain(f"the operand of a logarithm has more than {MAX_WEIGHT} pieces.")
    positive = operand if sign_of_sum(operand) > 0 else scale(operand, -1)
    return (0, (((LOG_OF_SUM, positive), 1),))


def exact_sqrt(x: Rational | Exact) -> Value:
    """The square root of a number not below 0: a rational, or one product with even powers."""
    if not isinstance(x, Exact):
        return settled((_root_of_rational(x),)) if x else 0
    if x.denominator != ONE or len(x.numerator) > 1:
        raise OutsideDomain("the square root of a sum has no exact form here.")
    (q, atoms), coefficient = x.numerator[0]
    if coefficient < 0 or any(power % 2 for _, power in atoms):
        raise OutsideDomain("the square root of an odd power has no exact form here.")
    (_, roots), factor = _root_of_rational(coefficient)
    halves: list[tuple[Atom, int]] = [(atom, power // 2) for atom, power in atoms]
    root = (((whole(Fraction(q) / 2), tuple(sorted([*halves, *roots]))), factor),)
    return settled(root if sign_of_sum(root) > 0 else scale(root, -1))


def _root_of_rational(number: Rational) -> Term:
    """sqrt(number) as a rational times square roots of primes."""
    outside, inside = Fraction(1), []
    for side, sign in ((number.numerator, 1), (number.denominator, -1)):
        for factor, power in factors(side):
            outside *= Fraction(factor) ** ((power * sign) // 2)
            if power % 2:
                if not is_proven_prime(factor):
                    raise OutsideDomain("the operand of a square root has a factor too large to split.")
                inside.append(factor)
    return (0, tuple(((SQRT, prime), 1) for prime in sorted(inside))), whole(outside)
