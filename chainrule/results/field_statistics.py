"""How each field of an exam went, over all papers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from chainrule.results.shared_names import Renamed, SharedNames
from grader import FieldGrade, Grade
from grader.verdict import OPEN_OUTCOMES, Outcome
from question_templates.paper import Paper, field_id, in_exam_order

__all__ = ["FieldStatistics", "FieldTally", "field_statistics"]


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


def field_statistics(papers: Mapping[str, Paper], grades: Mapping[str, Grade]) -> tuple[FieldStatistics, ...]:
    """The statistics of every field, in the exam's order of questions."""
    tally = FieldTally()
    for paper in papers.values():
        tally.add(paper, grades.get(paper.id))
    return tally.statistics()


class FieldTally:
    """Sums over papers, added one by one; what is kept does not grow with the class."""

    def __init__(self) -> None:
        self._slots: dict[str, _Slot] = defaultdict(_Slot)
        self._names = SharedNames()

    def add(self, paper: Paper, grade: Grade | None) -> None:
        """A paper, with its grade if it was graded: papers that nobody handed in say how fields are called."""
        self._names.add(paper)
        answers = {field.id: field for field in grade.fields} if grade else {}
        for item in paper.items:
            slot, asked = self._slots[item.slot], item.question.fields
            if answers:
                slot.titles.add(item.question.title)
                sums = slot.sums.setdefault((item.variant.family, tuple(field.name for field in asked)), {})
                for field in asked:
                    sums.setdefault(field.name, _Sums(field.kind)).add(answers[field_id(item.number, field.name)])

    def statistics(self) -> tuple[FieldStatistics, ...]:
        """The statistics of every field, in the exam's order of questions."""
        renamed, slots = self._names.renamed(), self._slots
        return tuple(found for name in in_exam_order(slots) for found in slots[name].statistics(name, renamed))


@dataclass
class _Sums:
    """What is counted of one field."""

    kind: str
    points: Fraction = Fraction(0)
    out_of: Fraction = Fraction(0)
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def add(self, answer: FieldGrade) -> None:
        outcome = answer.verdict.outcome
        self.outcomes[outcome] += 1
        if outcome not in OPEN_OUTCOMES:
            self.points += answer.points
            self.out_of += answer.out_of

    def add_all(self, others: _Sums) -> None:
        self.points += others.points
        self.out_of += others.out_of
        self.outcomes.update(others.outcomes)


@dataclass
class _Slot:
    """One question: `sums` by the family and the names of all fields that a paper asks, and there by field."""

    titles: set[str] = field(default_factory=set)
    sums: dict[tuple[str, tuple[str, ...]], dict[str, _Sums]] = field(default_factory=dict)

    def statistics(self, item: str, renamed: Renamed) -> Iterator[FieldStatistics]:
        order: list[str] = []
        by_name: dict[str, _Sums] = {}
        for (family, asked), sums in self.sums.items():
            shared = renamed.get((item, family), {})
            shown = {name: shared.get(name, name) for name in asked}
            # Not every paper asks for every field; the one with the most says in which order they stand.
            order = max(order, list(dict.fromkeys(shown.values())), key=len)
            for name, found in sums.items():
                by_name.setdefault(shown[name], _Sums(found.kind)).add_all(found)
        title = " / ".join(sorted(self.titles))
        for name in sorted(by_name, key=lambda name: order.index(name) if name in order else len(order)):
            found = by_name[name]
            mean = found.points / found.out_of if found.out_of else None
            yield FieldStatistics(item, title, name, found.kind, mean, MappingProxyType(dict(found.outcomes)))
