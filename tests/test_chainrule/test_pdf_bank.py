"""Every family of the bank in print: papers and keys compile as PDF/UA, nothing stands outside, listings are whole.

CHAINRULE_PDF_SEEDS=50 makes a campaign of it.
"""

import os

import pytest
from markdown_it import MarkdownIt

from chainrule.pdf import FORMATS, key_pdf, paper_pdf
from chainrule.pdf.sheets import sheet_of
from tests.test_chainrule.printed_papers import BANK, Keyed, drawn, outside, page_texts, pictures, plain

N_SEEDS = int(os.environ.get("CHAINRULE_PDF_SEEDS", "1"))
LONGEST_LINE = 92
FAMILIES = sorted(BANK.shelves)


def papers(family: str) -> list[Keyed]:
    """For every seed a paper with the family at each of its levels."""
    levels = BANK.shelf(family).family.levels
    return [drawn(tuple((family, level, f"print {seed}") for level in levels)) for seed in range(N_SEEDS)]


def strays(pdf: bytes, paper_format: str = "standard") -> list[str]:
    """What stands outside the text, by page."""
    sheet = sheet_of(paper_format, "a4")
    edges = {"side": sheet.format.side, "top": 24, "bottom": sheet.bottom}
    return [f"page {page}: {where}" for page, ink in enumerate(pictures(pdf), 1) for where in outside(ink, **edges)]


def shown_lines(body: str) -> list[str]:
    """The lines of every listing and other fixed text that are short enough to stand on one line."""
    fences = [token.content for token in MarkdownIt("commonmark").parse(body) if token.type == "fence"]
    return [line for text in fences for line in text.split("\n") if 0 < len(line) <= LONGEST_LINE]


@pytest.mark.parametrize("family", FAMILIES)
def test_papers_of_every_family_stay_on_the_page_with_listings_whole(family) -> None:
    for exam in papers(family):
        pdf = paper_pdf(exam.paper)
        lines = {plain(line) for page in page_texts(pdf) for line in page.split("\n")}

        assert [] == strays(pdf)
        for item in exam.paper.items:
            assert [] == [line for line in shown_lines(item.question.body) if plain(line) not in lines]


@pytest.mark.parametrize("family", FAMILIES)
def test_keys_of_every_family_stay_on_the_page(family) -> None:
    for exam in papers(family):
        assert [] == strays(key_pdf(exam.paper, exam.solutions, exam.answers))


@pytest.mark.parametrize("paper_format", [name for name in FORMATS if name != "standard"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_printed_in_the_other_formats(family, paper_format) -> None:
    for exam in papers(family)[: max(1, N_SEEDS // 10)]:
        assert [] == strays(paper_pdf(exam.paper, paper_format=paper_format), paper_format)
