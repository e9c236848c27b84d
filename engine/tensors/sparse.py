"""Sparse matrices: the im2col matrix built directly, and products with it; the only file that imports SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.tensors.shapes import conv2d as conv2d_shape

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["csr_from_triplets", "im2col_matrix_sparse", "spcmatmul", "spcmatmul_vjp"]

Array = npt.NDArray[Any]


def im2col_matrix_sparse(Xin: Any, K: int, S: int = 1, *, padding: int = 0, dilation: int = 1) -> csr_matrix:  # noqa: N803
    """The matrix that takes flattened images (N, Cin*H*W) to their patches (N, P*Cin*K*K).

    Shapes: (Cin*H*W, P*Cin*K*K), P = Hout*Wout; columns run over patches, then channels, then the kernel's rows.
    A column holds one 1, or nothing where its pixel is padding. `Xin` is an array, a Tensor or a shape, of which
    the last three sizes count. Canonical CSR, in Xin's float type, with the smallest index type that fits.
    Raises: ShapeMismatch if the kernel does not fit.
    """
    from scipy.sparse import csr_matrix

    shape, dtype = _shape_and_dtype(Xin)
    n_channels, height, width = shape[-3:]
    given = (1, n_channels, height, width), (1, n_channels, K, K)
    n_down, n_right = conv2d_shape(*given, stride=S, padding=padding, dilation=dilation)[2:]
    n_columns = n_down * n_right * n_channels * K * K
    index = np.int32 if n_columns <= np.iinfo(np.int32).max else np.int64
    per_patch, kernel = n_channels * K * K, (K, S, padding, dilation)
    rows, rows_used = _axis(height, n_down, kernel, (n_right * per_patch, K), index)
    columns, columns_used = _axis(width, n_right, kernel, (per_patch, 1), index)
    one_channel = _outer_sum(rows, rows_used, columns, columns_used)
    channels = np.arange(n_channels, dtype=index) * index(K * K)
    indices = np.add.outer(channels, one_channel).ravel()
    counts = np.multiply.outer(rows_used.sum(axis=1), columns_used.sum(axis=1)).ravel()
    starts = np.zeros(n_channels * height * width + 1, dtype=index)
    np.cumsum(np.tile(counts, n_channels), out=starts[1:])
    matrix = csr_matrix((np.ones(indices.size, dtype), indices, starts), (starts.size - 1, n_columns), copy=False)
    matrix.has_canonical_format = True  # by construction; SciPy would look at every entry to find out
    return matrix


def _shape_and_dtype(images: Any) -> tuple[Sequence[int], Any]:
    shape = images if isinstance(images, tuple | list) else getattr(images, "shape", None)
    if shape is None or len(shape) not in (3, 4):
        raise EngineError(
            f"im2col_matrix_sparse: the images are {images!r}; an array (N, Cin, H, W) or its shape was expected."
        )
    dtype = getattr(images, "dtype", np.dtype(np.float64))
    return shape, dtype if dtype.kind == "f" else np.dtype(np.float64)


def _axis(
    size: int, n_windows: int, kernel: tuple[int, int, int, int], steps: tuple[int, int], index: Any
) -> tuple[Array, Array]:
    """For each pixel along an axis, what the windows that see it add to the column number, and which do.

    `kernel` is its width, stride, padding and dilation; `steps` is what the next window and the next place inside the
    kernel add. Shapes: both (size, n), n windows at most. A window's place inside the kernel follows from its number,
    so the windows in their order give the columns in their order: nothing needs sorting.
    """
    width, stride, padding, dilation = kernel
    pixels = np.arange(size)[:, None] + padding
    last = np.minimum(pixels // stride, n_windows - 1)
    n_most = min(n_windows, (width - 1) * dilation // stride + 1)
    windows = last + np.arange(1 - n_most, 1)[None, :]
    distance = pixels - windows * stride
    is_seen = (windows >= 0) & (distance >= 0) & (distance % dilation == 0) & (distance // dilation < width)
    column = windows * steps[0] + (distance // dilation) * steps[1]
    return np.where(is_seen, column, 0).astype(index), is_seen


def _outer_sum(rows: Array, rows_used: Array, columns: Array, columns_used: Array) -> Array:
    """All sums of an entry of a pixel's row list and one of its column list, pixel after pixel."""
    sums = rows[:, None, :, None] + columns[None, :, None, :]
    return sums[rows_used[:, None, :, None] & columns_used[None, :, None, :]]


def csr_from_triplets(data: Any, rows: Any, columns: Any, shape: Any) -> csr_matrix:
    """A CSR matrix from its entries and where they stand; entries in one place add up."""
    from scipy.sparse import csr_matrix

    return csr_matrix((data, (rows, columns)), shape=shape)


def spcmatmul(dense: Array, *, matrix: Any) -> Array:
    """dense @ matrix."""
    if dense.dtype.hasobject:  # numbers that count what is done to them
        return _entry_by_entry(dense, matrix.tocoo())
    return np.asarray(dense @ matrix)


def _entry_by_entry(dense: Array, matrix: Any) -> Array:
    product: Array = np.zeros((*dense.shape[:-1], matrix.shape[1]), object)
    for row, column, entry in zip(matrix.row, matrix.col, matrix.data, strict=True):
        product[..., column] = product[..., column] + dense[..., row] * entry
    return product


def spcmatmul_vjp(g: Array, out: Any, dense: Any, *, matrix: Any) -> Array:
    """g @ matrix^T."""
    return np.asarray(g @ matrix.T)
