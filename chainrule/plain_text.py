"""Text of strangers for terminals and tables: nothing in it can move a cursor or break a line."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str) -> str:
    """The text with a blank in place of every character that can't be printed."""
    return "".join(character if character.isprintable() else " " for character in text)
