"""docs/adjustments.md: its files are read against its exam, and its messages are those that somebody would see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainrule.adjustments_file import read_adjustments
from chainrule.errors import RefusedInput
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "adjustments.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
EXAM, *EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
(MESSAGES,) = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
BANK = open_bank()
FAMILIES = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}
NAMES = ("K7QF-2MXP", "WXYZ-6789", "ABCD-2345", "EFGH-2345")
READ = read_exam(EXAM, BANK)
PAPERS = {name: make_paper(READ, BANK, secret=b"docs", paper_id=name) for name in NAMES}


@pytest.mark.parametrize("example", EXAMPLES[:-1], ids=range(len(EXAMPLES) - 1))
def test_an_example_is_a_file_of_adjustments(example: str) -> None:
    assert example.count("\n  - ") == len(read_adjustments(example, PAPERS, FAMILIES).every)


def test_the_last_example_has_the_mistakes_that_are_told_below_it() -> None:
    with pytest.raises(RefusedInput) as caught:
        read_adjustments(EXAMPLES[-1], PAPERS, FAMILIES)

    assert MESSAGES.splitlines() == str(caught.value).splitlines()


def test_every_key_of_an_adjustment_is_explained() -> None:
    told = set(re.findall(r"`(\w+)`", TEXT)) | set(re.findall(r"\b(\w+):", "\n".join(EXAMPLES)))

    assert {"void", "full_credit", "accept", "mistake_share", "answer", "mistake", "share", "slot"} <= told
    assert {"papers", "families", "reason", "author"} <= told
