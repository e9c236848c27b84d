"""Cuts the text of a vector or matrix into rows of entries: lists in lists, lines, MATLAB, LaTeX, NumPy's print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias

from grader.reading.unreadable import refusal, shortened

__all__ = ["MATHEMATICS", "Cell", "Grid", "Layout", "brackets_of", "grid_of", "plain_brackets"]

#: "list" has no direction, "row" and "column" were clearly written so, "table" has several rows and columns.
Layout: TypeAlias = Literal["list", "row", "column", "table"]

MAX_ENTRIES: Final = 256
MAX_BRACKETS: Final = 20

#: Words that an entry may hold.
MATHEMATICS: Final = frozenset(
    {"exp", "log", "ln", "sqrt", "tanh", "sigmoid", "relu", "e", "frac", "dfrac", "tfrac", "cdot", "times"}
)
# LaTeX's matrices get brackets of their own: they say clearly what is a row and what a column.
_OPENS_LATEX, _CLOSES_LATEX = "\x01", "\x02"
_CLOSING: Final = {"(": ")", "[": "]", "{": "}", _OPENS_LATEX: _CLOSES_LATEX}
_KINDS: Final = r"(?:[pbB]?matrix|[bp]?smallmatrix|array)"
_ENVIRONMENT: Final = re.compile(
    rf"(\\begin\s*\{{{_KINDS}\}}(?:\s*\{{[clr|\s]*\}})?)((?:(?!\\begin|\\end).)*)(\\end\s*\{{{_KINDS}\}})", re.DOTALL
)
_SPACING: Final = re.compile(
    r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|q?quad)(?![A-Za-z])|\\[,!: ()\[\]]|[$`~]|\\(?=[{}])"
)
_SEPARATORS: Final = re.compile(r"(?:[\s,;]|and\b)*")
_OPERATORS: Final = "+-*/^"
_WORD: Final = re.compile(r"[A-Za-z]+")
_THOUSANDS: Final = re.compile(r"(?<![\d.])\d{1,3},\d{3}(?!\d)")


class Cell(NamedTuple):
    """The text of one entry and where it stands."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of entries, all of one length."""

    rows: tuple[tuple[Cell, ...], ...]
    layout: Layout

    def transposed(self) -> Grid:
        turned: dict[Layout, Layout] = {"list": "column", "row": "column", "column": "row", "table": "table"}
        return Grid(tuple(zip(*self.rows, strict=True)), turned[self.layout])


def plain_brackets(text: str) -> str:
    """The same text, of the same length, without what LaTeX and pipes only draw. Raises Refusal."""
    if "\\" in text:
        text = _ENVIRONMENT.sub(_bracketed, text)
        begins = text.find("\\begin")
        if begins >= 0:
            raise refusal(
                begins,
                "We found no \\end for this \\begin, or a kind of matrix that we don't read; "
                "please write it as in [[1, 2], [3, 4]].",
            )
        text = text.replace("\\\\", "; ")
    text = _SPACING.sub(lambda match: " " * len(match.group()), text).replace("&", ",")
    return text.replace("|", " ") if "|" in text and _is_drawn(text) else text


def _is_drawn(text: str) -> bool:
    """Whether pipes around each line draw the brackets of a matrix by hand; those of |-3| are something else."""
    lines = [line.strip() for line in text.strip().split("\n")]
    piped = all(len(line) > 2 and line[0] == line[-1] == "|" and line.count("|") == 2 for line in lines)
    return piped and (len(lines) > 1 or len(lines[0].strip("| \t").replace(",", " ").split()) > 1)


def _bracketed(match: re.Match[str]) -> str:
    begin, inside, end = match.groups()
    return _OPENS_LATEX.ljust(len(begin)) + inside.replace("\n", " ") + _CLOSES_LATEX.ljust(len(end))


def grid_of(text: str, start: int) -> Grid:
    """The rows and entries of `text`, which stands at `start` in the student's own text. Raises Refusal."""
    opened, inside, start = _unwrapped(text, start)
    groups = brackets_of(inside)
    if groups and _is_separator(inside, groups):
        rows = [_single_row(inside[i + 1 : j], start + i + 1) for i, j in groups]
        nested = bool(opened) or len(rows) > 1
        return _grid(rows, start, explicit=nested)
    rows = _rows(inside, start, opened)
    is_list = opened in ("", "(", "{") or (opened == "[" and len(rows) == 1)
    return _grid(rows, start, explicit=not is_list)


def _unwrapped(text: str, start: int) -> tuple[str, str, int]:
    """The bracket around everything, what it holds, and where that stands; parentheses around a bracket fall away."""
    while True:
        start += len(text) - len(text.lstrip())
        text = text.strip()
        if not text or text[0] not in _CLOSING or not _is_structural(text, 0) or _close_of(text, 0) != len(text) - 1:
            return "", text, start
        inside = text[1:-1].strip()
        again = inside[:1] in _CLOSING and _is_structural(inside, 0) and _close_of(inside, 0) == len(inside) - 1
        if not (again and (text[0] == "(" or inside[0] == _OPENS_LATEX)):
            return text[0], text[1:-1], start + 1
        text, start = text[1:-1], start + 1


def _grid(rows: list[tuple[Cell, ...]], start: int, *, explicit: bool) -> Grid:
    """Rows as a grid; `explicit` ones have a direction even where they are a single row or column."""
    if not rows or sum(map(len, rows)) > MAX_ENTRIES:
        advice = f"We read at most {MAX_ENTRIES} entries here." if rows else "We found no number between the brackets."
        raise refusal(start, f"{advice} Please write the entries as in [[1, 2], [3, 4]].")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise refusal(
                row[0].start if row else start,
                f"We read {len(rows[0])} {_entries(len(rows[0]))} in row 1 and {len(row)} in row {number}; "
                "please check the rows, and separate entries by commas.",
            )
    if len(rows) > 1 and len(rows[0]) > 1:
        return Grid(tuple(rows), "table")
    if explicit:
        return Grid(tuple(rows), "row" if len(rows) == 1 else "column")
    return Grid((tuple(cell for row in rows for cell in row),), "list")


def _entries(count: int) -> str:
    return "entry" if count == 1 else "entries"


def _single_row(text: str, start: int) -> tuple[Cell, ...]:
    rows = _rows(text, start, "[")
    if len(rows) != 1 or brackets_of(text):
        raise refusal(start, "We could not tell the rows of this matrix; please write it as in [[1, 2], [3, 4]].")
    return rows[0]


def _rows(text: str, start: int, opened: str) -> list[tuple[Cell, ...]]:
    """The rows of a text without inner brackets: they end with a line or a semicolon."""
    lines = list(_split(text, ";\n"))
    filled = [(line, at) for line, at in lines if line.strip(" \t\r")]
    open_ended = opened not in ("", _OPENS_LATEX) and any(line.rstrip().endswith(",") for line, _ in filled[:-1])
    blank_behind = re.search(r",\s", text) is not None
    decimal = opened != "[" and ";" in text and re.search(r"\d,\d", text) and not blank_behind
    if open_ended or decimal or (blank_behind and _THOUSANDS.search(text)):
        raise refusal(
            start,
            "We can't tell which of the commas and semicolons here separate entries and which rows; "
            "please write a matrix as in [[1, 2], [3, 4]] and decimals with a point.",
        )
    return [tuple(_cells(line, start + at)) for line, at in filled]


def _cells(line: str, start: int) -> Iterator[Cell]:
    """The entries of one row: between commas or tabs, where there are any, else between blanks."""
    separators = "," if "," in line else "\t" if "\t" in line.strip() else ""
    parts = list(_split(line, separators)) if separators else list(_split_at_blanks(line))
    if len(parts) > 1 and not parts[-1][0].strip():
        parts.pop()  # a comma at the end of a line
    for part, at in parts:
        if not part.strip():
            raise refusal(start + at, "We found no entry between two commas; please write every entry, a 0 as well.")
        yield Cell(part.strip(), start + at + len(part) - len(part.lstrip()))


def _split(text: str, separators: str) -> Iterator[tuple[str, int]]:
    """The parts between separators that stand in no bracket, each with its place."""
    depth, begin = 0, 0
    for place, character in enumerate(text):
        if character in _CLOSING:
            depth += 1
        elif character in _CLOSING.values():
            depth -= 1
        elif not depth and character in separators:
            yield text[begin:place], begin
            begin = place + 1
    yield text[begin:], begin


def _split_at_blanks(line: str) -> Iterator[tuple[str, int]]:
    """The parts between blanks; a blank beside a sign of an operation separates nothing, but `1 -2` are two entries."""
    begin, depth = len(line) - len(line.lstrip()), 0
    for gap in re.finditer(r"[\s]+|[(\[{]|[)\]}]", line.rstrip()):
        if not gap.group().isspace():
            depth += 1 if gap.group() in _CLOSING else -1
            continue
        before, after = line[: gap.start()][-1:], line[gap.end() :]
        sign = after[:1] in _OPERATORS and not (after[0] in "+-" and after[1:2].strip())
        call = before.isalpha() and after[:1] in "({"
        if before and not depth and before not in _OPERATORS and not sign and not call:
            yield line[begin : gap.start()], begin
            begin = gap.end()
    yield line[begin:], begin


def brackets_of(text: str) -> list[tuple[int, int]]:
    """Where the brackets open and close that hold entries or rows; those of `(1+2)/3` or `\\frac{1}{2}` don't."""
    found, place = [], 0
    while place < len(text):
        if text[place] in _CLOSING:
            close = _close_of(text, place)
            if _is_structural(text, place):
                found.append((place, close))
            place = close
        place += 1
    return found


def _is_structural(text: str, place: int) -> bool:
    """Whether the bracket opened at `place` holds entries or rows."""
    if text[place] in ("[", _OPENS_LATEX):
        return True
    before = text[place - 1] if place else " "
    if before.isalnum() or before in "^_})":
        return False
    inside = text[place + 1 : _close_of(text, place)]
    if any(word.lower() not in MATHEMATICS for word in _WORD.findall(inside)):
        return False  # a remark
    if text[place] == "{" or any(character in inside for character in "[\x01"):
        return True
    return len(list(_split(inside, ",;\n"))) > 1 or len(list(_split_at_blanks(inside))) > 1


def _close_of(text: str, place: int) -> int:
    """Where the bracket opened at `place` is closed. Raises Refusal."""
    waiting: list[str] = []
    for index in range(place, len(text)):
        character = text[index]
        if character in _CLOSING:
            waiting.append(_CLOSING[character])
            if len(waiting) > MAX_BRACKETS:
                break
        elif character in _CLOSING.values() and waiting.pop() != character:
            raise refusal(index, f'We found no bracket that this "{character}" closes; please check the brackets.')
        if not waiting:
            return index
    shown = shortened(text[place]) if text[place].isprintable() else "\\begin"
    raise refusal(place, f'We read "{shown}" but found no bracket that closes it; please check the brackets.')


def _is_separator(text: str, groups: list[tuple[int, int]]) -> bool:
    """Whether nothing but separators stands around the groups."""
    ends = [(-1, -1), *groups, (len(text), len(text))]
    return all(_SEPARATORS.fullmatch(text[left + 1 : right]) is not None for (_, left), (right, _) in pairwise(ends))
