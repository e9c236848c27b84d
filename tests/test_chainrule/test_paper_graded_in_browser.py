"""The whole loop in a real browser: the practice problems filled in by keyboard, reloaded, downloaded and graded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainrule.pages import paper_page
from grader import grade
from question_templates.bank import open_bank
from question_templates.drawing import variant_from
from question_templates.paper import ExamHead, Item, Paper
from question_templates.wording import write_question
from submissions import Submission, read_bytes

BANK = open_bank()

# The practice exam's own answers (problems 1.1 and 1.3), in its own notation.
ANSWERS = {
    "1.trace": "Iteration 0: output is z3\nz2.grad == 8\nIteration 1: output is z2\nz1.grad == 32",
    "1.x_grad": "x.grad = 32",
    "2.order": "z3: leaf(wr), z2: leaf(h0), z5: mul, z4: leaf(wi), z1: leaf(x1), z6: mul, z7: add, z8: relu, "
    "z9: leaf(wo), z10: mul",
    "2.trace": "z10: z8.grad = 6*1 = 6, z9.grad = 22*1 = 22\nz8: z7.grad = 6\nz7: z5.grad = 6, z6.grad = 6\n"
    "z6: z4.grad = 12, z1.grad = 30\nz5: z3.grad = 18, z2.grad = 24",
    "2.wr_grad": "wr.grad = z3.grad = 18",
    "2.wi_grad": "12",
    "2.wo_grad": "z9.grad == 22",
}


def practice_paper() -> Paper:
    items = []
    for number, family_id in enumerate(("graph/power-chain", "graph/rnn-cell"), start=1):
        shelf = BANK.shelf(family_id)
        variant = variant_from(shelf, shelf.family.worked_examples[0].parameters)
        items.append(Item(str(number), Fraction(10), variant, write_question(shelf, variant)))
    return Paper("K7QF-2MXP", ExamHead("Practice"), tuple(items))


@pytest.fixture(scope="session")
def paper_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("practice") / "K7QF-2MXP.html"
    file.write_text(paper_page(practice_paper()), encoding="utf-8")
    return file.as_uri()


def test_the_practice_problems_filled_in_by_keyboard_earn_full_marks(open_paper: Any, tmp_path: Path) -> None:
    open_paper.write(ANSWERS)
    open_paper.page.reload()
    submission = read_bytes(open_paper.download()[1], source="answers.json")

    assert isinstance(submission, Submission)
    families = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}
    graded = grade(practice_paper(), submission, families)
    assert {"right"} == {field.verdict.outcome for field in graded.fields}
    assert Fraction(20) == graded.points
