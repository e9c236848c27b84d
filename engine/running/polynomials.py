"""Sequences of sizes, and the polynomials through them: differences that vanish, and Newton's formula."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import comb, factorial, gcd
from typing import Any, Final

from engine.sizes import Size, as_size, rewritten, same

__all__ = ["CONFIRMED_BY", "foretold", "is_polynomial", "polynomial"]

CONFIRMED_BY: Final = 3


def is_polynomial(sequence: Sequence[Any]) -> bool:
    """Whether differences of one order vanish, so many of them as confirm it."""
    while len(sequence) > CONFIRMED_BY:
        sequence = _differences(sequence)
        if all(same(entry, 0) for entry in sequence):
            return True
    return False


def foretold(sequence: Sequence[Any], steps: int) -> Any:
    """What stands so many steps after the first entry, if the sequence is a polynomial."""
    value: Any = 0
    order = 0
    while sequence:
        value = value + sequence[0] * comb(steps, order)
        sequence, order = _differences(sequence), order + 1
    return value


def polynomial(sequence: Sequence[Any], x: Size, first: int, *, order: Sequence[str] = ()) -> Any:
    """The polynomial in x whose values from x = first on are the sequence; names of a product in the given order."""
    if all(entry is sequence[0] or same(entry, sequence[0]) for entry in sequence):
        return sequence[0]
    heads, rest = [], list(sequence)
    while rest and not all(same(entry, 0) for entry in rest):
        heads.append(rest[0])
        rest = _differences(rest)
    denominator = factorial(len(heads) - 1)
    numerator: Any = as_size(0)
    falling: Any = as_size(1)
    for place, head in enumerate(heads):  # the j-th head times (x - first) choose j
        numerator = numerator + head * (denominator // factorial(place)) * falling
        falling = falling * (x - first - place)
    common = gcd(denominator, *(coefficient for _, coefficient in numerator.form))
    return rewritten(numerator // common, order=order) // (denominator // common)


def _differences(sequence: Sequence[Any]) -> list[Any]:
    return [after - before for before, after in pairwise(sequence)]
