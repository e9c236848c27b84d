"""A small graded class with open answers of every sort, for the tests of reviewing; names are planted in file names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.review.grouping import Queue, review_queue
from chainrule.wording import answer_texts
from grader import ClassResult, grade_class
from grader.decisions import TypedIn
from question_templates.family import Family
from question_templates.paper import Paper, field_id
from question_templates.solving import solve_item
from submissions import Submission, write_json_form

EXAM = """\
format: chainrule-exam/1
title: Midterm
course: CS 577
slots:
  - {family: graph/power-chain, level: 1, points: 5}
  - {family: static/essay-example, points: 5}
  - {family: attention/block-memory, level: 1, points: 4}
"""
NAMES = ("Ada Lindqvist", "Bilal Haddad", "Chen Xiulan", "Dana Scott", "Emil Post", "Fatima Zahra")
ESSAY = "Every factor is at most 1/4,\nso the product vanishes."
SAME_ESSAY = "  Every factor is at most 1/4, so the product   vanishes.\n"
UNREADABLE = "18 or 19"


@dataclass(frozen=True)
class ReviewedClass:
    """What `open_run` would give, made without a folder of results."""

    folder: ExamFolder
    papers: Mapping[str, Paper]
    families: Mapping[str, Family]
    result: ClassResult
    keys: Mapping[str, Mapping[str, str]]

    def queue(self, kept=()) -> Queue:
        return review_queue(self.papers, self.result.grades.values(), self.keys, kept=kept)


def build_class(place: Path) -> ReviewedClass:
    """Six papers: two equal essays, an unreadable number on each, a stray answer, and one paper half typed in."""
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    roster = "id,name,email\n" + "".join(f"s{n},{name},s{n}@example.edu\n" for n, name in enumerate(NAMES, 1))
    (place / "roster.csv").write_text(roster, encoding="utf-8")
    secret = hashlib.sha256(b"review").digest()
    folder = build_exam(place / "exam.yaml", place / "roster.csv", place / "midterm", spares=0, secret=secret)
    papers, families = folder.read_papers(), folder.read_families()
    keys = {name: _keys(paper, families) for name, paper in papers.items()}
    owners = {assignment.name: assignment.paper for assignment in folder.read_assignments()}
    handed_in = [
        Submission(f"{name}_s{place}@example.edu.json", owners[name], responses_of(papers[owners[name]], keys, name))
        for place, name in enumerate(NAMES[:5])
    ]
    typed = papers[owners[NAMES[5]]]
    on_paper = Submission(f"transcript of {typed.id}", typed.id, {"2.reason": ESSAY})
    untyped = tuple(name for name in typed.field_ids() if name != "2.reason")
    result = grade_class(papers, handed_in, families, typed_in=[TypedIn(on_paper, (), untyped)])
    return ReviewedClass(folder, papers, families, result, keys)


def responses_of(paper: Paper, keys: Mapping[str, Mapping[str, str]], name: str) -> dict[str, str]:
    """The right answers but for one number that can't be read, essays, and what each student does otherwise."""
    essays = {
        "Ada Lindqvist": {"2.reason": ESSAY, "2.remedy": "relu"},
        "Bilal Haddad": {"2.reason": SAME_ESSAY, "2.remedy": "Relu"},
        "Chen Xiulan": {"2.reason": '=HYPERLINK("http://x")<script>alert(1)</script>\x1b[31m', "2.remedy": "  \n "},
        "Dana Scott": {"2.reason": "x" * 20_000, "2.remedy": "3/4", "9.note": "I swapped seats"},
        "Emil Post": {"2.reason": "I, Emil Post, believe in √x and 📐.", "2.remedy": "relu"},
    }
    unreadable = {field: UNREADABLE for field in paper.field_ids() if field.startswith("1.") and field != "1.trace"}
    return {**keys[paper.id], **unreadable, **essays[name]}


def _keys(paper: Paper, families: Mapping[str, Family]) -> dict[str, str]:
    return {
        field_id(item.number, name): text
        for item in paper.items
        for name, text in answer_texts(solve_item(item, families)).items()
    }


def write_class(place: Path) -> ReviewedClass:
    """The same class as files: `midterm` and, under names that say whose they are, `answers`."""
    graded = build_class(place)
    (place / "answers").mkdir()
    owners = {assignment.name: assignment.paper for assignment in graded.folder.read_assignments()}
    for name in NAMES[:5]:
        paper = graded.papers[owners[name]]
        form = write_json_form(paper.id, responses_of(paper, graded.keys, name))
        (place / "answers" / f"{name} s@example.edu.json").write_text(form, encoding="utf-8")
    return graded
