"""A class whose papers have their questions in different orders: results put the same questions together."""

import csv
import io

from chainrule.fairness import WorkSpread
from chainrule.results.field_statistics import field_statistics
from chainrule.results.gradebook import gradebook_csv
from chainrule.wording import answer_text
from grader import ClassResult
from grader.grading import grade
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper, field_id, in_exam_order
from question_templates.solving import solve_item
from submissions import Submission

BANK = open_bank()
EXAM = """\
format: chainrule-exam/1
title: Shuffled
shuffle: [questions, choices]
slots:
  - {points: 4, family: static/choice-example}
  - {points: 6, family: static/number-example}
  - {points: 8, family: graph/power-chain, level: 1}
"""
MADE = read_exam(EXAM, BANK)
PAPERS = {
    paper.id: paper
    for paper in (make_paper(MADE, BANK, secret=b"s", paper_id=f"AAAA-222{number}") for number in range(2, 10))
}


def answers_of(paper: Paper, slot: str) -> dict[str, str]:
    """Right answers to one slot, and nothing else."""
    item = next(item for item in paper.items if item.slot == slot)
    found = solve_item(item, BANK.families).answers
    return {field_id(item.number, name): answer_text(answer) for name, answer in found.items()}


GRADES = {
    paper.id: grade(paper, Submission("form", paper.id, answers_of(paper, "2")), BANK.families)
    for paper in PAPERS.values()
}


def test_the_papers_have_different_orders():
    assert 1 < len({tuple(item.slot for item in paper.items) for paper in PAPERS.values()})


def test_the_gradebook_has_a_column_for_each_slot_in_the_exams_order():
    slots = in_exam_order(item.slot for paper in PAPERS.values() for item in paper.items)
    rows = list(csv.DictReader(io.StringIO(gradebook_csv(ClassResult(GRADES, ()), (), slots))))

    assert ["1", "2", "3"] == slots == list(rows[0])[-3:]
    assert [("0", "6", "0")] * len(PAPERS) == [(row["1"], row["2"], row["3"]) for row in rows]


def test_statistics_put_the_same_questions_together():
    shares = {(one.item, float(one.mean_share or 0)) for one in field_statistics(PAPERS, GRADES)}

    assert {("1", 0), ("2", 1), ("3", 0)} == shares


def test_the_spread_of_work_is_told_in_the_exams_order():
    spread = WorkSpread()
    spread.add({"10": {"work": 3}, "2": {"work": 1}})
    spread.add({"2": {"work": 5}, "10": {"work": 4}})

    assert ["2,work,1,3,5", "10,work,3,3.5,4"] == [
        ",".join(line.split(",")[:5]) for line in spread.to_csv().splitlines()[1:]
    ]
