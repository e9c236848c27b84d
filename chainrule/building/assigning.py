"""Whose paper is whose: papers that are assigned stay, new students, groups and further spares get papers of their own.

The roster decides about what it has a column for; all else stays as it stands in the assignment table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count, islice

from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.rosters import Roster, Student
from chainrule.rosters.assignments import assignment_of
from question_templates.dice import paper_id

__all__ = ["Assigned", "assign"]

Known = tuple[Assignment, ...]


@dataclass(frozen=True)
class Assigned:
    """The assignment table, students by id first and then the spares; `notes` are what a person should know of it."""

    table: tuple[Assignment, ...]
    notes: tuple[str, ...]

    @property
    def papers(self) -> tuple[Assignment, ...]:
        """Every paper once, with its first owner."""
        first: dict[str, Assignment] = {}
        for assignment in self.table:
            first.setdefault(assignment.paper, assignment)
        return tuple(first.values())


def assign(folder: ExamFolder, roster: Roster, spares: int, secret: bytes) -> Assigned:
    """A paper for everybody; students of one group share theirs, and who changes groups gets another one.

    Raises: RefusedInput when two papers would have the same id, or a spreadsheet has changed the table's ids.
    """
    known = folder.read_assignments() if folder.assignments.is_file() else ()
    _refuse_changed_ids(known, roster)
    present = {student.id for student in roster.students}
    left = [row for row in known if row.id and row.id not in present]
    owned = [*left, *_with_papers(known, roster, secret)]
    spare = list(_without_owner(known, owned))
    every = [*owned, *spare, *_new_spares(known, spares - len(spare), secret)]
    if _collide(every):
        raise RefusedInput("two papers would have the same id; delete staff/secret.hex and build again.")
    table = tuple(sorted(every, key=lambda assignment: (not assignment.id, assignment.id, assignment.paper)))
    return Assigned(table, tuple(_notes(known, left, spare)))


def _with_papers(known: Known, roster: Roster, secret: bytes) -> Iterator[Assignment]:
    """The rows of the roster's students: with the paper they have, their group's, or a new one."""
    rows = {row.id: row for row in known if row.id}
    taken = {row.paper for row in known}
    of_group = {_group(row): row.paper for row in reversed(known) if row.id and row.group}
    for student in roster.students:
        row = rows.get(student.id)
        wanted = _merged(row, student, roster.columns)
        if row and _group(row) == _group(wanted):
            yield wanted
        elif wanted.group:
            paper = of_group.setdefault(_group(wanted), _free_id(secret, taken, "group", _group(wanted)))
            yield replace(wanted, paper=paper)
        else:
            yield replace(wanted, paper=_free_id(secret, taken, "student", student.id))


def _merged(row: Assignment | None, student: Student, columns: frozenset[str]) -> Assignment:
    """The row with what the roster says now."""
    if row is None:
        return assignment_of("", student)
    return replace(row, **{column: getattr(student, column) for column in columns})


def _group(row: Assignment) -> str:
    return row.group.casefold()


def _free_id(secret: bytes, taken: set[str], *place: str) -> str:
    """The paper id of that place, or the next one when somebody else was given that paper."""
    ids = (paper_id(secret, *place, *again) for again in chain([()], ((str(n),) for n in count(2))))
    return next(paper for paper in ids if paper not in taken)


def _without_owner(known: Known, owned: Iterable[Assignment]) -> Iterator[Assignment]:
    """Spares, and papers whose owners have all got another one: they may be printed, so they stay in the table."""
    with_owner = {row.paper for row in owned}
    kept = {row.paper: row for row in reversed(known) if row.paper not in with_owner}
    for row in kept.values():
        yield row if not row.id else Assignment(row.paper, format=row.format)


def _new_spares(known: Known, missing: int, secret: bytes) -> list[Assignment]:
    """As many further spares as are missing: those that have found an owner since no longer count."""
    taken = {row.paper for row in known}
    ids = (paper_id(secret, "spare", str(number)) for number in count(1))
    return [Assignment(paper) for paper in islice((paper for paper in ids if paper not in taken), max(missing, 0))]


def _collide(every: Iterable[Assignment]) -> bool:
    """Whether a paper has owners that do not share it."""
    owners: dict[str, str] = {}
    return any(owners.setdefault(row.paper, _group(row) or row.id) != (_group(row) or row.id) for row in every)


def _refuse_changed_ids(known: Known, roster: Roster) -> None:
    """A student whose id has lost its zeros would be taken for a new one, and both rows for people."""
    present = {student.id for student in roster.students}
    table = {_worn(row.id): row.id for row in known if row.id and row.id not in present}
    ids = {row.id for row in known}
    mistakes = [
        f"student {student.id!r} of the roster is {table[_worn(student.id)]!r} in the assignment table. A spreadsheet "
        "drops zeros at the start of a number; write the id in staff/assignments.csv as it is in the roster."
        for student in roster.students
        if student.id not in ids and _worn(student.id) in table
    ]
    if mistakes:
        raise RefusedInput("\n".join(mistakes))


def _worn(student_id: str) -> str:
    """What may be left of an id after a spreadsheet or another export has written it."""
    return student_id.casefold().lstrip("0")


def _notes(known: Known, left: list[Assignment], spare: list[Assignment]) -> Iterator[str]:
    before: Mapping[str, bool] = {row.paper: bool(row.id) for row in known}
    if left:
        yield f"No longer on the roster, with papers of their own still: {_named(row.id for row in left)}."
    if lost := [row.paper for row in spare if before[row.paper]]:
        yield f"Without an owner since groups changed, and spares now: {_named(lost)}."


def _named(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
