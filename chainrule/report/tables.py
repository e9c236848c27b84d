"""The report as CSV files, one a table, for a spreadsheet; shares from 0 to 1, empty for what can't be computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from chainrule.amount_words import amount
from chainrule.outcome_words import OUTCOMES
from chainrule.report.class_report import ClassReport
from chainrule.report.item_analysis import ItemStatistics
from chainrule.report.measures import Interval
from chainrule.report.variant_effects import VariantEffect
from chainrule.spreadsheet import csv_text, guarded

__all__ = ["report_tables"]

Row = Sequence[object]


def report_tables(report: ClassReport) -> dict[str, str]:
    """Name and text of every table, headings first."""
    return {
        "scores.csv": _table(_scores(report)),
        "questions.csv": _table(_items(report.questions)),
        "fields.csv": _table(_items(report.fields)),
        "flags.csv": _table(_flags(report)),
        "mistakes.csv": _table(_mistakes(report)),
        "variants.csv": _table(_effects(report.effects)),
        "unreadable.csv": _table(_unreadable(report)),
        "matches.csv": _table(_matches(report)),
    }


def _table(rows: Iterable[Row]) -> str:
    """A table in which no text of a student is a formula."""
    return csv_text([[guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _ends(interval: Interval | None) -> tuple[str, str]:
    return (_cell(interval[0]), _cell(interval[1])) if interval else ("", "")


def _scores(report: ClassReport) -> Iterator[Row]:
    luck: Mapping[str, float] = {one.paper: one.points for one in report.luck}
    yield "paper", "points", "out_of", "complete", "late", "estimated_luck"
    for row in report.rows:
        state = ("yes" if row.is_complete else "no", "yes" if row.is_late else "no")
        yield row.paper, amount(row.points), amount(row.out_of), *state, _cell(luck.get(row.paper))


def _items(items: Iterable[ItemStatistics]) -> Iterator[Row]:
    numbers = ("papers", "decided", "mean_share", "mean_low", "mean_high")
    telling = ("correlation", "correlation_low", "correlation_high", "upper_lower_27", "alpha_without")
    yield "id", "families", "title", *numbers, *telling, *OUTCOMES
    for item in items:
        yield (
            item.id,
            " ".join(item.families),
            item.title,
            item.n_papers,
            item.n_decided,
            _cell(item.mean),
            *_ends(item.interval),
            _cell(item.correlation),
            *_ends(item.correlation_interval),
            _cell(item.tails),
            _cell(item.alpha_without),
            *(item.outcomes.get(outcome, 0) for outcome in OUTCOMES),
        )


def _flags(report: ClassReport) -> Iterator[Row]:
    yield "id", "level", "families", "sign", "n", "meaning"
    for flag in report.flags:
        yield flag.item, flag.level, " ".join(flag.families), flag.code, flag.n, flag.words


def _mistakes(report: ClassReport) -> Iterator[Row]:
    yield "mistake", "papers", "answers", "asked", "share", "fields", "what_students_are_told"
    for one in report.mistakes:
        places = " ".join(one.places)
        yield one.tag, one.n_papers, one.n_answers, one.n_asked, _cell(one.share), places, one.feedback


def _effects(effects: Iterable[VariantEffect]) -> Iterator[Row]:
    group = ("value", "papers", "mean_share", "mean_low", "mean_high")
    yield "question", "family", "what_differs", *group, "chance", "chance_corrected"
    for effect in effects:
        for found in effect.groups:
            mean = (_cell(found.mean), *_ends(found.interval))
            chances = (_cell(effect.chance), _cell(effect.corrected))
            yield effect.slot, effect.family, ", ".join(effect.features), found.value, found.n, *mean, *chances


def _unreadable(report: ClassReport) -> Iterator[Row]:
    yield "reason", "answers", "paper", "field", "kind", "response", "read_as", "why", "decided"
    for reason in report.unreadable:
        for one in reason.responses:
            written = (one.paper, one.id, one.kind, one.response, one.read_as, one.reason)
            yield reason.words, reason.n_answers, *written, "yes" if one.is_settled else "no"


def _matches(report: ClassReport) -> Iterator[Row]:
    whole = ("pair_chance", "pair_expected")
    yield "paper", "other_paper", "field", "other_field", "response", "equal_keys", "keys", *whole
    for match in report.matches.shown:
        for one in match.answers:
            chances = (_cell(match.chance), _cell(match.expected))
            yield match.paper, match.other, one.id, one.other_id, one.response, one.n_equal, one.n_keys, *chances
