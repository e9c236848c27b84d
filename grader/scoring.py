"""Points from verdicts, by arithmetic only: exact fractions all the way, rounded once, at the total."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from grader.verdict import Verdict

__all__ = ["POINT_STEP", "points_for", "total_points"]

#: Totals are given in quarters of a point.
POINT_STEP = Fraction(1, 4)


def points_for(verdict: Verdict, out_of: Fraction) -> Fraction:
    """The points of one field: never negative, never more than the field's."""
    return min(max(verdict.share, Fraction(0)), Fraction(1)) * out_of


def total_points(points: Iterable[Fraction]) -> Fraction:
    """The sum, rounded to the nearest quarter; halves between two quarters go up."""
    steps = sum(points, Fraction(0)) / POINT_STEP
    return int(steps + Fraction(1, 2)) * POINT_STEP
