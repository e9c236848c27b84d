"""Verdicts: what was found about one response, as data; words for people are made from it elsewhere.

A verdict never holds the expected value: it may be shown to a student at every release level above `readable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from engine.exact import Value

__all__ = ["OPEN_OUTCOMES", "Cell", "Judgement", "Outcome", "Verdict", "blank", "unreadable"]

Outcome: TypeAlias = Literal[
    "right", "follows", "partly", "wrong", "unreadable", "blank", "pending", "decided", "credited", "voided"
]

#: Outcomes that carry no points and wait for a person: not the same as wrong.
OPEN_OUTCOMES: tuple[Outcome, ...] = ("unreadable", "pending")


@dataclass(frozen=True)
class Cell:
    """One entry of a trace: the gradient `target` after the step at node `step`, as the student wrote it."""

    step: str
    target: str
    written: str
    outcome: Outcome


@dataclass(frozen=True)
class Verdict:
    """The outcome of one response and the share of the field's points that it earns, from 0 to 1.

    `read_as` says how the response was understood, `reason` why it is not right, `counterexample` where it fails,
    `mal_rule` which known mistake gives this very response.
    """

    outcome: Outcome
    share: Fraction = Fraction(0)
    read_as: str = ""
    reason: str = ""
    counterexample: str = ""
    mal_rule: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """A verdict and, after a trace, the gradients at the end by the student's own account: label -> value."""

    verdict: Verdict
    state: Mapping[str, Value] = field(default_factory=dict)


def blank() -> Verdict:
    """Nothing was written: no points, and no judgement either."""
    return Verdict("blank", reason="Nothing was written here.")


def unreadable(reason: str, *, read_as: str = "") -> Verdict:
    """We could not read it with certainty: no points yet, a person will look."""
    return Verdict("unreadable", read_as=read_as, reason=reason)
