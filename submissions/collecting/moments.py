"""A date and a time as exports and people write them; nothing here asks a clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

__all__ = ["HOW_TO_WRITE", "moment_of"]

HOW_TO_WRITE = "Write 2026-12-05 17:00, with a zone such as +01:00 if you know it."

_YEAR_FIRST = r"(?P<year>\d{4})(?P<dash>[-/.])(?P<month>\d{1,2})(?P=dash)(?P<day>\d{1,2})"
# With dots the day is first wherever people write so; with slashes nobody can tell day from month.
_DAY_FIRST = r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"
_TIME = (
    r"(?:T|t|,?[ ]+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:[ ]*(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?:[ ]*(?P<utc>Z|z|UTC|GMT)?(?:(?P<sign>[+-])(?P<zone_hours>\d{1,2}):?(?P<zone_minutes>\d{2})?)?)?"
)
_MOMENTS = tuple(re.compile(date + _TIME, re.ASCII) for date in (_YEAR_FIRST, _DAY_FIRST))


def moment_of(text: str) -> datetime | None:
    """The moment a text names, with its zone if it names one; None where that can't be told, as in 5/12/2026 17:00."""
    # Some spreadsheets put a narrow blank before AM and PM.
    plain = " ".join(text.split())
    match = next(filter(None, (pattern.fullmatch(plain) for pattern in _MOMENTS)), None)
    if match is None:
        return None
    try:
        return _moment(match)
    except (ValueError, OverflowError):
        return None


def _moment(match: re.Match[str]) -> datetime:
    """Raises: ValueError for a thirteenth month."""
    year, month, day, hour, minute = (int(match[name]) for name in ("year", "month", "day", "hour", "minute"))
    if match["half"]:
        hour = _of_24(hour, match["half"].lower())
    micro = int((match["fraction"] or "").ljust(6, "0")[:6])
    return datetime(year, month, day, hour, minute, int(match["second"] or 0), micro, _zone(match))


def _of_24(hour: int, half: str) -> int:
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} is no hour before or after noon")
    return hour % 12 + (12 if half == "p" else 0)


def _zone(match: re.Match[str]) -> timezone | None:
    if not match["sign"]:
        return timezone.utc if match["utc"] else None
    offset = timedelta(hours=int(match["zone_hours"]), minutes=int(match["zone_minutes"] or 0))
    return timezone(-offset if match["sign"] == "-" else offset)
