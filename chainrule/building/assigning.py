"""Whose paper is whose: papers that are assigned stay, new students and further spares get papers of their own."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count, islice

from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.roster import Student
from question_templates.dice import paper_id

__all__ = ["assign"]


def assign(folder: ExamFolder, students: tuple[Student, ...], spares: int, secret: bytes) -> tuple[Assignment, ...]:
    """A paper for everybody, students by id first and then the spares.

    Raises: RefusedInput when two papers would have the same id.
    """
    known = folder.read_assignments() if folder.assignments.is_file() else ()
    named = {student.id: student for student in students}
    known = tuple(_renamed(assignment, named.get(assignment.id)) for assignment in known)
    taken = {assignment.paper for assignment in known}
    new = [
        Assignment(_free_id(secret, student, taken), student.id, student.name, student.email)
        for student in students
        if student.id not in {assignment.id for assignment in known}
    ]
    every = [*known, *new, *_new_spares(known, spares, secret)]
    if len({assignment.paper for assignment in every}) < len(every):
        raise RefusedInput("two papers would have the same id; delete staff/secret.hex and build again.")
    return tuple(sorted(every, key=lambda assignment: (not assignment.id, assignment.id, assignment.paper)))


def _renamed(assignment: Assignment, student: Student | None) -> Assignment:
    """The assignment with the roster's present name and address of its owner."""
    return replace(assignment, name=student.name, email=student.email) if student else assignment


def _free_id(secret: bytes, student: Student, taken: set[str]) -> str:
    """The student's own paper id, or the next one when somebody else was given that paper."""
    ids = (paper_id(secret, "student", student.id, *again) for again in chain([()], ((str(n),) for n in count(2))))
    return next(paper for paper in ids if paper not in taken)


def _new_spares(known: tuple[Assignment, ...], wanted: int, secret: bytes) -> list[Assignment]:
    """As many further spares as are wanted: those that have found an owner since no longer count."""
    missing = wanted - sum(not assignment.id for assignment in known)
    taken = {assignment.paper for assignment in known}
    ids = (paper_id(secret, "spare", str(number)) for number in count(1))
    return [Assignment(paper) for paper in islice((paper for paper in ids if paper not in taken), max(missing, 0))]
