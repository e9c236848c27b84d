"""Decisions read from filled-in tables, all or nothing: every row that can't be meant is named by file and line.

What is no mistake of the table, such as an answer that has changed since, is left and said; the other rows count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from chainrule.errors import RefusedInput
from chainrule.plain_text import printable
from chainrule.review.group_table import COLUMNS, GIVEN, decimal, is_cell_of
from chainrule.review.grouping import Group
from chainrule.spreadsheet import read_rows, unguarded
from chainrule.transcription.typing_rules import odd_character, points_in

__all__ = ["LONGEST_NAME", "DecidedRow", "ReadTables", "read_tables"]

LONGEST_NAME: Final = 40
_LONGEST_REASON = 2000
_GROUP_ID = re.compile(r"g[a-z2-7]{12}(-[a-z2-7]{4})?")
_NEEDED = ("group", "points")
_SHARES: Mapping[str, Fraction] = {"full": Fraction(1), "half": Fraction(1, 2), "none": Fraction(0)}


@dataclass(frozen=True)
class DecidedRow:
    """What somebody decided about a group; `place` is `part-1.csv:12`."""

    place: str
    group: Group
    points: Fraction
    reason: str
    who: str


@dataclass(frozen=True)
class ReadTables:
    """The rows that count, why others were left, one line each, and how many nobody has filled in."""

    rows: tuple[DecidedRow, ...]
    left: tuple[str, ...]
    n_unfilled: int


@dataclass(frozen=True)
class _Cells:
    place: str
    group: str
    response: str
    points: str
    reason: str
    who: str


def read_tables(tables: Iterable[tuple[str, bytes]], groups: Mapping[str, Group], *, who: str = "") -> ReadTables:
    """Read tables, given by name and content; `who` decided where a row does not say it.

    Raises: RefusedInput with every mistake of every table.
    """
    rows: list[DecidedRow] = []
    left: list[str] = []
    mistakes: list[str] = []
    n_unfilled = 0
    for source, data in tables:
        for cells in _cells_of(data, source, mistakes):
            if not (cells.points or cells.reason):
                n_unfilled += 1
                continue
            fault = _fault(cells, who)
            group = groups.get(cells.group)
            if fault:
                mistakes.append(f"{cells.place}: {fault}")
            elif group is None:
                left.append(f"{cells.place}: group {cells.group} waits no more, or its answer has changed since.")
            elif cells.response and not is_cell_of(cells.response, group):
                left.append(f"{cells.place}: the response is not that of group {cells.group}; export it anew.")
            else:
                _add(cells, group, who, rows, mistakes)
    if mistakes:
        raise RefusedInput("\n".join(mistakes))
    return ReadTables(tuple(rows), tuple(left), n_unfilled)


def _add(cells: _Cells, group: Group, who: str, rows: list[DecidedRow], mistakes: list[str]) -> None:
    points = _points(cells.points, group.out_of)
    if points is None:
        allowed = f"points from 0 to {decimal(group.out_of)}" if group.out_of else "0, the only points that settle it"
        mistakes.append(f"{cells.place}: {printable(cells.points)!r:.40} should be {allowed}.")
    else:
        rows.append(DecidedRow(cells.place, group, points, cells.reason, _name(cells.who or who)))


def _cells_of(data: bytes, source: str, mistakes: list[str]) -> Iterator[_Cells]:
    """The rows of one table; of one that can't be read at all, the reason goes to the mistakes."""
    try:
        table = read_rows(data, source=source)
    except RefusedInput as refused:
        mistakes.append(str(refused))
        return
    if not table:
        mistakes.append(f"{source}: the table is empty; its first line should be: {','.join(COLUMNS)}")
        return
    headings = [cell.lower() for cell in table[0][1]]
    fault = _heading_fault(headings)
    if fault:
        mistakes.append(f"{source}:{table[0][0]}: {fault}")
        return
    places = {name: headings.index(name) for name in ("group", "response", *GIVEN) if name in headings}
    for line, row in table[1:]:
        values = {name: row[at] for name, at in places.items() if at < len(row)}
        texts = (values.get(name, "") for name in ("group", "response", *GIVEN))
        group, response, *given = texts
        yield _Cells(f"{source}:{line}", group.lower(), response, *(unguarded(text) for text in given))


def _heading_fault(headings: list[str]) -> str:
    missing = [name for name in _NEEDED if name not in headings]
    if missing:
        return f"the column {missing[0]} is missing; the columns are {', '.join(COLUMNS)}."
    twice = [name for name in COLUMNS if headings.count(name) > 1]
    return f"the column {twice[0]!r} stands there twice." if twice else ""


def _fault(cells: _Cells, who: str) -> str:
    """What is wrong with a filled row, whatever its group; empty when nothing is."""
    if not _GROUP_ID.fullmatch(cells.group):
        return f"{printable(cells.group)!r:.40} is no group; leave the column group as it was exported."
    if not cells.points:
        return "there is a reason but no points."
    odd = odd_character(cells.reason + cells.who)
    if odd:
        return f"there is {odd} in reason or who."
    if not _name(cells.who or who):
        return "nobody is named; fill in the column who, or say --who."
    if len(cells.who) > LONGEST_NAME:
        return f"who has {len(cells.who)} letters; initials of at most {LONGEST_NAME} will do."
    if len(cells.reason) > _LONGEST_REASON:
        return f"the reason has {len(cells.reason):,} characters; at most {_LONGEST_REASON:,} are kept."
    return ""


def _name(who: str) -> str:
    return " ".join(who.split())


def _points(text: str, out_of: Fraction) -> Fraction | None:
    """The points that a cell says, or None; what is shown as all of them, such as 3.3333 of 10/3, means all of them."""
    share = _SHARES.get(text.lower())
    given = out_of * share if share is not None else points_in(text)
    if given is not None and given == Fraction(decimal(out_of)):
        return out_of
    return given if given is not None and given <= out_of else None
