"""Where every box of a fixed layout stands: what a scanning service wants to know, and what every paper is held to."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chainrule.errors import RefusedInput
from chainrule.pdf.compiling import ask
from chainrule.pdf.fixed_layout import FixedLayout, Mark
from question_templates.paper import Paper, field_id

__all__ = ["marks_of", "outline_csv", "refuse_other_places"]

_CORNERS = (
    "query(selector.or(<box>, <option>)).map(it => { let at = it.location().position(); "
    "it.value + (page: at.page, x: at.x.pt(), y: at.y.pt()) })"
)
_CLOSE = 0.01  # points, as heights are kept
_LENGTHS = ("x", "y", "width", "height")
_MM = 25.4 / 72


def marks_of(paper: Paper, source: str, extra: Mapping[str, str]) -> tuple[Mark, ...]:
    """Every box of a paper in its order, after a choice's box its options; `source` is the paper's in Typst.

    Raises: RefusedInput when a box goes on on another page, or as `paper_pdf`.
    """
    corners = ask(source, _CORNERS, extra)
    of_field = {
        field_id(item.number, field.name): (item.number, place, field.kind)
        for item in paper.items
        for place, field in enumerate(item.question.fields, 1)
    }
    ends = {_name(corner): corner for corner in corners if corner["corner"] == "end"}
    return tuple(_mark(of_field, start, ends[_name(start)]) for start in corners if start["corner"] == "start")


def refuse_other_places(paper: Paper, marks: Sequence[Mark], layout: FixedLayout) -> None:
    """Raises RefusedInput when the paper's boxes stand elsewhere than the layout's."""
    if len(marks) == len(layout.marks) and all(map(_same, marks, layout.marks)):
        return
    where = next((own for own, frozen in zip(marks, layout.marks, strict=False) if not _same(own, frozen)), None)
    told = f"field {where.field} of question {where.question}" if where else "a box"
    raise RefusedInput(
        f"paper {paper.id}: {told} stands elsewhere than staff/outline.csv says. If the exam has a template, its cover "
        "must be as long on every paper; otherwise staff/layout.json was changed."
    )


def outline_csv(marks: Iterable[Mark]) -> str:
    """A row a box and a row an option, with lengths in points and in millimetres from the page's top left corner."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    names = [f"{name}_{unit}" for unit in ("pt", "mm") for name in _LENGTHS]
    writer.writerow(["question", "field", "kind", "option", "page", *names])
    for mark in marks:
        lengths = [getattr(mark, name) * scale for scale in (1, _MM) for name in _LENGTHS]
        row = [mark.question, mark.field, mark.kind, mark.option, mark.page]
        writer.writerow([*row, *(f"{length:.2f}" for length in lengths)])
    return text.getvalue()


def _name(corner: dict[str, Any]) -> tuple[str, str]:
    """The field and, of an option's corner, its letter."""
    name, letter = corner["option"] if "option" in corner else (corner["id"], "")
    return name, letter


def _mark(of_field: dict[str, tuple[str, int, str]], start: dict[str, Any], end: dict[str, Any]) -> Mark:
    name, letter = _name(start)
    number, place, kind = of_field[name]
    if start["page"] != end["page"]:
        raise RefusedInput(f"layout: fixed: the box of field {place} of question {number} does not fit on one page.")
    x, y, right, bottom = (round(at, 2) + 0.0 for at in (start["x"], start["y"], end["x"], end["y"]))
    return Mark(number, place, kind, letter, start["page"], x, y, round(right - x, 2), round(bottom - y, 2))


def _same(own: Mark, frozen: Mark) -> bool:
    if (own.question, own.field, own.kind, own.option, own.page) != (
        frozen.question,
        frozen.field,
        frozen.kind,
        frozen.option,
        frozen.page,
    ):
        return False
    return all(abs(getattr(own, name) - getattr(frozen, name)) <= _CLOSE + 1e-9 for name in _LENGTHS)
