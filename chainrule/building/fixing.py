"""The layout of an exam with fixed boxes: measured at the first build, frozen in staff/, and read from there later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from chainrule.building.processes import spawned
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.pdf.fixed import layout_of, refuse_other_layout, room_of
from chainrule.pdf.fixed_layout import FixedLayout, Room, layout_from_text
from chainrule.pdf.fixed_outline import outline_csv
from question_templates.bank import open_bank
from question_templates.exam import Exam
from question_templates.exam_file import read_exam
from submissions.store import write_atomic

__all__ = ["formats_note", "freeze_layout", "read_layout"]


def freeze_layout(folder: ExamFolder, exam: Exam, *, jobs: int, step: Callable[[], None]) -> None:
    """Measure every slot unless that was done, and write where boxes stand; exam and bank are in the folder.

    `step` is called for every slot that is measured. Raises: RefusedInput as `room_of` and `read_layout`.
    """
    if not folder.layout.is_file():
        rooms = []
        for room in _rooms(folder, len(exam.slots), jobs):
            rooms.append(room)
            step()
        layout = layout_of(exam, open_bank(folder.bank), folder.read_template(), rooms)
        write_atomic(folder.layout, layout.to_text().encode())
    write_atomic(folder.outline, outline_csv(read_layout(folder, exam).marks).encode())


def read_layout(folder: ExamFolder, exam: Exam) -> FixedLayout:
    """The frozen layout; raises RefusedInput when it can't be read, or is for another exam or compiler."""
    layout = layout_from_text(folder.layout.read_text(encoding="utf-8", errors="replace"), source=folder.layout.name)
    refuse_other_layout(layout, exam, source=folder.layout.name)
    return layout


def formats_note(assignments: Iterable[Assignment]) -> str:
    """Whose papers can't share the outline; empty when all do."""
    others = sorted({row.paper for row in assignments if row.format != "standard"})
    if not others:
        return ""
    told = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    return (
        f"In large print or for screen readers, so that their boxes stand elsewhere than outline.csv says: {told}. "
        "Type these in with `chainrule transcribe`."
    )


def _rooms(folder: ExamFolder, n_slots: int, jobs: int) -> Iterator[Room]:
    """The rooms of all slots, in the exam's order."""
    if jobs == 1:
        yield from (_room(folder.path, place) for place in range(n_slots))
        return
    with spawned(min(jobs, n_slots), folder.path) as pool:
        yield from pool.map(_room, [folder.path] * n_slots, range(n_slots))


def _room(path: Path, place: int) -> Room:
    folder = ExamFolder(path)
    bank = open_bank(folder.bank)
    exam = read_exam(folder.exam.read_text(encoding="utf-8"), bank, source=folder.exam.name)
    return room_of(exam, place, bank, folder.read_template())
