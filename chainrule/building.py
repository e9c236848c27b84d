"""`exam build`: from exam.yaml and a roster to papers, forms, keys and the assignment table, in one folder.

The same secret, exam, roster and bank give the same bytes. A paper that exists is never drawn again: it may have been
handed out. Its family is read from the copy that the first build put into the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count, islice
from pathlib import Path

import engine as ag
from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder, assignments_csv, families_json
from chainrule.fairness import WorkSpread
from chainrule.pages.key_page import key_page
from chainrule.pages.paper_page import paper_page
from chainrule.roster import Student, read_roster
from chainrule.wording import answer_text
from question_templates.answers import Key
from question_templates.bank import Bank, Shelf, open_bank
from question_templates.dice import new_secret, paper_id
from question_templates.exam import Exam, candidates, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper, field_id
from question_templates.solution import solutions_of
from question_templates.solving import solve_item
from submissions import FormField, blank_yaml_form
from submissions.store import write_atomic

__all__ = ["build_exam"]

MANIFEST_FORMAT = "chainrule-exam-folder/1"

Progress = Callable[[int, int], None]


def build_exam(
    exam_file: Path,
    roster_file: Path,
    out: Path,
    *,
    spares: int = 0,
    banks: Iterable[Path] = (),
    secret: bytes | None = None,
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
    try:
        return _build(folder, _Plan(exam, exam_text, bank, students, spares), secret or new_secret(), progress)
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


def _build(folder: ExamFolder, plan: _Plan, secret: bytes, progress: Progress) -> ExamFolder:
    """Write everything; in an order in which a build that was killed can be run again."""
    _make_folders(folder)
    write_atomic(folder.exam, plan.exam_text.encode())
    _copy_bank(folder, {shelf.family.id: shelf for slot in plan.exam.slots for shelf in candidates(slot, plan.bank)})
    if not folder.secret.is_file():
        write_atomic(folder.secret, secret.hex().encode() + b"\n")
    secret = bytes.fromhex(folder.secret.read_text(encoding="ascii").strip())
    assignments = _assign(folder, plan.students, plan.spares, secret)
    spread = WorkSpread()
    for done, assignment in enumerate(assignments, start=1):
        paper = _build_paper(folder, plan, secret, assignment.paper)
        keys = {item.number: solve_item(item, plan.bank.families) for item in paper.items}
        spread.add(paper, keys)
        _write_solutions(folder, paper, keys, plan.bank)
        progress(done, len(assignments))
    write_atomic(folder.fairness, spread.to_csv().encode())
    write_atomic(folder.assignments, assignments_csv(assignments).encode())
    write_atomic(folder.manifest, _manifest(folder, plan.exam_text).encode())
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


def _assign(
    folder: ExamFolder, students: tuple[Student, ...], spares: int, secret: bytes
) -> tuple[Assignment, ...]:
    """Papers that are assigned stay as they are; new students and further spares get papers of their own."""
    known = folder.read_assignments() if folder.assignments.is_file() else ()
    named = {student.id: student for student in students}
    known = tuple(_renamed(assignment, named.get(assignment.id)) for assignment in known)
    taken = {assignment.paper for assignment in known}
    new = [
        Assignment(_free_id(secret, student, taken), student.id, student.name, student.email)
        for student in students
        if student.id not in {assignment.id for assignment in known}
    ]
    every = [*known, *new, *_new_spares(known, spares, secret)]
    if len({assignment.paper for assignment in every}) < len(every):
        raise RefusedInput("two papers would have the same id; delete staff/secret.hex and build again.")
    return tuple(sorted(every, key=lambda assignment: (not assignment.id, assignment.id, assignment.paper)))


def _renamed(assignment: Assignment, student: Student | None) -> Assignment:
    """The assignment with the roster's present name and address of its owner."""
    return replace(assignment, name=student.name, email=student.email) if student else assignment


def _free_id(secret: bytes, student: Student, taken: set[str]) -> str:
    """The student's own paper id, or the next one when somebody else was given that paper."""
    ids = (paper_id(secret, "student", student.id, *again) for again in chain([()], ((str(n),) for n in count(2))))
    return next(paper for paper in ids if paper not in taken)


def _new_spares(known: tuple[Assignment, ...], wanted: int, secret: bytes) -> list[Assignment]:
    """As many further spares as are wanted: those that have found an owner since no longer count."""
    missing = wanted - sum(not assignment.id for assignment in known)
    taken = {assignment.paper for assignment in known}
    ids = (paper_id(secret, "spare", str(number)) for number in count(1))
    return [Assignment(paper) for paper in islice((paper for paper in ids if paper not in taken), max(missing, 0))]


def _build_paper(folder: ExamFolder, plan: _Plan, secret: bytes, paper_id: str) -> Paper:
    """The frozen paper if there is one, else a new draw; and what its student gets."""
    frozen = folder.paper(paper_id)
    if frozen.is_file():
        paper = Paper.from_text(frozen.read_text(encoding="utf-8"))
    else:
        paper = make_paper(plan.exam, plan.bank, secret=secret, paper_id=paper_id)
        write_atomic(frozen, paper.to_text().encode())
    write_atomic(folder.page(paper_id), paper_page(paper).encode())
    write_atomic(folder.form(paper_id), _yaml_form(paper).encode())
    return paper


def _yaml_form(paper: Paper) -> str:
    fields = [
        FormField(field_id(item.number, asked.name), asked.kind, asked.prompt, asked.example)
        for item in paper.items
        for asked in item.question.fields
    ]
    title = f"{paper.exam.title}. The questions are on the page {paper.id}.html."
    return blank_yaml_form(paper.id, fields, title=title)


def _copy_bank(folder: ExamFolder, shelves: Mapping[str, Shelf]) -> None:
    """Copy every family a slot may draw from: this exam is completed and graded with what it was drawn from."""
    for shelf in shelves.values():
        target = folder.bank / shelf.family.id
        if not target.is_dir():
            # Under another name first: half a family must not be taken for a whole one after a crash.
            unfinished = target.parent / f".{target.name}"
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(shelf.folder, unfinished, ignore=shutil.ignore_patterns("__pycache__"))
            unfinished.rename(target)
    families = {family_id: shelf.family for family_id, shelf in sorted(shelves.items())}
    write_atomic(folder.families, families_json(families).encode())


def _write_solutions(folder: ExamFolder, paper: Paper, keys: Mapping[str, Key], bank: Bank) -> None:
    answers = {
        number: {name: answer_text(answer) for name, answer in key.answers.items()} for number, key in keys.items()
    }
    page = key_page(paper, solutions_of(paper, keys, bank), answers)
    write_atomic(folder.key(paper.id), page.encode())


def _manifest(folder: ExamFolder, exam_text: str) -> str:
    """Formats, versions and the checksum of every file that was written."""
    files = sorted(path for path in folder.path.rglob("*") if path.is_file() and path != folder.manifest)
    stored = {
        "format": MANIFEST_FORMAT,
        "engine": ag.__version__,
        "exam": hashlib.sha256(exam_text.encode()).hexdigest(),
        "files": {
            path.relative_to(folder.path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        },
    }
    return json.dumps(stored, indent=1, sort_keys=True) + "\n"
