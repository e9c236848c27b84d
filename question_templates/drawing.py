"""Drawing a variant: parameters from dice, the listing from them, and the refusal of inadmissible draws.

A draw is refused when a number is ugly, when relu sits at 0, or when a known mistake would give the right
answer.
"""

from __future__ import annotations

import importlib.machinery
import types
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import engine as ag
from engine.exact import Value
from question_templates.bank import Shelf
from question_templates.dice import Dice
from question_templates.errors import BrokenFamily, NoAdmissibleDraw
from question_templates.family import Family, Limits, MalRule
from question_templates.question import Question
from question_templates.solving import mistaken_runs, run_of
from question_templates.variant import Variant
from question_templates.wording import write_listing, write_question

__all__ = ["Issue", "draw", "inadmissible", "issue", "variant_from"]

#: A family that refuses so many draws in a row is broken; good families accept one in ten or better.
_ATTEMPTS = 500

Generator = Callable[[Dice, int, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Issue:
    """A variant that was found admissible, its question, and how many draws were refused for which reason."""

    variant: Variant
    question: Question
    refused: Mapping[str, int]


def issue(shelf: Shelf, dice: Dice, *, level: int | None = None) -> Issue:
    """The first admissible variant that the dice give.

    Raises: NoAdmissibleDraw with the count of reasons after 500 refused draws.
    """
    refused: Counter[str] = Counter()
    for _ in range(_ATTEMPTS):
        variant = draw(shelf, dice, level=level)
        reason = inadmissible(variant, shelf.family)
        if not reason:
            return Issue(variant, write_question(shelf, variant), refused)
        refused[reason] += 1
    reasons = "; ".join(f"{reason}: {count}" for reason, count in refused.most_common())
    raise NoAdmissibleDraw(f"{shelf.family.id}: {_ATTEMPTS} draws were refused ({reasons}).")


def draw(shelf: Shelf, dice: Dice, *, level: int | None = None) -> Variant:
    """One variant, admissible or not: the YAML's draw rules in order, then the family's generator if any."""
    level = dice.choice(shelf.family.levels) if level is None else level
    drawn: dict[str, Any] = {name: _draw_one(rule, dice) for name, rule in shelf.family.parameters.items()}
    generator = _generator(shelf.folder)
    if generator:
        drawn.update(generator(dice, level, drawn))
    return variant_from(shelf, {"level": level, **drawn})


def variant_from(shelf: Shelf, parameters: Mapping[str, Any]) -> Variant:
    """The variant of given parameters, for instance a worked example's."""
    family = shelf.family
    return Variant(family.id, family.version, family.digest, dict(parameters), write_listing(shelf, parameters))


def inadmissible(variant: Variant, family: Family) -> str:
    """Why a draw must not be issued; empty when it may."""
    try:
        run = run_of(variant.listing)
    except ag.ListingError as broken:
        if isinstance(broken.__cause__, ag.DomainError):
            return "the program leaves an operation's domain"
        raise
    return _ugly(run, family.limits) or next(_coincidences(run, mistaken_runs(variant, family)), "")


def _ugly(run: ag.Trace, limits: Limits) -> str:
    numbers = [*run.values.values(), *run.gradients.values()]
    if any(isinstance(number, float) for number in numbers):
        return "a number leaves the exact domain"
    if limits.whole and not all(_is_whole(number) for number in numbers):
        return "a number is not whole"
    if any(number > limits.magnitude or number < -limits.magnitude for number in numbers):
        return f"a number is larger than {limits.magnitude}"
    if any(node.op == "relu" and run.values[node.inputs[0]] == 0 for node in run.graph.nodes):
        return "relu sits at 0"
    return ""


def _is_whole(number: Value) -> bool:
    return isinstance(number, (int, Fraction)) and number.denominator == 1


def _coincidences(run: ag.Trace, mistaken: Iterable[tuple[MalRule, ag.Trace]]) -> Iterator[str]:
    """Mistakes that would earn full marks, or that can't be told apart, on this draw."""
    seen: list[Mapping[str, Value]] = []
    for rule, wrong in mistaken:
        if wrong.gradients == run.gradients:
            yield f"the mistake {rule.tag!r} gives the right answer"
        if wrong.gradients in seen:
            yield f"the mistake {rule.tag!r} looks like another one"
        seen.append(wrong.gradients)


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads Python without leaving compiled files beside it: a family's folder is copied and handed on."""

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Write nothing."""


@lru_cache(maxsize=64)  # trusted bank code, loaded once a folder
def _generator(folder: Path) -> Generator | None:
    path = folder / "generator.py"
    if not path.is_file():
        return None
    place = f"{folder.parent.name}/{folder.name}/generator.py"
    loader = _Loader(f"chainrule_family_{folder.name.replace('-', '_')}", str(path))
    module = types.ModuleType(loader.name)
    try:
        loader.exec_module(module)
        drawer: Generator = module.draw
    except Exception as cause:  # whatever an author's module raises while loading is the author's mistake
        raise BrokenFamily(f"{place}: {type(cause).__name__}: {cause}") from cause
    return drawer


def _draw_one(rule: Mapping[str, Any], dice: Dice) -> Any:
    if "integer" in rule:
        low, high = rule["integer"]
        return dice.integer(low, high)
    if "one_of" in rule:
        return dice.choice(rule["one_of"])
    return dice.chance(rule["chance"])
