"""Grading a class: every file of a folder is matched with its paper; what does not fit is set aside, never dropped.

Papers that staff typed in count as handed in, and people's decisions stand in place of verdicts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.decisions import TypedIn, apply_decisions, await_typing, unfit
from grader.grade import Decision, Grade
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
    papers: Mapping[str, Paper],
    handed_in: Iterable[Submission | Refusal],
    families: Mapping[str, Family],
    *,
    typed_in: Iterable[TypedIn] = (),
    decisions: Iterable[Decision] = (),
) -> ClassResult:
    """Grade every readable submission that belongs to exactly one paper; `decisions` are people's, on any paper."""
    aside: list[SetAside] = []
    by_paper: dict[str, list[Submission]] = defaultdict(list)
    typed = {one.submission.paper: one for one in typed_in}
    for read in handed_in:
        _sort_in(read, papers, by_paper, aside)
    for one in typed.values():
        _sort_in_typed(one, papers, by_paper, aside)
    decided = _by_paper([*decisions, *(decision for one in typed.values() for decision in one.decisions)])
    grades = {}
    for paper_id in sorted(by_paper):
        chosen, others = _choose(by_paper[paper_id])
        aside += others
        if chosen is not None:
            found = grade(papers[paper_id], chosen, families)
            if paper_id in typed and typed[paper_id].submission is chosen:
                found = await_typing(found, typed[paper_id].untyped)
            aside += _unfit(found, decided.get(paper_id, ()))
            grades[paper_id] = apply_decisions(found, decided.pop(paper_id, ()))
    aside += _without_a_grade(decided)
    return ClassResult(grades, tuple(sorted(aside, key=lambda file: file.source)))


def _sort_in(
    read: Submission | Refusal,
    papers: Mapping[str, Paper],
    by_paper: dict[str, list[Submission]],
    aside: list[SetAside],
) -> None:
    """Put what was handed in to its paper, or aside."""
    if isinstance(read, Refusal):
        aside.append(SetAside(read.source, str(read)))
        return
    paper = papers.get(normal_paper_id(read.paper))
    problem = _mismatch(read, paper)
    if paper is None or problem:
        aside.append(SetAside(read.source, problem, read.paper))
    else:
        by_paper[paper.id].append(read)


def _sort_in_typed(
    one: TypedIn, papers: Mapping[str, Paper], by_paper: dict[str, list[Submission]], aside: list[SetAside]
) -> None:
    """A typed paper counts as handed in; one with points alone only where nothing else was handed in."""
    paper_id = one.submission.paper
    if one.has_responses or paper_id not in papers:
        _sort_in(one.submission, papers, by_paper, aside)
    elif not by_paper[paper_id]:
        by_paper[paper_id].append(one.submission)


def _by_paper(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        found[decision.paper].append(decision)
    return dict(found)


def _unfit(found: Grade, decisions: Sequence[Decision]) -> Iterator[SetAside]:
    for decision, reason in unfit(found, decisions):
        told = f"{reason[:1].upper()}{reason[1:]}"
        yield SetAside(f"decision on {decision.field} of {decision.paper}", told, decision.paper)


def _without_a_grade(decided: Mapping[str, Sequence[Decision]]) -> Iterator[SetAside]:
    for paper_id, decisions in decided.items():
        fields = ", ".join(sorted({decision.field for decision in decisions}))
        reason = "No answers of this paper were graded; the decisions are kept for when there are."
        yield SetAside(f"decisions on {fields} of {paper_id}", reason, paper_id)


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
    if all(_written(other) == _written(first) for other in files):
        note = f"The same answers as in {first.source}, which was graded."
        return first, [SetAside(other.source, note, other.paper) for other in files[1:]]
    names = ", ".join(file.source for file in files)
    reason = f"Paper {first.paper} was handed in more than once, with different answers: {names}. Keep one file."
    return None, [SetAside(file.source, reason, file.paper) for file in files]


def _written(submission: Submission) -> dict[str, str]:
    """What stands in it, so that a blank left out and a blank line at an answer's end make no difference."""
    return {name: text.strip() for name, text in submission.responses.items() if text.strip()}
