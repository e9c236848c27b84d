"""Answers in terms of names: formulas, memory in bytes, shapes of arrays and orders of growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from fractions import Fraction
from typing import TypeAlias

from engine.sizes import Size

__all__ = ["Bytes", "Expression", "Formula", "Growth", "Shape", "Stated"]

#: A formula as an author or the engine gives it: text in Python syntax, a number, a size, or the axes of a shape.
Stated: TypeAlias = "str | int | Size | Sequence[str | int | Size]"


@dataclass(frozen=True)
class Formula:
    """What the answers of this file share.

    `variables` maps a name to its domain ("positive integer", "real"); names alone mean positive integers, and a name
    may be a call such as `len(checkpoints)`. `where` gives bindings that the question prints (`P = Hout*Wout`),
    `aliases` other spellings of a name, and `domain` what may be assumed (`"K <= Hin"`).
    `asked` is the quantity as it may stand on the left of an equals sign; `builds_on` names the earlier fields from
    which a slip may be carried onward.
    """

    expected: Stated
    variables: Mapping[str, str] | Sequence[str] = ()
    where: Mapping[str, Stated] = field(default_factory=dict)
    aliases: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    domain: Sequence[str] = ()
    _: KW_ONLY
    asked: str = ""
    builds_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expression(Formula):
    """A formula in the variables."""


@dataclass(frozen=True)
class Bytes(Formula):
    """An amount of memory, `expected` in bytes; a response without a unit means bytes."""


@dataclass(frozen=True)
class Shape(Formula):
    """The shape of an array: `"(N, P, Cin*K*K)"`, or a sequence with one entry an axis."""


@dataclass(frozen=True)
class Growth(Formula):
    """An order of growth, `expected` inside the O: a response means a tight bound.

    With `looser_share` a valid upper bound that is not tight is `partly` right and earns that share; otherwise it is
    wrong.
    """

    _: KW_ONLY
    looser_share: Fraction | None = None
