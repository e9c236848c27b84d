"""The buffer that a tensor owns: a float array of its own, or a shape alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.errors import EngineError
from engine.sizes import Size
from engine.tensors.abstract import AbstractArray

__all__ = ["owned", "zeros_like"]


def owned(value: Any) -> Any:
    """A float array of one's own: a product with 1.0 copies, and makes integers float64."""
    if isinstance(value, AbstractArray):
        return AbstractArray(value.shape, value.dtype if value.dtype.kind == "f" else np.float64)
    if isinstance(value, Size):
        return AbstractArray()
    array = np.asarray(value)
    is_numeric = array.dtype.kind in "biuf" or (isinstance(value, np.ndarray) and array.dtype.kind == "O")
    if not is_numeric:
        raise EngineError(f"Tensor: the value is {value!r}; a real number or an array of them was expected.")
    if array.dtype.kind == "O":
        return np.array(array)
    return np.asarray(1.0 * array, dtype=array.dtype if array.dtype.kind == "f" else np.float64)


def zeros_like(array: Any) -> Any:
    """A gradient to begin with."""
    return array.copy() if isinstance(array, AbstractArray) else np.zeros_like(array)
