"""How each field of an exam went, over all papers.

Papers are drawn one by one, so the same field may have another name on another paper: one asks for `x.grad`
(field `x_grad`), the next one for `w.grad`. Where they differ like that, they count as one field, `*_grad`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from grader import FieldGrade, Grade
from grader.verdict import OPEN_OUTCOMES, Outcome
from question_templates.paper import Item, Paper, field_id, in_exam_order
from question_templates.question import Field

__all__ = ["FieldStatistics", "field_statistics"]


@dataclass(frozen=True)
class FieldStatistics:
    """One field over all graded papers.

    `mean_share` is over the answers that were decided: one that waits for a person is neither right nor
    wrong. It is None when nothing was decided.
    """

    item: str
    title: str
    name: str
    kind: str
    mean_share: Fraction | None
    outcomes: Mapping[Outcome, int]

    @property
    def id(self) -> str:
        return field_id(self.item, self.name)

    @property
    def n_answers(self) -> int:
        return sum(self.outcomes.values())


@dataclass
class _Found:
    """What was found about one question while going through the papers."""

    titles: set[str] = field(default_factory=set)
    order: list[str] = field(default_factory=list)
    answers: dict[str, list[FieldGrade]] = field(default_factory=dict)

    def place(self, name: str) -> int:
        """Where a field stands in the question; one that the longest list does not have stands last."""
        return self.order.index(name) if name in self.order else len(self.order)


def field_statistics(papers: Mapping[str, Paper], grades: Mapping[str, Grade]) -> tuple[FieldStatistics, ...]:
    """The statistics of every field, in the exam's order of questions."""
    graded = [(papers[paper_id], grade) for paper_id, grade in grades.items() if paper_id in papers]
    pooled = _pooled_items(papers.values())
    found: dict[str, _Found] = {}
    for paper, grade in graded:
        answers = {field.id: field for field in grade.fields}
        for item in paper.items:
            fields = found.setdefault(item.slot, _Found())
            fields.titles.add(item.question.title)
            names = [_shown_name(asked, is_pooled=item.slot in pooled) for asked in item.question.fields]
            # Not every paper asks for every field; the one with the most says in which order they stand.
            fields.order = max(fields.order, list(dict.fromkeys(names)), key=len)
            for name, asked in zip(names, item.question.fields, strict=True):
                fields.answers.setdefault(name, []).append(answers[field_id(item.number, asked.name)])
    return tuple(
        _statistics(slot, " / ".join(sorted(fields.titles)), name, fields.answers[name])
        for slot in in_exam_order(found)
        for fields in [found[slot]]
        for name in sorted(fields.answers, key=fields.place)
    )


def _statistics(item: str, title: str, name: str, answers: Sequence[FieldGrade]) -> FieldStatistics:
    outcomes = Counter(answer.verdict.outcome for answer in answers)
    decided = [answer for answer in answers if answer.verdict.outcome not in OPEN_OUTCOMES]
    worth = sum((answer.out_of for answer in decided), Fraction(0))
    mean = sum((answer.points for answer in decided), Fraction(0)) / worth if worth else None
    return FieldStatistics(item, title, name, answers[0].kind, mean, MappingProxyType(dict(outcomes)))


def _pooled_items(papers: Iterable[Paper]) -> set[str]:
    """Items whose fields are named for quantities that differ from paper to paper."""
    names: dict[str, set[frozenset[str]]] = defaultdict(set)
    for paper in papers:
        for item in paper.items:
            names[item.slot].add(_named_for_quantities(item))
    return {slot for slot, sets in names.items() if len(sets) > 1}


def _named_for_quantities(item: Item) -> frozenset[str]:
    return frozenset(field.name for field in item.question.fields if _quantity(field))


def _quantity(field: Field) -> str:
    """The quantity a field is named for: `x` when `x_grad` asks `x.grad`; empty when it is named for none."""
    name, dot, _ = field.asks.partition(".")
    return name if dot and field.name.startswith(f"{name}_") else ""


def _shown_name(field: Field, *, is_pooled: bool) -> str:
    quantity = _quantity(field) if is_pooled else ""
    return "*" + field.name[len(quantity) :] if quantity else field.name
