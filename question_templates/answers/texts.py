"""Answers in words, which a person reads."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Text"]


@dataclass(frozen=True)
class Text:
    """A text that waits for a person; nothing is expected that a program could compare it with."""
