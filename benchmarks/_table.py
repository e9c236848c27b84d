"""Prints a benchmark's figures as an aligned table."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["print_table"]


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Columns as wide as their longest entry; words to the left, numbers to the right."""
    cells = [list(head), *([_shown(entry) for entry in row] for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    is_number = [all(_is_number(row[column]) for row in cells[1:]) for column in range(len(head))]
    if title:
        print(title)
    for row in (cells[0], ["-" * width for width in widths], *cells[1:]):
        aligned = zip(row, widths, is_number, strict=True)
        print("  ".join(cell.rjust(w) if right else cell.ljust(w) for cell, w, right in aligned).rstrip())


def _shown(entry: object) -> str:
    if isinstance(entry, float):
        return f"{entry:.0f}" if abs(entry) >= 100 else f"{entry:.2f}"
    return str(entry)


def _is_number(cell: str) -> bool:
    """Whether a cell is a number, a ratio such as `4.1x`, or empty: such columns are set to the right."""
    return not cell.strip("0123456789.,x")
