"""Listings for print: numbers that are drawn and not copied, letters small enough for the longest line, pages whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

from chainrule.pages.listing_block import python_pieces
from chainrule.pdf.digits import ADVANCE, CONTINUED, OUTLINES, UNITS_PER_EM
from chainrule.pdf.literals import block, call, points, string
from chainrule.pdf.sheets import Sheet

__all__ = ["listing_typst", "wrapped"]

_PITCH = 1.34  # from line to line, in sizes; style.typ sets the same
_INSET = 8.0  # style.typ pads a box by so much
_ASCENT = 0.78  # from the upper edge of a line to where letters stand, in sizes; style.typ sets the same
_NUMBER_SCALE = 0.82  # of the letters' size
_GAP = 1.2  # between a number and its line, in letters of the listing
_INDENT = 2  # blanks that the rest of a wrapped line stands further in
_COMPANY = 90.0  # points of a page: a heading and a line of text that stand above a listing

#: What is not plain: functions of style.typ.
_STYLES: Mapping[str, str] = MappingProxyType({"keyword": "code-word", "string": "code-text", "comment": "code-note"})


@dataclass(frozen=True)
class Part:
    """What of a line, from `start` to before `end`, is printed on a line of its own, behind `indent` blanks."""

    start: int
    end: int
    indent: int = 0


@dataclass(frozen=True)
class _Row:
    """A printed line in styled runs (style, text), with what stands in front of it: a number, a sign or nothing."""

    runs: tuple[tuple[str, str], ...]
    mark: str

    @property
    def is_empty(self) -> bool:
        return not any(text.strip() for _, text in self.runs)


@lru_cache(maxsize=64)  # a key shows the listings of its paper again
def listing_typst(source: str, *, language: str, sheet: Sheet, width: float) -> str:
    """A program or other fixed text as Typst source; `width` is the room in points.

    A listing longer than a page comes in pieces of a page at most.
    """
    is_python = language == "python"
    text = source.expandtabs(4).rstrip("\n")
    lines = text.split("\n")
    digits = len(str(len(lines))) if is_python and not sheet.format.is_linear else 0
    size = _size(lines, digits, sheet, width)
    room = (width - 2 * _INSET) / _advance(size)
    most = int(room - _gutter(digits))
    if max(map(len, lines)) > most:
        most = int(room - _gutter(max(digits, 1)))  # signs of continued lines stand where numbers do
    pieces = python_pieces(text + "\n") if is_python else {}
    rows = [row for number, line in enumerate(lines, 1) for row in _rows(line, number, pieces, most, digits)]
    capacity = int((sheet.height - _COMPANY) / (_PITCH * size))
    return "\n".join(_box(piece, digits, size) for piece in _pages(rows, capacity))


def _pages(rows: Sequence[_Row], capacity: int) -> Iterator[Sequence[_Row]]:
    """The rows in pieces that a page holds, parted at an empty line where there is one in a piece's second half."""
    start = 0
    while len(rows) - start > capacity:
        half = range(start + capacity // 2, start + capacity)
        breaks = [at for at in half if rows[at].is_empty and not rows[at - 1].is_empty]
        end = breaks[-1] if breaks else start + capacity
        yield rows[start:end]
        # Empty lines at the edge of a piece would have numbers and no height.
        start = next((at for at in range(end, len(rows)) if not rows[at].is_empty), len(rows))
    if start < len(rows):
        yield rows[start:]


def wrapped(line: str, most: int) -> list[Part]:
    """The line in parts of at most `most` characters, broken behind a blank where there is one to break at."""
    parts: list[Part] = []
    start = 0
    indent = min(len(line) - len(line.lstrip(" ")) + _INDENT, most // 2)
    while True:
        room = most - (indent if parts else 0)
        if len(line) - start <= room:
            return [*parts, Part(start, len(line), indent if parts else 0)]
        # Not inside the line's own indentation, which would leave an empty line behind.
        begin = start if parts else len(line) - len(line.lstrip(" "))
        end = line.rfind(" ", begin + 1, start + room + 1)
        end = end if end > 0 else start + room
        parts.append(Part(start, end, indent if parts else 0))
        start = end + len(line[end:]) - len(line[end:].lstrip(" "))


def _size(lines: Sequence[str], digits: int, sheet: Sheet, width: float) -> float:
    """The size at which the longest line fits, between the format's largest and least, in tenths of a point."""
    n_letters = max(map(len, lines)) + _gutter(digits)
    fitting = (width - 2 * _INSET) / max(n_letters, 1) * UNITS_PER_EM / ADVANCE
    return max(min(sheet.format.listing, int(10 * fitting) / 10), sheet.format.least_listing)


def _advance(size: float) -> float:
    """The width of a letter in points."""
    return size * ADVANCE / UNITS_PER_EM


def _gutter(digits: int) -> float:
    """The room for numbers, in letters."""
    return digits * _NUMBER_SCALE + _GAP if digits else 0


def _rows(
    line: str, number: int, pieces: Mapping[int, Sequence[tuple[int, int, str]]], most: int, digits: int
) -> Iterator[_Row]:
    styles = [""] * len(line)
    for start, end, kind in pieces.get(number, ()):
        styles[start:end] = [_STYLES.get(kind, "")] * (min(end, len(line)) - start)
    for part in wrapped(line, most):
        # A line that is continued says so; the first part of one bears its number.
        mark = CONTINUED if part.start else str(number) if digits else ""
        yield _Row(tuple(_runs(line, styles, part)), mark)


def _runs(line: str, styles: Sequence[str], part: Part) -> Iterator[tuple[str, str]]:
    yield "", " " * part.indent
    place = part.start
    for style, same in groupby(styles[part.start : part.end]):
        n_letters = len(list(same))
        yield style, line[place : place + n_letters]
        place += n_letters


def _box(rows: Sequence[_Row], digits: int, size: float) -> str:
    named = {"size": points(size)}
    marks = tuple(row.mark for row in rows)
    if any(marks):
        gutter = (max(digits, 1) * _NUMBER_SCALE + _GAP) * _advance(size)
        named |= {"gutter": points(gutter), "marks": string(_strip(marks, digits))}
    return call("listing", block(_joined(rows)), **named)


def _joined(rows: Iterable[_Row]) -> Iterator[str]:
    """The lines with line ends between them, neighbours of the same style in one."""
    runs = [run for row in rows for run in (*row.runs, ("", "\n"))][:-1]
    for style, same in groupby(runs, key=lambda run: run[0]):
        text = "".join(written for _, written in same)
        if text:
            yield call(style, string(text)) if style else string(text)


@lru_cache(maxsize=512)  # listings of as many lines have the same numbers, and the compiler knows them again
def _strip(marks: tuple[str, ...], digits: int) -> str:
    """The numbers as one SVG, for letters of a size of 1: a strip that ends a gap before the lines."""
    scale = _NUMBER_SCALE / UNITS_PER_EM
    right = max(digits, 1) * ADVANCE * scale
    width, height = right + _GAP * _advance(1), len(marks) * _PITCH
    used = sorted(set("".join(marks)))
    shapes = "".join(f'<path id="s{ord(sign)}" d="{OUTLINES[sign]}"/>' for sign in used)
    placed = "".join(
        f'<use href="#s{ord(sign)}" transform="translate({x:.4f} {y:.4f}) scale({scale:.8f} -{scale:.8f})"/>'
        for row, mark in enumerate(marks)
        for x, y, sign in _signs(mark, right, row * _PITCH + _ASCENT, ADVANCE * scale)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.4f} {height:.4f}" width="{width:.4f}" '
        f'height="{height:.4f}"><defs>{shapes}</defs><g fill="#7a808a">{placed}</g></svg>'
    )


def _signs(mark: str, right: float, y: float, advance: float) -> Iterator[tuple[float, float, str]]:
    for place, sign in enumerate(reversed(mark), start=1):
        yield right - place * advance, y, sign
