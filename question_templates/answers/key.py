"""The key of one item: its fields' answers, and what the known mistakes answer to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import engine as ag
from question_templates.answers.choices import Choice
from question_templates.answers.code import Code
from question_templates.answers.formulas import Formula
from question_templates.answers.graphs import Graph
from question_templates.answers.matrices import Matrix, Vector
from question_templates.answers.nodes import Order, Trace
from question_templates.answers.numbers import Number
from question_templates.answers.schedules import Schedule
from question_templates.answers.texts import Text

__all__ = ["Answer", "Key", "Mistake"]

Answer: TypeAlias = Number | Formula | Order | Trace | Graph | Schedule | Vector | Matrix | Choice | Code | Text


@dataclass(frozen=True)
class Mistake:
    """What a known mistake answers, field by field, and what to tell who makes it."""

    tag: str
    feedback: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Key:
    """The answers of one item's fields by field name, and the run they come from; None where an author stated them.

    `pinned` gives what a run with values of the student's own answers: names of the listing -> values, or sizes.
    `runs` are all runs that the answers were read from.
    """

    answers: Mapping[str, Answer]
    run: ag.Trace | None
    pinned: Callable[[Mapping[str, Any]], Mapping[str, Answer]] | None = None
    runs: tuple[ag.Trace, ...] = ()
