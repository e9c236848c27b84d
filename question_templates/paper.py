"""A paper: the exam as one student sees it, frozen as JSON on the staff side.

What was shown never changes: a paper holds each variant with its listing and the rendered question. It holds
no answer; those are derived again whenever somebody grades.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from types import MappingProxyType
from typing import Any

from question_templates.deadline import NOTHING_DEDUCTED, LatePolicy, local_time
from question_templates.errors import BrokenPaper
from question_templates.question import Question
from question_templates.variant import Variant

__all__ = [
    "DEFAULT_POLICY",
    "PAPER_FORMAT",
    "ExamHead",
    "Item",
    "Paper",
    "Policy",
    "SectionHead",
    "field_id",
    "in_exam_order",
]

PAPER_FORMAT = "chainrule-paper/1"


def field_id(item_number: str, field_name: str) -> str:
    """How forms name a field: item `1`, field `trace` -> `1.trace`; item `2.1` -> `2.1.trace`."""
    return f"{item_number}.{field_name}"


def in_exam_order(slots: Iterable[str]) -> list[str]:
    """Slots by their numbers, each once: `1`, `2`, `10`; `1.1`, `1.2`, `2.1`."""

    def place(slot: str) -> tuple[tuple[int, str], ...]:
        return tuple((int(part), "") if part.isdecimal() else (0, part) for part in slot.split("."))

    return sorted(dict.fromkeys(slots), key=place)


@dataclass(frozen=True)
class Policy:
    """Shares of a field's points that are earned without being right.

    `follows` is for a response that is right given an earlier slip, `follows_in_traces` for such a cell of a
    trace, `other_valid_order` for a valid topological order in another convention than the asked one.
    """

    follows: Fraction = Fraction(1, 2)
    follows_in_traces: Fraction = Fraction(1)
    other_valid_order: Fraction = Fraction(1, 2)

    def to_json(self) -> dict[str, str]:
        return {
            "follows": str(self.follows),
            "follows_in_traces": str(self.follows_in_traces),
            "other_valid_order": str(self.other_valid_order),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Policy:
        return cls(**{share: Fraction(value) for share, value in stored.items()})


#: What an exam grants unless it says otherwise.
DEFAULT_POLICY = Policy()


@dataclass(frozen=True)
class SectionHead:
    """What stands above a section's questions; `instructions` are Markdown. Its points are the same on every paper."""

    title: str
    instructions: str = ""
    points: Fraction = Fraction(0)
    minutes: int = 0

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "points": str(self.points)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SectionHead:
        return cls(**{**stored, "points": Fraction(stored["points"])})


@dataclass(frozen=True)
class ExamHead:
    """What stands on top of every paper; `release` (`readable`, `verdict`, `full`): what feedback may say.

    `minutes` is the estimated time, `duration` the one that the instructor grants; 0 where nothing is said. `layout` is
    `flow` or `fixed` (every version's answer boxes at the same places), `paper_size` `a4` or `letter`, `language` a tag
    such as `en` or `de-CH`. Papers for practice come with solutions. `due` is None where nothing is said, and has no
    zone where the exam names none; `timezone` is the exam's own, by its name or as an offset. `sandbox` is the weakest
    level that programs may be run in (grader.sandbox), empty for the usual one.
    """

    title: str
    course: str = ""
    date: str = ""
    instructions: str = ""
    release: str = "readable"
    duration: int = 0
    minutes: int = 0
    sections: tuple[SectionHead, ...] = ()
    practice: bool = False
    layout: str = "flow"
    paper_size: str = "a4"
    language: str = "en"
    due: datetime | None = None
    timezone: str = ""
    late: LatePolicy = NOTHING_DEDUCTED
    sandbox: str = ""

    def in_its_zone(self, moment: datetime) -> datetime:
        """A moment that names no zone, as the clocks where the exam is sat mean it; unchanged if nobody says where.

        Raises: ValueError if this machine does not know the exam's zone.
        """
        return local_time(moment, self.timezone)

    @property
    def time(self) -> int:
        """The minutes to print: the granted ones, else the estimated ones."""
        return self.duration or self.minutes

    def to_json(self) -> dict[str, Any]:
        told = {
            **vars(self),
            "sections": [section.to_json() for section in self.sections],
            "due": self.due and self.due.isoformat(),
            "late": self.late.to_json(),
        }
        always = ("title", "course", "date", "instructions", "release")
        # The rest is written where it says something, so that a plain exam's papers stay what they were.
        return {key: value for key, value in told.items() if key in always or value != _PLAIN_HEAD[key]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ExamHead:
        sections = tuple(SectionHead.from_json(section) for section in stored.get("sections", ()))
        due = datetime.fromisoformat(stored["due"]) if "due" in stored else None
        late = LatePolicy.from_json(stored["late"]) if "late" in stored else NOTHING_DEDUCTED
        return cls(**{**stored, "sections": sections, "due": due, "late": late})


_PLAIN_HEAD = MappingProxyType({**vars(ExamHead("")), "sections": [], "late": NOTHING_DEDUCTED.to_json()})


@dataclass(frozen=True)
class Item:
    """One numbered question of a paper and what it is worth.

    `number` is what this paper prints. `slot` is the number that the exam's own order gives, by which papers are
    compared; the two differ where questions are shuffled. `section` counts the head's sections from 1, 0 is none.
    """

    number: str
    points: Fraction
    variant: Variant
    question: Question
    policy: Policy = DEFAULT_POLICY
    slot: str = ""
    section: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "slot", self.slot or self.number)

    def points_of(self, field_name: str) -> Fraction:
        """The points of one field: the item's points, divided by weight."""
        return self._points_a_weight * self.question.field(field_name).weight

    @cached_property
    def _points_a_weight(self) -> Fraction:
        return self.points / sum((field.weight for field in self.question.fields), Fraction(0))

    def to_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {
            "number": self.number,
            "points": str(self.points),
            "variant": self.variant.to_json(),
            "question": self.question.to_json(),
            "policy": self.policy.to_json(),
        }
        if self.slot != self.number:
            stored["slot"] = self.slot
        return {**stored, "section": self.section} if self.section else stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Item:
        return cls(
            number=stored["number"],
            points=Fraction(stored["points"]),
            variant=Variant.from_json(stored["variant"]),
            question=Question.from_json(stored["question"]),
            policy=Policy.from_json(stored["policy"]),
            slot=stored.get("slot", ""),
            section=stored.get("section", 0),
        )


@dataclass(frozen=True)
class Paper:
    """One exam paper; `id` (such as `K7QF-2MXP`) names it everywhere and says nothing about its owner."""

    id: str
    exam: ExamHead
    items: tuple[Item, ...]

    @property
    def points(self) -> Fraction:
        return sum((item.points for item in self.items), Fraction(0))

    def by_section(self) -> tuple[tuple[SectionHead | None, tuple[Item, ...]], ...]:
        """The items as they are printed, section by section; without sections there is one group, of head None."""
        groups = groupby(self.items, key=lambda item: item.section)
        return tuple((self.exam.sections[place - 1] if place else None, tuple(items)) for place, items in groups)

    def field_ids(self) -> tuple[str, ...]:
        """Every field of the paper, in order: `1.trace`, `1.x_grad`, `2.order`, ..."""
        return tuple(field_id(item.number, field.name) for item in self.items for field in item.question.fields)

    def to_text(self) -> str:
        """The paper as a JSON document, the same bytes for the same paper."""
        stored = {
            "format": PAPER_FORMAT,
            "id": self.id,
            "exam": self.exam.to_json(),
            "items": [item.to_json() for item in self.items],
        }
        return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Paper:
        """Read a paper back; raises BrokenPaper when the text is no paper of a format we know."""
        try:
            stored = json.loads(text)
        except ValueError as cause:
            raise BrokenPaper(f"a paper must be JSON: {cause}") from cause
        found = stored.get("format") if isinstance(stored, dict) else None
        if found != PAPER_FORMAT:
            raise BrokenPaper(f"a paper of format {found!r}; this version reads {PAPER_FORMAT!r}")
        try:
            items = tuple(Item.from_json(item) for item in stored["items"])
            paper = cls(stored["id"], ExamHead.from_json(stored["exam"]), items)
            paper.by_section()
            return paper
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, ZeroDivisionError) as cause:
            raise BrokenPaper(f"a paper with a part missing or malformed: {cause!r}") from cause
