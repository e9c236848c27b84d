"""Paper answers as a CSV table: written to be filled in with a spreadsheet program, and read back, all or nothing.

Columns: paper, field, response, points, reason, who. `kind` and `asks` help whoever fills it in and are not read.
A response that a spreadsheet would take for a formula stands behind an apostrophe, which is taken off again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from chainrule.amount_words import amount
from chainrule.errors import RefusedInput
from chainrule.plain_text import printable
from chainrule.spreadsheet import csv_text, guarded, read_rows, unguarded
from chainrule.transcription.paper_list import PaperList, meant
from chainrule.transcription.readings import PaperFields
from chainrule.transcription.transcript import BLANK, Entry, HandPoints, Transcript
from chainrule.transcription.typing_rules import fault_of, odd_character, points_and_reason, tidied

__all__ = ["BLANK_ANSWER", "TypedRow", "answers_csv", "read_answers"]

#: What the column response says where the paper is blank; an empty cell would say that nobody has looked.
BLANK_ANSWER: Final = ":skip"

_READ = ("paper", "field", "response", "points", "reason", "who")
_HELP = ("kind", "asks")
_REASON = "graded on paper"


@dataclass(frozen=True)
class TypedRow:
    """What one row of a table says of one field; `line` is where it stands."""

    line: int
    paper: str
    field: str
    entry: Entry


@dataclass(frozen=True)
class _Cells:
    line: int
    paper: str
    field: str
    response: str
    points: str
    reason: str
    who: str

    @property
    def is_filled(self) -> bool:
        return bool(self.response or self.points)


def answers_csv(papers: Iterable[PaperFields], typed: Callable[[str], Transcript]) -> str:
    """A row for every field of these papers, with what is typed already."""
    return csv_text([(*_READ, *_HELP), *_rows(papers, typed)])


def _rows(papers: Iterable[PaperFields], typed: Callable[[str], Transcript]) -> Iterator[list[str]]:
    for fields in papers:
        transcript = typed(fields.paper.id)
        for name in fields.ids:
            yield _row(fields, name, transcript.entry(name))


def _row(fields: PaperFields, name: str, entry: Entry) -> list[str]:
    _, asked = fields.find(name)
    response = BLANK_ANSWER if entry.response == "" else entry.response or ""
    given = entry.points
    points = [str(given.points), given.reason, given.who] if given else ["", "", ""]
    asks = " ".join(printable(asked.prompt).split())
    return [fields.paper.id, *map(guarded, (name, response, *points, asked.kind, asks))]


def read_answers(
    data: bytes,
    papers: PaperList,
    open_paper: Callable[[str], PaperFields],
    *,
    source: str,
    who: str,
) -> tuple[tuple[TypedRow, ...], tuple[str, ...]]:
    """The rows of a table, and the papers of which it holds no answer at all, which are left as they are.

    `who` is whoever gave points where the table does not say it.
    Raises: RefusedInput with every mistake and its line: an unknown paper or field, points that do not fit, a row with
    neither response nor points, two rows for one field that differ.
    """
    rows = read_rows(data, source=source)
    if not rows:
        raise RefusedInput(f"{source}: the table is empty; its first line should be: {','.join(_READ)}")
    cells = list(_cells(rows, source))
    mistakes: list[str] = []
    found: dict[tuple[str, str], TypedRow] = {}
    known, left = _papers_of(cells, papers, mistakes)
    opened = {paper_id: open_paper(paper_id) for paper_id in dict.fromkeys(known.values())}
    for row in cells:
        paper_id = known.get(row.paper, "")
        if not paper_id:
            continue
        read = _read_row(row, opened[paper_id], who)
        fault = read if isinstance(read, str) else _differs(read, found)
        if fault:
            mistakes.append(f"{row.line}: {fault}")
        elif isinstance(read, TypedRow):
            found.setdefault((read.paper, read.field), read)
    if mistakes:
        ordered = sorted(mistakes, key=lambda mistake: int(mistake.partition(":")[0]))
        raise RefusedInput("\n".join(f"{source}:{mistake}" for mistake in ordered))
    return tuple(found.values()), left


def _cells(rows: list[tuple[int, list[str]]], source: str) -> Iterator[_Cells]:
    headings = [cell.lower() for cell in rows[0][1]]
    fault = _heading_fault(headings)
    if fault:
        raise RefusedInput(f"{source}:{rows[0][0]}: {fault} The columns are {', '.join(_READ)}.")
    places = {name: headings.index(name) for name in _READ if name in headings}
    for line, row in rows[1:]:
        values = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        yield _Cells(line, *(unguarded(values.get(name, "")) for name in _READ))


def _heading_fault(headings: list[str]) -> str:
    missing = [name for name in ("paper", "field") if name not in headings]
    if missing:
        return f"the column {missing[0]} is missing."
    if not {"response", "points"} & set(headings):
        return "there is neither a column response nor a column points."
    unknown = [heading for heading in headings if heading and heading not in (*_READ, *_HELP)]
    twice = [heading for heading in headings if heading and headings.count(heading) > 1]
    if unknown:
        return f"the column {printable(unknown[0])!r} is not known."
    return f"the column {twice[0]!r} stands there twice." if twice else ""


def _papers_of(
    cells: Iterable[_Cells], papers: PaperList, mistakes: list[str]
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Which paper each text in the column paper means, without those of which no row is filled in; and these."""
    known: dict[str, str] = {}
    filled: set[str] = set()
    for row in cells:
        try:
            known[row.paper] = known.get(row.paper) or meant(row.paper, papers)
        except RefusedInput as unclear:
            mistakes.append(f"{row.line}: {unclear}")
            continue
        if row.is_filled:
            filled.add(known[row.paper])
    left = tuple(dict.fromkeys(paper_id for paper_id in known.values() if paper_id not in filled))
    return {text: paper_id for text, paper_id in known.items() if paper_id in filled}, left


def _read_row(row: _Cells, fields: PaperFields, who: str) -> TypedRow | str:
    """What a row says, or what is wrong with it."""
    paper_id = fields.paper.id
    if row.field not in fields.ids:
        return f"paper {paper_id} has no field {printable(row.field)!r}; it has {', '.join(fields.ids)}."
    if not row.is_filled and not row.reason:
        return f"there is neither a response nor points; where the paper is blank, the response is {BLANK_ANSWER}."
    text = tidied(row.response)
    fault = fault_of(text) if row.response else ""
    odd = odd_character(row.reason + row.who)
    if fault or odd:
        return fault or f"There is {odd} in it."
    points = _points(row, fields, who)
    if isinstance(points, str):
        return points
    response = None if not row.response else BLANK.response if text.lower() == BLANK_ANSWER else text
    return TypedRow(row.line, paper_id, row.field, Entry(response, points))


def _points(row: _Cells, fields: PaperFields, who: str) -> HandPoints | str | None:
    if not row.points:
        return "there is a reason but no points." if row.reason else None
    item, asked = fields.find(row.field)
    out_of = item.points_of(asked.name)
    given = points_and_reason(row.points, out_of)
    if given is None or given[1] or given[0] > out_of:
        return f"{printable(row.points)!r} should be points from 0 to {amount(out_of)}."
    return HandPoints(given[0], row.reason or _REASON, row.who or who)


def _differs(read: TypedRow, found: Mapping[tuple[str, str], TypedRow]) -> str:
    earlier = found.get((read.paper, read.field))
    if earlier is None or earlier.entry == read.entry:
        return ""
    return f"{read.paper} {read.field} stands in line {earlier.line} already, with something else; keep one row."
