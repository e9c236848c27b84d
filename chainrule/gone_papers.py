"""What an exam's forgotten papers alone had, so that adjustments which name it are known to be no typing mistake.

Of a paper's id only a digest is kept that takes the exam's secret to compute; of people nothing is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from question_templates.dice import seed_for
from question_templates.paper import Paper
from submissions.store import write_atomic

__all__ = ["NOTHING_GONE", "GonePapers", "GoneQuestion", "read_gone", "with_paper", "write_gone"]

GONE_FORMAT = "chainrule-gone/1"


@dataclass(frozen=True, order=True)
class GoneQuestion:
    """A slot and a family, and those of its fields that no paper asks for any more."""

    slot: str
    family: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class GonePapers:
    """The papers that are gone: digests of their ids, and the questions that nobody else had."""

    secret: bytes = b""
    papers: frozenset[str] = frozenset()
    questions: tuple[GoneQuestion, ...] = ()

    def has(self, paper_id: str) -> bool:
        """Whether this was the id of a paper that is gone."""
        return bool(self.papers) and _digest(self.secret, paper_id) in self.papers


#: An exam of which nobody was forgotten.
NOTHING_GONE = GonePapers()


def read_gone(folder: ExamFolder) -> GonePapers:
    """What is known of an exam's forgotten papers; raises RefusedInput where the file can't be read."""
    file = _file(folder)
    if not file.is_file():
        return NOTHING_GONE
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        if stored["format"] != GONE_FORMAT:
            raise ValueError(f"its format is {stored['format']!r}, not {GONE_FORMAT!r}")
        questions = tuple(GoneQuestion(slot, family, tuple(fields)) for slot, family, fields in stored["questions"])
        return GonePapers(_secret(folder), frozenset(stored["papers"]), questions)
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise RefusedInput(f"{file.name}: can't be read: {cause}") from cause


def with_paper(folder: ExamFolder, gone: GonePapers, paper_id: str, others: Mapping[str, Paper]) -> GonePapers:
    """The same with one paper more, and with what it had and `others` have not."""
    secret = _secret(folder)
    lost: list[GoneQuestion] = []
    with suppress(RefusedInput):  # damaged, or deleted by a run that was stopped, which has noted it
        lost = _only_in(folder.read_paper(paper_id), others)
    questions = tuple(sorted({*gone.questions, *lost}))
    return GonePapers(secret, gone.papers | {_digest(secret, paper_id)}, questions)


def write_gone(folder: ExamFolder, gone: GonePapers) -> None:
    """Keep it beside the exam's other files for staff."""
    questions: Sequence[object] = [[one.slot, one.family, list(one.fields)] for one in gone.questions]
    stored = {"format": GONE_FORMAT, "papers": sorted(gone.papers), "questions": questions}
    write_atomic(_file(folder), (json.dumps(stored, indent=1, sort_keys=True) + "\n").encode())


def _only_in(paper: Paper, others: Mapping[str, Paper]) -> list[GoneQuestion]:
    mine = {(item.slot, item.variant.family): [asked.name for asked in item.question.fields] for item in paper.items}
    kept: dict[tuple[str, str], set[str]] = {}
    for item in (item for other in others.values() for item in other.items):
        kept.setdefault((item.slot, item.variant.family), set()).update(asked.name for asked in item.question.fields)
    lost = {place: [name for name in names if name not in kept.get(place, ())] for place, names in mine.items()}
    return [GoneQuestion(*place, tuple(names)) for place, names in lost.items() if names]


def _secret(folder: ExamFolder) -> bytes:
    """The exam's secret; nothing where staff keeps it elsewhere, for a person has to be forgotten all the same."""
    return folder.read_secret() if folder.secret.is_file() else b""


def _digest(secret: bytes, paper_id: str) -> str:
    return seed_for(secret, "paper that is gone", paper_id).hex()


def _file(folder: ExamFolder) -> Path:
    return folder.staff / "gone.json"
