"""Grading a class: every file of a folder is matched with its paper; what does not fit is set aside, never dropped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.grade import Grade
from grader.grading import grade
from question_templates.family import Family
from question_templates.paper import Paper
from submissions import Refusal, Submission

__all__ = ["ClassResult", "SetAside", "grade_class"]


@dataclass(frozen=True)
class SetAside:
    """A file that was not graded: why, and what somebody should do. `paper` is the paper it claims, if it does."""

    source: str
    reason: str
    paper: str = ""


@dataclass(frozen=True)
class ClassResult:
    """The grades by paper id, and the files that wait for a person."""

    grades: Mapping[str, Grade]
    set_aside: tuple[SetAside, ...]


def grade_class(
    papers: Mapping[str, Paper], handed_in: Iterable[Submission | Refusal], families: Mapping[str, Family]
) -> ClassResult:
    """Grade every readable submission that belongs to exactly one paper."""
    aside: list[SetAside] = []
    by_paper: dict[str, list[Submission]] = defaultdict(list)
    for read in handed_in:
        if isinstance(read, Refusal):
            aside.append(SetAside(read.source, str(read)))
            continue
        paper = papers.get(normal_paper_id(read.paper))
        problem = _mismatch(read, paper)
        if paper is None or problem:
            aside.append(SetAside(read.source, problem, read.paper))
        else:
            by_paper[paper.id].append(read)
    grades = {}
    for paper_id in sorted(by_paper):
        chosen, others = _choose(by_paper[paper_id])
        aside += others
        if chosen is not None:
            grades[paper_id] = grade(papers[paper_id], chosen, families)
    return ClassResult(grades, tuple(sorted(aside, key=lambda file: file.source)))


def normal_paper_id(written: str) -> str:
    """A paper id as somebody may have typed it (`k7qf 2mxp`), in its normal form."""
    letters = "".join(letter for letter in written.upper() if letter.isalnum())
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == 8 else written.strip()


def _mismatch(submission: Submission, paper: Paper | None) -> str:
    """Why a submission can't be graded against the paper it names; empty when it can."""
    if not submission.paper:
        return "The file names no paper. Find out whose it is, and add a line such as `paper: K7QF-2MXP`."
    if paper is None:
        return f"There is no paper {submission.paper!r} in this exam. Check the id, or whether it is another exam's."
    if not submission.responses:
        return f"It names paper {paper.id} but holds no answers where they belong: below `responses:`, indented."
    if not set(submission.responses) & set(paper.field_ids()):
        return f"None of its fields is on paper {paper.id}. Is this a form of another exam?"
    return ""


def _choose(files: list[Submission]) -> tuple[Submission | None, list[SetAside]]:
    """The submission to grade; several that differ are all set aside, since nothing says which one counts."""
    first = files[0]
    if all(dict(other.responses) == dict(first.responses) for other in files):
        note = f"The same answers as in {first.source}, which was graded."
        return first, [SetAside(other.source, note, other.paper) for other in files[1:]]
    names = ", ".join(file.source for file in files)
    reason = f"Paper {first.paper} was handed in more than once, with different answers: {names}. Keep one file."
    return None, [SetAside(file.source, reason, file.paper) for file in files]
