"""CSV files as spreadsheets of all countries write them: which rows and cells there are, whatever they mean."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from submissions.submission import SubmissionsError

__all__ = ["Row", "Sheet", "SheetProblem", "guarded", "read_sheet", "unguarded"]

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


class SheetProblem(SubmissionsError):
    """Why a file can't be read as CSV, and in which line, None when the whole file is meant."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class Sheet:
    """(line number, cells without outer blanks) of every row that is not empty, and how the file was encoded."""

    rows: list[Row]
    encoding: str


def read_sheet(data: bytes) -> Sheet:
    """The rows of a CSV file, headings first; a row is numbered by its first line, line breaks in cells stay.

    A byte order mark, semicolons or tabs as separators, a first line `sep=;`, and Windows' encoding are understood.
    Raises: SheetProblem for what is no CSV file, such as a workbook, and for a quotation mark that is never closed.
    """
    text, encoding = _text(data)
    said = _SAID_SEPARATOR.match(text)
    separator = said[1] if said else _separator(text)
    # The line itself stays, so that the numbers of the others do.
    rows = _numbered(text[said.end() :] if said else text, separator)
    numbered = ((line, [cell.strip() for cell in row]) for line, row in rows)
    return Sheet([(line, row) for line, row in numbered if any(row)], encoding)


def _text(data: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-16 where a byte order mark says so, UTF-8, or what older spreadsheets write."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            raise SheetProblem(f"is {kind}, no CSV file; {_ADVICE}.")
    text, encoding = _decoded(data)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SheetProblem(f"there is a NUL, so this is no CSV file; {_ADVICE}.", line=line)
    if text.lstrip()[:1] == "<":
        raise SheetProblem(f"is a web page or XML, no CSV file; {_ADVICE}.")
    return text, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as cause:
            raise SheetProblem(f"is UTF-16 with a damaged place at byte {cause.start}; {_ADVICE}.") from cause
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _windows(data), "Windows-1252"


def _windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as cause:
        line = data.count(b"\n", 0, cause.start) + 1
        problem = f"byte {data[cause.start]:#04x} is neither UTF-8 nor Windows-1252; {_ADVICE}."
        raise SheetProblem(problem, line=line) from cause


def _separator(text: str) -> str:
    """The separator of the heading line; spreadsheets of many countries write semicolons."""
    heading = text.lstrip("\r\n ").splitlines()[0] if text.strip() else ""
    return max(",;\t", key=_QUOTED.sub("", heading).count)


def _numbered(text: str, separator: str) -> list[Row]:
    # The library's own limit on a cell would refuse a whole class for one student's long answer.
    usual = csv.field_size_limit(len(text) + 1)
    try:
        return _split(text, separator)
    finally:
        csv.field_size_limit(usual)


def _split(text: str, separator: str) -> list[Row]:
    # Strict, because a quotation mark that is not closed would swallow every row below it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as cause:
        unclosed = "unexpected end" in str(cause)
        reason = "a quotation mark is opened and never closed" if unclosed else f"this is no row of a CSV file: {cause}"
        raise SheetProblem(f"{reason}.", line=line) from cause
    return rows


def guarded(cell: str) -> str:
    """The cell behind an apostrophe where a spreadsheet would take it for a formula: texts of strangers are none."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`, also after a spreadsheet has saved it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
