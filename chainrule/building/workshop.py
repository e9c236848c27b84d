"""Where papers are made: one by one or by several processes, always the same bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from chainrule.building.fixing import read_layout
from chainrule.building.outputs import Outputs, key_files, practice_files, student_files
from chainrule.building.processes import spawned
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.pdf.fixed import fits_in, refuse_unfit
from chainrule.pdf.fixed_layout import FixedLayout
from chainrule.wording import answer_texts
from question_templates.bank import Bank, open_bank
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper
from question_templates.solution import solutions_of
from question_templates.solving import solve_item
from question_templates.work import features
from submissions.store import write_atomic

__all__ = ["MadePaper", "make_papers"]

#: Papers that a process makes before it reports: every time it opens the bank anew, so not too few.
_LEAST_CHUNK, _MOST_CHUNK = 8, 64
_WORTH_A_POOL = 24  # starting a process takes as long as making some papers


@dataclass(frozen=True)
class MadePaper:
    """What the exam as a whole needs to know of a paper: by item its title, features of work, and answers by field."""

    id: str
    titles: Mapping[str, str]
    work: Mapping[str, Mapping[str, int]]
    answers: Mapping[str, Mapping[str, str]]


def make_papers(
    folder: ExamFolder, assignments: Sequence[Assignment], outputs: Outputs, *, jobs: int
) -> Iterator[MadePaper]:
    """Write every file of every paper, in the order of `assignments`; exam, secret and bank are in the folder.

    Raises: RefusedInput when a process of ours was stopped; what is made stays, and the build can be run again.
    """
    if jobs == 1 or len(assignments) < _WORTH_A_POOL:
        yield from map(_Workshop.open(folder, outputs).make, assignments)
        return
    with spawned(jobs, folder.path) as pool:
        for made in _in_order(pool, folder, assignments, outputs, jobs):
            yield from made


def _in_order(
    pool: ProcessPoolExecutor, folder: ExamFolder, assignments: Sequence[Assignment], outputs: Outputs, jobs: int
) -> Iterator[list[MadePaper]]:
    """Chunk by chunk; few are under way at a time, so that memory does not grow with the class."""
    size = min(max(ceil(len(assignments) / (4 * jobs)), _LEAST_CHUNK), _MOST_CHUNK)
    under_way: deque[Future[list[MadePaper]]] = deque()
    for start in range(0, len(assignments), size):
        under_way.append(pool.submit(_make_chunk, folder.path, assignments[start : start + size], outputs))
        if len(under_way) > 2 * jobs:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _make_chunk(path: Path, assignments: Sequence[Assignment], outputs: Outputs) -> list[MadePaper]:
    workshop = _Workshop.open(ExamFolder(path), outputs)
    return [workshop.make(assignment) for assignment in assignments]


@dataclass(frozen=True)
class _Workshop:
    """All that making a paper takes, read from the exam's own folder."""

    folder: ExamFolder
    exam: Exam
    bank: Bank
    secret: bytes
    template: str
    outputs: Outputs
    layout: FixedLayout | None

    @classmethod
    def open(cls, folder: ExamFolder, outputs: Outputs) -> _Workshop:
        bank = open_bank(folder.bank)
        exam = read_exam(folder.exam.read_text(encoding="utf-8"), bank, source=folder.exam.name)
        layout = read_layout(folder, exam) if exam.head.layout == "fixed" else None
        return cls(folder, exam, bank, folder.read_secret(), folder.read_template(), outputs, layout)

    def make(self, assignment: Assignment) -> MadePaper:
        paper = self._frozen(assignment.paper)
        keys = {item.number: solve_item(item, self.bank.families) for item in paper.items}
        answers = {number: answer_texts(key) for number, key in keys.items()}
        solutions = solutions_of(paper, keys, self.bank)
        files = student_files(
            self.folder,
            paper,
            self.outputs,
            paper_format=assignment.format,
            template=self.template,
            layout=self.layout,
        )
        if paper.exam.practice:
            files |= practice_files(self.folder, paper, solutions, answers, self.outputs)
        files |= key_files(self.folder, paper, solutions, answers, self.outputs)
        for path, data in files.items():
            write_atomic(path, data)
        work = {item.slot: features(keys[item.number], item.question) for item in paper.items}
        return MadePaper(paper.id, {item.number: item.question.title for item in paper.items}, work, answers)

    def _frozen(self, paper_id: str) -> Paper:
        """The paper as it was drawn once, or a new draw: a paper that exists may have been handed out."""
        frozen = self.folder.paper(paper_id)
        fits = fits_in(self.layout, self.exam, self.template) if self.layout else None
        if frozen.is_file():
            paper = Paper.from_text(frozen.read_text(encoding="utf-8"))
            if fits and self.outputs.pdf:
                refuse_unfit(paper, fits)
            return paper
        paper = make_paper(self.exam, self.bank, secret=self.secret, paper_id=paper_id, fits=fits)
        write_atomic(frozen, paper.to_text().encode())
        return paper
