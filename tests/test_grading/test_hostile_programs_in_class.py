"""A hundred hostile programs handed in by a class, each between two right ones: nobody else's points change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.grading.graded import open_run
from chainrule.grading.run import grade_exam
from chainrule.wording import answer_text
from grader.sandbox import SandboxTooWeak, open_sandbox
from question_templates.paper import Paper
from question_templates.solving import solve_item
from submissions import write_json_form
from tests.test_sandbox.hostile_programs import HOSTILE, MARK

EXAM = """\
format: chainrule-exam/1
title: Programs
slots:
  - {family: code/topological-sort, level: 1, points: 4}
"""
#: Without those that take until a clock ends them or are too long for an answer; the sandbox is tested with all.
PROGRAMS = {
    name: one.source for name, one in HOSTILE.items() if "timeout" not in one.ends and len(one.source) < 10_000
}


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    """Papers for one student more than there are programs."""
    try:
        open_sandbox(minimum="container").close()
    except SandboxTooWeak as cause:
        pytest.skip(str(cause))
    place = tmp_path_factory.mktemp("programs")
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    students = "".join(f"s{n:03},Student {n},s{n:03}@example.edu\n" for n in range(2 * len(PROGRAMS) + 1))
    (place / "roster.csv").write_text("id,name,email\n" + students, encoding="utf-8")
    secret = hashlib.sha256(b"programs").digest()
    return build_exam(place / "exam.yaml", place / "roster.csv", place / "exam", secret=secret)


def right_program(paper: Paper, folder: ExamFolder) -> str:
    key = solve_item(paper.items[0], folder.read_families())
    return answer_text(next(iter(key.answers.values())))


def hostile_program(source: str, function: str) -> str:
    """The program under the name that the paper asks for, with whatever arguments it asks for."""
    return f"{source}\n\ndef {function}(*arguments):\n    return answer(*arguments[:1])\n"


def test_every_program_costs_its_own_points_alone(sat: ExamFolder, tmp_path: Path, content: Callable) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    papers = {row.id: sat.read_paper(row.paper) for row in sat.read_assignments()}
    hostile: dict[str, str] = {}
    sources = iter(PROGRAMS.items())
    for place, (student, paper) in enumerate(sorted(papers.items())):
        field = paper.field_ids()[0]
        program = right_program(paper, sat)
        if place % 2:
            name, source = next(sources)
            hostile[paper.id] = name
            function = program.split("def ", 1)[1].split("(", 1)[0]
            program = hostile_program(source, function)
        form = write_json_form(paper.id, {field: program})
        (answers / f"{student}.json").write_text(form, encoding="utf-8")
    grade_exam(sat, answers, tmp_path / "out", jobs=2)
    grades = open_run(tmp_path / "out").result.grades

    assert len(papers) == len(grades)
    right = {paper: grade for paper, grade in grades.items() if paper not in hostile}
    assert {Fraction(4)} == {grade.points for grade in right.values()}
    assert [] == [hostile[paper] for paper in hostile if grades[paper].points > 0]
    assert [] == [hostile[paper] for paper in hostile if grades[paper].fields[0].verdict.outcome == "pending"]
    levels = {dict(grade.produced_by or {})["sandbox"].split()[0] for grade in right.values()}
    assert levels <= {"container", "full"}
    told = {paper: json.dumps(grades[paper].to_json()["fields"][0]["reason"]) for paper in hostile}
    assert [] == [told[paper] for paper in hostile if str(tmp_path) in told[paper] or "site-packages" in told[paper]]
    assert [] == [name for name in content(tmp_path) if MARK in name]
