"""What a grading run says about a class: who handed in what, how points are spread, where it was hard."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import PurePath

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
from chainrule.results.field_statistics import FieldStatistics, field_statistics
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
    """The summary of a grading run; `owners` by paper id, spare papers have none and a group's paper several."""
    claimed = {normal_paper_id(file.paper) for file in result.set_aside if file.paper}
    students = tuple(
        _student(paper, owners.get(paper_id, ()), result.grades.get(paper_id), is_claimed=paper_id in claimed)
        for paper_id, paper in papers.items()
        if owners.get(paper_id) or paper_id in result.grades or paper_id in claimed
    )
    students = tuple(sorted(students, key=_by_name))
    points = [student.points for student in students if student.points is not None]
    out_of = max((paper.points for paper in papers.values()), default=Fraction(0))
    return ClassSummary(
        title=next((paper.exam.title for paper in papers.values()), ""),
        out_of=out_of,
        students=students,
        spread=_spread(points),
        bins=_bins(points, out_of),
        fields=field_statistics(papers, result.grades),
        mistakes=_mistakes(result.grades.values()),
        open_answers=tuple(_open_answers(students, result.grades)),
        set_aside=tuple(_ungraded(file, students, owners) for file in result.set_aside),
        n_papers=len(papers),
    )


def _student(paper: Paper, owners: tuple[Owner, ...], grade: Grade | None, *, is_claimed: bool) -> StudentResult:
    if grade is None:
        return StudentResult(paper.id, owners, "set aside" if is_claimed else "missing", None, paper.points)
    state: State = "complete" if grade.is_complete else "incomplete"
    return StudentResult(paper.id, owners, state, grade.points, grade.out_of, grade.open_fields, grade.source)


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


def _mistakes(grades: Iterable[Grade]) -> tuple[MistakeCount, ...]:
    """The most frequent first: by papers, since one habit shows in several answers of the same paper."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for grade in grades:
        for graded in grade.fields:
            if graded.verdict.mal_rule:
                places[graded.verdict.mal_rule].append((grade.paper, graded.id))
    counts = [
        MistakeCount(tag, len({paper for paper, _ in found}), len(found), tuple(sorted({name for _, name in found})))
        for tag, found in places.items()
    ]
    return tuple(sorted(counts, key=lambda count: (-count.n_papers, -count.n_answers, count.tag)))


def _open_answers(students: Iterable[StudentResult], grades: Mapping[str, Grade]) -> Iterable[OpenAnswer]:
    for student in students:
        for graded in grades[student.paper].fields if student.paper in grades else ():
            verdict = graded.verdict
            if verdict.outcome in OPEN_OUTCOMES:
                yield OpenAnswer(
                    student.paper, student.owners, graded.id, verdict.outcome, graded.response, verdict.reason
                )
        if student.paper in grades:
            for name, text in grades[student.paper].strays.items():
                reason = "The paper has no field of this name."
                yield OpenAnswer(student.paper, student.owners, name, "unreadable", text, reason)


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
