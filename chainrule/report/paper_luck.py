"""Whether somebody got a harder paper: the points that variants proved to be harder are believed to have cost it.

Only differences that chance does not explain count, and of these only what remains after shrinking them towards the
question's mean: the largest of many observed differences is always too large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import variance

from chainrule.report.measures import shrinkage
from chainrule.report.rows import PaperRow
from chainrule.report.variant_effects import VariantEffect, VariantGroup

__all__ = ["PaperLuck", "counted_effects", "paper_luck"]


@dataclass(frozen=True)
class PaperLuck:
    """What a paper's variants are estimated to have given it, in points; below 0 where they were harder.

    `margin` is half of the 95 % interval of the estimate.
    """

    paper: str
    points: float
    margin: float


def counted_effects(effects: Iterable[VariantEffect]) -> tuple[VariantEffect, ...]:
    """Of every question the one difference between variants that is the least likely to be chance, if it is certain."""
    best: dict[str, VariantEffect] = {}
    for effect in effects:
        if effect.is_certain:
            known = best.get(effect.slot)
            if known is None or _chance(effect) < _chance(known):
                best[effect.slot] = effect
    return tuple(best.values())


def _chance(effect: VariantEffect) -> float:
    return 1.0 if effect.chance is None else effect.chance


def paper_luck(rows: Sequence[PaperRow], effects: Iterable[VariantEffect]) -> tuple[PaperLuck, ...]:
    """The papers that are estimated to have lost or gained, the hardest first; none without a certain effect."""
    parts: dict[str, list[tuple[float, float]]] = {}
    for effect in counted_effects(effects):
        worth = _worths(rows, effect.slot)
        for paper, difference, deviation in _estimates(effect):
            parts.setdefault(paper, []).append((difference * worth[paper], deviation * worth[paper]))
    found = [
        PaperLuck(paper, fsum(points for points, _ in one), 1.96 * sqrt(fsum(spread**2 for _, spread in one)))
        for paper, one in parts.items()
    ]
    return tuple(sorted(found, key=lambda luck: (luck.points, luck.paper)))


def _worths(rows: Iterable[PaperRow], slot: str) -> Mapping[str, float]:
    return {
        row.paper: fsum(answer.out_of for answer in row.answers if answer.slot == slot and answer.counts)
        for row in rows
    }


def _estimates(effect: VariantEffect) -> Iterator[tuple[str, float, float]]:
    """(paper, share gained or lost, its standard deviation) of every paper in a group that is large enough."""
    groups = effect.large_groups
    believed = shrinkage([group.shares for group in groups])
    n = sum(group.n for group in groups)
    whole = fsum(share for group in groups for share in group.shares) / n
    for group in groups:
        deviation = sqrt(believed * _variance(group) / group.n)
        yield from ((paper, believed * (group.mean - whole), deviation) for paper in group.papers)


def _variance(group: VariantGroup) -> float:
    """Of a share in a group; never 0, since a few papers that agree prove nothing."""
    mean = (fsum(group.shares) + 1) / (group.n + 2)
    return max(variance(group.shares), mean * (1 - mean) / group.n)
