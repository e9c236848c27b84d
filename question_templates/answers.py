"""The answer arm's types: what a field's key holds. Only staff-side code and the grader ever have one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

import engine as ag
from engine.exact import Value

__all__ = ["Answer", "Key", "Mistake", "Number", "Order", "Trace"]


@dataclass(frozen=True)
class Number:
    """One number, as an exact value or as text in Python syntax (`"1/exp(6)"`).

    A response written as a decimal may differ by `rel_tol`, or by half a unit of its last written digit when
    it has three significant digits or more. `asked` is the quantity (`x.grad`) and `names` the node names
    that may stand on the left of an equals sign.
    """

    expected: Value | str
    rel_tol: Fraction = Fraction(0)
    asked: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """A topological order of labels; `inputs` maps a label to those of its inputs.

    With `any_valid` every order with inputs before users is right; otherwise only `expected` is.
    """

    expected: tuple[str, ...]
    any_valid: bool = False
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trace:
    """What each step of the backward walk changes, as the engine's run of the listing showed it."""

    expected: ag.Trace


Answer: TypeAlias = Number | Order | Trace


@dataclass(frozen=True)
class Mistake:
    """What a known mistake answers, field by field, and what to tell who makes it."""

    tag: str
    feedback: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Key:
    """The answers of one item's fields by field name, and the run they come from."""

    answers: Mapping[str, Answer]
    run: ag.Trace
