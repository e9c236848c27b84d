"""Lines between nodes as joined cubic Bezier curves: bends only between columns, level everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Column", "Point", "line_points", "spread_columns"]

GAP, STEEPEST_GAP = 60.0, 140.0
# A gap grows with the highest climb in it beyond EASY_CLIMB, so that lines don't stand upright.
EASY_CLIMB, GAP_GROWTH = 80.0, 0.18
# Lines run level for an arrowhead's length before they arrive.
APPROACH = 12.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Column:
    """The strip in which the boxes of one column stand; lines bend only outside of all strips."""

    left: float
    right: float


def spread_columns(widths: Sequence[float], climbs: Sequence[float], *, margin: float) -> tuple[Column, ...]:
    """Strips from left to right; `climbs[c]` is the highest climb of a line from column c to column c+1."""
    columns = [Column(margin, margin + widths[0])]
    for width, climb in zip(widths[1:], climbs, strict=True):
        gap = min(STEEPEST_GAP, GAP + GAP_GROWTH * max(0.0, climb - EASY_CLIMB))
        left = columns[-1].right + gap
        columns.append(Column(left, left + width))
    return tuple(columns)


def line_points(columns: Sequence[Column], heights: Sequence[float], *, inset: float) -> tuple[Point, ...]:
    """Points of a line that leaves the first column at heights[0] and arrives at the last one at heights[-1].

    `columns` are the neighbouring columns it meets, one height each. It starts `inset` before the first
    column's right border.
    """
    here = (columns[0].right - inset, heights[0])
    points = [here]
    for index, (column, height) in enumerate(zip(columns[1:], heights[1:], strict=True), start=1):
        is_last = index == len(columns) - 1
        points += _bend(here, (column.left - APPROACH, height))
        here = (column.left if is_last else column.right, height)
        points += _level(points[-1], here)
    return tuple(points)


def _bend(start: Point, end: Point) -> list[Point]:
    middle = (start[0] + end[0]) / 2
    return [(middle, start[1]), (middle, end[1]), end]


def _level(start: Point, end: Point) -> list[Point]:
    third = (end[0] - start[0]) / 3
    return [(start[0] + third, end[1]), (end[0] - third, end[1]), end]
