"""Drawing a variant: parameters from dice, the listing from them, and the refusal of inadmissible draws."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from engine import ListingError
from question_templates.admitting import key_or_reason, unfit
from question_templates.answers import Key
from question_templates.asking import value_of
from question_templates.bank import Shelf
from question_templates.bank_code import load
from question_templates.dice import Dice
from question_templates.errors import BrokenFamily, NoAdmissibleDraw
from question_templates.lab import Lab
from question_templates.question import Question
from question_templates.slot import ANYTHING, Plain, Wanted
from question_templates.variant import Variant
from question_templates.wording import write_listing, write_program, write_question

__all__ = ["Issue", "Purpose", "draw", "has_parameters", "is_same", "issue", "purpose_of", "variant_from"]

#: A family that refuses so many draws in a row is broken; good families accept one in ten or better.
_ATTEMPTS = 500

#: Parameters that a slot wants may be rare; draws without them cost little, so many are tried.
_MOST_UNLIKE = 20_000

_NO_FIT = "its work is outside the band, or the paper has no place for it"

#: So many equal draws in a row show that a family has one variant.
_ENOUGH_TO_TELL = 30

Generator = Callable[[Dice, int, Mapping[str, Any]], Mapping[str, Any]]

#: What a variant is for: half of all variants are kept for exams, the other half for practice.
Purpose: TypeAlias = Literal["exam", "practice"]


@dataclass(frozen=True)
class Issue:
    """A variant that was found admissible, its question and key, and how many draws were refused for which reason.

    The key is for staff; a paper is made of the variant and the question alone.
    """

    variant: Variant
    question: Question
    key: Key
    refused: Mapping[str, int]


def issue(
    shelf: Shelf,
    dice: Dice,
    *,
    level: int | None = None,
    purpose: Purpose | None = None,
    wanted: Wanted = ANYTHING,
    fits: Callable[[Key, Question], bool] = lambda key, question: True,
) -> Issue:
    """The first admissible variant that the dice give, for a purpose if one is named, of the wanted parameters.

    `fits` is asked last, of admissible variants alone: an exam's band of work. Variants for another purpose are
    passed over and not counted as refused; a family with one variant alone serves every purpose.
    Raises: NoAdmissibleDraw with the count of reasons after 500 refused draws.
    """
    refused: Counter[str] = Counter()
    passed_over: list[Variant] = []
    n_unlike = 0
    while sum(refused.values()) + len(passed_over) < _ATTEMPTS and n_unlike < _MOST_UNLIKE:
        try:
            variant = draw(shelf, dice, level=level, where=dict(wanted.where))
        except ListingError as broken:  # a question that prints what a run shows has run it already
            refused[f"the program can't be run: {broken}"] += 1
            continue
        if not has_parameters(variant, wanted):
            n_unlike += 1
            continue
        if purpose and purpose_of(variant) != purpose and not _is_the_only_one(variant, passed_over):
            passed_over.append(variant)
            continue
        found = _admitted(shelf, variant, wanted)
        if not isinstance(found, str) and fits(found.key, found.question):
            return replace(found, refused=refused)
        refused[found if isinstance(found, str) else _NO_FIT] += 1
    raise NoAdmissibleDraw(f"{shelf.family.id}: {_why_none(refused, len(passed_over), n_unlike, purpose)}.")


def _why_none(refused: Counter[str], n_passed_over: int, n_unlike: int, purpose: Purpose | None) -> str:
    reasons = "; ".join(f"{reason}: {count}" for reason, count in refused.most_common())
    kept = f"; {n_passed_over} passed over, since they are not for {purpose}" if n_passed_over else ""
    unlike = f"; {n_unlike} without the wanted parameters" if n_unlike else ""
    return f"{sum(refused.values())} draws were refused ({reasons}){kept}{unlike}"


def has_parameters(variant: Variant, wanted: Wanted) -> bool:
    """Whether a variant has every wanted parameter, `true` being another thing than 1."""
    # A switch that is off is no parameter of the variant.
    return all(is_same(variant.parameters.get(name, False), value) for name, value in wanted.where)


def is_same(found: Any, value: Plain) -> bool:
    """Whether a parameter has a value that YAML wrote down, `true` being another thing than 1."""
    return isinstance(found, bool) == isinstance(value, bool) and bool(found == value)


def _admitted(shelf: Shelf, variant: Variant, wanted: Wanted) -> Issue | str:
    """An admissible variant with its question and key, or why it is not; a broken program refuses its draw alone."""
    try:
        reason = unfit(variant, shelf.family)
        if reason:
            return reason
        question = write_question(shelf, variant)
        if wanted.fields not in ((), question.kinds):
            return "its fields are others than the wanted ones"
        found = key_or_reason(variant, question, shelf.family)
    except ListingError as broken:
        return f"the program can't be run: {broken}"
    return found if isinstance(found, str) else Issue(variant, question, found, {})


def purpose_of(variant: Variant) -> Purpose:
    """Exam or practice, decided by what the student would read, so that no practice variant is ever an exam's."""
    told = json.dumps([variant.family, variant.listing, dict(variant.parameters)], sort_keys=True)
    return "practice" if hashlib.sha256(told.encode()).digest()[0] & 1 else "exam"


def _is_the_only_one(variant: Variant, passed_over: list[Variant]) -> bool:
    """Whether a family seems to have no other variant: many draws in a row gave this one."""
    return len(passed_over) >= _ENOUGH_TO_TELL and all(other == variant for other in passed_over)


def draw(
    shelf: Shelf, dice: Dice, *, level: int | None = None, where: Mapping[str, Plain] = MappingProxyType({})
) -> Variant:
    """One variant, admissible or not: the YAML's draw rules in order, then the family's generator if any.

    `where` puts values in the place of what the draw rules give, and turns switches on; what a generator draws is left
    to chance.
    """
    family = shelf.family
    level = dice.choice(family.levels) if level is None else level
    drawn: dict[str, Any] = {name: _draw_one(rule, dice) for name, rule in family.parameters.items()}
    drawn |= {name: value for name, value in where.items() if name in drawn}
    generator = _generator(shelf.folder)
    if generator:
        drawn.update(generator(dice, level, drawn))
    switched = {name: True for name in family.switches if where.get(name)}
    return variant_from(shelf, {"level": level, **drawn, **switched})


def variant_from(shelf: Shelf, parameters: Mapping[str, Any]) -> Variant:
    """The variant of given parameters, for instance a worked example's."""
    family = shelf.family
    listing, program = write_listing(shelf, parameters), write_program(shelf, parameters)
    variant = Variant(family.id, family.version, family.digest, dict(parameters), listing, program)
    if family.solver and hasattr(load(family.solver, f"{family.id}/solver.py"), "show"):
        # What a question prints of a run is made here, once: the text arm itself runs nothing.
        variant = replace(variant, shown=value_of("solver.show", Lab(variant), family))
    return variant


@lru_cache(maxsize=64)  # a folder is read once
def _generator(folder: Path) -> Generator | None:
    path = folder / "generator.py"
    if not path.is_file():
        return None
    place = f"{folder.parent.name}/{folder.name}/generator.py"
    drawer: Generator | None = getattr(load(path.read_text(encoding="utf-8"), place), "draw", None)
    if drawer is None:
        raise BrokenFamily(f"{place}: has no function 'draw(dice, level, drawn)'.")
    return drawer


def _draw_one(rule: Mapping[str, Any], dice: Dice) -> Any:
    if "integer" in rule:
        low, high = rule["integer"]
        return dice.integer(low, high)
    if "one_of" in rule:
        return dice.choice(rule["one_of"])
    return dice.chance(rule["chance"])
