"""What is wrong between the students of a roster: ids, addresses and seats that two have, groups that disagree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from chainrule.rosters.student import Student

__all__ = ["conflicts"]

Numbered = Sequence[tuple[int, Student]]
Fault = tuple[int, str]


def conflicts(students: Numbered, *, blank_columns: Collection[tuple[int, str]] = ()) -> Iterator[Fault]:
    """(line, what is wrong); `blank_columns` are cells (line, column) that are empty because they could not be read."""
    yield from _blanks(students, blank_columns)
    yield from _twice(students, lambda student: student.id.casefold(), _same_id)
    yield from _twice(students, lambda student: student.email.casefold(), _same_email)
    yield from _seats(students)
    yield from _groups(students)


def _blanks(students: Numbered, reported: Collection[tuple[int, str]]) -> Iterator[Fault]:
    for line, student in students:
        if not student.id and (line, "id") not in reported:
            yield line, "the id is blank; every student needs one."
        if not student.name:
            yield line, f"the name of student {student.id!r} is blank."


def _twice(
    students: Numbered, key: Callable[[Student], str], fault: Callable[[Student, Student, int], str]
) -> Iterator[Fault]:
    seen: dict[str, tuple[int, Student]] = {}
    for line, student in students:
        if not key(student):
            continue
        first_line, first = seen.setdefault(key(student), (line, student))
        if first is not student:
            yield line, fault(student, first, first_line)


def _same_id(student: Student, first: Student, line: int) -> str:
    written = "" if first.id == student.id else f", written {first.id!r}"
    return f"the id {student.id!r} stands in line {line} already{written}."


def _same_email(student: Student, first: Student, line: int) -> str:
    return f"the address {student.email!r} is that of {first.name} in line {line}; submissions are told apart by it."


def _seats(students: Numbered) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str], tuple[int, Student]] = {}
    for line, student in students:
        if not student.seat:
            continue
        place = (student.sitting.casefold(), student.room.casefold(), student.seat.casefold())
        first_line, first = seen.setdefault(place, (line, student))
        shares = bool(student.group) and student.group == first.group
        if first is not student and not shares:
            room = f" in room {student.room}" if student.room else ""
            sitting = f", sitting {student.sitting}" if student.sitting else ""
            yield line, f"seat {student.seat}{room}{sitting} is taken by {first.name} in line {first_line}."


def _groups(students: Numbered) -> Iterator[Fault]:
    """A group has one paper, which comes in one format and is written in one sitting."""
    seen: dict[str, tuple[int, Student]] = {}
    for line, student in students:
        if not student.group:
            continue
        first_line, first = seen.setdefault(student.group.casefold(), (line, student))
        for column in ("group", "sitting", "format"):
            here, there = getattr(student, column), getattr(first, column)
            if here != there:
                yield (
                    line,
                    f"group {student.group!r} shares one paper, but its {column} is {there!r} in line {first_line} "
                    f"and {here!r} here.",
                )
