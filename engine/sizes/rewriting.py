"""A written form made anew from the normal form, for sizes that nobody wrote: sums over runs, fitted polynomials."""

from __future__ import annotations

from collections.abc import Sequence

from engine.sizes import written as wording
from engine.sizes.polynomial import Atom, Floor, Largest, Monomial, Polynomial, Symbol, of_atom
from engine.sizes.size import Size
from engine.sizes.written import Name, Written

__all__ = ["rewritten"]


def rewritten(size: Size, *, order: Sequence[str] = ()) -> Size:
    """The same size written as its normal form says, symbols of a product in the given order and the others after."""
    rank = {name: place for place, name in enumerate(order)}
    return Size(size.form, _sum(size.form, rank), size.facts)


def _sum(form: Polynomial, rank: dict[str, int]) -> Written:
    total = wording.NOTHING
    for monomial, coefficient in form:
        total = wording.plus(total, wording.scaled(_product(monomial, rank), coefficient))
    return total


def _product(monomial: Monomial, rank: dict[str, int]) -> Written:
    result = wording.number(1)
    for atom in sorted(monomial, key=lambda atom: _place(atom, rank)):
        result = wording.times(result, _phrase(atom, rank))
    return result


def _place(atom: Atom, rank: dict[str, int]) -> tuple[int, Atom]:
    """Symbols first, those with a rank by it; then floors, maxima and powers in the normal form's own order."""
    ranked = rank.get(atom.name, len(rank)) if isinstance(atom, Symbol) else len(rank) + 1
    return ranked, atom


def _phrase(atom: Atom, rank: dict[str, int]) -> Written:
    if isinstance(atom, Symbol):
        return wording.word(Name(atom.name, of_atom(atom), None))
    if isinstance(atom, Floor):
        return wording.operation("//", _sum(atom.top, rank), _sum(atom.bottom, rank))
    if isinstance(atom, Largest):
        return wording.operation("max", wording.NOTHING, *(_sum(rise, rank) for rise in atom.rises))
    return wording.operation("**", _sum(atom.base, rank), _sum(atom.exponent, rank))
