"""Who takes an exam: rosters as registrars, Canvas, Gradescope and Moodle write them, and the assignment table."""

from __future__ import annotations

from chainrule.rosters.reading import Roster, read_roster
from chainrule.rosters.student import PAPER_FORMATS, PaperFormat, Student

__all__ = ["PAPER_FORMATS", "PaperFormat", "Roster", "Student", "read_roster"]
