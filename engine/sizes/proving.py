"""Proofs that a polynomial of sizes is never negative, from facts; sound, bounded, and never a guess.

A goal is proven once every coefficient is positive in quantities that are never negative. Until then its first
bad term is taken away by subtracting a multiple, never negative itself, of something known never to be
negative: a fact, or a bound of a floor (b*(a//b) <= a, and a - b + 1 <= b*(a//b)), a maximum or a power.
Everything is whole, so that c >= 0 follows from 2*c + 1 >= 0: without it nothing is known of halves.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from heapq import heappop, heappush
from math import gcd
from typing import NamedTuple

from engine.sizes.evaluation import inner_atoms
from engine.sizes.limits import (
    MAX_CASES,
    MAX_PROOF_ATOMS,
    MAX_PROOF_STEPS,
    MAX_PROOF_TERMS,
    MAX_SHIFT_DEGREE,
)
from engine.sizes.polynomial import (
    MINUS_ONE,
    ONE,
    ZERO,
    Atom,
    Floor,
    Largest,
    Polynomial,
    Power,
    Term,
    add,
    collect,
    monomial_quotient,
    multiply,
    of_atom,
    scale,
    subtract,
)
from engine.sizes.refuting import is_refuted
from engine.sizes.signs import at_least, least_value, shift

__all__ = ["never_negative"]


class _Ground(NamedTuple):
    """What a proof stands on: origins of atoms, x = low + sign*x' with x' >= 0, and shifted sums >= 0.

    An atom of unknown sign is free: it has no origin and stands for itself.
    """

    origins: dict[Atom, tuple[int, int]]
    known: list[Polynomial]


def never_negative(goal: Polynomial, facts: tuple[Polynomial, ...], *, cases: int = MAX_CASES) -> bool:
    """Whether goal >= 0 is proven wherever every fact is >= 0; False means unknown."""
    return at_least(goal, 0) or _proven(goal, facts, cases)


@lru_cache(maxsize=4096)  # a pure function: a listing asks the same things again and again, and so do its mistakes
def _proven(goal: Polynomial, facts: tuple[Polynomial, ...], cases: int) -> bool:
    atoms = inner_atoms(goal, *facts)
    if len(atoms) > MAX_PROOF_ATOMS or _degree(goal) > MAX_SHIFT_DEGREE or is_refuted(goal, facts):
        return False
    if _reaches(goal, _ground(atoms, facts)):
        return True
    return _in_every_case(goal, facts, cases)


def _in_every_case(goal: Polynomial, facts: tuple[Polynomial, ...], cases: int) -> bool:
    """A maximum is 0 or one of its rises: proven in every case is proven."""
    chosen = next((atom for monomial, _ in goal for atom in monomial if isinstance(atom, Largest)), None)
    if chosen is None or len(chosen.rises) >= cases:
        return False
    values: list[Polynomial] = [ZERO, *chosen.rises]
    for value in values:
        is_largest = tuple(subtract(value, other) for other in values if other != value)
        case = _with(goal, chosen, value)
        if not never_negative(case, facts + is_largest, cases=cases // len(values)):
            return False
    return True


def _with(goal: Polynomial, chosen: Atom, value: Polynomial) -> Polynomial:
    result = ZERO
    for monomial, coefficient in goal:
        rest = tuple(atom for atom in monomial if atom != chosen)
        term: Polynomial = ((rest, coefficient),)
        for _ in range(len(monomial) - len(rest)):
            term = multiply(term, value)
        result = add(result, term)
    return result


def _degree(form: Polynomial) -> int:
    return len(form[0][0]) if form else 0


@lru_cache(maxsize=1024)  # a pure function, which many goals about the same atoms share; nobody changes its result
def _ground(atoms: tuple[Atom, ...], facts: tuple[Polynomial, ...]) -> _Ground:
    """Inner atoms come first, so that what is known of them helps with the outer ones."""
    ground = _Ground({}, [])
    waiting = [fact for fact in facts if _degree(fact) <= MAX_SHIFT_DEGREE]
    for atom in atoms:
        origin = _origin(atom, ground)
        if origin is not None:
            ground.origins[atom] = origin
        bounds = [bound for bound in _bounds(atom) if _degree(bound) <= MAX_SHIFT_DEGREE]
        ground.known.extend(_shifted(bound, ground) for bound in bounds)
        # A fact can be shifted as soon as all its atoms have been looked at.
        looked_at = set(atoms[: atoms.index(atom) + 1])
        ready = [fact for fact in waiting if all(part in looked_at for m, _ in fact for part in m)]
        waiting = [fact for fact in waiting if fact not in ready]
        ground.known.extend(_shifted(fact, ground) for fact in ready)
    return ground


def _origin(atom: Atom, ground: _Ground) -> tuple[int, int] | None:
    least = least_value(atom)
    if least is not None:
        return least, 1
    if isinstance(atom, Floor) and at_least(atom.bottom, 1):
        if _reaches(atom.top, ground):
            return 0, 1
        # The normal form may hold (K - H - 1)//S for (H - K)//S: at most -1 where its mirror is at least 0.
        if _reaches(subtract(MINUS_ONE, atom.top), ground):
            return -1, -1
    return None


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
    return _rounded(shift(form, lambda atom: ground.origins.get(atom, (0, 1))))


def _reaches(goal: Polynomial, ground: _Ground) -> bool:
    """Best-first search for a proof of goal >= 0 within MAX_PROOF_STEPS."""
    if _degree(goal) > MAX_SHIFT_DEGREE:
        return False
    start = _shifted(goal, ground)
    waiting, seen = [(_badness(start, ground), start)], {start}
    for _ in range(MAX_PROOF_STEPS):
        if not waiting:
            return False
        (bad_terms, *_), current = heappop(waiting)
        if not bad_terms:
            return True
        bad = next(term for term in current if _is_bad(term, ground))
        for better in _without(current, bad, ground):
            if better not in seen and len(better) <= MAX_PROOF_TERMS:
                seen.add(better)
                heappush(waiting, (_badness(better, ground), better))
    return False


def _badness(form: Polynomial, ground: _Ground) -> tuple[int, int, int]:
    """What is nearest to a proof is looked at first: few bad terms, low degree, few terms."""
    return sum(_is_bad(term, ground) for term in form), _degree(form), len(form)


def _is_bad(term: Term, ground: _Ground) -> bool:
    return term[1] < 0 or any(atom not in ground.origins for atom in term[0])


def _without(current: Polynomial, bad: Term, ground: _Ground) -> Iterator[Polynomial]:
    """current - m*known for every m >= 0 that takes the bad term away, or a part of it."""
    monomial, coefficient = bad
    coefficients = dict(current)
    for known in ground.known:
        for part, factor in known:
            if factor * coefficient < 0 or len(part) > len(monomial):
                continue
            cofactor = monomial_quotient(monomial, part)
            if cofactor is None or any(atom not in ground.origins for atom in cofactor):
                continue
            multiple = tuple((tuple(sorted(other + cofactor)), times) for other, times in known)
            yield _reduced(current, abs(factor), multiple, abs(coefficient))
            # As much as a good term allows: 2*K <= H + W takes a K from each.
            for other, times in multiple:
                there = coefficients.get(other, 0)
                if times > 0 and 0 < there * abs(factor) < abs(coefficient) * times:
                    yield _reduced(current, times, multiple, there)


def _reduced(current: Polynomial, up: int, known: Polynomial, down: int) -> Polynomial:
    """up*current - down*known, lifted as far as whole numbers allow: c >= 0 once up*c + up - 1 >= 0."""
    return _rounded(collect([*scale(current, up), ((), up - 1), *scale(known, -down)]))


def _rounded(form: Polynomial) -> Polynomial:
    """g*a + r >= 0 says as much as a + r//g >= 0, since a is whole."""
    content = gcd(*(coefficient for monomial, coefficient in form if monomial))
    if content < 2:
        return form
    parts = ((monomial, coefficient // content) for monomial, coefficient in form)
    return tuple(part for part in parts if part[1])
