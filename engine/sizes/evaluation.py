"""Values of normal forms at given sizes, and normal forms with symbols replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from engine.sizes.atoms import floor_divide, largest, raised
from engine.sizes.limits import MAX_VALUE_BITS, SizeError, SizeTooLarge
from engine.sizes.polynomial import (
    ZERO,
    Atom,
    Floor,
    Largest,
    Polynomial,
    Power,
    Symbol,
    add,
    check_limits,
    multiply,
    of_atom,
    operands,
)

__all__ = ["compiled", "inner_atoms", "replaced"]

Values: TypeAlias = list[int]
Step: TypeAlias = Callable[[Values], int]


def inner_atoms(*forms: Polynomial) -> tuple[Atom, ...]:
    """Every atom, each after those inside it."""
    found: dict[Atom, None] = {}

    def visit(form: Polynomial) -> None:
        for monomial, _ in form:
            for atom in monomial:
                if atom not in found:
                    for inner in operands(atom):
                        visit(inner)
                    found[atom] = None

    for form in forms:
        visit(form)
    return tuple(found)


class _Plan(NamedTuple):
    symbols: list[tuple[str, int]]
    steps: list[Step]


@lru_cache(maxsize=8192)  # a pure function; the same formulas are evaluated again for every binding and every check
def compiled(form: Polynomial) -> Callable[[Mapping[str, int]], int]:
    """A function from symbol values to the value of form; several times faster than planning every time."""
    atoms = inner_atoms(form)
    symbols = [atom for atom in atoms if isinstance(atom, Symbol)]
    others = [atom for atom in atoms if not isinstance(atom, Symbol)]
    places = {atom: place for place, atom in enumerate([*symbols, *others])}
    plan = _Plan([(s.name, s.least) for s in symbols], [_atom_step(atom, places) for atom in others])
    final = _sum_step(form, places)

    def value(values: Mapping[str, int]) -> int:
        known = _symbol_values(plan.symbols, values)
        for step in plan.steps:
            known.append(step(known))
        return final(known)

    return value


def _symbol_values(symbols: list[tuple[str, int]], values: Mapping[str, int]) -> Values:
    known: Values = []
    for name, least in symbols:
        try:
            value = values[name]
        except KeyError:
            given = ", ".join(sorted(values)) or "none"
            raise SizeError(f"no value for {name}; values were given for: {given}.") from None
        if type(value) is not int:
            raise SizeError(f"{name} is {value!r}; a size is a whole number of type int.")
        if value < least:
            raise SizeError(f"{name} is {value}; it stands for a whole number of at least {least}.")
        known.append(value)
    return known


def _sum_step(form: Polynomial, places: dict[Atom, int]) -> Step:
    terms = [(_product_step([places[atom] for atom in monomial]), c) for monomial, c in form if monomial]
    start = next((coefficient for monomial, coefficient in form if not monomial), 0)
    if len(terms) == 1:
        product, coefficient = terms[0]
        return lambda known: start + coefficient * product(known)

    def total(known: Values) -> int:
        result = start
        for product, coefficient in terms:
            result += coefficient * product(known)
        return result

    return total


def _product_step(places: list[int]) -> Step:
    """A product of few factors spelled out: three times faster than a loop over them."""
    if len(places) == 1:
        return itemgetter(places[0])
    a, b, *others = places
    if not others:
        return lambda known: known[a] * known[b]
    if len(others) == 1:
        c = others[0]
        return lambda known: known[a] * known[b] * known[c]
    rest = _product_step(others)
    return lambda known: known[a] * known[b] * rest(known)


def _atom_step(atom: Atom, places: dict[Atom, int]) -> Step:
    steps = [_sum_step(inner, places) for inner in operands(atom)]
    if isinstance(atom, Floor):
        return _quotient_step(*steps)
    if isinstance(atom, Largest):
        return lambda known: max(0, *(step(known) for step in steps))
    base, exponent = steps
    return lambda known: _bounded_power(base(known), exponent(known))


def _quotient_step(top: Step, bottom: Step) -> Step:
    def quotient(known: Values) -> int:
        divisor = bottom(known)
        if not divisor:
            raise SizeError("a divisor is 0 at these sizes; choose sizes at which it is not.")
        return top(known) // divisor

    return quotient


def _bounded_power(base: int, exponent: int) -> int:
    if exponent < 0:
        raise SizeError(f"an exponent is {exponent} at these sizes; exponents are 0 or more.")
    if base.bit_length() * exponent > MAX_VALUE_BITS and base not in (0, 1, -1):
        raise SizeTooLarge(f"{base}**{exponent} has more than {MAX_VALUE_BITS} bits.")
    return int(base**exponent)


def replaced(form: Polynomial, values: Mapping[str, Polynomial]) -> Polynomial:
    """The normal form with symbols replaced by polynomials."""
    done: dict[Atom, Polynomial] = {}
    for atom in inner_atoms(form):
        done[atom] = check_limits(_replaced_atom(atom, values, done))
    return _relaid(form, done)


def _replaced_atom(atom: Atom, values: Mapping[str, Polynomial], done: dict[Atom, Polynomial]) -> Polynomial:
    if isinstance(atom, Symbol):
        return values.get(atom.name, of_atom(atom))
    parts = [_relaid(part, done) for part in operands(atom)]
    if isinstance(atom, Largest):
        return largest([ZERO, *parts])
    if isinstance(atom, Power):
        return raised(*parts)
    if not parts[1]:
        raise SizeError("a divisor is 0 after the replacement; replace by sizes at which it is not.")
    return floor_divide(*parts)


def _relaid(form: Polynomial, done: dict[Atom, Polynomial]) -> Polynomial:
    result = ZERO
    for monomial, coefficient in form:
        term: Polynomial = (((), coefficient),)
        for atom in monomial:
            term = check_limits(multiply(term, done[atom]))
        result = add(result, term)
    return check_limits(result)
