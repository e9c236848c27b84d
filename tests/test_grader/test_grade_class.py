"""Grading a class: files find their papers, and what does not fit is set aside with a reason."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader import ClassResult, grade_class, judge
from grader.batch import normal_paper_id
from question_templates.answers import Number, Order
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
from submissions import Refusal, Submission

BANK = open_bank()
FAMILIES = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}
EXAM = read_exam(
    "format: chainrule-exam/1\ntitle: T\nslots:\n  - {family: graph/power-chain, level: 1, points: 5}\n", BANK
)
PAPER = make_paper(EXAM, BANK, secret=b"s", paper_id="ABCD-2345")


BLANK = dict.fromkeys(PAPER.field_ids(), "")


def graded(*handed_in: Submission | Refusal) -> ClassResult:
    return grade_class({PAPER.id: PAPER}, handed_in, FAMILIES)


def test_a_refused_file_is_set_aside_and_the_others_are_graded() -> None:
    result = graded(Refusal("bad.json", "this is no JSON.", 3), Submission("good.json", PAPER.id, BLANK))

    assert [PAPER.id] == list(result.grades)
    assert ["bad.json"] == [file.source for file in result.set_aside]
    assert "bad.json:3" in result.set_aside[0].reason


@pytest.mark.parametrize(
    ("submission", "reason"),
    [
        (Submission("a.json", "", {}), "names no paper"),
        (Submission("a.json", "XXXX-9999", {}), "no paper 'XXXX-9999'"),
        (Submission("a.json", "ABCD-2345", {"7.shape": "(1, 2)"}), "None of its fields"),
        (Submission("a.json", "ABCD-2345", {}), "holds no answers where they belong"),
    ],
)
def test_what_fits_no_paper_is_set_aside_with_the_reason(submission: Submission, reason: str) -> None:
    result = graded(submission)

    assert not result.grades
    assert reason in result.set_aside[0].reason


def test_different_answers_for_one_paper_are_set_aside_together() -> None:
    result = graded(Submission("a.json", PAPER.id, {"1.trace": "x"}), Submission("b.json", PAPER.id, BLANK))

    assert not result.grades
    assert ["a.json", "b.json"] == [file.source for file in result.set_aside]


def test_the_same_answers_twice_are_graded_once_and_the_copy_is_reported() -> None:
    result = graded(Submission("a.json", PAPER.id, BLANK), Submission("b.json", PAPER.id, BLANK))

    assert "a.json" == result.grades[PAPER.id].source
    assert ["b.json"] == [file.source for file in result.set_aside]


@pytest.mark.parametrize("written", ["abcd-2345", "ABCD2345", " abcd 2345 ", "ABCD-2345"])
def test_a_paper_id_is_understood_however_it_is_typed(written: str) -> None:
    assert PAPER.id == normal_paper_id(written)


def test_an_empty_class_gives_an_empty_result() -> None:
    assert ClassResult({}, ()) == graded()


def test_an_answer_under_a_name_the_paper_does_not_have_waits_for_a_person() -> None:
    grade = graded(Submission("a.json", PAPER.id, {"1.trace": "", "1.tracee": "z1.grad = 2"})).grades[PAPER.id]

    assert ("The paper has no field '1.tracee'; perhaps '1.trace' was meant.",) == grade.warnings
    assert ("1.tracee",) == grade.open_fields
    assert not grade.is_complete


def test_a_blank_answer_under_such_a_name_is_nobodys_work() -> None:
    grade = graded(Submission("a.json", PAPER.id, {"1.trace": "", "9.shape": " "})).grades[PAPER.id]

    assert grade.is_complete


def test_a_blank_paper_earns_nothing_and_is_complete() -> None:
    grade = graded(Submission("a.json", PAPER.id, BLANK)).grades[PAPER.id]

    assert Fraction(0) == grade.points
    assert grade.is_complete
    assert {"blank"} == {field.verdict.outcome for field in grade.fields}


@pytest.mark.parametrize(
    ("answer", "text", "outcome"),
    [
        (Number("1/exp(6)"), "1/exp(6)", "right"),
        (Number("1/exp(6)"), "0.00248", "right"),
        (Number("1/exp(6)"), "0.002", "wrong"),
        (Number(1000, rel_tol=Fraction(1, 100)), "1009", "right"),
        (Number(1000, rel_tol=Fraction(1, 100)), "1011", "wrong"),
        (Order(("a", "b", "c"), inputs={"c": ("a", "b")}), "b, a, c", "partly"),
        (Order(("a", "b", "c"), any_valid=True, inputs={"c": ("a", "b")}), "b, a, c", "right"),
        (Order(("a", "b", "c"), any_valid=True, inputs={"c": ("a", "b")}), "c, a, b", "wrong"),
    ],
)
def test_an_answer_can_be_stated_by_an_author(answer: Number | Order, text: str, outcome: str) -> None:
    assert outcome == judge(answer, text).outcome
