"""The normal form of sizes: integer polynomials over symbols and over floors, maxima and powers taken whole.

A monomial is a sorted tuple of atoms, repeated as often as their power: K**2*S is (K, K, S). A polynomial is a
tuple of `(monomial, coefficient)`, coefficients not 0, highest degree first (graded lexicographic: an order
that multiplication keeps, so that division ends with one remainder). Two atoms are one when they are equal as
tuples. Everything here is algebra only: what a floor means is said in `engine.sizes.atoms`.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd
from typing import Final, NamedTuple, TypeAlias, Union

from engine.sizes.limits import (
    MAX_COEFFICIENT_BITS,
    MAX_DEGREE,
    MAX_DIVISION_STEPS,
    MAX_NESTING,
    MAX_TERMS,
    MAX_WEIGHT,
    SizeTooLarge,
)

__all__ = [
    "MINUS_ONE",
    "ONE",
    "ZERO",
    "Atom",
    "Floor",
    "Largest",
    "Monomial",
    "Polynomial",
    "Power",
    "Symbol",
    "Term",
    "add",
    "check_limits",
    "collect",
    "constant",
    "divide",
    "integer_content",
    "integer_of",
    "monomial_quotient",
    "multiply",
    "of_atom",
    "operands",
    "scale",
    "subtract",
    "weight",
]


# `kind` comes first, so that comparing two atoms of different kinds never looks at the rest.
class Symbol(NamedTuple):
    """An unknown whole number of at least `least`."""

    kind: int
    name: str
    least: int


class Floor(NamedTuple):
    """top // bottom."""

    kind: int
    top: Polynomial
    bottom: Polynomial


class Largest(NamedTuple):
    """The largest of 0 and of the rises."""

    kind: int
    rises: tuple[Polynomial, ...]


class Power(NamedTuple):
    """base ** exponent, where the exponent is no plain number."""

    kind: int
    base: Polynomial
    exponent: Polynomial


Atom: TypeAlias = Union[Symbol, Floor, Largest, Power]  # noqa: UP007 (a forward reference in a NamedTuple)
Monomial: TypeAlias = tuple[Atom, ...]
Term: TypeAlias = tuple[Monomial, int]
Polynomial: TypeAlias = tuple[Term, ...]

ZERO: Final[Polynomial] = ()
ONE: Final[Polynomial] = (((), 1),)
MINUS_ONE: Final[Polynomial] = (((), -1),)


def constant(number: int) -> Polynomial:
    """A whole number."""
    return (((), number),) if number else ()


def of_atom(atom: Atom) -> Polynomial:
    """One atom, once."""
    return (((atom,), 1),)


def integer_of(form: Polynomial) -> int | None:
    """The number that a polynomial without atoms is."""
    if not form:
        return 0
    return form[0][1] if not form[0][0] else None


def collect(terms: Iterable[Term]) -> Polynomial:
    """The polynomial of terms in any order, with like monomials put together."""
    totals: dict[Monomial, int] = {}
    for monomial, coefficient in terms:
        totals[monomial] = totals.get(monomial, 0) + coefficient
    return tuple(sorted((term for term in totals.items() if term[1]), key=_rank))


def _rank(term: Term) -> tuple[int, Monomial]:
    return -len(term[0]), term[0]


def add(left: Polynomial, right: Polynomial) -> Polynomial:
    """left + right."""
    if not left or not right:
        return left or right
    return collect(left + right)


def subtract(left: Polynomial, right: Polynomial) -> Polynomial:
    """left - right."""
    return add(left, scale(right, -1))


def scale(form: Polynomial, factor: int) -> Polynomial:
    """form * factor."""
    if factor == 1:
        return form
    return tuple((monomial, coefficient * factor) for monomial, coefficient in form) if factor else ZERO


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    """left * right, expanded."""
    if len(left) * len(right) > MAX_TERMS * MAX_TERMS:
        raise SizeTooLarge(f"a product has {len(left)} times {len(right)} terms; {MAX_TERMS} is the most.")
    if len(left) == 1 and not left[0][0]:
        return scale(right, left[0][1])
    if len(right) == 1 and not right[0][0]:
        return scale(left, right[0][1])
    if len(left) == 1 and len(right) == 1:  # most products of sizes: nothing to put together
        (m, a), (n, b) = left[0], right[0]
        return ((tuple(sorted(m + n)), a * b),)
    return collect((tuple(sorted(m + n)), a * b) for m, a in left for n, b in right)


def monomial_quotient(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    """monomial / divisor, or None where it does not divide."""
    if not divisor:
        return monomial
    rest = list(monomial)
    for atom in divisor:
        if atom not in rest:
            return None
        rest.remove(atom)
    return tuple(rest)


def divide(top: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder, bottom not 0 and its first coefficient positive.

    No term of the remainder is a multiple of bottom's first monomial, or its coefficient lies in [0, first
    coefficient). Such a remainder is unique: top and top + a * bottom leave the same.
    """
    (lead, lead_coefficient), others = bottom[0], bottom[1:]
    rest = dict(top)
    quotient: list[Term] = []
    remainder: list[Term] = []
    for _ in range(MAX_DIVISION_STEPS):
        if not rest:
            return collect(quotient), collect(remainder)
        monomial, coefficient = min(rest.items(), key=_rank)
        del rest[monomial]
        cofactor = monomial_quotient(monomial, lead)
        times = 0 if cofactor is None else coefficient // lead_coefficient
        remainder.append((monomial, coefficient - times * lead_coefficient))
        if cofactor is None or not times:
            continue
        quotient.append((cofactor, times))
        for other, factor in others:
            product = tuple(sorted(other + cofactor))
            rest[product] = rest.get(product, 0) - times * factor
    raise SizeTooLarge(f"a division takes more than {MAX_DIVISION_STEPS} steps.")


def integer_content(form: Polynomial) -> int:
    """The greatest number that divides every coefficient; 0 for the polynomial 0."""
    return gcd(*(coefficient for _, coefficient in form))


def operands(atom: Atom) -> tuple[Polynomial, ...]:
    """The polynomials inside an atom."""
    if isinstance(atom, Symbol):
        return ()
    if isinstance(atom, Floor):
        return atom.top, atom.bottom
    return atom.rises if isinstance(atom, Largest) else (atom.base, atom.exponent)


def weight(form: Polynomial, *, depth: int = 0) -> int:
    """Terms and atoms, with everything inside the atoms; raises SizeTooLarge for atoms nested too deep."""
    if depth > MAX_NESTING:
        raise SizeTooLarge(f"a size nests more than {MAX_NESTING} floors, maxima and powers.")
    total = len(form)
    for monomial, _ in form:
        total += len(monomial)
        for atom in monomial:
            if atom[0]:  # its kind; 0 is a symbol
                for inner in operands(atom):
                    total += weight(inner, depth=depth + 1)
    return total


def check_limits(form: Polynomial) -> Polynomial:
    """The same polynomial; raises SizeTooLarge when it has outgrown `engine.sizes.limits`."""
    if len(form) > MAX_TERMS:
        raise SizeTooLarge(f"a size has {len(form)} terms; sizes have at most {MAX_TERMS}.")
    is_plain = True
    for monomial, coefficient in form:
        if len(monomial) > MAX_DEGREE:
            raise SizeTooLarge(f"a size has degree {len(monomial)}; sizes have at most {MAX_DEGREE}.")
        if coefficient.bit_length() > MAX_COEFFICIENT_BITS:
            bits = coefficient.bit_length()
            raise SizeTooLarge(f"a coefficient has {bits} bits; sizes have at most {MAX_COEFFICIENT_BITS}.")
        is_plain = is_plain and not any(atom[0] for atom in monomial)
    if is_plain:
        return form
    if (total := weight(form)) > MAX_WEIGHT:
        raise SizeTooLarge(f"a size has weight {total} with all its floors; sizes have at most {MAX_WEIGHT}.")
    return form
