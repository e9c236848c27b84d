"""The band of work that an exam's slot keeps to, so that no paper's variant is much easier than another's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from question_templates.bank import Shelf
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.work import features

__all__ = ["in_band", "usual_band"]

_N_PROBES = 40
_LEFT_OUT = 8  # of the probes, at either end


def in_band(found: Mapping[str, int], band: Mapping[str, tuple[int, int]]) -> bool:
    """Whether features of work are within a band, both ends included."""
    return all(least <= found[name] <= most for name, (least, most) in band.items())


def usual_band(shelf: Shelf, level: int | None) -> dict[str, tuple[int, int]]:
    """The middle three fifths of the work of what a family draws at a level, found from forty fixed draws."""
    return {"work": _middle(_Keyed(shelf), level)}


class _Keyed:
    """A shelf as a key of a cache: two with the same content are one."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def __hash__(self) -> int:
        return hash(self.shelf.family.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.shelf.family.digest == other.shelf.family.digest


@lru_cache(maxsize=256)
def _middle(keyed: _Keyed, level: int | None) -> tuple[int, int]:
    works = sorted(_work(keyed.shelf, level, number) for number in range(_N_PROBES))
    return works[_LEFT_OUT], works[-1 - _LEFT_OUT]


def _work(shelf: Shelf, level: int | None, number: int) -> int:
    made = issue(shelf, Dice(f"band {number}".encode()), level=level)
    return features(made.key, made.question)["work"]
