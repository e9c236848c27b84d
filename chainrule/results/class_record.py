"""What is known about a class after grading, as plain values: the types that a summary is made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from chainrule.results.field_statistics import FieldStatistics
from grader.choosing import Kind, Owner, kind_of
from grader.verdict import Outcome

__all__ = [
    "Bin",
    "ClassSummary",
    "MistakeCount",
    "OpenAnswer",
    "Owner",
    "Spread",
    "State",
    "StudentResult",
    "UngradedFile",
]

State: TypeAlias = Literal["complete", "incomplete", "set aside", "missing"]


@dataclass(frozen=True)
class StudentResult:
    """One paper and what came of it; `points` is None unless graded, and may rise while fields are open."""

    paper: str
    owners: tuple[Owner, ...]
    state: State
    points: Fraction | None
    out_of: Fraction
    open_fields: tuple[str, ...] = ()
    source: str = ""
    late: str = ""


@dataclass(frozen=True)
class Spread:
    """Mean and quartiles, the latter by linear interpolation between the two nearest points (inclusive)."""

    mean: Fraction
    lowest: Fraction
    lower_quartile: Fraction
    median: Fraction
    upper_quartile: Fraction
    highest: Fraction


@dataclass(frozen=True)
class Bin:
    """How many papers have `low` points or more and fewer than `high`; the last bin includes its `high`."""

    low: Fraction
    high: Fraction
    n_papers: int


@dataclass(frozen=True)
class MistakeCount:
    """A known mistake: on how many papers it was found, in how many answers, and in which fields."""

    tag: str
    n_papers: int
    n_answers: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class OpenAnswer:
    """An answer that waits for a person."""

    paper: str
    owners: tuple[Owner, ...]
    field: str
    outcome: Outcome
    response: str
    reason: str


@dataclass(frozen=True)
class UngradedFile:
    """What was set aside: a file, or a remark of the kinds that `grader.choosing` names.

    `owners` and `paper` are whose it may be, by its content or its name.
    """

    source: str
    reason: str
    paper: str = ""
    owners: tuple[Owner, ...] = ()

    @property
    def kind(self) -> Kind:
        return kind_of(self.source)


@dataclass(frozen=True)
class ClassSummary:
    """All that the terminal and the page for staff say about a class.

    `out_of` is what the paper is worth that is worth most, after adjustments; where nothing was graded, before them.
    `spread` is None when nothing was graded. `students` holds every paper that has an owner, and those spare
    papers that were handed in.
    """

    title: str
    out_of: Fraction
    students: tuple[StudentResult, ...]
    spread: Spread | None
    bins: tuple[Bin, ...]
    fields: tuple[FieldStatistics, ...]
    mistakes: tuple[MistakeCount, ...]
    open_answers: tuple[OpenAnswer, ...]
    set_aside: tuple[UngradedFile, ...]
    n_papers: int

    def count(self, *states: State) -> int:
        """How many papers are in one of these states."""
        return sum(student.state in states for student in self.students)

    @property
    def worths(self) -> tuple[Fraction, ...]:
        """What graded papers are worth: more than one value where a question was voided for some of them."""
        return tuple(sorted({student.out_of for student in self.students if student.points is not None}))

    @property
    def n_graded(self) -> int:
        return self.count("complete", "incomplete")
