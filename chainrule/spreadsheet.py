"""CSV files: read as spreadsheets of all countries write them, and written so that none runs what they hold."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chainrule.errors import RefusedInput

__all__ = ["Sheet", "csv_text", "guarded", "read_rows", "read_sheet", "unguarded"]

Row = tuple[int, list[str]]

#: How files begin that are no text, and what they are.
_BEGINNINGS = (
    (b"PK\x03\x04", "a workbook (xlsx or ods)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (xls)"),
    (b"%PDF", "a PDF"),
)
_ADVICE = 'open it in a spreadsheet program and save it as CSV (in Excel: "CSV UTF-8")'
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
# Excel's own way to say the separator, before the headings.
_SAID_SEPARATOR = re.compile(r'\A"?sep=([,;\t|])"?[,;\t ]*(?=\r|\n|\Z)', re.IGNORECASE)

# What spreadsheets take for a formula and run; a guarded cell once more, so that taking the guard off gives it back.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class Sheet:
    """(line number, cells without outer blanks) of every row that is not empty, and how the file was encoded."""

    rows: list[Row]
    encoding: str


def read_rows(data: bytes, *, source: str) -> list[Row]:
    """The rows of `read_sheet`, headings first."""
    return read_sheet(data, source=source).rows


def read_sheet(data: bytes, *, source: str) -> Sheet:
    """The rows of a CSV file, headings first; a row is numbered by its first line, line breaks in cells stay.

    A byte order mark, semicolons or tabs as separators, a first line `sep=;`, and Windows' encoding are understood.
    Raises: RefusedInput for what is no CSV file, such as a workbook, and for a quotation mark that is never closed.
    """
    text, encoding = _text(data, source)
    said = _SAID_SEPARATOR.match(text)
    separator = said[1] if said else _separator(text)
    # The line itself stays, so that the numbers of the others do.
    rows = _numbered(text[said.end() :] if said else text, separator, source)
    numbered = ((line, [cell.strip() for cell in row]) for line, row in rows)
    return Sheet([(line, row) for line, row in numbered if any(row)], encoding)


def _text(data: bytes, source: str) -> tuple[str, str]:
    """The text and its encoding: UTF-16 where a byte order mark says so, UTF-8, or what older spreadsheets write."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            raise RefusedInput(f"{source}: is {kind}, no CSV file; {_ADVICE}.")
    text, encoding = _decoded(data, source)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise RefusedInput(f"{source}:{line}: there is a NUL, so this is no CSV file; {_ADVICE}.")
    if text.lstrip()[:1] == "<":
        raise RefusedInput(f"{source}: is a web page or XML, no CSV file; {_ADVICE}.")
    return text, encoding


def _decoded(data: bytes, source: str) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as cause:
            raise RefusedInput(f"{source}: is UTF-16 with a damaged place at byte {cause.start}; {_ADVICE}.") from cause
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _windows(data, source), "Windows-1252"


def _windows(data: bytes, source: str) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as cause:
        line = data.count(b"\n", 0, cause.start) + 1
        raise RefusedInput(
            f"{source}:{line}: byte {data[cause.start]:#04x} is neither UTF-8 nor Windows-1252; {_ADVICE}."
        ) from cause


def _separator(text: str) -> str:
    """The separator of the heading line; spreadsheets of many countries write semicolons."""
    heading = text.lstrip("\r\n ").splitlines()[0] if text.strip() else ""
    return max(",;\t", key=_QUOTED.sub("", heading).count)


def _numbered(text: str, separator: str, source: str) -> Iterator[Row]:
    # Strict, because a quotation mark that is not closed would swallow every row below it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as cause:
        unclosed = "unexpected end" in str(cause)
        reason = "a quotation mark is opened and never closed" if unclosed else f"this is no row of a CSV file: {cause}"
        raise RefusedInput(f"{source}:{line}: {reason}.") from cause


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The rows, headings first, as a CSV file's text: commas, and a line feed after every row on every system."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def guarded(cell: str) -> str:
    """The cell behind an apostrophe where a spreadsheet would take it for a formula: texts of strangers are none."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`, also after a spreadsheet has saved it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
