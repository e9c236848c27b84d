"""Small charts as inline SVG: a histogram of points and a bar of outcomes, both with words that say the same.

Colours come from classes in `staff.css`: the pages' policy forbids style attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from chainrule.amount_words import amount
from chainrule.outcome_words import OUTCOMES
from chainrule.results.class_record import Bin
from grader.verdict import Outcome

__all__ = ["histogram_svg", "outcome_bar_svg", "outcome_counts"]

# The histogram's measures in CSS pixels.
WIDTH, HEIGHT, BASE, TOP = 640, 190, 158, 24
BAR_WIDTH, BAR_HEIGHT = 180, 14


def histogram_svg(bins: Sequence[Bin], *, identifier: str) -> Markup:
    """How many papers have how many points; nothing at all without bins."""
    if not bins:
        return Markup("")
    step = WIDTH / (len(bins) + 1)
    left = step / 2
    most = max(1, *(found.n_papers for found in bins))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="histogram" role="img" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-labelledby="{identifier}-title {identifier}-desc">',
        f'<title id="{identifier}-title">Histogram of points</title>',
        f'<desc id="{identifier}-desc">{escape(_in_words(bins))}</desc>',
    ]
    for place, found in enumerate(bins):
        x, height = left + place * step, (BASE - TOP) * found.n_papers / most
        if found.n_papers:
            middle = _number(x + step / 2)
            parts.append(
                f'<rect class="bar" x="{_number(x + 3)}" y="{_number(BASE - height)}" '
                f'width="{_number(step - 6)}" height="{_number(height)}" rx="2"/>'
                f'<text class="count" x="{middle}" y="{_number(BASE - height - 7)}">{found.n_papers}</text>'
            )
    parts.append(f'<path class="axis" d="M{_number(left)},{BASE}H{_number(left + len(bins) * step)}"/>')
    edges = [*(found.low for found in bins), bins[-1].high]
    parts += [
        f'<text class="edge" x="{_number(left + place * step)}" y="{BASE + 20}">{amount(edge)}</text>'
        for place, edge in enumerate(edges)
    ]
    return Markup("\n".join([*parts, "</svg>"]))


def outcome_bar_svg(outcomes: Mapping[Outcome, int]) -> Markup:
    """One bar, parted by outcomes in their usual order; a gap parts them also where colours look alike."""
    total = sum(outcomes.values())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="outcomes" role="img" '
        f'viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" '
        f'aria-label="{escape(outcome_counts(outcomes))}">'
    ]
    x = 0.0
    for outcome in OUTCOMES:
        width = BAR_WIDTH * outcomes.get(outcome, 0) / total if total else 0
        if width:
            parts.append(
                f'<rect class="{outcome}" x="{_number(x)}" y="0" width="{_number(max(width - 1.5, 1))}" '
                f'height="{BAR_HEIGHT}" rx="1.5"/>'
            )
        x += width
    return Markup("".join([*parts, "</svg>"]))


def outcome_counts(outcomes: Mapping[Outcome, int]) -> str:
    """`12 right, 3 wrong`."""
    found = [f"{outcomes[outcome]} {words.brief}" for outcome, words in OUTCOMES.items() if outcomes.get(outcome)]
    return ", ".join(found) or "no answers"


def _in_words(bins: Sequence[Bin]) -> str:
    found = [f"{amount(b.low)} to {amount(b.high)} points: {b.n_papers}" for b in bins]
    return "Number of papers. " + "; ".join(found) + "."


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
