"""One submission in an autograder: from who handed in and the files to results and notes for staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from chainrule.amount_words import amount, first_of
from chainrule.gradescope.answers import find_answers
from chainrule.gradescope.due_times import late_by
from chainrule.gradescope.metadata import BrokenMetadata, Metadata, read_metadata
from chainrule.gradescope.packed_exam import PackedExam, open_packed
from chainrule.gradescope.pending import NOT_GRADED, pending_results
from chainrule.gradescope.results_json import grade_results
from chainrule.gradescope.senders import UNKNOWN, Sender, paper_of_senders
from chainrule.programs import USUAL_SANDBOX, ask_for_programs, run_programs
from chainrule.review.grouping import is_outdated
from grader import Grade, apply_decisions, grade
from question_templates.paper import Paper
from submissions import Submission

__all__ = ["Autograded", "autograde"]


@dataclass(frozen=True)
class Autograded:
    """What goes into results.json, and what staff read in the output of the run."""

    results: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def autograde(exam: Path, submission: Path, metadata: bytes) -> Autograded:
    """Grade the files of a submission; what can't be graded comes back as results that wait for a person.

    Raises: whatever is our fault.
    """
    packed = open_packed(exam)
    try:
        known = read_metadata(metadata)
    except BrokenMetadata as broken:
        return Autograded(pending_results(NOT_GRADED), (str(broken),))
    sender = paper_of_senders(known.users, packed.owners)
    notes = (*sender.notes, *known.odd)
    if not sender.paper:
        return Autograded(pending_results(sender.problem), notes)
    paper = packed.folder.read_paper(sender.paper)
    answers = find_answers(submission, paper)
    if answers.submission is None or answers.problem:
        # Who is not known for sure is not told whose paper it might be.
        problem = answers.problem if sender.is_sure else UNKNOWN
        return _waiting(paper, answers.submission, problem, notes)
    graded, outdated = _graded(packed, paper, answers.submission, known)
    results = grade_results(graded, release=packed.release or paper.exam.release, remarks=answers.passed_over)
    return Autograded(results, (*notes, *_for_staff(graded, sender, known), *outdated))


def _graded(packed: PackedExam, paper: Paper, submission: Submission, known: Metadata) -> tuple[Grade, tuple[str, ...]]:
    """The grade, and what staff should know of decisions that were made on other answers than these."""
    families = packed.families()
    used = [families[item.variant.family] for item in paper.items if item.variant.family in families]
    demanded = (paper.exam.sandbox or USUAL_SANDBOX) if ask_for_programs(used) else ""
    with run_programs(demanded):
        found = grade(paper, submission, families, adjustments=packed.adjustments)
    mine = [kept for kept in packed.decisions if kept.decision.paper == paper.id]
    outdated = [kept.decision.field for kept in mine if is_outdated(kept, paper, found)]
    found = apply_decisions(found, [kept.decision for kept in mine if kept.decision.field not in outdated])
    late = late_by(paper.exam, packed.owners.due.get(paper.id, ()), known)
    told = f"Decided on other answers than these, and not taken over: {first_of(outdated)}."
    return replace(found, late=late), (told,) if outdated else ()


def _waiting(paper: Paper, submission: Submission | None, problem: str, notes: tuple[str, ...]) -> Autograded:
    origin = {"paper": paper.id, "submission": submission.digest if submission else ""}
    named = f" The file names paper {submission.paper!r}." if submission else ""
    told = f"The paper of this student is {paper.id}.{named} The student reads: {problem}"
    return Autograded(pending_results(problem, out_of=paper.points, origin=origin), (*notes, told))


def _for_staff(graded: Grade, sender: Sender, known: Metadata) -> Iterator[str]:
    """What staff should know of a grade: what is open, our faults, and points that do not fit the assignment's."""
    yield f"Paper {graded.paper}: {amount(graded.points)} of {amount(graded.out_of)} points."
    if not sender.is_sure:
        yield "The paper was found by the student's id, and the file names the same one."
    if graded.open_fields:
        yield f"These answers wait for a person: {', '.join(graded.open_fields)}."
    for fault in graded.faults:
        yield f"Our fault: {fault}"
    if known.created_at is None:
        yield "Nobody says when it was handed in, so nobody knows whether it is late."
    if known.total_points is not None and known.total_points != graded.out_of:
        yield _other_total(known.total_points, graded.out_of)


def _other_total(assigned: Fraction, out_of: Fraction) -> str:
    worth = amount(out_of)
    return f"The assignment is worth {amount(assigned)} points and the paper {worth}; set the assignment's to {worth}."
