"""Reading a roster: who gets a paper. All mistakes of the file are reported together, with their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chainrule.errors import RefusedInput
from chainrule.rosters.cells import one_line, read_student
from chainrule.rosters.conflicts import conflicts
from chainrule.rosters.layouts import FIRST_NAME, LAST_NAME, Layout, layout_of, normal_heading, places_of
from chainrule.rosters.noting import NumberedRow, notes_on
from chainrule.rosters.student import COLUMNS, Student
from chainrule.spreadsheet import read_sheet

__all__ = ["Roster", "read_roster"]

_FIRST_LINE = "the first line should be like: id,name,email"

#: More mistakes than that have one cause, such as a wrong separator.
_MOST_MISTAKES = 50


@dataclass(frozen=True)
class Roster:
    """Students in the file's order; `columns` are those that the file has, `notes` what it was taken for."""

    students: tuple[Student, ...]
    columns: frozenset[str]
    notes: tuple[str, ...] = ()


def read_roster(data: bytes, *, source: str = "roster.csv") -> Roster:
    """The students of a CSV file with the columns id and name, and others if there are any.

    Exports of Canvas, Gradescope and Moodle are read as they are.
    Raises: RefusedInput with every mistake as `roster.csv:7: what is wrong`.
    """
    sheet = read_sheet(data, source=source)
    if not sheet.rows:
        raise RefusedInput(f"{source}: the roster is empty; {_FIRST_LINE}.")
    (line, headings), rows = sheet.rows[0], sheet.rows[1:]
    layout, places = _columns(headings, f"{source}:{line}")
    people = list(_people(rows, layout, places))
    read = [(person.line, *read_student(person.cells)) for person in people if not person.left_out]
    students = [(number, student) for number, student, _ in read]
    mistakes = [(number, fault) for number, _, faults in read for fault in faults]
    mistakes += _ragged(rows, headings)
    mistakes += conflicts(students, blank_columns=_wrong_cells(read))
    if not students:
        mistakes.append((line, "there is no student below the headings."))
    if mistakes:
        raise RefusedInput("\n".join(_listed(mistakes, source)))
    columns = frozenset(places) & frozenset(COLUMNS) | {"name"}
    notes = notes_on(source, sheet.encoding, headings, layout, places, people, students)
    return Roster(tuple(student for _, student in students), columns, tuple(notes))


def _columns(headings: Sequence[str], where: str) -> tuple[Layout, dict[str, list[int]]]:
    normal = [normal_heading(heading) for heading in headings]
    layout = layout_of(normal)
    places = places_of(normal, layout)
    found = ", ".join(heading for heading in headings if heading)
    mistakes = [
        f"{where}: the headings {' and '.join(repr(headings[place]) for place in at)} both mean {column}; keep one."
        for column, at in places.items()
        if len(at) > 1 and column not in layout.columns
    ]
    has_name = "name" in places or (FIRST_NAME in places and LAST_NAME in places)
    missing = [name for name, is_there in (("id", "id" in places), ("name", has_name)) if not is_there]
    if missing:
        lacking = " and ".join(f"no column {name}" for name in missing)
        mistakes.append(f"{where}: {lacking} among the headings {one_line(found)}; {_FIRST_LINE}.")
    if mistakes:
        raise RefusedInput("\n".join(mistakes))
    return layout, places


def _people(
    rows: Iterable[tuple[int, list[str]]], layout: Layout, places: Mapping[str, Sequence[int]]
) -> Iterator[NumberedRow]:
    """The rows by column, exports' own ways of writing undone."""
    for line, row in rows:
        filled = {column: [place for place in at if place < len(row) and row[place]] for column, at in places.items()}
        cells = {column: one_line(row[at[0]]) if at else "" for column, at in filled.items()}
        reason = layout.left_out(cells)
        if "name" not in places or not cells["name"]:
            cells["name"] = f"{cells.get(FIRST_NAME, '')} {cells.get(LAST_NAME, '')}".strip()
        if layout.last_first:
            cells = _as_canvas_means(cells)
        yield NumberedRow(line, cells, reason, filled["id"][0] if filled["id"] else -1)


def _as_canvas_means(cells: dict[str, str]) -> dict[str, str]:
    """`Lindqvist, Ada` is Ada Lindqvist; a login name that is no address is none."""
    last, comma, first = cells["name"].partition(", ")
    name = f"{first} {last}" if comma and "," not in first else cells["name"]
    return {**cells, "name": name, "email": email if "@" in (email := cells.get("email", "")) else ""}


def _ragged(rows: Iterable[tuple[int, list[str]]], headings: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Rows with more cells than headings; cells that are missing at the end are blank, as spreadsheets write them."""
    for line, row in rows:
        if any(row[len(headings) :]):
            yield (
                line,
                f"there are {len(row)} cells but {len(headings)} headings; a cell with a separator in it needs "
                'quotation marks, like "Lindqvist, Ada".',
            )


def _wrong_cells(read: Iterable[tuple[int, Student, list[str]]]) -> set[tuple[int, str]]:
    """(line, column) of cells that are reported already: they are not blank."""
    return {(line, fault.split(":")[0]) for line, _, faults in read for fault in faults}


def _listed(mistakes: Iterable[tuple[int, str]], source: str) -> list[str]:
    """The mistakes by line, as many as a person reads."""
    listed = [f"{source}:{line}: {fault}" for line, fault in sorted(mistakes, key=lambda mistake: mistake[0])]
    n_more = len(listed) - _MOST_MISTAKES
    return [*listed[:_MOST_MISTAKES], f"{source}: and {n_more} more mistakes."] if n_more > 0 else listed
