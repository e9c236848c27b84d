"""Cells of the journal: one file that was handed in, what choosing needs of it, and its grade; and their rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grader.choosing import Entry
from submissions import Submission
from submissions.handed_in import Sender

__all__ = ["Cell", "cell_of", "entry_of", "json_text", "row_of", "submission_from", "submission_record"]


@dataclass(frozen=True)
class Cell:
    """One file that was handed in: what choosing needs of it, its answers, and its grade if it has one.

    `digest` is of the file's bytes, `basis` of all else that the grade depends on; `submission` and `grade` are records
    (grader.records), None where the file could not be read or fits no paper. `key` holds the
    key's `answers` as text by field id, and the `work` that each slot takes (question_templates.work).
    """

    entry: Entry
    digest: str
    basis: str = ""
    submission: Mapping[str, Any] | None = None
    grade: Mapping[str, Any] | None = None
    key: Mapping[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return self.entry.source


def row_of(cell: Cell) -> tuple[str, ...]:
    entry = cell.entry
    told = {
        "problem": entry.problem,
        "written": entry.written,
        "senders": [vars(sender) for sender in entry.senders],
        "submitted_at": entry.submitted_at.isoformat() if entry.submitted_at else "",
        "is_late": entry.is_late,
        "paper": entry.paper,
        "notes": list(entry.notes),
    }
    kept = (json_text(told), json_text(cell.submission), json_text(cell.grade), json_text(dict(cell.key)))
    return (entry.source, cell.digest, cell.basis, entry.paper, *kept)


def cell_of(row: tuple[Any, ...]) -> Cell:
    source, digest, basis, _, entry, *records = row
    submission, grade, key = map(json.loads, records)
    return Cell(entry_of(source, entry), digest, basis, submission, grade, key)


def entry_of(source: str, stored: str) -> Entry:
    told = json.loads(stored)
    moment = told["submitted_at"]
    return Entry(
        source,
        told["paper"],
        told["problem"],
        told["written"],
        tuple(Sender(**sender) for sender in told["senders"]),
        datetime.fromisoformat(moment) if moment else None,
        told["is_late"],
        tuple(told["notes"]),
    )


def json_text(value: object) -> str:
    """JSON with sorted keys, the same text for the same value; half surrogates stay what they are."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def submission_record(submission: Submission) -> dict[str, Any]:
    """What was handed in, in what JSON can hold."""
    return {**vars(submission), "responses": dict(submission.responses), "warnings": list(submission.warnings)}


def submission_from(record: Mapping[str, Any]) -> Submission:
    """The submission that a record was made of."""
    return Submission(**{**record, "warnings": tuple(record["warnings"])})
