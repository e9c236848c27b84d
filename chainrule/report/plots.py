"""Plots of the report as inline SVG, each beside a table that says the same; colours come from `report.css`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from chainrule.report.item_analysis import ItemStatistics
from chainrule.report.measures import Interval

__all__ = ["mean_svg", "scatter_svg"]

# CSS pixels. The scatter's frame leaves room for the words at both axes.
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 380, 56, 334, 16, 624
STRIP_WIDTH, STRIP_HEIGHT, STRIP_EDGE = 220, 18, 6


def scatter_svg(questions: Sequence[ItemStatistics], fields: Sequence[ItemStatistics]) -> Markup:
    """How hard (to the left: harder) against how well it tells papers apart (up: better); nothing without numbers."""
    placed = [(item, item.mean, item.correlation) for item in (*fields, *questions)]
    points = [(item, x, y) for item, x, y in placed if x is not None and y is not None]
    if not points:
        return Markup("")
    least = min(-0.2, *(y for _, _, y in points))
    words = "; ".join(
        f"{item.id}: mean share {round(100 * x)}%, correlation {y:.2f}" for item, x, y in points if not item.name
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="scatter" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" aria-labelledby="scatter-title scatter-desc">',
        '<title id="scatter-title">Difficulty and discrimination</title>',
        f'<desc id="scatter-desc">{escape(words or "Fields only.")}</desc>',
        *_axes(least),
        *(_point(item, x, y, least) for item, x, y in points),
        "</svg>",
    ]
    return Markup("\n".join(parts))


def _axes(least: float) -> Iterable[str]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _number(_across(share))
        yield f'<path class="grid" d="M{x},{TOP}V{BOTTOM}"/>'
        yield f'<text class="edge" x="{x}" y="{BOTTOM + 19}">{round(100 * share)}%</text>'
    for step in range(-4, 5):
        if step / 4 >= least:
            y = _up(step / 4, least)
            yield f'<path class="{"axis" if not step else "grid"}" d="M{LEFT},{_number(y)}H{RIGHT}"/>'
            yield f'<text class="side" x="{LEFT - 8}" y="{_number(y + 4)}">{step / 4:g}</text>'
    middle = (LEFT + RIGHT) // 2
    yield f'<text class="edge" x="{middle}" y="{HEIGHT - 6}">mean share of the points (right: easier)</text>'


def _point(item: ItemStatistics, share: float, correlation: float, least: float) -> str:
    x, y = _number(_across(share)), _up(correlation, least)
    if item.name:
        return f'<circle class="field" cx="{x}" cy="{_number(y)}" r="4"><title>{escape(item.id)}</title></circle>'
    return (
        f'<circle class="question" cx="{x}" cy="{_number(y)}" r="13"/>'
        f'<text class="mark" x="{x}" y="{_number(y + 4)}">{escape(item.slot)}</text>'
    )


def _across(share: float) -> float:
    return LEFT + share * (RIGHT - LEFT - 16)


def _up(correlation: float, least: float) -> float:
    return BOTTOM - (correlation - least) / (1 - least) * (BOTTOM - TOP - 14)


def mean_svg(mean: float, interval: Interval, *, reference: float) -> Markup:
    """A dot at a mean share between 0 and 1 with its interval, and a line at the mean of all."""
    low, high, at, middle = (_number(_strip(share)) for share in (*interval, mean, reference))
    height = STRIP_HEIGHT // 2
    said = f"mean {round(100 * mean)}%, between {round(100 * interval[0])}% and {round(100 * interval[1])}%"
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="strip" role="img" viewBox="0 0 {STRIP_WIDTH} {STRIP_HEIGHT}" '
        f'width="{STRIP_WIDTH}" height="{STRIP_HEIGHT}" aria-label="{said}">'
        f'<path class="ground" d="M{STRIP_EDGE},{height}H{STRIP_WIDTH - STRIP_EDGE}"/>'
        f'<path class="all" d="M{middle},1V{STRIP_HEIGHT - 1}"/>'
        f'<path class="interval" d="M{low},{height}H{high}"/>'
        f'<circle class="mean" cx="{at}" cy="{height}" r="4.5"/></svg>'
    )


def _strip(share: float) -> float:
    return STRIP_EDGE + share * (STRIP_WIDTH - 2 * STRIP_EDGE)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
