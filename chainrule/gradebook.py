"""The gradebook: one row a student, in the order of the assignment table; nobody is left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from chainrule.exam_folder import Assignment
from grader import ClassResult, Grade
from grader.grade import number

__all__ = ["gradebook_csv", "set_aside_csv"]


def gradebook_csv(result: ClassResult, assignments: Iterable[Assignment], fields: Iterable[str]) -> str:
    """Id, name, paper, points, state and the points of each field.

    The state is `complete`, `incomplete` (answers wait for a person: the points may still rise) or `missing`.
    A spare paper has a row only when it was handed in.
    """
    columns = tuple(fields)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "name", "email", "paper", "points", "out_of", "state", "open_fields", *columns])
    for owner in assignments:
        grade = result.grades.get(owner.paper)
        if grade is not None or owner.id:
            writer.writerow([owner.id, owner.name, owner.email, owner.paper, *_cells(grade, columns)])
    return text.getvalue()


def _cells(grade: Grade | None, columns: tuple[str, ...]) -> list[object]:
    if grade is None:
        return ["", "", "missing", "", *("" for _ in columns)]
    points = {field.id: number(field.points) for field in grade.fields}
    state = "complete" if grade.is_complete else "incomplete"
    marks = [points.get(column, "") for column in columns]
    return [number(grade.points), number(grade.out_of), state, " ".join(grade.open_fields), *marks]


def set_aside_csv(result: ClassResult) -> str:
    """The files that were not graded, each with the reason."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "paper", "reason"])
    writer.writerows([file.source, file.paper, file.reason] for file in result.set_aside)
    return text.getvalue()
