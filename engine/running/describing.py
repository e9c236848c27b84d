"""What a binding says about a value: its kind, shape, type and bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.running.lists import length_of
from engine.running.trace import Binding
from engine.sizes import Size
from engine.tensors.abstract import AbstractArray, AbstractSparse
from engine.tensors.counting import is_counted
from engine.tensors.tensor import Tensor

__all__ = ["described"]


def described(at: Binding, value: Any) -> Binding | None:
    """The binding with what there is to say about its value; None for one that is no number, array or list."""
    if isinstance(value, Tensor):
        return _tensor(at, value)
    if isinstance(value, np.ndarray | AbstractArray):
        return at._replace(kind="array", shape=value.shape, dtype=str(value.dtype), value_bytes=value.nbytes)
    if isinstance(value, float | np.floating) or is_counted(value):
        return at._replace(kind="array", dtype="float64", value_bytes=8)
    if isinstance(value, int | Size) and not isinstance(value, bool):
        return at._replace(kind="size", size=value)
    if isinstance(value, AbstractSparse) or hasattr(value, "indptr"):
        return _sparse(at, value)
    return at._replace(kind="list", shape=(length_of(value),)) if isinstance(value, list) else None


def _tensor(at: Binding, value: Tensor) -> Binding:
    taken = value.nbytes
    return at._replace(
        kind="tensor",
        operation=value.op,
        shape=value.shape,
        dtype=str(value.dtype),
        value_bytes=taken,
        gradient_bytes=taken if value.requires_grad else 0,
    )


def _sparse(at: Binding, value: Any) -> Binding:
    return at._replace(
        kind="sparse",
        shape=value.shape,
        dtype=str(value.dtype),
        value_bytes=value.data.nbytes + value.indices.nbytes + value.indptr.nbytes,
        size=value.nnz,
    )
