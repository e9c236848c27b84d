"""The frozen room of every question and box of an exam whose versions share one outline; all lengths are in points."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from chainrule.errors import RefusedInput

__all__ = ["LAYOUT_FORMAT", "FieldRoom", "FixedLayout", "Mark", "Room", "layout_from_text"]

LAYOUT_FORMAT = "chainrule-layout/1"

_MOST_POINTS = 100_000  # some hundred pages


@dataclass(frozen=True)
class FieldRoom:
    """The room of a field: `prompt` is the height of what is asked with its hint, `box` that of where the answer goes.

    A box has `rows` of writing. A choice has at most `options`, each `option` high, `columns` side by side.
    """

    kind: str
    prompt: float
    box: float
    rows: int
    options: int = 0
    columns: int = 0
    option: float = 0


@dataclass(frozen=True)
class Room:
    """The room of a slot: `question` is the height of all above its first field, its section's head included.

    `title` is the question's on every paper, empty where papers differ in it.
    """

    title: str
    question: float
    fields: tuple[FieldRoom, ...]


@dataclass(frozen=True)
class Mark:
    """Where something is filled in: a field by its question and its place from 1, or one `option` of a choice."""

    question: str
    field: int
    kind: str
    option: str
    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class FixedLayout:
    """What every version has in common: rooms by slot number, and where the marks stand.

    `typst` is the version of the compiler, and so of its fonts, with which the heights were measured.
    """

    paper_size: str
    typst: str
    rooms: Mapping[str, Room]
    marks: tuple[Mark, ...] = ()

    def to_text(self) -> str:
        """As layout.json, which says its format."""
        stored = {
            "format": LAYOUT_FORMAT,
            "measured_for": {"paper_size": self.paper_size, "typst": self.typst},
            "slots": {number: asdict(room) for number, room in self.rooms.items()},
            "marks": [asdict(mark) for mark in self.marks],
        }
        return json.dumps(stored, indent=1, ensure_ascii=False) + "\n"


def layout_from_text(text: str, *, source: str) -> FixedLayout:
    """Read layout.json back; raises RefusedInput, with the place, for what can't be a layout."""
    try:
        stored = json.loads(text)
        if stored["format"] != LAYOUT_FORMAT:
            raise ValueError(f"its format is {stored['format']!r}, not {LAYOUT_FORMAT!r}")
        size, typst = (_text(stored["measured_for"][name], name) for name in ("paper_size", "typst"))
        rooms = {number: _room(room, f"slot {number}") for number, room in stored["slots"].items()}
        marks = tuple(_made(Mark, mark, f"mark {place}") for place, mark in enumerate(stored["marks"], 1))
    except KeyError as cause:
        raise RefusedInput(_told(source, f"{cause.args[0]!r} is missing")) from cause
    except (ValueError, TypeError, AttributeError) as cause:
        raise RefusedInput(_told(source, str(cause))) from cause
    return FixedLayout(size, typst, rooms, marks)


def _told(source: str, reason: str) -> str:
    return (
        f"{source}: can't be read as a layout: {reason}. It is written by the first build and not for editing; take it "
        "from a copy, or, if no paper was printed, delete the exam's folder and build again."
    )


def _room(stored: Mapping[str, Any], where: str) -> Room:
    own = [_made(FieldRoom, field, f"{where}, field {n}") for n, field in enumerate(stored["fields"], 1)]
    made: Room = _made(Room, {**stored, "fields": tuple(own)}, where)
    return made


def _made(kind: type[Any], stored: Mapping[str, Any], where: str) -> Any:
    """An object of that class; every length is a number of at least 0, every count a whole one."""
    names = [field.name for field in fields(kind)]
    if set(stored) != set(names):
        raise ValueError(f"{where} has {', '.join(sorted(stored)) or 'nothing'} in place of {', '.join(sorted(names))}")
    for field in fields(kind):
        if not _can_be(str(field.type), stored[field.name]):
            raise ValueError(f"{where}: {field.name} is {stored[field.name]!r}, which it can't be")
    return kind(**stored)


def _can_be(kind: str, value: object) -> bool:
    if kind in ("int", "float"):
        # A boolean is a whole number to Python, and no height to anybody.
        is_number = isinstance(value, int if kind == "int" else (int, float)) and not isinstance(value, bool)
        return is_number and 0 <= float(str(value)) < _MOST_POINTS
    return isinstance(value, str if kind == "str" else tuple)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is {value!r}, not a text")
    return value
