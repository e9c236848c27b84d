"""What docs/report.md says of files, columns and limits is so, and its program runs."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chainrule.report import flags, item_analysis, matches, report_files, variant_effects
from tests.test_chainrule.reported_class import keyed_class

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "report.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(report[^`]*)` \| (.*) \|$", DOCUMENT, re.MULTILINE)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return report_files(*keyed_class(12, seed=1, copies={}), {})


def test_the_page_names_every_file(files: dict[str, str]) -> None:
    assert set(files) == {name for name, _ in ROWS}


@pytest.mark.parametrize(("name", "described"), [row for row in ROWS if row[0].endswith(".csv")])
def test_every_column_that_is_named_is_in_the_table(files: dict[str, str], name: str, described: str) -> None:
    columns = next(csv.reader(io.StringIO(files[name])))

    assert [] == [column for column in re.findall("`([a-z_0-9]+)`", described) if column not in columns]


@pytest.mark.parametrize(
    ("said", "is_so"),
    [
        (r"takes 10\s+papers, and its interval", item_analysis.MIN_PAPERS == 10),
        (r"it takes 20 papers", item_analysis.MIN_PAPERS_FOR_TAILS == 20),
        (r"groups of 5 papers or more", variant_effects.MIN_GROUP == 5),
        (r"counts below 0\.05", variant_effects.CERTAIN == 0.05),
        (r"fewer than 10 papers nothing", matches.MIN_KEYS == 10),
        (r"a mean share of 10% or less", flags.MOST_OF_NOBODY == 0.1),
        (r"\(98% or more\)", flags.LEAST_OF_EVERYBODY == 0.98),
        (r"half of the papers left blank", flags.MOST_BLANK == 0.5),
        (r"a fifth waits", flags.MANY_OPEN == 0.2),
        (r"third of the answers", flags.ONE_MISTAKE == 1 / 3),
        (r"higher by 0\.05", flags.WEAKENS == 0.05),
    ],
)
def test_a_limit_is_the_one_in_use(said: str, is_so: bool) -> None:
    assert re.search(said, DOCUMENT)
    assert is_so


def test_the_program_prints_what_the_page_says(tmp_path: Path) -> None:
    found = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found
    setting = (
        "from tests.test_chainrule.reported_class import keyed_class\n"
        "papers, grades, keys = keyed_class(12, seed=1, copies={})\nfamilies = {}\n"
    )
    (tmp_path / "program.py").write_text(setting + found[1], encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, tmp_path / "program.py"],
        capture_output=True,
        text=True,
        cwd=root,
        env={"PYTHONPATH": str(root)},
    )

    assert (found[2], "") == (run.stdout, run.stderr)
