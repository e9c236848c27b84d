"""Which column is which: our own headings and their synonyms, and the exports of Canvas, Gradescope and Moodle."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from chainrule.rosters.student import COLUMNS

__all__ = ["Layout", "layout_of", "near_column", "normal_heading", "places_of"]

Cells = Mapping[str, str]

FIRST_NAME, LAST_NAME = "first_name", "last_name"

#: The headings of each column as `normal_heading` makes them. A file may have one heading of each line.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "student id", "studentid", "sid", "number", "student number", "matrikelnummer"),
    "name": ("name", "student", "student name", "full name", "fullname"),
    FIRST_NAME: ("first name", "firstname", "given name", "forename", "vorname"),
    LAST_NAME: ("last name", "lastname", "surname", "family name", "nachname"),
    "email": ("email", "e mail", "mail", "email address", "e mail address"),
    "section": ("section", "sections", "section name"),
    "room": ("room", "hall", "raum"),
    "seat": ("seat", "seat number", "desk", "platz"),
    "group": ("group", "team", "gruppe"),
    "sitting": ("sitting", "session"),
    "time_factor": ("time factor", "timefactor", "time multiplier"),
    "due": ("due", "due at", "due date", "deadline"),
    "format": ("format", "paper format"),
}


def _everybody(row: Cells) -> str:
    return ""


@dataclass(frozen=True)
class Layout:
    """A kind of file: `needs` are headings that make it known, `columns` headings in the order of preference.

    `left_out` says why a row is no student (empty for students); names are written `Last, First` if `last_first`.
    """

    name: str
    needs: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    left_out: Callable[[Cells], str] = _everybody
    last_first: bool = False


def _canvas_extra(row: Cells) -> str:
    """Canvas writes the assignments' maxima and its test student among the students, and a row on posting above."""
    name = row.get("name", "").casefold()
    if name.startswith("points possible"):
        return "points possible"
    if name in ("student, test", "test student"):
        return "test student"
    return "" if row.get("id") or name else "a row without name and id"


def _other_role(row: Cells) -> str:
    role = row.get("role", "").casefold()
    return "" if role in ("", "student", "learner") else role


_GRADESCOPE: Mapping[str, tuple[str, ...]] = {
    "id": ("sid", "email"),
    "email": ("email",),
    "section": ("sections", "section", "section name"),
    "role": ("role",),
}
_MOODLE: Mapping[str, tuple[str, ...]] = {
    "id": ("id number", "username", "email address"),
    "email": ("email address",),
    # Moodle's groups are tutorial groups: taken as groups, all their students would share one paper.
    "section": ("groups",),
    "role": ("roles",),
}
_CANVAS: Mapping[str, tuple[str, ...]] = {
    "id": ("sis user id", "sis login id", "id"),
    "name": ("student",),
    "email": ("email", "sis login id"),
    "section": ("section",),
}
_OWN = Layout("roster", (), {})
_LAYOUTS = (
    Layout("Canvas gradebook", ("student", "id", "sis login id"), _CANVAS, _canvas_extra, last_first=True),
    Layout("Gradescope export", ("first name", "last name", "sid", "email"), _GRADESCOPE, _other_role),
    Layout("Gradescope export", ("name", "sid", "email"), _GRADESCOPE, _other_role),
    Layout("Moodle export", ("first name", "id number", "email address"), _MOODLE, _other_role),
    Layout("Moodle export", ("first name", "email address", "groups"), _MOODLE, _other_role),
)


def normal_heading(heading: str) -> str:
    """A heading in lower case, its words separated by single blanks: `E-Mail` is `e mail`."""
    return " ".join(re.findall(r"[^\W_]+", heading.casefold()))


def layout_of(headings: Sequence[str]) -> Layout:
    """What kind of file has these headings (as `normal_heading` makes them)."""
    return next((layout for layout in _LAYOUTS if set(layout.needs) <= set(headings)), _OWN)


def places_of(headings: Sequence[str], layout: Layout) -> dict[str, list[int]]:
    """Where each column is that the file has.

    An export's column may have several places, the preferred one first; of our own, more than one is a mistake.
    """
    own = {
        column: [place for place, heading in enumerate(headings) if heading in known]
        for column, known in _HEADINGS.items()
        if column not in layout.columns
    }
    theirs = {
        column: [headings.index(heading) for heading in wanted if heading in headings]
        for column, wanted in layout.columns.items()
    }
    return {column: places for column, places in {**own, **theirs}.items() if places}


def near_column(heading: str) -> str:
    """The column that a heading nearly names, or nothing: `formt` is near `format`."""
    known = {word: column for column, words in _HEADINGS.items() if column in COLUMNS for word in words}
    found = get_close_matches(normal_heading(heading), known, n=1, cutoff=0.8)
    return known[found[0]] if found else ""
