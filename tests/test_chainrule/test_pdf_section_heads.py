"""A section's head and what is told to the section never stand alone at the bottom of a page."""

from dataclasses import replace

import pytest

from chainrule.pdf import paper_pdf
from question_templates.paper import SectionHead
from tests.test_chainrule.printed_papers import page_texts, paper_of, plain, sample_question, with_head

SECTIONS = (SectionHead("Opening"), SectionHead("Second part", "Give formulas in the sizes that each listing names."))
LISTING = "".join(f"z{n} = z{n - 1}*z{n - 1}\n" for n in range(2, 22))


@pytest.mark.parametrize("n_lines", range(2, 30, 2))
def test_a_sections_instructions_stand_on_the_page_of_its_first_question(n_lines: int) -> None:
    filling = "\n\n".join(["A paragraph."] * n_lines)
    two = paper_of(sample_question("number", body=filling), sample_question("number", listing=LISTING))
    paper = with_head(two, sections=SECTIONS)
    paper = replace(paper, items=tuple(replace(item, section=n) for n, item in enumerate(paper.items, 1)))
    pages = [plain(page) for page in page_texts(paper_pdf(paper))]
    (page,) = (page for page in pages if "Secondpart" in page)

    assert "Giveformulasinthesizes" in page
    assert plain("2 A quartic") in page
    assert "Followbackward" in page
