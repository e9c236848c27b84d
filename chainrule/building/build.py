"""`exam build`: reads and checks everything first, then writes in an order in which a killed build can be run again.

The same secret, exam, roster and bank give the same bytes. A paper that exists is never drawn again: it may have been
handed out. Its family is read from the copy that the first build put into the folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from chainrule.building.assigning import Assigned, assign
from chainrule.building.bank_copy import copy_bank
from chainrule.building.fixing import formats_note, freeze_layout
from chainrule.building.manifest import manifest
from chainrule.building.outputs import PAGES_ALONE, Outputs
from chainrule.building.print_order import by_place, print_order_csv
from chainrule.building.workshop import MadePaper, make_papers
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder, assignments_csv
from chainrule.exam_texts import text_mistakes
from chainrule.fairness import WorkSpread
from chainrule.pages.combined_key import PaperKey, combined_key_page
from chainrule.pdf.fixed import typst_version
from chainrule.reading_files import file_bytes, file_text
from chainrule.rosters import Roster, read_roster
from question_templates.bank import Bank, open_bank
from question_templates.dice import new_secret
from question_templates.exam import Exam
from question_templates.exam_file import read_exam
from submissions.store import write_atomic

__all__ = ["build_exam"]

Progress = Callable[[int, int], None]
Note = Callable[[str], None]


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
    note: Note = lambda text: None,
) -> ExamFolder:
    """Build or complete the exam in `out`; spare papers come without an owner.

    `note` is told, one sentence each, what to look at in the exam, how the roster was read, and whose papers changed.
    Raises: RefusedInput, BrokenExam or BrokenFamily for what was handed in, with every mistake and its place, before
    anything is written; NoAdmissibleDraw or BrokenFamily while drawing, after which the build can be run again.
    """
    folder = ExamFolder(out)
    exam_text = file_text(exam_file)
    # The manifest is written last: with it the copied bank is complete, without it the build was cut short.
    bank = open_bank(folder.bank) if folder.manifest.is_file() else open_bank(*banks)
    exam = read_exam(exam_text, bank, source=exam_file.name)
    if mistakes := text_mistakes(exam.head, source=exam_file.name):
        raise RefusedInput("\n".join(mistakes))
    roster = read_roster(file_bytes(roster_file), source=roster_file.name)
    template = file_text(exam_file.parent / exam.template) if exam.template else ""
    _refuse_other_content(folder, exam_text, template)
    if exam.head.layout == "fixed":
        typst_version()  # a layout that can't be measured is refused before anything is written
    plan = _Plan(exam, exam_text, template, bank, roster, spares, outputs, jobs)
    try:
        notes = _build(folder, plan, secret or new_secret(), progress)
    except OSError as cause:
        raise RefusedInput(f"{folder.path}: can't be written ({cause.strerror or cause}).") from cause
    for text in (*exam.notes, *roster.notes, *notes):
        note(text)
    return folder


@dataclass(frozen=True)
class _Plan:
    """What was asked for, read and checked."""

    exam: Exam
    exam_text: str
    template: str
    bank: Bank
    roster: Roster
    spares: int
    outputs: Outputs
    jobs: int


def _build(folder: ExamFolder, plan: _Plan, secret: bytes, progress: Progress) -> tuple[str, ...]:
    """Write everything and return what a person should know about it."""
    _make_folders(folder)
    write_atomic(folder.exam, plan.exam_text.encode())
    if plan.template:
        write_atomic(folder.template, plan.template.encode())
    copy_bank(folder, plan.exam, plan.bank)
    if not folder.secret.is_file():
        write_atomic(folder.secret, secret.hex().encode() + b"\n")
    assigned = assign(folder, plan.roster, plan.spares, folder.read_secret())
    fixed = plan.exam.head.layout == "fixed"
    n_measured = len(plan.exam.slots) if fixed and not folder.layout.is_file() else 0
    step = _steps(n_measured + len(assigned.papers), progress)
    if fixed:
        freeze_layout(folder, plan.exam, jobs=plan.jobs, step=step)
    spread = WorkSpread()
    keys: dict[str, PaperKey] = {}
    for made in make_papers(folder, assigned.papers, plan.outputs, jobs=plan.jobs):
        spread.add(made.work)
        keys[made.id] = _key(folder, made)
        step()
    write_atomic(folder.fairness, spread.to_csv().encode())
    _write_for_staff(folder, plan.exam, assigned, keys)
    write_atomic(folder.manifest, manifest(folder, plan.exam_text).encode())
    note = formats_note(assigned.table) if fixed else ""
    return (*assigned.notes, note) if note else assigned.notes


def _steps(total: int, progress: Progress) -> Callable[[], None]:
    """What is called after every slot that was measured and every paper that was made."""
    counted = count(1)
    return lambda: progress(next(counted), total)


def _key(folder: ExamFolder, made: MadePaper) -> PaperKey:
    page = folder.key(made.id).relative_to(folder.combined_key.parent).as_posix()
    return PaperKey(made.id, page, made.titles, made.answers)


def _write_for_staff(folder: ExamFolder, exam: Exam, assigned: Assigned, keys: Mapping[str, PaperKey]) -> None:
    """Who has which paper, the order in which papers are printed, and all answers in that order."""
    order = list(dict.fromkeys(row.paper for row in by_place(assigned.table)))
    file_of = {paper: pdf if (pdf := folder.pdf(paper)).is_file() else folder.page(paper) for paper in order}
    write_atomic(folder.assignments, assignments_csv(assigned.table).encode())
    write_atomic(folder.print_order, print_order_csv(folder, assigned.table, file_of).encode())
    write_atomic(folder.combined_key, combined_key_page(exam.head, [keys[paper] for paper in order]).encode())


def _refuse_other_content(folder: ExamFolder, exam_text: str, template: str) -> None:
    """Papers must not mix with other files, nor with papers of an exam that has changed since."""
    if folder.path.is_dir() and any(folder.path.iterdir()) and not folder.staff.is_dir():
        raise RefusedInput(f"{folder.path}: holds other files; choose a new folder for the exam.")
    if not folder.exam.is_file():
        return
    same_template = not folder.manifest.is_file() or folder.read_template() == template
    if folder.exam.read_text(encoding="utf-8") != exam_text or not same_template:
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
