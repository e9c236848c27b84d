"""Reads a vector or matrix entry by entry, in any common notation, with the usual words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from grader.reading.limits import is_blank, screen
from grader.reading.matrix_layout import MATHEMATICS, Cell, Grid, Layout, brackets_of, grid_of, plain_brackets
from grader.reading.number import located, read_number
from grader.reading.statement import NumberReading
from grader.reading.unreadable import Refusal, Unreadable, refusal, shortened

__all__ = ["MatrixReading", "read_matrix"]

MAX_MATRIX_CHARACTERS: Final = 4_000
MAX_ENTRY_CHARACTERS: Final = 200
# Powers of e, logarithms and the like, in all entries together; each may cost a millisecond.
MAX_MATRIX_FUNCTIONS: Final = 100

_ADVICE: Final = "please write the entries row by row, as in [[1, 2], [3, 4]]"
# fmt: off
#: Words that may stand beside a matrix without changing it.
_AROUND: Final = frozenset(
    {"the", "a", "my", "our", "answer", "matrix", "vector", "result", "gradient", "jacobian", "row", "column", "so"}
    | {"thus", "hence", "therefore", "final", "of", "is", "are", "as", "each", "one", "per", "rows", "columns", "this"}
    | {"and", "in", "order", "with", "entries", "token", "tokens", "sample", "samples", "layer", "bytes", "we", "get"}
)
#: With one of these around, the entries may be anything but the answer.
_TURNING: Final = frozenset(
    {"not", "or", "isn't", "maybe", "perhaps", "except", "wrong", "never", "but", "instead", "transpose", "transposed"}
    | {"times", "inverse", "negative", "minus", "divided", "over", "scaled", "normalized", "plus", "also", "then"}
    | {"actually", "correction", "sorry", "reversed", "reverse", "should", "twice", "half", "nicht", "pas", "oder"}
)
# fmt: on
_WORD: Final = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_COSTLY: Final = re.compile(r"exp|log|ln|sqrt|tanh|sigmoid|\^|\*\*|√|(?<![A-Za-z])e(?![A-Za-z])")
_CALL: Final = re.compile(
    r"(?:\b(?:np|numpy|torch|jnp|ag)\s*\.\s*)?\b(?:array|asarray|tensor|Tensor|Matrix|matrix|vector|Vector)\s*(?=\()"
)
_KEYWORD: Final = re.compile(r",\s*dtype\s*=\s*[\w.'\"]+(?=\s*\))")
_RELATION: Final = re.compile(r"==|:=|=|:|\u2248|\bis\b|\bare\b")
_NAME: Final = re.compile(r"\s*(?:[A-Za-z\u2202\\][^,;\[\]]*)?")
_NUMBERED: Final = re.compile(r"^[ \t]*[Rr]ow\s*\d+\s*:", re.MULTILINE)
_LAST_REMARK: Final = re.compile(r"\((?:row|column)?\s*(?:vector|matrix)?\)\s*\.?\s*$")
_SIGN: Final = re.compile(r"^([+-])\s+")
_LEADING_ZEROS: Final = re.compile(r"[+-]?0\d")
_TRANSPOSED: Final = re.compile(
    r"\s*(?:\^\s*(?:\{\s*)?(?:\\(?:top|intercal|mathsf|text)\s*)?[Tt]?(?:\s*\})?(?![\w(])|\.\s*(?:T\b|transpose\(\))|')"
)
# Tall brackets are drawn with one sign a line; the two last signs are a raised T.
_TALL: Final = {
    **dict.fromkeys(map(ord, "\u23a1\u23a2\u23a3\u239b\u239c\u239d"), "["),
    **dict.fromkeys(map(ord, "\u23a4\u23a5\u23a6\u239e\u239f\u23a0"), "]"),
    **dict.fromkeys(map(ord, "\u22a4\u1d40"), "'"),
}


@dataclass(frozen=True, slots=True)
class MatrixReading:
    """The entries row by row, and how they were laid out: a "list" is one row without a direction."""

    rows: tuple[tuple[NumberReading, ...], ...]
    layout: Layout
    read_as: str


def read_matrix(text: str) -> MatrixReading | Unreadable:
    """The vector or matrix in `text`; which of the two was asked for does not change how it is read."""
    try:
        return _read(text)
    except Refusal as refused:
        return located(refused.unreadable, text)


def _read(text: str) -> MatrixReading:
    if is_blank(text):
        raise refusal(0, f"There is nothing to read here yet; {_ADVICE}.")
    plain = plain_brackets(screen(text.translate(_TALL), longest=MAX_MATRIX_CHARACTERS))
    if len(_COSTLY.findall(plain)) > MAX_MATRIX_FUNCTIONS:
        raise refusal(0, "This answer holds more powers and functions than we compute at once; please simplify it.")
    for pattern in (_CALL, _KEYWORD, _NUMBERED):
        plain = pattern.sub(lambda match: " " * len(match.group()), plain)
    factor, grid = _factor_and_grid(_without_announcement(plain))
    grid = _directed(grid, {word.lower() for word in _WORD.findall(plain)})
    rows = tuple(tuple(_entry(cell, factor) for cell in row) for row in grid.rows)
    return MatrixReading(rows, grid.layout, _as_text(rows, grid.layout))


def _as_text(rows: tuple[tuple[NumberReading, ...], ...], layout: Layout) -> str:
    lines = [", ".join(entry.read_as for entry in row) for row in rows]
    return f"({lines[0]})" if layout == "list" else f"[{', '.join(f'[{line}]' for line in lines)}]"


def _without_announcement(plain: str) -> str:
    """The same text with blanks for `W.grad =` or "The answer is:" before the entries."""
    groups = brackets_of(plain)
    stops = [m for m in _RELATION.finditer(plain) if not any(i < m.start() < j for i, j in groups)]
    if not stops:
        return plain
    last = stops[-1]
    before = plain[: last.start()]
    is_name = all(_NAME.fullmatch(part) for part in _RELATION.split(before))
    if not is_name or (groups and groups[0][0] < last.start()):
        raise refusal(last.start(), f'We read "{last.group()}" and can\'t tell what stands on its sides; {_ADVICE}.')
    _refuse_words(before, 0, _TURNING)
    return " " * last.end() + plain[last.end() :]


def _factor_and_grid(plain: str) -> tuple[str, Grid]:
    """What all entries are multiplied with, "" for nothing, and the entries."""
    groups = brackets_of(plain)
    if not groups:
        remark = _LAST_REMARK.search(plain)
        plain = plain[: remark.start()] if remark else plain
        return "", grid_of(plain, 0)
    first, last = groups[0][0], groups[-1][1]
    factor = _factor(plain[:first])
    if factor and len(groups) > 1:
        raise refusal(first, f"We read a factor before several brackets; {_ADVICE}.")
    behind = plain[last + 1 :]
    turned = _TRANSPOSED.match(behind)
    at = last + 1 + (turned.end() if turned else 0)
    _check_remark(plain[at:], at)
    grid = grid_of(plain[first : last + 1], first)
    return factor, grid.transposed() if turned else grid


def _factor(text: str) -> str:
    """The factor before the brackets, without words such as "the matrix"."""
    bare = _WORD.sub(lambda m: " " if m.group().lower() in _AROUND else m.group(), text).strip()
    if not bare:
        return ""
    if bare == "-":
        return "-1"
    factor = re.sub(r"(?:\*|\\cdot|\\times)$", "", bare).strip()
    _refuse_strange_words(factor, 0)
    return factor


def _check_remark(text: str, start: int) -> None:
    """Behind the entries may stand usual words, or a new sentence without numbers."""
    _refuse_words(text, start, _TURNING)
    sentence = re.match(r"\s*(?:[.\n;,(]|because|since|as\b)", text)
    words = {word.lower() for word in _WORD.findall(text)}
    strange = re.search(r"[\d\[\]=*/^+]", text)
    if strange or not (sentence or words <= _AROUND):
        place = strange.start() if strange else 0
        raise refusal(
            start + place,
            f'We read "{shortened(text)}" behind the entries and can\'t tell what it does to them; {_ADVICE}.',
        )


def _refuse_words(text: str, start: int, words: frozenset[str]) -> None:
    for word in _WORD.finditer(text):
        if word.group().lower() in words:
            raise refusal(
                start + word.start(),
                f'We read "{word.group()}" and can\'t tell what it does to the entries; {_ADVICE}.',
            )


def _refuse_strange_words(text: str, start: int) -> None:
    for word in _WORD.finditer(text):
        if word.group().lower() not in MATHEMATICS:
            raise refusal(
                start + word.start(),
                f'We read "{shortened(word.group())}" among the entries, which are numbers; {_ADVICE}.',
            )


def _directed(grid: Grid, words: set[str]) -> Grid:
    """The grid with the direction that the words "row vector" or "column vector" give a list."""
    if grid.layout == "table" and {"column", "columns"} & words:
        raise refusal(0, f"We can't tell whether you list rows or columns here; {_ADVICE}.")
    said = {"row", "column"} & words
    if len(said) != 1 or grid.layout == "table":
        return grid
    (direction,) = said
    if grid.layout not in ("list", direction):
        raise refusal(0, f'We read "{direction}", but the entries are written as a {grid.layout}; {_ADVICE}.')
    column = grid if grid.layout == "column" else grid.transposed()
    return column if direction == "column" else column.transposed()


def _entry(cell: Cell, factor: str) -> NumberReading:
    """One entry as a number. Raises Refusal for anything else."""
    if len(cell.text) > MAX_ENTRY_CHARACTERS:
        raise refusal(cell.start, f"We read at most {MAX_ENTRY_CHARACTERS} characters in one entry; please shorten it.")
    _refuse_strange_words(cell.text, cell.start)
    if any(sign in cell.text for sign in ",;\n"):
        raise refusal(cell.start, f'We read "{shortened(cell.text)}" as one entry, with a list inside; {_ADVICE}.')
    if _LEADING_ZEROS.match(cell.text):
        raise refusal(
            cell.start,
            f'We read "{cell.text}" as an entry of its own; please write thousands without a comma, as in 1000.',
        )
    number = _SIGN.sub(r"\1", cell.text)
    reading = read_number(f"({factor})*({number})" if factor else number)
    if isinstance(reading, Unreadable):
        raise refusal(cell.start, f'In the entry "{shortened(cell.text)}": {reading.reason}')
    return reading
