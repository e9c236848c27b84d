"""Checks a vector or matrix entry by entry; the share is the right entries among all.

Every entry is judged as a number of its own kind of answer would be. A reason names entries by row and column, counted
from 1, and never says what would be right there.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from grader.checkers.number import check_number
from grader.reading import NumberReading
from grader.reading.matrix import MatrixReading
from grader.verdict import Outcome, Verdict
from question_templates.answers import Number
from question_templates.answers.matrices import Entry, Matrix, Vector

__all__ = ["check_matrix", "check_vector"]

#: A reason that lists more entries than this helps nobody.
_MOST_NAMED: Final = 3


def check_matrix(answer: Matrix, reading: MatrixReading) -> Verdict:
    """Whether what was read is the matrix; a list may stand for a matrix with one row or one column."""
    rows = _as_matrix(answer, reading)
    wanted, own = (len(answer.expected), len(answer.expected[0])), (len(rows), len(rows[0]))
    turned = list(zip(*rows, strict=True))
    if own != wanted:
        reason = f"We read {_shape(reading)}, and the matrix asked for has another shape."
        if _all_right(answer.expected, turned, answer.rel_tol):
            reason += " Your matrix is the transpose of it: rows and columns have changed places."
        return _wrong(reading, reason)
    marks = [[_is_right(e, o, answer.rel_tol) for e, o in zip(*pair, strict=True)] for pair in _pairs(answer, rows)]
    slips = [f"({i}, {j})" for i, row in enumerate(marks, 1) for j, right in enumerate(row, 1) if not right]
    reason = _named(slips)
    if slips and wanted[0] == wanted[1] and _all_right(answer.expected, turned, answer.rel_tol):
        reason = "Your matrix is the transpose of the one asked for: rows and columns have changed places. " + reason
    return _verdict(wanted[0] * wanted[1], slips, reason, reading)


def check_vector(answer: Vector, reading: MatrixReading) -> Verdict:
    """Whether what was read is the vector, in the direction asked for where one is."""
    wanted = len(answer.expected)
    entries = [entry for row in reading.rows for entry in row]
    if reading.layout == "table" or len(entries) != wanted:
        return _wrong(reading, f"We read {_shape(reading)}, and the vector asked for has another shape.")
    if answer.orientation and reading.layout not in ("list", answer.orientation):
        reason = f"We read a {reading.layout} vector, and a {answer.orientation} vector is asked for."
        return _wrong(reading, reason)
    slips = [
        str(place)
        for place, (expected, own) in enumerate(zip(answer.expected, entries, strict=True), 1)
        if not _is_right(expected, own, answer.rel_tol)
    ]
    return _verdict(wanted, slips, _named(slips), reading)


def _as_matrix(answer: Matrix, reading: MatrixReading) -> Sequence[Sequence[NumberReading]]:
    """The rows read; a list without a direction takes that of the matrix asked for."""
    is_column = len(answer.expected) > 1 and len(answer.expected[0]) == 1
    if reading.layout == "list" and is_column:
        return [(entry,) for entry in reading.rows[0]]
    return reading.rows


def _pairs(
    answer: Matrix, rows: Sequence[Sequence[NumberReading]]
) -> list[tuple[Sequence[Entry], Sequence[NumberReading]]]:
    return list(zip(answer.expected, rows, strict=True))


def _is_right(expected: Entry, own: NumberReading, rel_tol: Fraction | float) -> bool:
    return check_number(Number(expected, rel_tol), own).outcome == "right"


def _all_right(
    expected: Sequence[Sequence[Entry]], rows: Sequence[Sequence[NumberReading]], rel_tol: Fraction | float
) -> bool:
    if len(expected) != len(rows) or len(expected[0]) != len(rows[0]):
        return False
    pairs = (pair for both in zip(expected, rows, strict=True) for pair in zip(*both, strict=True))
    return all(_is_right(stated, own, rel_tol) for stated, own in pairs)


def _shape(reading: MatrixReading) -> str:
    rows, columns = len(reading.rows), len(reading.rows[0])
    if reading.layout == "list":
        return f"a list of {columns} number{'s' if columns > 1 else ''}"
    return f"{rows} row{'s' if rows > 1 else ''} and {columns} column{'s' if columns > 1 else ''}"


def _named(slips: list[str]) -> str:
    if not slips:
        return ""
    if len(slips) == 1:
        return f"Entry {slips[0]} is not right."
    if len(slips) <= _MOST_NAMED:
        return f"Entries {', '.join(slips[:-1])} and {slips[-1]} are not right."
    return f"Entries {', '.join(slips[:_MOST_NAMED])} and {len(slips) - _MOST_NAMED} more are not right."


def _verdict(count: int, slips: list[str], reason: str, reading: MatrixReading) -> Verdict:
    share = Fraction(count - len(slips), count)
    outcome: Outcome = "right" if not slips else "partly" if share else "wrong"
    return Verdict(outcome, share, reading.read_as, reason, counterexample=reason)


def _wrong(reading: MatrixReading, reason: str) -> Verdict:
    return Verdict("wrong", read_as=reading.read_as, reason=reason, counterexample=reason)
