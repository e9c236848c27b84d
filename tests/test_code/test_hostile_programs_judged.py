"""Programs that sleep, print, forge or end their process get a verdict all the same: bounded, kind, and never ours."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader.code.running import LONGEST_RUN, is_steady, run_calls
from grader.code.sandboxes import judging_in
from grader.code.showing import shortened_words, tamed
from grader.judging import judge
from grader.sandbox import Raised, Returned
from question_templates.answers import Code, Trial
from question_templates.coding.inputs import Picks
from question_templates.coding.properties import leaves_arguments, returns
from question_templates.coding.trials import Failed
from tests.test_code.asked_functions import code_of, numbers, question_of, small

DOUBLE = code_of("double")


def words(value: Any) -> str:
    return f"came to `{value:.6g}`" if isinstance(value, int) else f"came to `{value}`"


class Sleepy:
    """A sandbox whose programs answer wrongly far out, and use up all the time by the wall's clock."""

    def __init__(self, clock: list[float]) -> None:
        self.clock, self.allowed = clock, list[float]()

    def run(self, program: Any, calls: Any, *, limits: Any) -> Any:
        self.allowed.append(limits.wall_seconds)
        self.clock[0] += 0.97 * limits.wall_seconds
        return [Returned(2 * sum(call.args) if sum(call.args) < 9 else 0, call.args) for call in calls]


def test_a_program_that_sleeps_is_not_waited_for_over_and_over(monkeypatch: pytest.MonkeyPatch):
    clock = [0.0]
    monkeypatch.setattr("grader.sandbox.patience.time.monotonic", lambda: clock[0])

    def make(picks: Picks) -> tuple[Any, ...]:
        return (picks.integer(0, 999), picks.integer(0, 999))

    question = question_of("double", properties=(returns("add", make, lambda a, b: 2 * (a + b)),), seed=b"sleepy")
    sleepy = Sleepy(clock)
    with judging_in(sleepy):
        verdict = judge(Code(question, ""), "def double(a, b):\n    return 0  # sleeps")

    assert "wrong" == verdict.outcome
    assert clock[0] <= 20
    assert [LONGEST_RUN, LONGEST_RUN] == [sleepy.allowed[0], sleepy.allowed[-1]]


class Slow:
    """A sandbox in which heavy calls take one and a half times what they may."""

    def __init__(self) -> None:
        self.cpu_seconds: list[float] = []

    def run(self, program: Any, calls: Any, *, limits: Any) -> Any:
        self.cpu_seconds.append(limits.cpu_seconds)
        is_done = calls[0].args[0] < 100 or limits.cpu_seconds > 0.45
        late = Raised("timeout", "the time was used up")
        return [Returned(2 * call.args[0], call.args) if is_done else late for call in calls]


def test_a_program_close_to_its_time_is_run_again_with_more_of_it():
    def large(picks: Picks) -> tuple[Any, ...]:
        return (picks.integer(100, 999),)

    heavy = returns("be fast", large, lambda x: 2 * x, name="fast", n_smallest=2, n_drawn=0, is_heavy=True)
    light = returns("double", small, lambda x: 2 * x)
    question, slow = question_of("double", properties=(light, heavy), seed=b"slow"), Slow()
    with judging_in(slow):
        verdict = judge(Code(question, ""), "def double(x):\n    return x + x  # slowly")

    assert "right" == verdict.outcome
    assert [0.3, 0.3, 0.6] == slow.cpu_seconds


@pytest.mark.parametrize("made", ["10**400", "-10**2000", "float('inf')", "[10**400]", "'`' * 999", "'a\\n# b'"])
def test_no_value_is_too_strange_for_a_questions_words(made: str):
    question = question_of("double", value_words=words, seed=b"words")
    verdict = judge(Code(question, ""), f"def double(x):\n    return {made}")

    assert ("wrong", Fraction(0)) == (verdict.outcome, verdict.share)
    assert verdict.counterexample.count("`") == 4
    assert len(verdict.counterexample) < 600


def test_words_for_a_long_value_are_cut_and_its_backticks_are_harmless():
    assert ["'x'", ("y'",), {"'": 1}] == tamed(["`x`", ("y`",), {"`": 1}])
    assert "left `a` = `1`" == shortened_words("left `a` = `1`")
    assert shortened_words("left `" + "9" * 999 + "`").endswith("9 ...`")


def test_huge_numbers_that_are_equal_are_no_two_answers():
    def trial(value: Any) -> Trial:
        return Trial((1,), value, (1,))

    assert is_steady(trial(10**400), trial(10**400))
    assert not is_steady(trial(10**400), trial(10**400 + 1))
    assert is_steady(trial(1), Failed("too large", "more than this question allows"))


def test_where_an_object_lies_in_memory_is_not_told():
    (first,) = run_calls(DOUBLE.question, "def double(x):\n    return [str(object())]", [(1,)])

    assert isinstance(first, Trial)
    assert ["<object object at 0x…>"] == first.value


def test_what_could_not_be_looked_at_is_not_listed_as_missing():
    properties = (returns("double", numbers, lambda given: given), leaves_arguments(numbers))
    question = question_of("double", properties=properties, seed=b"looked at")
    verdict = judge(Code(question, ""), "def double(x):\n    return x[0] / 0")

    assert "`double` should do this and does not yet: double." == verdict.reason


def test_a_process_that_was_ended_is_told_in_kind_words():
    verdict = judge(DOUBLE, "def double(x):\n    __import__('os')._exit(0)")
    said = "the program may have used too much memory, or called something that ends it."

    assert f"`double(0)` ended without an answer: {said}" == verdict.counterexample


@pytest.mark.parametrize(
    "behind", ["display(double(1))", "exit()", "x = input()", "raise SystemExit", "print(\n    X,\n    y)", "assert 0"]
)
def test_a_trial_below_the_function_does_no_harm(behind: str):
    program = f"def double(x):\n    return twice(x)\n{behind}\ndef twice(x):\n    return 2 * x\nagain()\n"

    assert "right" == judge(DOUBLE, program).outcome
    assert "`double(0)` stopped in line " in judge(DOUBLE, f"{behind}\n{program}").counterexample


@pytest.mark.parametrize("imported", ["from numpy import *", "import numpy.testing", "import numpy.ma as ma"])
def test_all_of_numpy_can_be_had_at_every_level(imported: str):
    assert "right" == judge(DOUBLE, f"{imported}\ndef double(x):\n    return 2 * x").outcome


@pytest.mark.parametrize(
    "imported", ["from scipy.sparse import *", "import scipy.sparse.linalg", "import scipy.sparse.csgraph"]
)
def test_all_of_the_sparse_matrices_can_be_had(imported: str):
    question = question_of("double", imports=("numpy", "scipy.sparse"), seed=b"sparse")

    assert "right" == judge(Code(question, ""), f"{imported}\ndef double(x):\n    return 2 * x").outcome
