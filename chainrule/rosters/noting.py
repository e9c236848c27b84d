"""What a person should know about how a roster was read, though nothing is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chainrule.amount_words import first_of
from chainrule.rosters.layouts import Layout, near_column
from chainrule.rosters.student import Student

__all__ = ["NumberedRow", "notes_on"]

_LARGE_GROUP = 8


@dataclass(frozen=True)
class NumberedRow:
    """A row's cells by column; `left_out` is why it is no student, `id_place` where its id stands, -1 for nowhere."""

    line: int
    cells: Mapping[str, str]
    left_out: str
    id_place: int


def notes_on(
    source: str,
    encoding: str,
    headings: Sequence[str],
    layout: Layout,
    places: Mapping[str, Sequence[int]],
    people: Sequence[NumberedRow],
    students: Sequence[tuple[int, Student]],
) -> Iterator[str]:
    """One sentence each: the kind of file, the column of the ids, rows and columns that were left out, groups."""
    if layout.columns:
        yield f"{source}: read as a {layout.name}; {_ids(headings, people)}."
    if encoding == "Windows-1252":
        yield f"{source}: is no UTF-8 and was read as Windows-1252; look at names with accents in the assignment table."
    if left_out := [f"{person.left_out} (line {person.line})" for person in people if person.left_out]:
        yield f"{source}: left out: {first_of(left_out)}."
    if unread := _unread(headings, places):
        yield f"{source}: columns that were not read: {first_of(unread)}."
    yield from _groups(source, [student for _, student in students])


def _ids(headings: Sequence[str], people: Sequence[NumberedRow]) -> str:
    """From which column the ids are, the most frequent first."""
    lines: dict[int, list[int]] = {}
    for person in people:
        if not person.left_out:
            lines.setdefault(person.id_place, []).append(person.line)
    most, *others = sorted(lines, key=lambda place: -len(lines[place]))
    text = f"ids are from the column {headings[most]!r}"
    for place in others:
        text += f", and from {headings[place]!r} in line {first_of(map(str, lines[place]))}"
    return text


def _unread(headings: Sequence[str], places: Mapping[str, Sequence[int]]) -> list[str]:
    read = {place for at in places.values() for place in at}
    unread = []
    for place, heading in enumerate(headings):
        if place not in read:
            near = near_column(heading)
            hint = f" (did you mean {near}?)" if near and near not in places else ""
            unread.append((repr(heading) if heading else f"number {place + 1}, without a heading") + hint)
    return sorted(unread, key=lambda text: "did you mean" not in text)


def _groups(source: str, students: Sequence[Student]) -> Iterator[str]:
    sizes = Counter(student.group for student in students if student.group)
    if not sizes:
        return
    least, most = min(sizes.values()), max(sizes.values())
    size = f"{least}" if least == most else f"{least} to {most}"
    is_one = len(sizes) == 1
    share = f"1 group of {size} shares a paper" if is_one else f"{len(sizes)} groups of {size} share a paper each"
    yield f"{source}: {share}."
    if large := [group for group, size in sizes.items() if size > _LARGE_GROUP]:
        yield f"{source}: are these groups that hand in one paper? {first_of(large)}; a class section is a `section`."
