"""`grade`: an exam's folder and what was handed in, and out comes a folder of results.

First everything is graded into a journal, then the journal is settled, then files are written from it: a run that is
killed goes on where it was, and leaves the same bytes as one that was not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.grading.class_files import class_files
from chainrule.grading.entering import Progress, enter
from chainrule.grading.graded import GradedRun, open_run
from chainrule.grading.grounds import Grounds, grounds_of
from chainrule.grading.journal import JOURNAL, Journal
from chainrule.grading.outputs import remove_leftovers, write_class_files, write_paper_files
from chainrule.grading.settling import Class, People, settle
from chainrule.results.class_record import ClassSummary
from chainrule.review.decisions_file import read_kept
from chainrule.transcription.handed_in import read_transcripts
from chainrule.transcription.transcript_store import store_of
from grader import ClassResult
from question_templates.paper import ExamHead
from submissions.collecting import collect
from submissions.handed_in import HandedIn

__all__ = ["GradingRun", "class_of", "finish", "grade_exam", "head_of"]


@dataclass(frozen=True)
class GradingRun:
    """What a grading run found; `index` is the page for staff that leads to everything."""

    result: ClassResult
    summary: ClassSummary
    index: Path


def grade_exam(
    folder: ExamFolder,
    handed_in: Path,
    out: Path,
    *,
    release: str = "",
    sandbox: str = "",
    jobs: int = 0,
    progress: Progress = lambda done, graded: None,
) -> GradingRun:
    """Grade everything in `handed_in`, and the papers typed in by staff, and write the results to `out`.

    Where all was written on paper, `handed_in` is the exam's own folder of transcripts, or an empty one.
    `release` overrides what the exam says students may see (`readable`, `verdict` or `full`), `sandbox` the weakest
    level that it lets students' programs be run in. With `jobs` the work is
    done by so many processes, each of which may die without harm; with 0 in this one. The results are the same.
    Raises: RefusedInput when the exam or the submissions can't be read, or `out` can't be written.
    """
    papers = folder.shelf()
    on_paper = read_transcripts(folder, papers)
    _refuse_mixing(folder, handed_in, out)
    handed = _files(folder, handed_in, may_be_none=not on_paper.is_empty)
    refused = (HandedIn(one.source, one) for one in on_paper.refused)
    grounds = grounds_of(folder, out, sandbox=sandbox)
    room = class_of(folder)
    _make(out)
    people = People(on_paper.typed_in, read_kept(out))
    with Journal(out / JOURNAL) as journal:
        journal.tell(exam=_path_from(out, folder.path), handed_in=_path_from(out, handed_in))
        journal.tell(release=release, sandbox=sandbox)
        journal.save()
        enter(journal, grounds, chain(handed, refused), people.typed_in, jobs=jobs, progress=progress)
        return finish(journal, grounds, room, people, out=out, jobs=jobs)


def class_of(folder: ExamFolder) -> Class:
    """Who sat the exam, and what its papers have in common."""
    papers = folder.shelf()
    assignments = folder.read_assignments()
    strange = [f"{row.id} has paper {row.paper}" for row in assignments if row.id and row.paper not in papers]
    if strange:
        raise RefusedInput(f"{folder.assignments}: {'; '.join(strange[:5])}, which this exam does not have.")
    return Class(assignments, head_of(folder))


def head_of(folder: ExamFolder) -> ExamHead:
    """What all papers of an exam have in common."""
    return next((paper.exam for paper in folder.shelf().values()), ExamHead(""))


def finish(
    journal: Journal, grounds: Grounds, room: Class, people: People, *, out: Path, jobs: int
) -> GradingRun:
    """From graded files to results: settle the journal, write every file, remove what is left of earlier runs."""
    settle(journal, grounds.papers(), people, room, notes=grounds.adjustments.notes)
    release = journal.told("release")
    names = write_paper_files(out, journal, grounds, release, jobs=jobs)
    run = GradedRun.of(journal, grounds, out)
    files, summary = class_files(run, room)
    write_class_files(out, journal, files)
    remove_leftovers(out, journal, {*names, *files})
    journal.seal()
    return GradingRun(open_run(out).result, summary, out / "index.html")


def _files(folder: ExamFolder, handed_in: Path, *, may_be_none: bool) -> Iterator[HandedIn]:
    """What was handed in as files; there may be none where papers were typed in."""
    is_empty = handed_in.is_dir() and not any(handed_in.iterdir())
    if is_empty and not may_be_none:
        raise RefusedInput(f"{handed_in}: holds no file; nothing was graded and nothing written.")
    is_transcripts = handed_in.resolve() == store_of(folder).path.resolve()
    return iter(()) if is_empty or is_transcripts else collect(handed_in)


def _refuse_mixing(folder: ExamFolder, handed_in: Path, out: Path) -> None:
    """Results go into a folder of their own: a new one, an empty one, or that of an earlier run."""
    if not handed_in.exists():
        raise RefusedInput(f"{handed_in}: there is no such folder or file of answers.")
    if handed_in.resolve() in (folder.path.resolve(), folder.students.resolve(), folder.staff.resolve()):
        raise RefusedInput(f"{handed_in}: holds the exam's own blank forms; name the folder of what was handed in.")
    inputs = (folder.path.resolve(), handed_in.resolve())
    place = out.resolve()
    if any(place.is_relative_to(one) or one.is_relative_to(place) for one in inputs):
        raise RefusedInput(f"{out}: holds the exam or the answers, or is one of them; choose a new folder for results.")
    try:
        names = {file.name for file in out.iterdir()} if out.is_dir() else set()
    except OSError as cause:
        raise RefusedInput(f"{out}: can't be read ({cause.strerror}).") from cause
    if names and not names & {JOURNAL, "written.json"}:
        raise RefusedInput(f"{out}: holds files that no grading run wrote; choose a new folder for results.")


def _make(out: Path) -> None:
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        out.chmod(0o700)  # it holds names and points, also where somebody else has made it
    except OSError as cause:
        raise RefusedInput(f"{out}: can't be written ({cause.strerror}).") from cause


def _path_from(out: Path, place: Path) -> str:
    """Where something is, seen from the results, so that all can be moved together."""
    return Path(os.path.relpath(place.resolve(), out.resolve())).as_posix()
