"""Whether some variants were harder than others: by all that was drawn, corrected for looking often.

Papers are drawn by chance, so who got which variant has nothing to do with how good anybody is: mean shares of two
variants can be compared as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from statistics import quantiles

from chainrule.report.measures import Interval, holm, kruskal_wallis, wilson
from chainrule.report.rows import PaperRow
from question_templates.paper import in_exam_order
from question_templates.slot import Plain

__all__ = ["CERTAIN", "MIN_GROUP", "VariantEffect", "VariantGroup", "variant_effects"]

#: The chi-square approximation needs five papers a group.
MIN_GROUP = 5
#: A corrected probability of chance below this counts as a difference.
CERTAIN = 0.05
#: What was drawn with more values is parted into thirds when it is a number, and else not looked at.
MOST_VALUES = 6


@dataclass(frozen=True)
class VariantGroup:
    """The papers that drew one value, or numbers within one range, and their mean share of the question's points."""

    value: str
    papers: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def n(self) -> int:
        return len(self.papers)

    @property
    def mean(self) -> float:
        return fsum(self.shares) / self.n

    @property
    def interval(self) -> Interval:
        return wilson(self.mean, self.n)


@dataclass(frozen=True)
class VariantEffect:
    """One question, parted by one thing that was drawn; several names where they part the papers in the same way.

    `family` is empty where families themselves are compared. `chance` is the probability of such differences by chance
    (Kruskal-Wallis, over groups of five papers or more), `corrected` the same for the number of comparisons (Holm).
    Both are None where fewer than two groups are large enough, or nothing differs.
    """

    slot: str
    family: str
    features: tuple[str, ...]
    groups: tuple[VariantGroup, ...]
    chance: float | None = None
    corrected: float | None = None

    @property
    def large_groups(self) -> tuple[VariantGroup, ...]:
        return tuple(group for group in self.groups if group.n >= MIN_GROUP)

    @property
    def is_certain(self) -> bool:
        """Whether chance does not explain it, given how often was looked."""
        return self.corrected is not None and self.corrected < CERTAIN

    @property
    def is_main(self) -> bool:
        """Whether it compares what an exam's author chose: families, or their levels."""
        return bool({"family", "level"} & set(self.features))


def variant_effects(rows: Sequence[PaperRow]) -> tuple[VariantEffect, ...]:
    """All that was drawn and differs between papers, question by question, families first.

    The question that matters, whether families or levels differ, is corrected by itself; all else that was drawn is
    many more comparisons, among themselves.
    """
    effects = [replace(effect, chance=_chance(effect)) for effect in _parted(rows)]
    corrected: dict[int, float] = {}
    for is_main in (True, False):
        tested = {place: e.chance for place, e in enumerate(effects) if e.is_main == is_main and e.chance is not None}
        corrected |= zip(tested, holm(list(tested.values())), strict=True)
    return tuple(replace(effect, corrected=corrected.get(place)) for place, effect in enumerate(effects))


def _chance(effect: VariantEffect) -> float | None:
    large = effect.large_groups
    return kruskal_wallis([group.shares for group in large]) if len(large) > 1 else None


def _parted(rows: Sequence[PaperRow]) -> Iterator[VariantEffect]:
    for slot in in_exam_order(slot for row in rows for slot in row.drawn):
        shares = {row.paper: share for row in rows if slot in row.drawn and (share := row.share_of(slot)) is not None}
        drawn = {row.paper: row.drawn[slot] for row in rows if row.paper in shares}
        families = {paper: one.family for paper, one in drawn.items()}
        yield from _effects(slot, "", {"family": families}, shares)
        for family in sorted(set(families.values())):
            values: dict[str, dict[str, Plain]] = defaultdict(dict)
            for paper, one in drawn.items():
                if one.family == family:
                    for name, value in one.features.items():
                        values[name][paper] = value
            yield from _effects(slot, family, values, shares)


def _effects(
    slot: str, family: str, features: Mapping[str, Mapping[str, Plain]], shares: Mapping[str, float]
) -> Iterator[VariantEffect]:
    """One for every way to part the papers, with the names of all features that part them in this way."""
    names: dict[frozenset[tuple[str, ...]], list[str]] = {}
    groups: dict[frozenset[tuple[str, ...]], tuple[VariantGroup, ...]] = {}
    for name, values in features.items():
        parts = _groups(values, shares)
        way = frozenset(group.papers for group in parts)
        if len(parts) > 1:
            names.setdefault(way, []).append(name)
            groups.setdefault(way, parts)
    yield from (VariantEffect(slot, family, tuple(found), groups[way]) for way, found in names.items())


def _groups(values: Mapping[str, Plain], shares: Mapping[str, float]) -> tuple[VariantGroup, ...]:
    """By value, or by thirds where there are too many values; none where that can't be, or all are equal."""
    papers: dict[Plain, list[str]] = defaultdict(list)
    for paper, value in values.items():
        papers[value].append(paper)
    if len(papers) < 2:
        return ()
    parts = [(_spelled(value), papers[value]) for value in sorted(papers, key=_place)]
    if len(parts) > MOST_VALUES:
        numbers = {value: found for value, found in papers.items() if not isinstance(value, (str, bool))}
        parts = _thirds(numbers) if len(numbers) == len(papers) else []
    return tuple(VariantGroup(label, tuple(own), tuple(shares[paper] for paper in own)) for label, own in parts)


def _spelled(value: Plain) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _place(value: Plain) -> tuple[bool, float, str]:
    """Numbers by size, before words by their letters."""
    return (True, 0.0, value) if isinstance(value, str) else (False, float(value), "")


def _thirds(papers: Mapping[int | float, Sequence[str]]) -> list[tuple[str, list[str]]]:
    """Three groups of numbers, about equally large; equal numbers stay together."""
    low, high = quantiles([value for value, own in papers.items() for _ in own], n=3, method="inclusive")
    parts: list[list[int | float]] = [[], [], []]
    for value in papers:
        parts[(value > low) + (value > high)].append(value)
    return [(_range(part), sorted(paper for value in part for paper in papers[value])) for part in parts if part]


def _range(values: Iterable[int | float]) -> str:
    found = sorted(values)
    least, most = _spelled(found[0]), _spelled(found[-1])
    return least if least == most else f"{least} to {most}"
