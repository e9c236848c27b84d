"""What a listing knows as `np` and `csr_matrix`: NumPy's names on numbers, on counting numbers and on shapes alone.

Only what exam listings use is here; another name is refused with those that are known. Results are told to `note`, so
that what a listing computes outside the graph (in a rematerializer) is counted too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn, Protocol

import numpy as np

from engine.errors import EngineError
from engine.running.items import SymbolicItems
from engine.running.loops import as_items
from engine.sizes import Comparison, Facts, Size, same
from engine.tensors.abstract import AbstractArray, AbstractSparse, abstract_result
from engine.tensors.filling import Filling
from engine.tensors.shapes import ShapeMismatch
from engine.tensors.sparse import csr_from_triplets
from engine.tensors.table import STANDARD_TENSOR_RULES, TensorOperation
from engine.tensors.tensor import Tensor

__all__ = ["Note", "NumpyFace"]

_TABLE = STANDARD_TENSOR_RULES.operations


class Note(Protocol):
    """Told of an operation on arrays outside the graph."""

    def __call__(
        self, operation: TensorOperation, result: Any, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> None: ...


@dataclass(frozen=True)
class _Random:
    """`np.random`, which draws nothing: see `engine.tensors.filling`."""

    filling: Filling

    def __getattr__(self, name: str) -> NoReturn:
        raise EngineError(f"np.random.{name} is not known to listings; known are randn, standard_normal and seed.")

    def randn(self, *shape: Any) -> Any:
        return self.filling.normal(shape)

    def standard_normal(self, size: Any = ()) -> Any:
        return self.filling.normal(size)

    def seed(self, _seed: Any = None) -> None:
        """Numbers do not depend on a seed here."""


class NumpyFace:
    """`np` for one run."""

    float16, float32, float64 = np.float16, np.float32, np.float64
    int32, int64 = np.int32, np.int64
    pi, e, inf, nan, newaxis = math.pi, math.e, math.inf, math.nan, None

    def __init__(self, filling: Filling, *, note: Note, assume: Callable[[Comparison], Facts]) -> None:
        self._filling, self._note, self._assume = filling, note, assume
        self.random = _Random(filling)

    def __getattr__(self, name: str) -> NoReturn:
        known = ", ".join(sorted(entry for entry in dir(type(self)) if not entry.startswith("_")))
        raise EngineError(f"np.{name} is not known to listings; known are {known} and random.randn.")

    # Arrays to begin with.

    def zeros(self, shape: Any, dtype: Any = np.float64) -> Any:
        return self._filling.constant(shape, 0.0, dtype)

    empty = zeros

    def ones(self, shape: Any, dtype: Any = np.float64) -> Any:
        return self._filling.constant(shape, 1.0, dtype)

    def full(self, shape: Any, value: float, dtype: Any = np.float64) -> Any:
        return self._filling.constant(shape, value, dtype)

    def zeros_like(self, array: Any) -> Any:
        return array.copy() if isinstance(array, AbstractArray) else np.zeros_like(array)

    def ones_like(self, array: Any) -> Any:
        return array.copy() if isinstance(array, AbstractArray) else np.ones_like(array)

    def arange(self, count: Any) -> Any:
        return AbstractArray((count,), np.int64) if isinstance(count, Size) else np.arange(count)

    def eye(self, count: Any) -> Any:
        return AbstractArray((count, count)) if isinstance(count, Size) else np.eye(count)

    def array(self, entries: Any, dtype: Any = None) -> Any:
        """The entries as an array; a list of unknown length as an abstract one."""
        items = as_items(entries)
        if items is not None:
            return AbstractArray((items.length,), dtype or _entry_type(items))
        if isinstance(entries, AbstractArray):
            return AbstractArray(entries.shape, dtype or entries.dtype)
        return AbstractArray((), dtype or np.float64) if isinstance(entries, Size) else np.array(entries, dtype)

    asarray = array

    # Operations of the table.

    def exp(self, a: Any) -> Any:
        return self._apply("exp", np.exp, a)

    def log(self, a: Any) -> Any:
        return self._apply("log", np.log, a)

    def sqrt(self, a: Any) -> Any:
        return self._apply("exp", np.sqrt, a)  # like exp, one operation an entry

    def abs(self, a: Any) -> Any:
        return self._apply("exp", np.abs, a)

    def tanh(self, a: Any) -> Any:
        return self._apply("tanh", np.tanh, a)

    def maximum(self, a: Any, b: Any) -> Any:
        return self._apply("maximum", np.maximum, a, b)

    def minimum(self, a: Any, b: Any) -> Any:
        return self._apply("maximum", np.minimum, a, b)

    def matmul(self, a: Any, b: Any) -> Any:
        return self._apply("matmul", np.matmul, a, b)

    def dot(self, a: Any, b: Any) -> Any:
        return self._apply("matmul", np.matmul, a, b)

    def sum(self, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self._apply("sum", np.sum, a, axis=axis, keepdims=keepdims)

    def mean(self, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self._apply("mean", np.mean, a, axis=axis, keepdims=keepdims)

    def max(self, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self._apply("max", np.max, a, axis=axis, keepdims=keepdims)

    def moveaxis(self, a: Any, source: Any, destination: Any) -> Any:
        return self._apply("moveaxis", np.moveaxis, a, source=source, destination=destination)

    def transpose(self, a: Any, axes: Any = None) -> Any:
        return self._apply("transpose", np.transpose, a, axes=axes)

    def reshape(self, a: Any, shape: Any) -> Any:
        return self._apply("reshape", lambda array, shape: np.reshape(array, shape), a, shape=tuple(shape))

    def concatenate(self, parts: Sequence[Any], axis: int = 0) -> Any:
        return self._apply("concatenate", lambda *arrays, axis: np.concatenate(arrays, axis), *parts, axis=axis)

    def triu(self, a: Any, k: int = 0) -> Any:
        return a.copy() if isinstance(a, AbstractArray) else np.triu(a, k)

    def tril(self, a: Any, k: int = 0) -> Any:
        return a.copy() if isinstance(a, AbstractArray) else np.tril(a, k)

    def operate(self, name: str, function: Callable[..., Any], *operands: Any) -> Any:
        """An operator on plain arrays, by its row of the table."""
        return self._apply(name, function, *operands)

    def _apply(self, name: str, function: Callable[..., Any], *operands: Any, **options: Any) -> Any:
        row = _TABLE[name]
        if any(isinstance(operand, Tensor) for operand in operands):
            raise EngineError(f"np.{function.__name__}: an operand is a Tensor; use ag.{name}, or the Tensor's .value.")
        if any(isinstance(operand, AbstractArray | Size) for operand in operands):
            result: Any = abstract_result(row, operands, options, assume=self._assume)
        else:
            result = function(*(float(a) if isinstance(a, Fraction) else a for a in operands), **options)
        if any(getattr(operand, "shape", ()) for operand in operands):
            self._note(row, result, operands, options)
        return result

    # Sparse matrices.

    def csr_matrix(self, entries: Any, shape: Any = None) -> Any:
        """SciPy's matrix from `(data, (rows, columns))`, or its shape and number of entries alone."""
        data, (rows, columns) = entries
        if not any(isinstance(size, Size) for size in shape or ()) and all(map(_is_plain, (data, rows, columns))):
            return csr_from_triplets(data, rows, columns, shape)
        lengths = [_length(part) for part in (data, rows, columns)]
        if not same(lengths[0], lengths[1]) or not same(lengths[0], lengths[2]):
            raise ShapeMismatch(
                f"csr_matrix: there are {lengths[0]} entries, {lengths[1]} rows and {lengths[2]} columns; "
                "the three must agree."
            )
        items = as_items(data)
        dtype = data.dtype if isinstance(data, AbstractArray) else np.int64 if items is None else _entry_type(items)
        return AbstractSparse(shape, lengths[0], dtype)


def _is_plain(part: Any) -> bool:
    return not isinstance(part, AbstractArray) and as_items(part) is None


def _length(part: Any) -> Any:
    items = as_items(part)
    return items.length if items is not None else part.shape[0] if hasattr(part, "shape") else len(part)


def _entry_type(items: SymbolicItems) -> Any:
    return np.float64 if isinstance(items.at(0), float) else np.int64
