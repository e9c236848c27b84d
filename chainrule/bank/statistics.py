"""`bank stats`: what a family draws: refusals and their reasons, different variants, the spread of work, time."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from chainrule.terminal.ink import PLAIN, Ink
from chainrule.terminal.tables import table, wrapped
from question_templates.bank import Shelf
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue
from question_templates.work import FEATURES, features

__all__ = ["FamilyStatistics", "Spread", "family_statistics", "statistics_json", "statistics_text"]


@dataclass(frozen=True)
class Spread:
    """Least, middle and most of a feature."""

    least: int
    middle: float
    most: int


@dataclass(frozen=True)
class FamilyStatistics:
    """What a number of seeds gave, spread evenly over the levels.

    `different` counts the variants that no student could take for one another. `work` has the spread of each feature
    of question_templates.work, by level and name. Times are in milliseconds a variant.
    """

    id: str
    variants: int
    different: int
    draws: int
    refused: Mapping[str, int]
    work: Mapping[int, Mapping[str, Spread]]
    milliseconds: float
    slowest_milliseconds: float


def family_statistics(shelf: Shelf, *, seeds: int) -> FamilyStatistics:
    """Draw, and thereby solve, the variants of that many seeds.

    Raises: NoAdmissibleDraw when the family refuses every draw.
    """
    levels = shelf.family.levels
    refused: Counter[str] = Counter()
    told: set[str] = set()
    found: dict[int, list[dict[str, int]]] = {level: [] for level in levels}
    times = []
    for seed in range(seeds):
        level = levels[seed % len(levels)]
        start = time.perf_counter()
        issued = issue(shelf, Dice(f"seed {seed}".encode()), level=level)
        times.append(1000 * (time.perf_counter() - start))
        refused.update(issued.refused)
        told.add(_as_read(issued))
        found[level].append(features(issued.key, issued.question))
    return FamilyStatistics(
        id=shelf.family.id,
        variants=seeds,
        different=len(told),
        draws=seeds + refused.total(),
        refused=dict(sorted(refused.items(), key=lambda pair: (-pair[1], pair[0]))),
        work={level: _spreads(each) for level, each in found.items() if each},
        milliseconds=round(sum(times) / len(times), 2),
        slowest_milliseconds=round(max(times), 2),
    )


def _as_read(issued: Issue) -> str:
    """All that a student would read, as one text."""
    return json.dumps(issued.question.to_json(), sort_keys=True)


def _spreads(each: Sequence[Mapping[str, int]]) -> dict[str, Spread]:
    columns = {name: [found[name] for found in each] for name in FEATURES}
    return {name: Spread(min(numbers), median(numbers), max(numbers)) for name, numbers in columns.items()}


def statistics_json(every: Sequence[FamilyStatistics]) -> str:
    """The statistics as a JSON list of objects with sorted keys; only the times differ from run to run."""
    return json.dumps([asdict(one) for one in every], indent=2, sort_keys=True)


def statistics_text(one: FamilyStatistics, *, width: int = 100, ink: Ink = PLAIN) -> str:
    """One family's statistics for a terminal."""
    n_refused = sum(one.refused.values())
    share = round(100 * n_refused / one.draws)
    lines = [
        ink.strong(one.id),
        f"  variants  {one.different} different of {one.variants}",
        f"  draws     {one.draws}, {n_refused} refused ({share}%)",
    ]
    for reason, count in one.refused.items():
        lines += wrapped(reason, width, first=f"            {count:>5}  ")
    lines.append(f"  time      {one.milliseconds:g} ms a variant, {one.slowest_milliseconds:g} ms the slowest")
    lines += ["", *(f"  {line}".rstrip() for line in _work_table(one, width - 2, ink).split("\n"))]
    return "\n".join(lines)


def _work_table(one: FamilyStatistics, width: int, ink: Ink) -> str:
    """Least, middle and most of every feature that the family has, a column a level."""
    shown = [name for name in FEATURES if any(spreads[name].most for spreads in one.work.values())]
    rows = [[FEATURES[name], *(_spread_text(spreads[name]) for spreads in one.work.values())] for name in shown]
    head = ["least / middle / most", *(f"level {level}" for level in one.work)]
    columns = range(1, len(head))
    return table(head, rows, width=width, right=list(columns), limits=[44], ink=ink)


def _spread_text(spread: Spread) -> str:
    """One number where all variants agree."""
    if spread.least == spread.most:
        return str(spread.least)
    return f"{spread.least} / {spread.middle:g} / {spread.most}"
