"""What a grading run says about a class: who handed in what, how points are spread, where it was hard."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import PurePath

from chainrule.results.claims import claims_on_papers
from chainrule.results.class_record import (
    Bin,
    ClassSummary,
    MistakeCount,
    OpenAnswer,
    Owner,
    Spread,
    State,
    StudentResult,
    UngradedFile,
)
from chainrule.results.field_statistics import FieldStatistics, FieldTally
from chainrule.results.summary_text import summary_text
from grader import ClassResult, Grade, SetAside
from grader.batch import normal_paper_id
from grader.verdict import OPEN_OUTCOMES
from question_templates.paper import Paper

__all__ = [
    "Bin",
    "ClassSummary",
    "FieldStatistics",
    "MistakeCount",
    "OpenAnswer",
    "Owner",
    "Spread",
    "State",
    "StudentResult",
    "UngradedFile",
    "class_summary",
    "summary_text",
]

N_BINS = 10

Owners = Mapping[str, tuple[Owner, ...]]


def class_summary(papers: Mapping[str, Paper], result: ClassResult, owners: Owners) -> ClassSummary:
    """The summary of a grading run; `owners` by paper id, spare papers have none and a group's paper several.

    Papers and grades are gone through once, and none is kept.
    """
    claimed = claims_on_papers(result)
    students: list[StudentResult] = []
    open_answers: dict[str, list[OpenAnswer]] = {}
    fields, mistakes, title, out_of = FieldTally(), _MistakeTally(), "", Fraction(0)
    for paper_id, paper in papers.items():
        title, out_of = title or paper.exam.title, max(out_of, paper.points)
        mine, grade = owners.get(paper_id, ()), result.grades.get(paper_id)
        fields.add(paper, grade)
        if grade is not None:
            mistakes.add(grade)
            open_answers[paper_id] = list(_open_answers(grade, mine))
        if mine or grade is not None or paper_id in claimed:
            students.append(_student(paper, mine, grade, is_claimed=paper_id in claimed))
    students.sort(key=_by_name)
    points = [student.points for student in students if student.points is not None]
    # What adjustments leave; nobody knows it of papers that were not graded.
    out_of = max((student.out_of for student in students if student.points is not None), default=out_of)
    return ClassSummary(
        title=title,
        out_of=out_of,
        students=tuple(students),
        spread=_spread(points),
        bins=_bins(points, out_of),
        fields=fields.statistics(),
        mistakes=mistakes.counts(),
        open_answers=tuple(answer for student in students for answer in open_answers.get(student.paper, ())),
        set_aside=tuple(_ungraded(file, students, owners) for file in result.set_aside),
        n_papers=len(papers),
    )


def _student(paper: Paper, owners: tuple[Owner, ...], grade: Grade | None, *, is_claimed: bool) -> StudentResult:
    if grade is None:
        return StudentResult(paper.id, owners, "set aside" if is_claimed else "missing", None, paper.points)
    state: State = "complete" if grade.is_complete else "incomplete"
    late = grade.late.words if grade.late else ""
    return StudentResult(paper.id, owners, state, grade.points, grade.out_of, grade.open_fields, grade.source, late)


def _by_name(student: StudentResult) -> tuple[bool, str, str, str]:
    first = student.owners[0] if student.owners else Owner("", "")
    return (not student.owners, first.name.casefold(), first.id, student.paper)


def _spread(points: Sequence[Fraction]) -> Spread | None:
    if not points:
        return None
    ordered = sorted(points)
    at = [_quantile(ordered, Fraction(quarters, 4)) for quarters in range(5)]
    return Spread(sum(ordered, Fraction(0)) / len(ordered), *at)


def _quantile(ordered: Sequence[Fraction], part: Fraction) -> Fraction:
    """Linear interpolation; method 7 of Hyndman and Fan 1996, the one of spreadsheets and NumPy."""
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _bins(points: Iterable[Fraction], out_of: Fraction) -> tuple[Bin, ...]:
    if not out_of:
        return ()
    width = out_of / N_BINS
    found = Counter(min(int(earned / width), N_BINS - 1) for earned in points)
    return tuple(Bin(place * width, (place + 1) * width, found[place]) for place in range(N_BINS))


class _MistakeTally:
    """Known mistakes: on how many papers, in how many answers, in which fields."""

    def __init__(self) -> None:
        self._n_papers: Counter[str] = Counter()
        self._fields: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, grade: Grade) -> None:
        found = [(graded.verdict.mal_rule, graded.id) for graded in grade.fields if graded.verdict.mal_rule]
        self._n_papers.update({tag for tag, _ in found})
        for tag, field in found:
            self._fields[tag][field] += 1

    def counts(self) -> tuple[MistakeCount, ...]:
        """The most frequent first: by papers, since one habit shows in several answers of the same paper."""
        counts = [
            MistakeCount(tag, self._n_papers[tag], fields.total(), tuple(sorted(fields)))
            for tag, fields in self._fields.items()
        ]
        return tuple(sorted(counts, key=lambda count: (-count.n_papers, -count.n_answers, count.tag)))


def _open_answers(grade: Grade, owners: tuple[Owner, ...]) -> Iterator[OpenAnswer]:
    for graded in grade.fields:
        verdict = graded.verdict
        if verdict.outcome in OPEN_OUTCOMES:
            yield OpenAnswer(grade.paper, owners, graded.id, verdict.outcome, graded.response, verdict.reason)
    for name, text in grade.strays.items():
        yield OpenAnswer(grade.paper, owners, name, "unreadable", text, "The paper has no field of this name.")


def _ungraded(file: SetAside, students: Iterable[StudentResult], owners: Owners) -> UngradedFile:
    paper = normal_paper_id(file.paper) if file.paper else ""
    if paper in owners:
        return UngradedFile(file.source, file.reason, paper, owners[paper])
    called = _words(PurePath(file.source).stem)
    for student in students:
        for owner in student.owners:
            if student.state == "missing" and _is_part(_words(owner.id), called):
                return UngradedFile(file.source, file.reason, paper, (owner,))
    return UngradedFile(file.source, file.reason, paper)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


def _is_part(words: list[str], whole: list[str]) -> bool:
    n = len(words)
    return bool(words) and any(whole[start : start + n] == words for start in range(len(whole) - n + 1))
