"""The small tree of a written expression: what the parser makes, and what is evaluated, compared and shown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

__all__ = ["Call", "Constant", "Expression", "Literal", "Negative", "Operation", "Symbol"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A written number; half_unit is half of its last decimal place, None for a whole number."""

    value: int | Fraction
    half_unit: Fraction | None
    start: int


@dataclass(frozen=True, slots=True)
class Constant:
    """Euler's number, or pi."""

    start: int
    name: str = "e"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name without a known value: a node, a quantity, or a word that stands where a number could.

    In a formula it is a variable by its declared name, calls such as `len(checkpoints)` among them.
    """

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus the operand."""

    operand: Expression
    start: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands and one of + - * / // % ^."""

    sign: str
    left: Expression
    right: Expression
    start: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one or more arguments, by one name each.

    In formulas: floor, ceil, round, min, max, abs, exp, log, log2, log10, sqrt, sigmoid, tanh, relu, factorial.
    """

    function: str
    arguments: tuple[Expression, ...]
    start: int


Expression: TypeAlias = "Literal | Constant | Symbol | Negative | Operation | Call"
