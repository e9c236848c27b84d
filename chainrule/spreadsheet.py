"""Reading CSV files as spreadsheets of all countries write them: bytes in, numbered rows out."""

from __future__ import annotations

import csv
import io

from chainrule.errors import RefusedInput

__all__ = ["read_rows"]

Row = tuple[int, list[str]]


def read_rows(data: bytes, *, source: str) -> list[Row]:
    """(line number, cells without outer blanks) of every row that is not empty, headings first.

    A byte order mark, semicolons or tabs as separators, and Windows' encoding are understood.
    Raises: RefusedInput for what is no CSV file.
    """
    text = _text(data)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as cause:
        raise RefusedInput(f"{source}: this is no CSV file: {cause}.") from cause
    numbered = ((line, [cell.strip() for cell in row]) for line, row in rows)
    return [(number, row) for number, row in numbered if any(row)]


def _text(data: bytes) -> str:
    """UTF-16 where a byte order mark says so, UTF-8, or what older spreadsheets write; undecodable bytes show."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """The separator of the heading line; spreadsheets of many countries write semicolons."""
    heading = text.lstrip().splitlines()[0] if text.strip() else ""
    return max(",;\t", key=heading.count)
