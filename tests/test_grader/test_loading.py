"""Grading loads the standard library, NumPy at most, and PyYAML only for YAML forms."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from fractions import Fraction
import grader
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant
from submissions import read_bytes

listing = 'x = ag.Scalar(2.0, label="z1:leaf(x)")\\nz2 = x*x\\nz2.backward()\\n'
field = Field("x_grad", "number", "x.grad", "", Fraction(1))
question = Question("T", "", listing, ("x",), (), (field,))
paper = Paper("ABCD-2345", ExamHead("T"), (Item("1", Fraction(1), Variant("f", "1", "", {}, listing), question),))
paper = Paper.from_text(paper.to_text())
form = b'{"format": "chainrule-answers/1", "paper": "ABCD-2345", "responses": {"1.x_grad": "4"}}'
grade = grader.grade(paper, read_bytes(form, source="a.json"), {})
assert grade.points == 1, grade
heavy = {"scipy", "jinja2", "pydantic", "yaml", "click", "markdown_it"} & set(sys.modules)
print(sorted(heavy))
"""


def test_grading_a_paper_loads_neither_scipy_nor_jinja2_nor_pydantic() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert "[]" == ran.stdout.strip()
