"""Indexing: what `x[...]` gives for slices, ints, new axes and integer arrays, and its adjoint.

The rules are NumPy's. Masks are refused: how much they take depends on values and not on shapes.
"""

from __future__ import annotations

from types import EllipsisType
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.tensors.shapes import Shape, ShapeMismatch

__all__ = ["getitem_shape", "getitem_vjp", "index_items", "slice_length"]

Array = npt.NDArray[Any]


def index_items(index: Any) -> tuple[Any, ...]:
    """The index as a tuple in which lists have become integer arrays."""
    items = index if isinstance(index, tuple) else (index,)
    return tuple(_item(item) for item in items)


def _item(item: Any) -> Any:
    if item is None or isinstance(item, slice | EllipsisType) or (type(item) is int):
        return item
    if not isinstance(item, np.ndarray | np.integer | list | bool | np.bool_):
        return item  # a symbolic size, or nonsense that the shape rule or NumPy refuses
    array = np.asarray(item)
    if array.dtype.kind not in "iu" and array.size:
        raise EngineError(f"getitem: an index is of type {array.dtype}; slices, ints and integer arrays can be used.")
    return array.astype(np.intp) if array.ndim else int(array)


def getitem_shape(shape: Shape, *, index: tuple[Any, ...]) -> Shape:
    """The shape of x[index]; the axes of integer arrays stand where the first one stood, or first when apart."""
    items = _spelled_out(shape, index)
    arrays = [place for place, item in enumerate(items) if _is_place(item)]
    before: list[Any] = []
    after: list[Any] = []
    axis = 0
    for place, item in enumerate(items):
        entries = before if not arrays or place < arrays[0] else after
        if item is None:
            entries.append(1)
            continue
        if isinstance(item, slice):
            entries.append(slice_length(item, shape[axis]))
        elif not isinstance(item, np.ndarray):
            _check_place(item, axis, shape)
        axis += 1
    chosen = [np.shape(items[place]) for place in arrays if isinstance(items[place], np.ndarray)]
    block = np.broadcast_shapes(*chosen) if chosen else ()
    are_together = not arrays or arrays[-1] - arrays[0] + 1 == len(arrays)
    return (*before, *block, *after) if are_together else (*block, *before, *after)


def _is_place(item: Any) -> bool:
    return item is not None and not isinstance(item, slice)


def _spelled_out(shape: Shape, index: tuple[Any, ...]) -> tuple[Any, ...]:
    """The index with full slices for the ellipsis and for the axes that it does not reach."""
    dots = [place for place, item in enumerate(index) if isinstance(item, EllipsisType)]
    n_missing = len(shape) - sum(item is not None and not isinstance(item, EllipsisType) for item in index)
    if n_missing < 0:
        raise ShapeMismatch(f"getitem: the operand is {shape}; it has {len(shape)} axes, the index names more.")
    if len(dots) > 1:
        raise ShapeMismatch(f"getitem: the operand is {shape}; an index has at most one '...'.")
    place = dots[0] if dots else len(index)
    return (*index[:place], *([slice(None)] * n_missing), *index[place + len(dots) :])


def _check_place(place: Any, axis: int, shape: Shape) -> None:
    size = shape[axis]
    if place >= size or place + size < 0:
        raise ShapeMismatch(f"getitem: the operand is {shape}; axis {axis} has {size} entries and no entry {place}.")


def slice_length(item: slice, size: Any) -> Any:
    """How many entries a slice takes of an axis; a bound of a symbolic size must lie within it."""
    if isinstance(size, int) and all(part is None or isinstance(part, int) for part in (item.start, item.stop)):
        return len(range(*item.indices(size)))
    step = 1 if item.step is None else item.step
    if step < 1:
        raise ShapeMismatch(f"getitem: step {step} on an axis of size {size}; only forward steps can be followed.")
    start, stop = _bound(item.start, 0, size), _bound(item.stop, size, size)
    return (stop - start + step - 1) // step


def _bound(bound: Any, default: Any, size: Any) -> Any:
    """A slice's start or stop on a symbolic size; it must lie within the axis."""
    if bound is None:
        return default
    place = size + bound if bound < 0 else bound
    if place > size or place < 0:
        raise ShapeMismatch(f"getitem: {bound} lies outside an axis of size {size}.")
    return place


def getitem_vjp(g: Array, out: Any, a: Any, *, index: tuple[Any, ...]) -> Array:
    """Zeros with g at the places that were taken; a place that was taken twice receives both."""
    spread: Array = np.zeros(a.shape, g.dtype)
    if any(isinstance(item, np.ndarray) for item in index):
        np.add.at(spread, index, g)
    else:
        spread[index] = g
    return spread
