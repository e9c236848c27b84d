"""Reading a roster: who gets a paper. All mistakes of the file are reported together, with their lines."""

from __future__ import annotations

from dataclasses import dataclass

from chainrule.errors import RefusedInput
from chainrule.spreadsheet import read_rows

__all__ = ["Student", "read_roster"]

#: Headings that are understood for each column, in lower case.
_HEADINGS = {
    "id": ("id", "student id", "student_id", "sid", "number"),
    "name": ("name", "student", "student name", "full name"),
    "email": ("email", "e-mail", "mail", "email address"),
}


@dataclass(frozen=True)
class Student:
    """One person of the roster; `email` may be empty."""

    id: str
    name: str
    email: str = ""


def read_roster(data: bytes, *, source: str = "roster.csv") -> tuple[Student, ...]:
    """The students of a CSV file with the columns id, name and, if there is one, email.

    Raises: RefusedInput with every mistake as `roster.csv:7: what is wrong`.
    """
    rows = read_rows(data, source=source)
    if not rows:
        raise RefusedInput(f"{source}: the roster is empty; its first line should be: id,name,email")
    columns = _columns(rows[0][1], source)
    students: list[Student] = []
    mistakes: list[str] = []
    seen: dict[str, int] = {}
    for number, row in rows[1:]:
        cell = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
        student = Student(cell["id"], cell["name"], cell.get("email", ""))
        mistakes += [f"{source}:{number}: {fault}" for fault in _faults(student, seen)]
        seen.setdefault(student.id, number)
        students.append(student)
    if not students:
        mistakes.append(f"{source}: there is no student below the headings.")
    if mistakes:
        raise RefusedInput("\n".join(mistakes))
    return tuple(students)


def _columns(heading: list[str], source: str) -> dict[str, int]:
    wanted = [cell.lower() for cell in heading]
    columns = {
        name: next(place for place, cell in enumerate(wanted) if cell in known)
        for name, known in _HEADINGS.items()
        if any(cell in known for cell in wanted)
    }
    missing = [name for name in ("id", "name") if name not in columns]
    if missing:
        found = ", ".join(heading)
        raise RefusedInput(f"{source}:1: no column {' and no column '.join(missing)} among the headings {found}.")
    return columns


def _faults(student: Student, seen: dict[str, int]) -> list[str]:
    faults = []
    if not student.id:
        faults.append("the id is blank; every student needs one.")
    elif student.id in seen:
        faults.append(f"the id {student.id!r} stands in line {seen[student.id]} already.")
    if not student.name:
        faults.append(f"the name of student {student.id!r} is blank.")
    return faults
