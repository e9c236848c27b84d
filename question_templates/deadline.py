"""When an exam is due and what lateness costs: times of a file, read strictly and the same on every machine.

A time without a zone is local to where the exam is sat, which exam.yaml may name; the machine's own is never asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["NOTHING_DEDUCTED", "LatePolicy", "Period", "is_doubtful", "local_time", "read_time", "zone_of"]

#: For what a deduction is made once more: every hour or every day that has begun.
Period: TypeAlias = Literal["hour", "day"]

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?: ?(Z|[+-]\d\d:\d\d))?\Z", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)\Z", re.ASCII)
_MICROSECOND, _MINUTE = timedelta(microseconds=1), 60_000_000  # a minute in microseconds
_MOST_MINUTES = 18 * 60  # beyond every offset that a place on earth has


@dataclass(frozen=True)
class LatePolicy:
    """What is late, and what that costs: by default nothing, so that lateness is only reported.

    Within `grace` after the due time a submission is in time. After it, `share` of the points is deducted for every
    `per` that has begun since the due time, `at_most` in all: 0.1 per day is 10% on the first day, 20% on the second.
    """

    grace: timedelta = timedelta(0)
    share: Fraction = Fraction(0)
    per: Period = "day"
    at_most: Fraction = Fraction(1)

    def to_json(self) -> dict[str, Any]:
        return {
            "grace_minutes": str(Fraction(self.grace // _MICROSECOND) / _MINUTE),
            "share": str(self.share),
            "per": self.per,
            "at_most": str(self.at_most),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> LatePolicy:
        grace = int(Fraction(stored["grace_minutes"]) * _MINUTE) * _MICROSECOND
        return cls(grace, Fraction(stored["share"]), stored["per"], Fraction(stored["at_most"]))


#: Nothing is late within no grace, and nothing is deducted.
NOTHING_DEDUCTED = LatePolicy()


def read_time(text: str) -> datetime:
    """A date and time such as `2026-05-12 10:15`, with or without a zone (`+02:00`, `Z`).

    Raises: ValueError with what would be right.
    """
    found = _TIME.match(text.strip())
    if not found:
        raise ValueError(f"write a date and a time such as 2026-05-12 10:15 or 2026-05-12 10:15+02:00 (found {text!r})")
    day, time, seconds, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{seconds or ':00'}")
    except ValueError as cause:
        raise ValueError(f"there is no such date or time: {cause} (found {text!r})") from None
    return moment if zone is None else moment.replace(tzinfo=zone_of("+00:00" if zone == "Z" else zone))


def zone_of(name: str) -> tzinfo:
    """A zone by its IANA name (`Europe/Zurich`) or as an offset that always holds (`+02:00`).

    Raises: ValueError with what would be right; some machines know no names, but every machine knows offsets.
    """
    offset = _OFFSET.match(name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        if int(offset[3]) < 60 and minutes <= _MOST_MINUTES:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
        raise ValueError(f"no place is so far from UTC; write an offset such as +02:00 (found {name!r})")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = "write a name such as Europe/Zurich, or an offset such as +02:00"
        raise ValueError(f"this machine knows no such time zone; {known} (found {name!r})") from None


def is_doubtful(moment: datetime, zone: str) -> bool:
    """Whether a clock of that zone shows the time twice or never, because it is put back or forward."""
    placed = moment.replace(tzinfo=zone_of(zone))
    return moment.tzinfo is None and placed.utcoffset() != placed.replace(fold=1).utcoffset()


def local_time(moment: datetime, zone: str) -> datetime:
    """The moment in the zone's clock if it names no zone itself; unchanged where neither does.

    Of an hour that a clock shows twice the first one is meant. The zone that comes back is a fixed offset, so that
    what is stored does not depend on what a machine knows of zones.
    Raises: ValueError for a zone that this machine does not know.
    """
    if moment.tzinfo is not None or not zone:
        return moment
    placed = moment.replace(tzinfo=zone_of(zone))
    return placed.replace(tzinfo=timezone(placed.utcoffset() or timedelta(0)))
