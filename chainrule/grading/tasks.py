"""What a process of a grading run does: it reads and grades one file, or writes the pages of one paper."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from chainrule.gradescope.results_json import results_json
from chainrule.grading.cells import Cell, submission_record
from chainrule.grading.grounds import Grounds
from chainrule.programs import run_programs
from chainrule.results.result_pages import feedback_text
from chainrule.wording import answer_texts
from grader import grade
from grader.batch import entry_of
from grader.grade import Grade
from grader.records import grade_from, grade_record
from question_templates.answers import Key
from question_templates.bank import Bank, open_bank
from question_templates.paper import Item, Paper, field_id
from question_templates.solving import solve_item
from question_templates.work import features
from submissions import Refusal, Submission, read_bytes
from submissions.handed_in import HandedIn

__all__ = ["ToGrade", "ToShow", "grading_with", "showing_with"]


@dataclass(frozen=True)
class ToGrade:
    """A file to grade as it was handed in, or its answers where they have been read before.

    A paper that staff typed in is graded also where nothing but points stands on it.
    """

    source: str
    digest: str
    content: HandedIn | Submission
    is_typed: bool = False


@contextmanager
def grading_with(grounds: Grounds) -> Iterator[Callable[[ToGrade], Cell]]:
    """The function that grades a file; what all files have in common is read once, after the sandbox is open."""
    with run_programs(grounds.sandbox):
        yield _grading(grounds)


def _grading(grounds: Grounds) -> Callable[[ToGrade], Cell]:
    papers, families, basis = grounds.papers(), grounds.families(), grounds.basis()

    def graded(task: ToGrade) -> Cell:
        read = _read(task.content) if isinstance(task.content, HandedIn) else task.content
        entry = entry_of(read, papers)
        if task.is_typed and entry.paper in papers:
            entry = replace(entry, problem="")
        stored = submission_record(read) if isinstance(read, Submission) else None
        if entry.problem or isinstance(read, Refusal):
            return Cell(entry, task.digest, submission=stored)
        keys: dict[str, Key] = {}

        def solve(item: Item) -> Key:
            keys[item.number] = solve_item(item, families)
            return keys[item.number]

        paper = papers[entry.paper]
        found = grade(paper, read, families, adjustments=grounds.adjustments, solve=solve)
        return Cell(entry, task.digest, basis(paper.id), stored, grade_record(found), _key_record(paper, keys))

    return graded


def _read(one: HandedIn) -> Submission | Refusal:
    """What was handed in, read; what was odd about where it lay is for staff, and not among its warnings."""
    content = one.content
    return content if isinstance(content, Refusal) else read_bytes(content, source=one.source)


def _key_record(paper: Paper, keys: dict[str, Key]) -> dict[str, Any]:
    """What reports say of a paper's keys: the answers as text by field id, and the work of each slot."""
    solved = [(item, keys[item.number]) for item in paper.items if item.number in keys]
    answers = {field_id(item.number, name): text for item, key in solved for name, text in answer_texts(key).items()}
    return {"answers": answers, "work": {item.slot: features(key, item.question) for item, key in solved}}


@dataclass(frozen=True)
class ToShow:
    """A paper whose files are to be written: its final grade as a record in JSON, and what students may see."""

    paper: str
    grade: str
    release: str


@contextmanager
def showing_with(grounds: Grounds) -> Iterator[Callable[[ToShow], dict[str, str]]]:
    """The function that writes one paper's files: our JSON, Gradescope's, and the feedback page; name -> text."""
    papers = grounds.papers()
    opened: list[Bank] = []

    def bank() -> Bank:
        if not opened:
            opened.append(open_bank(grounds.bank))
        return opened[0]

    def shown(task: ToShow) -> dict[str, str]:
        paper, found = papers[task.paper], grade_from(json.loads(task.grade))
        release = task.release or paper.exam.release
        return {
            f"grades/{paper.id}.json": _grade_text(found),
            f"gradescope/{paper.id}/results.json": results_json(found, release=release),
            f"feedback/{paper.id}.html": _feedback(paper, found, bank, release),
        }

    yield shown


def _grade_text(found: Grade) -> str:
    stored: dict[str, Any] = found.to_json()
    return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _feedback(paper: Paper, found: Grade, bank: Callable[[], Bank], release: str) -> str:
    return feedback_text(paper, found, bank() if release == "full" else None, release)
