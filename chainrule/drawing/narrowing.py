"""A layout made narrower without smaller text: boxes as wide as their text needs, and shorter gaps between columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from chainrule.drawing.layout import Box, Layout
from chainrule.drawing.typography import CAPTION_SIZE, NOTE_SIZE, TEXT_SIZE, text_width

__all__ = ["narrowed"]

LEAST_WIDTH, LEAST_PADDING = 40.0, 7.0
NOTE_SHARE = 0.9  # of a note's width as it is estimated, which is on the wide side
LEAST_GAP = 0.5  # of a gap's width; an arrowhead and a bend still fit


def narrowed(layout: Layout, width: float) -> Layout:
    """The layout in `width` pixels, or as near to it as its texts allow; heights stay, and so does who crosses whom."""
    strips = sorted({(box.x, box.x + box.width) for box in layout.boxes})
    ends = [0.0, *(x for strip in strips for x in strip), layout.width]
    tight = _tight(layout, ends)
    slack = layout.width - tight[-1]
    share = min(1.0, max(0.0, (layout.width - width) / slack)) if slack > 0 else 0.0
    after = [(1 - share) * x + share * least for x, least in zip(ends, tight, strict=True)]
    return _moved(layout, _mapping(ends, after))


def _tight(layout: Layout, ends: Sequence[float]) -> list[float]:
    """Where the ends of strips would come to stand at their narrowest."""
    moved = [0.0]
    for number, (left, right) in enumerate(pairwise(ends)):
        if number % 2:
            need = max(_need(box) for box in layout.boxes if box.x == left)
            moved.append(moved[-1] + min(right - left, need))
        else:
            is_margin = number in (0, len(ends) - 2)
            moved.append(moved[-1] + (right - left) * (1 if is_margin else LEAST_GAP))
    return moved


def _need(box: Box) -> float:
    """The width that the texts of a box ask for."""
    below = max((NOTE_SHARE * text_width(text, font_size=NOTE_SIZE) for text in box.notes), default=0.0)
    inside = text_width(box.text, font_size=TEXT_SIZE) + 2 * LEAST_PADDING
    return max(LEAST_WIDTH, inside, below, text_width(box.caption, font_size=CAPTION_SIZE))


def _mapping(before: Sequence[float], after: Sequence[float]) -> Callable[[float], float]:
    """The function that takes each of `before` to its `after`, and is straight between them."""

    def moved(x: float) -> float:
        at = min(max(bisect_right(before, x) - 1, 0), len(before) - 2)
        part = (x - before[at]) / (before[at + 1] - before[at])
        return after[at] + part * (after[at + 1] - after[at])

    return moved


def _moved(layout: Layout, to: Callable[[float], float]) -> Layout:
    boxes = tuple(replace(box, x=to(box.x), width=to(box.x + box.width) - to(box.x)) for box in layout.boxes)
    edges = tuple(replace(edge, points=tuple((to(x), y) for x, y in edge.points)) for edge in layout.edges)
    return replace(layout, boxes=boxes, edges=edges, width=to(layout.width))
