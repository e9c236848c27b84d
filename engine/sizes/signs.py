"""What the symbols' least values alone prove about a polynomial's sign; sound, never complete.

The normal form leans on these proofs, so they may not depend on declared facts: equal sizes would stop being
equal. Facts are used in `engine.sizes.proving`.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.sizes.limits import MAX_SHIFT_DEGREE
from engine.sizes.polynomial import Atom, Floor, Monomial, Polynomial, Power, Symbol, collect

__all__ = ["at_least", "least_value", "shift"]


def least_value(atom: Atom) -> int | None:
    """A number of at least 0 that the atom never falls below; None where none is known."""
    if isinstance(atom, Symbol):
        return atom.least
    if isinstance(atom, Floor):
        return 0 if at_least(atom.top, 0) and at_least(atom.bottom, 1) else None
    if isinstance(atom, Power):
        return next((bound for bound in (1, 0) if at_least(atom.base, bound)), None)
    return 0


def at_least(form: Polynomial, bound: int) -> bool:
    """Whether form >= bound is proven for every value of its symbols."""
    if not form or not form[0][0]:
        return (form[0][1] if form else 0) >= bound
    # A sum that falls with its first term falls without end, whatever the rest does.
    if form[0][1] < 0 and len(form) == 1:
        return False
    leasts: dict[Atom, int] = {}
    for monomial, _ in form:
        for atom in monomial:
            if atom not in leasts:
                least = least_value(atom)
                if least is None:
                    return False
                leasts[atom] = least
    if all(coefficient > 0 or not monomial for monomial, coefficient in form):
        return _value_at(form, leasts) >= bound
    if len(form[0][0]) > MAX_SHIFT_DEGREE:
        return False
    shifted = shift(form, lambda atom: (leasts[atom], 1))
    falls = any(coefficient < 0 for monomial, coefficient in shifted if monomial)
    return not falls and _value_at(form, leasts) >= bound


def _value_at(form: Polynomial, leasts: dict[Atom, int]) -> int:
    total = 0
    for monomial, coefficient in form:
        for atom in monomial:
            coefficient *= leasts[atom]
        total += coefficient
    return total


def shift(form: Polynomial, origin: Callable[[Atom], tuple[int, int]]) -> Polynomial:
    """The polynomial with low + sign*x for every atom x, where origin(x) is (low, sign) and sign 1 or -1."""

    def expand(monomial: Monomial, coefficient: int) -> list[tuple[Monomial, int]]:
        terms: list[tuple[Monomial, int]] = [((), coefficient)]
        for atom in monomial:
            low, sign = origin(atom)
            lower = [(part, factor * low) for part, factor in terms] if low else []
            terms = [((*part, atom), factor * sign) for part, factor in terms] + lower
        return terms

    return collect(term for monomial, coefficient in form for term in expand(monomial, coefficient))
