"""What is known of who handed something in, and when: it holds for a folder and all that lies in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from submissions.handed_in import HandedIn, Sender

__all__ = ["NOTHING_TOLD", "Told"]


@dataclass(frozen=True)
class Told:
    """As in HandedIn; `is_online_text` where somebody typed into a platform's own page instead of handing in a file."""

    senders: tuple[Sender, ...] = ()
    submitted_at: datetime | None = None
    is_late: bool | None = None
    is_online_text: bool = False
    warnings: tuple[str, ...] = ()

    def on(self, handed: HandedIn) -> HandedIn:
        """What was handed in, with what is told here in place of what was told before."""
        if self == NOTHING_TOLD:
            return handed
        return replace(
            handed,
            senders=self.senders or handed.senders,
            submitted_at=self.submitted_at or handed.submitted_at,
            is_late=handed.is_late if self.is_late is None else self.is_late,
            warnings=(*handed.warnings, *self.warnings),
        )


NOTHING_TOLD = Told()
