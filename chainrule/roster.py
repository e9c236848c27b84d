"""Reading a roster: who gets a paper. All mistakes of the file are reported together, with their lines."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from chainrule.errors import RefusedInput

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

    A byte order mark, semicolons or tabs as separators, and Windows' encoding are understood.
    Raises: RefusedInput with every mistake as `roster.csv:7: what is wrong`.
    """
    text = _text(data)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    except csv.Error as cause:
        raise RefusedInput(f"{source}: this is no CSV file: {cause}.") from cause
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if not filled:
        raise RefusedInput(f"{source}: the roster is empty; its first line should be: id,name,email")
    columns = _columns(filled[0][1], source)
    students: list[Student] = []
    mistakes: list[str] = []
    seen: dict[str, int] = {}
    for number, row in filled[1:]:
        cell = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        student = Student(cell["id"], cell["name"], cell.get("email", ""))
        mistakes += [f"{source}:{number}: {fault}" for fault in _faults(student, seen)]
        seen.setdefault(student.id, number)
        students.append(student)
    if not students:
        mistakes.append(f"{source}: there is no student below the headings.")
    if mistakes:
        raise RefusedInput("\n".join(mistakes))
    return tuple(students)


def _text(data: bytes) -> str:
    """UTF-16 where a byte order mark says so, UTF-8, or what older spreadsheets write; undecodable bytes show."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """The separator of the heading line; spreadsheets of many countries write semicolons."""
    heading = text.lstrip().splitlines()[0] if text.strip() else ""
    return max(",;\t", key=heading.count)


def _columns(heading: list[str], source: str) -> dict[str, int]:
    wanted = [cell.strip().lower() for cell in heading]
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
