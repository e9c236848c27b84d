"""A transcript: what stands on one paper, field by field, as staff typed it in, and the points people gave on it.

No time is kept: a grade does not depend on the day, and a file's own date says when it was written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from chainrule.errors import RefusedInput
from chainrule.transcription.typing_rules import odd_character, points_in
from submissions.limits import MAX_RESPONSE_LENGTH, MAX_RESPONSES

__all__ = ["BLANK", "FORMAT", "UNTYPED", "Entry", "HandPoints", "Settled", "Transcript"]

FORMAT = "chainrule-transcript/1"


@dataclass(frozen=True)
class HandPoints:
    """Points that a person gave."""

    points: Fraction
    reason: str
    who: str


@dataclass(frozen=True)
class Entry:
    """What is known of one field: the response ("" where the paper is blank, None where nobody has typed), points."""

    response: str | None = None
    points: HandPoints | None = None

    @property
    def is_typed(self) -> bool:
        return self.response is not None or self.points is not None


#: A field that nobody has come to yet.
UNTYPED = Entry()
#: A field at which the paper is blank.
BLANK = Entry("")


@dataclass(frozen=True)
class Settled:
    """Two entries that disagreed, what a person chose in the end, and who."""

    first: Entry
    second: Entry
    chosen: Entry
    who: str


@dataclass(frozen=True)
class Transcript:
    """One paper's entries by field id, who typed them, and the disagreements of double entry that were settled."""

    paper: str
    who: tuple[str, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=lambda: MappingProxyType({}))
    settled: Mapping[str, Settled] = field(default_factory=lambda: MappingProxyType({}))

    def entry(self, field_id: str) -> Entry:
        return self.entries.get(field_id, UNTYPED)

    def with_entry(self, field_id: str, entry: Entry, who: str) -> Transcript:
        """With one field typed anew; an entry without anything takes the field back."""
        entries = {name: old for name, old in self.entries.items() if name != field_id}
        if entry.is_typed:
            entries[field_id] = entry
        names = self.who if who in self.who else (*self.who, who)
        return replace(self, entries=entries, who=names)

    def with_settled(self, field_id: str, settled: Settled) -> Transcript:
        """With a disagreement settled: the chosen entry stands from now on."""
        changed = self.with_entry(field_id, settled.chosen, settled.who)
        return replace(changed, settled={**self.settled, field_id: settled})

    def to_text(self, field_ids: tuple[str, ...]) -> str:
        """The transcript as JSON in the paper's order of fields; `finished` says whether all of them are typed."""
        ordered = [name for name in field_ids if name in self.entries]
        ordered += sorted(set(self.entries) - set(field_ids))
        stored = {
            "format": FORMAT,
            "paper": self.paper,
            "who": list(self.who),
            "finished": all(name in self.entries for name in field_ids),
            "responses": {
                name: self.entries[name].response for name in ordered if self.entries[name].response is not None
            },
            "points": {
                name: _points_json(points) for name in ordered if (points := self.entries[name].points) is not None
            },
            "settled": {name: _settled_json(self.settled[name]) for name in sorted(self.settled)},
        }
        return json.dumps(stored, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_text(cls, text: str, *, source: str) -> Transcript:
        """Read a transcript back; raises RefusedInput that names the file where it is none, or was damaged."""
        try:
            stored = json.loads(text, object_pairs_hook=_without_twins)
            if not isinstance(stored, dict) or stored.get("format") != FORMAT:
                found = stored.get("format") if isinstance(stored, dict) else None
                raise ValueError(f"its format is {found!r}, not {FORMAT!r}")
            responses = {_text(name): _response(text) for name, text in stored["responses"].items()}
            points = {_text(name): _points(given) for name, given in stored.get("points", {}).items()}
            if len(responses) > MAX_RESPONSES or len(points) > MAX_RESPONSES:
                raise ValueError(f"it has more than {MAX_RESPONSES} fields")
            names = [*responses, *(name for name in points if name not in responses)]
            entries = {name: Entry(responses.get(name), points.get(name)) for name in names}
            settled = {_text(name): _settled(one) for name, one in stored.get("settled", {}).items()}
            return cls(_text(stored["paper"]), tuple(map(_text, stored.get("who", ()))), entries, settled)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as cause:
            raise RefusedInput(f"{source}: can't be read as a transcript: {_told(cause)}.") from cause


def _told(cause: Exception) -> str:
    return f"{cause.args[0]!r} is missing" if isinstance(cause, KeyError) else str(cause).rstrip(".")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twin!r} stands in it twice")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} should be text")
    return value


def _response(value: object) -> str:
    text = _text(value)
    odd = odd_character(text)
    if odd:
        raise ValueError(f"a response holds {odd}")
    if len(text) > MAX_RESPONSE_LENGTH:
        raise ValueError(f"a response has {len(text):,} characters; at most {MAX_RESPONSE_LENGTH:,} are kept")
    return text


def _points_json(given: HandPoints) -> dict[str, str]:
    return {"points": str(given.points), "reason": given.reason, "who": given.who}


def _points(stored: Mapping[str, Any]) -> HandPoints:
    points = points_in(_text(stored["points"]))
    if points is None:
        raise ValueError(f"{stored['points']!r} is no number of points")
    return HandPoints(points, _text(stored.get("reason", "")), _text(stored.get("who", "")))


def _entry_json(entry: Entry) -> dict[str, Any]:
    points = {"points": _points_json(entry.points)} if entry.points else {}
    return ({} if entry.response is None else {"response": entry.response}) | points


def _entry(stored: Mapping[str, Any]) -> Entry:
    response = _response(stored["response"]) if "response" in stored else None
    return Entry(response, _points(stored["points"]) if "points" in stored else None)


def _settled_json(settled: Settled) -> dict[str, Any]:
    return {
        "first": _entry_json(settled.first),
        "second": _entry_json(settled.second),
        "chosen": _entry_json(settled.chosen),
        "who": settled.who,
    }


def _settled(stored: Mapping[str, Any]) -> Settled:
    first, second, chosen = (_entry(stored[name]) for name in ("first", "second", "chosen"))
    return Settled(first, second, chosen, _text(stored["who"]))
