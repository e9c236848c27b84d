"""Lateness: by how much a submission is late and what that costs. Pure: times in, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from question_templates.deadline import NOTHING_DEDUCTED, LatePolicy

__all__ = ["NOTHING_DEDUCTED", "Late", "LatePolicy", "TimesNotComparable", "lateness"]

_LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


class TimesNotComparable(ValueError):
    """One time names its zone and the other one does not, so that nobody can say which was first."""


@dataclass(frozen=True)
class Late:
    """By how much a submission is late, from the due time on, and the share of its points that this costs."""

    by: timedelta
    deduction: Fraction = Fraction(0)

    @property
    def words(self) -> str:
        """`2 hours and 5 minutes late; 10% of the points are deducted`."""
        cost = f"{_percent(self.deduction)} of the points are deducted" if self.deduction else "nothing is deducted"
        return f"{_duration(self.by)} late; {cost}"


def lateness(submitted_at: datetime, due: datetime, policy: LatePolicy = NOTHING_DEDUCTED) -> Late | None:
    """How late a submission is and what that costs; None when it came before the due time and the grace were over.

    Grace forgives and does not move the due time: who comes after it is late from the due time on.
    Raises: TimesNotComparable when only one of the times has a zone.
    """
    if (submitted_at.utcoffset() is None) != (due.utcoffset() is None):
        without = "the submission's time" if submitted_at.utcoffset() is None else "the due time"
        told = f"submitted {submitted_at.isoformat(' ')}, due {due.isoformat(' ')}"
        mend = "`timezone` in exam.yaml says what times without one mean"
        raise TimesNotComparable(f"{told}: {without} names no zone and the other does; {mend}.")
    by = submitted_at - due
    if by <= max(policy.grace, timedelta(0)):
        return None
    begun = -(-by // _LENGTHS[policy.per])
    return Late(by, min(begun * policy.share, policy.at_most, Fraction(1)))


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.2f}".rstrip("0").rstrip(".") + "%"


def _duration(by: timedelta) -> str:
    """The two largest units that say something, rounded up to minutes; seconds where there is less than a minute."""
    seconds = -(-by // timedelta(seconds=1))
    if seconds < 60:
        return _counted(seconds, "second")
    minutes = -(-seconds // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    units = [_counted(n, unit) for n, unit in ((days, "day"), (hours, "hour"), (rest, "minute")) if n]
    return " and ".join(units[:2])


def _counted(n: int, unit: str) -> str:
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"
