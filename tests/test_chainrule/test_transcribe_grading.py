"""Typed papers in a grading run: graded as files are, with people's points in the same gradebook."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.grading.run import GradingRun, grade_exam
from chainrule.transcription.handed_in import read_transcripts
from chainrule.transcription.paper_list import list_papers
from chainrule.transcription.transcript_store import store_of
from grader import Grade, grade
from question_templates.paper import Paper
from submissions import read_bytes, write_json_form
from submissions.submission import Submission
from tests.test_chainrule.typing_script import FIELDS, play, right_answers, small_exam, typing_of


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    return small_exam(tmp_path_factory.mktemp("exam"))


@pytest.fixture
def folder(built: ExamFolder) -> Iterator[ExamFolder]:
    yield built
    shutil.rmtree(store_of(built).path, ignore_errors=True)


def paper_of(folder: ExamFolder, place: int = 0) -> Paper:
    return folder.read_paper(list_papers(folder).ids[place])


def run(folder: ExamFolder, place: Path, files: Mapping[str, str] | None = None) -> GradingRun:
    handed_in = place / "answers"
    handed_in.mkdir(exist_ok=True)
    for name, text in (files or {}).items():
        (handed_in / name).write_text(text, encoding="utf-8")
    return grade_exam(folder, handed_in, place / "out")


def row_of(place: Path, paper: Paper) -> dict[str, str]:
    with (place / "out" / "gradebook.csv").open(encoding="utf-8") as book:
        return next(row for row in csv.DictReader(book) if row["paper"] == paper.id)


def results_of(place: Path, paper: Paper) -> dict[str, Any]:
    text = (place / "out" / "gradescope" / paper.id / "results.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def told(graded: Grade) -> object:
    """All of a grade but where it came from."""
    stored = graded.to_json()
    return {name: value for name, value in stored.items() if name not in ("source", "digest")}


RESPONSES = {
    "1.order": ["x, y, z", "y, x, z", "[x y z]", "", "\\(x, y, z\\)"],
    "1.trace": ["RIGHT", "z: y.grad = 3\ny: x.grad = 9", "z: y.grad += 7", "", "x\n\\frac{1}{2}"],
    "1.x_grad": ["RIGHT", "7", "=7", "7 or 8", "", "quit", ":b", "1/2n", "-5"],
    "2.why": ["RIGHT", "help", "", ":q, he said", "= equal"],
    "2.pick": ["A", "b", "B", "", "both"],
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in RESPONSES.items()}))
def test_typing_answers_gives_the_grade_that_handing_them_in_as_a_file_gives(
    folder: ExamFolder, chosen: dict[str, str]
) -> None:
    paper, families = paper_of(folder), folder.read_families()
    right = right_answers(folder, paper)
    answers = {name: right[name] if text == "RIGHT" else text for name, text in chosen.items()}
    file = read_bytes(write_json_form(paper.id, answers).encode(), source="a.json")
    assert isinstance(file, Submission)
    store_of(folder).file(paper.id).unlink(missing_ok=True)
    _type_whole(folder, paper, answers)
    (typed,) = read_transcripts(folder, {paper.id: paper}).typed_in

    assert () == typed.untyped
    assert told(grade(paper, file, families)) == told(grade(paper, typed.submission, families))


def _type_whole(folder: ExamFolder, paper: Paper, answers: Mapping[str, str]) -> None:
    """Field by field, since one stays at those that can't be read."""
    for name in FIELDS:
        lines = typing_of(paper, {name: answers[name]})[1:]
        mine = [line for line in lines if line != "skip"] or ["skip"]
        play(folder, [paper.id, f":go {name}", *mine])


def test_a_typed_paper_is_in_the_gradebook_and_named_as_a_transcript(folder: ExamFolder, tmp_path: Path) -> None:
    paper = paper_of(folder)
    play(folder, [*typing_of(paper, right_answers(folder, paper)), "back", "back", "=1.5 good"])
    graded = run(folder, tmp_path).result.grades[paper.id]

    row = row_of(tmp_path, paper)
    assert ("7.5", "8", "complete", "") == (row["points"], row["out_of"], row["state"], row["open_fields"])
    assert f"transcript of {paper.id}" == graded.source


def test_a_decision_by_a_person_is_told_on_every_page_and_its_author_to_staff_alone(
    folder: ExamFolder, tmp_path: Path
) -> None:
    paper = paper_of(folder)
    typed = typing_of(paper, right_answers(folder, paper) | {"1.x_grad": "7"})
    play(folder, [*typed, ":back", ":go 1.x_grad", "=0.5 slip of the pen", ":go 2.why", "=2"], who="zq")
    run(folder, tmp_path)

    page = (tmp_path / "out" / "feedback" / f"{paper.id}.html").read_text(encoding="utf-8")
    results = results_of(tmp_path, paper)
    test = next(test for test in results["tests"] if test["name"] == "Question 1: x_grad")
    stored = json.loads((tmp_path / "out" / "grades" / f"{paper.id}.json").read_text(encoding="utf-8"))
    assert "decided by a person" in page and "slip of the pen" in page
    assert (0.5, "decided by a person\nslip of the pen", "visible") == (
        test["score"],
        test["output"],
        test["visibility"],
    )
    assert "zq" in json.dumps(stored) and "zq" not in page and "zq" not in json.dumps(results)
    assert "decided by a person" not in str(stored["open_fields"]) and "7.5" == row_of(tmp_path, paper)["points"]


def test_people_s_points_survive_every_regrade_byte_for_byte(folder: ExamFolder, tmp_path: Path) -> None:
    paper = paper_of(folder)
    play(folder, [paper.id, "=1", "=2 nearly", "=0", "=0", "=1"])

    def content() -> dict[str, bytes]:
        run(folder, tmp_path)
        out = tmp_path / "out"
        return {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}

    assert content() == content()
    assert ("4", "complete") == (row_of(tmp_path, paper)["points"], row_of(tmp_path, paper)["state"])
    assert "read by a person" in results_of(tmp_path, paper)["output"]


def test_a_paper_that_is_half_typed_is_incomplete_and_says_where(folder: ExamFolder, tmp_path: Path) -> None:
    paper = paper_of(folder)
    play(folder, [paper.id, "x, y, z", "skip"])
    run(folder, tmp_path)

    row = row_of(tmp_path, paper)
    assert ("1", "incomplete", "1.x_grad 2.why 2.pick") == (row["points"], row["state"], row["open_fields"])


def test_files_and_typed_papers_meet_in_one_gradebook(folder: ExamFolder, tmp_path: Path) -> None:
    typed, filed = paper_of(folder, 0), paper_of(folder, 1)
    play(folder, [typed.id, "=1", "=3", "=1", "=2", "=1"])
    right = right_answers(folder, filed)
    play(folder, [filed.id, ":go 2.why", "=2 read in the file"])
    run(folder, tmp_path, {"s1.json": write_json_form(filed.id, right)})

    assert ["8", "8"] == [row_of(tmp_path, paper)["points"] for paper in (typed, filed)]
    assert "complete" == row_of(tmp_path, filed)["state"]


def test_a_paper_handed_in_and_typed_in_differently_is_set_aside_and_links_lead_to_both(
    folder: ExamFolder, tmp_path: Path
) -> None:
    paper = paper_of(folder)
    right = right_answers(folder, paper)
    play(folder, typing_of(paper, right | {"2.pick": "A"}))
    graded = run(folder, tmp_path, {"s1.json": write_json_form(paper.id, right)})

    assert ["s1.json", f"transcript of {paper.id}"] == [one.source for one in graded.result.set_aside]
    assert "set aside" == row_of(tmp_path, paper)["state"]
    page = graded.index.read_text(encoding="utf-8")
    assert f"staff/transcripts/{paper.id}.json" in page and "answers/s1.json" in page


def test_the_transcripts_alone_may_be_graded(folder: ExamFolder, tmp_path: Path) -> None:
    paper = paper_of(folder)
    play(folder, [paper.id, "x, y, z"])
    alone = grade_exam(folder, store_of(folder).path, tmp_path / "alone")

    assert [paper.id] == list(alone.result.grades) and () == alone.result.set_aside


def test_without_files_and_without_transcripts_nothing_is_graded(folder: ExamFolder, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="answers: holds no file"):
        run(folder, tmp_path)


def test_a_damaged_transcript_is_set_aside_and_its_neighbours_are_graded(folder: ExamFolder, tmp_path: Path) -> None:
    ids = list_papers(folder).ids
    for paper_id in ids[:3]:
        play(folder, [paper_id, "x, y, z"])
    store_of(folder).file(ids[1]).write_text("{", encoding="utf-8")
    graded = run(folder, tmp_path)

    assert sorted((ids[0], ids[2])) == list(graded.result.grades)
    assert [f"transcript of {ids[1]}"] == [one.source for one in graded.result.set_aside]


@pytest.mark.parametrize(
    ("points", "reason"),
    [({"1.trace": "4"}, "it has 0 to 3"), ({"9.x": "1"}, "a field that the paper does not have")],
)
def test_points_that_do_not_fit_a_paper_set_its_transcript_aside(
    folder: ExamFolder, tmp_path: Path, points: dict[str, str], reason: str
) -> None:
    paper = paper_of(folder)
    stored = {
        "format": "chainrule-transcript/1",
        "paper": paper.id,
        "responses": {},
        "points": {name: {"points": given} for name, given in points.items()},
    }
    store_of(folder).path.mkdir(parents=True, exist_ok=True)
    store_of(folder).file(paper.id).write_text(json.dumps(stored), encoding="utf-8")
    graded = run(folder, tmp_path)

    assert not graded.result.grades
    assert reason in graded.result.set_aside[0].reason


def test_a_second_entry_is_never_graded(folder: ExamFolder, tmp_path: Path) -> None:
    first, second = paper_of(folder, 0), paper_of(folder, 1)
    play(folder, [first.id, "x, y, z"])
    play(folder, [second.id, "x, y, z"], second=True)

    assert [first.id] == list(run(folder, tmp_path).result.grades)


def test_what_was_taken_back_whole_is_not_handed_in(folder: ExamFolder, tmp_path: Path) -> None:
    paper = paper_of(folder)
    play(folder, [paper.id, "x, y, z", "back", "redo"])
    play(folder, [list_papers(folder).ids[1], "=1"])

    assert "missing" == (run(folder, tmp_path), row_of(tmp_path, paper)["state"])[1]


def test_before_release_nothing_is_said_of_points_by_hand(folder: ExamFolder, tmp_path: Path) -> None:
    paper = paper_of(folder)
    (tmp_path / "answers").mkdir()
    pages = []
    for points in ("=0 no", "=3 yes"):
        play(folder, [paper.id, ":go 1.trace", "redo", points])
        grade_exam(folder, tmp_path / "answers", tmp_path / "out", release="readable")
        pages.append((tmp_path / "out" / "feedback" / f"{paper.id}.html").read_text(encoding="utf-8"))

    assert pages[0] == pages[1]
    assert "A person has read this answer." in pages[0]


def test_the_points_are_exact_until_the_total(folder: ExamFolder, tmp_path: Path) -> None:
    paper = paper_of(folder)
    play(folder, [paper.id, "=1/3", "=1/3", "=1/3", "skip", "skip"])

    graded = run(folder, tmp_path).result.grades[paper.id]
    assert Fraction(1) == sum(field.points for field in graded.fields) == graded.points
