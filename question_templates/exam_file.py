"""Reading exam.yaml: checked as a whole, against the bank too, with every mistake at its place."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from question_templates import marked_yaml
from question_templates.bank import Bank
from question_templates.errors import BrokenExam
from question_templates.exam import Exam, Slot, candidates
from question_templates.paper import DEFAULT_POLICY, ExamHead, Policy
from question_templates.work import FEATURES

__all__ = ["read_exam"]

Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(gt=0, le=10_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Policy(_Part):
    follows: Share | None = None
    follows_in_traces: Share | None = None
    other_valid_order: Share | None = None

    def over(self, base: Policy) -> Policy:
        """`base` with the shares that are given here."""
        given = {share: Fraction(str(value)) for share, value in self.model_dump(exclude_none=True).items()}
        return Policy(**{**vars(base), **given})


class _Slot(_Part):
    points: Points
    family: str = ""
    topic: str = ""
    level: Annotated[int, Field(ge=1, le=3)] | None = None
    policy: _Policy = _Policy()
    band: dict[str, Annotated[list[int], Field(min_length=2, max_length=2)]] = {}

    @field_validator("band")
    @classmethod
    def _known_features(cls, band: dict[str, list[int]]) -> dict[str, list[int]]:
        for name, (least, most) in band.items():
            if name not in FEATURES:
                raise ValueError(f"band: {name!r} is no feature of work; there are {', '.join(FEATURES)}")
            if least > most:
                raise ValueError(f"band: {name}: the least, {least}, is above the most, {most}")
        return band

    @model_validator(mode="after")
    def _family_or_topic(self) -> _Slot:
        if bool(self.family) == bool(self.topic):
            raise ValueError("a slot names either a family or a topic")
        return self


class _ExamFile(_Part):
    format: Literal["chainrule-exam/1"]
    title: str
    course: str = ""
    date: str = ""
    instructions: str = ""
    release: Literal["readable", "verdict", "full"] = "readable"
    policy: _Policy = _Policy()
    slots: Annotated[list[_Slot], Field(min_length=1)]


def read_exam(text: str, bank: Bank, *, source: str = "exam.yaml") -> Exam:
    """The exam that a YAML text describes.

    Raises: BrokenExam with one line a mistake, `exam.yaml:9:5: what is wrong`.
    """
    try:
        read: _ExamFile = marked_yaml.validate(_ExamFile, text, source)
        _, places = marked_yaml.parse(text, source)
    except marked_yaml.Mistakes as cause:
        raise BrokenExam(str(cause)) from cause
    head = ExamHead(read.title, read.course, read.date, read.instructions.strip(), read.release)
    base = read.policy.over(DEFAULT_POLICY)
    slots = tuple(_slot(slot, base, places["slots", number]) for number, slot in enumerate(read.slots))
    _check_candidates(slots, bank)
    return Exam(head, slots)


def _slot(read: _Slot, base: Policy, place: str) -> Slot:
    points = Fraction(str(read.points))
    band = {name: (least, most) for name, (least, most) in read.band.items()}
    return Slot(points, read.family, read.topic, read.level, read.policy.over(base), place, band)


def _check_candidates(slots: tuple[Slot, ...], bank: Bank) -> None:
    mistakes = []
    for slot in slots:
        try:
            candidates(slot, bank)
        except BrokenExam as broken:
            mistakes.append(str(broken))
    if mistakes:
        raise BrokenExam("\n".join(mistakes))
