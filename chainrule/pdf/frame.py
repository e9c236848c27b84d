"""What papers and keys have in common: head, sections, questions and fields as calls of style.typ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from string import ascii_lowercase

from chainrule.amount_words import amount, count, points_text
from chainrule.drawing import alt_text
from chainrule.drawing.typst import graph_typst
from chainrule.pages.markdown import FIGURE
from chainrule.pdf.literals import array, block, call, flag, points, string
from chainrule.pdf.markup import Place, body_typst, line_typst, text_typst
from chainrule.pdf.sheets import Sheet
from question_templates.paper import ExamHead, Item, Paper, SectionHead
from question_templates.question import Field, Figure

__all__ = [
    "asked",
    "document",
    "field_block",
    "figure_drawings",
    "imports",
    "question_block",
    "question_blocks",
    "question_body",
    "section_block",
    "words_rule",
]

_USUAL_TEXT = 11  # the size of letters beside which a drawing has its own size
_MANY = 4  # from so many questions on, the cover is a page of its own
_MOST_IN_TABLE = 18  # rows of the graders' table that stand on a cover beside instructions


def document(
    paper: Paper,
    sheet: Sheet,
    body: Iterable[str],
    *,
    warning: str = "",
    codes: Sequence[str] = (),
    template: bool = False,
    titles: Mapping[str, str] | None = None,
) -> str:
    """A whole document; `warning` stands on every page, `template` says that department.typ lies beside it.

    `titles` are what the cover calls questions, by number; else it has the paper's own titles.
    """
    side = points(sheet.format.side)
    page_codes = array(map(string, codes)) if codes else "none"
    head = f"{warning}: {paper.exam.title}" if warning else paper.exam.title
    lines = [
        *imports(template=template),
        f"#let exam = {_exam(paper, sheet)}",
        f"#let paper = {_paper(paper, sheet, warning, titles or {})}",
        f"#set document(title: {string(head)}, date: none)",
        words_rule(paper.exam, sheet),
        f"#show: {call('pages.with', 'exam', 'paper', codes=page_codes, side=side)}",
        '#show: department.at("style", default: body => body)',
        '#department.at("cover", default: cover)(exam, paper)',
        f"#{block(body)}",
    ]
    return "\n".join(lines) + "\n"


def imports(*, template: bool) -> list[str]:
    """The files that a document is written with, and what the department's own one defines."""
    return [
        '#import "style.typ": *',
        '#import "answers.typ": *',
        '#import "department.typ"' if template else "",
        f"#let department = {'dictionary(department)' if template else '(:)'}",
    ]


def words_rule(head: ExamHead, sheet: Sheet) -> str:
    """The rule that gives a document its letters and its language."""
    language, _, region = head.language.partition("-")
    named = {"size": points(sheet.format.text), "language": string(language)}
    if region:
        named["region"] = string(region)
    return f"#show: {call('words.with', **named)}"


def question_blocks(paper: Paper, sheet: Sheet, body: Callable[[Item, int], str]) -> Iterator[str]:
    """Every question under its section; `body` writes what an item's heading, of that level, stands above."""
    level = 2 if paper.exam.sections else 1
    for section, items in groupby(paper.items, key=lambda item: item.section):
        if 0 < section <= len(paper.exam.sections):
            yield section_block(paper.exam.sections[section - 1], sheet, level)
        for item in items:
            yield question_block(item, level, body(item, level))


def section_block(head: SectionHead, sheet: Sheet, level: int) -> str:
    """What stands above a section's questions; `level` is that of their headings."""
    told = body_typst(head.instructions, Place(sheet, sheet.width, level, {}))
    return call("section-head", text_typst(head.title), string(_worth(head.points, head.minutes)), told)


def question_block(item: Item, level: int, body: str) -> str:
    """A question's heading with what stands under it."""
    name, worth = line_typst(item.question.title), string(points_text(item.points))
    return call("question", string(item.number), name, worth, body, level=str(level))


def question_body(item: Item, sheet: Sheet, level: int) -> str:
    """The question as the student sees it."""
    figures = figure_drawings(item.question.body, item.question.figures, sheet)
    return body_typst(item.question.body, Place(sheet, sheet.width, level, figures), leads=True)


def figure_drawings(
    body: str,
    figures: Iterable[Figure],
    sheet: Sheet,
    *,
    values: Mapping[str, str] | None = None,
    gradients: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The drawings that a text shows, by name, as Typst source; a figure that it does not show is not drawn."""
    shown = [figure for figure in figures if FIGURE + figure.name in body]
    drawings = {}
    for figure in shown:
        zoom = sheet.format.text / _USUAL_TEXT
        limit = sheet.width / zoom
        drawing = f"[{graph_typst(figure.graph, values=values, gradients=gradients, width_limit=limit)}]"
        drawings[figure.name] = call("scale", f"{100 * zoom:.0f}%", drawing, reflow="true") if zoom > 1.1 else drawing
        if sheet.format.is_linear:
            words = alt_text(figure.graph, values=values, gradients=gradients)
            drawings[figure.name] = block([drawings[figure.name], call("described", string(words))])
    return drawings


def field_block(item: Item, place: int, field: Field, area: str, *, is_long: bool) -> str:
    """A field with its letter; `place` counts from 0, and an area that is long may go on on the next page."""
    return call("field", *asked(item, place, field), area, breakable=flag(is_long))


def asked(item: Item, place: int, field: Field) -> tuple[str, str, str]:
    """The letter of a field, what it asks and its points, as Typst source."""
    letter = f"({ascii_lowercase[place % 26]})" if len(item.question.fields) > 1 else ""
    return string(letter), line_typst(field.prompt), string(points_text(item.points_of(field.name)))


def _worth(total: Fraction, minutes: int) -> str:
    parts = [points_text(total)] if total else []
    return ", ".join([*parts, *([f"about {count(minutes, 'minute')}"] if minutes else [])])


def _exam(paper: Paper, sheet: Sheet) -> str:
    head: ExamHead = paper.exam
    instructions = body_typst(head.instructions, Place(sheet, sheet.width, 0, {}))
    time = count(head.duration, "minute") if head.duration else f"about {count(head.minutes, 'minute')}"
    told = {
        "title": string(head.title),
        "course": string(head.course),
        "date": string(head.date),
        "time": string(time if head.time else ""),
        "instructions": instructions,
    }
    return _dictionary(told)


def _paper(paper: Paper, sheet: Sheet, warning: str, titles: Mapping[str, str]) -> str:
    is_linear = sheet.format.is_linear
    told = {
        "id": string(paper.id),
        "size": string(sheet.paper_name),
        "worth": string(amount(paper.points)),
        "warning": string(warning),
        "linear": flag(is_linear),
        "named": flag(not warning),
        "table": flag(not warning and not is_linear and _MANY <= len(paper.items) <= _MOST_IN_TABLE),
        "questions": array(_listed(item, titles.get(item.number, item.question.title)) for item in paper.items),
    }
    return _dictionary(told)


def _listed(item: Item, title: str) -> str:
    told = {
        "number": string(item.number),
        "title": line_typst(title),
        "worth": string(amount(item.points)),
    }
    return _dictionary(told)


def _dictionary(entries: Mapping[str, str]) -> str:
    return "(" + ", ".join(f"{name}: {value}" for name, value in entries.items()) + ")"
