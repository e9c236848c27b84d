"""Which families a slot may draw from, why others may not, and which fields its questions can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from engine import EngineError
from question_templates.bank import Bank, Shelf
from question_templates.dice import Dice
from question_templates.drawing import draw, has_parameters, is_same
from question_templates.errors import BrokenExam
from question_templates.slot import Plain, Slot, Wanted
from question_templates.wording import write_question

__all__ = ["FieldList", "candidates", "field_lists", "near_matches", "offered_levels", "slot_mistakes"]

#: So many draws, admissible or not, show what a family can ask.
_N_SKETCHES = 60

#: Of every field its kind and its share of the question's points.
FieldList: TypeAlias = tuple[tuple[str, Fraction], ...]


def candidates(slot: Slot, bank: Bank) -> tuple[Shelf, ...]:
    """The families a slot may draw from; raises BrokenExam with the slot's place when it can't draw as it says."""
    for _, mistake in slot_mistakes(slot, bank):
        raise BrokenExam(f"{slot.place}: {mistake}")
    return _fitting(slot, bank)


def slot_mistakes(slot: Slot, bank: Bank) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with a slot for this bank: the path of the key in question, and a sentence."""
    unknown = list(_unknown_names(slot, bank))
    yield from unknown
    named = _named(slot, bank)
    if unknown or not named:
        return
    offered = {level for shelf in named for level in shelf.family.levels}
    missing = [level for level in slot.levels if level not in offered]
    if missing:
        are = "level is" if len(offered) == 1 else "levels are"
        told = f"the {are} {', '.join(map(str, sorted(offered)))}"
        yield ("level",), f"{slot.source} offers nothing at level {', '.join(map(str, missing))}; {told}."
        return
    if not _fitting(slot, bank):
        yield _why_none_fits(slot, [shelf for shelf in named if offered_levels(slot, shelf)])


def offered_levels(slot: Slot, shelf: Shelf) -> tuple[int, ...]:
    """The levels of a family that a slot may draw."""
    return tuple(level for level in shelf.family.levels if level in (slot.levels or (level,)))


def field_lists(slot: Slot, bank: Bank) -> tuple[FieldList, ...]:
    """Every list of fields that a question of this slot may have, as far as many draws show; sorted.

    A layout with fixed boxes needs exactly one. Raises: BrokenExam like `candidates`.
    """
    found = {
        sketch.fields
        for shelf in candidates(slot, bank)
        for sketch in _sketches(shelf, offered_levels(slot, shelf), slot.wanted.where)
        if slot.wanted.fields in ((), sketch.kinds)
    }
    return tuple(sorted(found))


def near_matches(name: str, known: list[str]) -> str:
    """`; did you mean 'x'?` for names like this one, else what there is."""
    near = get_close_matches(name, known, n=2, cutoff=0.7)
    if near:
        return f"; did you mean {' or '.join(map(repr, near))}?"
    return f"; there are {', '.join(known)}." if known else "; there is none."


def _unknown_names(slot: Slot, bank: Bank) -> Iterator[tuple[tuple[str | int, ...], str]]:
    families, topics = sorted(bank.shelves), sorted({shelf.family.topic for shelf in bank.shelves.values()})
    if slot.family and slot.family not in bank.shelves:
        yield ("family",), f"there is no family {slot.family!r}{near_matches(slot.family, families)}"
    if slot.topic and slot.topic not in topics:
        yield ("topic",), f"there is no topic {slot.topic!r}{near_matches(slot.topic, topics)}"
    for place, name in enumerate(slot.choose_from):
        if name not in bank.shelves:
            yield ("choose_from", place), f"there is no family {name!r}{near_matches(name, families)}"
        elif name in slot.choose_from[:place]:
            yield ("choose_from", place), f"{name!r} stands here a second time; keep one of the two."


def _named(slot: Slot, bank: Bank) -> tuple[Shelf, ...]:
    """The known families that a slot names, whatever they draw."""
    if slot.topic:
        return bank.choose_from(topic=slot.topic)
    ids = [slot.family] if slot.family else sorted(set(slot.choose_from))
    return tuple(bank.shelves[name] for name in ids if name in bank.shelves)


def _fitting(slot: Slot, bank: Bank) -> tuple[Shelf, ...]:
    return tuple(
        shelf
        for shelf in _named(slot, bank)
        if offered_levels(slot, shelf) and _gives(shelf, offered_levels(slot, shelf), slot.wanted)
    )


def _gives(shelf: Shelf, levels: tuple[int, ...], wanted: Wanted) -> bool:
    """Whether a family draws what is wanted, as far as many draws show."""
    if not wanted.where and not wanted.fields:
        return True
    if any(_refusal(shelf, name, value) for name, value in wanted.where):
        return False
    found = _sketches(shelf, levels, wanted.where)
    return any(wanted.fields in ((), sketch.kinds) for sketch in found)


def _refusal(shelf: Shelf, name: str, value: Plain) -> str:
    """Why a draw rule or a switch can't take a value; empty where it can, or where a generator decides."""
    rule = shelf.family.parameters.get(name)
    if name in shelf.family.switches:
        return "" if isinstance(value, bool) else "it is true or false"
    if rule is None:
        return ""
    if "chance" in rule:
        return "" if isinstance(value, bool) else "it is true or false"
    if "one_of" in rule:
        told = "it is one of " + ", ".join(map(str, rule["one_of"]))
        return "" if any(is_same(one, value) for one in rule["one_of"]) else told
    low, high = rule["integer"]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return "" if is_whole and low <= value <= high else f"it is a whole number from {low} to {high}"


def _why_none_fits(slot: Slot, named: list[Shelf]) -> tuple[tuple[str | int, ...], str]:
    """The first wish that no family grants: a parameter, its value, or the kinds of fields."""
    drawn = {shelf: _sketches(shelf, offered_levels(slot, shelf), ()) for shelf in named}
    names = sorted({name for found in drawn.values() for one in found for name in one.parameters} - {"level"})
    known = sorted({*names, *(switch for shelf in named for switch in shelf.family.switches)})
    for name, value in slot.wanted.where:
        if name not in known:
            return ("where", name), f"{slot.source} has no parameter {name!r}{near_matches(name, known)}"
        told = next((reason for shelf in named if (reason := _refusal(shelf, name, value))), "no draw has it")
        if not any(_gives(shelf, offered_levels(slot, shelf), Wanted(((name, value),))) for shelf in named):
            return ("where", name), f"{slot.source} never draws {name} = {value!r}: {told}."
    if not slot.wanted.fields or not any(
        _gives(shelf, offered_levels(slot, shelf), Wanted(slot.wanted.where)) for shelf in named
    ):
        return ("where",), f"{slot.source} never draws all of these together."
    asked = {one.kinds for shelf in named for one in _sketches(shelf, offered_levels(slot, shelf), slot.wanted.where)}
    can = " or ".join(f"[{', '.join(kinds)}]" for kinds in sorted(asked))
    return ("fields",), f"{slot.source} never asks for [{', '.join(slot.wanted.fields)}]; it asks for {can}."


@dataclass(frozen=True)
class _Sketch:
    """What one draw, admissible or not, is like."""

    parameters: Mapping[str, Any]
    fields: FieldList

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind, _ in self.fields)


@lru_cache(maxsize=256)
def _sketches(shelf: Shelf, levels: tuple[int, ...], where: tuple[tuple[str, Plain], ...]) -> tuple[_Sketch, ...]:
    """A fixed lot of draws that have the wanted parameters."""
    return tuple(
        sketch
        for level in levels
        for number in range(_N_SKETCHES)
        if (sketch := _sketch(shelf, Dice(f"sketch {level} {number}".encode()), level, where))
    )


def _sketch(shelf: Shelf, dice: Dice, level: int, where: tuple[tuple[str, Plain], ...]) -> _Sketch | None:
    try:
        variant = draw(shelf, dice, level=level, where=dict(where))
        if not has_parameters(variant, Wanted(where)):
            return None
        question = write_question(shelf, variant)
    except EngineError:  # a draw that can't be run, which is never issued either
        return None
    total = sum((asked.weight for asked in question.fields), Fraction(0))
    return _Sketch(variant.parameters, tuple((asked.kind, asked.weight / total) for asked in question.fields))
