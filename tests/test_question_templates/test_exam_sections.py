"""Sections, numbers, sums and the head of a paper; and that papers without them stay what they were."""

import json
from fractions import Fraction

import pytest

from question_templates.bank import open_bank
from question_templates.errors import BrokenPaper
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import ExamHead, Paper, SectionHead, in_exam_order

BANK = open_bank()
EXAM = """\
format: chainrule-exam/1
title: Final
duration: 30
numbering: parts
sections:
  - title: Graphs
    instructions: |
      Draw **neatly**.
    slots:
      - {points: 10, family: graph/power-chain, level: 1}
      - {points: 2.5, family: static/number-example, count: 2}
  - title: Words
    slots:
      - {points: 5, family: static/essay-example}
"""


def exam(old: str = "", new: str = "") -> Exam:
    assert old in EXAM
    return read_exam(EXAM.replace(old, new) if old else EXAM, BANK)


def paper(made: Exam) -> Paper:
    return make_paper(made, BANK, secret=b"secret", paper_id="K7QF-2MXP")


def test_parts_are_numbered_by_section():
    assert ("1.1", "1.2", "1.3", "2.1") == exam().numbers
    assert ["1.1", "1.2", "1.3", "2.1"] == [item.number for item in paper(exam()).items]


def test_without_parts_the_numbers_run_through():
    assert ("1", "2", "3", "4") == exam("numbering: parts\n", "").numbers


def test_field_ids_of_parts_have_two_dots():
    ids = paper(exam()).field_ids()

    assert "1.1.trace" in ids
    assert {"1.1", "1.2", "1.3", "2.1"} == {name.rpartition(".")[0] for name in ids}


def test_the_numbering_changes_nothing_that_is_drawn():
    in_parts, through = paper(exam()), paper(exam("numbering: parts", "numbering: through"))

    assert [item.question for item in in_parts.items] == [item.question for item in through.items]


def test_a_section_knows_its_title_instructions_points_and_minutes():
    """8 minutes of power-chain and twice 4 of number-example; 8 of essay-example."""
    first, second = exam().head.sections

    assert SectionHead("Graphs", "Draw **neatly**.", Fraction(15), 16) == first
    assert SectionHead("Words", "", Fraction(5), 8) == second


def test_the_head_has_the_sums():
    made = exam()

    assert 20 == made.points
    assert (24, 30, 30) == (made.head.minutes, made.head.duration, made.head.time)
    assert 24 == exam("duration: 30\n", "").head.time


def test_a_paper_gives_its_items_by_section():
    groups = paper(exam()).by_section()

    assert ["Graphs", "Words"] == [head.title for head, _ in groups if head]
    assert [["1.1", "1.2", "1.3"], ["2.1"]] == [[item.number for item in items] for _, items in groups]


def test_a_paper_without_sections_is_one_group():
    plain = read_exam("format: chainrule-exam/1\ntitle: T\nslots: [{points: 1, family: static/number-example}]", BANK)
    made = paper(plain)

    assert ((None, made.items),) == made.by_section()


def test_a_paper_with_sections_survives_its_text():
    made = paper(exam())

    assert made == Paper.from_text(made.to_text())
    assert made.to_text() == Paper.from_text(made.to_text()).to_text()


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("practice: true", "practice", True),
        ("layout: fixed\n", "layout", "fixed"),
        ("paper_size: letter", "paper_size", "letter"),
        ("language: de-CH", "language", "de-CH"),
    ],
)
def test_the_head_carries_what_pages_need(line: str, name: str, value: object):
    plain = "format: chainrule-exam/1\ntitle: T\nslots: [{points: 1, family: static/number-example}]\n"
    head = read_exam(plain + line, BANK).head

    assert value == getattr(head, name)
    assert head == ExamHead.from_json(json.loads(json.dumps(head.to_json())))


def test_a_plain_head_is_stored_as_it_always_was():
    head = ExamHead("Midterm", "CS 577", "May", "Write.", "full")

    assert {
        "title": "Midterm",
        "course": "CS 577",
        "date": "May",
        "instructions": "Write.",
        "release": "full",
    } == head.to_json()


def test_a_paper_of_an_earlier_version_reads_back():
    stored = json.loads(paper(exam("numbering: parts\n", "")).to_text())
    stored["exam"] = {key: stored["exam"][key] for key in ("title", "course", "date", "instructions", "release")}
    for item in stored["items"]:
        del item["section"]
    old = Paper.from_text(json.dumps(stored))

    assert (0, (), False, "flow") == (old.exam.time, old.exam.sections, old.exam.practice, old.exam.layout)
    assert [(item.number, 0) for item in old.items] == [(item.slot, item.section) for item in old.items]


@pytest.mark.parametrize("section", [3, 99, "two"])
def test_a_section_that_the_head_does_not_have_is_told(section: object):
    stored = json.loads(paper(exam()).to_text())
    stored["items"][0]["section"] = section

    with pytest.raises(BrokenPaper, match=r"^a paper with a part missing or malformed: "):
        Paper.from_text(json.dumps(stored))


def test_practice_draws_what_no_exam_draws():
    plain = exam().head
    practice = exam("duration: 30", "practice: true")
    shown = [paper(made).items[0].variant.listing for made in (exam(), practice)]

    assert (False, True) == (plain.practice, practice.head.practice)
    assert shown[0] != shown[1]


def test_slots_stand_in_the_exams_order():
    assert ["1.1", "1.2", "1.10", "2.1"] == in_exam_order(["1.10", "2.1", "1.2", "1.1", "1.2"])
    assert ["1", "2", "10"] == in_exam_order(["10", "2", "1"])
