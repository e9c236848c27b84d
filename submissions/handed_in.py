"""What was handed in and not yet read: one file's bytes, or one row of a table, and what is known of its sender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from submissions.submission import Refusal

__all__ = ["HandedIn", "Sender"]


@dataclass(frozen=True)
class Sender:
    """Who an export says handed something in; a field is "" where the export does not say."""

    id: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class HandedIn:
    """One thing that was handed in: its bytes, or the reason why there are none.

    `source` is its name relative to what was given: "moodle.zip/Ada L_123_assignsubmission_file_/answers.json" or
    "table.csv:3" for what begins in that line of a table. `submitted_at` has a zone wherever the export names one, and
    is None where nothing trustworthy says when; `is_late` is what an export says that says nothing else.
    `warnings` is what was odd about where this lay or what came with it, for staff.
    """

    source: str
    content: bytes | Refusal
    senders: tuple[Sender, ...] = ()
    submitted_at: datetime | None = None
    is_late: bool | None = None
    warnings: tuple[str, ...] = ()
