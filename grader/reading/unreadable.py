"""What reading answers when a text can't be read with certainty: a value with a sentence for the student."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Refusal", "Unreadable", "refusal", "shortened"]

# A quotation longer than this no longer helps the eye; the position says where to look.
_LONGEST_QUOTATION = 60


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Where reading stopped (characters from 0), what was understood before, and what to write instead."""

    position: int
    understood: str
    reason: str


class Refusal(Exception):
    """Carries an Unreadable up to the one function of this room that was called; it never leaves the room."""

    def __init__(self, unreadable: Unreadable) -> None:
        super().__init__(unreadable.reason)
        self.unreadable = unreadable


def refusal(position: int, reason: str, *, understood: str = "") -> Refusal:
    """The Refusal to raise at `position`."""
    return Refusal(Unreadable(position, understood, reason))


def shortened(text: str) -> str:
    """One line of at most about sixty characters, fit to stand between quotes."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST_QUOTATION:
        return line
    return line[: _LONGEST_QUOTATION - 3].rstrip() + "..."
