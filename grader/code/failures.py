"""Which properties of a question a program breaks, and the first call, in order of size, that breaks each one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from grader.code.running import ran, run_calls
from question_templates.answers.code import CodeQuestion, Property
from question_templates.coding.inputs import Choices
from question_templates.coding.trials import Outcome, calls_of, fault_of, known_of

__all__ = ["Failure", "failures_of"]


class Failure(NamedTuple):
    """A call on which a property fails: the choices that made its arguments, what came of it, and what is wrong."""

    one: Property
    choices: Choices
    arguments: tuple[Any, ...]
    outcome: Outcome
    fault: str


def failures_of(question: CodeQuestion, source: str) -> dict[str, Failure]:
    """The first failure of each property that a program breaks, by the property's name.

    Heavy calls are made last, and only for what could still earn something.
    """
    found: dict[str, Failure] = {}
    light = tuple(enumerate(ran(question, source).outcomes))
    for one in sorted(question.properties, key=lambda one: one.is_heavy):
        if one.is_heavy and set(one.needs) & set(found):
            continue
        tried = _heavy_calls(question, one, source) if one.is_heavy else light
        failure = next(_failures(question, one, tried), None)
        if failure:
            found[one.name] = failure
    return found


def _heavy_calls(question: CodeQuestion, one: Property, source: str) -> Iterable[tuple[int, Outcome]]:
    places = [place for place, call in enumerate(calls_of(question)) if one.name in call.properties]
    arguments = [calls_of(question)[place].arguments for place in places]
    return zip(places, run_calls(question, source, arguments), strict=True)


def _failures(question: CodeQuestion, one: Property, tried: Iterable[tuple[int, Outcome]]) -> Iterator[Failure]:
    calls, known = calls_of(question), known_of(question)[one.name]
    for place, outcome in tried:
        call = calls[place]
        fault = fault_of(one, outcome, known[place]) if one.name in call.properties else ""
        if fault:
            yield Failure(one, call.choices, call.arguments, outcome, fault)
