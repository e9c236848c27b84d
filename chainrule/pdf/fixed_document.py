"""A paper whose boxes stand where the layout has them, as Typst source, and the parts that are measured for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule.pdf.boxes import box_typst, hint_of, options_typst
from chainrule.pdf.fixed_layout import FieldRoom, FixedLayout
from chainrule.pdf.frame import asked, document, question_block, question_body, section_block
from chainrule.pdf.literals import block, call, flag, points, string
from chainrule.pdf.sheets import Sheet
from question_templates.paper import ExamHead, Item, Paper, field_id
from question_templates.question import Field

__all__ = ["fixed_source", "part_source", "prompt_source"]

_SHORT = 0.25  # of a page: a text that is no longer stands on the page of its first box


def fixed_source(paper: Paper, sheet: Sheet, layout: FixedLayout, *, codes: Sequence[str], template: bool) -> str:
    """The paper; `codes` and `template` as in `document`. What does not fit overlaps, so measure it first."""
    titles = {number: room.title for number, room in layout.rooms.items()}
    blocks = _blocks(paper, sheet, layout)
    body = ['import "fixed.typ": *', *blocks, call("ending", string("End of the exam"))]
    return document(paper, sheet, body, codes=codes, template=template, titles=titles)


def _blocks(paper: Paper, sheet: Sheet, layout: FixedLayout) -> Iterator[str]:
    section = 0
    for item in paper.items:
        room = layout.rooms[item.number]
        part = part_source(item, paper.exam, sheet, is_first=item.section != section)
        section = item.section
        is_short, is_long = room.question < _SHORT * sheet.height, room.question > sheet.height
        yield call("room", points(room.question), part, short=flag(is_short), long=flag(is_long))
        for place, own in enumerate(room.fields):
            yield _field(item, place, own, sheet)


def part_source(item: Item, head: ExamHead, sheet: Sheet, *, is_first: bool) -> str:
    """All above a question's first field; the first question of a section has the section's head above it."""
    level = 2 if head.sections else 1
    above = [section_block(head.sections[item.section - 1], sheet, level)] if is_first and item.section else []
    return block([*above, question_block(item, level, question_body(item, sheet, level))])


def prompt_source(item: Item, place: int) -> str:
    """What is asked above a box; `place` counts from 0."""
    field = item.question.fields[place]
    return call("asked", *asked(item, place, field), string(hint_of(field)))


def _area(identifier: str, field: Field, room: FieldRoom, sheet: Sheet) -> str:
    """Where the answer goes."""
    if not field.options:
        return box_typst(identifier, field, sheet, rows=room.rows)
    return options_typst(identifier, field, sheet, columns=room.columns, row=points(room.option))


def _field(item: Item, place: int, room: FieldRoom, sheet: Sheet) -> str:
    field = item.question.fields[place]
    area = _area(field_id(item.number, field.name), field, room, sheet)
    return call("fixed-field", points(room.prompt), prompt_source(item, place), points(room.box), area)
