"""The columns of tables that say who handed something in, and when, under the names that form services give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from submissions.collecting.moments import HOW_TO_WRITE, moment_of
from submissions.collecting.told import Told
from submissions.formats.form_value import shown
from submissions.handed_in import Sender
from submissions.tree import printable

__all__ = ["Columns", "columns_of", "normal_heading"]

_HEADINGS: dict[str, tuple[str, ...]] = {
    "file": ("file", "file name", "filename"),
    "paper": ("paper", "paper id", "paper code"),
    "field": ("field",),
    "response": ("response", "answer"),
    "id": ("id", "student id", "sid", "student number", "matrikelnummer"),
    "name": ("name", "student name", "full name"),
    "email": ("email", "e mail", "email address", "e mail address"),
    "submitted_at": ("submitted at", "timestamp", "completion time", "zeitstempel"),
}
# Two of these can't both be meant; of two names, the first is the service's own.
_ONCE = ("file", "paper", "field", "response")
# Microsoft Forms numbers its rows in a column "ID".
_ROW_NUMBERS_BESIDE = "completion time"


@dataclass(frozen=True)
class Columns:
    """Which column is which; `twice` is a heading that two of them claim, "" when none is."""

    places: dict[str, int]
    twice: str = ""

    def cell(self, row: Sequence[str], name: str) -> str:
        """The row's cell in the column of that name, "" where it has none."""
        at = self.places.get(name, len(row))
        return row[at] if at < len(row) else ""

    def told(self, row: Sequence[str]) -> Told:
        """Who and when, as the row says; a time that can't be read is a warning."""
        sender = Sender(*(printable(self.cell(row, name)) for name in ("id", "name", "email")))
        written = self.cell(row, "submitted_at")
        moment = moment_of(written)
        odd = () if moment or not written else (f"The time {shown(written)} was not understood. {HOW_TO_WRITE}",)
        return Told((sender,) if sender != Sender() else (), moment, warnings=odd)

    @property
    def tells_who_or_when(self) -> bool:
        """Whether any column speaks of senders or times."""
        return not {"id", "name", "email", "submitted_at"}.isdisjoint(self.places)


def normal_heading(heading: str) -> str:
    """A heading without regard to case, dashes and underscores."""
    return re.sub(r"[-_\s]+", " ", heading).strip().casefold()


def columns_of(headings: Sequence[str]) -> Columns:
    """The columns that are known by their headings."""
    normal = [normal_heading(heading) for heading in headings]
    places: dict[str, int] = {}
    for name, known in _HEADINGS.items():
        if name == "id" and _ROW_NUMBERS_BESIDE in normal:
            continue
        found = [at for at, heading in enumerate(normal) if heading in known]
        if len(found) > 1 and name in _ONCE:
            return Columns(places, headings[found[1]])
        if found:
            places[name] = found[0]
    return Columns(places)
