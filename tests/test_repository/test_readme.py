"""The README's five-minute path works as written: its files are taken from the text, its commands are run."""

from __future__ import annotations

import csv
import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = re.compile(r"```console\n(.*?)```", re.DOTALL)
PREFIX = "python3 run.py chainrule "


def block_after(text: str, words: str, language: str) -> str:
    """The first code block of a language after some words, with its list's indent taken off."""
    found = re.search(rf"{re.escape(words)}.*?```{language}\n(.*?)```", text, re.DOTALL)
    assert found, words
    return "\n".join(line.removeprefix("   ") for line in found.group(1).splitlines()) + "\n"


def commands_of(text: str) -> list[list[str]]:
    lines = [line.strip() for block in COMMANDS.findall(text) for line in block.splitlines()]
    return [shlex.split(line.removeprefix("$ " + PREFIX)) for line in lines if line.startswith("$ " + PREFIX)]


@pytest.fixture
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text(encoding="utf-8")


def test_the_five_minute_path_works_as_written(readme: str, tmp_path: Path) -> None:
    (tmp_path / "exam.yaml").write_text(block_after(readme, "Save this as `exam.yaml`", "yaml"), encoding="utf-8")
    (tmp_path / "roster.csv").write_text(block_after(readme, "Save this as `roster.csv`", "csv"), encoding="utf-8")
    build, grade, *looks = commands_of(readme)

    run(build, tmp_path)
    forms = sorted((tmp_path / "midterm" / "students").glob("*.yaml"))
    assert 3 == len(forms)
    (tmp_path / "answers").mkdir()
    for form in forms[:2]:  # handed in as they were given out: blank
        (tmp_path / "answers" / form.name).write_bytes(form.read_bytes())
    shown = run(grade, tmp_path)

    results = tmp_path / "results"
    for named in ("index.html", "gradebook.csv", "feedback", "grades", "gradescope"):
        assert (results / named).exists(), named
    assert "results/index.html" in shown.replace("\\", "/")
    assert ["bank", "bank", "practice"] == [words[0] for words in looks]
    assert all(run(words, tmp_path).strip() for words in looks)
    with (results / "gradebook.csv").open(encoding="utf-8") as book:
        assert {"s01", "s02"} <= {row["id"] for row in csv.DictReader(book)}


def run(words: list[str], folder: Path) -> str:
    command = [sys.executable, "-I", "-m", "chainrule", *words]
    ran = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert 0 == ran.returncode, ran.stderr
    return ran.stdout


def test_every_command_of_the_readme_exists(readme: str) -> None:
    named = set(re.findall(r"run\.py chainrule ((?:[a-z]+ ?)+)", readme))
    for words in named:
        verb = words.split()[:2] if words.split()[0] in ("exam", "bank") else words.split()[:1]
        shown = subprocess.run(
            [sys.executable, "-I", "-m", "chainrule", *verb, "--help"], capture_output=True, text=True, check=False
        )
        assert 0 == shown.returncode, words


def test_its_examples_in_python_are_true(repository):
    text = (repository / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```pycon\n(.*?)```", text, re.DOTALL)
    told: list[str] = []
    for block in blocks:
        examples = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
        doctest.DocTestRunner(verbose=False).run(examples, out=told.append)

    assert blocks and "" == "".join(told)
