"""A student of a roster: who it is, where and when the exam is sat, and in which form the paper comes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

__all__ = ["COLUMNS", "PAPER_FORMATS", "PaperFormat", "Student"]

PaperFormat: TypeAlias = Literal["standard", "large-print", "screen-reader"]

PAPER_FORMATS: tuple[PaperFormat, ...] = get_args(PaperFormat)


@dataclass(frozen=True)
class Student:
    """One person; what a roster does not say is empty.

    Students of one `group` share a paper. `time_factor` is 1 or more, times the time of the exam. `due` without a
    zone is the time that clocks show where the exam is sat.
    """

    id: str
    name: str
    email: str = ""
    section: str = ""
    room: str = ""
    seat: str = ""
    group: str = ""
    sitting: str = ""
    time_factor: Fraction = Fraction(1)
    due: datetime | None = None
    format: PaperFormat = "standard"


#: The columns of a roster, in the order in which they are written.
COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Student))
