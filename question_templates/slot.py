"""A slot of an exam: which families it may draw from, what their question must be like, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from question_templates.paper import DEFAULT_POLICY, Policy

__all__ = ["ANYTHING", "Plain", "Slot", "Wanted"]

#: What a parameter may be held to.
Plain: TypeAlias = bool | int | float | str


@dataclass(frozen=True)
class Wanted:
    """What a draw is held to: values of parameters or switches by name, and the kinds of its fields in order.

    Nothing named, nothing demanded.
    """

    where: tuple[tuple[str, Plain], ...] = ()
    fields: tuple[str, ...] = ()


ANYTHING = Wanted()


@dataclass(frozen=True)
class Slot:
    """One place of the exam: a family by id, any family of a topic, or any of several; `place` is where it is said.

    `levels` are those to draw from, any when empty. `band` has the least and the most of a variant's features of work,
    by name; without one, the slot keeps to the middle of what its families draw. `section` counts from 1; an exam
    without sections has 0. `minutes` is the time that an average question of the slot takes.
    """

    points: Fraction
    family: str = ""
    topic: str = ""
    choose_from: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    policy: Policy = DEFAULT_POLICY
    place: str = ""
    band: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    wanted: Wanted = ANYTHING
    minutes: Fraction = Fraction(0)
    section: int = 0

    @property
    def source(self) -> str:
        """Where its questions come from, in words: a family's id, `topic graph`, or `one of a/b, c/d`."""
        return self.family or (f"topic {self.topic}" if self.topic else f"one of {', '.join(self.choose_from)}")
