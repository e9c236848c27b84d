"""Which properties of a question a program breaks, and the first call, in order of size, that breaks each one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.code.running import LONGEST_RUN, ran, run_calls
from question_templates.answers.code import CodeQuestion, Property
from question_templates.coding.inputs import Choices
from question_templates.coding.trials import Failed, Outcome, calls_of, fault_of, known_of

if TYPE_CHECKING:
    from grader.sandbox.patience import Patience  # most exams have no program to judge

__all__ = ["Failure", "failures_of"]

#: How many times the processor time a program gets that was right in all heavy calls until the time was up.
_SECOND_TRY: Final = 2


class Failure(NamedTuple):
    """A call on which a property fails: the choices that made its arguments, what came of it, and what is wrong."""

    one: Property
    choices: Choices
    arguments: tuple[Any, ...]
    outcome: Outcome
    fault: str


def failures_of(question: CodeQuestion, source: str, patience: Patience) -> dict[str, Failure]:
    """The first failure of each property that a program breaks, by the property's name.

    Heavy calls are made last, and only for what could still earn something.
    """
    found: dict[str, Failure] = {}
    light = tuple(enumerate(ran(question, source).outcomes))
    for one in sorted(question.properties, key=lambda one: one.is_heavy):
        if one.is_heavy and set(one.needs) & set(found):
            continue
        failure = (
            _heavy_failure(question, one, source, patience)
            if one.is_heavy
            else next(_failures(question, one, light), None)
        )
        if failure:
            found[one.name] = failure
    return found


def _heavy_failure(question: CodeQuestion, one: Property, source: str, patience: Patience) -> Failure | None:
    """The first failure among heavy calls; one that only ran out of time gets twice of it, once.

    How long a program computes differs from run to run: where it is close to the limit, chance may not decide.
    """
    places = [place for place, call in enumerate(calls_of(question)) if one.name in call.properties]
    arguments = [calls_of(question)[place].arguments for place in places]
    failure = None
    for times_cpu in (1, _SECOND_TRY):
        wall_seconds = min(LONGEST_RUN, patience.left())
        outcomes = run_calls(question, source, arguments, wall_seconds=wall_seconds, times_cpu=times_cpu)
        failure = next(_failures(question, one, zip(places, outcomes, strict=True)), None)
        if not (failure and isinstance(failure.outcome, Failed) and failure.outcome.kind == "timeout"):
            break
    return failure


def _failures(question: CodeQuestion, one: Property, tried: Iterable[tuple[int, Outcome]]) -> Iterator[Failure]:
    calls, known = calls_of(question), known_of(question)[one.name]
    for place, outcome in tried:
        call = calls[place]
        fault = fault_of(one, outcome, known[place]) if one.name in call.properties else ""
        if fault:
            yield Failure(one, call.choices, call.arguments, outcome, fault)
