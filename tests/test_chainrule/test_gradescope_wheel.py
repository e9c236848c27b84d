"""Chainrule's own wheel, the pins beside it, and the wheels that set-up can do without a network with."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from chainrule.errors import RefusedInput
from chainrule.gradescope.archive import archive
from chainrule.gradescope.wheel import chainrule_wheel
from chainrule.gradescope.wheelhouse import read_requirements, read_wheelhouse

NAME, WHEEL = chainrule_wheel()


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(WHEEL)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_every_file_is_recorded_with_its_checksum_and_length(files: dict[str, bytes]) -> None:
    record = next(name for name in files if name.endswith(".dist-info/RECORD"))
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(files[record].decode()))}

    assert set(files) == set(rows)
    assert ["", ""] == rows.pop(record)
    for name, (checksum, length) in rows.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).decode().rstrip("=")
        assert (f"sha256={digest}", str(len(files[name]))) == (checksum, length), name


def test_it_holds_the_packages_with_their_data_and_nothing_that_tools_leave(files: dict[str, bytes]) -> None:
    tops = {name.split("/")[0] for name in files if ".dist-info/" not in name}

    assert {"engine", "submissions", "question_templates", "grader", "chainrule"} == tops
    assert {"chainrule/pages/page.css", "chainrule/gradescope/setup.sh", "grader/py.typed"} <= set(files)
    assert [] == [name for name in files if "__pycache__" in name or name.endswith(".pyc")]


@pytest.mark.slow
def test_pip_installs_it(tmp_path: Path) -> None:
    pytest.importorskip("pip", reason="this environment was made without pip")
    (tmp_path / NAME).write_bytes(WHEEL)
    install = ["install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-I", "-m", "pip", *install, "--target", tmp_path / "installed", tmp_path / NAME], check=True
    )
    code = "import sys; sys.path.insert(0, sys.argv[1]); import grader; print(grader.__file__)"
    where = [sys.executable, "-I", "-c", code, str(tmp_path / "installed")]
    shown = subprocess.run(where, check=True, capture_output=True, text=True).stdout

    assert (tmp_path / "installed" / "grader" / "__init__.py").samefile(shown.strip())


def test_the_pins_are_those_of_the_constraints(repository: Path) -> None:
    constraints = set((repository / "constraints.txt").read_text(encoding="utf-8").splitlines())
    pins = read_requirements().splitlines()

    assert set() == set(pins) - constraints
    assert {"numpy", "pyyaml", "scipy"} == {pin.split("==")[0] for pin in pins}


WHEELS = (
    "numpy-2.2.6-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "PyYAML-6.0.3-cp310-cp310-manylinux2014_x86_64.whl",
    "scipy-1.15.3-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
)
OTHERS = (
    "numpy-2.2.6-cp311-cp311-manylinux_2_17_x86_64.whl",
    "numpy-2.2.6-cp310-cp310-macosx_14_0_arm64.whl",
    "numpy-2.2.6-cp310-cp310-musllinux_1_2_x86_64.whl",
    "numpy-2.2.5-cp310-cp310-manylinux_2_17_x86_64.whl",
    "numpy-2.2.6.tar.gz",
    "notes.txt",
)


def test_the_wheels_for_gradescopes_python_are_chosen_and_no_others(tmp_path: Path) -> None:
    for name in (*WHEELS, *OTHERS):
        (tmp_path / name).write_bytes(name.encode())

    assert {name: name.encode() for name in WHEELS} == read_wheelhouse(tmp_path)


def test_a_missing_wheel_is_named_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    for name in (*WHEELS[1:], *OTHERS):
        (tmp_path / name).write_bytes(b"")

    with pytest.raises(RefusedInput, match=r"holds no wheel of numpy==2\.2\.6 for Python 3\.10") as refused:
        read_wheelhouse(tmp_path)
    assert f"-d {tmp_path} numpy==2.2.6 pyyaml==6.0.3 scipy==1.15.3" in str(refused.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="nowhere: can't be read"):
        read_wheelhouse(tmp_path / "nowhere")


def test_an_archive_is_the_same_bytes_in_whatever_order_its_files_come() -> None:
    one = {"b": b"2", "a": b"1"}

    assert archive(one) == archive(dict(sorted(one.items())))
    assert archive(one) != archive(one, executable=("a",))
