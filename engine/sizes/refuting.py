"""Refuting a claim about sizes by a few numbers: cheap, and it spares the search for a proof that cannot exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from engine.sizes.evaluation import compiled, inner_atoms
from engine.sizes.limits import SizeError
from engine.sizes.polynomial import Polynomial, Symbol

__all__ = ["is_refuted", "scattered"]

_N_TRIED, _N_KEPT = 600, 16  # numbers that are tried, and those kept that satisfy the facts


def is_refuted(goal: Polynomial, facts: tuple[Polynomial, ...]) -> bool:
    """Whether numbers are known at which every fact is >= 0 and the goal is not; False means unknown."""
    symbols = _symbols(goal, *facts)
    value = compiled(goal)
    return any(_at(value, point) < 0 for point in _points(symbols, facts))


def _symbols(*forms: Polynomial) -> tuple[Symbol, ...]:
    return tuple(sorted({atom for atom in inner_atoms(*forms) if isinstance(atom, Symbol)}))


@lru_cache(maxsize=256)  # many claims are held against the same facts
def _points(symbols: tuple[Symbol, ...], facts: tuple[Polynomial, ...]) -> tuple[Mapping[str, int], ...]:
    """Numbers of the symbols that keep all facts; the same ones every time."""
    checks = [compiled(fact) for fact in facts]
    found: list[Mapping[str, int]] = []
    for turn in range(_N_TRIED):
        point = {symbol.name: symbol.least + _step(turn, place) for place, symbol in enumerate(symbols)}
        if all(_at(check, point) >= 0 for check in checks):
            found.append(point)
        if len(found) == _N_KEPT:
            break
    return tuple(found)


def scattered(turn: int, place: int) -> int:
    """A large number without a pattern, the same one every time; from it come sizes at which formulas rarely agree."""
    return ((turn + 1) * 2654435761 ^ (place + 1) * 40503 * (turn + 7)) >> 7


def _step(turn: int, place: int) -> int:
    """How far a size lies above its least: little for most turns, now and then up to a few hundred."""
    number = scattered(turn, place)
    return number % (3, 9, 40, 400)[(number >> 12) % 4]


def _at(value: Callable[[Mapping[str, int]], int], point: Mapping[str, int]) -> int:
    """The value at a point; 0, which refutes nothing and breaks no fact, where there is none."""
    try:
        return value(point)
    except SizeError:
        return 0
