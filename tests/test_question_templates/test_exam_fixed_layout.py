"""`layout: fixed`: every version has the same fields in a slot, and nothing changes places."""

from fractions import Fraction

import pytest

from question_templates.bank import open_bank
from question_templates.errors import BrokenExam
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.fixed_layout import why_not_fixed
from question_templates.slot import Slot, Wanted

BANK = open_bank()
HEAD = "format: chainrule-exam/1\ntitle: Final\nlayout: fixed\n"


def exam(slot: str, head: str = "") -> Exam:
    return read_exam(f"{HEAD}{head}slots:\n  - {{points: 10, {slot}}}\n", BANK)


def test_a_slot_with_two_lists_of_fields_is_refused_with_both_and_a_way_out():
    with pytest.raises(BrokenExam) as caught:
        exam("family: graph/rnn-cell, level: 1")

    assert str(caught.value) == (
        "exam.yaml:5:5: layout: fixed needs the same fields on every paper, but graph/rnn-cell asks for "
        "[order, trace, number, number, number], or [trace, number, number, number]; hold the slot to one list, as in "
        "`fields: [order, trace, number, number, number]`, or choose `layout: flow`."
    )


@pytest.mark.parametrize(
    "slot",
    [
        "family: im2col/conv-time, level: 1",
        "family: graph/rnn-cell, level: 1, where: {ask_order: true}",
        "family: graph/power-chain, level: 2, fields: [trace, number]",
    ],
)
def test_a_slot_that_is_held_to_one_list_prints_it_on_every_paper(slot: str):
    made = exam(slot)
    kinds = {
        make_paper(made, BANK, secret=b"s", paper_id=f"paper {number}").items[0].question.kinds for number in range(12)
    }

    assert 1 == len(kinds)


def test_families_that_ask_for_the_same_but_divide_points_otherwise_are_refused():
    with pytest.raises(BrokenExam, match="needs boxes of the same points on every paper, but topic graph divides them"):
        exam("topic: graph, level: 1, fields: [trace, number]")


def test_several_families_with_different_fields_are_refused():
    with pytest.raises(BrokenExam, match=r"^exam\.yaml:5:5: layout: fixed .* but one of static/choice-example, static"):
        exam("choose_from: [static/choice-example, static/number-example]")


@pytest.mark.parametrize("shuffle", ["questions", "[questions]", "[choices, questions]"])
def test_shuffled_questions_are_refused_where_they_stand(shuffle: str):
    with pytest.raises(BrokenExam, match=r"^exam\.yaml:4:1: layout: fixed keeps every question at its place; shuffle"):
        exam("family: im2col/conv-time, level: 1", f"shuffle: {shuffle}\n")


def test_shuffled_choices_may_stand_in_fixed_boxes():
    assert {"choices"} == exam("family: static/choice-example", "shuffle: choices\n").shuffle


def test_a_program_may_ask_too():
    assert "" == why_not_fixed(Slot(Fraction(1), "im2col/conv-time"), BANK)
    assert "layout: fixed" in why_not_fixed(Slot(Fraction(1), "graph/power-chain", levels=(1,)), BANK)
    held = Wanted(fields=("trace", "number"))
    assert "" == why_not_fixed(Slot(Fraction(1), "graph/power-chain", levels=(1,), wanted=held), BANK)
