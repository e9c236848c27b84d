"""Item analysis: how hard each question and field was, whether it tells papers apart, and how reliable the exam is.

An item is compared with the rest of its paper, never with a total that it is part of.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, sqrt
from statistics import stdev
from typing import Literal, TypeAlias

from chainrule.report.measures import Interval, alpha, feldt, fisher, pearson, tail_difference, wilson
from chainrule.report.rows import AnswerRow, PaperRow, share_of
from grader.verdict import OPEN_OUTCOMES, Outcome
from question_templates.paper import in_exam_order

__all__ = ["MIN_PAPERS", "MIN_PAPERS_FOR_TAILS", "ItemStatistics", "Reliability", "analyse_items", "reliability"]

#: A correlation over fewer papers says next to nothing: its interval is wider than from -0.6 to 0.6.
MIN_PAPERS = 10
#: Below, a tail of 27 % has fewer than six papers.
MIN_PAPERS_FOR_TAILS = 20

Level: TypeAlias = Literal["question", "field"]


@dataclass(frozen=True)
class ItemStatistics:
    """A question, or one of its fields, over all graded papers that have it; a field belongs to one family.

    `outcomes` counts answers: of a question, those of all its fields. `mean` and its interval are shares of the points,
    over the `n_decided` papers with a decided answer. `correlation` is with the rest of the paper, `tails` the mean
    share of the best 27 % less that of the weakest; None where too few papers or no variance leave nothing to say.
    """

    level: Level
    slot: str
    name: str
    families: tuple[str, ...]
    title: str
    n_papers: int
    n_decided: int
    counts: bool
    outcomes: Mapping[Outcome, int]
    mistakes: Mapping[str, int]
    mean: float | None
    interval: Interval | None
    correlation: float | None
    correlation_interval: Interval | None
    tails: float | None
    alpha_without: float | None = None

    @property
    def id(self) -> str:
        return f"{self.slot}.{self.name}" if self.name else self.slot

    @property
    def has_enough_papers(self) -> bool:
        """Whether there are enough for a correlation; without one, nothing varies."""
        return self.n_decided >= MIN_PAPERS

    @property
    def n_answers(self) -> int:
        return sum(self.outcomes.values())

    @property
    def n_open(self) -> int:
        return sum(self.outcomes.get(outcome, 0) for outcome in OPEN_OUTCOMES)


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha over the `slots` that all `n_papers` complete papers have, and what follows from it.

    `error` is the standard error of measurement in points. A value is None where it can't be computed, and all are
    for fewer than ten papers.
    """

    slots: tuple[str, ...]
    n_papers: int
    alpha: float | None = None
    interval: Interval | None = None
    error: float | None = None
    without: Mapping[str, float | None] | None = None


def analyse_items(rows: Sequence[PaperRow]) -> tuple[tuple[ItemStatistics, ...], tuple[ItemStatistics, ...]]:
    """The statistics of questions, and those of fields, both in the exam's order."""
    found: dict[tuple[str, str, str], dict[str, list[AnswerRow]]] = defaultdict(lambda: defaultdict(list))
    slots: dict[str, dict[str, list[AnswerRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for answer in row.answers:
            found[answer.slot, answer.family, answer.name][row.paper].append(answer)
            slots[answer.slot][row.paper].append(answer)
    titles, by_id = _titles(rows), {row.paper: row for row in rows}
    order = in_exam_order(slots)
    questions = tuple(_statistics("question", slot, "", slots[slot], by_id, titles) for slot in order)
    places = sorted(found, key=lambda place: (order.index(place[0]), place[1]))  # within a family as it is printed
    fields = tuple(_statistics("field", *place[::2], found[place], by_id, titles) for place in places)
    without = reliability(rows).without or {}
    return tuple(replace(one, alpha_without=without.get(one.slot)) for one in questions), fields


def _titles(rows: Iterable[PaperRow]) -> Mapping[tuple[str, str], str]:
    return {(one.slot, one.family): one.title for row in rows for one in row.drawn.values()}


def _statistics(
    level: Level,
    slot: str,
    name: str,
    by_paper: Mapping[str, Sequence[AnswerRow]],
    rows: Mapping[str, PaperRow],
    titles: Mapping[tuple[str, str], str],
) -> ItemStatistics:
    answers = [answer for found in by_paper.values() for answer in found]
    families = tuple(sorted({answer.family for answer in answers}))
    shares = {paper: share for paper, found in by_paper.items() if (share := share_of(found)) is not None}
    mean = fsum(shares.values()) / len(shares) if shares else None
    correlation, interval, tails = _discrimination(shares, by_paper, rows)
    return ItemStatistics(
        level=level,
        slot=slot,
        name=name,
        families=families,
        title=" / ".join(sorted({titles[slot, family] for family in families})),
        n_papers=len(by_paper),
        n_decided=len(shares),
        counts=any(answer.counts for answer in answers),
        outcomes=Counter(answer.outcome for answer in answers),
        mistakes=Counter(answer.verdict.mal_rule for answer in answers if answer.verdict.mal_rule),
        mean=mean,
        interval=None if mean is None else wilson(mean, len(shares)),
        correlation=correlation,
        correlation_interval=interval,
        tails=tails,
    )


def _discrimination(
    shares: Mapping[str, float], by_paper: Mapping[str, Sequence[AnswerRow]], rows: Mapping[str, PaperRow]
) -> tuple[float | None, Interval | None, float | None]:
    pairs = []
    for paper, share in shares.items():
        own = {answer.id for answer in by_paper[paper]}
        rest = share_of(answer for answer in rows[paper].answers if answer.id not in own)
        if rest is not None:
            pairs.append((share, rest))
    if len(pairs) < MIN_PAPERS:
        return None, None, None
    mine, others = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    correlation = pearson(mine, others)
    interval = None if correlation is None else fisher(correlation, len(pairs))
    return correlation, interval, tail_difference(mine, others) if len(pairs) >= MIN_PAPERS_FOR_TAILS else None


def reliability(rows: Sequence[PaperRow]) -> Reliability:
    """How much of the differences between papers would show again in another exam of the same kind."""
    complete = [row for row in rows if row.is_complete]
    columns = _comparable(complete)
    n = len(complete)
    found = Reliability(tuple(columns), n)
    if n < MIN_PAPERS or (value := alpha(list(columns.values()))) is None:
        return found
    totals = [fsum(row) for row in zip(*columns.values(), strict=True)]
    without = {slot: alpha([column for other, column in columns.items() if other != slot]) for slot in columns}
    return replace(
        found,
        alpha=value,
        interval=feldt(value, n, len(columns)),
        # Below 0 the questions have nothing in common that an error could be told from.
        error=stdev(totals) * sqrt(1 - value) if value >= 0 else None,
        without=without,
    )


def _comparable(rows: Sequence[PaperRow]) -> dict[str, list[float]]:
    """By slot the points of every paper, for the slots that all papers have and that count."""
    columns: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for slot in dict.fromkeys(answer.slot for answer in row.answers):
            points = [a.share * a.out_of for a in row.answers if a.slot == slot and a.share is not None]
            if points:
                columns[slot].append(fsum(points))
    return {slot: columns[slot] for slot in in_exam_order(columns) if len(columns[slot]) == len(rows)}
