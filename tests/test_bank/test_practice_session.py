"""Whole practice sessions, played by a script: what is asked, judged, hinted, shown and counted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.bank.commands import practise
from chainrule.practice import practice
from chainrule.practice_words import Tally, hints
from question_templates.bank import BUILT_IN, Bank, open_bank
from question_templates.dice import Dice
from question_templates.drawing import purpose_of, variant_from
from question_templates.errors import BrokenFamily, NoAdmissibleDraw

SQUARE = {
    "family.yaml": """\
format: chainrule-family/1
id: toy/square
version: "1"
title: A fourth power
topic: toy
levels: [1, 2]
minutes: 2
goal: Add up what arrives on two edges of a product.
limits: {magnitude: 100000000}
parameters:
  value: {integer: [3, 60]}
fields:
  - name: trace
    kind: trace
    asks: backward
    weight: 2
    prompt: Carry out **backpropagation**.
    example: "t: s.grad = 1"
  - name: x_grad
    kind: number
    asks: x.grad
    builds_on: [trace]
    weight: 1
    prompt: What is `x.grad`?
    example: "1"
mal_rules:
  - tag: overwritten
    rule: overwrites instead of adding
    feedback: It looks as if the second part replaced the first. Every edge adds its part.
""",
    "listing.py.j2": 'x = ag.Scalar({{ value }}.0, label="x")\ny = x*x\nz = y*y\nz.backward()\n',
    "question.md.j2": "```python\n{{ listing }}\n```\n",
    "solution.md.j2": "The two edges add up to `{{ trace.look_up('x.grad') | number }}`.\n",
}
ESSAY = {
    "family.yaml": """\
format: chainrule-family/1
id: words/why
version: "1"
title: Why
topic: words
levels: [1]
minutes: 2
goal: Explain it.
key: stated
fields:
  - {name: why, kind: text, prompt: Why?, weight: 1}
  - {name: pick, kind: choice, prompt: Which one?, weight: 1, options: [the first, the second], stated: B}
""",
    "question.md.j2": "Think.\n",
    "solution.md.j2": "Because.\n",
}

Line = str | type[BaseException] | Callable[[int], str]


@pytest.fixture
def toys(tmp_path: Path) -> Bank:
    for place, files in (("toy/square", SQUARE), ("words/why", ESSAY)):
        (tmp_path / place).mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / place / name).write_text(text, encoding="utf-8")
    return open_bank(tmp_path)


class Session:
    """A learner with a script: texts, functions of the drawn number, what interrupts; then the input ends."""

    def __init__(self, bank: Bank, script: Iterable[Line], *, what: str = "toy/square", seed: int = 1) -> None:
        self.script = iter(script)
        self.shown = ""
        self.tallies = practice(
            bank, what=what, dice=Dice(f"seed {seed}".encode()), read=self.read, write=self.write, width=80
        )

    def read(self, prompt: str) -> str:
        self.shown += prompt
        line = next(self.script, EOFError)
        if isinstance(line, type):
            raise line
        if not isinstance(line, str):
            line = line(self.numbers[-1])
        self.shown += f"{line}\n"
        return line

    def write(self, text: str) -> None:
        self.shown += f"{text}\n"

    @property
    def numbers(self) -> list[int]:
        """The leaves of all questions so far."""
        return [int(number) for number in re.findall(r"ag\.Scalar\((\d+)\.0", self.shown)]


def right_trace(x: int) -> str:
    return f"z: y.grad = {2 * x**2}; y: x.grad = {4 * x**3}"


def right_number(x: int) -> str:
    return str(4 * x**3)


def once(x: int) -> str:
    """What somebody answers whose second contribution replaces the first."""
    return str(x**3)


def test_a_question_that_comes_right_is_counted_and_no_solution_is_forced(toys):
    session = Session(toys, [right_trace, "", right_number])

    assert {"toy": Tally(asked=2, right=2)} == session.tallies
    assert "All of it right." in session.shown
    assert "So far: toy 2 of 2 right" in session.shown
    assert "add up to" not in session.shown


def test_a_known_mistake_is_hinted_at_and_there_is_another_try(toys):
    session = Session(toys, [right_trace, ".", once, right_number])

    assert "Every edge adds its part." in session.shown
    assert "Try once more" in session.shown
    assert {"toy": Tally(asked=2, right=2)} == session.tallies


def test_after_two_tries_it_goes_on_and_ends_with_the_worked_solution(toys):
    session = Session(toys, [right_trace, "", "1", "2"])

    assert "Let us go on" in session.shown
    assert f"The two edges add up to `{4 * session.numbers[0] ** 3}`." in session.shown
    assert {"toy": Tally(asked=2, right=1)} == session.tallies


def test_what_follows_from_an_earlier_slip_is_said_and_counted_so(toys):
    def slip(x: int) -> str:
        return f"z: y.grad = 5; y: x.grad = {10 * x}"

    session = Session(toys, [slip, "", slip, "", lambda x: str(10 * x)])

    assert "This follows from the earlier slip" in session.shown
    assert {"toy": Tally(asked=2, right=0, follows=1)} == session.tallies
    assert "0 of 2 right (and 1 carried on from a slip)" in session.shown


def test_what_cannot_be_read_costs_no_try_and_says_why(toys):
    session = Session(toys, [right_trace, "", "no idea", "perhaps", "1", right_number])

    assert session.shown.count("it has not been counted as wrong") == 2
    assert {"toy": Tally(asked=2, right=2)} == session.tallies


def test_an_answer_that_was_understood_otherwise_is_shown_as_it_was_read(toys):
    session = Session(toys, [right_trace, "", lambda x: f"{2 * x**3} + {2 * x**3}"])

    assert re.search(r"We read:? ", session.shown) is not None


def test_hints_go_from_the_goal_to_the_known_mistakes_and_end(toys):
    session = Session(toys, ["hint", "HINT", "hint", "hint", "hint", "quit"])

    told = [
        session.shown.index(words) for words in ("What this is about: Add up", "How to write it", "Watch out: Every")
    ]
    assert sorted(told) == told
    assert 2 == session.shown.count("That is all we can say")
    assert "looks as if" not in session.shown
    assert {} == session.tallies


def test_no_hint_before_a_try_gives_the_number(toys):
    shelf = toys.shelf("toy/square")

    assert not any(str(4 * 42**3) in hint for hint in hints(shelf.family, {"level": 1, "value": 42}, "A number.", "1"))


def test_solution_ends_the_question_and_counts_what_was_not_answered(toys):
    session = Session(toys, [right_trace, "", "solution", ""])

    assert "The two edges add up to" in session.shown
    assert {"toy": Tally(asked=2, right=1)} == session.tallies
    assert "Question 2" in session.shown


def test_skip_goes_to_another_variant_and_counts_only_what_was_answered(toys):
    session = Session(toys, ["skip", "", right_trace, "", "skip", "", "quit"])

    assert 3 == len(set(session.numbers))
    assert {"toy": Tally(asked=1, right=1)} == session.tallies
    assert "add up to" not in session.shown


def test_the_solution_can_be_asked_for_after_a_right_answer(toys):
    session = Session(toys, [right_trace, "", right_number, "solution", "quit"])

    assert "The two edges add up to" in session.shown


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt, "quit", "Quit "])
@pytest.mark.parametrize("before", [[], [right_trace, ""], [right_trace, "", right_number], ["z: y.grad = 1"]])
def test_every_way_out_is_kind(toys, before, end):
    session = Session(toys, [*before, *(["", end] if before[-1:] == ["z: y.grad = 1"] else [end])])

    assert session.shown.endswith("See you.\n")
    assert "Traceback" not in session.shown


def test_an_interrupt_while_something_is_computed_ends_kindly_too(toys, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chainrule.practice.judge_question", interrupted)
    session = Session(toys, [right_trace, ""])

    assert session.shown.endswith("See you.\n")


def test_a_fault_of_ours_ends_no_session_and_counts_for_nothing(toys, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("chainrule.practice.judge_question", broken)
    session = Session(toys, [right_trace, "", right_number, ""])

    assert "which is our fault (RuntimeError: boom)" in session.shown
    assert "Question 2" in session.shown
    assert {} == session.tallies


def test_what_a_person_has_to_read_is_not_counted(toys):
    session = Session(toys, ["Because it is.", "", "A", "B"], what="words")

    assert "A person would read this" in session.shown
    assert {"words": Tally(asked=1, right=1)} == session.tallies
    assert "    A)  the first" in session.shown


def test_no_variant_is_an_exams_and_none_comes_twice(toys):
    session = Session(toys, ["skip", ""] * 20)
    shelf = toys.shelf("toy/square")

    assert 21 == len(session.numbers) == len(set(session.numbers))
    levels = map(int, re.findall(r"level (\d)", session.shown))
    for level, value in zip(levels, session.numbers, strict=True):
        assert "practice" == purpose_of(variant_from(shelf, {"level": level, "value": value}))


def test_a_seed_gives_the_same_session(toys):
    script = ["skip", "", "skip", ""]

    assert Session(toys, script, seed=5).shown == Session(toys, script, seed=5).shown
    assert Session(toys, script, seed=5).numbers != Session(toys, script, seed=6).numbers


def test_a_family_or_topic_that_is_not_there_is_refused_with_those_that_are(toys):
    with pytest.raises(BrokenFamily, match="'graph'; there are the topics toy, words, and toy/square, words/why"):
        Session(toys, [], what="graph")


def test_a_family_without_a_variant_for_practice_is_passed_over(toys, tmp_path):
    yaml = (tmp_path / "toy/square/family.yaml").read_text(encoding="utf-8")
    never = yaml.replace("magnitude: 100000000", "magnitude: 1")
    (tmp_path / "toy/square/family.yaml").write_text(never, encoding="utf-8")
    bank = open_bank(tmp_path)

    assert "Question 2: Why" in Session(bank, ["skip", ""], what="").shown
    with pytest.raises(NoAdmissibleDraw):
        Session(bank, [], what="toy")


def test_the_command_reads_lines_and_writes_plain_text(two_graph_families):
    ran = CliRunner().invoke(
        practise,
        ["graph/rnn-cell", "--level", "1", "--seed", "3"],
        input="hint\nsolution\nquit\n",
        catch_exceptions=False,
    )

    assert 0 == ran.exit_code
    assert "Question 1: Backpropagation through a recurrent cell" in ran.output
    assert "Worked solution" in ran.output
    assert "\x1b[" not in ran.output
    assert ran.output.endswith("See you.\n")


def test_the_command_refuses_what_is_not_in_the_bank(two_graph_families):
    ran = CliRunner().invoke(practise, ["nothing"], catch_exceptions=False)

    assert 1 == ran.exit_code
    assert "no family or topic 'nothing'" in ran.stderr


@pytest.fixture
def two_graph_families(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The built-in bank with two families alone."""
    for name in ("rnn-cell", "power-chain"):
        shutil.copytree(BUILT_IN / "graph" / name, tmp_path / "built-in" / "graph" / name)
    monkeypatch.setattr("question_templates.bank.BUILT_IN", tmp_path / "built-in")
