"""Every roster in docs/roster.md is read, and what the page says of it is what is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainrule.errors import RefusedInput
from chainrule.rosters import read_roster
from chainrule.rosters.student import COLUMNS

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "roster.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```csv\n(.*?)```\n(?:\n```text\n(.*?)```)?", DOCUMENT, re.DOTALL)


@pytest.mark.parametrize(("roster", "said"), EXAMPLES)
def test_an_example_is_read_or_refused_as_the_page_says(roster: str, said: str) -> None:
    try:
        found = "".join(f"{note}\n" for note in read_roster(roster.encode()).notes)
    except RefusedInput as refused:
        found = f"{refused}\n"

    assert said in (found, "")
    assert "roster.csv:1:" not in found


def test_the_page_has_examples_and_names_every_column() -> None:
    assert 8 <= len(EXAMPLES)
    assert [] == [column for column in COLUMNS if not re.search(rf"^\| .*`{column}`.* \|", DOCUMENT, re.MULTILINE)]
