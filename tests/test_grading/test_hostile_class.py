"""Hostile and broken files, each between two right ones: the run ends, and the neighbours get full marks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from chainrule.exam_folder import ExamFolder
from chainrule.grading.graded import open_run
from chainrule.grading.run import grade_exam
from chainrule.sample_class import HABITS, keys_of
from submissions import write_json_form
from tests.test_submissions.hostile_submissions import HOSTILE, PAPER

SECRET_WORDS = ("secret.hex", "/staff/", "Traceback", "site-packages")


@pytest.fixture(scope="module")
def right_forms(small_class: tuple[ExamFolder, Path]) -> Mapping[str, str]:
    """Two students' right answers, by paper."""
    folder, _ = small_class
    families = folder.read_families()
    papers = list(folder.shelf().values())[:2]
    return {paper.id: write_json_form(paper.id, HABITS[0](paper, keys_of(paper, families))) for paper in papers}


def texts_below(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in (".json", ".csv", ".html"):
            yield file.name, file.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("name", HOSTILE, ids=str)
def test_a_hostile_file_harms_nobody(name: str, small_class, right_forms: Mapping[str, str], tmp_path: Path) -> None:
    folder, _ = small_class
    answers = tmp_path / "answers"
    answers.mkdir()
    before, after = right_forms
    (answers / "a-before.json").write_text(right_forms[before], encoding="utf-8")
    (answers / "z-after.json").write_text(right_forms[after], encoding="utf-8")
    HOSTILE[name](answers)
    grade_exam(folder, answers, tmp_path / "out")
    run = open_run(tmp_path / "out")

    assert {before: Fraction(8), after: Fraction(8)} == {p: g.points for p, g in run.result.grades.items()}
    for file, text in texts_below(tmp_path / "out"):
        assert str(tmp_path) not in text, file
        assert not [word for word in SECRET_WORDS if word in text and file != "index.html"], file
    json.loads((tmp_path / "out" / "grades" / f"{before}.json").read_text(encoding="utf-8"))


def test_all_of_them_in_one_class_and_in_processes(small_class, right_forms, tmp_path, content) -> None:
    folder, _ = small_class
    answers = tmp_path / "answers"
    answers.mkdir()
    for place, (paper, form) in enumerate(right_forms.items()):
        (answers / f"{'az'[place]}-{paper}.json").write_text(form, encoding="utf-8")
    for n, build in enumerate(HOSTILE.values()):
        place = answers / f"m{n:03}"  # in folders of students, since some have the same name
        place.mkdir()
        build(place)
    grade_exam(folder, answers, tmp_path / "out", jobs=2)
    grade_exam(folder, answers, tmp_path / "alone")

    assert set(right_forms) == set(open_run(tmp_path / "out").result.grades)
    assert {Fraction(8)} == {grade.points for grade in open_run(tmp_path / "out").result.grades.values()}
    assert content(tmp_path / "alone") == content(tmp_path / "out")
    assert PAPER not in open_run(tmp_path / "out").result.grades
