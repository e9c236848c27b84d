"""Finite sums of monomials in powers of e, logarithms and square roots: their ring, without any value.

A monomial is `(q, atoms)`: e**q times a product of atom powers. An atom is `(LOG, n)` for log(n), n > 1;
`(LOG_OF_SUM, s)` for log(s), s a positive sum that is not rational; `(SQRT, p)` for sqrt(p), p prime.
Powers of logarithms are any integers but 0, powers of square roots are 1. A sum is a tuple of
`(monomial, coefficient)`, sorted by monomial, coefficients not 0. Whole numbers are always `int`.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import Final, TypeAlias, Union

from engine.exact.limits import (
    MAX_ATOMS,
    MAX_COEFFICIENT_BITS,
    MAX_EXPONENT,
    MAX_EXPONENT_DENOMINATOR,
    MAX_POWER,
    MAX_TERMS,
    OutsideDomain,
)

__all__ = [
    "LOG",
    "LOG_OF_SUM",
    "ONE",
    "SQRT",
    "Atom",
    "Atoms",
    "Monomial",
    "Rational",
    "Sum",
    "Term",
    "add",
    "atoms_of",
    "check_limits",
    "coefficient_content",
    "collect",
    "constant",
    "invert_term",
    "is_independent",
    "monomial_content",
    "multiply",
    "scale",
    "weight",
    "whole",
]

Rational: TypeAlias = int | Fraction
Atom: TypeAlias = tuple[int, Union[int, "Sum"]]
Atoms: TypeAlias = tuple[tuple[Atom, int], ...]
Monomial: TypeAlias = tuple[Rational, Atoms]
Term: TypeAlias = tuple[Monomial, Rational]
Sum: TypeAlias = tuple[Term, ...]

# The kinds come first in an atom, so that sorting never compares a number with a sum.
LOG: Final = 0
LOG_OF_SUM: Final = 1
SQRT: Final = 2

ONE: Final[Sum] = (((0, ()), 1),)


def whole(number: Rational) -> Rational:
    """The same number, as an `int` when it is whole."""
    return number.numerator if number.denominator == 1 else number


def constant(number: Rational) -> Sum:
    """A rational number as a sum."""
    return (((0, ()), whole(number)),) if number else ()


def collect(terms: Iterable[Term]) -> Sum:
    """The sum of terms in any order, with like monomials put together."""
    totals: dict[Monomial, Rational] = {}
    for monomial, coefficient in terms:
        totals[monomial] = totals.get(monomial, 0) + coefficient
    return tuple(sorted((monomial, whole(total)) for monomial, total in totals.items() if total))


def add(left: Sum, right: Sum) -> Sum:
    """left + right."""
    return collect(left + right)


def scale(terms: Sum, factor: Rational) -> Sum:
    """terms * factor, factor not 0."""
    if factor == 1:
        return terms
    return tuple((monomial, whole(coefficient * factor)) for monomial, coefficient in terms)


def multiply(left: Sum, right: Sum) -> Sum:
    """left * right, expanded."""
    if left == ONE:
        return right
    if right == ONE:
        return left
    return collect(_times(a, b) for a in left for b in right)


def _times(left: Term, right: Term) -> Term:
    (q_left, atoms_left), a = left
    (q_right, atoms_right), b = right
    q = whole(q_left + q_right)
    if not atoms_left or not atoms_right:
        return (q, atoms_left or atoms_right), a * b
    powers, factor = dict(atoms_left), a * b
    for atom, power in atoms_right:
        power += powers.pop(atom, 0)
        if atom[0] == SQRT and power == 2:
            factor *= _radicand(atom)
        elif power:
            powers[atom] = power
    return (q, tuple(sorted(powers.items()))), factor


def _radicand(atom: Atom) -> int:
    assert isinstance(atom[1], int)
    return atom[1]


def invert_term(term: Term) -> Term:
    """1/term; a square root stays on top, 1/sqrt(2) is sqrt(2)/2."""
    (q, atoms), coefficient = term
    inverse = Fraction(1) / coefficient
    powers: list[tuple[Atom, int]] = []
    for atom, power in atoms:
        if atom[0] == SQRT:
            inverse /= _radicand(atom)
            powers.append((atom, 1))
        else:
            powers.append((atom, -power))
    return (-q, tuple(powers)), whole(inverse)


def monomial_content(terms: Sum) -> Monomial:
    """The largest monomial without square roots that divides every term, as a Laurent polynomial."""
    least = dict(terms[0][0][1])
    for (_, atoms), _ in terms[1:]:
        powers = dict(atoms)
        least = {atom: min(least.get(atom, 0), powers.get(atom, 0)) for atom in {*least, *powers}}
    kept = sorted((atom, power) for atom, power in least.items() if power and atom[0] != SQRT)
    # Terms are sorted by their power of e, so the first has the lowest.
    return terms[0][0][0], tuple(kept)


def coefficient_content(terms: Sum) -> Fraction:
    """The positive rational that leaves integer coefficients without a common divisor."""
    top = gcd(*(coefficient.numerator for _, coefficient in terms))
    return Fraction(top, lcm(*(coefficient.denominator for _, coefficient in terms)))


def atoms_of(terms: Sum) -> set[Atom]:
    """Every atom that occurs in a sum, not looking inside logarithms."""
    return {atom for (_, atoms), _ in terms for atom, _ in atoms}


def is_independent(terms: Sum) -> bool:
    """Whether a sum that is not () is proven to be a number other than 0.

    Source: Lindemann and Weierstrass: different powers of e are linearly independent over the algebraic
    numbers, and products of different sqrt(prime) over the rationals. Logarithms have no such proof.
    """
    return all(atom[0] == SQRT for (_, atoms), _ in terms for atom, _ in atoms)


def weight(terms: Sum) -> int:
    """Terms and atoms of a sum, with everything inside its logarithms; the depth is bounded by MAX_WEIGHT."""
    total = 0
    for (_, atoms), _ in terms:
        total += 1
        for (_, argument), _ in atoms:
            total += 1 if isinstance(argument, int) else 1 + weight(argument)
    return total


def check_limits(terms: Sum) -> Sum:
    """The same sum; raises OutsideDomain when it has outgrown `engine.exact.limits`."""
    if len(terms) > MAX_TERMS:
        raise OutsideDomain(f"a sum has {len(terms)} terms; exact sums have at most {MAX_TERMS}.")
    atoms_seen: set[Atom] = set()
    for (q, atoms), coefficient in terms:
        if not -MAX_EXPONENT <= q <= MAX_EXPONENT or q.denominator > MAX_EXPONENT_DENOMINATOR:
            raise OutsideDomain(f"a power of e is {q}; exact powers lie within {MAX_EXPONENT} of 0.")
        bits = max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length())
        if bits > MAX_COEFFICIENT_BITS:
            raise OutsideDomain(f"a coefficient has {bits} bits; exact ones have {MAX_COEFFICIENT_BITS}.")
        for atom, power in atoms:
            atoms_seen.add(atom)
            if abs(power) > MAX_POWER:
                raise OutsideDomain(f"a logarithm has power {power}; exact powers are within {MAX_POWER}.")
    if len(atoms_seen) > MAX_ATOMS:
        raise OutsideDomain(f"a sum has {len(atoms_seen)} atoms; exact sums have at most {MAX_ATOMS}.")
    return terms
