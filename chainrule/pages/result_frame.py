"""The frame of the pages around grading: the paper's look, a style sheet on top, text shown as written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from markupsafe import Markup

from chainrule.amount_words import amount, points_text
from chainrule.pages.templates import render_page

__all__ = [
    "points_of",
    "render_result_page",
    "verbatim",
    "with_code",
]

# Characters that are not seen, or that turn around what stands beside them; only tab and line feed stay.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_CODE = re.compile(r"`([^`\n]+)`")
_SURROGATE = re.compile("[\ud800-\udfff]")


def render_result_page(template: str, *, drawings: Iterable[str] = (), **values: object) -> str:
    """A document in the look of the paper, with the style sheet of results on top; `drawings` are the SVGs on it."""
    return render_page(template, styles=("page.css", "math.css", "staff.css"), scripts=(), drawings=drawings, **values)


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

