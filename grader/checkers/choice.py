"""Checks a choice: one option, or several with a share that guessing does not raise.

Of several, the share is the part of the right options that was chosen, less the part of the wrong options that was
chosen, and never below 0. Choosing every option, or none where some are right, earns nothing.
"""

from __future__ import annotations

from fractions import Fraction

from grader.reading.choice import ChoiceReading
from grader.verdict import Outcome, Verdict
from question_templates.answers.choices import Choice

__all__ = ["check_choice"]


def check_choice(answer: Choice, reading: ChoiceReading) -> Verdict:
    """Whether the right options were chosen; of several, partly by how many more of the right than of the wrong."""
    expected, chosen = frozenset(answer.expected), frozenset(reading.chosen)
    if chosen == expected:
        return Verdict("right", Fraction(1), reading.read_as)
    share = _share(answer, chosen) if answer.several else Fraction(0)
    outcome: Outcome = "partly" if share else "wrong"
    reason = "Not every option is judged right." if answer.several else f"{reading.read_as} is not the right option."
    return Verdict(outcome, share, reading.read_as, reason)


def _share(answer: Choice, chosen: frozenset[str]) -> Fraction:
    expected = frozenset(answer.expected)
    wrong = answer.options.keys() - expected
    if not expected:
        return Fraction(0)
    gained = Fraction(len(chosen & expected), len(expected))
    lost = Fraction(len(chosen & wrong), len(wrong)) if wrong else Fraction(0)
    return max(gained - lost, Fraction(0))
