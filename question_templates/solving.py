"""The answer arm: run a variant's listing and take from the run what each field asks for; no randomness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import engine as ag
from engine.mistakes import MISTAKES
from question_templates.answers import Answer, Key, Mistake, Number, Order, Trace
from question_templates.errors import QuestionError
from question_templates.family import Family, MalRule, applies
from question_templates.paper import Item
from question_templates.question import Field, Question
from question_templates.variant import Variant

__all__ = ["answer_to", "known_mistakes", "mistaken_runs", "mistakes_of", "run_of", "solve", "solve_item"]


def solve(question: Question, variant: Variant) -> Key:
    """The key of a question: every answer derived by executing the variant's listing."""
    run = run_of(variant.listing)

    def pinned(pins: Mapping[str, Any]) -> dict[str, Answer]:
        return {field.name: answer_to(field, run, pins=pins) for field in question.fields}

    return Key({field.name: answer_to(field, run) for field in question.fields}, run, pinned)


def known_mistakes(question: Question, variant: Variant, family: Family) -> tuple[Mistake, ...]:
    """What each of the family's mal-rules answers, derived by running the listing under its changed rules."""
    return tuple(
        Mistake(rule.tag, rule.feedback, {field.name: answer_to(field, run) for field in question.fields})
        for rule, run in mistaken_runs(variant, family)
    )


def answer_to(field: Field, run: ag.Trace, *, pins: Mapping[str, Any] | None = None) -> Answer:
    """What the run answers to one field; with `pins`, what a run with those values pinned answers."""
    if pins:
        run = ag.run_listing(run.source, pins=pins)
    if field.kind == "trace":
        return Trace(run)
    if field.kind == "order":
        inputs = {node.label: node.inputs for node in run.graph.nodes}
        return Order(run.graph.labels, inputs=inputs, names=run.names)
    if field.kind == "number":
        return Number(run.look_up(field.asks), asked=field.asks, names=run.names)
    raise QuestionError(f"field {field.name!r} is of kind {field.kind!r}, which nobody knows how to answer.")


@lru_cache(maxsize=128)  # a pure function: refusing a draw, its key and its known mistakes share these runs
def run_of(listing: str, *, mistake: str = "") -> ag.Trace:
    """The run of a listing, under the standard rules or those of a known mistake (a key of `MISTAKES`)."""
    return ag.run_listing(listing, face=ag.face(MISTAKES[mistake] if mistake else ag.STANDARD))


def mistaken_runs(variant: Variant, family: Family) -> Iterator[tuple[MalRule, ag.Trace]]:
    """Each of the family's mal-rules that applies, and the run of the listing under its changed rules."""
    for rule in family.mal_rules:
        if applies(rule.when, variant.parameters, family_id=family.id):
            yield rule, run_of(variant.listing, mistake=rule.rule)


def solve_item(item: Item) -> Key:
    """The key of one item."""
    return solve(item.question, item.variant)


def mistakes_of(item: Item, families: Mapping[str, Family]) -> tuple[Mistake, ...]:
    """What the known mistakes of the item's family answer to it; none when the family is not at hand."""
    family = families.get(item.variant.family)
    return known_mistakes(item.question, item.variant, family) if family else ()
