"""CSV files for staff: read or refused by name, and written so that no spreadsheet runs what they hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from chainrule.errors import RefusedInput
from submissions import sheets
from submissions.sheets import Row, Sheet, SheetProblem, guarded, unguarded

__all__ = ["Sheet", "csv_text", "guarded", "read_rows", "read_sheet", "unguarded"]


def read_rows(data: bytes, *, source: str) -> list[Row]:
    """The rows of `read_sheet`, headings first."""
    return read_sheet(data, source=source).rows


def read_sheet(data: bytes, *, source: str) -> Sheet:
    """The rows of a CSV file, headings first; a row is numbered by its first line, line breaks in cells stay.

    A byte order mark, semicolons or tabs as separators, a first line `sep=;`, and Windows' encoding are understood.
    Raises: RefusedInput for what is no CSV file, such as a workbook, and for a quotation mark that is never closed.
    """
    try:
        return sheets.read_sheet(data)
    except SheetProblem as problem:
        place = source if problem.line is None else f"{source}:{problem.line}"
        raise RefusedInput(f"{place}: {problem.message}") from problem


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The rows, headings first, as a CSV file's text: commas, and a line feed after every row on every system."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
