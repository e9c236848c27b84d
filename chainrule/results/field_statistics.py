"""How each field of an exam went, over all papers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from chainrule.results.shared_names import Renamed, SharedNames, shared_name
from grader import FieldGrade, Grade, Verdict
from grader.verdict import OPEN_OUTCOMES, Outcome
from question_templates.paper import Item, Paper, field_id, in_exam_order
from question_templates.question import Field

__all__ = ["FieldStatistics", "FieldTally", "field_statistics", "own_share", "own_verdict"]


def own_verdict(graded: FieldGrade) -> Verdict:
    """The verdict on an answer by itself; points that everybody gets, or nobody, say nothing of how a question went."""
    is_for_all = graded.verdict.outcome in ("voided", "credited")
    return graded.unadjusted if is_for_all and graded.unadjusted else graded.verdict


def own_share(graded: FieldGrade) -> Fraction | None:
    """What an answer earns by itself, from 0 to 1; None while a person has to look, and where it does not count."""
    verdict = own_verdict(graded)
    is_decided = graded.out_of > 0 and verdict.outcome not in OPEN_OUTCOMES
    return verdict.share if is_decided else None


@dataclass(frozen=True)
class FieldStatistics:
    """One field over all graded papers.

    `mean_share` is that of the report: of the field's points on each paper, over papers whose answers are decided; one
    that waits for a person is neither right nor wrong. It is None when nothing was decided.
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

    @property
    def mean_words(self) -> str:
        """`83%`; `open` where answers wait for a person and none is decided, `void` where none counts."""
        if self.mean_share is not None:
            return f"{round(100 * float(self.mean_share))}%"
        return "open" if any(self.outcomes.get(outcome) for outcome in OPEN_OUTCOMES) else "void"


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
                for name, kind, ids in _named(item):
                    sums.setdefault(name, _Sums(kind)).add([answers[one] for one in ids])

    def statistics(self) -> tuple[FieldStatistics, ...]:
        """The statistics of every field, in the exam's order of questions."""
        renamed, slots = self._names.renamed(), self._slots
        return tuple(found for name in in_exam_order(slots) for found in slots[name].statistics(name, renamed))


def _named(item: Item) -> Iterator[tuple[str, str, list[str]]]:
    """Name, kind and ids of each field, and of those that share a name with fields of other papers, under that name."""
    shared: dict[str, list[Field]] = defaultdict(list)
    for asked in item.question.fields:
        yield asked.name, asked.kind, [field_id(item.number, asked.name)]
        if name := shared_name(asked):
            shared[name].append(asked)
    for name, together in shared.items():
        yield name, together[0].kind, [field_id(item.number, asked.name) for asked in together]


@dataclass
class _Sums:
    """What is counted of one field: outcomes of answers, and the shares of papers on which something is decided."""

    kind: str
    shares: Fraction = Fraction(0)
    n_papers: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def add(self, answers: Iterable[FieldGrade]) -> None:
        """Add what one paper has of it."""
        earned = out_of = Fraction(0)
        for answer in answers:
            self.outcomes[answer.verdict.outcome] += 1
            share = own_share(answer)
            if share is not None:
                earned += share * answer.out_of
                out_of += answer.out_of
        if out_of:
            self.shares += earned / out_of
            self.n_papers += 1

    def add_all(self, others: _Sums) -> None:
        self.shares += others.shares
        self.n_papers += others.n_papers
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
            for name, found in {called: sums.get(called, sums[name]) for name, called in shown.items()}.items():
                by_name.setdefault(name, _Sums(found.kind)).add_all(found)
        title = " / ".join(sorted(self.titles))
        for name in sorted(by_name, key=lambda name: order.index(name) if name in order else len(order)):
            found = by_name[name]
            mean = found.shares / found.n_papers if found.n_papers else None
            yield FieldStatistics(item, title, name, found.kind, mean, MappingProxyType(dict(found.outcomes)))
