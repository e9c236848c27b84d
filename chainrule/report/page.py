"""The report as one self-contained page for staff: every plot beside a table or words that say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from chainrule.amount_words import amount, first_of
from chainrule.outcome_words import OUTCOMES
from chainrule.pages.charts import histogram_svg, outcome_bar_svg, outcome_counts
from chainrule.pages.result_frame import verbatim, with_code
from chainrule.pages.templates import render_page
from chainrule.report.class_report import ClassReport
from chainrule.report.flags import Flag
from chainrule.report.item_analysis import ItemStatistics
from chainrule.report.page_words import (
    chance_words,
    fairness_words,
    interval_words,
    matches_words,
    percent,
    reliability_words,
    small,
    two_digits,
)
from chainrule.report.plots import mean_svg, scatter_svg
from chainrule.report.scores import Scores
from chainrule.report.unread import UnreadableReason
from chainrule.report.variant_effects import VariantEffect

__all__ = ["report_page"]

# What a page can show before nobody reads on; the tables beside it have all.
_MOST_EFFECTS, _MOST_EXAMPLES, _MOST_MISTAKES, _MOST_LUCK = 15, 4, 25, 20
_LONGEST_EXAMPLE = 300


@dataclass(frozen=True)
class ItemLine:
    """One line of the table of questions or fields, in words."""

    id: str
    title: str
    family: str
    n: int
    mean: str
    interval: str
    correlation: str
    correlation_interval: str
    tails: str
    without: str
    bar: Markup
    counts: str
    note: str


@dataclass(frozen=True)
class EffectView:
    """One comparison of variants: what differs, the groups as (value, papers, mean, interval, plot), and chance."""

    question: str
    what: str
    groups: tuple[tuple[str, int, str, str, Markup], ...]
    chance: str
    is_certain: bool


@dataclass(frozen=True)
class ReasonView:
    """Why answers could not be read, with a few of them as (paper, field, response, reading, reason)."""

    words: str
    n_answers: int
    n_papers: int
    n_waiting: int
    kinds: str
    examples: tuple[tuple[str, str, str, str, Markup], ...]


def report_page(report: ClassReport, *, index: str = "") -> str:
    """The page as one HTML document, the same bytes for the same report; `index` is the way to the run's own page."""
    main = [effect for effect in report.effects if effect.is_main]
    others = sorted(
        (effect for effect in report.effects if not effect.is_main and effect.chance is not None),
        key=lambda effect: (effect.chance or 0, effect.slot),
    )
    return render_page(
        "report.html.j2",
        styles=("page.css", "math.css", "staff.css", "report.css"),
        title=f"Report · {report.head.title}",
        head=report.head,
        index=index,
        **_points(report.scores),
        flags=[_flag(flag) for flag in report.flags],
        reliability=reliability_words(report.reliability),
        questions=[_line(item) for item in report.questions],
        fields=[(item, [_line(one) for one in report.fields if one.slot == item.slot]) for item in report.questions],
        scatter=scatter_svg(report.questions, report.fields),
        outcomes=OUTCOMES.items(),
        mistakes=[(one, percent(one.share), with_code(one.feedback)) for one in report.mistakes[:_MOST_MISTAKES]],
        n_more_mistakes=max(len(report.mistakes) - _MOST_MISTAKES, 0),
        fairness=fairness_words(report),
        main_effects=[_effect(effect) for effect in main],
        other_effects=[_effect(effect) for effect in others[:_MOST_EFFECTS]],
        n_others=len(others),
        luck=[(one.paper, f"{one.points:+.2f}", f"{one.margin:.2f}") for one in report.luck[:_MOST_LUCK]],
        n_luck=len(report.luck),
        reasons=[_reason(reason) for reason in report.unreadable],
        match_words=matches_words(report.matches),
        pairs=[(match, chance_words(match.chance), small(match.expected)) for match in report.matches.shown],
    )


def _points(scores: Scores | None) -> dict[str, Any]:
    """What the template needs of the spread of points; all of it empty when nothing has been graded."""
    return {
        "facts": _facts(scores) if scores else [],
        "spread": _spread(scores) if scores else [],
        "deciles": [amount(border) for border in scores.deciles] if scores else [],
        "n_incomplete": scores.n_incomplete if scores else 0,
        "out_of": " or ".join(map(amount, scores.worths)) if scores else "",
        "histogram": histogram_svg(scores.bins, identifier="points-histogram") if scores else "",
    }


def _facts(scores: Scores) -> list[tuple[str, str]]:
    return [
        ("Papers graded", str(scores.n_papers)),
        ("Incomplete", str(scores.n_incomplete)),
        ("Late", str(scores.n_late)),
        ("Mean", amount(scores.mean)),
        ("Median", amount(scores.quartiles[1])),
        ("Standard deviation", "too few" if scores.deviation is None else f"{scores.deviation:.2f}"),
    ]


def _spread(scores: Scores) -> list[tuple[str, str]]:
    names = ("Lowest", "Lower quartile", "Median", "Upper quartile", "Highest")
    return list(zip(names, map(amount, (scores.lowest, *scores.quartiles, scores.highest)), strict=True))


def _flag(flag: Flag) -> tuple[str, str, Markup, int]:
    where = ", ".join(flag.families) if flag.level == "field" else "the whole question"
    return flag.item, where, with_code(flag.words), flag.n


def _line(item: ItemStatistics) -> ItemLine:
    few = "too few" if item.counts else "–"
    return ItemLine(
        id=item.id,
        title=item.title,
        family=", ".join(item.families),
        n=item.n_papers,
        mean=few if item.mean is None else percent(item.mean),
        interval=interval_words(item.interval, percent),
        correlation=_correlation(item, few),
        correlation_interval=interval_words(item.correlation_interval, two_digits),
        tails="" if item.tails is None else f"{100 * item.tails:+.0f}",
        without="" if item.alpha_without is None else two_digits(item.alpha_without),
        bar=outcome_bar_svg(item.outcomes),
        counts=outcome_counts(item.outcomes),
        note="" if item.counts else "does not count",
    )


def _correlation(item: ItemStatistics, few: str) -> str:
    """The number, or why there is none: all answers may have earned the same."""
    if item.correlation is not None:
        return two_digits(item.correlation)
    return "all equal" if item.has_enough_papers else few


def _effect(effect: VariantEffect) -> EffectView:
    whole = sum(group.mean * group.n for group in effect.groups) / sum(group.n for group in effect.groups)
    what = first_of(effect.features, most=3)
    return EffectView(
        question=effect.slot,
        what=f"{what} of {effect.family}" if effect.family else what,
        groups=tuple(
            (
                group.value,
                group.n,
                percent(group.mean),
                interval_words(group.interval, percent),
                mean_svg(group.mean, group.interval, reference=whole),
            )
            for group in effect.groups
        ),
        chance="too few" if effect.corrected is None else small(effect.corrected),
        is_certain=effect.is_certain,
    )


def _reason(reason: UnreadableReason) -> ReasonView:
    return ReasonView(
        verbatim(reason.words),
        reason.n_answers,
        reason.n_papers,
        reason.n_waiting,
        ", ".join(reason.kinds),
        tuple(
            (one.paper, one.id, _short(one.response), _short(one.read_as), with_code(_short(one.reason)))
            for one in reason.responses[:_MOST_EXAMPLES]
        ),
    )


def _short(text: str) -> str:
    cut = text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE]} …"
    return verbatim(cut)
