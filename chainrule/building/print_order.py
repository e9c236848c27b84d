"""In which order papers are printed and laid out: by sitting, room and seat, with spares last."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.spreadsheet import csv_text, guarded

__all__ = ["by_place", "print_order_csv"]

_COLUMNS = ("position", "sitting", "room", "seat", "paper", "file", "format", "students")

Key = tuple[bool, list[tuple[bool, int, str]]]


def by_place(assignments: Iterable[Assignment]) -> list[Assignment]:
    """The rows by sitting, room and seat, with A2 before A10 and what is not known after what is; then by id."""
    return sorted(assignments, key=_place)


def print_order_csv(folder: ExamFolder, assignments: Iterable[Assignment], file_of: dict[str, Path]) -> str:
    """What to print, one row a paper and place; `students` who sit there is above 1 for a group, 0 for a spare.

    It has no names, so that it may go to a print shop; `file_of` is the file to print, by paper.
    """
    ordered = by_place(assignments)
    present = Counter(_at(row) for row in ordered if row.id)
    rows: list[list[object]] = []
    for position, row in enumerate(dict.fromkeys(map(_at, ordered)), start=1):
        sitting, room, seat, paper, paper_format = row
        file = file_of[paper].relative_to(folder.path).as_posix()
        places = [guarded(told) for told in (sitting, room, seat)]
        rows.append([position, *places, paper, file, paper_format, present[row]])
    return csv_text([_COLUMNS, *rows])


def _at(row: Assignment) -> tuple[str, str, str, str, str]:
    return row.sitting, row.room, row.seat, row.paper, row.format


def _place(row: Assignment) -> tuple[Key, Key, bool, Key, Key, str]:
    return _key(row.sitting), _key(row.room), not row.id, _key(row.seat), _key(row.id), row.paper


def _key(text: str) -> Key:
    """Numbers in a text count as numbers (by their digits, however many), an empty text comes last."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", text.casefold())
    return not text, [_piece(piece) for piece in pieces]


def _piece(piece: str) -> tuple[bool, int, str]:
    if piece[0] not in "0123456789":
        return True, 0, piece
    digits = piece.lstrip("0")
    return False, len(digits), digits
