"""A paper is the same whether it was made just now or read back: a second build must write the same keys."""

import pytest

from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper

BANK = open_bank()


def made(family_id: str) -> Paper:
    exam = read_exam(
        f"format: chainrule-exam/1\ntitle: One\nslots:\n  - {{points: 5, family: {family_id}}}\n",
        BANK,
    )
    return make_paper(exam, BANK, secret=b"read back", paper_id="K7QF-2MXP")


@pytest.mark.parametrize("family_id", sorted(BANK.families))
def test_a_paper_that_was_just_made_is_the_paper_that_is_read_back(family_id):
    paper = made(family_id)

    assert repr(paper) == repr(Paper.from_text(paper.to_text()))
