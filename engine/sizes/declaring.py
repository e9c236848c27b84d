"""Facts by name: declared beforehand, recorded on the way, asked, and held against numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import SupportsIndex

from engine.sizes.display import substitute
from engine.sizes.evaluation import compiled, replaced
from engine.sizes.facts import NO_FACTS, Facts, Origin, Relation, Statement, added, united, verdict
from engine.sizes.limits import SizeError
from engine.sizes.polynomial import (
    MINUS_ONE,
    ONE,
    Floor,
    Polynomial,
    add,
    constant,
    integer_of,
    of_atom,
    scale,
    subtract,
)
from engine.sizes.reading import read_comparisons
from engine.sizes.rewriting import rewritten
from engine.sizes.signs import at_least
from engine.sizes.size import Comparison, Size, as_size, symbol
from engine.sizes.written import NOTHING

__all__ = [
    "at_number",
    "decide",
    "declare",
    "facts_hold",
    "granted",
    "is_positive",
    "plainly_not_negative",
    "plainly_positive",
    "record",
    "size_of",
    "stated",
]


def declare(*assumptions: str | Comparison, facts: Facts = NO_FACTS) -> Facts:
    """The facts and what the exercise assumes: `declare("K <= Hin", "C == Cin")`, or comparisons of sizes.

    Make the symbols with the result, `symbol("K", facts=facts)`: they carry it, and an equality that gives its
    left symbol makes both sides one normal form. Names in text stand for symbols of at least 1.
    Raises: UnreadableSize for text; SizeError for what contradicts the facts, and for `!=`.
    """
    for assumption in assumptions:
        for comparison in [assumption] if isinstance(assumption, Comparison) else _read(assumption):
            facts = _with(facts, comparison, "declared")
    return facts


def _read(text: str) -> list[Comparison]:
    return read_comparisons(text, symbol)


def record(comparison: Comparison, *, facts: Facts = NO_FACTS) -> Facts:
    """The facts and an inequality met on the way, such as K <= Hin where an image must have a first patch.

    Raises: SizeError for an equality that is not proven (it must be declared: an assumed one would hide a bug),
    and for what contradicts the facts.
    """
    if comparison.relation == "==" and decide(comparison.left, "==", comparison.right, facts=facts) is not True:
        raise SizeError(f"{comparison} is not proven; an equality is never assumed on the way, declare it.")
    return _with(facts, comparison, "recorded")


def _with(facts: Facts, comparison: Comparison, origin: Origin) -> Facts:
    left, relation, right = comparison.left, comparison.relation, comparison.right
    if relation == "!=":
        raise SizeError(f"{comparison} cannot be a fact; say which side is larger, with < or >.")
    answer = decide(left, relation, right, facts=facts)
    if answer is False:
        raise SizeError(f"{comparison} contradicts the facts: {'; '.join(stated(facts)) or 'sizes are whole'}.")
    return facts if answer is True else granted(comparison, facts=facts, origin=origin)


def granted(comparison: Comparison, *, facts: Facts = NO_FACTS, origin: Origin = "recorded") -> Facts:
    """The facts with one more, which is known to be neither new nonsense nor known: nothing is proven first."""
    left, relation, right = comparison.left, comparison.relation, comparison.right
    if relation in ("<", "<="):
        left, right = right, left
    form = subtract(left.form, right.form)
    if relation in ("<", ">"):
        form = add(form, MINUS_ONE)
    return added(facts, Statement(str(comparison), form, relation == "==", origin))


def is_positive(size: Size | SupportsIndex) -> bool:
    """Whether size >= 1 is plain from the signs of its terms, without any fact."""
    return at_least(as_size(size).form, 1)


def plainly_positive(size: Size) -> Comparison:
    """The plainest comparison that says size >= 1: for (Hin - K)//S + 1 it is K <= Hin."""
    slack = _slack_of_floor(subtract(size.form, ONE))
    return size >= 1 if slack is None else plainly_not_negative(Size(slack, NOTHING, size.facts))


def plainly_not_negative(size: Size) -> Comparison:
    """The comparison that says size >= 0 without a minus: for Hin - K it is K <= Hin."""
    small = tuple((monomial, -factor) for monomial, factor in size.form if factor < 0)
    large = tuple(term for term in size.form if term[1] > 0)
    return size_of(small, facts=size.facts) <= size_of(large, facts=size.facts)


def size_of(form: Polynomial, *, facts: Facts = NO_FACTS) -> Size:
    """The size of a normal form, written as that form says."""
    return rewritten(Size(form, NOTHING, facts))


def _slack_of_floor(form: Polynomial) -> Polynomial | None:
    """A polynomial that is at least 0 just where form is, for a form that is one floor and a number."""
    floors = [(atom, factor) for monomial, factor in form for atom in monomial if isinstance(atom, Floor)]
    if len(floors) != 1 or abs(floors[0][1]) != 1 or not at_least(floors[0][0].bottom, 1):
        return None
    (top, bottom), factor = floors[0][0][1:], floors[0][1]
    number = integer_of(subtract(form, scale(of_atom(floors[0][0]), factor)))
    if number is None:
        return None
    if factor == 1:  # top // bottom >= -number where top >= -number * bottom
        return add(top, scale(bottom, number))
    # top // bottom <= number where top < (number + 1) * bottom
    return subtract(subtract(scale(bottom, number + 1), top), ONE)


def decide(
    left: Size | SupportsIndex, relation: Relation, right: Size | SupportsIndex, *, facts: Facts = NO_FACTS
) -> bool | None:
    """Whether the relation holds at all sizes that the facts allow: True, False, or None for unknown.

    The facts that the sizes carry count too. Sound: True and False are proven; None proves nothing.
    """
    left, right = as_size(left), as_size(right)
    return verdict(left.form, relation, right.form, united(united(left.facts, right.facts), facts))


def stated(facts: Facts, *, origin: Origin | None = None) -> tuple[str, ...]:
    """The facts as they may be printed, in the order in which they came; all, or those of one origin."""
    return tuple(fact.text for fact in facts.statements if origin in (None, fact.origin))


def at_number(size: Size | SupportsIndex, name: str, number: int) -> Size | SupportsIndex | None:
    """The size and its facts with a number for one symbol: an int if nothing else is open; None where a fact fails."""
    if not isinstance(size, Size):
        return size
    facts = NO_FACTS
    for fact in size.facts.statements:
        form = replaced(fact.form, {name: constant(number)})
        value = integer_of(form)
        if value is not None and (value < 0 or (fact.is_equality and value)):
            return None
        if value is None:
            facts = added(facts, fact._replace(form=form))
    there = substitute(size, {name: number})
    value = integer_of(there.form)
    return Size(there.form, there.written, facts) if value is None else value


def facts_hold(facts: Facts, values: Mapping[str, int]) -> bool:
    """Whether numbers satisfy every fact; raises SizeError where a name has no value."""
    for fact in facts.statements:
        value = compiled(fact.form)(values)
        if value < 0 or (fact.is_equality and value):
            return False
    return True
