"""The gradebook: one row a student, in the order of the assignment table; nobody is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from chainrule.exam_folder import Assignment
from chainrule.plain_text import printable
from chainrule.results.claims import claims_on_papers
from chainrule.results.class_record import State
from chainrule.spreadsheet import csv_text, guarded
from grader import ClassResult, Grade
from grader.grade import number
from grader.verdict import OPEN_OUTCOMES

__all__ = ["gradebook_csv", "set_aside_csv"]

_COLUMNS = ("id", "name", "email", "paper", "points", "out_of", "state", "open_fields", "late")


def gradebook_csv(result: ClassResult, assignments: Iterable[Assignment], questions: Iterable[str]) -> str:
    """Id, name, paper, points, state, lateness, and a column of points for each question.

    The state is `complete`, `incomplete` (answers wait for a person: the points may still rise; their questions'
    columns are empty), `set aside` (files were handed in, by whomever, but none could be chosen) or `missing`. The
    column of a question that counts for nobody says void. A spare paper has a row only when it was handed in.
    """
    columns = tuple(questions)
    return csv_text([(*_COLUMNS, *columns), *_rows(result, assignments, columns)])


def _rows(result: ClassResult, assignments: Iterable[Assignment], columns: tuple[str, ...]) -> Iterator[list[object]]:
    claimed = claims_on_papers(result)
    table = list(assignments)
    # A paper that nobody is known to own is somebody's work all the same.
    owned = {owner.paper for owner in table}
    table += [Assignment(paper) for paper in result.grades if paper not in owned]
    for owner in table:
        grade = result.grades.get(owner.paper)
        if grade is not None or owner.id or owner.paper in claimed:
            absent: State = "set aside" if owner.paper in claimed else "missing"
            who = [_text(cell) for cell in (owner.id, owner.name, owner.email)]
            yield [*who, owner.paper, *_cells(grade, absent, columns)]


def _cells(grade: Grade | None, absent: State, columns: tuple[str, ...]) -> list[object]:
    if grade is None:
        return ["", "", absent, "", "", *("" for _ in columns)]
    state: State = "complete" if grade.is_complete else "incomplete"
    points = [_question_points(grade, column) for column in columns]
    waits, late = " ".join(map(_text, grade.open_fields)), grade.late.words if grade.late else ""
    return [number(grade.points), number(grade.out_of), state, waits, late, *points]


def _question_points(grade: Grade, question: str) -> object:
    """The points of one question; empty while one of its answers waits for a person, `void` where none counts."""
    fields = [field for field in grade.fields if field.slot == question]
    if any(field.verdict.outcome in OPEN_OUTCOMES for field in fields):
        return ""
    if fields and all(field.verdict.outcome == "voided" for field in fields):
        return "void"
    return number(sum((field.points for field in fields), Fraction(0)))


def set_aside_csv(result: ClassResult) -> str:
    """The files that were not graded, each with the reason."""
    rows = [map(_text, (file.source, file.paper, file.reason)) for file in result.set_aside]
    return csv_text([("file", "paper", "reason"), *rows])


def _text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: file names and field names come from students."""
    return guarded(printable(cell))
