"""The written form of sizes: what the listing wrote, in its own names and order; shown, never compared.

A written form is a sum of terms in the order of their first appearance; a term is a number times factors with
their powers, in the order of theirs. So `8*N*P*Cin*K*K` is collected to 8*N*P*Cin*K**2 and nothing else moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeAlias, Union

from engine.sizes.limits import MAX_NESTING, MAX_WORDS, SizeTooLarge
from engine.sizes.polynomial import Polynomial

__all__ = [
    "NOTHING",
    "Factors",
    "Name",
    "Operation",
    "Phrase",
    "Written",
    "added",
    "cancelled",
    "direct_names",
    "minus",
    "names_within",
    "number",
    "operation",
    "plain_number",
    "plus",
    "power",
    "rebuilt",
    "scaled",
    "times",
    "word",
]


class Name:
    """A symbol, or a part that was given a name; two are one when name and value are."""

    __slots__ = ("definition", "name", "value")

    def __init__(self, name: str, value: Polynomial, definition: Written | None) -> None:
        self.name = name
        self.value = value
        self.definition = definition

    def __eq__(self, other: object) -> bool:
        # Values stay small where definitions of definitions would be compared without end.
        return isinstance(other, Name) and self.name == other.name and self.value == other.value

    def __hash__(self) -> int:
        return hash((self.name, self.value))


class Operation(NamedTuple):
    """A part that is no product of names: `//`, `%`, `/`, `**`, `ceil`, `min`, `max`, and `()` for a sum."""

    kind: str
    parts: tuple[Written, ...]


Phrase: TypeAlias = Union[Name, Operation]  # noqa: UP007 (read before Written is known)
Factors: TypeAlias = tuple[tuple[Phrase, int], ...]


class Written(NamedTuple):
    """Terms `(coefficient, factors)`, with the number of words in them and how deep they nest."""

    terms: tuple[tuple[int, Factors], ...]
    words: int
    depth: int


NOTHING: Final = Written((), 1, 0)


def _written(terms: tuple[tuple[int, Factors], ...], depth: int) -> Written:
    words = 1
    for _, factors in terms:
        words += 1
        for phrase, _ in factors:
            words += 1 if isinstance(phrase, Name) else 1 + sum(part.words for part in phrase.parts)
    if words > MAX_WORDS or depth > MAX_NESTING:
        raise SizeTooLarge(
            f"a size is written in {words} words, nested {depth} deep; the most are {MAX_WORDS} and "
            f"{MAX_NESTING}. Give a part of it a name."
        )
    return Written(terms, words, depth)


def number(value: int) -> Written:
    """A whole number."""
    return Written(((value, ()),), 2, 0) if value else NOTHING


def plain_number(written: Written) -> int | None:
    """The number that is written, or None where anything else is."""
    if not written.terms:
        return 0
    coefficient, factors = written.terms[0]
    return coefficient if len(written.terms) == 1 and not factors else None


def word(name: Name) -> Written:
    """A name alone."""
    return Written(((1, ((name, 1),)),), 3, 0)


def operation(kind: str, *parts: Written) -> Written:
    """A part that stands as one factor."""
    depth = 1 + max(part.depth for part in parts)
    return _written(((1, ((Operation(kind, parts), 1),)),), depth)


def plus(left: Written, right: Written) -> Written:
    """left + right, terms of the same factors put together."""
    terms = list(left.terms)
    for coefficient, factors in right.terms:
        place = next((i for i, term in enumerate(terms) if term[1] == factors), None)
        if place is None:
            terms.append((coefficient, factors))
        else:
            terms[place] = (terms[place][0] + coefficient, factors)
    return _written(tuple(term for term in terms if term[0]), max(left.depth, right.depth))


def added(parts: Iterable[Written]) -> Written:
    """The sum of many, like terms put together at the first."""
    totals: dict[Factors, int] = {}
    depth = 0
    for part in parts:
        depth = max(depth, part.depth)
        for coefficient, factors in part.terms:
            totals[factors] = totals.get(factors, 0) + coefficient
    return _written(tuple((coefficient, factors) for factors, coefficient in totals.items() if coefficient), depth)


def minus(left: Written, right: Written) -> Written:
    """left - right."""
    return plus(left, scaled(right, -1))


def scaled(written: Written, factor: int) -> Written:
    """factor * written; only a sign goes into a sum, 2*(H + 1) stays as it is."""
    if factor == 0 or not written.terms:
        return NOTHING
    if len(written.terms) == 1 or factor in (1, -1):
        terms = tuple((coefficient * factor, factors) for coefficient, factors in written.terms)
        return Written(terms, written.words, written.depth)
    return _written(((factor, _factors(written)),), written.depth + 1)


def _factors(written: Written) -> Factors:
    """A written form as factors: a single term's own, without its number, or the sum in parentheses."""
    return written.terms[0][1] if len(written.terms) == 1 else ((Operation("()", (written,)), 1),)


def times(left: Written, right: Written) -> Written:
    """left * right: numbers go to the front, equal factors are collected at the first."""
    for one, other in ((left, right), (right, left)):
        if not one.terms:
            return NOTHING
        if len(one.terms) == 1 and not one.terms[0][1]:
            return scaled(other, one.terms[0][0])
    coefficient = 1
    for side in (left, right):
        coefficient *= side.terms[0][0] if len(side.terms) == 1 else 1
    factors = list(_factors(left))
    for phrase, exponent in _factors(right):
        place = next((i for i, factor in enumerate(factors) if factor[0] == phrase), None)
        if place is None:
            factors.append((phrase, exponent))
        else:
            factors[place] = (phrase, factors[place][1] + exponent)
    depth = max(side.depth + (len(side.terms) > 1) for side in (left, right))
    return _written(((coefficient, tuple(factors)),), depth)


def cancelled(top: Written, bottom: Written) -> Written | None:
    """top / bottom where the one product holds every factor of the other, names spelled out if need be."""
    for left, right in ((top, bottom), (top, _opened(bottom)), (_opened(top), _opened(bottom))):
        quotient = _quotient(left, right)
        if quotient is not None:
            return quotient
    return None


def _quotient(top: Written, bottom: Written) -> Written | None:
    if len(top.terms) != 1 or len(bottom.terms) != 1:
        return None
    (coefficient, factors), (divisor, taken) = top.terms[0], bottom.terms[0]
    left = dict(factors)
    for phrase, exponent in taken:
        left[phrase] = left.get(phrase, 0) - exponent
    if coefficient % divisor or min(left.values(), default=0) < 0:
        return None
    rest = tuple((phrase, exponent) for phrase, exponent in left.items() if exponent)
    return _written(((coefficient // divisor, rest),), top.depth)


def _opened(written: Written) -> Written:
    """A product with each name that stands for a product replaced by it, one level deep."""
    if len(written.terms) != 1:
        return written
    coefficient, factors = written.terms[0]
    result = number(coefficient)
    for phrase, exponent in factors:
        part = phrase.definition if isinstance(phrase, Name) else None
        if part is None or len(part.terms) != 1:
            part = Written(((1, ((phrase, 1),)),), 3, written.depth)
        result = times(result, power(part, exponent))
    return result


def power(base: Written, exponent: int) -> Written:
    """base ** exponent, exponent at least 0."""
    if exponent == 0:
        return number(1)
    if not base.terms or exponent == 1:
        return base
    coefficient = base.terms[0][0] if len(base.terms) == 1 else 1
    factors = tuple((phrase, times * exponent) for phrase, times in _factors(base))
    return _written(((coefficient**exponent, factors),), base.depth + 1)


def names_within(written: Written, *, from_right: bool = False) -> tuple[Name, ...]:
    """Every name, each after those in its definition; definitions may be nested without limit."""

    def piled(part: Written) -> list[tuple[Name, bool]]:
        # The last of a pile is looked at first.
        names = [(name, False) for name in direct_names(part)]
        return names if from_right else names[::-1]

    found: dict[Name, None] = {}
    waiting = piled(written)
    while waiting:
        name, is_opened = waiting.pop()
        if name in found:
            continue
        if is_opened or name.definition is None:
            found[name] = None
            continue
        waiting.append((name, True))
        waiting += piled(name.definition)
    return tuple(found)


def direct_names(written: Written) -> list[Name]:
    """The names in a written form from left to right, not looking into definitions."""
    names: list[Name] = []
    for _, factors in written.terms:
        for phrase, _ in factors:
            if isinstance(phrase, Name):
                names.append(phrase)
            else:
                names += (name for part in phrase.parts for name in direct_names(part))
    return names


def rebuilt(written: Written, replace: Callable[[Name, Written | None], Written]) -> Written:
    """The same with every name replaced; `replace` is handed the name and its definition, already rebuilt."""
    done: dict[Name, Written] = {}
    for name in names_within(written):
        done[name] = replace(name, None if name.definition is None else _relaid(name.definition, done))
    return _relaid(written, done)


def _relaid(written: Written, done: dict[Name, Written]) -> Written:
    result = NOTHING
    for coefficient, factors in written.terms:
        term = number(coefficient)
        for phrase, exponent in factors:
            if isinstance(phrase, Name):
                part = done[phrase]
            else:
                parts = tuple(_relaid(inner, done) for inner in phrase.parts)
                part = parts[0] if phrase.kind == "()" else operation(phrase.kind, *parts)
            term = times(term, power(part, exponent))
        result = plus(result, term)
    return result
