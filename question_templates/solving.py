"""The answer arm: run a variant's listing and take from the runs what each field asks for; no randomness."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import index
from types import MappingProxyType
from typing import Any

from engine.sizes import Size, free_symbols
from question_templates.answers import (
    Answer,
    Bytes,
    Choice,
    Code,
    Expression,
    Graph,
    Growth,
    Key,
    Matrix,
    Number,
    Order,
    Schedule,
    Shape,
    Text,
    Trace,
    Vector,
)
from question_templates.asking import subject_of, value_of
from question_templates.errors import QuestionError
from question_templates.family import Family
from question_templates.lab import Lab
from question_templates.paper import Item
from question_templates.question import LETTERS, Field, Question
from question_templates.variant import Variant

__all__ = ["answer_from", "answer_to", "solve", "solve_item"]

_NAME = re.compile(r"[A-Za-z_]\w*(?!\w*\()")  # a name that is not called
_FORMULAS = MappingProxyType({"expression": Expression, "bytes": Bytes, "shape": Shape, "growth": Growth})


def solve(question: Question, variant: Variant, family: Family | None) -> Key:
    """The key of a question: every answer derived by executing the variant's listing, or stated by its author.

    Without its family a key has no solver, which only some questions need.
    """
    if family is not None and family.key == "stated":
        stated = {rule.name: rule.stated for rule in family.fields}
        return Key({asked.name: _stated(asked, stated[asked.name]) for asked in question.fields}, None)
    lab = Lab(variant)

    def pinned(pins: Mapping[str, Any]) -> dict[str, Answer]:
        bench = Lab(variant, pins=pins)
        return {asked.name: answer_to(asked, bench, family) for asked in question.fields}

    answers = {asked.name: answer_to(asked, lab, family) for asked in question.fields}
    return Key(answers, lab.run, pinned, tuple(lab.runs))


def solve_item(item: Item, families: Mapping[str, Family]) -> Key:
    """The key of one item; raises QuestionError when a family that it needs is not at hand."""
    return solve(item.question, item.variant, families.get(item.variant.family))


def answer_to(asked: Field, lab: Lab, family: Family | None) -> Answer:
    """What the lab's runs answer to one field."""
    return answer_from(asked, value_of(asked.asks, lab, family), lab)


def answer_from(asked: Field, value: Any, lab: Lab) -> Answer:
    """A value that was read from a run, as the answer to a field of its kind.

    Raises: QuestionError for a kind that nobody knows how to answer.
    """
    if asked.kind in _FORMULAS:
        return _formula(asked, value, lab)
    if asked.kind == "number":
        return _number(asked, value, lab)
    if asked.kind == "trace":
        return Trace(value)
    if asked.kind == "graph":
        return Graph.of(value.graph)
    if asked.kind == "order":
        inputs = {node.label: node.inputs for node in value.graph.nodes}
        return Order(value.graph.labels, any_valid=asked.any_valid, inputs=inputs, names=value.names)
    make = _PLAIN.get(asked.kind)
    if make is None:
        raise QuestionError(f"field {asked.name!r} is of kind {asked.kind!r}, which nobody knows how to answer.")
    return make(asked, value)


def _number(asked: Field, value: Any, lab: Lab) -> Number:
    return Number(
        index(value) if hasattr(value, "__index__") and not isinstance(value, Size) else value,
        asked.rel_tol,
        asked.unit or None,
        _printed_numbers(lab),
        asked=subject_of(asked.asks),
        names=lab.run.names,
    )


def _formula(asked: Field, value: Any, lab: Lab) -> Answer:
    sizes = lab.variant.program.sizes
    parts = value if isinstance(value, (list, tuple)) else [value]
    # What is assumed of open sizes says nothing about an answer in plain numbers, and may leave no numbers to try.
    is_open = any(isinstance(part, Size) and free_symbols(part) for part in parts)
    return _FORMULAS[asked.kind](
        value,
        tuple(sizes),
        _printed_names(lab),
        {name: size.aliases for name, size in sizes.items() if size.aliases},
        lab.run.assumptions if is_open else (),
        asked=subject_of(asked.asks),
        builds_on=asked.builds_on,
    )


def _printed_names(lab: Lab) -> dict[str, Any]:
    """The names that the listing gives to sizes, where one name stands for one size of the open ones."""
    named: dict[str, Any] = {}
    doubtful = set(lab.variant.program.sizes)
    for binding in lab.run.bindings:
        if binding.kind != "size" or binding.name in doubtful or binding.name == "_":
            continue
        size = binding.size
        is_open = isinstance(size, Size) and free_symbols(size) - set(lab.variant.program.sizes)
        if is_open or (binding.name in named and named[binding.name] is not size):
            doubtful.add(binding.name)
            named.pop(binding.name, None)
            continue
        named[binding.name] = size
    return named


def _printed_numbers(lab: Lab) -> dict[str, Any]:
    """The names that the listing gives to whole numbers, which a student may write instead of them."""
    return {name: size for name, size in _printed_names(lab).items() if isinstance(size, int)}


#: Kinds whose answers need the value and the field alone.
_PLAIN: Mapping[str, Callable[[Field, Any], Answer]] = MappingProxyType(
    {
        "vector": lambda asked, value: Vector(tuple(value), asked.rel_tol),
        "matrix": lambda asked, value: Matrix(tuple(map(tuple, value)), asked.rel_tol),
        "schedule": lambda asked, value: Schedule(**value),
        "choice": lambda asked, value: _choice(asked, value),
        "code": lambda asked, value: Code(value, value.solution),
        "text": lambda asked, value: Text(),
    }
)


def _choice(asked: Field, value: Any) -> Choice:
    """The options at the positions (from 0, in the family's own order) that the solver found right."""
    positions = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    for place in positions:
        if not 0 <= place < len(asked.options):
            known = f"there are 0 to {len(asked.options) - 1}"
            raise QuestionError(f"field {asked.name!r}: position {place} is no option; {known}.")
    return Choice(asked.options, asked.letters_of(positions), several=asked.several)


def _stated(asked: Field, key: str) -> Answer:
    """A key that an author typed, for a field of a static family."""
    if asked.kind in _FORMULAS:
        return _FORMULAS[asked.kind](key, tuple(dict.fromkeys(_NAME.findall(key))))
    if asked.kind == "number":
        return Number(key, asked.rel_tol, asked.unit or None)
    entries = [part.strip() for part in key.split(",")]
    if asked.kind == "choice":
        return Choice(asked.options, _stated_letters(asked, entries), several=asked.several)
    if asked.kind == "vector":
        return Vector(entries, asked.rel_tol)
    if asked.kind == "matrix":
        return Matrix([[entry.strip() for entry in row.split(",")] for row in key.split(";")], asked.rel_tol)
    if asked.kind == "order":
        return Order(entries)
    if asked.kind == "text":
        return Text()
    raise QuestionError(f"field {asked.name!r}: a key of kind {asked.kind!r} can't be stated; it has to be derived.")


def _stated_letters(asked: Field, entries: list[str]) -> tuple[str, ...]:
    """An author's letters as this paper prints them; an unknown one stays, for the answer to refuse."""
    if not asked.shuffled:
        return tuple(entries)
    unknown = [entry for entry in entries if entry not in asked.options]
    return (*asked.letters_of(LETTERS.index(entry) for entry in entries if entry in asked.options), *unknown)
