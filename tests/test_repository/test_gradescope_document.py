"""docs/gradescope.md and docs/gradebook.md: commands run, options exist, and tables name what is written."""

from __future__ import annotations

import re
import shlex
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.gradescope.commands import gradescope
from chainrule.gradescope.wheelhouse import DOWNLOAD, read_requirements
from chainrule.results.exports import export_files
from grader import ClassResult
from tests.test_chainrule.gradescope_class import packed_class

COMMAND = re.compile(r"^\$ python3 run\.py chainrule gradescope (.*)$", re.MULTILINE)


@pytest.fixture
def document(repository: Path) -> str:
    return (repository / "docs" / "gradescope.md").read_text(encoding="utf-8")


def test_its_commands_run_as_written(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = packed_class(tmp_path)
    (tmp_path / "answers.json").write_text(packed.form("9001"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    build, run = COMMAND.findall(document)
    for words in (build, run):
        done = CliRunner().invoke(gradescope, shlex.split(words))
        assert 0 == done.exit_code, done.output

    assert {"results.json", "student.txt", "instructor.txt"} == {path.name for path in Path("tried").iterdir()}


def test_every_option_that_it_names_exists_and_the_download_is_of_the_pins(document: str) -> None:
    known = {name for command in gradescope.commands.values() for option in command.params for name in option.opts}
    named = set(
        re.findall(r"(?<![\w-])--[a-z]+\b(?!-)", document.replace("--platform", "").replace("--python-version", ""))
    )

    assert set() == named - known - {"--only"}
    assert DOWNLOAD in document.replace(" \\\n", "")
    for pin in re.findall(r"\w+==[\d.]+", document):
        assert pin in read_requirements()


def test_the_gradebook_page_names_every_heading_of_every_file(repository: Path) -> None:
    text = (repository / "docs" / "gradebook.md").read_text(encoding="utf-8")
    files = export_files(ClassResult({}, ()), (), title="the assignment", out_of=Fraction(1))
    rows = dict(re.findall(r"^\| `(\w+\.csv)` \| (.*) \|$", text, re.MULTILINE))

    assert set(rows) == {name for name in files if "-not-final" not in name}
    for name, told in rows.items():
        headings = files[name].splitlines()[0].split(",")
        assert [heading for heading in headings if heading not in told.replace("`", "")] == []
