"""What the report says in sentences: about reliability, fairness and matches, never more than the numbers allow."""

from __future__ import annotations

from collections.abc import Callable

from chainrule.amount_words import count
from chainrule.report.class_report import ClassReport
from chainrule.report.item_analysis import MIN_PAPERS, Reliability
from chainrule.report.matches import MIN_KEYS, Matches
from chainrule.report.measures import Interval
from chainrule.report.paper_luck import counted_effects
from chainrule.report.variant_effects import MIN_GROUP

__all__ = [
    "chance_words",
    "fairness_words",
    "interval_words",
    "matches_words",
    "percent",
    "reliability_words",
    "small",
    "two_digits",
]


def percent(share: float) -> str:
    """`83%`."""
    return f"{100 * share:.0f}%"


def two_digits(value: float) -> str:
    """`0.35`, `-0.20`; never a `-0.00`."""
    return f"{round(value, 2) + 0.0:.2f}"


def small(chance: float) -> str:
    """A probability: `0.35`, and `below 0.01` for what would round to nothing."""
    return "below 0.01" if chance < 0.005 else f"{chance:.2f}"


def interval_words(interval: Interval | None, spelled: Callable[[float], str]) -> str:
    """`60% to 72%`; empty where there is none."""
    return f"{spelled(interval[0])} to {spelled(interval[1])}" if interval else ""


def chance_words(chance: float) -> str:
    """`1 in 4200`, with two digits that mean something."""
    if chance <= 0:
        return "less than 1 in 10^15"
    size = 1 / chance
    if size >= 1e15:
        return "less than 1 in 10^15"
    return f"1 in {int(float(f'{size:.2g}')):,}".replace(",", " ")


def reliability_words(found: Reliability) -> str:
    """What Cronbach's alpha says, or why it says nothing."""
    over = f"{count(len(found.slots), 'question')} of {count(found.n_papers, 'complete paper')}"
    if len(found.slots) < 2:
        return f"No reliability: it takes two questions that all complete papers have, and here there are {over}."
    if found.n_papers < MIN_PAPERS:
        return f"No reliability: too few ({over}; it takes {MIN_PAPERS} papers)."
    if found.alpha is None:
        return f"No reliability: all papers have the same points ({over})."
    between = f" (95%: {interval_words(found.interval, two_digits)})" if found.interval else ""
    said = f"Cronbach's alpha is {found.alpha:.2f}{between} over {over}."
    if found.error is None:
        return f"{said} Below 0 the questions have nothing in common, or there are too few papers to see it."
    return (
        f"{said} The standard error of measurement is {found.error:.1f} points: "
        "two papers that differ by less than about three times as much may be equally good."
    )


def fairness_words(report: ClassReport) -> str:
    """The answer to whether somebody got a harder paper."""
    tested = [effect for effect in report.effects if effect.corrected is not None]
    if not tested:
        return (
            "This can't be told: no question has two kinds of variants with "
            f"{MIN_GROUP} decided papers each, or all of them earned the same."
        )
    compared = f"{count(len(tested), 'comparison')} of variants"
    certain = counted_effects(report.effects)
    if not certain:
        return (
            f"No variant can be shown to be harder than another one ({compared}). "
            "Differences that you see below are of the size that chance gives."
        )
    slots = ", ".join(dict.fromkeys(effect.slot for effect in certain))
    most = max((abs(luck.points) for luck in report.luck), default=0.0)
    return (
        f"Some variants were harder, more than chance explains ({compared}), in question {slots}. "
        f"It is estimated to have cost or given a paper at most {most:.2f} points."
    )


def matches_words(matches: Matches) -> str:
    """What was looked at, and how careful to be."""
    if not matches.n_keys:
        return "No keys were given, so nothing was compared."
    if matches.n_keys < MIN_KEYS:
        return f"Too few: with {count(matches.n_keys, 'paper')} a match can't be told from chance."
    looked = (
        f"The wrong answers of {count(matches.n_papers, 'paper')} were compared with the keys of all others: "
        f"{count(matches.n_pairs, 'pair')}, of which {matches.n_matching} agree in something, nearly all by chance."
    )
    if not matches.shown:
        return f"{looked} No pair agrees in more than chance gives in a class of this size."
    return (
        f"{looked} Those below agree in more than most do. This proves nothing: look at the papers, and at where "
        "people sat. No points depend on it."
    )
