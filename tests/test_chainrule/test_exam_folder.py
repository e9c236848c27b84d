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
from pathlib import Path

import pytest

from chainrule.building import build_exam
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from question_templates.errors import BrokenExam

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
    assert {"staff/assignments.csv", "staff/manifest.json"} == changed
    assert len(after) == len(before) + 2 * 4


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
                if asked.kind == "number":
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
        (EXAM.replace("graph/power-chain", "graph/power-chian"), "exam.yaml:5:5: there is no family"),
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
