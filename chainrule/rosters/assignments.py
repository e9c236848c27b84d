"""The assignment table: whose paper is whose, made to be edited in a spreadsheet when papers change hands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction

from chainrule.errors import RefusedInput
from chainrule.rosters.cells import one_line, read_student, written
from chainrule.rosters.layouts import normal_heading
from chainrule.rosters.student import PaperFormat, Student
from chainrule.spreadsheet import csv_text, guarded, read_rows, unguarded
from question_templates.dice import is_paper_id

__all__ = ["Assignment", "assignment_of", "assignments_csv", "read_assignment_table"]


@dataclass(frozen=True)
class Assignment:
    """A paper and one of its owners; a spare paper has an empty id until it is given to somebody.

    Only students of the same group share a paper: then it has as many rows as owners.
    """

    paper: str
    id: str = ""
    name: str = ""
    email: str = ""
    section: str = ""
    room: str = ""
    seat: str = ""
    group: str = ""
    sitting: str = ""
    time_factor: Fraction = Fraction(1)
    due: datetime | None = None
    format: PaperFormat = "standard"


_COLUMNS = tuple(field.name for field in fields(Assignment))

#: A table has these at least; exams that were built before there were the others have no more.
_NEEDED = ("paper", "id", "name", "email")


def assignment_of(paper: str, student: Student) -> Assignment:
    """The row of a student who gets that paper."""
    return Assignment(paper, **vars(student))


def assignments_csv(assignments: Iterable[Assignment]) -> str:
    """The assignment table as text; a name that a spreadsheet would take for a formula stands behind an apostrophe."""
    rows = [[guarded(written(getattr(row, column))) for column in _COLUMNS] for row in assignments]
    return csv_text([_COLUMNS, *rows])


def read_assignment_table(data: bytes, *, source: str) -> tuple[Assignment, ...]:
    """The assignment table as it was written, or as a spreadsheet has written it since.

    Raises: RefusedInput with every mistake and its line: a missing column, an id that is no paper's, a paper or a
    student that stands twice, a cell that can't be read.
    """
    rows = read_rows(data, source=source)
    headings = [normal_heading(cell).replace(" ", "_") for cell in rows[0][1]] if rows else []
    missing = [column for column in _NEEDED if column not in headings]
    if missing:
        wanted = ", ".join(_COLUMNS)
        raise RefusedInput(f"{source}:1: the column {missing[0]} is missing; the columns are {wanted}.")
    places = {column: headings.index(column) for column in _COLUMNS if column in headings}
    table: list[tuple[int, Assignment]] = []
    mistakes: list[tuple[int, str]] = []
    for line, row in rows[1:]:
        cells = {column: unguarded(row[place]) for column, place in places.items() if place < len(row)}
        student, faults = read_student(cells)
        table.append((line, assignment_of(one_line(cells.get("paper", "")), student)))
        mistakes += [(line, fault) for fault in faults]
    mistakes += _conflicts(table)
    if mistakes:
        raise RefusedInput("\n".join(f"{source}:{line}: {fault}" for line, fault in sorted(mistakes)))
    return tuple(assignment for _, assignment in table)


def _conflicts(table: Iterable[tuple[int, Assignment]]) -> Iterator[tuple[int, str]]:
    papers: dict[str, Assignment] = {}
    owners: set[str] = set()
    for line, assignment in table:
        first = papers.setdefault(assignment.paper, assignment)
        if not is_paper_id(assignment.paper):
            yield line, f"{assignment.paper!r} is no paper's id; ids look like K7QF-2MXP."
        elif first is not assignment and not _shares(assignment, first):
            yield line, f"paper {assignment.paper} stands here twice; only students of one group share a paper."
        if assignment.id and assignment.id.casefold() in owners:
            yield line, f"student {assignment.id!r} has a paper already; clear one of the two rows."
        owners.add(assignment.id.casefold())


def _shares(one: Assignment, other: Assignment) -> bool:
    return bool(one.id and other.id and one.group) and one.group.casefold() == other.group.casefold()
