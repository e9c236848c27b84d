"""From what was handed in to the journal: a file is graded once, and again only where something changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from chainrule.grading.cells import Cell, submission_from
from chainrule.grading.grounds import Grounds
from chainrule.grading.journal import Journal
from chainrule.grading.tasks import ToGrade, grading_with
from chainrule.grading.workers import Lost, share_out
from chainrule.transcription.handed_in import TRANSCRIPT_OF
from grader import TypedIn
from grader.choosing import Entry
from submissions.handed_in import HandedIn

__all__ = ["Progress", "enter", "enter_again"]

#: Told how many files are done, and how many of these were graded now rather than in an earlier run.
Progress = Callable[[int, int], None]


_PAPER_ID = re.compile(rb"[A-Z0-9]{4}-[A-Z0-9]{4}")


@dataclass(frozen=True)
class _Arrived:
    """A task, and how it came: None for what staff typed in."""

    task: ToGrade
    handed_in: HandedIn | None = None

    @property
    def without_content(self) -> HandedIn | None:
        """How it came, to be kept until it is graded."""
        return self.handed_in and replace(self.handed_in, content=b"")


def enter(
    journal: Journal,
    grounds: Grounds,
    handed_in: Iterable[HandedIn],
    typed_in: Iterable[TypedIn],
    *,
    jobs: int,
    progress: Progress,
) -> None:
    """Bring the journal to what was handed in: files that are gone leave it, those that did not change stay."""
    basis = grounds.basis()
    sources: list[str] = []
    counted = _Counted(progress)

    def new() -> Iterator[_Arrived]:
        for arrived in _arrived(handed_in, typed_in):
            sources.append(arrived.task.source)
            known = journal.cell(arrived.task.source)
            if known is not None and _still_holds(known, arrived, basis):
                counted.kept()
            else:
                yield arrived

    _grade(journal, grounds, new(), jobs, counted)
    journal.keep_only(sources)
    journal.save()


def enter_again(
    journal: Journal, grounds: Grounds, typed_in: Iterable[TypedIn], *, jobs: int, progress: Progress
) -> None:
    """Grade anew, from the answers in the journal and what is typed in now, whatever rests on other grounds than these.

    Files that were handed in since the journal was written are not looked for.
    """
    basis = grounds.basis()
    typed = list(_arrived((), typed_in))
    on_paper = {arrived.task.source for arrived in typed}
    files = [entry.source for entry in journal.entries() if not entry.source.startswith(TRANSCRIPT_OF)]
    counted = _Counted(progress)

    def changed() -> Iterator[_Arrived]:
        for source in files:
            cell = journal.cell(source)
            if cell is None or cell.submission is None or (cell.grade and cell.basis == basis(cell.entry.paper)):
                counted.kept()
                continue
            entry = cell.entry
            as_it_came = HandedIn(source, b"", entry.senders, entry.submitted_at, entry.is_late, entry.notes)
            yield _Arrived(ToGrade(source, cell.digest, submission_from(cell.submission)), as_it_came)
        for arrived in typed:
            known = journal.cell(arrived.task.source)
            if known is not None and _still_holds(known, arrived, basis):
                counted.kept()
            else:
                yield arrived

    _grade(journal, grounds, changed(), jobs, counted)
    journal.keep_only({*files, *on_paper})
    journal.save()


def _grade(journal: Journal, grounds: Grounds, arriving: Iterator[_Arrived], jobs: int, counted: _Counted) -> None:
    meanwhile: dict[str, HandedIn | None] = {}

    def tasks() -> Iterator[ToGrade]:
        for arrived in arriving:
            meanwhile[arrived.task.source] = arrived.without_content
            yield arrived.task

    for task, found in share_out(tasks(), jobs=jobs, prepare=grading_with, given=(grounds,)):
        as_it_came = meanwhile.pop(task.source)
        cell = _lost(task, found, grounds) if isinstance(found, Lost) else found
        journal.put(_with_sender(cell, as_it_came))
        counted.graded()


def _arrived(handed_in: Iterable[HandedIn], typed_in: Iterable[TypedIn]) -> Iterator[_Arrived]:
    for one in handed_in:
        yield _Arrived(ToGrade(one.source, _digest(one), one), one)
    for typed in typed_in:
        submission = typed.submission
        yield _Arrived(ToGrade(submission.source, submission.digest, submission, is_typed=True))


def _digest(one: HandedIn) -> str:
    return hashlib.sha256(one.content).hexdigest() if isinstance(one.content, bytes) else ""


def _still_holds(cell: Cell, arrived: _Arrived, basis: Callable[[str], str]) -> bool:
    """Whether a grade in the journal is the one that grading again would give."""
    if cell.grade is None or cell.digest != arrived.task.digest:
        return False
    as_now = _with_sender(cell, arrived.handed_in)
    return as_now == cell and cell.basis == basis(cell.entry.paper)


def _with_sender(cell: Cell, one: HandedIn | None) -> Cell:
    if one is None:
        return cell
    entry = replace(
        cell.entry,
        senders=one.senders,
        submitted_at=one.submitted_at,
        is_late=one.is_late,
        notes=one.warnings,
    )
    return replace(cell, entry=entry)


def _lost(task: ToGrade, lost: Lost, grounds: Grounds) -> Cell:
    """A file that no process survived: our fault, so that it waits for a person and its paper counts as handed in."""
    claimed = ""
    content = task.content.content if isinstance(task.content, HandedIn) else b""
    if isinstance(content, bytes):
        papers = grounds.papers()
        found = (match.decode() for match in _PAPER_ID.findall(content))
        claimed = next((paper for paper in found if paper in papers), "")
    reason = f"It could not be graded: {lost.reason}. This is our fault and not the student's; please report it."
    return Cell(Entry(task.source, claimed, reason), task.digest)


class _Counted:
    """How far the run is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._n_done = self._n_graded = 0

    def kept(self) -> None:
        self._n_done += 1
        self._progress(self._n_done, self._n_graded)

    def graded(self) -> None:
        self._n_graded += 1
        self.kept()
