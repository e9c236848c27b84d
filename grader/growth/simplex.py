"""A small exact simplex: whether a point lies below the hull of others, and if not, a direction that separates it.

Law: both answers are proofs and can be checked by hand, weights by adding up and a direction by inner products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeAlias

__all__ = ["Combination", "Number", "Separation", "Vector", "separate", "tidy"]

Number: TypeAlias = "int | Fraction"
Vector: TypeAlias = "Sequence[Number]"


def tidy(value: Number) -> Number:
    """The same number, as an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


@dataclass(frozen=True, slots=True)
class Combination:
    """Weights of the generators, none negative and 1 in sum, whose combination reaches the point."""

    weights: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Separation:
    """A direction, no entry negative, in which the point goes further than every generator."""

    direction: tuple[Number, ...]


def separate(
    point: Vector, generators: Sequence[Vector], *, narrowing: Sequence[Vector] = ()
) -> Combination | Separation:
    """Whether some average of the generators is at least the point in every coordinate; a direction where not.

    Each `narrowing` vector h allows only directions a with <h, a> >= 0: then the average may lack any multiple of h,
    that is sum(weights*generators) - sum(multiples*narrowing) >= point.
    Shapes: point (d,), generators (n, d) with n >= 1, narrowing (m, d); the direction is (d,), weights are (n,).
    Source: Farkas' lemma; Bland, "New finite pivoting rules for the simplex method", 1977; pivots in whole numbers as
    in Edmonds, "Systems of distinct representatives and linear algebra", 1967.
    """
    for place, generator in enumerate(generators):
        if all(there >= here for there, here in zip(generator, point, strict=True)):
            return Combination(tuple(int(other == place) for other in range(len(generators))))
    lead = [[here - there for here, there in zip(point, generator, strict=True)] for generator in generators]
    direction = _plain_direction(lead, narrowing)
    return Separation(direction) if direction else _by_pivots(lead, narrowing)


def _plain_direction(lead: Sequence[Vector], narrowing: Sequence[Vector]) -> tuple[Number, ...] | None:
    """An axis, or the diagonal, where one will do: most wrong answers miss a factor or have one too many."""
    width = len(lead[0])
    for axis in range(width):
        if all(row[axis] > 0 for row in lead) and all(row[axis] >= 0 for row in narrowing):
            return tuple(int(other == axis) for other in range(width))
    if all(sum(row) > 0 for row in lead) and all(sum(row) >= 0 for row in narrowing):
        return (1,) * width
    return None


def _by_pivots(lead: Sequence[Vector], narrowing: Sequence[Vector]) -> Combination | Separation:
    """Largest sum of weights with sum(weights*lead) + sum(multiples*narrowing) <= 0: without end, or 0.

    Every right-hand side is 0, so that no column for it is needed, and every step is decided by Bland's order.
    """
    width, count = len(lead[0]), len(lead)
    scales, columns = zip(*(_whole(column) for column in (*lead, *narrowing)), strict=True)
    rows = [
        [*(column[axis] for column in columns), *(int(axis == other) for other in range(width))]
        for axis in range(width)
    ]
    gains = [*scales[:count], *(0 for _ in range(len(narrowing) + width))]
    basis = list(range(len(columns), len(columns) + width))
    denominator = 1
    while (entering := next((place for place, gain in enumerate(gains) if gain > 0), None)) is not None:
        choices = [place for place in range(width) if rows[place][entering] > 0]
        if not choices:
            return Combination(_ray(rows, basis, entering, denominator, scales[:count]))
        leaving = min(choices, key=lambda place: basis[place])
        denominator = _pivot(rows, gains, leaving, entering, denominator)
        basis[leaving] = entering
    return Separation(tuple(tidy(Fraction(-gain, denominator)) for gain in gains[len(columns) :]))


def _pivot(rows: list[list[int]], gains: list[int], leaving: int, entering: int, denominator: int) -> int:
    """One step of whole-number elimination: every division is exact; returns the new common denominator."""
    pivot_row = rows[leaving]
    pivot = pivot_row[entering]
    for row in (*rows, gains):
        if row is pivot_row:
            continue
        factor = row[entering]
        row[:] = [(a * pivot - factor * b) // denominator for a, b in zip(row, pivot_row, strict=True)]
    return pivot


def _ray(
    rows: list[list[int]], basis: list[int], entering: int, denominator: int, scales: Sequence[int]
) -> tuple[Number, ...]:
    """The weights along which the sum grows without end, made 1 in sum."""
    amounts = [0] * len(scales)
    for place, amount in [(entering, denominator), *((b, -rows[i][entering]) for i, b in enumerate(basis))]:
        if place < len(scales):
            amounts[place] = amount * scales[place]
    total = sum(amounts)
    return tuple(tidy(Fraction(amount, total)) for amount in amounts)


def _whole(column: Vector) -> tuple[int, list[int]]:
    """The least number that makes every entry whole, and the column times that number."""
    scale = lcm(*(entry.denominator for entry in column))
    return scale, [entry.numerator * (scale // entry.denominator) for entry in column]
