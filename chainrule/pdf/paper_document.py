"""A student's paper as Typst source. Nothing here has an answer, a seed or a name in reach."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.pdf.boxes import answer_area, rows_of
from chainrule.pdf.frame import document, field_block, question_blocks, question_body
from chainrule.pdf.literals import block, call, string
from chainrule.pdf.sheets import Sheet
from question_templates.paper import Item, Paper, field_id

__all__ = ["paper_source"]

_LONGEST = 22  # rows of an answer's box that may keep together on one page


def paper_source(paper: Paper, sheet: Sheet, *, codes: Sequence[str], template: bool) -> str:
    """The paper; `codes` are the QR codes of its pages as SVG, `template` as in `document`.

    Raises: BrokenPage or BrokenGraph when a question's text or figure can't be shown.
    """
    questions = question_blocks(paper, sheet, lambda item, level: _question(item, sheet, level))
    body = [*questions, call("ending", string("End of the exam"))]
    return document(paper, sheet, body, codes=codes, template=template)


def _question(item: Item, sheet: Sheet, level: int) -> str:
    fields = [_field(item, place, sheet) for place in range(len(item.question.fields))]
    return block([question_body(item, sheet, level), *fields])


def _field(item: Item, place: int, sheet: Sheet) -> str:
    field = item.question.fields[place]
    area = answer_area(field_id(item.number, field.name), item.question, field, sheet)
    is_long = rows_of(item.question, field) * sheet.format.row > _LONGEST * 23
    return field_block(item, place, field, area, is_long=is_long)
