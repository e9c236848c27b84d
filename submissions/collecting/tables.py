"""A CSV table of answers: each row, or the rows of each paper, becomes the JSON form that it would have been.

One row a paper, as form services write it, has a column for each field; one row an answer has the columns paper, field
and response. Nothing that a single row holds can refuse another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from submissions.collecting.columns import Columns, columns_of
from submissions.collecting.told import NOTHING_TOLD, Told
from submissions.formats.form_value import shown
from submissions.formats.json_form import write_json_form
from submissions.formats.suffixes import Limit
from submissions.handed_in import HandedIn
from submissions.limits import MAX_TABLE_BYTES
from submissions.sheets import Row, SheetProblem, read_sheet, unguarded
from submissions.submission import Refusal, UnwritableForm

__all__ = ["TABLES", "TABLE_SUFFIXES", "read_table"]

TABLE_SUFFIXES = (".csv", ".tsv")
TABLES = Limit("tables of answers", MAX_TABLE_BYTES, "Split the table.")

# The heading is the field's id, perhaps with the question behind it, as form services need it.
_FIELD = re.compile(r"(?P<field>[0-9]+(?:\.[0-9]+)*\.[A-Za-z_]\w*)(?:[\s:(–-].*)?", re.ASCII | re.DOTALL)
_NEARLY_A_FIELD = re.compile(r"[0-9]+\W*[.\s]\W*[a-z]", re.ASCII | re.IGNORECASE)
_LAYOUTS = (
    "It needs a column paper, and a column for each field named like 1.order, or the two columns field and response."
)
_NOT_BELIEVED = (
    "Who handed this in, and when, was not taken from the table: a table is believed where it lies alone. "
    "Grade it by itself, or say it in received.csv."
)


@dataclass(frozen=True)
class _Table:
    """The rows below the headings, with what each column is; `fields` is the place of each field's column."""

    source: str
    rows: Sequence[Row]
    columns: Columns
    fields: Mapping[str, int]
    headings: Sequence[str]
    is_believed: bool

    def cell(self, row: Sequence[str], name: str) -> str:
        return _written(self.columns.cell(row, name))


def read_table(data: bytes, *, source: str, is_believed: bool) -> Iterator[HandedIn]:
    """What a table holds, in the order of its lines; a table that can't be read is one Refusal.

    `is_believed` says whether its columns may say who handed a row in, and when: not so in a student's own table.
    """
    table = _table(data, source, is_believed)
    if isinstance(table, Refusal):
        yield HandedIn(source, table)
        return
    is_one_row_an_answer = {"field", "response"} <= set(table.columns.places)
    found = _by_answer(table) if is_one_row_an_answer else _by_paper(table)
    yield from found


def _table(data: bytes, source: str, is_believed: bool) -> _Table | Refusal:
    try:
        rows = read_sheet(data).rows
    except SheetProblem as problem:
        return Refusal(source, problem.message, problem.line)
    if not rows:
        return Refusal(source, "the table is empty.", advice=_LAYOUTS)
    (line, headings), *below = rows
    columns, matches = columns_of(headings), [_FIELD.fullmatch(heading) for heading in headings]
    fields = [match["field"] for match in matches if match]
    fault = _fault(headings, columns, fields)
    if fault:
        return Refusal(source, fault, line, advice=_LAYOUTS)
    if not below:
        return Refusal(source, "the table has headings and no row.", advice=_LAYOUTS)
    places = {match["field"]: at for at, match in enumerate(matches) if match}
    return _Table(source, below, columns, places, headings, is_believed)


def _fault(headings: Sequence[str], columns: Columns, fields: Sequence[str]) -> str:
    """What is wrong with the headings: with a column that is not read, every student would lose an answer."""
    twice = columns.twice or next((field for field, n in Counter(fields).items() if n > 1), "")
    if twice:
        return f"the column {shown(twice)} stands there twice."
    if "paper" not in columns.places:
        return "this is not a table of answers: it has no column paper."
    nearly = [one for one in headings if not _FIELD.fullmatch(one) and _NEARLY_A_FIELD.match(one)]
    if nearly:
        return f"the column {shown(nearly[0])} looks like a field, but is not written like one."
    has_answers = bool(fields) or {"field", "response"} <= set(columns.places)
    return "" if has_answers else "this is not a table of answers: it has no column of answers."


def _by_paper(table: _Table) -> Iterator[HandedIn]:
    """One row a paper."""
    unread = _unread(table)
    for line, row in table.rows:
        source = f"{table.source}:{line}"
        paper = table.cell(row, "paper")
        fault = _fault_of_row(table, row) or ("" if paper else "the paper is missing.")
        responses = {field: _written(row[at]) if at < len(row) else "" for field, at in table.fields.items()}
        yield _handed_in(source, fault, paper, responses, _told(table, row), unread)
        unread = ()


def _by_answer(table: _Table) -> Iterator[HandedIn]:
    """One row an answer: what has no paper or field is told in its line, all others at their paper's first line."""
    by_paper: dict[str, list[Row]] = {}
    for line, row in table.rows:
        paper, field = table.cell(row, "paper"), table.cell(row, "field")
        is_whole = bool(paper and field) and not _fault_of_row(table, row)
        by_paper.setdefault(paper.casefold() if is_whole else f"\n{line}", []).append((line, row))
    unread = _unread(table)
    for rows in by_paper.values():
        yield _handed_in_by_answer(table, rows, unread)
        unread = ()


def _handed_in_by_answer(table: _Table, rows: Sequence[Row], warnings: Sequence[str]) -> HandedIn:
    line, first = rows[0]
    paper = table.cell(first, "paper")
    missing = next((name for name in ("paper", "field") if not table.cell(first, name)), "")
    fault = _fault_of_row(table, first) or (f"the {missing} is missing." if missing else "")
    responses: dict[str, tuple[int, str]] = {}
    for at, row in rows:
        field, response = table.cell(row, "field"), table.cell(row, "response")
        earlier, said = responses.setdefault(field, (at, response))
        if said != response and not fault:
            fault = f"{shown(field)} of paper {shown(paper)} stands in lines {earlier} and {at} with different answers."
    answers = {field: response for field, (_, response) in responses.items()}
    return _handed_in(f"{table.source}:{line}", fault, paper, answers, _told_by_all(table, rows), warnings)


def _written(cell: str) -> str:
    """What somebody wrote into a cell: without a spreadsheet's guard, and with line breaks as in every form."""
    return unguarded(cell).replace("\r\n", "\n").replace("\r", "\n")


def _handed_in(
    source: str, fault: str, paper: str, responses: Mapping[str, str], told: Told, warnings: Iterable[str]
) -> HandedIn:
    return told.on(HandedIn(source, _content(source, fault, paper, responses), warnings=tuple(warnings)))


def _content(source: str, fault: str, paper: str, responses: Mapping[str, str]) -> bytes | Refusal:
    if fault:
        return Refusal(source, fault, advice="Correct the table; its other rows were read.")
    try:
        return write_json_form(paper, responses).encode()
    except UnwritableForm as error:
        return Refusal(source, str(error), advice="Please shorten the answers of this row.")


def _fault_of_row(table: _Table, row: Sequence[str]) -> str:
    is_shifted = any(row[len(table.headings) :])
    return "the row has more cells than there are headings." if is_shifted else ""


def _told(table: _Table, row: Sequence[str]) -> Told:
    if table.is_believed:
        return table.columns.told(row)
    return Told(warnings=(_NOT_BELIEVED,)) if table.columns.tells_who_or_when else NOTHING_TOLD


def _told_by_all(table: _Table, rows: Sequence[Row]) -> Told:
    """What the rows of one paper tell together: it was handed in when the last of them was."""
    every = [_told(table, row) for _, row in rows]
    moments = [told.submitted_at for told in every if told.submitted_at]
    senders = dict.fromkeys(sender for told in every for sender in told.senders)
    warnings = dict.fromkeys(warning for told in every for warning in told.warnings)
    return Told(tuple(senders), _latest(moments), warnings=tuple(warnings))


def _latest(moments: Sequence[datetime]) -> datetime | None:
    """The last of them; None where some name a zone and some do not, since nothing tells which is later."""
    is_mixed = len({moment.tzinfo is None for moment in moments}) > 1
    return None if is_mixed else max(moments, default=None)


def _unread(table: _Table) -> tuple[str, ...]:
    """A warning that names the columns that are not read, for the table's first row."""
    known = {*table.columns.places.values(), *table.fields.values()}
    headings = (table.headings[at] for at in range(len(table.headings)) if at not in known)
    names = ", ".join(shown(heading) for heading in headings if heading)
    return (f"Columns of the table that were not read: {names}.",) if names else ()
