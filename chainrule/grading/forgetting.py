"""`forget`: a person is removed from an exam and from the results of its runs, and what can't be is named.

The person's paper goes with them, unless others of a group share it. Files that others made (archives, exports of a
learning platform, the roster) are not rewritten; those that still mention the person are listed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from chainrule.building.rewriting import write_for_staff
from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.grading.graded import open_run
from chainrule.grading.journal import JOURNAL, Journal
from chainrule.grading.run import class_of, finish
from chainrule.grading.settling import People
from chainrule.review.decisions_file import REVIEW_FOLDER, read_kept, update_kept
from chainrule.transcription.handed_in import read_transcripts
from grader.choosing import Entry, traits

__all__ = ["Forgetting", "forget"]

#: Files larger than this are not searched for a mention; no form and no table of ours comes near it.
_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Forgetting:
    """Who is forgotten, which files are deleted or rewritten for it, and which ones mention the person all the same."""

    person: Assignment
    deleted: tuple[Path, ...]
    rewritten: tuple[Path, ...]
    still: tuple[Path, ...] = ()


def forget(folder: ExamFolder, student_id: str, *, results: Iterable[Path] = (), apply: bool = False) -> Forgetting:
    """Remove a person from the exam in `folder` and from these folders of results; nothing changes unless `apply`.

    Raises: RefusedInput where there is no such person, or something can't be read or written.
    """
    table = folder.read_assignments()
    rows = [row for row in table if row.id.casefold() == student_id.casefold() and row.id]
    if not rows:
        raise RefusedInput(f"{folder.assignments}: there is no student {student_id!r}.")
    person = rows[0]
    shared = [row for row in table if row.paper == person.paper and row is not person]
    runs = tuple(results)
    deleted = [] if shared else list(_files_of(folder, person.paper))
    submissions = {run: tuple(_sources(run, person, is_shared=bool(shared))) for run in runs}
    for run, sources in submissions.items():
        handed_in = open_run(run).handed_in
        deleted += [handed_in / source for source in sources if (handed_in / source).is_file()]
    plan = Forgetting(person, tuple(dict.fromkeys(deleted)), (folder.assignments, folder.print_order, *runs))
    if not apply:
        return plan
    try:
        for file in plan.deleted:
            file.unlink(missing_ok=True)
        write_for_staff(folder, [row for row in table if row is not person])
        for run, sources in submissions.items():
            _forget_in_run(folder, run, person, sources, is_shared=bool(shared))
    except OSError as cause:
        raise RefusedInput(f"{cause.filename}: can't be removed ({cause.strerror}).") from cause
    places = [folder.path, *runs, *(open_run(run).handed_in for run in runs)]
    return Forgetting(person, plan.deleted, plan.rewritten, tuple(_mentions(places, person, is_shared=bool(shared))))


def _files_of(folder: ExamFolder, paper: str) -> Iterator[Path]:
    """Every file of an exam that is one paper's: the names of all of them begin with its id."""
    return (file for file in sorted(folder.path.rglob(f"{paper}*")) if file.is_file())


def _sources(run: Path, person: Assignment, *, is_shared: bool) -> Iterator[str]:
    """The files that the person handed in, as far as it is known: by sender, or by a paper that is theirs alone."""
    with Journal(run / JOURNAL) as journal:
        for entry in journal.entries():
            if _is_by(entry, person) or (entry.paper == person.paper and not is_shared):
                yield entry.source


def _is_by(entry: Entry, person: Assignment) -> bool:
    theirs = set(traits(person.id, person.email, person.name))
    return any(theirs & set(traits(sender.id, sender.email, sender.name)) for sender in entry.senders)


def _forget_in_run(
    folder: ExamFolder, run: Path, person: Assignment, sources: tuple[str, ...], *, is_shared: bool
) -> None:
    """Take the person out of the journal and write everything anew; the sealed journal has no trace of it."""
    if not is_shared:
        update_kept(run, lambda kept: [one for one in kept if one.decision.paper != person.paper])
        for table in sorted((run / REVIEW_FOLDER).glob("*")):
            if _holds(table, [person.paper]):
                table.unlink()
    before = open_run(run)
    with Journal(run / JOURNAL) as journal:
        journal.keep_only({entry.source for entry in journal.entries()} - set(sources))
        people = People(read_transcripts(folder, before.papers).typed_in, read_kept(run))
        finish(journal, before.grounds, class_of(folder), people, out=run, jobs=0)


def _mentions(places: Iterable[Path], person: Assignment, *, is_shared: bool) -> Iterator[Path]:
    """Files below these folders whose name or bytes still mention the person's id, name, e-mail or own paper."""
    told = [person.id, person.name, person.email, *([] if is_shared else [person.paper])]
    # One or two letters are found everywhere and say nothing.
    signs = [sign for sign in told if len(sign) > 2]
    for place in dict.fromkeys(places):
        for parent, _, names in sorted(os.walk(place)):
            for name in sorted(names):
                file = Path(parent, name)
                if any(sign in str(file.relative_to(place)) for sign in signs) or _holds(file, signs):
                    yield file


def _holds(file: Path, signs: Iterable[str]) -> bool:
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return False
        data = file.read_bytes()
    except OSError:
        return False
    return any(sign.encode() in data for sign in signs)
