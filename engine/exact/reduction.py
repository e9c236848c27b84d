"""The normal form of a quotient: no roots below, lowest terms; divisors are found modulo a prime."""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from math import gcd, lcm
from typing import Final, NamedTuple

from engine.exact.limits import MAX_DEGREE, MAX_TERMS, OutsideDomain
from engine.exact.sums import (
    ONE,
    SQRT,
    Atoms,
    Rational,
    Sum,
    atoms_of,
    coefficient_content,
    collect,
    invert_term,
    monomial_content,
    multiply,
    scale,
    whole,
)

__all__ = ["normal_form"]

# Two Mersenne primes: the first sees in microseconds that most pairs have no common divisor, the second is
# wide enough to read off the coefficients of any divisor that MAX_COEFFICIENT_BITS lets through in practice.
# A prime that misleads is found out by the exact division afterwards.
PRIMES: Final = (2**61 - 1, 2**1279 - 1)

# Coefficients from the constant term up, the last one not 0.
Polynomial = list[int]


def normal_form(numerator: Sum, denominator: Sum) -> tuple[Sum, Sum]:
    """No square root and no common factor below the line, no power common to all of it, and a leading 1.

    Raises: OutsideDomain when clearing the square roots takes too many terms.
    """
    if len(denominator) > 1 and numerator:
        numerator, denominator = _without_roots_below(numerator, denominator)
    if len(denominator) > 1 and numerator:
        q, atoms = monomial_content(denominator)
        unit = (invert_term(((q, atoms), 1)),)
        numerator, denominator = multiply(numerator, unit), multiply(denominator, unit)
        if not atoms_of(denominator):
            numerator, denominator = _lowest_terms(numerator, denominator)
        elif len(numerator) == len(denominator):
            ratio = multiply(numerator[-1:], (invert_term(denominator[-1]),))
            if multiply(denominator, ratio) == numerator:
                return ratio, ONE
    if len(denominator) == 1:
        return multiply(numerator, (invert_term(denominator[0]),)), ONE
    lead = Fraction(1) / denominator[-1][1]
    return scale(numerator, lead), scale(denominator, lead)


def _without_roots_below(numerator: Sum, denominator: Sum) -> tuple[Sum, Sum]:
    """Both multiplied so that no square root is left below: (a + b*sqrt(p)) * (a - b*sqrt(p))."""
    while True:
        roots = [atom for atom in atoms_of(denominator) if atom[0] == SQRT]
        if not roots:
            return numerator, denominator
        root = (max(roots), 1)
        mirrored = tuple((m, -c if root in m[1] else c) for m, c in denominator)
        numerator, denominator = multiply(numerator, mirrored), multiply(denominator, mirrored)
        if len(numerator) > MAX_TERMS**2 or len(denominator) > MAX_TERMS:
            raise OutsideDomain("a denominator without square roots would have too many terms.")


def _lowest_terms(numerator: Sum, denominator: Sum) -> tuple[Sum, Sum]:
    """Both divided by their greatest common divisor; the denominator has powers of e only.

    The numerator may hold atoms: it is a polynomial in e for each product of atoms. Where the degree is
    beyond MAX_DEGREE both come back as they are, which is right but not lowest.
    """
    groups: dict[Atoms, dict[Rational, Rational]] = {}
    for (q, atoms), coefficient in numerator:
        groups.setdefault(atoms, {})[q] = coefficient
    below = {q: coefficient for (q, _), coefficient in denominator}
    grid = _common_grid([below, *groups.values()])
    if any(grid.steps(max(powers), min(powers)) > MAX_DEGREE for powers in (below, *groups.values())):
        return numerator, denominator
    divisor = _dense(below, grid)
    for powers in groups.values():
        divisor = _greatest_common_divisor(divisor, _dense(powers, grid))
        if len(divisor) == 1:
            return numerator, denominator
    quotients = [_divided(powers, atoms, divisor, grid) for atoms, powers in groups.items()]
    return collect(term for part in quotients for term in part), _divided(below, (), divisor, grid)


class Grid(NamedTuple):
    """Exponents as whole steps of unit/scale: the polynomials are in the variable e**(unit/scale)."""

    scale: int
    unit: int

    def steps(self, q: Rational, start: Rational) -> int:
        """Steps from start to q."""
        return ((q - start) * self.scale).numerator // self.unit

    def power(self, index: int, start: Rational) -> Rational:
        """The exponent so many steps above start."""
        return whole(
            start + (index * self.unit if self.scale == 1 else Fraction(index * self.unit, self.scale))
        )


def _common_grid(polynomials: list[dict[Rational, Rational]]) -> Grid:
    """The widest steps of which every difference of exponents is a multiple."""
    gaps = [q - min(powers) for powers in polynomials for q in powers]
    scale = lcm(*(gap.denominator for gap in gaps))
    return Grid(scale, gcd(*((gap * scale).numerator for gap in gaps)))


def _dense(powers: dict[Rational, Rational], grid: Grid) -> Polynomial:
    """Integer coefficients without a common divisor, from the lowest power up."""
    start, content = min(powers), _content(powers)
    dense = [0] * (grid.steps(max(powers), start) + 1)
    for q, coefficient in powers.items():
        units = content.denominator // coefficient.denominator
        dense[grid.steps(q, start)] = coefficient.numerator * units // content.numerator
    return dense


def _content(powers: dict[Rational, Rational]) -> Fraction:
    return coefficient_content(tuple(((0, ()), coefficient) for coefficient in powers.values()))


def _divided(powers: dict[Rational, Rational], atoms: Atoms, divisor: Polynomial, grid: Grid) -> Sum:
    """The group of one product of atoms, divided by a polynomial that is known to divide it."""
    start, content = min(powers), _content(powers)
    quotient = _exact_quotient(_dense(powers, grid), divisor)
    assert quotient is not None
    return tuple(
        ((grid.power(index, start), atoms), whole(coefficient * content))
        for index, coefficient in enumerate(quotient)
        if coefficient
    )


def _greatest_common_divisor(left: Polynomial, right: Polynomial) -> Polynomial:
    """The primitive greatest common divisor; [1] also when no prime could settle it."""
    lead = gcd(left[-1], right[-1])
    for prime in PRIMES:
        if left[-1] % prime == 0 or right[-1] % prime == 0:
            continue
        found = _modular_divisor(left, right, prime)
        if len(found) == 1:
            return [1]
        candidate = _primitive([_centred(coefficient * lead, prime) for coefficient in found])
        if _exact_quotient(left, candidate) is not None and _exact_quotient(right, candidate) is not None:
            return candidate
    return [1]


def _modular_divisor(left: Polynomial, right: Polynomial, prime: int) -> Polynomial:
    """Euclid's algorithm modulo a prime; leading coefficient 1."""
    a, b = ([coefficient % prime for coefficient in side] for side in (left, right))
    while b:
        inverse = pow(b[-1], -1, prime)
        b = [coefficient * inverse % prime for coefficient in b]
        while len(a) >= len(b):
            factor, shift = a[-1], len(a) - len(b)
            a[shift:] = [(x - factor * y) % prime for x, y in zip_longest(a[shift:], b, fillvalue=0)]
            while a and a[-1] == 0:
                a.pop()
        a, b = b, a
    return a


def _centred(residue: int, prime: int) -> int:
    residue %= prime
    return residue - prime if 2 * residue > prime else residue


def _primitive(polynomial: Polynomial) -> Polynomial:
    content = gcd(*polynomial)
    return [coefficient // content for coefficient in polynomial]


def _exact_quotient(dividend: Polynomial, divisor: Polynomial) -> Polynomial | None:
    """dividend / divisor when it has integer coefficients and leaves nothing, else None."""
    rest, quotient = list(dividend), [0] * max(len(dividend) - len(divisor) + 1, 0)
    for shift in range(len(quotient) - 1, -1, -1):
        factor, left_over = divmod(rest[shift + len(divisor) - 1], divisor[-1])
        if left_over:
            return None
        quotient[shift] = factor
        if factor:
            for k, coefficient in enumerate(divisor):
                rest[shift + k] -= factor * coefficient
    return None if any(rest) else quotient
