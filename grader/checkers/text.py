"""Checks nothing: a text waits for a person."""

from __future__ import annotations

from grader.reading.text import TextReading
from grader.verdict import Verdict, blank
from question_templates.answers.texts import Text

__all__ = ["check_text"]


def check_text(_answer: Text, reading: TextReading) -> Verdict:
    """Pending, or blank where nothing was written."""
    if not reading.words:
        return blank()
    return Verdict("pending", read_as=reading.read_as, reason="A person will read this answer.")
