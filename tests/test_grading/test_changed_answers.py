"""A decision holds for the answer that it was taken on: when a student hands in another one, people look again."""

from __future__ import annotations

import csv
import hashlib
import json
from fractions import Fraction
from pathlib import Path

from click.testing import CliRunner

from chainrule.__main__ import cli
from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.grading.graded import open_run
from chainrule.grading.run import grade_exam
from submissions import write_json_form

EXAM = """\
format: chainrule-exam/1
title: Essay
slots:
  - {family: static/essay-example, points: 5}
"""


def write_answers(exam: ExamFolder, answers: Path, texts: dict[str, str]) -> None:
    answers.mkdir(exist_ok=True)
    for row in exam.read_assignments():
        form = write_json_form(row.paper, {"1.reason": texts[row.id], "1.remedy": ""})
        (answers / f"{row.id}.json").write_text(form, encoding="utf-8")


def decide(out: Path, points: str) -> None:
    """Share out what waits, give the same points to all of it, and take it over."""
    called("review", out, "--split", "1", "--replace")
    (table,) = (out / "review").glob("*.csv")
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "points": points, "who": "ann"} for row in rows)
    called("review", out, "--import", table)


def called(*words: object) -> str:
    done = CliRunner().invoke(cli, list(map(str, words)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_changed_answer_waits_again_and_the_others_keep_their_points(tmp_path: Path) -> None:
    (tmp_path / "exam.yaml").write_text(EXAM, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("id,name\ns1,Ada\ns2,Bob\ns3,Cy\n", encoding="utf-8")
    secret = hashlib.sha256(b"changed").digest()
    exam = build_exam(tmp_path / "exam.yaml", tmp_path / "roster.csv", tmp_path / "exam", secret=secret)
    answers, out = tmp_path / "answers", tmp_path / "out"
    write_answers(exam, answers, dict.fromkeys(("s1", "s2", "s3"), "small factors"))
    grade_exam(exam, answers, out)
    decide(out, "2")
    write_answers(exam, answers, {"s1": "small factors, multiplied", "s2": "small factors", "s3": "small factors"})
    run = grade_exam(exam, answers, out)
    of_first = next(row.paper for row in exam.read_assignments() if row.id == "s1")

    assert {of_first: ("1.reason",)} == {p: g.open_fields for p, g in run.result.grades.items() if g.open_fields}
    assert [of_first] == [note.paper for note in run.result.set_aside if "changed since" in note.reason]
    groups = json.loads(called("review", out, "--json"))["groups"]
    assert ["small factors, multiplied"] == [group["response"] for group in groups]
    decide(out, "3")
    grade_exam(exam, answers, out)
    points = {paper: grade.points for paper, grade in open_run(out).result.grades.items()}
    assert {Fraction(2), Fraction(3)} == set(points.values())
    assert Fraction(3) == points[of_first]
