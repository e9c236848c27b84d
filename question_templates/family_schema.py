"""What a family.yaml may say: the models that check it as a whole and that editors' schemas come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from engine.mistakes import MISTAKES
from question_templates.question import KINDS

__all__ = ["FamilyFile"]

Weight = Annotated[float, Field(gt=0, le=1000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DrawRule(_Part):
    """How one parameter is drawn; exactly one of the three."""

    integer: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    one_of: Annotated[list[Any], Field(min_length=1)] | None = None
    chance: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> DrawRule:
        given = self.model_dump(exclude_none=True)
        if len(given) != 1:
            raise ValueError("a draw rule is one of `integer: [low, high]`, `one_of: [...]` and `chance: 0.5`")
        if self.integer and self.integer[0] > self.integer[1]:
            raise ValueError(f"integer: the low end {self.integer[0]} is above the high end {self.integer[1]}")
        return self


class FieldModel(_Part):
    """One field, or one for each thing that a parameter lists."""

    name: str
    kind: str
    asks: str = ""
    prompt: str
    weight: Weight
    when: str = ""
    each: str = ""
    builds_on: list[str] = []
    example: str = ""
    options: Annotated[list[str], Field(min_length=2)] | str = []
    several: bool = False
    keep_order: bool = False
    fixed_last: Annotated[int, Field(ge=0, le=26)] = 0
    unit: Literal["", "bytes", "KB", "KiB", "MB", "MiB", "GB", "GiB", "TB", "TiB"] = ""
    rel_tol: Annotated[float, Field(ge=0, lt=1)] = 0.0
    any_valid: bool = False
    stated: str = ""

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"the kind {kind!r} is unknown; there are {', '.join(KINDS)}")
        return kind

    @model_validator(mode="after")
    def _options_of_choices(self) -> FieldModel:
        if (self.kind == "choice") != bool(self.options):
            raise ValueError(f"field {self.name!r}: `options` belong to the kind choice, which needs them")
        return self


class PatchModel(_Part):
    """What stands in the listing, and what a mistaken programmer writes instead."""

    old: str
    new: str


class MalRuleModel(_Part):
    """A known mistake: exactly one of rule, patch, reads, drop and times."""

    tag: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    feedback: Annotated[str, Field(min_length=1)]
    when: str = ""
    rule: str = ""
    patch: list[PatchModel] = []
    reads: dict[str, str] = {}
    drop: str = ""
    times: Annotated[str, Field(pattern=r"^([1-9][0-9]*(/[1-9][0-9]*)?)?$")] = ""

    @field_validator("rule")
    @classmethod
    def _known_rule(cls, rule: str) -> str:
        if rule and rule not in MISTAKES:
            raise ValueError(f"the rule {rule!r} is unknown; there are: {'; '.join(MISTAKES)}")
        return rule

    @model_validator(mode="after")
    def _exactly_one(self) -> MalRuleModel:
        given = [name for name in ("rule", "patch", "reads", "drop", "times") if getattr(self, name)]
        if len(given) != 1:
            told = " and ".join(given) or "none"
            raise ValueError(f"mal-rule {self.tag!r}: exactly one of rule, patch, reads, drop, times; found {told}")
        return self


class WorkedExampleModel(_Part):
    """Parameters, and the answers that a source gives for them."""

    source: str
    parameters: dict[str, Any]
    answers: dict[str, str]


class LimitsModel(_Part):
    """Which numbers are fit for pen and paper."""

    magnitude: Annotated[int, Field(gt=0)] = 1000
    whole: bool = True
    digits: Annotated[int, Field(gt=0)] = 12


class SizeModel(_Part):
    """An open size; formulas are measured at numbers from `low` to `high`."""

    means: str
    low: Annotated[int, Field(ge=1)] = 1
    high: Annotated[int, Field(ge=1)] = 4
    aliases: list[str] = []

    @model_validator(mode="after")
    def _low_below_high(self) -> SizeModel:
        if self.low > self.high:
            raise ValueError(f"low: {self.low} is above high: {self.high}")
        return self


class LedgerModel(_Part):
    """What the allocation ledger counts."""

    discard_after_use: bool = False
    frees_as_it_goes: bool = False
    count_leaves: bool = True
    leave_out: list[str] = []


class ProgramModel(_Part):
    """How the listing is run on open sizes, or at the numbers that the call says."""

    call: str
    sizes: dict[str, SizeModel] = {}
    given: list[str] = []
    ledger: LedgerModel | None = None


class FamilyFile(_Part):
    """A question family."""

    format: Literal["chainrule-family/1"]
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    version: str
    title: str
    topic: Name
    levels: Annotated[list[Annotated[int, Field(ge=1, le=3)]], Field(min_length=1)]
    minutes: Annotated[int, Field(gt=0)]
    goal: str
    key: Literal["derived", "stated"] = "derived"
    parameters: dict[Name, DrawRule] = {}
    switches: list[Name] = []
    program: ProgramModel | None = None
    fields: Annotated[list[FieldModel], Field(min_length=1)]
    limits: LimitsModel = LimitsModel()
    mal_rules: list[MalRuleModel] = []
    worked_examples: list[WorkedExampleModel] = []

    @model_validator(mode="after")
    def _known_builds_on(self) -> FamilyFile:
        for place, rule in enumerate(self.fields):
            earlier = {other.name for other in self.fields[:place]}
            for name in rule.builds_on:
                if name not in earlier:
                    raise ValueError(f"field {rule.name!r} builds on {name!r}, which is no earlier field")
        return self

    @model_validator(mode="after")
    def _keys_are_stated_or_derived(self) -> FamilyFile:
        for rule in self.fields:
            if self.key == "derived" and (rule.stated or not rule.asks):
                raise ValueError(f"field {rule.name!r} needs `asks`; a key is stated only where `key: stated` says so")
            if self.key == "stated" and (rule.asks or not (rule.stated or rule.kind == "text")):
                raise ValueError(f"field {rule.name!r} needs `stated`, its key, and no `asks`: there is no program")
        return self
