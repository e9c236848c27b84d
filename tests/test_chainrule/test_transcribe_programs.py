"""Typing in programs from paper: empty lines belong to them, and a single point ends them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator

import pytest

from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.transcription.paper_list import list_papers
from chainrule.transcription.transcript_store import store_of
from tests.test_chainrule.typing_script import play

EXAM = """\
format: chainrule-exam/1
title: Programs
release: verdict
sandbox: practice
slots:
  - {family: code/broadcast-adjoint, level: 1, points: 6}
"""
#: As it stands on paper: an empty line between its parts, one of blanks, and an indented body.
PROGRAM = """\
import numpy as np

def added(g):
    return np.sum(g)

def adjoint(g, shape):

    return added(g)"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    place = tmp_path_factory.mktemp("programs")
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    (place / "roster.csv").write_text("id,name\ns1,Student 1\n", encoding="utf-8")
    return build_exam(
        place / "exam.yaml", place / "roster.csv", place / "exam", spares=0, secret=hashlib.sha256(b"t").digest()
    )


@pytest.fixture
def folder(built: ExamFolder) -> Iterator[ExamFolder]:
    yield built
    shutil.rmtree(store_of(built).path, ignore_errors=True)


def typed(folder: ExamFolder, *, second: bool = False) -> list[str]:
    """The responses that the first paper's transcript holds."""
    paper_id = list_papers(folder).ids[0]
    entries = store_of(folder, second=second).read(paper_id).entries
    return [entry.response or "" for entry in entries.values()]


def test_a_program_keeps_its_empty_lines_and_a_point_ends_it(folder: ExamFolder) -> None:
    shown = play(folder, ["", *PROGRAM.split("\n"), "."])

    assert [PROGRAM] == typed(folder)
    assert "several lines; a line with a single `.` ends them" in shown


def test_the_point_may_have_blanks_around_it(folder: ExamFolder) -> None:
    play(folder, ["", *PROGRAM.split("\n"), "", "  . "])

    assert [PROGRAM] == typed(folder)


def test_a_program_without_its_point_is_not_saved_and_that_is_said(folder: ExamFolder) -> None:
    shown = play(folder, ["", *PROGRAM.split("\n"), "", ""])

    assert [] == [text for text in typed(folder) if text]
    assert "The lines of this field that were begun are not saved." in shown


def test_a_program_that_is_begun_may_be_given_up(folder: ExamFolder) -> None:
    play(folder, ["", "def wrong():", "", ":redo", *PROGRAM.split("\n"), "."])

    assert [PROGRAM] == typed(folder)


def test_the_help_says_how_a_program_ends(folder: ExamFolder) -> None:

    assert "Programs hold empty lines: a line with a single `.` ends one." in play(folder, ["", "help"])
