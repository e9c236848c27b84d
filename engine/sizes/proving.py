"""Proofs that a polynomial of sizes is never negative, from facts; sound, bounded, and never a guess.

A goal is proven once every coefficient is positive in quantities that are never negative. Until then its first
bad term is taken away by subtracting a multiple, never negative itself, of something known never to be
negative: a fact, or a bound of a floor (b*(a//b) <= a, and a - b + 1 <= b*(a//b)), a maximum or a power.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.sizes.evaluation import inner_atoms
from engine.sizes.limits import (
    MAX_DEGREE,
    MAX_PROOF_ATOMS,
    MAX_PROOF_STEPS,
    MAX_PROOF_TERMS,
    MAX_SHIFT_DEGREE,
)
from engine.sizes.polynomial import (
    MINUS_ONE,
    ONE,
    Atom,
    Floor,
    Largest,
    Monomial,
    Polynomial,
    Power,
    Symbol,
    Term,
    add,
    collect,
    divide,
    constant,
    integer_content,
    monomial_quotient,
    multiply,
    of_atom,
    scale,
    subtract,
)
from engine.sizes.signs import at_least, least_value, shift

__all__ = ["never_negative"]


class _Ground(NamedTuple):
    """What a proof stands on: least values of atoms (a free atom has none), and shifted sums >= 0."""

    leasts: dict[Atom, int]
    known: list[Polynomial]


def never_negative(goal: Polynomial, facts: tuple[Polynomial, ...]) -> bool:
    """Whether goal >= 0 is proven wherever every fact is >= 0; False means unknown."""
    if at_least(goal, 0):
        return True
    atoms = inner_atoms(goal, *facts)
    if len(atoms) > MAX_PROOF_ATOMS or _degree(goal) > MAX_SHIFT_DEGREE:
        return False
    if _reaches(goal, _ground(atoms, facts)):
        return True
    return _in_every_case(goal, facts)


def _in_every_case(goal: Polynomial, facts: tuple[Polynomial, ...]) -> bool:
    """A maximum is 0 or one of its rises: proven in every case is proven."""
    maxima = [atom for monomial, _ in goal for atom in monomial if isinstance(atom, Largest)]
    if not maxima:
        return False
    chosen = maxima[0]
    values: list[Polynomial] = [(), *chosen.rises]
    return all(
        never_negative(
            _with(goal, chosen, value), (*facts, *(subtract(value, other) for other in values if other != value))
        )
        for value in values
    )


def _with(goal: Polynomial, chosen: Atom, value: Polynomial) -> Polynomial:
    result: Polynomial = ()
    for monomial, coefficient in goal:
        rest = tuple(atom for atom in monomial if atom != chosen)
        term: Polynomial = ((rest, coefficient),)
        for _ in range(len(monomial) - len(rest)):
            term = multiply(term, value)
        result = add(result, term)
    return result


def _degree(form: Polynomial) -> int:
    return len(form[0][0]) if form else 0


def _ground(atoms: tuple[Atom, ...], facts: tuple[Polynomial, ...]) -> _Ground:
    """Inner atoms come first, so that what is known of them helps with the outer ones."""
    ground = _Ground({}, [])
    for atom in atoms:
        if isinstance(atom, Symbol):
            ground.leasts[atom] = atom.least
    ground.known.extend(_shifted(fact, ground) for fact in facts if _degree(fact) <= MAX_SHIFT_DEGREE)
    # A fact that mentions an atom of unknown sign is shifted again below, once the sign is known.
    for atom in atoms:
        if isinstance(atom, Symbol):
            continue
        least = least_value(atom)
        if least is None and isinstance(atom, Floor) and at_least(atom.bottom, 1):
            least = 0 if _reaches(atom.top, ground) else None
        if least is not None:
            ground.leasts[atom] = least
        bounds = [bound for bound in _bounds(atom) if _degree(bound) <= MAX_SHIFT_DEGREE]
        ground.known.extend(_shifted(bound, ground) for bound in bounds)
    # Powers are the only atoms with a least value above 0; the rest needs no second shift.
    if any(ground.leasts.get(atom) for atom in atoms if not isinstance(atom, Symbol)):
        ground.known[: len(facts)] = [_shifted(fact, ground) for fact in facts]
    return ground


def _bounds(atom: Atom) -> Iterator[Polynomial]:
    """What is known never to be negative about an atom."""
    itself = of_atom(atom)
    if isinstance(atom, Floor) and at_least(atom.bottom, 1):
        slack = subtract(atom.top, multiply(atom.bottom, itself))
        yield slack
        yield subtract(subtract(atom.bottom, ONE), slack)
    elif isinstance(atom, Largest):
        yield from (subtract(itself, rise) for rise in atom.rises)
    elif isinstance(atom, Power) and at_least(atom.base, 1):
        # Bernoulli: b**e >= 1 + e*(b - 1) for whole b >= 1 and e >= 0.
        yield subtract(subtract(itself, ONE), multiply(atom.exponent, add(atom.base, MINUS_ONE)))


def _shifted(form: Polynomial, ground: _Ground) -> Polynomial:
    return shift(form, lambda atom: ground.leasts.get(atom, 0))


def _reaches(goal: Polynomial, ground: _Ground) -> bool:
    """Depth-first search for a proof of goal >= 0 within MAX_PROOF_STEPS."""
    if _degree(goal) > MAX_SHIFT_DEGREE:
        return False
    waiting, seen = [_shifted(goal, ground)], set[Polynomial]()
    for _ in range(MAX_PROOF_STEPS):
        if not waiting:
            return False
        current = waiting.pop()
        bad = next((term for term in current if _is_bad(term, ground)), None)
        if bad is None:
            return True
        if current in seen or len(current) > MAX_PROOF_TERMS:
            continue
        seen.add(current)
        # The multiples of lowest degree come first, that is last onto the pile.
        steps = sorted(_without(current, bad, ground), key=_degree, reverse=True)
        waiting += steps
    return False


def _is_bad(term: Term, ground: _Ground) -> bool:
    return term[1] < 0 or any(atom not in ground.leasts for atom in term[0])


def _without(current: Polynomial, bad: Term, ground: _Ground) -> Iterator[Polynomial]:
    """current - m*known for every m >= 0 that takes the bad term away."""
    monomial, coefficient = bad
    for known in ground.known:
        for part, factor in known:
            if factor * coefficient < 0 or len(part) > len(monomial):
                continue
            cofactor = monomial_quotient(monomial, part)
            if cofactor is None or any(atom not in ground.leasts for atom in cofactor):
                continue
            yield _reduced(current, abs(factor), known, cofactor, -abs(coefficient))


def _reduced(
    current: Polynomial, up: int, known: Polynomial, cofactor: Monomial, down: int
) -> Polynomial:
    taken = ((tuple(sorted(part + cofactor)), factor * down) for part, factor in known)
    result = collect([*scale(current, up), *taken])
    content = integer_content(result)
    return divide(result, constant(content))[0] if content > 1 and _degree(result) < MAX_DEGREE else result
