"""Groups of open answers as a CSV table: filled in with a spreadsheet program, or by the page; never with a name in it.

A cell that a spreadsheet would run, or turn into a date or another number, stands behind an apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from chainrule.amount_words import amount, first_of
from chainrule.pages.result_frame import verbatim
from chainrule.review.grouping import Group
from chainrule.spreadsheet import csv_text, guarded
from grader.decisions import Decision

__all__ = [
    "COLUMNS",
    "GIVEN",
    "decimal",
    "earlier_words",
    "group_cells",
    "groups_csv",
    "is_cell_of",
    "suggestion_words",
]

COLUMNS: Final = (
    "group",
    "question",
    "field",
    "out_of",
    "n",
    "papers",
    "response",
    "read_as",
    "why",
    "key",
    "points",
    "reason",
    "who",
)
#: The columns that people fill in.
GIVEN: Final = ("points", "reason", "who")

# Cells of spreadsheets end at 32,767 characters; nobody looks up more papers than that one by one.
_MOST_PAPERS = 200

# What spreadsheets read as a number, a date or a truth value, in some language: `3/4` is the third of April to them.
_CONVERTED = re.compile(r"(?=.*\d)[\s\w.,:/%$€£()+^-]{1,40}|true|false|wahr|falsch|vrai|faux", re.IGNORECASE)


def groups_csv(groups: Iterable[Group], *, who: str = "") -> str:
    """A row for every group, to be filled in; `who` is whoever has the table."""
    return csv_text([COLUMNS, *([*group_cells(group), "", "", guarded(who)] for group in groups)])


def group_cells(group: Group) -> list[str]:
    """The cells of a group's row before those that people fill in."""
    told = [verbatim(part) for part in (group.read_as, _why(group), group.key)]
    return [
        group.id,
        guarded(group.title),
        guarded(group.field),
        decimal(group.out_of),
        str(len(group.waiting)),
        first_of((place.paper for place in group.waiting), most=_MOST_PAPERS),
        _kept_as_text(verbatim(group.response)),
        *map(_kept_as_text, told),
    ]


def _why(group: Group) -> str:
    """Why it waits; what was written elsewhere, and decided before, stands in brackets and is not read as why."""
    before = suggestion_words(group.suggested)
    return " ".join(part for part in (group.why, earlier_words(group), f"[{before}]" if before else "") if part)


def earlier_words(group: Group) -> str:
    """What the same papers wrote in the fields that this one builds on: `[trace was answered with "z1: a = 2"]`."""
    written = ((name, response.strip()) for name, response in group.earlier)
    return " ".join(
        f'[{name} was answered with "{text}"]' if text else f"[{name} was left empty]" for name, text in written
    )


def suggestion_words(suggested: Iterable[Decision]) -> str:
    """What people decided about the same response before: `Decided before: 2 by ab (right idea).`"""
    told = dict.fromkeys(
        f"{amount(one.points)} by {one.who or 'somebody'}{f' ({one.reason})' if one.reason else ''}"
        for one in suggested
    )
    return f"Decided before: {'; '.join(told)}." if told else ""


def decimal(points: Fraction) -> str:
    """Points as exactly as four decimals can: `0.625`, `3.3333`."""
    return f"{float(points):.4f}".rstrip("0").rstrip(".")


def _kept_as_text(cell: str) -> str:
    """Guarded also against being taken for a date or a number."""
    return f"'{cell}" if _CONVERTED.fullmatch(cell) else guarded(cell)


def is_cell_of(cell: str, group: Group) -> bool:
    """Whether a cell holds the group's response, also after a spreadsheet has saved it in an older encoding.

    Such an encoding puts something else in place of each letter that it has not: `?`, or one that looks alike.
    """
    written, expected = _bare(cell), _bare(verbatim(group.response))
    doubled = "".join(sign if sign <= "\uffff" else sign * 2 for sign in expected)  # as spreadsheets count them
    return written == expected or any(_is_re_encoded(written, before) for before in (expected, doubled))


def _is_re_encoded(written: str, expected: str) -> bool:
    return len(written) == len(expected) and all(
        now == then or not then.isascii() for now, then in zip(written, expected, strict=True)
    )


def _bare(cell: str) -> str:
    return " ".join(cell.split()).lstrip("'").strip()
