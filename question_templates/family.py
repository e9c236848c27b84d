"""A question family as data: what its family.yaml says, in the form that grading reads back from JSON.

Reading the YAML is family_file.py's work; drawing, wording and solving have files of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from question_templates.errors import BrokenFamily

__all__ = ["Family", "FieldRule", "Limits", "MalRule", "WorkedExample", "applies"]


@dataclass(frozen=True)
class FieldRule:
    """How a family makes fields: `when` names a parameter that must be true, `each` one to repeat for.

    `name`, `asks`, `prompt` and `example` are templates; inside `each`, `it` is the repeated thing.
    """

    name: str
    kind: str
    asks: str
    prompt: str
    weight: str
    when: str = ""
    each: str = ""
    builds_on: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True)
class MalRule:
    """A known mistake: the engine's changed rule (a key of `MISTAKES`), and what to tell who makes it."""

    tag: str
    rule: str
    feedback: str
    when: str = ""


@dataclass(frozen=True)
class WorkedExample:
    """Parameters and answers from a source that is not `solve`: answers by field name, as text."""

    source: str
    parameters: Mapping[str, Any]
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Limits:
    """Which draws are admissible: no value or gradient is larger and, if so demanded, each is whole."""

    magnitude: int = 1000
    whole: bool = True


@dataclass(frozen=True)
class Family:
    """One family. `digest` is the hash of every file in its folder."""

    id: str
    version: str
    digest: str
    title: str
    topic: str
    levels: tuple[int, ...]
    minutes: int
    goal: str
    parameters: Mapping[str, Mapping[str, Any]]
    fields: tuple[FieldRule, ...]
    limits: Limits = Limits()
    mal_rules: tuple[MalRule, ...] = ()
    worked_examples: tuple[WorkedExample, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Family:
        plain = dict(stored)
        plain["levels"] = tuple(plain["levels"])
        plain["fields"] = tuple(
            FieldRule(**{**rule, "builds_on": tuple(rule["builds_on"])}) for rule in plain["fields"]
        )
        plain["limits"] = Limits(**plain["limits"])
        plain["mal_rules"] = tuple(MalRule(**rule) for rule in plain["mal_rules"])
        plain["worked_examples"] = tuple(WorkedExample(**example) for example in plain["worked_examples"])
        return cls(**plain)


def applies(when: str, parameters: Mapping[str, Any], *, family_id: str) -> bool:
    """Whether a rule's condition, the name of a parameter, holds; an empty condition always does.

    Raises: BrokenFamily when there is no such parameter, for a misspelt condition would silently never hold.
    """
    if when and when not in parameters:
        known = ", ".join(sorted(parameters))
        raise BrokenFamily(f"{family_id}/family.yaml: when: {when!r} is no parameter; there are {known}.")
    return not when or bool(parameters[when])
