"""The frame of the pages around grading: the paper's look, a style sheet on top, text shown as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from chainrule.class_record import amount
from chainrule.drawing import graph_svg
from chainrule.pages.templates import points_text, render_page
from question_templates.paper import Item
from question_templates.solution import Solution

__all__ = [
    "points_of",
    "question_drawings",
    "render_result_page",
    "solution_drawings",
    "verbatim",
    "with_code",
]

# Characters that are not seen, or that turn around what stands beside them; only tab and line feed stay.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_CODE = re.compile(r"`([^`\n]+)`")
_SURROGATE = re.compile("[\ud800-\udfff]")


def render_result_page(template: str, *, drawings: Iterable[str] = (), **values: object) -> str:
    """A document from a template that extends `result_base.html.j2`; `drawings` are the SVGs on it."""
    style = _style()
    # The policy allows the style sheets that it finds in `drawings`: this is how ours gets in.
    allowed = [*drawings, f"<style>{style}</style>"]
    return render_page(template, scripts=(), drawings=allowed, staff_style=Markup(style), **values)


def question_drawings(item: Item, place: int) -> dict[str, str]:
    """The figures of a question as SVGs, by name; `place` makes their ids unique on the page."""
    return {
        figure.name: graph_svg(figure.graph, identifier=f"drawing-{place}-{index}")
        for index, figure in enumerate(item.question.figures, start=1)
    }


def solution_drawings(solution: Solution, place: int) -> Mapping[str, str]:
    """The figure of a worked solution, with every value and gradient written at its node."""
    svg = graph_svg(
        solution.figure.graph,
        values=solution.values,
        gradients=solution.gradients,
        identifier=f"solution-{place}",
    )
    return {solution.figure.name: svg}


def points_of(points: Fraction, out_of: Fraction) -> str:
    """`17.25 of 25 points`."""
    return f"{amount(points)} of {points_text(out_of)}"


def verbatim(text: str) -> str:
    """A student's text with nothing hidden in it: an invisible character is shown by its number."""
    return _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", _SURROGATE.sub("\ufffd", text))


def with_code(text: str) -> Markup:
    """Our own words about an answer: what stands between backticks is code; all else is shown as it is."""
    pieces = _CODE.split(verbatim(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if place % 2 else piece for place, piece in enumerate(pieces)
    )


@cache
def _style() -> str:
    text = files("chainrule.pages").joinpath("staff.css").read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")
