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
from pathlib import Path

import engine as ag
from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder, assignments_csv, families_json
from chainrule.pages.key_page import key_page
from chainrule.pages.paper_page import paper_page
from chainrule.roster import Student, read_roster
from chainrule.wording import answer_text
from grader import solve_item
from question_templates.bank import Bank, Shelf, open_bank
from question_templates.dice import new_secret, paper_id
from question_templates.exam import Exam, candidates, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper, field_id
from question_templates.solution import Solution, write_solution
from submissions import FormField, blank_yaml_form
from submissions.store import write_atomic

__all__ = ["build_exam", "solutions_of"]

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

    Raises: RefusedInput, BrokenExam or BrokenFamily, each with every mistake and its place, before anything is
    written.
    """
    folder = ExamFolder(out)
    exam_text = _read(exam_file).decode("utf-8-sig")
    bank = open_bank(folder.bank) if folder.bank.is_dir() else open_bank(*banks)
    exam = read_exam(exam_text, bank, source=exam_file.name)
    students = read_roster(_read(roster_file), source=roster_file.name)
    _refuse_other_exam(folder, exam_text)
    _make_folders(folder)
    key = _secret(folder, secret)
    assignments = _assign(folder, students, spares, key)
    papers = []
    for done, assignment in enumerate(assignments, start=1):
        papers.append(_build_paper(folder, exam, bank, key, assignment.paper))
        progress(done, len(assignments))
    _copy_bank(folder, {shelf.family.id: shelf for slot in exam.slots for shelf in candidates(slot, bank)})
    for paper in papers:
        _write_solutions(folder, paper, bank)
    write_atomic(folder.exam, exam_text.encode())
    write_atomic(folder.assignments, assignments_csv(assignments).encode())
    write_atomic(folder.manifest, _manifest(folder, exam_text).encode())
    return folder


def solutions_of(paper: Paper, bank: Bank) -> dict[str, Solution]:
    """The worked solution of every item, by item number."""
    return {
        item.number: write_solution(bank.shelf(item.variant.family), item.variant, solve_item(item))
        for item in paper.items
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as cause:
        raise RefusedInput(f"{path}: can't be read ({cause.strerror}).") from cause


def _refuse_other_exam(folder: ExamFolder, exam_text: str) -> None:
    """Papers of an exam that has changed since would mix with new ones."""
    if folder.exam.is_file() and folder.exam.read_text(encoding="utf-8") != exam_text:
        raise RefusedInput(
            f"{folder.path}: holds papers of another version of this exam. Build the changed exam into another folder, "
            "or delete this one if none of its papers was handed out."
        )


def _make_folders(folder: ExamFolder) -> None:
    try:
        folder.students.mkdir(parents=True, exist_ok=True)
        folder.staff.mkdir(mode=0o700, exist_ok=True)
        os.chmod(folder.staff, 0o700)  # also where the folder was there already, or the umask is odd
        for inner in ("papers", "keys"):
            (folder.staff / inner).mkdir(exist_ok=True)
    except OSError as cause:
        raise RefusedInput(f"{folder.path}: can't be written ({cause.strerror}).") from cause


def _secret(folder: ExamFolder, given: bytes | None) -> bytes:
    if not folder.secret.is_file():
        write_atomic(folder.secret, (given or new_secret()).hex().encode() + b"\n")
    return bytes.fromhex(folder.secret.read_text(encoding="ascii").strip())


def _assign(
    folder: ExamFolder, students: tuple[Student, ...], spares: int, secret: bytes
) -> tuple[Assignment, ...]:
    """Papers that are assigned stay as they are; new students and further spares get papers of their own."""
    known = folder.read_assignments() if folder.assignments.is_file() else ()
    owners = {assignment.id for assignment in known}
    new = [
        Assignment(paper_id(secret, "student", student.id), student.id, student.name, student.email)
        for student in students
        if student.id not in owners
    ]
    extra = [Assignment(paper_id(secret, "spare", str(number))) for number in range(1, spares + 1)]
    taken = {assignment.paper for assignment in known}
    every = [*known, *(assignment for assignment in [*new, *extra] if assignment.paper not in taken)]
    if len({assignment.paper for assignment in every}) < len(every):
        raise RefusedInput("two papers would have the same id; delete staff/secret.hex and build again.")
    return tuple(sorted(every, key=lambda assignment: (not assignment.id, assignment.id, assignment.paper)))


def _build_paper(folder: ExamFolder, exam: Exam, bank: Bank, secret: bytes, paper_id: str) -> Paper:
    """The frozen paper if there is one, else a new draw; and what its student gets."""
    frozen = folder.paper(paper_id)
    if frozen.is_file():
        paper = Paper.from_text(frozen.read_text(encoding="utf-8"))
    else:
        paper = make_paper(exam, bank, secret=secret, paper_id=paper_id)
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
    return blank_yaml_form(paper.id, fields, title=paper.exam.title)


def _copy_bank(folder: ExamFolder, shelves: Mapping[str, Shelf]) -> None:
    """Copy every family a slot may draw from: this exam is completed and graded with what it was drawn from."""
    for shelf in shelves.values():
        target = folder.bank / shelf.family.id
        if target.resolve() != shelf.folder.resolve():
            shutil.copytree(shelf.folder, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    families = {family_id: shelf.family for family_id, shelf in sorted(shelves.items())}
    write_atomic(folder.families, families_json(families).encode())


def _write_solutions(folder: ExamFolder, paper: Paper, bank: Bank) -> None:
    answers = {}
    for item in paper.items:
        key = solve_item(item)
        answers[item.number] = {name: answer_text(answer) for name, answer in key.answers.items()}
    page = key_page(paper, solutions_of(paper, bank), answers)
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
