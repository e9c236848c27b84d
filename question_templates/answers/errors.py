"""What can go wrong with an answer itself: a slip in a key, found when the answer is made, never while grading."""

from __future__ import annotations

from question_templates.errors import QuestionError

__all__ = ["BrokenAnswer"]


class BrokenAnswer(QuestionError):
    """An answer contradicts itself; the message says where, and what would be right."""
