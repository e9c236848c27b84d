"""Aligned text: paragraphs broken between words, and tables whose last columns wrap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from chainrule.terminal.ink import PLAIN, Ink, width_of

__all__ = ["GLUE", "table", "wrapped"]

#: Stands for a blank at which no line may break; `wrapped` turns it into one.
GLUE = "\ue002"

_GAP = "  "


def wrapped(text: str, width: int, *, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most `width` columns, the first behind `first` and the others behind `rest`.

    A line feed in the text always breaks; a word that is longer than a line stays whole.
    """
    indent = " " * width_of(first) if rest is None else rest
    lines: list[str] = []
    for part in text.split("\n"):
        line, is_empty = (indent if lines else first), True
        for word in part.split(" "):
            if not word:
                continue
            if not is_empty and width_of(line) + 1 + width_of(word) > width:
                lines.append(line)
                line, is_empty = indent, True
            line += word if is_empty else f" {word}"
            is_empty = False
        lines.append(line)
    return [line.replace(GLUE, " ").rstrip() for line in lines]


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int,
    right: Sequence[int] = (),
    limits: Sequence[int | None] = (),
    ink: Ink = PLAIN,
) -> str:
    """A table with a rule below its head; cells of the columns in `right` stand at the right.

    Where the whole would be wider than `width`, `limits` has the most that cells of a column may take before they
    wrap, by position, and the last column takes what is left. An empty head leaves the head out.
    """
    widths = _widths(head, rows, limits, width)
    lines = [_line(head, widths, right, ink.strong), _GAP.join("-" * wide for wide in widths)] if any(head) else []
    for row in rows:
        cells = [wrapped(cell, wide) for cell, wide in zip(row, widths, strict=True)]
        lines += [_line(line, widths, right) for line in zip_longest(*cells, fillvalue="")]
    return "\n".join(line.rstrip() for line in lines)


def _widths(head: Sequence[str], rows: Sequence[Sequence[str]], limits: Sequence[int | None], width: int) -> list[int]:
    natural = [max(max(map(width_of, cell.split("\n"))) for cell in column) for column in zip(head, *rows, strict=True)]
    if sum(natural) + len(_GAP) * (len(natural) - 1) <= width:
        return natural
    kept = [min(wide, limit or wide) for wide, limit in zip_longest(natural, limits[: len(natural)])]
    left = width - sum(kept[:-1]) - len(_GAP) * (len(kept) - 1)
    return [*kept[:-1], min(kept[-1], max(left, 20))]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[int], style: object = None) -> str:
    padded = []
    for place, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
        blanks = " " * (wide - width_of(cell))
        text = style(cell) if callable(style) else cell
        padded.append(blanks + text if place in right else text + blanks)
    return _GAP.join(padded)
