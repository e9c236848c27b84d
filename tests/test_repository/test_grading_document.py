"""docs/grading.md: typed along as a newcomer would, what it shows is shown, and its tables say what is so."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.__main__ import cli
from chainrule.grading.outputs import files_of_paper
from chainrule.results.gradebook import gradebook_csv
from grader import ClassResult
from grader.choosing import Deadline, Entry, choose

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "grading.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
PREFIX = "$ python3 run.py chainrule "
(ADJUSTMENTS,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
CASES = re.findall(r"^\| (`\w [\d:-]+ \w`.*?) \| (.*?) \|$", TEXT, re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A command and the lines that are shown below it; `...` stands for any lines."""

    words: list[str]
    shown: list[str]


def steps() -> Iterator[Step]:
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL):
        for command in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
            first, *shown = command.rstrip().splitlines()
            if first != "$ cd demo-class":
                assert first.startswith(PREFIX), first
                yield Step(shlex.split(first.removeprefix(PREFIX)), shown)


def as_pattern(shown: list[str]) -> str:
    """What an output must match: the lines as they are, and anything where the document leaves lines out."""
    parts = [r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in shown]
    return "".join(parts) or r"(?:.*\n)*"


def write_half_everywhere(table: Path) -> None:
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", encoding="utf-8", newline="") as file:
        filled = csv.DictWriter(file, rows[0])
        filled.writeheader()
        filled.writerows({**row, "points": "half"} for row in rows)


@pytest.fixture(scope="module")
def typed_along(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[Step, str]]]:
    """The folder of the sample class after every command of the document, and what each of them showed."""
    place = tmp_path_factory.mktemp("typed-along")
    shown = []
    with pytest.MonkeyPatch.context() as here:
        here.chdir(place)
        for step in steps():
            if step.words[0] == "regrade":
                Path("exam", "staff", "adjustments.yaml").write_text(ADJUSTMENTS, encoding="utf-8")
            # One process: starting others is tried elsewhere, and the results are the same.
            jobs = ["--jobs", "1"] if step.words[0] in ("grade", "regrade") else []
            done = CliRunner().invoke(cli, [*step.words, *jobs])
            assert 0 == done.exit_code, done.output
            shown.append((step, done.output))
            if step.words[0] == "demo":
                here.chdir("demo-class")
            if "--tas" in step.words:
                write_half_everywhere(Path("results", "review", "ann.csv"))
    return place / "demo-class", shown


def test_every_command_shows_what_the_page_shows(typed_along) -> None:
    assert len(list(steps())) == len(typed_along[1])
    for step, output in typed_along[1]:
        assert re.search(r"(?m)^" + as_pattern(step.shown), output), (step.words, output)


def test_every_verb_of_grading_is_typed_and_shows_something(typed_along) -> None:
    told = {step.words[0] for step, _ in typed_along[1] if step.shown}

    assert {"grade", "review", "regrade", "forget"} == told


def test_every_file_of_the_results_has_a_row(typed_along) -> None:
    results = typed_along[0] / "results"
    rows = re.findall(r"^\| (`[^|]*`) \|", TEXT.partition("## What is in the results")[2], re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    files = [file.relative_to(results).as_posix() for file in results.rglob("*") if file.is_file()]
    patterns = [re.escape(name).replace("PAPER", r"[A-Z0-9]{4}\-[A-Z0-9]{4}") for name in named]

    assert files
    assert [] == [name for name in files if not any(re.match(one, name) for one in patterns)]
    assert set(files_of_paper("PAPER")) <= set(named)


def test_every_state_has_a_row() -> None:
    states = set(re.findall(r"`([a-z ]+)`", str(gradebook_csv.__doc__)))

    assert {"complete", "incomplete", "set aside", "missing"} == states
    assert all(f"\n| `{state}` |" in TEXT for state in states)
    heading = gradebook_csv(ClassResult({}, ()), (), ())
    assert heading.startswith("id,name,email,paper,points,out_of,state,open_fields,late")


@pytest.mark.parametrize(("files", "told"), CASES)
def test_the_file_counts_that_the_table_says(files: str, told: str) -> None:
    entries = [
        Entry(name, "K7QF-2MXP", written=written, submitted_at=None if time == "-" else moment(time))
        for name, time, written in re.findall(r"`(\w) ([\d:-]+) (\w)`", files)
    ]
    found = choose(entries, deadlines={"K7QF-2MXP": Deadline(moment("10:00"))})
    counting = re.match(r"`(\w)`|neither", told)

    assert counting, told
    assert ([counting[1]] if counting[1] else []) == [entry.source for entry in found.chosen.values()]
    assert ("is late" in told) == bool(found.late)
    assert len(entries) == len(found.chosen) + len(found.set_aside)


def moment(clock: str) -> datetime:
    return datetime.strptime(f"2026-12-05 {clock}", "%Y-%m-%d %H:%M")


def test_the_table_of_cases_was_found() -> None:
    assert 7 == len(CASES)


def test_what_it_quotes_of_a_full_disk_is_what_is_said(repository: Path) -> None:
    (quoted,) = re.findall(r"`results: (the disk is full\..*?)`", TEXT)

    assert quoted in (repository / "chainrule" / "grading" / "journal.py").read_text(encoding="utf-8")


def test_the_commands_that_the_readme_names_for_what_comes_next_can_be_given(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    section = readme.partition("### After the first grades")[2].partition("\n### ")[0]
    commands = [shlex.split(words) for words in re.findall(r"`chainrule ([^`]+)`", section)]

    assert ["review", "regrade", "gradescope", "forget"] == [words[0] for words in commands]
    for words in commands:
        parsed = cli.make_context("chainrule", list(words))  # a verb that is not there ends here
        verb = cli.get_command(parsed, words[0])
        assert verb is not None
        verb.make_context(words[0], words[1:])
