"""A finished grading run, read back from its folder: grades one by one, as they are asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.grading.grounds import Grounds, grounds_of
from chainrule.grading.journal import JOURNAL, Journal, reading_only
from chainrule.paper_shelf import PaperShelf
from grader import ClassResult, SetAside
from grader.records import grade_from
from question_templates.family import Family

__all__ = ["GradedRun", "open_run"]

V = TypeVar("V")


@dataclass(frozen=True)
class GradedRun:
    """A run's results: `key_records` say of each graded paper the key's `answers` as text and the `work` of its slots.

    `result.grades` and `key_records` are read from the journal when they are asked for, in the order of paper ids.
    """

    out: Path
    grounds: Grounds
    result: ClassResult
    key_records: Mapping[str, Mapping[str, Any]]
    handed_in: Path
    release: str

    @classmethod
    def of(cls, journal: Journal, grounds: Grounds, out: Path) -> GradedRun:
        """The results in a journal that is open, settled and saved."""
        ids = journal.papers()
        grades = _Read(ids, lambda paper: grade_from(json.loads(journal.result(paper))))
        keys = _Read(ids, lambda paper: json.loads(journal.key(paper)))
        aside = tuple(SetAside(source, reason, paper) for source, reason, paper in journal.set_aside())
        told = {name: journal.told(name) for name in ("handed_in", "release")}
        return cls(out, grounds, ClassResult(grades, aside), keys, place_from(out, told["handed_in"]), told["release"])

    @cached_property
    def keys(self) -> Mapping[str, Mapping[str, str]]:
        """The answers of each graded paper's key as text, by paper id and field id."""
        return _Read(tuple(self.key_records), lambda paper: self.key_records[paper]["answers"])

    @cached_property
    def work(self) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """The features of work of each graded paper, by paper id and slot."""
        return _Read(tuple(self.key_records), lambda paper: self.key_records[paper]["work"])

    @property
    def folder(self) -> ExamFolder:
        return self.grounds.exam

    @cached_property
    def papers(self) -> PaperShelf:
        return self.grounds.papers()

    @cached_property
    def families(self) -> Mapping[str, Family]:
        return self.grounds.families()

    @property
    def bank(self) -> Path:
        return self.grounds.bank


def open_run(out: Path) -> GradedRun:
    """The results of an earlier run; raises RefusedInput where there are none, or the exam is no longer there."""
    file = out / JOURNAL
    with reading_only(file) as base:
        told = dict(base.execute("select name, value from told"))
        ids = tuple(row[0] for row in base.execute("select paper from results order by paper"))
        aside = tuple(SetAside(*row) for row in base.execute("select * from set_aside order by source, reason"))
    if "exam" not in told:
        raise RefusedInput(f"{out}: the grading run here has only begun; run `chainrule grade` again.")
    exam = ExamFolder(place_from(out, told["exam"]))

    def stored(query: str, paper: str) -> str:
        with reading_only(file) as base:
            return str(base.execute(query, (paper,)).fetchone()[0])

    grades = _Read(ids, lambda paper: grade_from(json.loads(stored(_GRADE, paper))))
    keys = _Read(ids, lambda paper: json.loads(stored(_KEY, paper)))
    grounds = grounds_of(exam, out, sandbox=told.get("sandbox", ""))
    result, handed_in = ClassResult(grades, aside), place_from(out, told["handed_in"])
    return GradedRun(out, grounds, result, keys, handed_in, told["release"])


def place_from(out: Path, told: str) -> Path:
    """A place that was noted as seen from the results."""
    return Path(os.path.normpath(out / told))


_GRADE = "select grade from results where paper = ?"
_KEY = "select cells.key from results join cells using (source) where results.paper = ?"


#: Values that stay in memory: those of a usual class, since results go through it several times.
_IN_HAND = 512


class _Read(Mapping[str, V]):
    """Values by paper id, each read when it is asked for."""

    def __init__(self, ids: tuple[str, ...], read: Callable[[str], V]) -> None:
        self._ids = dict.fromkeys(ids)
        self._read = lru_cache(_IN_HAND)(read)

    def __getitem__(self, paper: str) -> V:
        if paper not in self._ids:
            raise KeyError(paper)
        return self._read(paper)

    def __contains__(self, paper: object) -> bool:
        return paper in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)
