"""Light rows for statistics: one pass over papers and grades, and nothing heavy is kept.

Rows are in the order of paper ids, so that no statistic depends on the order in which grades were read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from chainrule.results.field_statistics import own_share, own_verdict
from chainrule.results.shared_names import Renamed, SharedNames
from grader import FieldGrade, Grade
from grader.verdict import Outcome, Verdict
from question_templates.paper import Item, Paper, field_id
from question_templates.question import Field
from question_templates.slot import Plain

__all__ = ["AnswerRow", "DrawnRow", "PaperRow", "Work", "gather"]

#: Features of work (`question_templates.work.features`) by paper id and slot.
Work = Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True)
class AnswerRow:
    """One answer; `name` is the field as all papers call it, `id` as this one does.

    `share` is what it earns by itself, from 0 to 1, without full points given to everybody; None while a person has to
    look, and where the field does not count because it was voided.
    """

    paper: str
    slot: str
    family: str
    name: str
    id: str
    kind: str
    outcome: Outcome
    share: float | None
    out_of: float
    counts: bool
    response: str
    verdict: Verdict


@dataclass(frozen=True)
class DrawnRow:
    """What a paper drew for a slot: family, title, and by name all that may tell its variant from another one."""

    slot: str
    family: str
    title: str
    features: Mapping[str, Plain]


@dataclass(frozen=True)
class PaperRow:
    """One graded paper: its points as they stand in the gradebook, its answers and what it drew."""

    paper: str
    points: Fraction
    out_of: Fraction
    is_complete: bool
    is_late: bool
    answers: tuple[AnswerRow, ...]
    drawn: Mapping[str, DrawnRow] = field(default_factory=dict)

    def share_of(self, slot: str) -> float | None:
        """The share of a slot's points, over its answers that are decided and count; None when there are none."""
        return share_of(answer for answer in self.answers if answer.slot == slot)


def share_of(answers: Iterable[AnswerRow]) -> float | None:
    """The share of what the decided answers are worth; None when none is decided."""
    earned = worth = 0.0
    for answer in answers:
        if answer.share is not None:
            earned += answer.share * answer.out_of
            worth += answer.out_of
    # Rounded, so that shares that are equal in exact arithmetic are equal here, whatever was added first.
    return round(earned / worth, 12) if worth else None


def gather(papers: Mapping[str, Paper], grades: Mapping[str, Grade], work: Work | None = None) -> tuple[PaperRow, ...]:
    """A row for every grade that belongs to one of the papers; grades are read once, one after the other."""
    rows: list[PaperRow] = []
    names = SharedNames()
    for paper_id, paper in papers.items():
        names.add(paper)
        grade = grades.get(paper_id)
        if grade is not None:
            rows.append(_paper_row(paper, grade, (work or {}).get(paper_id, {})))
    rows.sort(key=lambda row: row.paper)
    renamed = names.renamed()
    return tuple(_renamed(row, renamed) for row in rows)


def _paper_row(paper: Paper, grade: Grade, work: Mapping[str, Mapping[str, int]]) -> PaperRow:
    graded = {one.id: one for one in grade.fields}
    answers = tuple(
        _answer_row(paper, item, asked, graded[field_id(item.number, asked.name)])
        for item in paper.items
        for asked in item.question.fields
        if field_id(item.number, asked.name) in graded
    )
    drawn = {item.slot: _drawn_row(item, work.get(item.slot, {})) for item in paper.items}
    return PaperRow(paper.id, grade.points, grade.out_of, grade.is_complete, grade.late is not None, answers, drawn)


def _answer_row(paper: Paper, item: Item, asked: Field, graded: FieldGrade) -> AnswerRow:
    verdict, share = own_verdict(graded), own_share(graded)
    return AnswerRow(
        paper=paper.id,
        slot=item.slot,
        family=item.variant.family,
        name=asked.name,
        id=graded.id,
        kind=asked.kind,
        outcome=verdict.outcome,
        share=None if share is None else float(share),
        out_of=float(graded.out_of),
        counts=graded.out_of > 0,
        response=graded.response,
        verdict=graded.overruled or verdict,
    )


def _drawn_row(item: Item, work: Mapping[str, int]) -> DrawnRow:
    parameters = {
        name: value for name, value in item.variant.parameters.items() if isinstance(value, (bool, int, float, str))
    }
    lines = sum(bool(line.strip()) for line in item.question.listing.splitlines())
    seen = {"lines": lines, "fields": len(item.question.fields)}
    features = {**parameters, **{f"number of {name}": value for name, value in {**seen, **work}.items()}}
    return DrawnRow(item.slot, item.variant.family, item.question.title, features)


def _renamed(row: PaperRow, renamed: Renamed) -> PaperRow:
    shared = [renamed.get((answer.slot, answer.family), {}).get(answer.name, answer.name) for answer in row.answers]
    if all(name == answer.name for name, answer in zip(shared, row.answers, strict=True)):
        return row
    answers = zip(row.answers, shared, strict=True)
    return replace(row, answers=tuple(replace(answer, name=name) for answer, name in answers))
