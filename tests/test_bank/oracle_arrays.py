"""Stand-ins for `ag` and `np` with which oracles run printed listings, on arrays of any size.

An array that would be large is hollow: one number that NumPy shows everywhere, so that its shape and bytes are right
and its memory is nothing. Small arrays are computed in earnest, and there the rules for hollow ones are checked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from types import CodeType, FrameType, SimpleNamespace
from typing import Any

import numpy as np

#: Where a listing's lines are found in frames.
LISTING = "<listing>"

#: More entries (or terms of a product) than this are not computed.
_MOST_COMPUTED = 20_000


def hollow(shape: Sequence[int], dtype: Any) -> np.ndarray:
    """An array of any shape that takes no memory."""
    return np.broadcast_to(np.zeros((), dtype), tuple(shape))


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a @ b, hollow if it is large."""
    rows, inner, columns = a.shape[-2], a.shape[-1], b.shape[-1]
    if inner != b.shape[-2]:
        raise ValueError(f"{a.shape} @ {b.shape}: the inner sizes differ")
    shape = (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), rows, columns)
    if prod(shape) * inner > _MOST_COMPUTED:
        return hollow(shape, np.result_type(a, b))
    made: np.ndarray = np.matmul(a, b)
    assert made.shape == shape
    return made


def _one_by_one(function: Any, *operands: Any) -> np.ndarray:
    """An operation entry by entry, hollow if an operand is large."""
    arrays = [operand for operand in operands if isinstance(operand, np.ndarray)]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    if prod(shape) > _MOST_COMPUTED:
        return hollow(shape, np.result_type(*arrays))
    made: np.ndarray = function(*operands)
    assert made.shape == shape
    return made


def _softmax(data: np.ndarray, axis: int) -> np.ndarray:
    exps = np.exp(data)
    made: np.ndarray = exps / exps.sum(axis=axis, keepdims=True)
    return made


@dataclass(frozen=True)
class Product:
    """One matrix product: the listing's line, the functions that were running, and its multiply-adds."""

    line: int
    functions: tuple[str, ...]
    multiply_adds: int


class Array:
    """What `ag.Tensor` makes: an array that notes what is done with it."""

    def __init__(self, data: Any, bench: Bench) -> None:
        self.data: np.ndarray = data.data if isinstance(data, Array) else data
        self.bench = bench

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def nbytes(self) -> int:
        return int(self.data.nbytes)

    def _new(self, data: np.ndarray, *, operation: str) -> Array:
        self.bench.made.append((operation, int(data.nbytes)))
        return Array(data, self.bench)

    def __matmul__(self, other: Array) -> Array:
        made = product(self.data, other.data)
        self.bench.note(made.size * self.shape[-1])
        return self._new(made, operation="matmul")

    def __add__(self, other: Array) -> Array:
        return self._new(_one_by_one(np.add, self.data, other.data), operation="add")

    def __truediv__(self, other: Any) -> Array:
        divisor = other.data if isinstance(other, Array) else other
        return self._new(_one_by_one(np.divide, self.data, divisor), operation="divide")

    def __getitem__(self, place: Any) -> Array:
        return self._new(self.data[place], operation="index")

    def reshape(self, *shape: int) -> Array:
        return self._new(self.data.reshape(*shape), operation="reshape")

    def astype(self, dtype: Any) -> Array:
        if self.data.size > _MOST_COMPUTED:
            return Array(hollow(self.shape, dtype), self.bench)
        return Array(self.data.astype(dtype), self.bench)

    def one_by_one(self, function: Any, operation: str) -> Array:
        return self._new(_one_by_one(function, self.data), operation=operation)

    def summed(self, axis: int | None = None, *, keepdims: bool = False) -> Array:
        if self.data.size <= _MOST_COMPUTED:
            return self._new(np.asarray(self.data.sum(axis=axis, keepdims=keepdims)), operation="sum")
        shape = [size for place, size in enumerate(self.shape) if axis is not None and place != axis]
        if keepdims and axis is not None:
            shape.insert(axis, 1)
        return self._new(hollow(shape, self.data.dtype), operation="sum")


@dataclass
class Bench:
    """Runs a listing, and keeps what its run did: products, the bytes of each result, and every function's names."""

    products: list[Product] = field(default_factory=list)
    made: list[tuple[str, int]] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)

    def note(self, multiply_adds: int) -> None:
        """Keep a matrix product with its place in the listing."""
        line, functions, frame = 0, [], sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == LISTING:
                line = line or frame.f_lineno
                functions.append(frame.f_code.co_name)
            frame = frame.f_back  # type: ignore[assignment]
        self.products.append(Product(line, tuple(functions), multiply_adds))

    def run(self, code: CodeType, call: str, values: Mapping[str, Any]) -> Any:
        """The value of a call after the listing; `values` are names that both may use."""
        space: dict[str, Any] = {"ag": self._ag(), "np": self._np(), **values}
        exec(code, space)
        self.products.clear()
        self.made.clear()
        sys.setprofile(self._follow)
        try:
            exec(f"returned = {call}", space)
        finally:
            sys.setprofile(None)
        return space["returned"]

    def array(self, shape: Sequence[int], dtype: Any = np.float64) -> Array:
        """An array of zeros, hollow if it is large."""
        if prod(shape) > _MOST_COMPUTED:
            return Array(hollow(shape, dtype), self)
        return Array(np.zeros(tuple(shape), dtype), self)

    def _follow(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code.co_filename == LISTING:
            self.names.update(frame.f_locals)

    def _np(self) -> SimpleNamespace:
        return SimpleNamespace(
            float16=np.float16,
            float32=np.float32,
            zeros=lambda shape, dtype=np.float64: self.array(shape, dtype),
            full=lambda shape, number: self.array(shape),
            triu=lambda array, above: array,
            random=SimpleNamespace(randn=lambda *shape: self.array(shape)),
        )

    def _ag(self) -> SimpleNamespace:
        def concatenate(arrays: Sequence[Array], axis: int) -> Array:
            shape = list(arrays[0].shape)
            shape[axis] = sum(array.shape[axis] for array in arrays)
            if prod(shape) > _MOST_COMPUTED:
                return Array(hollow(shape, arrays[0].data.dtype), self)
            made = np.concatenate([array.data for array in arrays], axis=axis)
            assert made.shape == tuple(shape)
            return Array(made, self)

        return SimpleNamespace(
            Tensor=lambda data, requires_grad=False: Array(data, self),
            exp=lambda a: a.one_by_one(np.exp, "exp"),
            relu=lambda a: a.one_by_one(lambda data: np.maximum(data, 0), "relu"),
            softmax=lambda a, axis: a.one_by_one(lambda data: _softmax(data, axis), "softmax"),
            sum=lambda a, axis=None, keepdims=False: a.summed(axis, keepdims=keepdims),
            matmul=lambda a, b: a @ b,
            moveaxis=lambda a, source, target: Array(np.moveaxis(a.data, source, target), self),
            transpose=lambda a, axes: Array(np.transpose(a.data, axes), self),
            concatenate=concatenate,
        )


def lines_of(listing: str, name: str) -> set[int]:
    """The lines that assign to a name, or to an attribute of that name."""
    pattern = re.compile(rf"\s*(self\.)?{name} = ")
    return {number for number, line in enumerate(listing.splitlines(), 1) if pattern.match(line)}


def work(bench: Bench, *, lines: set[int] | None = None, function: str = "") -> int:
    """Multiply-adds of the products in some lines, under a function, or of all products."""
    return sum(
        made.multiply_adds
        for made in bench.products
        if (lines is None or made.line in lines) and (not function or function in made.functions)
    )


def numbers_in(text: str) -> dict[str, int]:
    """Names and the numbers that a text gives them: `T = 5`, or with the name in backticks."""
    return {name: int(number) for name, number in re.findall(r"`?\b(\w+)`? = (\d+)", text)}
