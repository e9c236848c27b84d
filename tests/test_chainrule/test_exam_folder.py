"""`exam build`: the same bytes again, nobody's paper changed by somebody else, and no answer in students' hands."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chainrule.building import bank_copy, build_exam, workshop
from chainrule.building import build as build_room
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from question_templates.errors import BrokenExam
from submissions.store import write_atomic

EXAM = """\
format: chainrule-exam/1
title: Midterm
release: full
slots:
  - {family: graph/power-chain, level: 2, points: 5}
  - {topic: graph, level: 1, points: 7.5}
"""
ROSTER = "id,name,email\ns1,Ada Lovelace,ada@example.edu\ns2,Bo Unusualname,bo@example.edu\n"
SECRET = hashlib.sha256(b"test").digest()


def build(place: Path, *, exam: str = EXAM, roster: str = ROSTER, spares: int = 1) -> ExamFolder:
    (place / "exam.yaml").write_text(exam, encoding="utf-8")
    (place / "roster.csv").write_text(roster, encoding="utf-8")
    return build_exam(place / "exam.yaml", place / "roster.csv", place / "out", spares=spares, secret=SECRET)


def content(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_building_makes_a_page_a_form_a_paper_and_a_key_for_everybody(tmp_path: Path) -> None:
    folder = build(tmp_path)

    papers = [assignment.paper for assignment in folder.read_assignments()]
    assert 3 == len(papers)
    for paper in papers:
        assert all(file.is_file() for file in (folder.page(paper), folder.form(paper), folder.key(paper)))
    assert sorted(papers) == sorted(folder.read_papers())


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    before = content(build(tmp_path).path)

    assert before == content(build(tmp_path).path)


def test_another_process_with_another_hash_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    here = build(tmp_path / "here")
    program = "import sys; from pathlib import Path; from test_exam_folder import build; build(Path(sys.argv[1]))"
    environment = {**os.environ, "PYTHONHASHSEED": "4321", "PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "there")], env=environment, check=True)

    assert content(here.path) == content(tmp_path / "there" / "out")


def test_adding_a_student_and_a_spare_changes_nobody_elses_files(tmp_path: Path) -> None:
    before = content(build(tmp_path).path)
    after = content(build(tmp_path, roster=ROSTER + "s3,Cy,\n", spares=2).path)

    changed = {name for name in before if before[name] != after.get(name)}
    tables = {"assignments.csv", "fairness.csv", "keys.html", "manifest.json", "print-order.csv"}
    assert {f"staff/{name}" for name in tables} == changed
    page_form_notebook_paper_and_key = 5
    assert len(after) == len(before) + 2 * page_form_notebook_paper_and_key


def test_a_changed_exam_does_not_mix_with_papers_that_exist(tmp_path: Path) -> None:
    build(tmp_path)

    with pytest.raises(RefusedInput, match="another version of this exam"):
        build(tmp_path, exam=EXAM.replace("7.5", "8"))


def test_a_paper_that_exists_is_never_drawn_again(tmp_path: Path) -> None:
    folder = build(tmp_path)
    paper_id = folder.read_assignments()[0].paper
    frozen = json.loads(folder.paper(paper_id).read_text(encoding="utf-8"))
    frozen["items"][0]["question"]["title"] = "As it was printed"
    folder.paper(paper_id).write_text(json.dumps(frozen), encoding="utf-8")

    build(tmp_path)

    assert "As it was printed" in folder.page(paper_id).read_text(encoding="utf-8")


def test_only_staff_may_enter_the_staff_folder(tmp_path: Path) -> None:
    folder = build(tmp_path)

    assert 0o700 == stat.S_IMODE(folder.staff.stat().st_mode)


def test_nothing_for_students_holds_a_name_a_secret_or_another_paper(tmp_path: Path) -> None:
    folder = build(tmp_path)
    papers = [assignment.paper for assignment in folder.read_assignments()]

    for file in folder.students.iterdir():
        text = file.read_text(encoding="utf-8")
        others = [paper for paper in papers if paper != file.stem]
        for forbidden in ["Lovelace", "Unusualname", "example.edu", SECRET.hex(), "digest", "overwritten", *others]:
            assert forbidden not in text, (file.name, forbidden)


def test_no_gradient_of_the_key_stands_on_a_students_page(tmp_path: Path) -> None:
    folder = build(tmp_path)

    for paper_id, paper in folder.read_papers().items():
        page = folder.page(paper_id).read_text(encoding="utf-8")
        key = folder.key(paper_id).read_text(encoding="utf-8")
        for item in paper.items:
            for asked in item.question.fields:
                if asked.kind == "number" and asked.asks.endswith(".grad"):
                    # "x.grad == 32" must stand on the key and nowhere on the page.
                    stated = re.compile(re.escape(asked.asks) + r"( == \w+\.grad)?\s*(==|=)\s*-?\d")
                    assert stated.search(key)
                    assert not stated.search(page)


def test_the_assignment_table_alone_knows_names(tmp_path: Path) -> None:
    folder = build(tmp_path)

    with folder.assignments.open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert ["Ada Lovelace", "Bo Unusualname", ""] == [row["name"] for row in rows]
    elsewhere = [path for path in folder.path.rglob("*") if path.is_file() and path != folder.assignments]
    assert not [path for path in elsewhere if b"Lovelace" in path.read_bytes()]


def test_the_manifest_holds_the_checksum_of_every_file(tmp_path: Path) -> None:
    folder = build(tmp_path)
    listed = json.loads(folder.manifest.read_text(encoding="utf-8"))["files"]

    assert {name: digest for name, digest in content(folder.path).items() if name != "staff/manifest.json"} == listed


@pytest.mark.parametrize(
    ("exam", "message"),
    [
        ("format: chainrule-exam/1\ntitle: T\nslots: []\n", "exam.yaml:3:1: slots"),
        (EXAM.replace("graph/power-chain", "graph/power-chian"), "there is no family 'graph/power-chian'"),
        (EXAM.replace("points: 5", "points: -5"), "exam.yaml:5:"),
        (EXAM + "releese: full\n", "exam.yaml:7:1: releese"),
    ],
)
def test_a_mistake_in_the_exam_is_reported_with_its_place_and_nothing_is_written(
    tmp_path: Path, exam: str, message: str
) -> None:
    with pytest.raises(BrokenExam, match=re.escape(message)):
        build(tmp_path, exam=exam)

    assert not (tmp_path / "out").exists()


def test_a_missing_roster_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "exam.yaml").write_text(EXAM, encoding="utf-8")

    with pytest.raises(RefusedInput, match=r"nobody\.csv: can't be read"):
        build_exam(tmp_path / "exam.yaml", tmp_path / "nobody.csv", tmp_path / "out")


def test_a_folder_without_an_exam_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="there is no exam here"):
        ExamFolder(tmp_path).read_papers()


def rewrite(table: Path, change: Callable[[str], str]) -> None:
    table.write_text(change(table.read_text(encoding="utf-8")), encoding="utf-8")


def test_a_student_whose_paper_was_given_away_gets_another_one(tmp_path: Path) -> None:
    folder = build(tmp_path, spares=0)
    rewrite(folder.assignments, lambda text: text.replace(",s1,Ada Lovelace,", ",s9,Walk In,"))
    build(tmp_path, spares=0)

    owners = {assignment.id: assignment.paper for assignment in folder.read_assignments()}
    assert {"s1", "s2", "s9"} == set(owners)
    assert 3 == len(set(owners.values()))


def test_spares_that_found_an_owner_are_replaced(tmp_path: Path) -> None:
    folder = build(tmp_path, spares=1)
    spare = next(assignment.paper for assignment in folder.read_assignments() if not assignment.id)
    rewrite(folder.assignments, lambda text: text.replace(f"{spare},,", f"{spare},s9,Walk In"))
    build(tmp_path, spares=1)

    unowned = [assignment.paper for assignment in folder.read_assignments() if not assignment.id]
    assert 1 == len(unowned)
    assert spare not in unowned


def test_a_changed_name_or_address_reaches_the_assignment_table(tmp_path: Path) -> None:
    folder = build(tmp_path)
    build(tmp_path, roster=ROSTER.replace("bo@example.edu", "bo@other.example"))

    assert ["bo@other.example"] == [a.email for a in folder.read_assignments() if a.id == "s2"]


def test_an_assignment_table_that_a_spreadsheet_wrote_is_read(tmp_path: Path) -> None:
    folder = build(tmp_path)
    before = folder.read_assignments()
    text = folder.assignments.read_text(encoding="utf-8").replace(",", ";").replace("\n", "\r\n")
    folder.assignments.write_bytes(b"\xef\xbb\xbf" + text.encode() + b";;;\r\n")

    assert before == folder.read_assignments()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("../../../evil,s7,E,e", "'../../../evil' is no paper's id"),
        ("2222-2222,s1,Ada,", "student 's1' has a paper already"),
    ],
)
def test_a_row_that_can_not_be_right_is_refused_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    folder = build(tmp_path)
    rewrite(folder.assignments, lambda text: text + row + "\n")

    with pytest.raises(RefusedInput, match=re.escape(f"assignments.csv:5: {message}")):
        folder.read_assignments()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a build writes that nobody kills."""
    return content(build(tmp_path_factory.mktemp("whole")).path)


@pytest.mark.parametrize("files", range(1, 17, 3))
def test_a_build_that_was_killed_can_be_run_again(
    tmp_path: Path, files: int, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = files

    def power_cut(path: Path, data: bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        write_atomic(path, data)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        for room in (build_room, bank_copy, workshop):
            patched.setattr(room, "write_atomic", power_cut)
        build(tmp_path)

    assert whole == content(build(tmp_path).path)


def test_a_folder_with_other_files_is_not_taken_for_an_exam(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work", encoding="utf-8")

    with pytest.raises(RefusedInput, match="holds other files"):
        build(tmp_path)


def test_an_exam_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "exam.yaml").write_bytes(EXAM.replace("Midterm", "Prüfung").encode("cp1252"))
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")

    with pytest.raises(RefusedInput, match="save it as UTF-8"):
        build_exam(tmp_path / "exam.yaml", tmp_path / "roster.csv", tmp_path / "out")


def test_building_leaves_no_compiled_files_in_the_bank(tmp_path: Path) -> None:
    build(tmp_path)
    folder = build(tmp_path)

    assert not [path for path in folder.path.rglob("*") if path.suffix == ".pyc"]
