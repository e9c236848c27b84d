"""A student's program and calls in, what each call came to out; the program runs in the sandbox alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from grader.code.sandboxes import the_sandbox
from grader.reading.code import ALWAYS_ALLOWED
from question_templates.answers.code import CodeQuestion, Trial
from question_templates.coding.trials import Failed, Outcome, behave_alike, calls_of

__all__ = ["CUT_SHORT", "Ran", "ran", "run_calls"]

#: Ends of a process that say nothing about one call by itself.
CUT_SHORT: Final = ("timeout", "memory", "killed")
#: Every so many calls one is made a second time, after all others: a function of its arguments answers the same.
_REPEATED: Final = 7
#: What is put in front of a program that uses given code; its line is not counted.
_USE: Final = "from given import *\n"
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
    if any(isinstance(one, Failed) and one.kind in CUT_SHORT for one in (first, second)):
        return True
    return behave_alike((first,), (second,))


def run_calls(question: CodeQuestion, source: str, calls: Sequence[tuple[Any, ...]]) -> tuple[Outcome, ...]:
    """What a program answers to some calls, all in one fresh process.

    Raises: whatever keeps the sandbox from working, which is never the student's fault.
    """
    from grader.sandbox import Call, Limits, Program, Returned  # most exams have no program to judge

    call = _CALL.format(entry=question.entry, function=question.function) if question.entry else ""
    supplied = {"given": question.given + call} if question.given else {}
    text = _USE + source if supplied else source
    called = "given.call_student" if call else question.function
    program = Program(text, called, (*ALWAYS_ALLOWED, *question.imports), supplied)
    limits = Limits(cpu_seconds=question.limits.cpu_seconds, memory_bytes=question.limits.memory_bytes)
    found = the_sandbox().run(program, [Call(arguments) for arguments in calls], limits=limits)
    return tuple(
        Trial(arguments, one.value, tuple(one.args_after))
        if isinstance(one, Returned)
        else Failed(one.kind, one.message, max(0, (one.line or 0) - len(supplied)))
        for arguments, one in zip(calls, found, strict=True)
    )
