"""Numbers that count the operations done to them: an array of them is multiplied in earnest, and the tally is read.

They are the witness for every cost rule: what they count was done, not computed by a formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Counter", "beside", "counted", "is_counted"]

Array = npt.NDArray[Any]


@dataclass
class Counter:
    """A tally; `others` are subtractions, quotients, powers, comparisons and function values."""

    multiplications: int = 0
    additions: int = 0
    others: int = 0

    @property
    def total(self) -> int:
        return self.multiplications + self.additions + self.others


def counted(array: Any, counter: Counter) -> Array:
    """The array with each entry as a number that reports to `counter`; shape kept, dtype object."""
    numbers = np.asarray(array, np.float64)
    entries: Array = np.empty(numbers.shape, object)
    entries.ravel()[:] = [_Counted(value, counter) for value in numbers.ravel().tolist()]
    return entries


def beside(array: Array, number: float) -> Any:
    """The number as it is; as one that counts beside numbers that do, so that what is done to it is counted too."""
    if not array.dtype.hasobject:
        return number
    neighbour = next((entry for entry in array.flat if isinstance(entry, _Counted)), None)
    return number if neighbour is None else _Counted(number, neighbour.counter)


def is_counted(value: Any) -> bool:
    """Whether a value is one number that counts."""
    return isinstance(value, _Counted)


def _plain(number: Any) -> float:
    return number.value if isinstance(number, _Counted) else float(number)


class _Counted:
    """One such number."""

    __slots__ = ("counter", "value")

    def __init__(self, value: float, counter: Counter) -> None:
        self.value, self.counter = value, counter

    def __repr__(self) -> str:
        return f"counted({self.value})"

    def _new(self, value: float) -> _Counted:
        return _Counted(value, self.counter)

    def _other(self, rule: Callable[..., float], *operands: Any) -> _Counted:
        self.counter.others += 1
        try:
            return self._new(rule(*map(_plain, operands)))
        except (OverflowError, ZeroDivisionError, ValueError):  # NumPy would have said inf or nan
            return self._new(math.nan)

    def __add__(self, other: Any) -> _Counted:
        self.counter.additions += 1
        return self._new(self.value + _plain(other))

    def __mul__(self, other: Any) -> _Counted:
        self.counter.multiplications += 1
        return self._new(self.value * _plain(other))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other: Any) -> _Counted:
        return self._other(lambda a, b: a - b, self, other)

    def __rsub__(self, other: Any) -> _Counted:
        return self._other(lambda a, b: a - b, other, self)

    def __truediv__(self, other: Any) -> _Counted:
        return self._other(lambda a, b: a / b, self, other)

    def __rtruediv__(self, other: Any) -> _Counted:
        return self._other(lambda a, b: a / b, other, self)

    def __pow__(self, other: Any) -> _Counted:
        return self._other(math.pow, self, other)

    def __rpow__(self, other: Any) -> _Counted:
        return self._other(math.pow, other, self)

    def __neg__(self) -> _Counted:
        return self._other(lambda a: -a, self)

    def exp(self) -> _Counted:
        return self._other(math.exp, self)

    def log(self) -> _Counted:
        return self._other(math.log, self)

    def tanh(self) -> _Counted:
        return self._other(math.tanh, self)

    def sqrt(self) -> _Counted:
        return self._other(math.sqrt, self)

    def __float__(self) -> float:
        return self.value

    def _compared(self, holds: bool) -> bool:
        self.counter.others += 1
        return holds

    def __gt__(self, other: Any) -> bool:
        return self._compared(self.value > _plain(other))

    def __ge__(self, other: Any) -> bool:
        return self._compared(self.value >= _plain(other))

    def __lt__(self, other: Any) -> bool:
        return self._compared(self.value < _plain(other))

    def __le__(self, other: Any) -> bool:
        return self._compared(self.value <= _plain(other))
