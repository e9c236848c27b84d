"""A department's own cover and style: the documented example works, and a template reads no file."""

import re
from pathlib import Path

import pytest

from chainrule.errors import RefusedInput
from chainrule.pdf import paper_pdf
from tests.test_chainrule.printed_papers import codes, page_texts, paper_of, pictures, sample_question

PAPER = paper_of(sample_question(), sample_question())


def test_the_documented_example_makes_a_cover(repository: Path) -> None:
    page = (repository / "docs" / "papers.md").read_text(encoding="utf-8")
    example = re.search(r"```typst\n(.*?)```", page, re.DOTALL)
    assert example
    pdf = paper_pdf(PAPER, template=example[1])
    first, *others = page_texts(pdf)

    assert "Department of Computer Science" in first
    assert "Practice final" in first and "K7QF-2MXP" in first
    assert "A quartic" in "".join(others)
    assert ["K7QF-2MXP/1"] == codes(pictures(pdf)[0])


def test_a_template_may_change_the_style_alone() -> None:
    plainly = "#let style(body) = { set text(font: \"New Computer Modern\"); body }"

    assert paper_pdf(PAPER) != paper_pdf(PAPER, template=plainly)
    assert page_texts(paper_pdf(PAPER))[0].split()[:6] == page_texts(paper_pdf(PAPER, template=plainly))[0].split()[:6]


@pytest.mark.parametrize("path", ["/etc/hostname", "../errors.py", "../../pyproject.toml"])
def test_a_template_reads_no_file_of_the_machine(path) -> None:
    with pytest.raises(RefusedInput, match="the PDF can't be made"):
        paper_pdf(PAPER, template=f'#let cover(exam, paper) = read("{path}")')


def test_a_template_that_does_not_compile_is_refused_with_the_reason() -> None:
    with pytest.raises(RefusedInput, match="unknown variable: nonsense"):
        paper_pdf(PAPER, template="#let cover(exam, paper) = nonsense")


def test_a_template_that_wants_a_package_from_the_network_is_refused() -> None:
    with pytest.raises(RefusedInput, match="a template fetches nothing"):
        paper_pdf(PAPER, template='#import "@preview/cetz:0.3.0": *')
