"""Grading a class: files are matched with papers, one counts for each, and people's decisions come on top. Pure.

What does not fit is set aside, never dropped. Papers that staff typed in count as handed in.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.adjustments import NO_ADJUSTMENTS, Adjustments
from grader.choosing import DECISION_ON, DECISIONS_ON, Entry, SetAside, choose
from grader.decisions import TypedIn, apply_decisions, await_typing, unfit
from grader.grade import Decision, Grade
from grader.grading import grade
from grader.lateness import Late
from question_templates.family import Family
from question_templates.paper import Paper
from submissions import Refusal, Submission

__all__ = ["ClassResult", "PeoplesWork", "SetAside", "entry_of", "grade_class", "normal_paper_id"]


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
    adjustments: Adjustments = NO_ADJUSTMENTS,
) -> ClassResult:
    """Grade every readable submission that belongs to exactly one paper; `decisions` are people's, on any paper."""
    by_people = PeoplesWork.of(typed_in, decisions)
    read = list(handed_in)
    entries = [entry_of(one, papers) for one in read]
    entries += by_people.entries(papers, entries)
    choice = choose(entries)
    texts = {one.source: one for one in [*read, *by_people.submissions] if isinstance(one, Submission)}
    aside = list(choice.set_aside)
    grades = {}
    for paper_id, entry in choice.chosen.items():
        found = grade(papers[paper_id], texts[entry.source], families, adjustments=adjustments)
        grades[paper_id], unfit_ones = by_people.finish(found, late=choice.late.get(paper_id))
        aside += unfit_ones
    aside += by_people.without_a_grade(grades)
    return ClassResult(grades, tuple(sorted(aside, key=lambda file: (file.source, file.reason))))


def entry_of(read: Submission | Refusal, papers: Mapping[str, Paper]) -> Entry:
    """What choosing needs of a file that was read: its paper, or why it can't be graded."""
    if isinstance(read, Refusal):
        return Entry(read.source, problem=str(read))
    paper = papers.get(normal_paper_id(read.paper))
    problem = _mismatch(read, paper)
    if paper is None or problem:
        return Entry(read.source, read.paper, problem)
    return Entry(read.source, paper.id, written=_written(read))


@dataclass(frozen=True)
class PeoplesWork:
    """Papers that staff typed in and decisions about answers, both by paper id."""

    typed_in: Mapping[str, TypedIn]
    decisions: Mapping[str, tuple[Decision, ...]]

    @classmethod
    def of(cls, typed_in: Iterable[TypedIn], decisions: Iterable[Decision]) -> PeoplesWork:
        typed = {one.submission.paper: one for one in typed_in}
        found: dict[str, list[Decision]] = defaultdict(list)
        for decision in (*decisions, *(decision for one in typed.values() for decision in one.decisions)):
            found[decision.paper].append(decision)
        return cls(typed, {paper: tuple(dict.fromkeys(mine)) for paper, mine in found.items()})

    @property
    def submissions(self) -> tuple[Submission, ...]:
        return tuple(one.submission for one in self.typed_in.values())

    def entries(self, papers: Mapping[str, Paper], handed_in: Iterable[Entry]) -> list[Entry]:
        """A typed paper counts as handed in; one with points alone only where nothing else was handed in."""
        others = {entry.paper for entry in handed_in if not entry.problem}
        typed = self.typed_in.values()
        wanted = (one for one in typed if one.has_responses or one.submission.paper not in others)
        return [self._entry(one, papers) for one in wanted]

    def _entry(self, one: TypedIn, papers: Mapping[str, Paper]) -> Entry:
        entry = entry_of(one.submission, papers)
        # Points alone are no answers, but the paper was handed in all the same.
        return entry if one.has_responses or entry.paper not in papers else replace(entry, problem="")

    def finish(self, found: Grade, *, late: Late | None = None) -> tuple[Grade, tuple[SetAside, ...]]:
        """The grade with lateness, what is still to be typed in and decisions on it; and decisions that do not fit."""
        typed = self.typed_in.get(found.paper)
        if typed is not None and typed.submission.source == found.source:
            found = await_typing(found, typed.untyped)
        mine = self.decisions.get(found.paper, ())
        return replace(apply_decisions(found, mine), late=late), tuple(_unfit(found, mine))

    def without_a_grade(self, graded: Iterable[str]) -> tuple[SetAside, ...]:
        """Decisions on papers of which nothing was graded."""
        known = set(graded)
        return tuple(_waits(paper, mine) for paper, mine in self.decisions.items() if paper not in known)


def _unfit(found: Grade, decisions: Sequence[Decision]) -> Iterator[SetAside]:
    for decision, reason in unfit(found, decisions):
        told = f"{reason[:1].upper()}{reason[1:]}"
        yield SetAside(f"{DECISION_ON}{decision.field} of {decision.paper}", told, decision.paper)


def _waits(paper_id: str, decisions: Sequence[Decision]) -> SetAside:
    fields = ", ".join(sorted({decision.field for decision in decisions}))
    reason = "No answers of this paper were graded; the decisions are kept for when there are."
    return SetAside(f"{DECISIONS_ON}{fields} of {paper_id}", reason, paper_id)


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


def _written(submission: Submission) -> str:
    """A digest of what stands in it: a blank left out and a blank line at an answer's end make no difference."""
    answers = {name: text.strip() for name, text in submission.responses.items() if text.strip()}
    stored = json.dumps(answers, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(stored.encode()).hexdigest()
