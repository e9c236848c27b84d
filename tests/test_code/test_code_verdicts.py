"""How programs are judged: shares, the smallest failing call, unsteady programs, and faults that are ours."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest

from grader.code.running import ran
from grader.code.sandboxes import isolation, judging_in, the_sandbox
from grader.code.showing import value_text
from grader.judging import judge, judge_question
from grader.sandbox import LEVELS
from grader.verdict import Verdict
from question_templates.answers import BrokenAnswer, Code, Key, Mistake, Property
from question_templates.coding.inputs import Picks
from question_templates.coding.properties import is_adjoint, is_gradient, leaves_arguments, returns
from question_templates.coding.trials import Failed, behave_alike, calls_of, held_by_trusted, outcomes_of_trusted
from question_templates.question import Field, Question
from tests.test_code.asked_functions import code_of, numbers, question_of, small

DOUBLE, POSITIVES = code_of("double"), code_of("positives")
GIVEN = """
class Box:
    def __init__(self, held):
        self.held = held


def tried(f, x):
    return f(Box(x)).held
"""
BOXED = question_of("double", given=GIVEN, entry="tried", seed=b"boxed")


def judged(code: Code, program: str) -> Verdict:
    return judge(code, program)


def test_the_first_number_that_fails_is_shown_and_not_what_would_be_right():
    verdict = judged(DOUBLE, "def double(x):\n    return x * x")

    assert "`double(1)` returned `1`: it is not the right number." == verdict.counterexample


def test_a_failure_far_out_is_made_as_small_as_it_gets():
    """No listed input fails, so that the example found by dice is made smaller, choice by choice."""

    def make(picks: Picks) -> tuple[Any, ...]:
        return (picks.integer(0, 999), picks.integer(0, 999))

    question = question_of("double", properties=(returns("add", make, lambda a, b: a + b),), seed=b"far")
    verdict = judged(Code(question, ""), "def double(a, b):\n    return a + b if a < 500 or b < 40 else 0")

    assert "`double(500, 40)` returned `0`: it is not the right number." == verdict.counterexample


def test_shares_are_those_of_the_properties_that_hold():
    verdict = judged(DOUBLE, "def double(x):\n    return 2 * x if x > 50 else 0")

    assert ("partly", Fraction(2, 3)) == (verdict.outcome, verdict.share)
    assert "should do this and does not yet: double small numbers." in verdict.reason
    assert "This is right already: double large numbers." in verdict.reason


def test_what_goes_without_saying_earns_nothing_by_itself():
    assert 0 == judged(POSITIVES, "def positives(numbers):\n    return None").share


def test_an_exception_is_shown_with_its_line():
    verdict = judged(DOUBLE, "# my try\ndef double(x):\n    y = x\n    return y / 0")

    assert (
        "`double(0)` stopped in line 4: `ZeroDivisionError: division by zero`." == verdict.counterexample
    )


def test_a_program_that_never_ends_is_stopped():
    verdict = judged(DOUBLE, "def double(x):\n    while x > 3: pass\n    return 2*x")

    assert ("wrong", Fraction(0)) == (verdict.outcome, verdict.share)
    assert verdict.counterexample.startswith("`double(")


@pytest.mark.parametrize(
    "program",
    [
        "calls = []\ndef double(x):\n    calls.append(x)\n    return 2*x + len(calls) // 9",
        "def double(x, seen=[]):\n    seen.append(x)\n    return 2*x if len(seen) < 12 else 0",
        "import numpy as np\ndef double(x):\n    return 2*x + np.random.rand()",
    ],
)
def test_a_program_that_answers_in_two_ways_is_told_so(program: str):
    verdict = judged(DOUBLE, program)

    assert ("wrong", Fraction(0), "unsteady") == (verdict.outcome, verdict.share, verdict.mal_rule)
    assert "answered the same call in two different ways" in verdict.reason


def test_a_known_mistake_is_named_by_what_it_returns_and_not_by_how_it_is_written():
    squared = Mistake(
        "squared", "This is the square.", {"answer": Code(DOUBLE.question, "def double(x):\n    return x**2")}
    )
    asked = Field("answer", "code", "solver.task", "", Fraction(1))
    question, key = Question("T", "", "", (), (), (asked,)), Key({"answer": DOUBLE}, None)
    program = {"answer": "def double(x):\n    total = 0\n    for _ in range(x):\n        total += x\n    return total"}
    verdict = judge_question(question, key, program, mistakes=lambda: (squared,))["answer"]

    assert "squared" == verdict.mal_rule
    assert verdict.reason.endswith("This is the square.")


def test_given_code_makes_the_objects_and_lines_are_the_students_own():
    right, wrong = "def double(b):\n    return Box(b.held + b.held)", "def double(b):\n    return Box(b.size)"

    assert "right" == judged(Code(BOXED, ""), right).outcome
    assert "stopped in line 2" in judged(Code(BOXED, ""), wrong).counterexample


def test_an_adjoint_is_told_from_what_is_none():
    def make(picks: Picks) -> tuple[Any, ...]:
        return (picks.numbers(picks.integer(1, 3)),)

    def forward(x: Any, y: Any) -> Any:
        return 3 * x.sum() * (1 + 0 * y)

    property_ = is_adjoint(make, forward, shape=lambda y: (2,))
    question = question_of("double", properties=(property_,), seed=b"adjoint")
    right = "import numpy as np\ndef double(y):\n    return np.array([3.0, 3.0]) * y.sum()"

    assert "right" == judged(Code(question, ""), right).outcome
    assert (
        "breaks <A x, y> = <x, A'y>" in judged(Code(question, ""), right.replace("3.0, 3.0", "3.0, 2.0")).counterexample
    )
    assert "does not have the shape" in judged(Code(question, ""), right.replace("3.0, 3.0", "3.0")).counterexample


def test_a_gradient_is_held_against_finite_differences():
    def make(picks: Picks) -> tuple[Any, ...]:
        return (picks.numbers(2),)

    question = question_of("double", properties=(is_gradient(make, lambda x: (x**2).sum()),), seed=b"slope")

    assert "right" == judged(Code(question, ""), "def double(x):\n    return x + x").outcome
    assert (
        "does not say how the loss changes" in judged(Code(question, ""), "def double(x):\n    return x").counterexample
    )


@pytest.mark.parametrize(
    "first",
    [
        "from __future__ import annotations",
        "'''Boxes.'''\nfrom __future__ import annotations  # \u00fcber",
        "'''\u00fc'''; from __future__ import (\n    annotations,\n); y = 1",
    ],
)
def test_given_code_stands_behind_what_is_imported_from_the_future(first: str):
    right, wrong = "def double(b: Box):\n    return Box(b.held + b.held)", "def double(b: Box):\n    return Box(b.size)"
    line = first.count("\n") + 3

    assert "right" == judged(Code(BOXED, ""), f"{first}\n{right}").outcome
    assert f"stopped in line {line}" in judged(Code(BOXED, ""), f"{first}\n{wrong}").counterexample


class Broken:
    """A sandbox that can't be used."""

    def run(self, program: Any, calls: Any, *, limits: Any) -> Any:
        raise OSError("no processes left")


def test_a_fault_of_the_sandbox_is_never_the_students():
    with judging_in(Broken()), pytest.raises(OSError, match="no processes left"):
        judged(DOUBLE, "def double(x):\n    return 2 * x  # never run before")

    assert "right" == judged(DOUBLE, "def double(x):\n    return 2 * x  # never run before").outcome


def test_the_sandbox_is_opened_once():
    assert the_sandbox() is the_sandbox()


def test_the_level_of_isolation_can_be_told():
    assert isolation().split(" ")[0] in LEVELS


def test_every_call_is_made_in_one_batch_and_some_are_made_twice():
    asked: list[int] = []

    class Counting:
        def run(self, program: Any, calls: Any, *, limits: Any) -> Any:
            asked.append(len(calls))
            return the_sandbox_of_tests.run(program, calls, limits=limits)

    the_sandbox_of_tests = the_sandbox()
    with judging_in(Counting()):
        ran(DOUBLE.question, "def double(x):\n    return 2 * x  # counted")

    n_calls = len(calls_of(DOUBLE.question))

    assert [n_calls + -(-n_calls // 7)] == asked


def test_importing_the_grader_starts_no_process_and_loads_no_hypothesis():
    program = (
        "import sys, grader, grader.kinds, grader.code.running\n"
        "print([m for m in ('hypothesis', 'scipy', 'grader.sandbox.server') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "[]" == told.stdout.strip()


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ((), "double: the properties are []; name at least one"),
        ((leaves_arguments(numbers),), "the property 'arguments' needs 'values', which is not there"),
        ((returns("a", small, abs), returns("b", small, abs)), "name at least one, and each one once"),
        ((returns("a", small, abs, weight=0),), "the property 'values' has the weight 0"),
    ],
)
def test_a_question_that_can_not_be_judged_is_refused(properties: Any, said: str):
    with pytest.raises(BrokenAnswer) as refused:
        question_of("double", properties=properties)

    assert said in str(refused.value)


def test_trusted_programs_are_tried_like_students_programs():
    wrong = Code(
        POSITIVES.question, "def positives(numbers):\n    numbers.sort()\n    return [n for n in numbers if n > 0]"
    )

    assert ("values", "arguments") == held_by_trusted(POSITIVES)
    assert () == held_by_trusted(wrong)
    assert not behave_alike(outcomes_of_trusted(wrong), outcomes_of_trusted(POSITIVES))
    assert behave_alike((Failed("KeyError"),), (Failed("exception", "IndexError"),))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, "a`b"], '[1, "a\'b"]'),
        ((1.0,), "(1.0,)"),
        ({"a": [0.1 + 0.2]}, "{'a': [0.3]}"),
        (-0.0, "0.0"),
        ("x" * 500, "'" + "x" * 235 + " ..."),
        (list(range(60)), "[" + ", ".join(map(str, range(40))) + ", ...]"),
    ],
)
def test_values_are_shown_in_one_short_line(value: Any, text: str):
    assert text == value_text(value)


@pytest.mark.parametrize("made_up", ["None", "[]", "'x'", "{}", "[[1], 2]", "float('nan')", "[[None], [None]]"])
def test_a_made_up_value_is_wrong_and_no_fault_of_ours(made_up: str):
    def fault(trial: Any, known: Any) -> str:
        (first, _), *_ = trial.value
        return "" if first + 1 > 0 else "is too small"

    question = question_of("double", properties=(Property("kept", "keep", small, fault),), seed=b"made up")
    verdict = judged(Code(question, ""), f"def double(x):\n    return {made_up}")

    assert ("wrong", "it is not of the kind that is asked for.") == (
        verdict.outcome,
        verdict.counterexample.partition(": ")[2],
    )
