"""How the points of a class are spread: mean, quartiles, deciles, and a histogram's bins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import mean, quantiles, stdev

from chainrule.report.rows import PaperRow
from chainrule.results.class_record import Bin

__all__ = ["Scores", "score_spread"]

N_BINS = 10


@dataclass(frozen=True)
class Scores:
    """Points as the gradebook has them. `deciles` are the nine borders between tenths of the class.

    Quantiles are interpolated between the two nearest points (inclusive). `deviation` is None for a single paper;
    `worths` are what papers are worth in all, more than one value where a question was voided for some of them.
    """

    n_papers: int
    n_incomplete: int
    n_late: int
    worths: tuple[Fraction, ...]
    mean: Fraction
    deviation: float | None
    lowest: Fraction
    quartiles: tuple[Fraction, Fraction, Fraction]
    deciles: tuple[Fraction, ...]
    highest: Fraction
    bins: tuple[Bin, ...]


def score_spread(rows: Sequence[PaperRow]) -> Scores | None:
    """The spread of all graded papers; None when there are none."""
    if not rows:
        return None
    points = sorted(row.points for row in rows)
    worths = tuple(sorted({row.out_of for row in rows}))
    first, second, third = _borders(points, 4)
    return Scores(
        n_papers=len(rows),
        n_incomplete=sum(not row.is_complete for row in rows),
        n_late=sum(row.is_late for row in rows),
        worths=worths,
        mean=mean(points),
        deviation=float(stdev(points)) if len(points) > 1 else None,
        lowest=points[0],
        quartiles=(first, second, third),
        deciles=tuple(_borders(points, 10)),
        highest=points[-1],
        bins=_bins(points, worths[-1]),
    )


def _borders(ordered: Sequence[Fraction], n_parts: int) -> list[Fraction]:
    return quantiles(ordered, n=n_parts, method="inclusive") if len(ordered) > 1 else [ordered[0]] * (n_parts - 1)


def _bins(points: Sequence[Fraction], out_of: Fraction) -> tuple[Bin, ...]:
    if not out_of:
        return ()
    width = out_of / N_BINS
    found = Counter(min(int(earned / width), N_BINS - 1) for earned in points)
    return tuple(Bin(place * width, (place + 1) * width, found[place]) for place in range(N_BINS))
