"""What fills the arrays that a program begins with: numbers, nothing but a shape, or numbers that count.

Nothing here is random: "normal" numbers come from a fixed sequence that fills the unit square evenly (the additive
sequence of the plastic number), by the Box-Muller transform. The same program gets the same numbers everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from engine.tensors.abstract import AbstractArray
from engine.tensors.counting import Counter, counted
from engine.tensors.shapes import product

__all__ = ["AbstractFilling", "CountingFilling", "Filling", "RealFilling"]

Array = npt.NDArray[Any]

PLASTIC_NUMBER = 1.324717957244746  # the real root of x**3 = x + 1


class Filling(Protocol):
    """Makes arrays of a shape, which is a size or a tuple of sizes."""

    def constant(self, shape: Any, value: float, dtype: Any = np.float64) -> Any:
        """One number everywhere."""

    def normal(self, shape: Any) -> Any:
        """Numbers as of a standard normal distribution, in float64; other ones at each call."""


class RealFilling:
    """NumPy arrays; each call to `normal` takes up the sequence where the last one left it."""

    def __init__(self) -> None:
        self._taken = 0

    def constant(self, shape: Any, value: float, dtype: Any = np.float64) -> Array:
        return np.full(shape, value, dtype)

    def normal(self, shape: Any) -> Array:
        sizes = _sizes(shape)
        first, self._taken = self._taken, self._taken + int(product(sizes))
        places = np.arange(first, self._taken, dtype=np.float64) + 0.5
        radius = np.sqrt(-2 * np.log1p(-(places / PLASTIC_NUMBER % 1)))
        entries: Array = radius * np.cos(2 * np.pi * (places / PLASTIC_NUMBER**2 % 1))
        return entries.reshape(sizes)


class AbstractFilling:
    """Arrays without entries."""

    def constant(self, shape: Any, value: float, dtype: Any = np.float64) -> AbstractArray:
        return AbstractArray(_sizes(shape), dtype)

    def normal(self, shape: Any) -> AbstractArray:
        return AbstractArray(_sizes(shape))


class CountingFilling:
    """Arrays of numbers that count what is done to them."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self._numbers = RealFilling()

    def constant(self, shape: Any, value: float, dtype: Any = np.float64) -> Array:
        array = self._numbers.constant(shape, value, dtype)
        return counted(array, self.counter) if array.dtype.kind == "f" else array

    def normal(self, shape: Any) -> Array:
        return counted(self._numbers.normal(shape), self.counter)


def _sizes(shape: Any) -> Sequence[Any]:
    return tuple(shape) if isinstance(shape, tuple | list) else (shape,)
