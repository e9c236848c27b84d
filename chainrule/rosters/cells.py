"""From the cells of one row to a student and back, with every mistake of the row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from fractions import Fraction
from typing import TypeVar

from chainrule.rosters.student import PAPER_FORMATS, PaperFormat, Student

__all__ = ["one_line", "read_student", "written"]

T = TypeVar("T")

#: More than that times the usual time is a percentage without its sign.
_MOST_TIME = 10

_FACTOR = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,4}))?( ?%)?")
_DUE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?) ?(?:(Z)|([+-][0-9]{2}):?([0-9]{2}))?", re.I
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ROUNDED = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+")


def read_student(cells: Mapping[str, str]) -> tuple[Student, list[str]]:
    """The student of a row, by names of columns, and what is wrong with single cells; a wrong cell is read as empty."""
    faults: list[str] = []

    def read(column: str, reader: Callable[[str], T], blank: T) -> T:
        text = one_line(cells.get(column, ""))
        try:
            return reader(text) if text else blank
        except ValueError as fault:
            faults.append(f"{column}: {fault}")
            return blank

    student = Student(
        id=read("id", _id, ""),
        name=read("name", str, ""),
        email=read("email", _email, ""),
        section=read("section", str, ""),
        room=read("room", str, ""),
        seat=read("seat", str, ""),
        group=read("group", str, ""),
        sitting=read("sitting", str, ""),
        time_factor=read("time_factor", _time_factor, Fraction(1)),
        due=read("due", _due, None),
        format=read("format", _format, PAPER_FORMATS[0]),
    )
    return student, faults


def written(value: object) -> str:
    """A cell's value as text that is read back as the same value; what is usual (once the time, standard) is empty."""
    if isinstance(value, Fraction):
        # A percentage, because a German spreadsheet takes 1.5 for the first of May.
        return "" if value == 1 else f"{float(100 * value):.10g}%"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    return "" if value is None or value == PAPER_FORMATS[0] else str(value)


def one_line(text: str) -> str:
    """The text composed (NFC) and on one line, single blanks between words, without control characters."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in composed).split())


def _seen(text: str) -> str:
    """The text without characters that take no room; they come along when cells are copied from web pages."""
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _id(text: str) -> str:
    if _ROUNDED.fullmatch(text):
        raise ValueError(f"a spreadsheet has rounded {text!r}; format the column as text and enter the ids again.")
    return _seen(text)


def _email(text: str) -> str:
    text = _seen(text)
    if "@" not in text:
        raise ValueError(f"{text!r} has no @, so it is no address; leave the cell empty if there is none.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError(f"{text!r} is no address; write it like ada@example.edu.")
    return text


def _time_factor(text: str) -> Fraction:
    found = _FACTOR.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no number; write 1.5 or 150 % for half as much time again.")
    number = Fraction(f"{found[1]}.{found[2] or 0}")
    factor = number / 100 if found[3] else number
    if factor < 1:
        more = f"{written(1 + factor)[:-1]} %"
        raise ValueError(f"{text!r} is less than the usual time, which is 1 or 100 %; did you mean {more}?")
    if factor > _MOST_TIME:
        meant = "" if found[3] else f"; did you mean {text} %?"
        raise ValueError(f"{text!r} is more than {_MOST_TIME} times the usual time{meant or '.'}")
    return factor


def _due(text: str) -> datetime:
    found = _DUE.fullmatch(text)
    if not found:
        if _DATE.fullmatch(text):
            raise ValueError(f"{text!r} has no time of day; write {text}T23:59 for the end of that day.")
        raise ValueError(f"{text!r} is no ISO date and time; write it like 2026-12-05T17:00 or 2026-12-05T17:00+01:00.")
    day, time, utc, hours, minutes = found.groups()
    zone = "+00:00" if utc else f"{hours}:{minutes}" if hours else ""
    try:
        return datetime.fromisoformat(f"{day}T{time}{zone}")
    except ValueError as cause:
        raise ValueError(f"there is no {text!r} on any calendar or clock.") from cause


def _format(text: str) -> PaperFormat:
    by_letters = {_letters(name): name for name in PAPER_FORMATS}
    if (name := by_letters.get(_letters(text))) is not None:
        return name
    near = get_close_matches(_letters(text), by_letters, n=1)
    meant = f"; did you mean {by_letters[near[0]]}?" if near else "."
    raise ValueError(f"{text!r} is no format{meant} There are {', '.join(PAPER_FORMATS)}.")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
