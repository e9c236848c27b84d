"""A question family as data: what its family.yaml says, in the form that grading reads back from JSON.

Reading the YAML is family_file.py's work; drawing, wording and solving have files of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from question_templates.errors import BrokenFamily

__all__ = ["Family", "FieldRule", "Limits", "MalRule", "ProgramRule", "SizeRule", "WorkedExample", "applies"]


@dataclass(frozen=True)
class FieldRule:
    """How a family makes fields: `when` names a parameter that must be true, `each` one to repeat for.

    `name`, `asks`, `prompt` and `example` are templates; inside `each`, `it` is the repeated thing. `builds_on` has the
    names of earlier rules as they stand in family.yaml, and means every field that they made. A choice has
    `options`: texts (templates), or the name of a parameter that holds them; `several` may be right. An exam that
    shuffles options leaves them alone with `keep_order`, and the last `fixed_last` ones in any case. `unit` and
    `rel_tol` are those of a number, `any_valid` that of an order. `stated` is a static family's key.
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
    options: tuple[str, ...] | str = ()
    several: bool = False
    keep_order: bool = False
    fixed_last: int = 0
    unit: str = ""
    rel_tol: str = "0"
    any_valid: bool = False
    stated: str = ""


@dataclass(frozen=True)
class MalRule:
    """A known mistake, and what to tell who makes it: exactly one change of the engine's run or of how it is read.

    `rule`: a changed rule of the engine, a key of `MISTAKES`. `patch`: (old, new) pieces of the listing. `reads`: what
    is read instead, by field name, or `*` for every field. `drop`: a size that is forgotten as a factor. `times`: a
    factor that comes in. In `patch`, `reads` and `drop`, `{name}` stands for a parameter.
    """

    tag: str
    feedback: str
    when: str = ""
    rule: str = ""
    patch: tuple[tuple[str, str], ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)
    drop: str = ""
    times: str = ""


@dataclass(frozen=True)
class WorkedExample:
    """Parameters and answers from a source that is not `solve`: answers by field name, as text."""

    source: str
    parameters: Mapping[str, Any]
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Limits:
    """Which draws are admissible: no number is larger, each is whole if so demanded, none has more `digits`."""

    magnitude: int = 1000
    whole: bool = True
    digits: int = 12


@dataclass(frozen=True)
class SizeRule:
    """An open size: what it means, and the ends of the numbers at which formulas are measured."""

    means: str
    low: int = 1
    high: int = 4
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProgramRule:
    """How the listing is run; empty: it runs as it stands.

    Every text is a template, the names of the sizes too; a size whose name comes out empty is left out.
    """

    call: str = ""
    sizes: Mapping[str, SizeRule] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    ledger: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Family:
    """One family. `digest` is the hash of every file in its folder, `solver` the text of its solver.py.

    The key is `derived` by running the listing, or `stated` in family.yaml. `switches` are parameters that no dice turn
    on but an exam's slot may: what is asked besides, such as the graph to draw.
    """

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
    key: str = "derived"
    program: ProgramRule = ProgramRule()
    solver: str = ""
    switches: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Family:
        plain = dict(stored)
        plain["levels"] = tuple(plain["levels"])
        plain["switches"] = tuple(plain.get("switches", ()))
        plain["fields"] = tuple(_field_rule(rule) for rule in plain["fields"])
        plain["limits"] = Limits(**plain["limits"])
        plain["mal_rules"] = tuple(_mal_rule(rule) for rule in plain["mal_rules"])
        plain["worked_examples"] = tuple(WorkedExample(**example) for example in plain["worked_examples"])
        if "program" in plain:
            plain["program"] = _program_rule(plain["program"])
        return cls(**plain)


def _field_rule(stored: Mapping[str, Any]) -> FieldRule:
    options = stored.get("options", ())
    kept = options if isinstance(options, str) else tuple(options)
    return FieldRule(**{**stored, "builds_on": tuple(stored["builds_on"]), "options": kept})


def _mal_rule(stored: Mapping[str, Any]) -> MalRule:
    return MalRule(**{**stored, "patch": tuple((old, new) for old, new in stored.get("patch", ()))})


def _program_rule(stored: Mapping[str, Any]) -> ProgramRule:
    sizes = {name: SizeRule(**{**size, "aliases": tuple(size["aliases"])}) for name, size in stored["sizes"].items()}
    return ProgramRule(stored["call"], sizes, tuple(stored["given"]), stored["ledger"])


def applies(when: str, parameters: Mapping[str, Any], *, family_id: str) -> bool:
    """Whether a rule's condition, the name of a parameter, holds; an empty condition always does.

    Raises: BrokenFamily when there is no such parameter, for a misspelt condition would silently never hold.
    """
    if when and when not in parameters:
        known = ", ".join(sorted(parameters))
        raise BrokenFamily(f"{family_id}/family.yaml: when: {when!r} is no parameter; there are {known}.")
    return not when or bool(parameters[when])
