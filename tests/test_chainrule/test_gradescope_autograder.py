"""The autograder's zip: built, laid out and run as in Gradescope's container, in hostile surroundings."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.errors import RefusedInput
from chainrule.gradescope.building import build_autograder
from chainrule.gradescope.commands import gradescope
from chainrule.gradescope.contract import contract_faults
from chainrule.gradescope.trying import LocalRun, lay_out, metadata_json, run_laid_out
from tests.test_chainrule.gradescope_class import PackedClass, packed_class, total_is_hidden

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the container's scripts are for Unix")

ADA = ["ada@example.edu"]
HOSTILE = "import os; open(os.path.expanduser('~/was-imported'), 'a').write(__name__); raise SystemExit(7)"
STRANGERS = (
    "engine",
    "grader",
    "submissions",
    "question_templates",
    "chainrule",
    "yaml",
    "numpy",
    "json",
    "sitecustomize",
)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> PackedClass:
    return packed_class(tmp_path_factory.mktemp("exam"))


@pytest.fixture(scope="module")
def archive(packed: PackedClass) -> Path:
    out = packed.folder.path.parent / "autograder.zip"
    build_autograder(packed.folder, out)
    return out


def run(root: Path, archive: Path, files: list[Path], emails: list[str], **environment: str) -> LocalRun:
    laid_out = lay_out(root, archive, files, metadata_json(emails))
    return run_laid_out(laid_out, python=sys.executable, environment=environment)


@pytest.fixture(scope="module")
def quiet(packed: PackedClass, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> LocalRun:
    """A right submission, graded where nothing disturbs."""
    place = tmp_path_factory.mktemp("quiet")
    (place / "answers.json").write_text(packed.form("9001"), encoding="utf-8")
    return run(place / "root", archive, [place / "answers.json"], ADA)


def test_a_right_submission_gets_all_points(quiet: LocalRun) -> None:
    assert 0 == quiet.code
    assert 15 == quiet.read()["score"]
    assert () == quiet.faults()


def test_hostile_files_and_variables_change_no_byte(
    packed: PackedClass, archive: Path, quiet: LocalRun, tmp_path: Path
) -> None:
    handed_in = tmp_path / "handed-in"
    handed_in.mkdir()
    (handed_in / "answers.json").write_text(packed.form("9001"), encoding="utf-8")
    root = lay_out(tmp_path / "root", archive, [handed_in / "answers.json"], metadata_json(ADA))
    for name in STRANGERS:  # in the working folder of the run, where Python looks first unless it is isolated
        (root / f"{name}.py").write_text(HOSTILE, encoding="utf-8")
    variables = {
        "PYTHONPATH": str(root),
        "PYTHONSTARTUP": str(root / "engine.py"),
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C",
    }
    found = run_laid_out(root, python=sys.executable, environment=variables)

    assert quiet.results == found.results
    assert not (root / "was-imported").exists()


def test_program_files_among_the_answers_are_never_run(packed: PackedClass, archive: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.py" for name in STRANGERS]
    for path in files:
        path.write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "answers.json").write_text(packed.form("9001"), encoding="utf-8")
    found = run(tmp_path / "root", archive, [*files, tmp_path / "answers.json"], ADA)

    assert 15 == found.read()["score"]
    assert not (tmp_path / "root" / "was-imported").exists()


def damaged(packed: PackedClass, archive: Path, root: Path) -> Path:
    (root.parent / "answers.json").write_text(packed.form("9001"), encoding="utf-8")
    return lay_out(root, archive, [root.parent / "answers.json"], metadata_json(ADA))


def test_our_fault_leaves_results_that_wait_for_a_person(packed: PackedClass, archive: Path, tmp_path: Path) -> None:
    root = damaged(packed, archive, tmp_path / "root")
    (root / "source" / "exam" / "staff" / "families.json").write_text("{", encoding="utf-8")
    found = run_laid_out(root, python=sys.executable)

    assert () == found.faults()
    assert total_is_hidden(found.read())
    assert "which is our fault" in found.read()["output"]
    assert "families.json: can't be read" in found.stdout
    assert "families.json" not in found.results.decode()


@pytest.mark.parametrize("python", ["/no/such/python", "/bin/false"])
def test_also_where_python_does_not_start(packed: PackedClass, archive: Path, tmp_path: Path, python: str) -> None:
    found = run_laid_out(damaged(packed, archive, tmp_path / "root"), python=python)

    assert () == found.faults()
    assert total_is_hidden(found.read())
    assert "Chainrule ended with code" in found.stdout


def test_a_run_that_is_killed_leaves_results_that_wait_for_a_person(
    packed: PackedClass, archive: Path, tmp_path: Path
) -> None:
    root = damaged(packed, archive, tmp_path / "root")
    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nkill -9 $$\n", encoding="utf-8")
    slow.chmod(0o755)
    found = run_laid_out(root, python=str(slow))

    assert () == found.faults()
    assert total_is_hidden(found.read())


def test_a_grading_that_hangs_is_stopped_in_time(packed: PackedClass, archive: Path, tmp_path: Path) -> None:
    root = damaged(packed, archive, tmp_path / "root")
    script = root / "run_autograder"
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("seconds=480", "seconds=1"), encoding="utf-8")
    asleep = tmp_path / "python"
    asleep.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    asleep.chmod(0o755)
    found = run_laid_out(root, python=str(asleep))

    assert "seconds=480" in text
    assert total_is_hidden(found.read())
    assert "ended with code 124" in found.stdout


def test_results_that_can_not_be_written_are_told(packed: PackedClass, archive: Path, tmp_path: Path) -> None:
    root = damaged(packed, archive, tmp_path / "root")
    (root / "results" / "results.json").mkdir()  # also root can't write a file there
    found = run_laid_out(root, python=sys.executable)

    assert b"" == found.results
    assert "results/results.json can't be written" in found.stdout


def test_without_metadata_a_person_looks(packed: PackedClass, archive: Path, tmp_path: Path) -> None:
    root = damaged(packed, archive, tmp_path / "root")
    (root / "submission_metadata.json").unlink()
    found = run_laid_out(root, python=sys.executable)

    assert total_is_hidden(found.read())
    assert "submission_metadata.json can't be read" in found.stdout


# ---- the zip ----


def test_the_same_exam_gives_the_same_zip(packed: PackedClass, tmp_path: Path) -> None:
    for name in ("once.zip", "again.zip"):
        build_autograder(packed.folder, tmp_path / name)

    assert (tmp_path / "once.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_the_zip_is_for_its_owner_alone_and_its_scripts_can_be_run(archive: Path) -> None:
    with zipfile.ZipFile(archive) as zipped:
        modes = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in zipped.infolist()}
        first_lines = {name: zipped.read(name).split(b"\n")[0] for name in ("setup.sh", "run_autograder")}

    assert 0o600 == stat.S_IMODE(archive.stat().st_mode)
    assert {0o755} == {modes["setup.sh"], modes["run_autograder"]}
    assert {b"#!/usr/bin/env bash"} == set(first_lines.values())


def test_no_name_secret_or_key_is_in_the_zip(packed: PackedClass, archive: Path) -> None:
    with zipfile.ZipFile(archive) as zipped:
        names = zipped.namelist()
        exam = b"\n".join(zipped.read(name) for name in names if name.startswith("exam/"))

    assert b"lindqvist" not in exam.lower() and b"example.edu" not in exam.lower() and b"9001" not in exam
    assert packed.folder.read_secret().hex().encode() not in exam
    assert [] == [name for name in names if "keys" in name.split("/") or name.endswith((".csv", ".hex", ".html"))]


def test_the_exam_is_readable_by_root_alone_after_setting_up(archive: Path, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "root", archive, [], metadata_json(ADA))
    exam = root / "source" / "exam"
    fake = tmp_path / "python"  # all that the script asks of Python is done by nobody here
    fake.write_text('#!/bin/sh\n[ "$3" = venv ] && mkdir -p "$5/bin" && cp "$0" "$5/bin/python"\nexit 0\n')
    fake.chmod(0o755)
    variables = {**os.environ, "CHAINRULE_BASE_PYTHON": str(fake)}
    done = subprocess.run([root / "source" / "setup.sh"], env=variables, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert {0} == {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (exam, *exam.rglob("*"))}
    assert 0o711 == stat.S_IMODE((root / "source").stat().st_mode)


def test_an_old_python_is_refused_with_what_to_choose(archive: Path, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "root", archive, [], metadata_json(ADA))
    bash = next(path for path in map(Path, ("/bin/bash", "/usr/bin/bash")) if path.exists())
    variables = {"PATH": "/nowhere", "CHAINRULE_BASE_PYTHON": "/bin/false"}
    done = subprocess.run(
        [bash, "-c", f'dirname() {{ echo "{root}/source"; }}; . "{root}/source/setup.sh"'],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == done.returncode
    assert "Chainrule needs Python 3.10 or newer" in done.stderr


def test_adjustments_are_checked_when_the_zip_is_built(tmp_path: Path) -> None:
    text = "format: chainrule-adjustments/1\nadjustments:\n  - {void: 1, reason: A misprint., author: CC}\n"
    packed = packed_class(tmp_path, adjustments=text)
    found = packed.autograde(tmp_path / "in", {"a.json": packed.form("9001", "_all_blank")}, ADA)
    voided = [test for test in found.results["tests"] if test["name"].startswith("Question 1")]

    assert {0} == {test["max_score"] for test in voided}
    assert all("A misprint." in test["output"] for test in voided)
    packed.folder.adjustments.write_text(text.replace("void: 1", "void: 9"), encoding="utf-8")
    with pytest.raises(RefusedInput, match=r"adjustments\.yaml:3"):
        build_autograder(packed.folder, tmp_path / "autograder.zip")


# ---- the commands ----


def test_trying_it_shows_what_students_and_instructors_see(packed: PackedClass, archive: Path, tmp_path: Path) -> None:
    form, out = tmp_path / "answers.json", tmp_path / "tried"
    form.write_text(packed.form("9001", number="about seven or so?"), encoding="utf-8")
    words = ["try", str(archive), str(form), "--email", "ada@example.edu", "--out", str(out)]
    done = CliRunner().invoke(gradescope, words)

    assert 0 == done.exit_code, done.output
    assert "Score: not shown" in (out / "student.txt").read_text(encoding="utf-8")
    assert "[students: hidden]" in (out / "instructor.txt").read_text(encoding="utf-8")
    assert () == contract_faults(json.loads((out / "results.json").read_bytes()))
    assert "the same bytes twice" in done.output


def test_building_says_who_has_no_address(packed: PackedClass, tmp_path: Path) -> None:
    words = ["build", str(packed.folder.path), "--out", str(tmp_path / "a.zip"), "--release", "readable"]
    done = CliRunner().invoke(gradescope, words)

    assert 0 == done.exit_code, done.output
    assert "Without an address in staff/assignments.csv: 9005." in done.output
    assert "a.zip: 4 papers of 5 students" in done.output
    with zipfile.ZipFile(tmp_path / "a.zip") as zipped:
        assert {"format": "chainrule-autograder/1", "release": "readable"} == json.loads(
            zipped.read("exam/settings.json")
        )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["build", "{tmp}", "--out", "{tmp}/a.zip"], "there is no exam here"),
        (["build", "{exam}", "--out", "{tmp}/no/a.zip"], "can't be written"),
        (
            ["build", "{exam}", "--out", "{tmp}/a.zip", "--wheelhouse", "{tmp}"],
            "holds no wheel of numpy==2.2.6, pyyaml",
        ),
        (["build", "{exam}", "--out", "{tmp}/a.zip", "--decisions", "{tmp}/no"], "there is no such folder"),
        (["try", "{tmp}/no.zip", "{zip}", "--email", "a@b", "--out", "{tmp}/o"], "can't be read as a zip"),
        (["try", "{wheel}", "{zip}", "--email", "a@b", "--out", "{tmp}/o"], "it is no autograder"),
        (["try", "{zip}", "{tmp}/no.json", "--email", "a@b", "--out", "{tmp}/o"], "there is no such file or folder"),
    ],
)
def test_what_can_not_be_used_is_refused_by_name(
    packed: PackedClass, archive: Path, tmp_path: Path, words: list[str], told: str
) -> None:
    wheel = next(packed.source.glob("*.whl"))
    filled = [word.format(tmp=tmp_path, exam=packed.folder.path, zip=archive, wheel=wheel) for word in words]
    done = CliRunner().invoke(gradescope, filled)

    assert 1 == done.exit_code
    assert told in done.output
