"""exam.yaml: what it may say, and every mistake at its place."""

from fractions import Fraction

import pytest

from question_templates.bank import Bank, open_bank
from question_templates.errors import BrokenExam
from question_templates.exam import Exam
from question_templates.exam_file import read_exam
from question_templates.paper import Policy

BANK = open_bank()

EXAM = """\
format: chainrule-exam/1
title: Midterm
course: CS 577
date: 2025-05-06
instructions: |
  Write clearly.
release: verdict
policy:
  follows: 0.25
slots:
  - points: 10
    family: graph/power-chain
    level: 1
  - points: 12.5
    topic: graph
    policy: {follows: 0, other_valid_order: 1}
"""


def exam(old: str = "", new: str = "", *, bank: Bank = BANK) -> Exam:
    assert old in EXAM
    return read_exam(EXAM.replace(old, new) if old else EXAM, bank)


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(BrokenExam) as caught:
        read_exam(text, BANK)
    return str(caught.value).splitlines()


def test_the_head_says_what_the_file_says():
    head = exam().head

    assert ("Midterm", "CS 577", "2025-05-06") == (head.title, head.course, head.date)
    assert ("Write clearly.", "verdict") == (head.instructions, head.release)


def test_slots_name_a_family_or_a_topic():
    first, second = exam().slots

    assert ("graph/power-chain", "", (1,)) == (first.family, first.topic, first.levels)
    assert ("", "graph", ()) == (second.family, second.topic, second.levels)


def test_points_are_exact():
    assert Fraction(45, 2) == exam().points
    assert Fraction(1, 10) == exam("points: 10", "points: 0.1").slots[0].points


def test_a_slots_policy_goes_over_the_exams_and_that_over_the_defaults():
    first, second = exam().slots

    assert Policy(follows=Fraction(1, 4)) == first.policy
    assert Policy(follows=Fraction(0), other_valid_order=Fraction(1)) == second.policy


def test_without_a_policy_and_a_release_the_defaults_hold():
    plain = exam("release: verdict\npolicy:\n  follows: 0.25\n", "")

    assert "readable" == plain.head.release
    assert Policy(Fraction(1, 2), Fraction(1), Fraction(1, 2)) == plain.slots[0].policy


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("chainrule-exam/1", "chainrule-exam/9", "exam.yaml:1:1: format: Input should be 'chainrule-exam/1' (found"),
        ("title: Midterm\n", "", "exam.yaml:1:1: title: this key is missing."),
        ("course: CS 577", "course: 577", "exam.yaml:3:1: course: Input should be a valid string (found 577)"),
        ("course:", "cours:", "exam.yaml:3:1: cours: there is no such key here; did you mean 'course'?"),
        ("verdict", "soon", "exam.yaml:7:1: release: Input should be 'readable', 'verdict' or 'full' (found 'soon')"),
        ("0.25", "2", "exam.yaml:9:3: policy.follows: Input should be less than or equal to 1 (found 2)"),
        ("points: 10", "points: 0", "exam.yaml:11:5: slots.0.points: Input should be greater than 0 (found 0)"),
        (
            "points: 10\n",
            "points: ten\n",
            "exam.yaml:11:5: slots.0.points: Input should be a valid number",
        ),
        (
            "level: 1",
            "level: 4",
            "exam.yaml:13:5: slots.0.level: a level is 1, 2 or 3, or a list of them such as [1, 2] (found 4)",
        ),
        (
            "    family: graph/power-chain\n",
            "",
            "exam.yaml:11:5: slots.0: a slot has one of `family`, `topic` and `choose_from` (found none of them)",
        ),
        (
            "topic: graph",
            "topic: graph\n    family: graph/rnn-cell",
            "exam.yaml:14:5: slots.1: a slot has one of `family`, `topic` and `choose_from` (found family and topic",
        ),
        (
            "graph/power-chain",
            "graph/power",
            "exam.yaml:12:5: there is no family 'graph/power'; did you mean 'graph/power-chain'?",
        ),
        (
            "topic: graph",
            "topic: opera",
            "exam.yaml:15:5: there is no topic 'opera'; there are attention, budget, checkpointing, code, graph",
        ),
        (
            "{follows: 0, ",
            "{folows: 0, ",
            "exam.yaml:16:14: slots.1.policy.folows: there is no such key",
        ),
        ("level: 1", "level: 1\n    level: 2", "exam.yaml:14:5: the key 'level' stands here a second time"),
        ("title: Midterm", "title: [", "exam.yaml:"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, message: str):
    (told,) = mistakes_of(EXAM.replace(old, new))

    assert told.startswith(message)


def test_all_mistakes_come_at_once():
    broken = EXAM.replace("points: 10", "points: -1").replace("level: 1", "level: one").replace("title:", "titel:")

    assert ["exam.yaml:11:5", "exam.yaml:13:5", "exam.yaml:1:1", "exam.yaml:2:1"] == sorted(
        told.partition(": ")[0] for told in mistakes_of(broken)
    )


def test_all_slots_without_a_family_come_at_once():
    broken = EXAM.replace("graph/power-chain", "graph/none").replace("topic: graph", "topic: none")

    assert ["exam.yaml:12:5", "exam.yaml:15:5"] == [told.partition(": ")[0] for told in mistakes_of(broken)]


def test_an_exam_without_slots_is_told():
    broken = EXAM.partition("slots:")[0] + "slots: []\n"

    assert ["exam.yaml:10:1: slots: List should have at least 1 item after validation, not 0"] == mistakes_of(broken)


def test_an_empty_file_lacks_everything():
    assert ["exam.yaml: format: this key is missing.", "exam.yaml: title: this key is missing."] == mistakes_of("")[:2]


def test_the_name_of_the_file_stands_in_its_mistakes():
    with pytest.raises(BrokenExam, match=r"^final\.yaml: format: this key is missing."):
        read_exam("", BANK, source="final.yaml")
