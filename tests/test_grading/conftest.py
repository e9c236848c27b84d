"""A small class, built once: its exam, its answers, and what a run leaves behind."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.grading.run import grade_exam
from chainrule.sample_class import write_submissions
from chainrule.transcription.transcript import Entry, Transcript
from chainrule.transcription.transcript_store import store_of

EXAM = """\
format: chainrule-exam/1
title: Midterm
release: verdict
slots:
  - {family: graph/power-chain, level: 1, points: 5}
  - {family: static/number-example, points: 3}
"""
N_STUDENTS = 24


@pytest.fixture(scope="session")
def small_class(tmp_path_factory: pytest.TempPathFactory) -> tuple[ExamFolder, Path]:
    """An exam of 24 students and what they handed in."""
    place = tmp_path_factory.mktemp("small-class")
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    students = (f"s{n:02},Student {n},s{n:02}@example.edu\n" for n in range(1, N_STUDENTS + 1))
    (place / "roster.csv").write_text("id,name,email\n" + "".join(students), encoding="utf-8")
    secret = hashlib.sha256(b"grading runs").digest()
    folder = build_exam(place / "exam.yaml", place / "roster.csv", place / "exam", spares=1, secret=secret)
    write_submissions(folder, place / "answers")
    return folder, place / "answers"


@pytest.fixture(scope="session")
def content() -> Callable[[Path], dict[str, bytes]]:
    """Every file below a folder, by name."""

    def of(folder: Path) -> dict[str, bytes]:
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    return of


@pytest.fixture(scope="session")
def type_in() -> Callable[[ExamFolder, str], None]:
    """Staff types one paper in: its first answer, and nothing else."""

    def typed(folder: ExamFolder, paper: str) -> None:
        ids = folder.read_paper(paper).field_ids()
        blank = {name: Entry("") for name in ids}

        def change(transcript: Transcript) -> Transcript:
            for name, entry in {**blank, ids[-1]: Entry("5/32")}.items():
                transcript = transcript.with_entry(name, entry, "BM")
            return transcript

        store_of(folder).update(paper, change, field_ids=ids)

    return typed


@pytest.fixture
def graded(small_class: tuple[ExamFolder, Path], tmp_path: Path) -> tuple[ExamFolder, Path]:
    """The class in a folder of its own, to change at will, and a run of it; answers lie in `answers`."""
    folder, handed_in = small_class
    exam = ExamFolder(tmp_path / "exam")
    shutil.copytree(folder.path, exam.path)
    shutil.copytree(handed_in, tmp_path / "answers")
    grade_exam(exam, tmp_path / "answers", tmp_path / "out")
    return exam, tmp_path / "out"
