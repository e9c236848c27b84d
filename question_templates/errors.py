"""What can go wrong while asking: one root, one class for each thing that a person can mend."""

from __future__ import annotations

__all__ = ["BrokenExam", "BrokenFamily", "BrokenPaper", "NoAdmissibleDraw", "QuestionError"]


class QuestionError(Exception):
    """Root of every error that this package raises."""


class BrokenFamily(QuestionError):
    """A family's folder can't be used; the message lists every mistake as file:line:column."""


class BrokenExam(QuestionError):
    """An exam.yaml can't be used; the message lists every mistake as file:line:column."""


class BrokenPaper(QuestionError):
    """A frozen paper can't be read."""


class NoAdmissibleDraw(QuestionError):
    """A family refused every draw it was given; the message counts the reasons."""
