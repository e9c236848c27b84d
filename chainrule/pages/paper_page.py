"""The paper that a student fills in: one HTML document that works without a network and holds no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from chainrule.pages.figures import question_drawings, solution_drawings
from chainrule.pages.markdown import BrokenPage, inline_html, to_html
from chainrule.pages.paper_controls import Control, control_of, drawable_operations, scripts_of, styles_of
from chainrule.pages.paper_names import nodes_printed
from chainrule.pages.templates import embedded_json, render_page
from question_templates.paper import Item, Paper, SectionHead, field_id
from question_templates.question import Field
from question_templates.solution import Solution

__all__ = ["paper_page"]

#: How the shared wording tells students to call nodes that the listing leaves without a name.
UNNAMED = "`n1`"
_NO_SOLUTIONS: Mapping[str, Solution] = MappingProxyType({})


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
    """What the template needs of an item; `solution` is empty but on papers for practice."""

    place: int
    number: str
    title: Markup
    points: Fraction
    body: Markup
    fields: tuple[FieldView, ...]
    solution: Markup


@dataclass(frozen=True)
class SectionView:
    """What the template needs of a section; the items of an exam without sections stand in one without a title."""

    title: Markup
    instructions: Markup
    points: Fraction
    minutes: int
    items: tuple[ItemView, ...]


def paper_page(paper: Paper, *, solutions: Mapping[str, Solution] = _NO_SOLUTIONS) -> str:
    """The paper as one self-contained HTML document, the same bytes for the same paper.

    `solutions`, by item number, are folded away behind each question of a paper for practice.
    Raises: BrokenPage when there are solutions and the exam is not for practice; BrokenPage or BrokenGraph when a
    text or figure can't be shown.
    """
    if solutions and not paper.exam.practice:
        raise BrokenPage(f"paper {paper.id}: solutions on a paper that is not for practice.")
    drawings = [_drawings(item, place, solutions) for place, item in enumerate(paper.items, start=1)]
    kinds = {field.kind for item in paper.items for field in item.question.fields}
    places = iter(range(1, len(paper.field_ids()) + 1))
    items = iter(
        [
            _item(item, place, figures, solutions.get(item.number), places)
            for place, (item, figures) in enumerate(zip(paper.items, drawings, strict=True), start=1)
        ]
    )
    return render_page(
        "paper.html.j2",
        styles=styles_of(kinds),
        scripts=scripts_of(kinds),
        drawings=[svg for figures in drawings for svg in figures.values()],
        title=f"{paper.exam.title} · Paper {paper.id}",
        paper=paper,
        instructions=to_html(paper.exam.instructions, figures={}),
        sections=[_section(head, [next(items) for _ in inside]) for head, inside in paper.by_section()],
        n_fields=len(paper.field_ids()),
        embedded=embedded_json(_embedded(paper)),
    )


def _drawings(item: Item, place: int, solutions: Mapping[str, Solution]) -> dict[str, str]:
    """The figures of an item by name; those of its solution, which go by the same names, behind `solution:`."""
    solved = solution_drawings(solutions[item.number], place) if item.number in solutions else {}
    return question_drawings(item, place) | {f"solution:{name}": svg for name, svg in solved.items()}


def _section(head: SectionHead | None, items: list[ItemView]) -> SectionView:
    head = head or SectionHead("")
    instructions = to_html(head.instructions, figures={})
    return SectionView(inline_html(head.title), instructions, head.points, head.minutes, tuple(items))


def _item(
    item: Item, place: int, figures: Mapping[str, str], solution: Solution | None, places: Iterator[int]
) -> ItemView:
    solved = {name.removeprefix("solution:"): svg for name, svg in figures.items() if name.startswith("solution:")}
    return ItemView(
        place,
        item.number,
        inline_html(item.question.title),
        item.points,
        to_html(item.question.body, figures=figures),
        tuple(_field(item, field, next(places)) for field in item.question.fields),
        to_html(solution.body, figures=solved) if solution else Markup(""),
    )


def _field(item: Item, field: Field, place: int) -> FieldView:
    return FieldView(
        place,
        field_id(item.number, field.name),
        field.kind,
        inline_html(field.prompt),
        item.points_of(field.name),
        control_of(field),
        field.example,
        tuple((letter, inline_html(text)) for letter, text in field.options.items()),
    )


def _embedded(paper: Paper) -> dict[str, Any]:
    """All that the script may know: which fields there are, which names the listings print, what can be drawn."""
    drawn = any(field.kind == "graph" for item in paper.items for field in item.question.fields)
    return {
        "paper": paper.id,
        **({"operations": drawable_operations()} if drawn else {}),
        "items": [
            {
                "names": list(item.question.names),
                "nodes": nodes_printed(item.question.listing, item.question.names),
                "unnamed": UNNAMED in item.question.body,
                "fields": [
                    {
                        "id": field_id(item.number, field.name),
                        "kind": field.kind,
                        "options": list(field.options),
                        "several": field.several,
                    }
                    for field in item.question.fields
                ],
            }
            for item in paper.items
        ],
    }
