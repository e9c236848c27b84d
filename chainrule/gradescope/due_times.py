"""When a submission on Gradescope was due, and how late it is; no clock, so that a regrade finds the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chainrule.gradescope.metadata import Metadata
from grader.lateness import Late, lateness
from question_templates.paper import ExamHead

__all__ = ["due_time", "late_by"]


def late_by(head: ExamHead, personal: Sequence[str], metadata: Metadata) -> Late | None:
    """How late it was handed in; None in time, and where nobody says when it came or when it was due."""
    due = due_time(head, personal, metadata)
    if due is None or metadata.created_at is None:
        return None
    return lateness(metadata.created_at, due, head.late)


def due_time(head: ExamHead, personal: Sequence[str], metadata: Metadata) -> datetime | None:
    """The due time: that of the paper's owners in the assignment table, else the exam's or Gradescope's.

    Of several the latest counts, because an extension may be noted in one place alone. A time without a zone is meant
    in the exam's, and if it names none in that of Gradescope's own times.
    """
    stated: list[datetime | None] = [datetime.fromisoformat(text) for text in personal] or [head.due]
    theirs = [] if personal else [metadata.due]
    times = [_placed(moment, head, metadata) for moment in (*stated, *theirs) if moment is not None]
    return max((moment for moment in times if moment is not None), default=None)


def _placed(moment: datetime, head: ExamHead, metadata: Metadata) -> datetime | None:
    """The moment with a zone; None where nothing says which."""
    moment = head.in_its_zone(moment)
    shown = metadata.due or metadata.created_at
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=shown.tzinfo) if shown is not None else None
