"""The tutorial works as written: its files are taken from the text, its commands are run, and the family passes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

FILE = re.compile(r"^(`{3,4})\w+ (my-bank/\S+)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ python3 run\.py chainrule (.*)$", re.MULTILINE)


@pytest.fixture
def tutorial(repository: Path) -> str:
    return (repository / "docs" / "write-a-family.md").read_text(encoding="utf-8")


def test_every_file_is_named_in_the_text_before_it(tutorial: str) -> None:
    for found in FILE.finditer(tutorial):
        assert f"`{found[2]}`" in tutorial[: found.start()]


def test_the_tutorial_followed_literally_gives_a_family_that_passes(tutorial: str, tmp_path: Path) -> None:
    files = FILE.findall(tutorial)
    for _, name, text in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    shown, checked = (run(shlex.split(words), tmp_path) for words in COMMAND.findall(tutorial))

    assert {"family.yaml", "generator.py", "listing.py.j2", "question.md.j2", "solution.md.j2"} == {
        Path(name).name for _, name, _ in files
    }
    assert "8*" in shown and "number of hidden units" in shown
    assert "holds" in checked and "BROKEN" not in checked


def run(words: list[str], folder: Path) -> str:
    ran = subprocess.run(
        [sys.executable, "-I", "-m", "chainrule", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert 0 == ran.returncode, ran.stdout + ran.stderr
    return ran.stdout
