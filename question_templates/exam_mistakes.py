"""Mistakes of an exam.yaml that no single key shows: against the bank, and between keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from question_templates.bank import Bank
from question_templates.candidates import slot_mistakes
from question_templates.exam_schema import MOST_QUESTIONS
from question_templates.fixed_layout import why_not_fixed
from question_templates.marked_yaml import Path
from question_templates.slot import Slot

__all__ = ["mistakes_across"]

_Found = tuple[Path, str]


def mistakes_across(
    data: Mapping[str, Any], sound: Sequence[tuple[Path, Slot]], bank: Bank, places: Mapping[Path, str], source: str
) -> list[str]:
    """Every such mistake as `exam.yaml:9:5: what is wrong`; `data` may have mistakes of its own, `sound` slots none."""
    found = [*_of_parts(data), *_of_slots(data, sound, bank), *_of_totals(data, sound)]
    return [f"{_place(path, places, source)}: {told}" for path, told in found]


def _place(path: Path, places: Mapping[Path, str], source: str) -> str:
    while path and path not in places:
        path = path[:-1]
    return places.get(path, source)


def _of_parts(data: Mapping[str, Any]) -> Iterator[_Found]:
    if "slots" in data and "sections" in data:
        yield ("sections",), "slots stand either at the top or inside sections; move all of them to one of the two."
    if data and "slots" not in data and "sections" not in data:
        yield (), "there are neither `slots` nor `sections`, so there is nothing to ask."
    if data.get("numbering") == "parts" and "sections" not in data:
        yield ("numbering",), "numbering: parts numbers the questions of sections, and there are none."
    shuffle = data.get("shuffle")
    if data.get("layout") == "fixed" and "questions" in (shuffle if isinstance(shuffle, list) else [shuffle]):
        yield (
            ("shuffle",),
            "layout: fixed keeps every question at its place; shuffle choices alone, or choose layout: flow.",
        )


def _of_slots(data: Mapping[str, Any], sound: Sequence[tuple[Path, Slot]], bank: Bank) -> Iterator[_Found]:
    for path, slot in sound:
        mistakes = [((*path, *key), told) for key, told in slot_mistakes(slot, bank)]
        yield from mistakes
        if data.get("layout") == "fixed" and not mistakes:
            reason = why_not_fixed(slot, bank)
            if reason:
                yield path, reason


def _of_totals(data: Mapping[str, Any], sound: Sequence[tuple[Path, Slot]]) -> Iterator[_Found]:
    counts = [_count(data, path) for path, _ in sound]
    if sum(counts) > MOST_QUESTIONS:
        yield (), f"a paper would have {sum(counts)} questions; at most {MOST_QUESTIONS} are made."
    total = data.get("points_total")
    if not isinstance(total, (int, float)) or isinstance(total, bool) or len(sound) < _n_slots(data):
        return
    points = sum((slot.points * count for (_, slot), count in zip(sound, counts, strict=True)), Fraction(0))
    if points != Fraction(str(total)):
        yield ("points_total",), f"points_total: the questions are worth {_shown(points)} points, not {total}."


def _shown(points: Fraction) -> str:
    return f"{float(points):.4f}".rstrip("0").rstrip(".")


def _count(data: Any, path: Path) -> int:
    for key in path:
        data = data[key]
    count = data.get("count", 1)
    return count if isinstance(count, int) else 1


def _n_slots(data: Mapping[str, Any]) -> int:
    """How many slots are written down, sound or not."""
    lists = [data.get("slots")]
    sections = data.get("sections")
    lists += [one.get("slots") for one in sections if isinstance(one, dict)] if isinstance(sections, list) else []
    return sum(len(slots) for slots in lists if isinstance(slots, list))
