"""Reading a family's folder: family.yaml is checked as a whole, every mistake is reported with its place."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from engine.mistakes import MISTAKES
from question_templates import marked_yaml
from question_templates.errors import BrokenFamily
from question_templates.family import Family, FieldRule, Limits, MalRule, WorkedExample
from question_templates.question import KINDS

__all__ = ["family_digest", "read_family"]


Weight = Annotated[float, Field(gt=0, le=1000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _DrawRule(_Part):
    """How one parameter is drawn; exactly one of the three."""

    integer: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    one_of: Annotated[list[Any], Field(min_length=1)] | None = None
    chance: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> _DrawRule:
        given = self.model_dump(exclude_none=True)
        if len(given) != 1:
            raise ValueError("a draw rule is one of `integer: [low, high]`, `one_of: [...]` and `chance: 0.5`")
        if self.integer and self.integer[0] > self.integer[1]:
            raise ValueError(f"integer: the low end {self.integer[0]} is above the high end {self.integer[1]}")
        return self


class _FieldRule(_Part):
    name: str
    kind: str
    asks: str
    prompt: str
    weight: Weight
    when: str = ""
    each: str = ""
    builds_on: list[str] = []
    example: str = ""

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"the kind {kind!r} is unknown; there are {', '.join(KINDS)}")
        return kind


class _MalRule(_Part):
    tag: str
    rule: str
    feedback: str
    when: str = ""

    @field_validator("rule")
    @classmethod
    def _known_rule(cls, rule: str) -> str:
        if rule not in MISTAKES:
            raise ValueError(f"the rule {rule!r} is unknown; there are: {'; '.join(MISTAKES)}")
        return rule


class _WorkedExample(_Part):
    source: str
    parameters: dict[str, Any]
    answers: dict[str, str]


class _Limits(_Part):
    magnitude: Annotated[int, Field(gt=0)] = 1000
    whole: bool = True


class _FamilyFile(_Part):
    format: Literal["chainrule-family/1"]
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    version: str
    title: str
    topic: Name
    levels: Annotated[list[Annotated[int, Field(ge=1, le=3)]], Field(min_length=1)]
    minutes: Annotated[int, Field(gt=0)]
    goal: str
    parameters: dict[Name, _DrawRule] = {}
    fields: Annotated[list[_FieldRule], Field(min_length=1)]
    limits: _Limits = _Limits()
    mal_rules: list[_MalRule] = []
    worked_examples: list[_WorkedExample] = []

    @model_validator(mode="after")
    def _known_builds_on(self) -> _FamilyFile:
        for place, rule in enumerate(self.fields):
            earlier = {other.name for other in self.fields[:place]}
            for name in rule.builds_on:
                if name not in earlier:
                    raise ValueError(f"field {rule.name!r} builds on {name!r}, which is no earlier field")
        return self


def read_family(folder: Path) -> Family:
    """The family in `folder`.

    Raises: BrokenFamily with one line a mistake, `topic/name/family.yaml:14:9: what is wrong`.
    """
    source = "/".join((*folder.parts[-2:], "family.yaml"))
    try:
        text = (folder / "family.yaml").read_text(encoding="utf-8")
        read: _FamilyFile = marked_yaml.validate(_FamilyFile, text, source)
    except OSError as cause:
        raise BrokenFamily(f"{source}: can't be read: {cause.strerror}.") from cause
    except UnicodeDecodeError as cause:
        raise BrokenFamily(f"{source}: is not UTF-8 text (byte {cause.start}).") from cause
    except marked_yaml.Mistakes as cause:
        raise BrokenFamily(str(cause)) from cause
    missing = [name for name in ("question.md.j2", "solution.md.j2") if not (folder / name).is_file()]
    if missing:
        raise BrokenFamily(f"{source}: the folder lacks {' and '.join(missing)}.")
    return _family(read, family_digest(folder))


def _family(read: _FamilyFile, digest: str) -> Family:
    return Family(
        id=read.id,
        version=read.version,
        digest=digest,
        title=read.title,
        topic=read.topic,
        levels=tuple(read.levels),
        minutes=read.minutes,
        goal=read.goal.strip(),
        parameters={name: rule.model_dump(exclude_none=True) for name, rule in read.parameters.items()},
        fields=tuple(
            FieldRule(**{**rule.model_dump(), "weight": _share(rule.weight), "builds_on": tuple(rule.builds_on)})
            for rule in read.fields
        ),
        limits=Limits(**read.limits.model_dump()),
        mal_rules=tuple(MalRule(**rule.model_dump()) for rule in read.mal_rules),
        worked_examples=tuple(WorkedExample(**example.model_dump()) for example in read.worked_examples),
    )


def _share(weight: float) -> str:
    """A weight as the fraction that its decimal says, so that points divide exactly."""
    return str(Fraction(str(weight)))


def family_digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of the folder's files, in order; what Python compiled is left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
