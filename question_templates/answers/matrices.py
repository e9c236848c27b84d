"""Answers that are rows and tables of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from engine.exact import Value
from question_templates.answers.errors import BrokenAnswer

__all__ = ["Entry", "Matrix", "Orientation", "Vector"]

#: One number, exact or as text in Python syntax (`"1/exp(6)"`), like `Number.expected`.
Entry: TypeAlias = Value | str

#: Whether a vector has to be a row or a column; "" where it is only a list of numbers.
Orientation: TypeAlias = Literal["", "row", "column"]


@dataclass(frozen=True)
class Vector:
    """A vector, entry by entry; entries written as decimals may differ as they may for `Number`.

    With an `orientation`, a vector that the student clearly writes the other way is wrong; a plain list is not.
    Raises: BrokenAnswer if there is no entry.
    """

    expected: Sequence[Entry]
    rel_tol: Fraction | float = Fraction(0)
    _: KW_ONLY
    orientation: Orientation = ""

    def __post_init__(self) -> None:
        if not self.expected:
            raise BrokenAnswer("Vector: there is no entry; a vector has at least one.")


@dataclass(frozen=True)
class Matrix:
    """A matrix, row by row; entries written as decimals may differ as they may for `Number`.

    Raises: BrokenAnswer if there is no entry, or the rows have different lengths.
    """

    expected: Sequence[Sequence[Entry]]
    rel_tol: Fraction | float = Fraction(0)

    def __post_init__(self) -> None:
        lengths = {len(row) for row in self.expected}
        if not lengths or 0 in lengths:
            raise BrokenAnswer("Matrix: there is no entry; a matrix has at least one row and one column.")
        if len(lengths) > 1:
            raise BrokenAnswer(f"Matrix: rows have lengths {sorted(lengths)}; all rows have the same length.")
