"""`regrade`: what grades would be by the families, adjustments and decisions of now, before anything is written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.exam_folder import families_json
from chainrule.grading.changes import Change, changes_between
from chainrule.grading.entering import Progress, enter_again
from chainrule.grading.graded import GradedRun, open_run
from chainrule.grading.grounds import NEWER_BANK, NEWER_FAMILIES, grounds_of
from chainrule.grading.journal import JOURNAL, Journal
from chainrule.grading.run import class_of, finish
from chainrule.grading.settling import People, settle
from chainrule.review.decisions_file import read_kept
from chainrule.transcription.handed_in import read_transcripts
from question_templates.bank import open_bank
from submissions.store import write_atomic

__all__ = ["Regrading", "regrade"]


@dataclass(frozen=True)
class Regrading:
    """What a regrade would change; `notes` is what else a person should know, such as families the bank lacks."""

    changes: tuple[Change, ...]
    n_papers: int
    notes: tuple[str, ...] = ()

    @property
    def n_changed(self) -> int:
        """How many papers would have other points."""
        return len({change.paper for change in self.changes})


def regrade(
    out: Path,
    *,
    bank: Path | None = None,
    apply: bool = False,
    jobs: int = 0,
    progress: Progress = lambda done, graded: None,
) -> Regrading:
    """Grade the answers in a run's journal once more; nothing in `out` changes unless `apply`.

    With `bank` keys come from that bank's families, where it has them, from then on. People's decisions stay.
    Raises: RefusedInput when the run, its exam or the bank can't be read, or `out` can't be written.
    """
    before = open_run(out)
    with tempfile.TemporaryDirectory(prefix="chainrule-regrade-") as scratch:
        place = Path(scratch)
        notes = _copy_families(before, bank, place) if bank else ()
        grounds = before.grounds
        if bank:
            grounds = grounds_of(before.folder, place, sandbox=before.grounds.sandbox)
        folder = before.folder
        people = People(read_transcripts(folder, before.papers).typed_in, read_kept(out))
        room = class_of(folder)
        with _copy_of_journal(out, place) as journal:
            enter_again(journal, grounds, people.typed_in, jobs=jobs, progress=progress)
            settle(journal, grounds.papers(), people, room)
            after = GradedRun.of(journal, grounds, out)
            changes = tuple(changes_between(before.result.grades, after.result.grades))
            regrading = Regrading(changes, len(after.result.grades), (*notes, *grounds.adjustments.notes))
        if apply:
            _put_in_place(place, out, has_bank=bank is not None)
            with Journal(out / JOURNAL) as journal:
                finish(journal, grounds_of(folder, out, sandbox=grounds.sandbox), room, people, out=out, jobs=jobs)
        return regrading


@contextmanager
def _copy_of_journal(out: Path, place: Path) -> Iterator[Journal]:
    with Journal(out / JOURNAL) as journal:
        journal.copy_to(place / JOURNAL)
    with Journal(place / JOURNAL) as copy:
        yield copy


def _copy_families(before: GradedRun, bank: Path, place: Path) -> tuple[str, ...]:
    """Put the bank's families, and those of now that it lacks, into `place`; says which ones it lacks."""
    if not bank.is_dir():
        raise RefusedInput(f"{bank}: there is no such folder of families.")
    newer = open_bank(bank)
    if not newer.shelves.keys() & before.families.keys():
        raise RefusedInput(f"{bank}: has none of the exam's families {', '.join(sorted(before.families))}.")
    families = dict(before.families)
    for family_id in families:
        shelf = newer.shelves.get(family_id)
        source = shelf.folder if shelf else before.bank / family_id
        families[family_id] = shelf.family if shelf else families[family_id]
        shutil.copytree(source, place / NEWER_BANK / family_id, ignore=shutil.ignore_patterns("__pycache__"))
    write_atomic(place / NEWER_FAMILIES, families_json(dict(sorted(families.items()))).encode())
    lacking = sorted(set(families) - set(newer.shelves))
    return (f"The bank {bank} has no {', '.join(lacking)}; graded as before.",) if lacking else ()


def _put_in_place(place: Path, out: Path, *, has_bank: bool) -> None:
    """The regraded journal first: it is what a run that is killed from here on goes on with."""
    try:
        if has_bank:
            shutil.rmtree(out / NEWER_BANK, ignore_errors=True)
            shutil.copytree(place / NEWER_BANK, out / NEWER_BANK)
            write_atomic(out / NEWER_FAMILIES, (place / NEWER_FAMILIES).read_bytes(), mode=0o600)
        write_atomic(out / JOURNAL, (place / JOURNAL).read_bytes(), mode=0o600)
    except OSError as cause:
        raise RefusedInput(f"{out}: can't be written ({cause.strerror}); run the same command again.") from cause
