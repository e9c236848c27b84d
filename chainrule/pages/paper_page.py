"""The paper that a student fills in: one HTML document that works without a network and holds no answer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from chainrule.pages.figures import question_drawings
from chainrule.pages.markdown import inline_html, to_html
from chainrule.pages.templates import embedded_json, render_page
from question_templates.paper import Item, Paper, field_id
from question_templates.question import Field

__all__ = ["CONTROLS", "paper_page"]


@dataclass(frozen=True)
class Control:
    """How one kind of answer is entered: `rows` 0 is a box of one line; `hint` says what may be written."""

    rows: int
    hint: str


#: One control for each kind of answer.
CONTROLS = MappingProxyType(
    {
        "number": Control(0, "One number: a whole number, a decimal, a fraction, or an exact form."),
        "vector": Control(0, "Numbers, separated by commas."),
        "matrix": Control(3, "One row on each line, its numbers separated by commas."),
        "shape": Control(0, "A shape in parentheses, its sizes separated by commas."),
        "expression": Control(0, "A formula in the names of the question; * and ** (or ^) may be used."),
        "bytes": Control(0, "A formula or a number of bytes; you may write a unit."),
        "growth": Control(0, "An order of growth; O, Θ and a bare formula mean a tight bound."),
        "order": Control(2, "Names of nodes, separated by commas; you may add the operation, as in z3:mul."),
        "graph": Control(6, "One node on each line, as in z3 = mul(z1, z2)."),
        "trace": Control(8, "One statement on each line; write only what a step changes."),
        "schedule": Control(0, "The layers to keep, separated by commas; or: none."),
        "choice": Control(0, "The letter of the option."),
        "text": Control(8, "A few sentences; a person reads them."),
    }
)

#: What a choice says when several options may be right.
SEVERAL = Control(0, "The letters of all options that are right, separated by commas; or: none.")


@dataclass(frozen=True)
class FieldView:
    """What the template needs of a field; `place` numbers the fields of the paper and makes the ids."""

    place: int
    id: str
    kind: str
    prompt: Markup
    points: Fraction
    control: Control
    example: str
    options: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class ItemView:
    """What the template needs of an item."""

    number: str
    title: Markup
    points: Fraction
    body: Markup
    fields: tuple[FieldView, ...]


def paper_page(paper: Paper) -> str:
    """The paper as one self-contained HTML document, the same bytes for the same paper.

    Raises: BrokenPage or BrokenGraph when a question's text or figure can't be shown.
    """
    drawings = [question_drawings(item, place) for place, item in enumerate(paper.items, start=1)]
    places = iter(range(1, len(paper.field_ids()) + 1))
    items = tuple(
        ItemView(
            item.number,
            inline_html(item.question.title),
            item.points,
            to_html(item.question.body, figures=figures),
            tuple(_field(item, field, next(places)) for field in item.question.fields),
        )
        for item, figures in zip(paper.items, drawings, strict=True)
    )
    return render_page(
        "paper.html.j2",
        scripts=("form_check.js", "paper.js"),
        drawings=[svg for figures in drawings for svg in figures.values()],
        title=f"{paper.exam.title} · Paper {paper.id}",
        paper=paper,
        instructions=to_html(paper.exam.instructions, figures={}),
        items=items,
        n_fields=len(paper.field_ids()),
        embedded=embedded_json(_embedded(paper)),
    )


def _field(item: Item, field: Field, place: int) -> FieldView:
    return FieldView(
        place,
        field_id(item.number, field.name),
        field.kind,
        inline_html(field.prompt),
        item.points_of(field.name),
        SEVERAL if field.several else CONTROLS[field.kind],
        field.example,
        tuple((letter, inline_html(text)) for letter, text in field.options.items()),
    )


def _embedded(paper: Paper) -> dict[str, Any]:
    """All that the script may know: which fields there are and which names the listings print."""
    return {
        "paper": paper.id,
        "items": [
            {
                "names": list(item.question.names),
                "fields": [
                    {"id": field_id(item.number, field.name), "kind": field.kind}
                    for field in item.question.fields
                ],
            }
            for item in paper.items
        ],
    }
