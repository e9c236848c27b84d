"""From graded files to final grades: the file that counts, lateness, papers typed in, and people's decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chainrule.exam_folder import Assignment
from chainrule.grading.cells import json_text
from chainrule.grading.journal import Journal
from chainrule.review.decisions_file import Kept
from chainrule.review.grouping import is_outdated
from grader import Decision, Grade, TypedIn
from grader.batch import PeoplesWork
from grader.choosing import DECISION_ON, NOTE_ON, Choice, Deadline, Entry, Owner, SetAside, choose
from grader.records import grade_from, grade_record
from question_templates.paper import ExamHead, Paper

__all__ = ["Class", "People", "settle"]


@dataclass(frozen=True)
class Class:
    """Who sat the exam: the assignment table, and the head that all papers have in common."""

    assignments: tuple[Assignment, ...]
    head: ExamHead

    @property
    def owners(self) -> dict[str, tuple[Owner, ...]]:
        """Whose a paper is: the papers of groups have several owners, spares none."""
        owners: dict[str, list[Owner]] = defaultdict(list)
        for row in self.assignments:
            if row.id:
                owners[row.paper].append(Owner(row.id, row.name, row.email))
        return {paper: tuple(mine) for paper, mine in owners.items()}

    @property
    def deadlines(self) -> dict[str, Deadline]:
        """When each paper is due: its owners' own time, the latest of a group's, or the exam's."""
        due: dict[str, datetime] = {}
        for row in self.assignments:
            moment = row.due or self.head.due
            if moment is not None:
                placed = self.head.in_its_zone(moment)
                due[row.paper] = _later(due.get(row.paper, placed), placed)
        return {paper: Deadline(moment, self.head.late) for paper, moment in due.items()}


    def placed(self, entry: Entry) -> Entry:
        """The entry with a time that names no zone read as one of where the exam is sat."""
        moment = entry.submitted_at
        return entry if moment is None else replace(entry, submitted_at=self.head.in_its_zone(moment))


def _later(one: datetime, other: datetime) -> datetime:
    """The later time; the first where they can't be compared, since one of them alone names a zone."""
    is_comparable = (one.utcoffset() is None) == (other.utcoffset() is None)
    return max(one, other) if is_comparable else one


@dataclass(frozen=True)
class People:
    """What people did by hand: papers that they typed in, and decisions that they took in reviews."""

    typed_in: tuple[TypedIn, ...]
    kept: tuple[Kept, ...]


def settle(
    journal: Journal, papers: Mapping[str, Paper], people: People, room: Class, *, notes: Iterable[str] = ()
) -> None:
    """Write every paper's final grade, and what is set aside, into the journal; `notes` are on adjustments."""
    typed = {one.submission.source for one in people.typed_in}
    entries = [room.placed(entry) for entry in journal.entries() if entry.source not in typed]
    entries += PeoplesWork.of(people.typed_in, ()).entries(papers, entries)
    choice = choose(entries, owners=room.owners, deadlines=room.deadlines)
    kept, aside = _of_answers_of_now(journal, papers, people.kept, choice)
    work = PeoplesWork.of(people.typed_in, kept)
    for paper, entry in choice.chosen.items():
        grade, unfit = work.finish(_graded(journal, entry), late=choice.late.get(paper))
        journal.put_result(paper, entry.source, json_text(grade_record(grade)))
        aside += unfit
    journal.drop_results(set(journal.papers()) - set(choice.chosen))
    aside += [*choice.set_aside, *work.without_a_grade(choice.chosen), *map(_noted, notes)]
    journal.replace_set_aside((file.source, file.reason, file.paper) for file in aside)
    journal.save()


def _noted(note: str) -> SetAside:
    """`adjustments.yaml:3:5: why` as a remark that is set aside."""
    place, _, why = note.partition(": ")
    return SetAside(f"{NOTE_ON}{place}", why)


def _graded(journal: Journal, entry: Entry) -> Grade:
    cell = journal.cell(entry.source)
    if cell is None or cell.grade is None:
        raise ValueError(f"{entry.source} counts for paper {entry.paper} and was not graded.")
    return grade_from(cell.grade)


def _of_answers_of_now(
    journal: Journal, papers: Mapping[str, Paper], kept: Iterable[Kept], choice: Choice
) -> tuple[list[Decision], list[SetAside]]:
    """Decisions hold for the answers that they were taken on; those on answers that have changed since are told."""
    fit: list[Decision] = []
    aside: list[SetAside] = []
    for one in kept:
        decision, entry = one.decision, choice.chosen.get(one.decision.paper)
        if entry is not None and is_outdated(one, papers[entry.paper], _graded(journal, entry)):
            reason = f"Decided by {decision.who or 'somebody'} on an answer that has changed since; decide it anew."
            aside.append(SetAside(f"{DECISION_ON}{decision.field} of {decision.paper}", reason, decision.paper))
        else:
            fit.append(decision)
    return fit, aside
