"""`forget`: a person is removed from an exam and from the results of its runs, and what can't be is named.

The person's paper goes with them, unless others of a group share it. Files that others made (archives, exports of a
learning platform, the roster) are not rewritten; those that still mention the person are listed.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from markupsafe import escape

from chainrule.adjustments_file import read_adjustments
from chainrule.building.rewriting import write_for_staff
from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.gone_papers import GonePapers, read_gone, with_paper, write_gone
from chainrule.grading.entering import enter_again
from chainrule.grading.graded import GradedRun, open_run
from chainrule.grading.grounds import grounds_of
from chainrule.grading.journal import JOURNAL, Journal
from chainrule.grading.run import finish, head_of
from chainrule.grading.settling import Class, People
from chainrule.reading_files import file_text
from chainrule.review.decisions_file import REVIEW_FOLDER, read_kept, update_kept
from chainrule.transcription.handed_in import read_transcripts, source_file
from grader.choosing import Entry, traits
from submissions.collecting import collect

__all__ = ["Forgetting", "forget"]

#: Files that may hold other people's answers, too: they are named and left.
_SHARED_SUFFIXES = (".zip", ".csv", ".tsv")

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

    Whatever could refuse the results without the person is looked at before anything changes, and the table of who has
    which paper is changed last, so that it can be done again where something stops it.
    Raises: RefusedInput where there is no such person, or something can't be read or written.
    """
    table = folder.read_assignments()
    person = next((row for row in table if row.id and row.id.casefold() == student_id.casefold()), None)
    if person is None:
        raise RefusedInput(f"{folder.assignments}: there is no student {student_id!r}.")
    others = tuple(row for row in table if row is not person)
    going = _Going(folder, person, is_shared=any(row.paper == person.paper for row in others))
    runs = {run: open_run(run) for run in results}
    sources = {run: tuple(going.sources(run)) for run in runs}
    containers = [source_file(folder, runs[run].handed_in, source) for run in runs for source in sources[run]]
    own = [place for place in containers if place.is_file() and place.suffix.lower() not in _SHARED_SUFFIXES]
    deleted = tuple(dict.fromkeys([*going.files(), *own]))
    rewritten = (folder.assignments, folder.print_order, *runs)
    gone = going.what_goes(runs.values())
    if not apply:
        return Forgetting(person, deleted, rewritten)
    room = Class(others, head_of(folder))
    roots = {graded.handed_in for graded in runs.values()}
    try:
        if gone is not None:
            write_gone(folder, gone)
        for file in deleted:
            file.unlink(missing_ok=True)
            if file in own and file.parent not in roots:
                with suppress(OSError):  # others may have something in there
                    file.parent.rmdir()
        for run, graded in runs.items():
            going.leave(run, graded, sources[run], room)
        write_for_staff(folder, others)
    except OSError as cause:
        raise RefusedInput(f"{cause.filename}: can't be removed ({cause.strerror}); run it again.") from cause
    places = [folder.path, *runs, *(graded.handed_in for graded in runs.values())]
    mixed = [place for place in containers if place not in own and place.is_file()]
    return Forgetting(person, deleted, rewritten, tuple(dict.fromkeys([*mixed, *going.mentions(places)])))


@dataclass(frozen=True)
class _Going:
    """The person who is forgotten; of a paper that is shared only the person goes."""

    folder: ExamFolder
    person: Assignment
    is_shared: bool

    def files(self) -> Iterator[Path]:
        """Every file of the exam that is the person's alone: the names of all of them begin with the paper's id."""
        if not self.is_shared:
            yield from (file for file in sorted(self.folder.path.rglob(f"{self.person.paper}*")) if file.is_file())

    def what_goes(self, runs: Iterable[GradedRun]) -> GonePapers | None:
        """What will be known of papers that are gone; None where the paper stays with others.

        Raises: RefusedInput where the exam's adjustments could not be read without the paper.
        """
        if self.is_shared:
            return None
        others = {name: paper for name, paper in self.folder.shelf().items() if name != self.person.paper}
        gone = with_paper(self.folder, read_gone(self.folder), self.person.paper, others)
        adjustments = self.folder.adjustments
        for families in (run.families for run in runs if adjustments.is_file()):
            read_adjustments(file_text(adjustments), others, families, source=adjustments.name, gone=gone)
        return gone

    def sources(self, run: Path) -> Iterator[str]:
        """What the person handed in: answers to their own paper, and what came from them and is nobody else's.

        Answers that a group shares stay, and so does what names another student's paper.
        """
        table = self.folder.read_assignments()
        others = {row.paper for row in table if row.id and row.paper != self.person.paper}
        with Journal(run / JOURNAL) as journal:
            for entry in journal.entries():
                is_own = entry.paper == self.person.paper and not self.is_shared
                is_lost = entry.paper != self.person.paper and entry.paper not in others
                if is_own or (is_lost and self._is_by(entry, table)):
                    yield entry.source

    def _is_by(self, entry: Entry, table: Iterable[Assignment]) -> bool:
        """Whether the person alone is known to have handed it in; a name that another has, too, proves nothing."""
        namesakes = set(chain.from_iterable(traits("", "", row.name) for row in table if row.id != self.person.id))
        theirs = set(traits(self.person.id, self.person.email, self.person.name)) - namesakes
        return bool(entry.senders) and all(
            theirs & set(traits(sender.id, sender.email, sender.name)) for sender in entry.senders
        )

    def leave(self, run: Path, graded: GradedRun, sources: tuple[str, ...], room: Class) -> None:
        """Take the person out of a journal and write everything anew; sealed, the journal has no trace of it."""
        if not self.is_shared:
            update_kept(run, lambda kept: [one for one in kept if one.decision.paper != self.person.paper])
            for table in sorted((run / REVIEW_FOLDER).glob("*")):
                if _holds(table, [self.person.paper]):
                    table.unlink()
        grounds = grounds_of(self.folder, run, sandbox=graded.grounds.sandbox)  # without the paper
        with Journal(run / JOURNAL) as journal:
            journal.keep_only({entry.source for entry in journal.entries()} - set(sources))
            people = People(read_transcripts(self.folder, grounds.papers()).typed_in, read_kept(run))
            enter_again(journal, grounds, people.typed_in, jobs=0, progress=lambda done, n_graded: None)
            finish(journal, grounds, room, people, out=run, jobs=0)

    def mentions(self, places: Iterable[Path]) -> Iterator[Path]:
        """Files and folders below these places that still mention the person's id, name, e-mail or own paper."""
        told = [self.person.id, self.person.name, self.person.email, *([] if self.is_shared else [self.person.paper])]
        # One or two letters are found everywhere and say nothing.
        signs = [sign for sign in told if len(sign) > 2]
        for place in dict.fromkeys(places):
            for file in [place] if place.is_file() else sorted(place.rglob("*")):
                name = file.relative_to(place).as_posix().casefold()
                if any(sign.casefold() in name for sign in signs) or _holds(file, signs):
                    yield file


def _holds(file: Path, signs: Iterable[str]) -> bool:
    """Whether a file mentions one of these texts: as it is, or as JSON, web pages and archives write it."""
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return False
        contents = [file.read_bytes()]
    except OSError:
        return False
    if contents[0].startswith(b"PK"):
        contents += [one.content for one in collect(file) if isinstance(one.content, bytes)]
    spellings = {spelling.casefold() for sign in signs for spelling in _spellings(sign)}
    # bytes.lower leaves letters beyond ASCII alone; those are found as they were written.
    return any(spelling.encode() in data.lower() for spelling in spellings for data in contents)


def _spellings(sign: str) -> set[str]:
    return {sign, json.dumps(sign)[1:-1], html.escape(sign), str(escape(sign))}
