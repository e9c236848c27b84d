"""Compares what a program's calls return with the properties of its question, and shows the smallest call that fails.

The program runs in a sandbox; what it returned is judged here. A verdict holds what the student's own program did with
which input, and never what would have been right.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any, Final

from grader.code.failures import Failure, failures_of
from grader.code.running import is_cut_short, ran
from grader.code.showing import call_text, shortened_words, tamed, value_text
from grader.code.smallest import fails_again, smallest_failure
from grader.reading.code import CodeReading
from grader.verdict import Verdict
from question_templates.answers.code import Code, CodeQuestion, Property
from question_templates.coding.trials import Failed, behave_alike, calls_of, outcomes_of_trusted

__all__ = ["UNSTEADY", "behaves_like", "check_code"]

#: What stands in place of a known mistake where a program answers the same call in two ways.
UNSTEADY: Final = "unsteady"
#: How long one program may keep us waiting, over all its runs: room for two that take as long as a run may.
_PATIENCE_SECONDS: Final = 20.0


def check_code(answer: Code, reading: CodeReading) -> Verdict:
    """The verdict on a program: the weights of the properties that hold, and where the first other one fails.

    Raises: whatever keeps the sandbox from working, which is never the student's fault.
    """
    from grader.sandbox.patience import Patience  # most exams have no program to judge

    question, source, patience = answer.question, reading.source, Patience(_PATIENCE_SECONDS)
    unsteady = ran(question, source).unsteady
    if unsteady is not None:
        return _unsteady(question, reading, calls_of(question)[unsteady].arguments)
    failures = failures_of(question, source, patience)
    held = [one for one in question.properties if not {one.name, *one.needs} & set(failures)]
    share = Fraction(sum(one.weight for one in held), sum(one.weight for one in question.properties))
    if not failures:
        return Verdict("right", share, read_as=reading.read_as)
    found = smallest_failure(question, source, next(iter(failures.values())), patience)
    if not is_cut_short(found.outcome) and not fails_again(question, source, found, patience):
        return _unsteady(question, reading, found.arguments)
    looked_at = [failure for failure in failures.values() if _was_looked_at(failure, failures)]
    reason = _reason(question, [failure.one for failure in looked_at], held)
    shown = _shown(question, found)
    return Verdict("partly" if share else "wrong", share, reading.read_as, reason, shown)


def behaves_like(answer: Code, reading: CodeReading) -> bool:
    """Whether a program gives what a mistaken one gives, call by call."""
    return behave_alike(ran(answer.question, reading.source).outcomes, outcomes_of_trusted(answer))


def _was_looked_at(failure: Failure, failures: Mapping[str, Failure]) -> bool:
    """Whether a property is broken by what was returned; or stops where nothing else has to hold first."""
    return not (isinstance(failure.outcome, Failed) and set(failure.one.needs) & set(failures))


def _reason(question: CodeQuestion, broken: list[Property], held: list[Property]) -> str:
    told = "; ".join(one.says for one in broken)
    right = f" This is right already: {'; '.join(one.says for one in held)}." if held else ""
    return f"`{question.function}` should do this and does not yet: {told}.{right}"


def _shown(question: CodeQuestion, found: Failure) -> str:
    """The call that fails, what came back, and what is wrong with it."""
    call = _called(question, found.arguments)
    if isinstance(found.outcome, Failed):
        return f"{call} {_ending(found.outcome)}"
    return f"{call} {_came(question, found.outcome.value)}: it {found.fault}."


def _called(question: CodeQuestion, arguments: tuple[Any, ...]) -> str:
    words = question.call_words
    return words(*arguments) if words else f"`{call_text(question.function, arguments)}`"


def _came(question: CodeQuestion, value: Any) -> str:
    """What came of a call; a program that forges values may hand over what the question has no words for."""
    with suppress(LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        if question.value_words:
            return shortened_words(question.value_words(tamed(value)))
    return f"returned `{value_text(value)}`"


def _ending(failed: Failed) -> str:
    """How a call ended that returned nothing, with what the program or the sandbox said about it."""
    if failed.kind == "killed":
        return "ended without an answer: the program may have used too much memory, or called something that ends it."
    where = f" in line {failed.line}" if failed.line else ""
    said = " ".join(failed.message.replace("`", "'").split())
    return f"stopped{where}: `{said}`." if said else f"stopped{where}."


def _unsteady(question: CodeQuestion, reading: CodeReading, arguments: tuple[Any, ...]) -> Verdict:
    reason = (
        f"`{question.function}` answered the same call in two different ways. What it returns may depend on its"
        " arguments alone: not on chance, and not on earlier calls, as it does where something is kept between them."
    )
    shown = f"{_called(question, arguments)} was called twice."
    return Verdict("wrong", read_as=reading.read_as, reason=reason, counterexample=shown, mal_rule=UNSTEADY)
