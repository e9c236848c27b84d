"""The exam's own copy of every family that it draws from: it is completed and graded with that copy."""

from __future__ import annotations

import shutil

from chainrule.exam_folder import ExamFolder, families_json
from question_templates.bank import Bank
from question_templates.exam import Exam, candidates
from submissions.store import write_atomic

__all__ = ["copy_bank"]


def copy_bank(folder: ExamFolder, exam: Exam, bank: Bank) -> None:
    """Copy the families that slots may draw from, each whole or not at all, and freeze what grading reads."""
    shelves = {shelf.family.id: shelf for slot in exam.slots for shelf in candidates(slot, bank)}
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
