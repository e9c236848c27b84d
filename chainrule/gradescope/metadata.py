"""Gradescope's submission_metadata.json: who handed in, when, and when it was due; read strictly.

Source: Gradescope's autograder specification. Of this file only `users` decides about anything but lateness.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

__all__ = ["BrokenMetadata", "Metadata", "User", "moment", "read_metadata"]

#: Results of the submission before are part of it; those are the only thing that can make it long.
_MOST_BYTES = 50_000_000
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]+)? ?"
    r"(?:(Z)|([+-][0-9]{2}):?([0-9]{2}))?"
)
_POINTS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


class BrokenMetadata(Exception):
    """The file does not say who handed in; the message is for staff."""


@dataclass(frozen=True)
class User:
    """One of those who handed in; `id` is the platform's own number."""

    email: str
    id: str = ""


@dataclass(frozen=True)
class Metadata:
    """What grading uses of it; times are None where nothing is said, `odd` lists what could not be used."""

    users: tuple[User, ...]
    created_at: datetime | None = None
    due: datetime | None = None
    total_points: Fraction | None = None
    odd: tuple[str, ...] = ()


def read_metadata(data: bytes) -> Metadata:
    """Who handed in and when; raises BrokenMetadata when it does not say who."""
    stored = _object(data)
    assignment = stored.get("assignment", {})
    if not isinstance(assignment, dict):
        assignment = {}
    odd: list[str] = []
    created_at = _time(stored.get("created_at"), "created_at", odd)
    due = _time(assignment.get("due_date"), "assignment.due_date", odd)
    points = _points(assignment.get("total_points"), odd)
    return Metadata(_users(stored.get("users")), created_at, due, points, tuple(odd))


def moment(text: str) -> datetime:
    """An ISO date and time, with a zone or without; raises ValueError. Fractions of a second do not count."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no ISO date and time")
    day, time, utc, hours, minutes = found.groups()
    zone = "+00:00" if utc else f"{hours}:{minutes}" if hours else ""
    return datetime.fromisoformat(f"{day}T{time}{zone}")


def _object(data: bytes) -> Mapping[str, Any]:
    if len(data) > _MOST_BYTES:
        raise BrokenMetadata(f"submission_metadata.json has {len(data)} bytes; at most {_MOST_BYTES} are read.")
    try:
        stored = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as cause:
        raise BrokenMetadata(f"submission_metadata.json can't be read as JSON: {_brief(cause)}.") from cause
    if not isinstance(stored, dict):
        raise BrokenMetadata("submission_metadata.json holds no object; it must begin with a brace.")
    return stored


def _users(stored: object) -> tuple[User, ...]:
    if not isinstance(stored, list) or not stored:
        raise BrokenMetadata("submission_metadata.json names no users, so it does not say who handed in.")
    users = tuple(_user(one) for one in stored if isinstance(one, dict))
    known = tuple(user for user in users if user.email or user.id)
    if not known:
        raise BrokenMetadata("submission_metadata.json names users without e-mail and id.")
    return known


def _user(stored: Mapping[str, Any]) -> User:
    email, number = stored.get("email"), stored.get("id")
    is_number = isinstance(number, (int, str)) and not isinstance(number, bool)
    return User(email.strip() if isinstance(email, str) else "", str(number).strip() if is_number else "")


def _time(stored: object, name: str, odd: list[str]) -> datetime | None:
    """A moment with its zone; without one nobody can tell whether it is before another."""
    if stored is None:
        return None
    try:
        found = moment(stored) if isinstance(stored, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        odd.append(f"{name} is {_brief(repr(stored))}; it should be like 2026-12-05T17:00:00.000000-08:00.")
        return None
    return found


def _points(stored: object, odd: list[str]) -> Fraction | None:
    """The assignment's points, which Gradescope writes as text."""
    if stored is None:
        return None
    if isinstance(stored, (str, int, float)) and _POINTS.fullmatch(str(stored)):
        return Fraction(str(stored))
    odd.append(f'assignment.total_points is {_brief(repr(stored))}; it should be like "15.0".')
    return None


def _brief(told: object) -> str:
    text = str(told)
    return text if len(text) <= 80 else f"{text[:77]}..."
