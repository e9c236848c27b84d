"""The calls that judge a function, made once for a question, and trusted programs tried with them.

A trusted program is the bank's own: a question's solution, or what a known mistake makes of it. It runs in this
process; a student's program never does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from question_templates.answers.code import Code, CodeQuestion, Property, Trial
from question_templates.bank_code import load
from question_templates.coding.inputs import Choices, Input, Maker, drawn, made_by, smallest
from question_templates.coding.values import Tolerance, difference, plain
from question_templates.errors import QuestionError

__all__ = [
    "Call",
    "Failed",
    "Outcome",
    "behave_alike",
    "calls_of",
    "fault_of",
    "held_by_trusted",
    "known_of",
    "outcomes_of_trusted",
]

#: What two programs may differ by, and still behave alike.
_ALIKE = Tolerance(1e-6, 1e-9)
#: What a property may stumble over in a value that a program made up; the key's own program was held against it before.
_NOT_WHAT_IS_ASKED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


class Call(NamedTuple):
    """One call of a question's batch, and the names of the properties that are held against it."""

    properties: tuple[str, ...]
    choices: Choices
    arguments: tuple[Any, ...]
    is_heavy: bool


class Failed(NamedTuple):
    """What a call raised in place of an answer; `message` and `line` are the program's own and may be empty and 0."""

    kind: str
    message: str = ""
    line: int = 0


Outcome: TypeAlias = Trial | Failed


@lru_cache(maxsize=64)  # a pure function of the question: a class is judged by the same calls
def calls_of(question: CodeQuestion) -> tuple[Call, ...]:
    """The calls, by maker, the smallest first; heavy ones come last, since they may end the run."""
    made: dict[Maker, list[Property]] = {}
    for one in question.properties:
        made.setdefault(one.inputs, []).append(one)
    calls = [call for those in made.values() for call in _calls(question, those)]
    return tuple(sorted(calls, key=lambda call: call.is_heavy))


def _calls(question: CodeQuestion, properties: list[Property]) -> Iterator[Call]:
    """The calls of properties that are held against the same inputs."""
    maker, names = properties[0].inputs, tuple(one.name for one in properties)
    is_heavy = all(one.is_heavy for one in properties)
    seed = blake2b(question.seed + "/".join(names).encode(), digest_size=16).digest()
    found: dict[Choices, Input] = {}
    listed = smallest(maker, max(one.n_smallest for one in properties))
    others = drawn(maker, seed, max(one.n_drawn for one in properties))
    held: dict[Choices, list[str]] = {}
    for made, number in [(listed, "n_smallest"), (others, "n_drawn")]:
        for place, one in enumerate(made):
            found.setdefault(one.choices, one)
            names_here = held.setdefault(one.choices, [])
            names_here += [of.name for of in properties if place < getattr(of, number) and of.name not in names_here]
    for of in properties:
        for one in (made_by(maker, choices) for choices in of.always):
            found.setdefault(one.choices, one)
            names_here = held.setdefault(one.choices, [])
            names_here += [of.name] if of.name not in names_here else []
    for choices, one in found.items():
        yield Call(tuple(held[choices]), choices, one.arguments, is_heavy)


@lru_cache(maxsize=256)  # a pure function: admitting a draw and naming a mistake try the same programs
def outcomes_of_trusted(code: Code) -> tuple[Outcome, ...]:
    """What a trusted program answers to every call that is not heavy.

    Raises: QuestionError for a program without the function.
    """
    question = code.question
    module = load(f"{question.given}\n{code.program}", f"{question.function}.py")
    function = getattr(module, question.function, None)
    if function is None:
        raise QuestionError(f"the program for {question.function!r} defines no function of that name.")
    called = partial(getattr(module, question.entry), function) if question.entry else function
    return tuple(_tried(called, call.arguments) for call in calls_of(question) if not call.is_heavy)


def _tried(function: Any, arguments: tuple[Any, ...]) -> Outcome:
    copies = deepcopy(arguments)
    try:
        with np.errstate(all="ignore"):
            value = plain(function(*copies))
    except Exception as error:  # noqa: BLE001 - a mistake may raise anything, and that is what it answers
        return Failed(type(error).__name__, str(error))
    return Trial(arguments, value, tuple(map(plain, copies)))


@lru_cache(maxsize=256)  # as above
def held_by_trusted(code: Code) -> tuple[str, ...]:
    """The properties that hold of a trusted program, as far as calls that are not heavy tell."""
    outcomes = outcomes_of_trusted(code)
    calls = [call for call in calls_of(code.question) if not call.is_heavy]
    broken = {
        one.name
        for one in code.question.properties
        for call, outcome, known in zip(calls, outcomes, known_of(code.question)[one.name], strict=False)
        if one.name in call.properties and fault_of(one, outcome, known)
    }
    return tuple(one.name for one in code.question.properties if one.name not in broken)


@lru_cache(maxsize=64)  # a pure function of the question: a class is judged by the same references
def known_of(question: CodeQuestion) -> Mapping[str, tuple[Any, ...]]:
    """What each property knows of each call in advance, by the property's name; None where it is not held."""
    return {
        one.name: tuple(
            one.known(*deepcopy(call.arguments)) if one.name in call.properties else None for call in calls_of(question)
        )
        for one in question.properties
    }


def fault_of(one: Property, outcome: Outcome, known: Any) -> str:
    """What is wrong with a call, as the end of a sentence that begins with "it"; empty when nothing is.

    `known` is what the property knows of the call's arguments.
    """
    if isinstance(outcome, Failed):
        return f"raised {outcome.kind}"
    try:
        return one.fault(outcome, known)
    except _NOT_WHAT_IS_ASKED:
        return "is not of the kind that is asked for"


def behave_alike(left: tuple[Outcome, ...], right: tuple[Outcome, ...]) -> bool:
    """Whether two programs gave the same answers to the same calls; whatever was raised counts as one answer."""
    return len(left) == len(right) and all(map(_is_same, left, right))


def _is_same(left: Outcome, right: Outcome) -> bool:
    if isinstance(left, Failed) or isinstance(right, Failed):
        return isinstance(left, Failed) and isinstance(right, Failed)
    values, arguments = (left.value, right.value), (left.arguments_after, right.arguments_after)
    return not difference(*values, _ALIKE) and not difference(list(arguments[0]), list(arguments[1]), _ALIKE)
