"""Arguments for a function to write: made of choices, so that they can be listed by size, drawn, and made smaller.

A *maker* takes `Picks` and returns the arguments of one call. Each pick is a whole number from 0, and 0 is the simplest
choice; so the choices alone are the input, their sum is its size, and no choice depends on the version of any library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from question_templates.dice import Dice

__all__ = ["Choices", "Input", "Maker", "Picks", "drawn", "made_by", "size_of", "smaller", "smallest"]

T = TypeVar("T")
Choices: TypeAlias = tuple[int, ...]

#: Numbers of arrays, simplest first: zero, one, signs, magnitudes, halves.
_NUMBERS: Final = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, -0.5, -3.0, 1.5, -1.5, 0.25, 4.0, -4.0)
_WHOLE_NUMBERS: Final = (0, 1, -1, 2, -2, 3, -3, 4, -4, 5)
#: Sizes of which no input exists are passed over; so many in a row end a list.
_EMPTY_SIZES: Final = 8


class Picks:
    """The choices that make one input; `choose(count)` gives each one, from 0 to count - 1."""

    def __init__(self, choose: Callable[[int], int]) -> None:
        self._choose = choose
        self.made: list[int] = []
        self.counts: list[int] = []

    def pick(self, count: int) -> int:
        """A whole number from 0 to count - 1; 0 is the simplest."""
        self.made.append(min(self._choose(count), count - 1))
        self.counts.append(count)
        return self.made[-1]

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included; low is the simplest."""
        return low + self.pick(high - low + 1)

    def one_of(self, options: Sequence[T]) -> T:
        """One of the options; the first is the simplest."""
        return options[self.pick(len(options))]

    def numbers(self, *shape: int, of: Sequence[float] = _NUMBERS) -> npt.NDArray[np.float64]:
        """A float64 array of that shape."""
        return np.array([self.one_of(of) for _ in range(_product(shape))], dtype=np.float64).reshape(shape)

    def whole_numbers(self, *shape: int, of: Sequence[int] = _WHOLE_NUMBERS, below: int = 0) -> npt.NDArray[np.int64]:
        """An int64 array of that shape; `below` n makes them indices from 0 to n - 1."""
        options = range(below) if below else of
        return np.array([self.one_of(options) for _ in range(_product(shape))], dtype=np.int64).reshape(shape)


Maker: TypeAlias = Callable[[Picks], tuple[Any, ...]]


class Input(NamedTuple):
    """The arguments of one call, and the choices that made them."""

    choices: Choices
    arguments: tuple[Any, ...]


def size_of(choices: Choices) -> tuple[int, int, Choices]:
    """What inputs are ordered by: the sum of their choices, how many there are, and the choices themselves."""
    return sum(choices), len(choices), choices


def made_by(maker: Maker, choices: Sequence[int]) -> Input:
    """The input that some choices make; missing ones are 0, superfluous and too large ones are cut down."""
    return _made(maker, choices)[0]


def smallest(maker: Maker, count: int) -> tuple[Input, ...]:
    """So many of the smallest inputs, in order of size; fewer if there are no more."""
    return tuple(islice(_by_size(maker), count))


def drawn(maker: Maker, seed: bytes, count: int) -> tuple[Input, ...]:
    """So many inputs by keyed dice, the smaller ones first; the same ones every time."""
    dice = Dice(seed)
    found = []
    for _ in range(count):
        picks = Picks(lambda n: dice.integer(0, n - 1))
        arguments = maker(picks)
        found.append(Input(tuple(picks.made), arguments))
    return tuple(sorted(found, key=lambda one: size_of(one.choices)))


def smaller(maker: Maker, choices: Choices) -> tuple[Input, ...]:
    """Inputs that are one step smaller: a choice made 0, halved, lowered by a part of it or by one; or left out."""
    steps = {step for place, choice in enumerate(choices) for step in _steps(choices, place, choice)}
    found = {one.choices: one for one in (made_by(maker, step) for step in steps)}
    ordered = sorted(found, key=size_of)
    return tuple(found[made] for made in ordered if size_of(made) < size_of(choices))


def _steps(choices: Choices, place: int, choice: int) -> Iterator[Choices]:
    before, after = choices[:place], choices[place + 1 :]
    part = choice
    while part:
        yield (*before, choice - part, *after)
        part //= 2
    yield (*before, *after)


def _made(maker: Maker, choices: Sequence[int]) -> tuple[Input, list[int]]:
    """An input, and how many options each of its choices had."""
    given = iter(choices)
    picks = Picks(lambda count: next(given, 0))
    arguments = maker(picks)
    return Input(tuple(picks.made), arguments), picks.counts


def _by_size(maker: Maker) -> Iterator[Input]:
    size = n_empty = 0
    while n_empty < _EMPTY_SIZES:
        found = sorted(_of_size(maker, (), size), key=lambda one: size_of(one.choices))
        yield from found
        n_empty = 0 if found else n_empty + 1
        size += 1


def _of_size(maker: Maker, begun: Choices, left: int) -> Iterator[Input]:
    """Every input whose choices begin like that and go on with a sum of `left`."""
    made, counts = _made(maker, begun)
    if not left:
        yield made
        return
    if len(begun) >= len(counts):
        return
    for choice in range(min(left, counts[len(begun)] - 1) + 1):
        yield from _of_size(maker, (*begun, choice), left - choice)


def _product(shape: Sequence[int]) -> int:
    product = 1
    for size in shape:
        product *= size
    return product
