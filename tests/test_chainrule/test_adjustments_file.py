"""adjustments.yaml: what it may say, and every mistake at its place, whatever somebody writes."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.adjustments_file import read_adjustments
from chainrule.errors import RefusedInput
from chainrule.gone_papers import GonePapers, GoneQuestion
from grader.adjustments import NO_ADJUSTMENTS, Adjustment, Adjustments
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam

BANK = open_bank()
FAMILIES = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}
TEN = "".join(f"  - {{title: P{n}, slots: [{{points: 1, family: static/number-example}}]}}\n" for n in (2, 3))
EXAM = read_exam(
    """\
format: chainrule-exam/1
title: T
numbering: parts
sections:
  - title: P1
    slots:
      - {points: 1, family: im2col/entry, level: 1}
      - {points: 1, family: graph/power-chain, level: 1}
      - {points: 1, choose_from: [static/number-example, static/choice-example], count: 7}
      - {points: 1, family: static/essay-example}
"""
    + TEN,
    BANK,
)
PAPERS = {name: make_paper(EXAM, BANK, secret=b"s", paper_id=name) for name in ("ABCD-2345", "WXYZ-6789")}
WHY = "reason: It was unclear.\n    author: Ada"


def text(*rows: str) -> str:
    return "format: chainrule-adjustments/1\nadjustments:\n" + "".join(f"  - {row}\n    {WHY}\n" for row in rows)


def read(written: str) -> Adjustments:
    return read_adjustments(written, PAPERS, FAMILIES)


def one(row: str) -> Adjustment:
    (found,) = read(text(row)).every
    return found


def refusals(written: str) -> list[str]:
    with pytest.raises(RefusedInput) as caught:
        read(written)
    return str(caught.value).splitlines()


def told(action: Any, slot: str = "", field: str = "", **more: Any) -> Adjustment:
    return Adjustment(action, slot, field, reason="It was unclear.", author="Ada", **more)


@pytest.mark.parametrize(
    ("row", "adjustment"),
    [
        ("void: 1.2", told("void", "1.2")),
        ('void: "1.10"', told("void", "1.10")),
        ("full_credit: 1.2.trace", told("full_credit", "1.2", "trace")),
        ("accept: 1.1.nonzeros\n    answer: 7", told("accept", "1.1", "nonzeros", answer="7")),
        (
            "accept: 1.1.nonzeros\n    answer: batch*channels\n    share: 1/3\n    papers: [WXYZ-6789]",
            told(
                "accept",
                "1.1",
                "nonzeros",
                answer="batch*channels",
                share=Fraction(1, 3),
                papers=frozenset({"WXYZ-6789"}),
            ),
        ),
        (
            "accept: 1.1.nonzeros\n    mistake: no-plus-one\n    share: 0.1",
            told("accept", "1.1", "nonzeros", mistake="no-plus-one", share=Fraction(1, 10)),
        ),
        (
            "mistake_share: forgotten-chain\n    share: 0.5",
            told("mistake_share", mistake="forgotten-chain", share=Fraction(1, 2)),
        ),
        (
            "mistake_share: no-plus-one\n    share: 1\n    slot: '1.1'\n    families: [im2col/entry]",
            told("mistake_share", "1.1", mistake="no-plus-one", families=frozenset({"im2col/entry"})),
        ),
        ("mistake_share: doubled\n    share: 0.5", told("mistake_share", mistake="doubled", share=Fraction(1, 2))),
    ],
)
def test_an_adjustment_says_what_its_file_says(row: str, adjustment: Adjustment) -> None:
    assert adjustment == one(row)


def test_a_file_without_adjustments_adjusts_nothing() -> None:
    assert NO_ADJUSTMENTS == read("format: chainrule-adjustments/1\nadjustments:\n")
    assert NO_ADJUSTMENTS == read("format: chainrule-adjustments/1\n")


def test_comments_quotes_and_the_order_of_a_file_change_no_digest() -> None:
    plain = read(text("void: 1.2", "full_credit: '1.1'"))
    other = read("# why\n" + text('full_credit: "1.1"', 'void: "1.2"  # it was wrong').replace("Ada", "'Ada'"))

    assert plain.digest == other.digest


def test_a_number_that_may_be_two_questions_has_to_be_quoted() -> None:
    assert ['adjustments.yaml:3:5: void: 1.1 may be 1.1 or 1.10; write it in quotes, such as "1.10".'] == refusals(
        text("void: 1.10")
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("void: 9", "3:5: void: this exam has no question '9'; there are 1.1, 1.2, 1.3,"),
        ("void: 1.2.tracee", "3:5: void: question 1.2 has no field 'tracee'; did you mean 'trace'?"),
        ("void: true", "3:5: adjustments.0.void: name a question or one of its fields, such as 3"),
        ("void:", "3:5: adjustments.0.void: name a question"),
        ("void: [1.2]", "3:5: adjustments.0.void: name a question"),
        ("void: 1.2\n    share: 0.5", "4:5: share: this says nothing where the adjustment is void."),
        ("void: 1.2\n    full_credit: 2.1", "4:5: full_credit: an adjustment is one of void, full_credit, accept"),
        ("share: 0.5", "4:5: reason: an adjustment is one of void, full_credit, accept, mistake_share (found none"),
        ("voids: 1.2", "3:5: adjustments.0.voids: there is no such key here; did you mean 'void'?"),
        ("accept: 1.1", "3:5: accept: say what is accepted: either `answer` or `mistake`."),
        ("accept: '1.1'\n    answer: 3", "3:5: accept: name the field whose answer this is: 1.1.pixel_index"),
        ("accept: 1.1.nonzeros\n    answer: 3\n    mistake: doubled", "3:5: accept: say what is accepted"),
        ("accept: 1.1.nonzeros\n    answer: nobody*3", "4:5: answer: 'nobody*3' is no answer on paper ABCD-2345: "),
        ("accept: 1.1.nonzeros\n    answer: 3 or 4", "4:5: answer: '3 or 4' is no answer on paper ABCD-2345: "),
        ("accept: 1.1.nonzeros\n    answer: true", "4:5: adjustments.0.answer: write the answer as a student would"),
        ("accept: 1.1.nonzeros\n    answer: 1e999", "4:5: adjustments.0.answer: write the answer as a student would"),
        ('accept: 1.1.nonzeros\n    answer: " "', "4:5: adjustments.0.answer: there is nothing to accept"),
        (
            'accept: 1.1.nonzeros\n    answer: "2*{zzz}"',
            "4:5: answer: '2*{zzz}' is no answer on paper ABCD-2345: {zzz} is no parameter of this question; there are",
        ),
        (
            "accept: 1.2.*_grad\n    answer: 3",
            "3:5: accept: 1.2.*_grad is a field that papers call by names of their own; write each by itself: "
            "1.2.p_grad, 1.2.q_grad, 1.2.r_grad.",
        ),
        ("accept: 1.2.*_rgad\n    answer: 3", "3:5: accept: question 1.2 has no field '*_rgad'"),
        ("accept: 1.2.trace\n    answer: x", "4:5: answer: 'x' is no answer on paper ABCD-2345: answers of kind trace"),
        (
            "accept: 1.1.nonzeros\n    mistake: no-plus-on",
            "4:5: mistake: these questions know no mistake 'no-plus-on'; did",
        ),
        ("accept: 1.2.trace\n    mistake: no-plus-one", "4:5: mistake: these questions know no mistake 'no-plus-one'"),
        ("mistake_share: nothing\n    share: 1", "3:5: mistake_share: these questions know no mistake 'nothing'"),
        ("mistake_share: no-plus-one", "3:5: mistake_share: say the `share` of the points that it earns"),
        ("mistake_share: no-plus-one\n    share: 1.5", "4:5: adjustments.0.share: a share is above 0 and at most 1"),
        ("mistake_share: no-plus-one\n    share: 0", "4:5: adjustments.0.share: a share is above 0"),
        ("mistake_share: no-plus-one\n    share: 1/0", "4:5: adjustments.0.share: a share is above 0"),
        ("mistake_share: no-plus-one\n    share: 50%", "4:5: adjustments.0.share: a share is above 0"),
        ("mistake_share: no-plus-one\n    share: true", "4:5: adjustments.0.share: a share is above 0"),
        ("mistake_share: no-plus-one\n    share: 1\n    slot: 9", "5:5: slot: this exam has no question '9'"),
        (
            "mistake_share: no-plus-one\n    share: 1\n    slot: 1.2",
            "3:5: mistake_share: these questions know no mistake",
        ),
        (
            "full_credit: 1.2\n    papers: [AAAA-2222]",
            "4:5: papers: there is no paper 'AAAA-2222'; there are ABCD-2345",
        ),
        ("full_credit: 1.2\n    papers: []", "4:5: adjustments.0.papers: List should have at least 1 item"),
        (
            "full_credit: 1.2\n    families: [im2col/entri]",
            "4:5: families: no paper has a question of the family 'im2col",
        ),
        ("full_credit: 1.2\n    families: [im2col/entry]", "3:5: full_credit: there is no such question on the papers"),
    ],
)
def test_a_mistake_is_told_with_its_place(row: str, message: str) -> None:
    found = refusals(text(row))

    assert 1 == len(found), found
    assert found[0].startswith(f"adjustments.yaml:{message}")


@pytest.mark.parametrize("key", ["reason", "author"])
def test_every_adjustment_says_why_and_whose_it_is(key: str) -> None:
    without = "".join(line for line in text("void: 1.2").splitlines(keepends=True) if f"{key}:" not in line)
    blank = text("void: 1.2").replace("It was unclear.", "' '").replace("Ada", "' '")

    assert [f"adjustments.yaml:3:5: adjustments.0.{key}: this key is missing."] == refusals(without)
    assert ["there are only blanks"] * 2 == [line.rpartition(": ")[2] for line in refusals(blank)]


def test_all_mistakes_come_at_once_in_the_order_of_the_file() -> None:
    found = refusals(text("void: 9", "share: 2", "accept: 1.1.nonzeros\n    answer: 3 or 4", "void: 1.2", "void: 1.2"))

    assert ["3:5", "6:5", "10:5", "16:5"] == [line.split(": ")[0].partition(":")[2] for line in found]
    assert found[-1].endswith("void: this stands here a second time; it is adjustment 4 of the list.")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "adjustments.yaml: format: this key is missing."),
        ("7", "adjustments.yaml:1:1: the file: Input should be a valid dictionary"),
        ("format: chainrule-exam/1", "adjustments.yaml:1:1: format: Input should be 'chainrule-adjustments/1'"),
        (
            "format: chainrule-adjustments/1\nadjustments: 7",
            "adjustments.yaml:2:1: adjustments: Input should be a valid",
        ),
        ("format: chainrule-adjustments/1\nadjustments: [7]", "adjustments.yaml:2:15: adjustments.0: Input should be"),
        ("a: &x 1\nb: *x", "adjustments.yaml:2:4: tags and aliases"),
        ("void: !!python/object:os.system 1", "adjustments.yaml:1:7: tags and aliases are not used here"),
        ("{" * 100, "adjustments.yaml:1:41: lists and mappings stand more than 40 deep"),
        ("\t- x", "adjustments.yaml:1:1: this is no YAML"),
    ],
)
def test_what_is_no_file_of_adjustments_is_refused(written: str, message: str) -> None:
    assert refusals(written)[0].startswith(message)


def test_mistakes_name_the_file_that_they_stand_in() -> None:
    with pytest.raises(RefusedInput, match=r"^mine\.yaml:3:5: void: "):
        read_adjustments(text("void: 9"), PAPERS, FAMILIES, source="mine.yaml")


GONE = GonePapers(questions=(GoneQuestion("1.2", "im2col/entry", ("nonzeros", "pixel_index")),))


@pytest.mark.parametrize(
    "row",
    [
        "full_credit: 1.2\n    families: [im2col/entry]",
        "full_credit: 1.2.nonzeros",
        "accept: 1.2.nonzeros\n    answer: 7",
        "accept: 1.2.nonzeros\n    mistake: no-plus-one",
    ],
)
def test_what_was_only_on_papers_that_are_gone_is_noted_and_refuses_nothing(row: str) -> None:
    assert refusals(text(row))
    found = read_adjustments(text(row, "void: 1.4"), PAPERS, FAMILIES, gone=GONE)

    assert 2 == len(found.every)
    assert 1 == len(found.notes)
    assert found.notes[0].startswith("adjustments.yaml:3:5: What this names is gone with a paper: there is nothing")


@pytest.mark.parametrize(
    "row",
    [
        "void: 1.2.nonzero",
        "full_credit: 1.2\n    families: [im2col/entri]",
        "accept: 1.2.nonzeros\n    mistake: no-plus-on",
        "full_credit: 1.3\n    families: [im2col/entry]",
        "full_credit: 1.2\n    papers: [ABCD-2346]",
    ],
)
def test_a_typing_mistake_stays_one_where_papers_are_gone(row: str) -> None:
    with pytest.raises(RefusedInput):
        read_adjustments(text(row), PAPERS, FAMILIES, gone=GONE)


def test_a_mistake_that_only_a_gone_question_knows_earns_its_share_of_nothing() -> None:
    row = "mistake_share: no-plus-one\n    share: 1\n    slot: 1.2"

    assert "these questions know no mistake" in refusals(text(row))[0]
    assert 1 == len(read_adjustments(text(row), PAPERS, FAMILIES, gone=GONE).every)


VALUES: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, 1.1, 1.5, "1.1", "1.1.nonzeros", "1.2.trace", "no-plus-one", "1/2", "", "N*7", "7", [], ["x"], {}]
)
ROWS = st.dictionaries(
    st.sampled_from(
        ["void", "full_credit", "accept", "mistake_share", "answer", "mistake", "share", "slot", "papers", "reason"]
    ),
    VALUES,
    max_size=4,
)


@settings(max_examples=60)
@given(st.lists(ROWS, max_size=3))
def test_any_rows_are_read_or_refused_and_nothing_else(rows: list[dict[str, object]]) -> None:
    whole = [{"reason": "r", "author": "a", **row} for row in rows]
    written = json.dumps({"format": "chainrule-adjustments/1", "adjustments": whole})

    try:
        assert len(read(written).every) <= len(rows)
    except RefusedInput as refused:
        assert all(line.startswith("adjustments.yaml:1:") for line in str(refused).splitlines())
