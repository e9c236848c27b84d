"""Makes an answer's formulas ready to be compared: the author's text read once, points and values kept beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Final, cast

from engine.sizes import Size, free_symbols, spelled_out, to_python
from grader.equality.comparison import Reference
from grader.equality.domains import Assumption, Domain, Relation, domain_of
from grader.equality.substitution import inlined, symbols_of
from grader.reading.formulas.formula import author_formula, author_shape
from grader.reading.formulas.names import Names
from grader.reading.tree import Expression
from question_templates.answers import BrokenAnswer, Formula, Number, Shape

__all__ = ["Prepared", "prepared"]

_RELATION: Final = re.compile(r"(<=|>=|==|!=|<|>|=)")
_POSITIVE: Final = "positive integer"
_KEPT: Final = 1024


@dataclass(frozen=True, eq=False)
class Prepared:
    """An answer in trees. `expected` has one tree, for a shape one an axis, in the names of `where` as they stand."""

    names: Names
    domains: Mapping[str, Domain]
    where: Mapping[str, Expression]
    expected: tuple[Expression, ...]
    assumptions: tuple[Assumption, ...]
    seed: bytes
    _references: list[Reference] = field(default_factory=list)

    @property
    def references(self) -> Sequence[Reference]:
        """What each tree of `expected` is compared with; prepared at first use and kept."""
        if not self._references:
            self._references.extend(self.pinned({}))
        return self._references

    def pinned(self, pins: Mapping[str, Expression]) -> list[Reference]:
        """The references with some of the question's bindings replaced by a student's own."""
        bindings = {**self.where, **pins}
        trees = [inlined(tree, bindings) for tree in self.expected]
        return [Reference(tree, self.domains, self.assumptions, self.seed) for tree in trees]


def prepared(answer: Formula | Number) -> Prepared:
    """The answer in trees; the same one for equal answers.

    Raises: BrokenAnswer where the author's text can't be read or leaves a name open.
    """
    if isinstance(answer, Number):
        expected = str(answer.expected) if not isinstance(answer.expected, str) else answer.expected
        return _prepared(False, expected, (), _texts(answer.where), (), ())
    variables = answer.variables or _symbols_in(answer.expected)
    domains = tuple(variables.items()) if isinstance(variables, Mapping) else tuple((v, _POSITIVE) for v in variables)
    aliases = tuple((name, (a,) if isinstance(a, str) else tuple(a)) for name, a in answer.aliases.items())
    is_shape = isinstance(answer, Shape)
    return _prepared(is_shape, _stated(answer.expected), domains, _texts(answer.where), aliases, tuple(answer.domain))


def _symbols_in(expected: object) -> Sequence[str]:
    """The names that the engine's sizes depend on, where an answer is given as sizes and names no variables."""
    sizes = expected if isinstance(expected, (tuple, list)) else (expected,)
    found = {name for size in sizes if isinstance(size, Size) for name in free_symbols(spelled_out(size))}
    return sorted(found)


def _texts(where: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _stated(value)) for name, value in where.items())


def _stated(value: object) -> str:
    """An author's formula as text."""
    if isinstance(value, Size):
        return to_python(spelled_out(value))
    if isinstance(value, (tuple, list)):
        inside = ", ".join(map(_stated, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return str(value)


@lru_cache(maxsize=_KEPT)  # a pure function; a class of five hundred asks for the same answers again and again
def _prepared(
    is_shape: bool,
    expected: str,
    variables: tuple[tuple[str, str], ...],
    where: tuple[tuple[str, str], ...],
    aliases: tuple[tuple[str, tuple[str, ...]], ...],
    domain: tuple[str, ...],
) -> Prepared:
    names = Names([name for name, _ in variables] + [name for name, _ in where], dict(aliases))
    bindings = {name: _formula(text, names) for name, text in where}
    trees = author_shape(expected, names) if is_shape else (_formula(expected, names),)
    assumptions = tuple(assumption for text in domain for assumption in _assumptions(text, names, bindings))
    domains = {name: domain_of(words) for name, words in variables if name not in bindings}
    for tree in trees:
        unknown = symbols_of(inlined(tree, bindings)) - set(domains)
        if unknown:
            raise BrokenAnswer(
                f"{expected!r} holds {sorted(unknown)[0]!r}, which is no variable and stands for nothing."
            )
    seed = blake2b(repr((expected, variables, where, domain)).encode()).digest()
    return Prepared(names, domains, bindings, trees, assumptions, seed)


def _formula(text: str, names: Names) -> Expression:
    try:
        return author_formula(text, names)
    except ValueError as error:
        raise BrokenAnswer(f"{text!r} is no formula: {error}") from error


def _assumptions(text: str, names: Names, where: Mapping[str, Expression]) -> list[Assumption]:
    """`K <= Hin`, or a chain such as `1 <= K <= Hin`."""
    parts = _RELATION.split(text)
    if len(parts) < 3:
        raise BrokenAnswer(f"{text!r} is no assumption; write one such as 'K <= Hin'.")
    sides = [inlined(_formula(part, names), where) for part in parts[::2]]
    relations = ["==" if sign == "=" else sign for sign in parts[1::2]]
    return [
        Assumption(left, cast("Relation", relation), right)
        for left, relation, right in zip(sides, relations, sides[1:], strict=False)
    ]
