"""An exam's own texts are checked before anything is drawn or written."""

from pathlib import Path

import pytest

from chainrule.building import build_exam
from chainrule.errors import RefusedInput
from chainrule.exam_report import check_exam
from question_templates.bank import open_bank

EXAM = """\
format: chainrule-exam/1
title: Quiz
instructions: "The state $\\\\mathbf h$."
slots:
  - {family: graph/power-chain, level: 1, points: 5}
"""


@pytest.fixture
def exam_file(tmp_path: Path) -> Path:
    file = tmp_path / "exam.yaml"
    file.write_text(EXAM, encoding="utf-8")
    return file


def test_a_formula_that_cannot_be_shown_is_found_by_exam_check(exam_file: Path) -> None:
    (mistake,) = check_exam(exam_file, open_bank()).mistakes

    assert mistake.startswith("exam.yaml: instructions: ")
    assert "mathbf" in mistake


def test_a_build_refuses_it_before_it_writes_anything(exam_file: Path) -> None:
    roster = exam_file.with_name("roster.csv")
    roster.write_text("id,name\ns01,Ada\n", encoding="utf-8")

    with pytest.raises(RefusedInput, match="mathbf"):
        build_exam(exam_file, roster, exam_file.with_name("out"))
    assert not exam_file.with_name("out").exists()
