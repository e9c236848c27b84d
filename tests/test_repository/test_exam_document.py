"""docs/exam.md, the reference of exam.yaml: its examples are read and drawn, its tables name every key."""

import re
from pathlib import Path

import pytest

from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
from question_templates.exam_schema import ExamFile, SlotModel

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "exam.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
BANK = open_bank()


@pytest.mark.parametrize("text", EXAMPLES, ids=[text.splitlines()[1] for text in EXAMPLES])
def test_an_example_is_an_exam_that_makes_papers(text: str):
    exam = read_exam(text, BANK)
    paper = make_paper(exam, BANK, secret=b"docs", paper_id="K7QF-2MXP")

    assert () == exam.notes
    assert set(exam.numbers) == {item.slot for item in paper.items}
    assert exam.points == paper.points


def test_every_key_is_explained():
    told = set(re.findall(r"`(\w+)`", TEXT)) | {"format"}

    assert set() == {*ExamFile.model_fields, *SlotModel.model_fields} - told


def test_every_key_is_shown_in_an_example_or_has_a_row():
    rows = set(re.findall(r"`(\w+)`", "\n".join(line for line in TEXT.splitlines() if line.startswith("| `"))))
    shown = set(re.findall(r"\b(\w+):", "\n".join(EXAMPLES)))

    assert set() == {*ExamFile.model_fields, *SlotModel.model_fields} - rows - shown
