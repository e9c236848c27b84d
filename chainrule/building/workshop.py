"""Where papers are made: one by one or by several processes, always the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from chainrule.building.outputs import Outputs, key_files, student_files
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.wording import answer_text
from question_templates.bank import Bank, open_bank
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper
from question_templates.solution import solutions_of
from question_templates.solving import solve_item
from question_templates.work import features
from submissions.store import write_atomic

__all__ = ["MadePaper", "make_papers"]

_CHUNK = 8  # papers a process makes before it reports
_WORTH_A_POOL = 24  # starting a process takes as long as making some papers


@dataclass(frozen=True)
class MadePaper:
    """What the exam as a whole needs to know of a paper: features of work by item, answers by item and field."""

    id: str
    work: Mapping[str, Mapping[str, int]]
    answers: Mapping[str, Mapping[str, str]]


def make_papers(
    folder: ExamFolder, assignments: Sequence[Assignment], outputs: Outputs, *, jobs: int
) -> Iterator[MadePaper]:
    """Write every file of every paper, in the order of `assignments`; exam, secret and bank are in the folder."""
    if jobs == 1 or len(assignments) < _WORTH_A_POOL:
        yield from map(_Workshop.open(folder, outputs).make, assignments)
        return
    chunks = [assignments[start : start + _CHUNK] for start in range(0, len(assignments), _CHUNK)]
    # Spawned, not forked: a fork would copy whatever threads and locks the caller has.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_make_chunk, folder.path, chunk, outputs) for chunk in chunks]
        for made in waiting:
            yield from made.result()


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
    outputs: Outputs

    @classmethod
    def open(cls, folder: ExamFolder, outputs: Outputs) -> _Workshop:
        bank = open_bank(folder.bank)
        exam = read_exam(folder.exam.read_text(encoding="utf-8"), bank, source=folder.exam.name)
        return cls(folder, exam, bank, folder.read_secret(), outputs)

    def make(self, assignment: Assignment) -> MadePaper:
        paper = self._frozen(assignment.paper)
        keys = {item.number: solve_item(item, self.bank.families) for item in paper.items}
        answers = {
            number: {name: answer_text(answer) for name, answer in key.answers.items()} for number, key in keys.items()
        }
        solutions = solutions_of(paper, keys, self.bank)
        files = {
            **student_files(self.folder, paper, self.outputs),
            **key_files(self.folder, paper, solutions, answers, self.outputs),
        }
        for path, data in files.items():
            write_atomic(path, data)
        work = {item.number: features(keys[item.number], item.question) for item in paper.items}
        return MadePaper(paper.id, work, answers)

    def _frozen(self, paper_id: str) -> Paper:
        """The paper as it was drawn once, or a new draw: a paper that exists may have been handed out."""
        frozen = self.folder.paper(paper_id)
        if frozen.is_file():
            return Paper.from_text(frozen.read_text(encoding="utf-8"))
        paper = make_paper(self.exam, self.bank, secret=self.secret, paper_id=paper_id)
        write_atomic(frozen, paper.to_text().encode())
        return paper
