"""What the operators of a listing do to sizes and to plain arrays; everything else is left to Python.

A fraction or a root of sizes is a number of which nothing is known: no size is a fraction. Operations on plain arrays
are NumPy's, and are counted as what `np` does is; those on Tensors report for themselves.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from engine.running.numpy_face import NumpyFace
from engine.sizes import Size
from engine.tensors.abstract import AbstractArray, AbstractNumber

__all__ = ["Arithmetic"]

#: Sign -> the row of the tensors' table, and Python's own.
SIGNS: Final[Mapping[str, tuple[str, Callable[[Any, Any], Any]]]] = MappingProxyType(
    {
        "+": ("add", operator.add),
        "-": ("sub", operator.sub),
        "*": ("mul", operator.mul),
        "/": ("div", operator.truediv),
        "**": ("pow", operator.pow),
        "@": ("matmul", operator.matmul),
    }
)
_NUMBERS = int | float | Size


class Arithmetic:
    """The operators of one run; `keeps_counting` is for counting numbers, which a conversion would end."""

    def __init__(self, numpy: NumpyFace, *, keeps_counting: bool) -> None:
        self._numpy, self._keeps_counting = numpy, keeps_counting

    def __call__(self, sign: str, left: Any, right: Any) -> Any:
        """`left sign right`."""
        row, operation = SIGNS[sign]
        if isinstance(left, np.ndarray | AbstractArray) or isinstance(right, np.ndarray | AbstractArray):
            if _is_plain(left) and _is_plain(right):
                return self._numpy.operate(row, operation, left, right)
        elif (isinstance(left, Size) or isinstance(right, Size)) and sign in ("/", "**"):
            is_whole_power = sign == "**" and isinstance(right, int | Size) and not isinstance(left, float)
            if not is_whole_power and isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
                return AbstractNumber()
        return operation(left, right)

    def negative(self, value: Any) -> Any:
        """`-value`."""
        if isinstance(value, np.ndarray | AbstractArray):
            return self._numpy.operate("neg", operator.neg, value)
        return -value

    def convert(self, name: str, value: Any, to: Any) -> Any:
        """`int(value)`, `float(value)` and `value.astype(to)`."""
        if name == "astype":
            is_counting = self._keeps_counting and isinstance(value, np.ndarray) and value.dtype.hasobject
            return value if is_counting else value.astype(to)
        if isinstance(value, Size):
            return value if name == "int" else AbstractNumber()
        return to(value)


def _is_plain(operand: Any) -> bool:
    return isinstance(operand, np.ndarray | AbstractArray | np.generic | int | float | Size)
