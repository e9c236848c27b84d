"""What an exam.yaml may say: the models that check it key by key and that editors' schemas come from."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, field_validator, model_validator

from question_templates.deadline import read_time, zone_of
from question_templates.question import KINDS
from question_templates.work import FEATURES

__all__ = ["ExamFile", "LateModel", "PolicyModel", "SectionModel", "SlotModel", "Title"]

#: More questions than any paper has; a slip of the keyboard should not draw for hours.
MOST_QUESTIONS = 100

_SHUFFLED = ("questions", "choices")
_LEVELS = (1, 2, 3)
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of signs, line breaks
_TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")  # make what follows read another way


def _levels(told: Any) -> list[int]:
    """One level or a list of levels, as a list."""
    levels = told if isinstance(told, list) else [told]
    if not levels or any(isinstance(level, bool) or level not in _LEVELS for level in levels):
        raise ValueError(f"a level is 1, 2 or 3, or a list of them such as [1, 2] (found {told!r})")
    if len(set(levels)) < len(levels):
        raise ValueError(f"a level stands here twice (found {told!r})")
    return list(levels)


def _shuffled(told: Any) -> list[str]:
    """What is shuffled, as a list."""
    things = told if isinstance(told, list) else [told]
    if not things or any(thing not in _SHUFFLED for thing in things):
        raise ValueError(f"`questions`, `choices`, or a list of both can be shuffled (found {told!r})")
    return list(things)


def _one_line(told: str) -> str:
    """A text for one line of a page, without blanks around it: a form's notes end where their line does."""
    line = told.strip()
    if odd := next((sign for sign in line if _breaks_a_line(sign)), ""):
        raise ValueError(f"a sign that can't stand in one line of text, U+{ord(odd):04X} (found {told!r})")
    return line


def _breaks_a_line(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN or unicodedata.bidirectional(sign) in _TURNING


def _not_blank(told: str) -> str:
    if not told:
        raise ValueError("there are only blanks")
    return told


def _plain(told: Any) -> Any:
    if not isinstance(told, (bool, int, float, str)):
        raise ValueError("a parameter is held to true, false, a number or a text")
    return told


def _zone(told: str) -> str:
    zone_of(told)
    return told


Line = Annotated[str, AfterValidator(_one_line)]
Title = Annotated[str, Field(min_length=1), AfterValidator(_one_line), AfterValidator(_not_blank)]
Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(gt=0, le=10_000)]
Minutes = Annotated[float, Field(gt=0, le=1000)]
Level = {"type": "integer", "minimum": 1, "maximum": 3}
Levels = Annotated[
    Any, AfterValidator(_levels), WithJsonSchema({"anyOf": [Level, {"type": "array", "items": Level, "minItems": 1}]})
]
_SHUFFLED_SCHEMA = {"enum": list(_SHUFFLED)}
Shuffle = Annotated[
    Any,
    AfterValidator(_shuffled),
    WithJsonSchema({"anyOf": [_SHUFFLED_SCHEMA, {"type": "array", "items": _SHUFFLED_SCHEMA, "minItems": 1}]}),
]
PlainValue = Annotated[
    Any, AfterValidator(_plain), WithJsonSchema({"type": ["boolean", "integer", "number", "string"]})
]
#: Read as a time; kept as its author wrote it, since only with the exam's zone it is a moment.
Time = Annotated[str, AfterValidator(lambda told: read_time(told) and told)]
Zone = Annotated[str, AfterValidator(_zone)]


class _Part(BaseModel):
    """Keys that stand together; `example` shows some to whoever wrote something else in their place."""

    model_config = ConfigDict(extra="forbid", strict=True)
    example: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _has_keys(cls, told: Any) -> Any:
        if not isinstance(told, (dict, cls)):
            raise ValueError(f"this should have keys of its own, such as {cls.example} (found {told!r:.80})")
        return told


class PolicyModel(_Part):
    """Shares of points for answers that are not right."""

    example = "{follows: 0.5}"
    follows: Share | None = None
    follows_in_traces: Share | None = None
    other_valid_order: Share | None = None


class DeductModel(_Part):
    """What lateness costs: a share of the points for every hour or day that has begun."""

    example = "{share: 0.1, per: day}"
    share: Annotated[float, Field(gt=0, le=1)]
    per: Literal["hour", "day"]
    at_most: Share = 1.0


class LateModel(_Part):
    """What counts as late, and what it costs; without `deduct` it is only reported."""

    example = "{grace_minutes: 5, deduct: {share: 0.1, per: day}}"
    grace_minutes: Annotated[float, Field(ge=0, le=100_000)] = 0.0
    deduct: DeductModel | None = None


class SlotModel(_Part):
    """One question, or `count` of them: a family, any family of a topic, or any of several."""

    example = "{points: 4, topic: attention}"
    points: Points
    family: str = ""
    topic: str = ""
    choose_from: Annotated[list[str], Field(min_length=1)] | None = None
    level: Levels = None
    count: Annotated[int, Field(ge=1, le=MOST_QUESTIONS)] = 1
    minutes: Minutes | None = None
    fields: Annotated[list[str], Field(min_length=1)] | None = None
    where: dict[str, PlainValue] = {}
    policy: PolicyModel = PolicyModel()
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

    @field_validator("fields")
    @classmethod
    def _known_kinds(cls, kinds: list[str] | None) -> list[str] | None:
        for kind in kinds or ():
            if kind not in KINDS:
                raise ValueError(f"{kind!r} is no kind of answer; there are {', '.join(KINDS)}")
        return kinds

    @model_validator(mode="after")
    def _one_source(self) -> SlotModel:
        given = [name for name in ("family", "topic", "choose_from") if getattr(self, name)]
        if len(given) != 1:
            told = " and ".join(given) or "none of them"
            raise ValueError(f"a slot has one of `family`, `topic` and `choose_from` (found {told})")
        return self


class SectionModel(_Part):
    """Questions that stand together under a title."""

    example = "{title: Part A, slots: [...]}"
    title: Title
    instructions: str = ""
    slots: Annotated[list[SlotModel], Field(min_length=1)]


class ExamFile(_Part):
    """An exam: what every paper has in common, and the slots that the bank fills."""

    example = "{format: chainrule-exam/1, title: Midterm, slots: [...]}"
    format: Literal["chainrule-exam/1"]
    title: Title
    course: Line = ""
    date: Line = ""
    instructions: str = ""
    release: Literal["readable", "verdict", "full"] = "readable"
    due: Time | None = None
    timezone: Zone | None = None
    late: LateModel | None = None
    sandbox: Literal["full", "container", "files-by-uid", "practice"] | None = None
    duration: Annotated[int, Field(gt=0, le=10_000)] | None = None
    points_total: Points | None = None
    pace: Annotated[float, Field(ge=0.1, le=10)] = 1.0
    numbering: Literal["through", "parts"] = "through"
    shuffle: Shuffle = None
    practice: bool = False
    layout: Literal["flow", "fixed"] = "flow"
    paper_size: Literal["a4", "letter"] = "a4"
    template: Annotated[str, Field(pattern=r"^[^/\\]+\.typ$")] = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    policy: PolicyModel = PolicyModel()
    slots: Annotated[list[SlotModel], Field(min_length=1)] | None = None
    sections: Annotated[list[SectionModel], Field(min_length=1)] | None = None
