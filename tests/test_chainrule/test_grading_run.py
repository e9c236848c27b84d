"""A grading run: what it writes, what it never does, and that it writes the same bytes again."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainrule.building import build_exam
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.grading.run import grade_exam
from chainrule.sample_class import HABITS, keys_of
from submissions import write_json_form, write_yaml_form

EXAM = """\
format: chainrule-exam/1
title: Midterm
release: verdict
slots:
  - {family: graph/power-chain, level: 1, points: 5}
  - {family: graph/rnn-cell, level: 1, points: 10}
"""
ROSTER = "id,name,email\n" + "".join(f"s{n},Student {n},s{n}@example.edu\n" for n in range(1, 6))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    place = tmp_path_factory.mktemp("exam")
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    (place / "roster.csv").write_text(ROSTER, encoding="utf-8")
    secret = hashlib.sha256(b"test").digest()
    return build_exam(place / "exam.yaml", place / "roster.csv", place / "midterm", spares=1, secret=secret)


@pytest.fixture
def handed_in(built: ExamFolder, tmp_path: Path) -> Path:
    """s1 right as JSON, s2 right as YAML, s3 unsure about numbers, s4 a broken file, s5 nothing."""
    folder = tmp_path / "answers"
    folder.mkdir()
    papers, families = built.read_papers(), built.read_families()
    owners = {assignment.id: assignment.paper for assignment in built.read_assignments()}
    unsure = next(habit for habit in HABITS if habit.__name__ == "_unsure")
    for student, habit, write in (
        ("s1", HABITS[0], write_json_form),
        ("s2", HABITS[1], write_yaml_form),
        ("s3", unsure, write_json_form),
    ):
        paper = papers[owners[student]]
        text = write(paper.id, habit(paper, keys_of(paper, families)))
        (folder / f"{student}.{'yaml' if write is write_yaml_form else 'json'}").write_text(text, encoding="utf-8")
    (folder / "s4.json").write_text('{"format": ', encoding="utf-8")
    return folder


def rows_of(out: Path) -> dict[str, dict[str, str]]:
    with (out / "gradebook.csv").open(encoding="utf-8") as book:
        return {row["id"]: row for row in csv.DictReader(book)}


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_gradebook_has_every_student_with_points_and_state(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    grade_exam(built, handed_in, tmp_path / "out")

    states = {name: (row["points"], row["state"]) for name, row in rows_of(tmp_path / "out").items()}
    assert ("15", "complete") == states["s1"]
    assert ("15", "complete") == states["s2"]
    assert "incomplete" == states["s3"][1]
    assert ("", "missing") == states["s4"]  # the broken file says nothing about whose it is
    assert ("", "missing") == states["s5"]
    assert "" not in states  # the spare paper was not handed in


def test_a_broken_file_is_listed_and_its_neighbours_have_full_marks(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    run = grade_exam(built, handed_in, tmp_path / "out")

    assert ["s4.json"] == [file.source for file in run.result.set_aside]
    assert "s4.json" in (tmp_path / "out" / "set-aside.csv").read_text(encoding="utf-8")
    assert "s4.json" in run.index.read_text(encoding="utf-8")


def test_grading_again_gives_the_same_bytes(built: ExamFolder, handed_in: Path, tmp_path: Path) -> None:
    grade_exam(built, handed_in, tmp_path / "out")
    before = content(tmp_path / "out")
    grade_exam(built, handed_in, tmp_path / "out")

    assert before == content(tmp_path / "out")


def test_results_of_a_file_that_is_gone_do_not_stay_behind(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    grade_exam(built, handed_in, out)
    paper = json.loads((handed_in / "s1.json").read_text(encoding="utf-8"))["paper"]
    (handed_in / "s1.json").unlink()
    (out / "notes-by-a-person.txt").write_text("keep me", encoding="utf-8")
    grade_exam(built, handed_in, out)

    assert not (out / "feedback" / f"{paper}.html").exists()
    assert (out / "notes-by-a-person.txt").exists()


def test_an_empty_folder_is_refused_and_earlier_results_stay(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    (tmp_path / "nothing").mkdir()
    grade_exam(built, handed_in, tmp_path / "out")
    before = content(tmp_path / "out")

    with pytest.raises(RefusedInput, match="nothing: holds no file"):
        grade_exam(built, tmp_path / "nothing", tmp_path / "out")
    assert before == content(tmp_path / "out")


def test_results_are_never_mixed_into_another_folder(built: ExamFolder, handed_in: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "gradebook.csv").write_text("last year's", encoding="utf-8")

    for out in (tmp_path / "mine", built.path, handed_in, tmp_path):
        with pytest.raises(RefusedInput, match="choose a new folder"):
            grade_exam(built, handed_in, out)
    assert "last year's" == (tmp_path / "mine" / "gradebook.csv").read_text(encoding="utf-8")


def test_a_question_with_an_open_answer_has_no_points_in_the_gradebook_yet(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    grade_exam(built, handed_in, tmp_path / "out")

    row = rows_of(tmp_path / "out")["s3"]
    assert "" in (row["1"], row["2"])
    assert row["open_fields"]


def test_two_different_files_for_one_paper_are_called_set_aside_in_the_gradebook(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    text = (handed_in / "s1.json").read_text(encoding="utf-8")
    (handed_in / "s1-again.json").write_text(text.replace("grad = ", "grad = 1"), encoding="utf-8")
    grade_exam(built, handed_in, tmp_path / "out")

    assert "set aside" == rows_of(tmp_path / "out")["s1"]["state"]


@pytest.mark.parametrize("release", ["readable", "verdict", "full"])
def test_feedback_says_no_more_than_is_released(
    built: ExamFolder, handed_in: Path, tmp_path: Path, release: str
) -> None:
    run = grade_exam(built, handed_in, tmp_path / "out", release=release)

    paper = next(iter(run.result.grades))
    page = (tmp_path / "out" / "feedback" / f"{paper}.html").read_text(encoding="utf-8")
    assert (release != "readable") == ("of 15 points" in page)
    assert (release == "full") == ("Backward computation." in page)


def test_feedback_grades_and_gradescope_files_hold_no_names(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    grade_exam(built, handed_in, tmp_path / "out", release="full")

    for folder in ("feedback", "grades", "gradescope"):
        assert not [p for p in (tmp_path / "out" / folder).rglob("*.*") if b"Student " in p.read_bytes()]


def results_of(out: Path, paper: str) -> dict[str, Any]:
    stored = json.loads((out / "gradescope" / paper / "results.json").read_text(encoding="utf-8"))
    assert isinstance(stored, dict)
    return stored


def test_results_json_keeps_gradescopes_contract(built: ExamFolder, handed_in: Path, tmp_path: Path) -> None:
    run = grade_exam(built, handed_in, tmp_path / "out")

    for paper, grade in run.result.grades.items():
        stored = results_of(tmp_path / "out", paper)
        assert float(grade.points) == stored["score"]
        assert {"text"} == {stored[key] for key in ("output_format", "test_output_format", "test_name_format")}
        assert 1500 == sum(round(100 * test["max_score"]) for test in stored["tests"])
        assert all(0 <= test["score"] <= test["max_score"] for test in stored["tests"])
        assert {"visible", "hidden"} >= {test["visibility"] for test in stored["tests"]}


def test_an_answer_that_waits_for_a_person_hides_the_total_on_gradescope(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    run = grade_exam(built, handed_in, tmp_path / "out")

    for paper, grade in run.result.grades.items():
        hidden = [t["name"] for t in results_of(tmp_path / "out", paper)["tests"] if t["visibility"] == "hidden"]
        assert [f"Question {name.replace('.', ': ')}" for name in grade.open_fields] == hidden


def test_before_release_gradescope_shows_readings_and_no_verdict(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    run = grade_exam(built, handed_in, tmp_path / "out", release="readable")

    for paper in run.result.grades:
        stored = results_of(tmp_path / "out", paper)
        assert not [test for test in stored["tests"] if test["visibility"] == "visible"]
        assert not {"right", "not right", "partly right"} & set(stored["output"].splitlines())
        assert "read" in stored["output"]


def test_the_points_of_the_gradebook_are_those_of_an_independent_recount(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    grade_exam(built, handed_in, tmp_path / "out")

    for row in rows_of(tmp_path / "out").values():
        if row["state"] == "complete":
            fields = [Fraction(row[question]) for question in ("1", "2") if row[question]]
            assert abs(Fraction(row["points"]) - sum(fields)) <= Fraction(1, 8) + Fraction(1, 1000)


def test_a_moved_exam_folder_grades_just_the_same(built: ExamFolder, handed_in: Path, tmp_path: Path) -> None:
    shutil.copytree(built.path, tmp_path / "moved")
    before = grade_exam(built, handed_in, tmp_path / "out").result

    assert before == grade_exam(ExamFolder(tmp_path / "moved"), handed_in, tmp_path / "out2").result


def test_a_folder_that_is_no_exam_and_missing_submissions_are_refused(built: ExamFolder, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="there is no exam here"):
        grade_exam(ExamFolder(tmp_path), tmp_path, tmp_path / "out")
    with pytest.raises(RefusedInput, match="there is no such folder"):
        grade_exam(built, tmp_path / "nowhere", tmp_path / "out")


def test_an_output_that_can_not_be_written_is_refused_by_name(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file is in the way", encoding="utf-8")

    with pytest.raises(RefusedInput, match="out: can't be written"):
        grade_exam(built, handed_in, tmp_path / "out")


def test_a_misnamed_answer_hides_the_total_on_gradescope_too(
    built: ExamFolder, handed_in: Path, tmp_path: Path
) -> None:
    form = json.loads((handed_in / "s1.json").read_text(encoding="utf-8"))
    form["responses"]["1.tracee"] = form["responses"].pop("1.trace")
    (handed_in / "s1.json").write_text(json.dumps(form), encoding="utf-8")
    grade_exam(built, handed_in, tmp_path / "out")

    hidden = [t["name"] for t in results_of(tmp_path / "out", form["paper"])["tests"] if t["visibility"] == "hidden"]
    assert ["Question 1: tracee"] == hidden
    assert "incomplete" == rows_of(tmp_path / "out")["s1"]["state"]


def test_damaged_families_are_refused_by_name(built: ExamFolder, handed_in: Path, tmp_path: Path) -> None:
    shutil.copytree(built.path, tmp_path / "moved")
    damaged = ExamFolder(tmp_path / "moved")
    damaged.families.write_text("{}", encoding="utf-8")

    with pytest.raises(RefusedInput, match=r"families\.json: can't be read"):
        grade_exam(damaged, handed_in, tmp_path / "out")


@pytest.mark.parametrize("inside", ["", "students", "staff"])
def test_the_exams_own_blank_forms_are_not_graded(built: ExamFolder, tmp_path: Path, inside: str) -> None:
    with pytest.raises(RefusedInput, match="the exam's own blank forms"):
        grade_exam(built, built.path / inside, tmp_path / "out")
