"""The band of work that an exam's slot keeps to, so that no paper's variant is much easier than another's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from question_templates.bank import Shelf
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.slot import ANYTHING, Wanted
from question_templates.work import features

__all__ = ["in_band", "usual_band"]

_N_PROBES = 40
_LEFT_OUT = 8  # of the probes, at either end


def in_band(found: Mapping[str, int], band: Mapping[str, tuple[int, int]]) -> bool:
    """Whether features of work are within a band, both ends included."""
    return all(least <= found[name] <= most for name, (least, most) in band.items())


def usual_band(shelf: Shelf, level: int | None, wanted: Wanted = ANYTHING) -> dict[str, tuple[int, int]]:
    """The middle three fifths of the work of what a family draws at a level, found from forty fixed draws."""
    return {"work": _middle(shelf, level, wanted)}


@lru_cache(maxsize=256)
def _middle(shelf: Shelf, level: int | None, wanted: Wanted) -> tuple[int, int]:
    works = sorted(_work(shelf, level, wanted, number) for number in range(_N_PROBES))
    return works[_LEFT_OUT], works[-1 - _LEFT_OUT]


def _work(shelf: Shelf, level: int | None, wanted: Wanted, number: int) -> int:
    made = issue(shelf, Dice(f"band {number}".encode()), level=level, wanted=wanted)
    return features(made.key, made.question)["work"]
