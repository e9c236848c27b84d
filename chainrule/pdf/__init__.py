"""Papers and keys as PDF, by Typst: the same papers as on the pages, for a printer and a pen."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.pdf.codes import page_code
from chainrule.pdf.compiling import TooFewCodes, compile_pdf
from chainrule.pdf.fixed_document import fixed_source
from chainrule.pdf.fixed_layout import FixedLayout
from chainrule.pdf.fixed_outline import marks_of, refuse_other_places
from chainrule.pdf.key_document import key_source
from chainrule.pdf.paper_document import paper_source
from chainrule.pdf.sheets import FORMATS, sheet_of
from chainrule.wording import AnswerTexts
from question_templates.paper import Paper
from question_templates.solution import Solution

__all__ = ["FORMATS", "key_pdf", "paper_pdf"]


def paper_pdf(
    paper: Paper, *, paper_format: str = "standard", template: str = "", layout: FixedLayout | None = None
) -> bytes:
    """The paper to print, the same bytes for the same paper; it holds no answer.

    `paper_format` is one of FORMATS, `template` the text of a department's Typst file (docs/papers.md). With a
    `layout`, a standard paper has its boxes where that has them.
    Raises: RefusedInput when the extra `pdf` is missing, for an unknown format or a template that does not compile, or
    when boxes stand elsewhere than in the layout; BrokenPage or BrokenGraph when a question can't be shown.
    """
    sheet = sheet_of(paper_format, paper.exam.paper_size)
    extra = {"department.typ": template} if template else {}
    fixed = layout if paper_format == "standard" else None
    n_codes = 4 + 3 * len(paper.items) // 2
    while True:
        codes = [page_code(paper.id, page) for page in range(1, n_codes + 1)]
        source = (
            fixed_source(paper, sheet, fixed, codes=codes, template=bool(template))
            if fixed
            else paper_source(paper, sheet, codes=codes, template=bool(template))
        )
        try:
            made = compile_pdf(source, extra)
        except TooFewCodes:
            n_codes *= 2
            continue
        if fixed:
            refuse_other_places(paper, marks_of(paper, source, extra), fixed)
        return made


def key_pdf(
    paper: Paper,
    solutions: Mapping[str, Solution],
    answers: AnswerTexts,
    *,
    for_staff: bool = True,
) -> bytes:
    """The key; `solutions` by item number, `answers` by item number and field name, as text.

    One that is not `for_staff` is for the student of a practice paper, and calls itself worked solutions.
    Raises: as `paper_pdf`; BrokenPage also when an item has no solution or a field no answer.
    """
    sheet = sheet_of("standard", paper.exam.paper_size)
    return compile_pdf(key_source(paper, sheet, solutions, answers, for_staff=for_staff))
