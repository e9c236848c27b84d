"""`exam build`: reads and checks everything first, then writes in an order in which a killed build can be run again.

The same secret, exam, roster and bank give the same bytes. A paper that exists is never drawn again: it may have been
handed out. Its family is read from the copy that the first build put into the folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from chainrule.building.assigning import assign
from chainrule.building.bank_copy import copy_bank
from chainrule.building.manifest import manifest
from chainrule.building.outputs import PAGES_ALONE, Outputs
from chainrule.building.workshop import make_papers
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder, assignments_csv
from chainrule.fairness import WorkSpread
from chainrule.roster import Student, read_roster
from question_templates.bank import Bank, open_bank
from question_templates.dice import new_secret
from question_templates.exam import Exam
from question_templates.exam_file import read_exam
from submissions.store import write_atomic

__all__ = ["build_exam"]

Progress = Callable[[int, int], None]


def build_exam(
    exam_file: Path,
    roster_file: Path,
    out: Path,
    *,
    spares: int = 0,
    banks: Iterable[Path] = (),
    outputs: Outputs = PAGES_ALONE,
    secret: bytes | None = None,
    jobs: int = 1,
    progress: Progress = lambda done, total: None,
) -> ExamFolder:
    """Build or complete the exam in `out`; spare papers come without an owner.

    Raises: RefusedInput, BrokenExam or BrokenFamily for what was handed in, with every mistake and its place, before
    anything is written; NoAdmissibleDraw or BrokenFamily while drawing, after which the build can be run again.
    """
    folder = ExamFolder(out)
    exam_text = _text(exam_file)
    # The manifest is written last: with it the copied bank is complete, without it the build was cut short.
    bank = open_bank(folder.bank) if folder.manifest.is_file() else open_bank(*banks)
    exam = read_exam(exam_text, bank, source=exam_file.name)
    students = read_roster(_read(roster_file), source=roster_file.name)
    _refuse_other_content(folder, exam_text)
    plan = _Plan(exam, exam_text, bank, students, spares, outputs, jobs)
    try:
        return _build(folder, plan, secret or new_secret(), progress)
    except OSError as cause:
        raise RefusedInput(f"{folder.path}: can't be written ({cause.strerror or cause}).") from cause


@dataclass(frozen=True)
class _Plan:
    """What was asked for, read and checked."""

    exam: Exam
    exam_text: str
    bank: Bank
    students: tuple[Student, ...]
    spares: int
    outputs: Outputs
    jobs: int


def _build(folder: ExamFolder, plan: _Plan, secret: bytes, progress: Progress) -> ExamFolder:
    _make_folders(folder)
    write_atomic(folder.exam, plan.exam_text.encode())
    copy_bank(folder, plan.exam, plan.bank)
    if not folder.secret.is_file():
        write_atomic(folder.secret, secret.hex().encode() + b"\n")
    assignments = assign(folder, plan.students, plan.spares, folder.read_secret())
    spread = WorkSpread()
    for done, made in enumerate(make_papers(folder, assignments, plan.outputs, jobs=plan.jobs), start=1):
        spread.add(made.work)
        progress(done, len(assignments))
    write_atomic(folder.fairness, spread.to_csv().encode())
    write_atomic(folder.assignments, assignments_csv(assignments).encode())
    write_atomic(folder.manifest, manifest(folder, plan.exam_text).encode())
    return folder


def _text(path: Path) -> str:
    try:
        return _read(path).decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise RefusedInput(f"{path.name}: is not UTF-8 text (byte {cause.start}); save it as UTF-8.") from cause


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as cause:
        raise RefusedInput(f"{path}: can't be read ({cause.strerror}).") from cause


def _refuse_other_content(folder: ExamFolder, exam_text: str) -> None:
    """Papers must not mix with other files, nor with papers of an exam that has changed since."""
    if folder.path.is_dir() and any(folder.path.iterdir()) and not folder.staff.is_dir():
        raise RefusedInput(f"{folder.path}: holds other files; choose a new folder for the exam.")
    if folder.exam.is_file() and folder.exam.read_text(encoding="utf-8") != exam_text:
        raise RefusedInput(
            f"{folder.path}: holds papers of another version of this exam. Build the changed exam into another folder, "
            "or delete this one if none of its papers was handed out."
        )


def _make_folders(folder: ExamFolder) -> None:
    folder.students.mkdir(parents=True, exist_ok=True)
    folder.staff.mkdir(mode=0o700, exist_ok=True)
    os.chmod(folder.staff, 0o700)  # also where the folder was there already, or the umask is odd
    for inner in ("papers", "keys", "bank"):
        (folder.staff / inner).mkdir(exist_ok=True)
