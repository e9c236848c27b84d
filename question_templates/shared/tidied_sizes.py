"""Sizes that a run has found, written as a person would: like terms collected, sums over rounds as products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from math import lcm

from engine.sizes import InexactDivision, Size, as_size, evaluate, free_symbols, growth_of, rewritten, symbol, to_python
from engine.sizes.polynomial import Floor, Monomial, Polynomial, collect, integer_of
from engine.sizes.written import NOTHING, operation

__all__ = ["exactly", "growth", "tidied"]


def tidied(size: Size | int, order: Sequence[str]) -> Size:
    """The same size with like terms collected, the symbols of a product in this order.

    Where quotients leave no remainder, as those of fitted counts do, there is one, with a product above.
    """
    size = as_size(size)
    top, bottom = _fraction(size)
    if bottom == 1:
        return rewritten(top, order=order)
    return Size(size.form, operation("//", _as_product(top, order).written, as_size(bottom).written), size.facts)


def growth(size: Size | int, order: Sequence[str]) -> Size:
    """A tight bound: no constant factors, and no terms that another one bounds."""
    top, _ = _fraction(as_size(size))
    return growth_of(rewritten(top, order=order))


def exactly(size: Size | int, order: Sequence[str]) -> str:
    """The size as Python in which a quotient without a remainder is a fraction."""
    top, bottom = _fraction(as_size(size))
    return to_python(rewritten(top, order=order)) if bottom == 1 else f"{_as_product(top, order)}/{bottom}"


def _fraction(size: Size) -> tuple[Size, int]:
    """A sum of products and a number that it is to be divided by, without a remainder."""
    terms = list(_exact_terms(size.form))
    bottom = lcm(*(part.denominator for _, part in terms))
    top = Size(collect((monomial, int(part * bottom)) for monomial, part in terms), NOTHING, size.facts)
    if bottom == 1:
        return top, bottom
    # Whether the quotients leave no remainder, numbers have to tell.
    names = sorted(free_symbols(size))
    points = [{name: 1 + (turn * 7 + place * 3) % 5 for place, name in enumerate(names)} for turn in range(6)]
    if any(evaluate(top, point) != bottom * evaluate(size, point) for point in points):
        return size, 1
    return top, bottom


def _exact_terms(form: Polynomial) -> Iterator[tuple[Monomial, Fraction]]:
    """The terms of a polynomial, quotients by a number taken apart as if they left no remainder."""
    for monomial, factor in form:
        quotients = [atom for atom in monomial if isinstance(atom, Floor)]
        bottom = integer_of(quotients[0].bottom) if len(quotients) == 1 else None
        if bottom is None:
            yield monomial, Fraction(factor)
            continue
        rest = tuple(atom for atom in monomial if not isinstance(atom, Floor))
        for inner, part in quotients[0].top:
            # What a ceiling adds to the numerator is no part of an exact quotient.
            if inner or not 0 < part < bottom:
                yield tuple(sorted(rest + inner)), Fraction(factor * part, bottom)


def _as_product(size: Size, order: Sequence[str]) -> Size:
    """A sum with the symbols that all terms share in front of it, and n + 1 and 2*n + 1 taken out of the rest."""
    shared = reduce(_common, (monomial for monomial, _ in size.form))
    product = rewritten(Size(((shared, 1),), NOTHING, size.facts), order=order)
    rest = size / product
    for name in order:
        for factor in (symbol(name) + 1, 2 * symbol(name) + 1):
            try:
                rest, product = rest / factor, product * factor
            except InexactDivision:
                continue
    return product if integer_of(rest.form) == 1 else product * rewritten(rest, order=order)


def _common(one: Monomial, other: Monomial) -> Monomial:
    """The atoms that two products share."""
    left, shared = list(other), []
    for atom in one:
        if atom in left:
            left.remove(atom)
            shared.append(atom)
    return tuple(shared)
