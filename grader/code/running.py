"""A student's program and calls in, what each call came to out; the program runs in the sandbox alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from grader.code.given_names import with_given
from grader.code.sandboxes import the_sandbox
from grader.reading.code import ALWAYS_ALLOWED
from question_templates.answers.code import CodeQuestion, Trial
from question_templates.coding.trials import Failed, Outcome, behave_alike, calls_of

__all__ = ["CUT_SHORT", "LONGEST_RUN", "Ran", "is_cut_short", "ran", "run_calls"]

#: Ends of a process that say nothing about one call by itself.
CUT_SHORT: Final = ("timeout", "memory", "killed", "too large")
#: Seconds by the wall's clock after which a run ends in any case; processor time, which decides, is less.
LONGEST_RUN: Final = 10.0
#: Every so many calls one is made a second time, after all others: a function of its arguments answers the same.
_REPEATED: Final = 7
#: What is put behind given code that calls the student's function itself.
_CALL: Final = """

def call_student(*arguments):
    import student
    return {entry}(student.{function}, *arguments)
"""


class Ran(NamedTuple):
    """One outcome for each of the question's light calls; `unsteady` is the place of one that answered in two ways."""

    outcomes: tuple[Outcome, ...]
    unsteady: int | None


@lru_cache(maxsize=64)  # naming a mistake looks at the same calls again; a program that is no function is found out
def ran(question: CodeQuestion, source: str) -> Ran:
    """What a program answers to the question's calls but the heavy ones, all in one process."""
    calls = [call.arguments for call in calls_of(question) if not call.is_heavy]
    again = list(range(0, len(calls), _REPEATED))[::-1]
    outcomes = run_calls(question, source, [*calls, *(calls[place] for place in again)])
    first, second = outcomes[: len(calls)], outcomes[len(calls) :]
    pairs = zip(again, second, strict=True)
    return Ran(first, next((place for place, outcome in pairs if not is_steady(first[place], outcome)), None))


def is_steady(first: Outcome, second: Outcome) -> bool:
    """Whether two runs of one call agree; one that was cut short tells nothing."""
    return is_cut_short(first) or is_cut_short(second) or behave_alike((first,), (second,))


def is_cut_short(outcome: Outcome) -> bool:
    """Whether a process ended in a call for a reason that tells nothing about that call by itself."""
    return isinstance(outcome, Failed) and outcome.kind in CUT_SHORT


def run_calls(
    question: CodeQuestion,
    source: str,
    calls: Sequence[tuple[Any, ...]],
    *,
    wall_seconds: float = LONGEST_RUN,
    times_cpu: int = 1,
) -> tuple[Outcome, ...]:
    """What a program answers to some calls, all in one fresh process; `times_cpu` gives it more time to compute.

    Raises: whatever keeps the sandbox from working, which is never the student's fault.
    """
    from grader.sandbox import Call, Limits, Program, Returned  # most exams have no program to judge

    call = _CALL.format(entry=question.entry, function=question.function) if question.entry else ""
    supplied = {"given": question.given + call} if question.given else {}
    text, moved = with_given(source) if supplied else (source, 0)
    called = "given.call_student" if call else question.function
    program = Program(text, called, (*ALWAYS_ALLOWED, *question.imports), supplied, question.function)
    limits = Limits(
        cpu_seconds=question.limits.cpu_seconds * times_cpu,
        wall_seconds=wall_seconds,
        memory_bytes=question.limits.memory_bytes,
    )
    found = the_sandbox().run(program, [Call(arguments) for arguments in calls], limits=limits)
    return tuple(
        Trial(arguments, one.value, tuple(one.args_after))
        if isinstance(one, Returned)
        else Failed(one.kind, one.message, max(0, (one.line or 0) - moved))
        for arguments, one in zip(calls, found, strict=True)
    )
