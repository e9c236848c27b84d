"""Papers and keys as PDF, by Typst: the same papers as on the pages, for a printer and a pen."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.pdf.codes import page_code
from chainrule.pdf.compiling import TooFewCodes, compile_pdf
from chainrule.pdf.key_document import key_source
from chainrule.pdf.paper_document import paper_source
from chainrule.pdf.sheets import FORMATS, sheet_of
from question_templates.paper import Paper
from question_templates.solution import Solution

__all__ = ["FORMATS", "key_pdf", "paper_pdf"]


def paper_pdf(paper: Paper, *, paper_format: str = "standard", template: str = "") -> bytes:
    """The paper to print, the same bytes for the same paper; it holds no answer.

    `paper_format` is one of FORMATS, `template` the text of a department's Typst file (docs/papers.md).
    Raises: RefusedInput when the extra `pdf` is missing, or for an unknown format or a template that does not compile;
    BrokenPage or BrokenGraph when a question can't be shown.
    """
    sheet = sheet_of(paper_format, paper.exam.paper_size)
    extra = {"department.typ": template} if template else {}
    n_codes = 4 + 3 * len(paper.items) // 2
    while True:
        codes = [page_code(paper.id, page) for page in range(1, n_codes + 1)]
        try:
            return compile_pdf(paper_source(paper, sheet, codes=codes, template=bool(template)), extra)
        except TooFewCodes:
            n_codes *= 2


def key_pdf(paper: Paper, solutions: Mapping[str, Solution], answers: Mapping[str, Mapping[str, str]]) -> bytes:
    """The key for staff; `solutions` by item number, `answers` by item number and field name, as text.

    Raises: as `paper_pdf`; BrokenPage also when an item has no solution or a field no answer.
    """
    return compile_pdf(key_source(paper, sheet_of("standard", paper.exam.paper_size), solutions, answers))
