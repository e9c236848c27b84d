"""`exam check`: what an exam.yaml asks for, slot by slot, with its points and minutes; or everything wrong with it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from chainrule.amount_words import count
from chainrule.errors import RefusedInput
from chainrule.exam_texts import text_mistakes
from chainrule.reading_files import file_bytes, file_text
from chainrule.rosters import read_roster
from chainrule.terminal.ink import PLAIN, Ink
from chainrule.terminal.tables import table
from grader.grade import number
from question_templates.bank import Bank
from question_templates.errors import BrokenExam
from question_templates.exam import Exam, candidates
from question_templates.exam_file import read_exam

__all__ = ["ExamReport", "check_exam", "report_json", "report_text"]


@dataclass(frozen=True)
class SlotReport:
    """One question: its number and section, where it comes from, and what it is worth in points and minutes."""

    number: str
    section: str
    source: str
    families: tuple[str, ...]
    levels: tuple[int, ...]
    points: Fraction
    minutes: Fraction


@dataclass(frozen=True)
class ExamReport:
    """An exam.yaml and, if there is one, a roster: what they say, or every mistake of both. Times are in minutes."""

    source: str
    mistakes: tuple[str, ...]
    notes: tuple[str, ...] = ()
    title: str = ""
    slots: tuple[SlotReport, ...] = ()
    points: Fraction = Fraction(0)
    minutes: int = 0
    duration: int = 0
    n_students: int | None = None


def check_exam(exam_file: Path, bank: Bank, *, roster_file: Path | None = None) -> ExamReport:
    """Read an exam, and a roster if one is named; mistakes of both are told at once. Writes nothing."""
    mistakes: list[str] = []
    notes: list[str] = []
    exam, n_students = None, None
    try:
        exam = read_exam(file_text(exam_file), bank, source=exam_file.name)
        mistakes += text_mistakes(exam.head, source=exam_file.name)
    except (BrokenExam, RefusedInput) as broken:
        mistakes += str(broken).splitlines()
    if roster_file:
        try:
            roster = read_roster(file_bytes(roster_file), source=roster_file.name)
            n_students, notes = len(roster.students), list(roster.notes)
        except RefusedInput as refused:
            mistakes += str(refused).splitlines()
    if exam is None or mistakes:
        return ExamReport(exam_file.name, tuple(mistakes))
    return _report(exam, bank, exam_file.name, [*exam.notes, *notes], n_students)


def _report(exam: Exam, bank: Bank, source: str, notes: list[str], n_students: int | None) -> ExamReport:
    slots = []
    for place, slot in zip(exam.numbers, exam.slots, strict=True):
        section = exam.head.sections[slot.section - 1].title if slot.section else ""
        families = tuple(shelf.family.id for shelf in candidates(slot, bank))
        slots.append(SlotReport(place, section, slot.source, families, slot.levels, slot.points, slot.minutes))
    return ExamReport(
        source,
        (),
        tuple(notes),
        exam.head.title,
        tuple(slots),
        exam.points,
        exam.minutes,
        exam.head.duration,
        n_students,
    )


def report_json(report: ExamReport) -> str:
    """The report as one JSON object with sorted keys; points and minutes are numbers."""
    return json.dumps(_plain(asdict(report)), indent=2, sort_keys=True)


def _plain(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _plain(value) for key, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [_plain(value) for value in told]
    return number(told) if isinstance(told, Fraction) else told


def report_text(report: ExamReport, *, width: int = 100, ink: Ink = PLAIN) -> str:
    """The report for a terminal: a table a section, the sums, and what deserves a look."""
    if report.mistakes:
        return "\n".join([*report.mistakes, "", f"{count(len(report.mistakes), 'mistake')} to mend."])
    lines = [ink.strong(report.title)]
    for section in dict.fromkeys(slot.section for slot in report.slots):
        own = [slot for slot in report.slots if slot.section == section]
        lines += ["", *([_heading(section, own, ink)] if section else []), _table(own, width, ink)]
    lines += ["", _sums(report), *(ink.look(f"Note: {note}") for note in report.notes)]
    return "\n".join(lines)


def _heading(section: str, slots: list[SlotReport], ink: Ink) -> str:
    points = sum((slot.points for slot in slots), Fraction(0))
    minutes = sum((slot.minutes for slot in slots), Fraction(0))
    worth, time = count(number(points), "point"), count(round(minutes), "minute")
    return f"{ink.strong(section)}: {worth}, about {time}"


def _table(slots: list[SlotReport], width: int, ink: Ink) -> str:
    rows = [
        [
            slot.number,
            str(number(slot.points)),
            str(round(slot.minutes)),
            ", ".join(map(str, slot.levels)) or "any",
            slot.source
            if slot.families == (slot.source,)
            else f"{len(slot.families)} families: {', '.join(slot.families)}",
        ]
        for slot in slots
    ]
    return table(["No.", "points", "min", "level", "drawn from"], rows, width=width, right=(1, 2), ink=ink)


def _sums(report: ExamReport) -> str:
    granted = f", {report.duration} granted" if report.duration else ""
    students = "" if report.n_students is None else f"; {count(report.n_students, 'student')}"
    asked, worth = count(len(report.slots), "question"), count(number(report.points), "point")
    return f"{asked}, {worth}, about {count(report.minutes, 'minute')}{granted}{students}"
