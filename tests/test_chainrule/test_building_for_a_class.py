"""A build for rooms, groups and several processes: what is printed, who shares, the same bytes in any case."""

from __future__ import annotations

import csv
import hashlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from chainrule.building import build_exam, workshop
from chainrule.building.closing import closing_lines
from chainrule.building.outputs import Outputs
from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.grading.run import grade_exam
from chainrule.sample_class import write_submissions
from question_templates.errors import NoAdmissibleDraw

EXAM = "format: chainrule-exam/1\ntitle: Midterm\nslots:\n  - {family: im2col/shape, level: 1, points: 5}\n"
ROOMS = """\
id,name,room,seat,group,format
s1,Cy,H1,B1,G1,
s2,Di,H1,B1,G1,
s3,Ada,H2,A10,,
s4,Bo,H2,A2,,large-print
"""
SECRET = hashlib.sha256(b"test").digest()


def build(place: Path, roster: str, *, jobs: int = 1, spares: int = 0, notes: list[str] | None = None) -> ExamFolder:
    place.mkdir(exist_ok=True)
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    (place / "roster.csv").write_text(roster, encoding="utf-8")
    note = (notes if notes is not None else []).append
    exam, table, out = place / "exam.yaml", place / "roster.csv", place / "out"
    return build_exam(exam, table, out, spares=spares, secret=SECRET, jobs=jobs, note=note)


def content(folder: ExamFolder) -> dict[str, bytes]:
    files = sorted(path for path in folder.path.rglob("*") if path.is_file())
    return {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in files}


def class_of(size: int) -> str:
    return "id,name\n" + "".join(f"s{n},Student {n}\n" for n in range(size))


def test_papers_are_printed_in_the_order_of_rooms_and_seats_without_names(tmp_path: Path) -> None:
    folder = build(tmp_path, ROOMS, spares=1)

    text = folder.print_order.read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    places = [(row["room"], row["seat"], row["format"], row["students"]) for row in rows]
    assert [
        ("H1", "B1", "standard", "2"),
        ("H2", "A2", "large-print", "1"),
        ("H2", "A10", "standard", "1"),
        ("", "", "standard", "0"),
    ] == places
    assert all((folder.path / row["file"]).is_file() for row in rows)
    assert not [name for name in ("Ada", "Bo", "Cy", "Di") if name in text]


def test_a_pdf_is_printed_rather_than_a_page(tmp_path: Path) -> None:
    folder = build(tmp_path, ROOMS)
    paper = folder.read_assignments()[0].paper
    folder.pdf(paper).write_bytes(b"%PDF-1.7")
    build(tmp_path, ROOMS)

    files = [row["file"] for row in csv.DictReader(folder.print_order.read_text(encoding="utf-8").splitlines())]
    assert [f"students/{paper}.pdf"] == [file for file in files if not file.endswith(".html")]


def test_the_combined_key_has_every_paper_in_the_order_of_printing(tmp_path: Path) -> None:
    folder = build(tmp_path, ROOMS)

    page = folder.combined_key.read_text(encoding="utf-8")
    order = [row["paper"] for row in csv.DictReader(folder.print_order.read_text(encoding="utf-8").splitlines())]
    places = [page.index(f'href="keys/{paper}.html"') for paper in order]
    assert sorted(places) == places
    assert all((folder.combined_key.parent / f"keys/{paper}.html").is_file() for paper in order)


def test_every_member_of_a_group_gets_the_grade_of_its_paper(tmp_path: Path) -> None:
    folder = build(tmp_path, ROOMS)
    write_submissions(folder, tmp_path / "answers")
    run = grade_exam(folder, tmp_path / "answers", tmp_path / "results")

    with (tmp_path / "results" / "gradebook.csv").open(encoding="utf-8") as book:
        rows = {row["id"]: row for row in csv.DictReader(book)}
    assert rows["s1"]["paper"] == rows["s2"]["paper"]
    assert ("5", "complete") == (rows["s1"]["points"], rows["s1"]["state"])
    assert rows["s1"]["points"] == rows["s2"]["points"]
    assert 3 == run.summary.n_graded
    assert "Cy, Di" in run.index.read_text(encoding="utf-8")


def test_the_last_lines_count_papers_and_not_rows_and_say_the_order(tmp_path: Path) -> None:
    said = closing_lines(build(tmp_path, ROOMS, spares=1))

    assert "4 papers: 3 for students (4 students: groups share theirs), 1 spare" == said[0]
    assert "  print-order.csv  what to print, by room, seat, then by id; spares last" in said


def test_what_the_roster_was_taken_for_is_said(tmp_path: Path) -> None:
    notes: list[str] = []
    build(tmp_path, ROOMS.replace("format", "formt"), notes=notes)

    assert [
        "roster.csv: columns that were not read: 'formt' (did you mean format?).",
        "roster.csv: 1 group of 2 shares a paper.",
    ] == notes


def test_students_files_hold_no_room_and_no_name(tmp_path: Path) -> None:
    folder = build(tmp_path, ROOMS.replace("H2", "Hall-Xyzzy").replace("Ada", "Qwertz"))

    texts = [file.read_text(encoding="utf-8") for file in folder.students.iterdir()]
    assert texts
    assert not [text for text in texts if "Xyzzy" in text or "Qwertz" in text]


def test_several_processes_make_the_same_bytes(tmp_path: Path) -> None:
    one = build(tmp_path / "one", class_of(30))
    two = build(tmp_path / "two", class_of(30), jobs=2)

    assert content(one) == content(two)


def _killed(path: Path, assignments: Sequence[Assignment], outputs: Outputs) -> list[workshop.MadePaper]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def _undrawable(path: Path, assignments: Sequence[Assignment], outputs: Outputs) -> list[workshop.MadePaper]:
    raise NoAdmissibleDraw("im2col/shape: refused 1000 draws.")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a system that can kill a process")
def test_a_killed_process_ends_with_advice_and_the_build_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build(tmp_path / "whole", class_of(30))
    with monkeypatch.context() as patched:
        patched.setattr(workshop, "_make_chunk", _killed)
        with pytest.raises(RefusedInput, match=r"stopped from outside.*run the same command again, with --jobs 1"):
            build(tmp_path / "killed", class_of(30), jobs=2)

    assert content(whole) == content(build(tmp_path / "killed", class_of(30)))


def test_what_a_process_refuses_is_said_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "_make_chunk", _undrawable)

    with pytest.raises(NoAdmissibleDraw, match="refused 1000 draws"):
        build(tmp_path, class_of(30), jobs=2)
