"""Outcomes in words and signs, for students and for staff: kind, short, and never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grader.verdict import Outcome

__all__ = ["OUTCOMES", "OutcomeWords"]


@dataclass(frozen=True)
class OutcomeWords:
    """`sign` goes with `words` wherever an outcome is shown; `note` is what a student may ask."""

    sign: str
    words: str
    brief: str
    note: str = ""


# Signs that no phone turns into a coloured emoji.
OUTCOMES: Mapping[Outcome, OutcomeWords] = MappingProxyType(
    {
        "right": OutcomeWords("✓", "right", "right"),
        "follows": OutcomeWords(
            "↳",
            "follows from an earlier slip",
            "follows",
            "From there on you went the right way.",
        ),
        "partly": OutcomeWords("◐", "partly right", "partly"),
        "wrong": OutcomeWords("✗", "not right", "wrong"),
        "unreadable": OutcomeWords(
            "?",
            "could not be read with certainty",
            "unreadable",
            "A person will look at it. It has not been counted as wrong.",
        ),
        "blank": OutcomeWords("–", "nothing written", "blank"),
        "pending": OutcomeWords(
            "…",
            "not graded yet",
            "pending",
            "This is our fault and has nothing to do with your answer. A person will look at it.",
        ),
        "decided": OutcomeWords("✎", "decided by a person", "by a person", "A person has read this answer."),
        "credited": OutcomeWords("+", "full points for everybody", "full points for all"),
        "voided": OutcomeWords("⊘", "does not count", "not counted", "This question counts for nobody."),
    }
)
