"""Reads a text for a person: only whether there is one, and how long it is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TextReading", "read_text"]


@dataclass(frozen=True, slots=True)
class TextReading:
    """How many words a text has; the text itself is with the submission, where a person reads it."""

    words: int
    read_as: str


def read_text(text: str) -> TextReading:
    """A text of any length and in any script; nothing in it is looked at."""
    words = len(text.split())
    return TextReading(words, f"a text of {words:,} word{'' if words == 1 else 's'}")
