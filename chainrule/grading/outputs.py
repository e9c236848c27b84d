"""The files of a grading run: written whole, only where something changed, and nothing of an earlier run stays behind.

They are made of the journal, so that a power cut costs a rewrite and no work; the journal alone is flushed to the disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.grading.grounds import Grounds
from chainrule.grading.journal import Journal
from chainrule.grading.tasks import ToShow, showing_with
from chainrule.grading.workers import Lost, share_out

__all__ = ["files_of_paper", "remove_leftovers", "write_class_files", "write_paper_files"]

#: How a file is called while it is being written.
_UNFINISHED = ".{}.unfinished"

#: What lists the files of runs before there was a journal.
_FORMER_LIST = "written.json"


def files_of_paper(paper: str) -> tuple[str, ...]:
    """What the files of one paper are called."""
    return f"grades/{paper}.json", f"gradescope/{paper}/results.json", f"feedback/{paper}.html"


def write_paper_files(out: Path, journal: Journal, grounds: Grounds, release: str, *, jobs: int) -> set[str]:
    """Write the files of every graded paper, as far as they are not there yet; returns the names of all of them."""
    made_before = journal.files()
    basis = grounds.basis()
    names: set[str] = set()
    made_of: dict[str, str] = {}

    def stale() -> Iterator[ToShow]:
        for paper in journal.papers():
            grade = journal.result(paper)
            mine = files_of_paper(paper)
            names.update(mine)
            made_of[paper] = _digest("\n".join((basis(paper), release, grade)).encode())
            if not all(_is_there(out, name, made_of[paper], made_before) for name in mine):
                yield ToShow(paper, grade, release)

    for task, files in share_out(stale(), jobs=jobs, prepare=showing_with, given=(grounds,)):
        if isinstance(files, Lost):
            raise RefusedInput(f"{out}: the pages of paper {task.paper} could not be written: {files.reason}.")
        for name, text in files.items():
            journal.wrote(name, made_of[task.paper], _write(out, name, text))
    return names


def write_class_files(out: Path, journal: Journal, files: Mapping[str, str]) -> None:
    """Write the files that are about the whole class."""
    made_before = journal.files()
    for name, text in files.items():
        data = text.encode("utf-8", "surrogatepass")
        if not _is_there(out, name, _digest(data), made_before):
            journal.wrote(name, _digest(data), _write(out, name, text))


def remove_leftovers(out: Path, journal: Journal, kept: Iterable[str]) -> None:
    """Remove what earlier runs wrote and this one did not."""
    with _refusing(out):
        for name in sorted({*journal.files(), *_formerly_written(out)} - set(kept)):
            (out / name).unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # others may keep files of their own in there
                (out / name).parent.rmdir()
            journal.removed(name)
        (out / _FORMER_LIST).unlink(missing_ok=True)


def _formerly_written(out: Path) -> set[str]:
    try:
        listed = json.loads((out / _FORMER_LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    inside = out.resolve()
    return {name for name in listed if (out / name).resolve().is_relative_to(inside)}


def _is_there(out: Path, name: str, made_of: str, made_before: Mapping[str, tuple[str, str]]) -> bool:
    """Whether a file is what it would be if it were written again."""
    before = made_before.get(name)
    if before is None or before[0] != made_of:
        return False
    try:
        return _digest((out / name).read_bytes()) == before[1]
    except OSError:
        return False


def _write(out: Path, name: str, text: str) -> str:
    """Write a file whole or not at all, and return the digest of its bytes."""
    data = text.encode("utf-8", "surrogatepass")
    place = out / name
    unfinished = place.with_name(_UNFINISHED.format(place.name))
    with _refusing(out):
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(data)
        os.replace(unfinished, place)
    return _digest(data)


@contextlib.contextmanager
def _refusing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        told = f"{out}: can't be written ({cause.strerror}). What was graded is kept in its journal; run it again."
        raise RefusedInput(told) from cause


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
