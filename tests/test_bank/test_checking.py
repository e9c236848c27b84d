"""`bank check` finds what it looks for: a scaffolded family passes, and each way to break it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.bank.beginning import begin_family
from chainrule.bank.check_report import report_json, report_lines
from chainrule.bank.checking import FamilyReport, check_family
from chainrule.bank.notations import spelled_out_text
from grader.judging import judge_question
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.mistaking import known_mistakes


def checked(root: Path, *changes: tuple[str, str, str]) -> FamilyReport:
    """The report on a scaffolded family with some (file, old, new) texts exchanged."""
    folder = begin_family("toy/first", root)
    for name, old, new in changes:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return check_family(open_bank(root).shelf("toy/first"), 6)


def test_a_scaffolded_family_holds(tmp_path: Path):
    report = checked(tmp_path)

    assert [] == report.problems
    assert 6 == report.seeds == report.distinct
    assert report.spread["nodes"][0] >= 4


SOLUTION = '{% include "scalar-graph-solution.md.j2" %}'


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("family.yaml", 'a_grad: "12"', 'a_grad: "13"', "a_grad: the source says '13', the engine '12'"),
        ("family.yaml", 'a_grad: "12"', 'c_grad: "12"', "worked example 1: answers ['b_grad', 'c_grad', 'trace']"),
        ("family.yaml", "magnitude: 2000", "magnitude: 3", "500 draws were refused"),
        ("solution.md.j2", SOLUTION, "It is a*b*c.", "solution: 'a*b' holds a star that Markdown takes for emphasis"),
        ("solution.md.j2", SOLUTION, "It is None.", "solution: holds 'None', which a template left behind"),
        ("solution.md.j2", SOLUTION, r"It is $\frac12$.", "formula $\\frac12$ in the solution: \\frac without braces"),
        ("question.md.j2", "{{ listing }}", "{{ lisitng }}", "'lisitng' is undefined"),
        ("generator.py", "def draw(", "def drew(", "has no function 'draw"),
        ("listing.py.j2", "{{ output }}.backward()", "{{ output }}.backwards()", "backwards"),
    ],
)
def test_what_is_broken_is_told(tmp_path: Path, name: str, old: str, new: str, told: str):
    assert [problem for problem in checked(tmp_path, (name, old, new)).problems if told in problem]


def test_a_family_with_too_few_mistakes_is_told(tmp_path: Path):
    folder = begin_family("toy/first", tmp_path)
    text = (folder / "family.yaml").read_text(encoding="utf-8")
    start, end = text.index("  - tag: own-operand"), text.index("# Answers found without")
    (folder / "family.yaml").write_text(text[:start] + text[end:], encoding="utf-8")

    assert ["1 mal-rules: a family has at least 3"] == check_family(open_bank(tmp_path).shelf("toy/first"), 2).problems


def test_the_report_says_what_was_refused_and_what_is_broken():
    report = FamilyReport("toy/first", 8, distinct=7, seconds=0.4, problems=["seed 3, level 1: it is broken"])
    report.refused.update({"relu sits at 0": 2})
    lines = list(report_lines([report], []))

    assert ["    refused 2 times: relu sits at 0", "    BROKEN seed 3, level 1: it is broken"] == lines[2:4]
    assert "1 families, 8 variants: 1 of them broken" == lines[-1]
    assert '"relu sits at 0": 2' in report_json([report])
    assert 0.2 == report.refusal_rate


def test_a_wrong_shape_in_plain_numbers_is_judged_and_named():
    """Seed 241 of conv-output: assumptions about open sizes once left no numbers at which to compare plain ones."""
    shelf = open_bank().shelf("im2col/conv-output")
    made = issue(shelf, Dice(b"seed 241"), level=2)
    mistakes = known_mistakes(made.question, made.variant, shelf.family)
    padding = next(mistake for mistake in mistakes if mistake.tag == "no-padding")
    wrong = {name: spelled_out_text(answer) for name, answer in padding.answers.items()}
    verdicts = judge_question(made.question, made.key, wrong, mistakes=lambda: mistakes)

    assert ("wrong", "no-padding") == (verdicts["maps_shape"].outcome, verdicts["maps_shape"].mal_rule)
