"""conv2d: correlation of images with kernels as one matrix product per batch of images, and its gradients.

The patches under the kernel are copied into columns (Cin*K*K, Hout*Wout) from a strided view, for so many images
at a time that the columns stay small; the weight, seen as (Cout, Cin*K*K), times the columns is the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.tensors.shapes import Shape, product
from engine.tensors.shapes import conv2d as conv2d_shape

__all__ = ["conv2d", "conv2d_input_vjp", "conv2d_weight_vjp"]

Array = npt.NDArray[Any]

COLUMNS_AT_A_TIME = 1 << 20  # entries; 8 MB in float64: a few images of a small layer, one of a large layer
FEW_ENTRIES = 1 << 14  # below, the number of calls decides and not the number of entries copied


def conv2d(x: Array, weight: Array, *, stride: int, padding: int, dilation: int) -> Array:
    """Correlation as in PyTorch; shapes (N, Cin, H, W), (Cout, Cin, K, L) -> (N, Cout, Hout, Wout)."""
    shape = conv2d_shape(x.shape, weight.shape, stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(weight.shape[0], -1)
    output = np.empty((shape[0], shape[1], shape[2] * shape[3]), np.result_type(x, weight))
    for images, columns in _columns(x, weight.shape, shape, stride, padding, dilation):
        np.matmul(kernels, columns, out=output[images])
    return output.reshape(shape)


def conv2d_weight_vjp(g: Array, out: Any, x: Any, weight: Any, *, stride: int, padding: int, dilation: int) -> Array:
    """The sum over images of g (Cout, P) times the patches' columns turned, (P, Cin*K*K)."""
    flat = np.ascontiguousarray(g).reshape(g.shape[0], g.shape[1], -1)
    total: Array = np.zeros((weight.shape[0], product(weight.shape[1:])), g.dtype)
    for images, columns in _columns(x.value, weight.shape, g.shape, stride, padding, dilation):
        total += np.matmul(flat[images], columns.swapaxes(1, 2)).sum(axis=0)
    return np.reshape(total, weight.shape)


def conv2d_input_vjp(g: Array, out: Any, x: Any, weight: Any, *, stride: int, padding: int, dilation: int) -> Array:
    """What each pixel receives from all patches that it lies in."""
    height, width = x.shape[2] + 2 * padding, x.shape[3] + 2 * padding
    n_filters, n_entries = weight.shape[0], product(weight.shape[1:]) * height * width * x.shape[0]
    if stride == 1 and (n_filters <= weight.shape[1] or n_entries < FEW_ENTRIES):
        total = _input_vjp_of_stride_1(g, weight.value, dilation)
    else:
        total = np.zeros((*x.shape[:2], height, width), g.dtype)
        _add_each_patch(total, g, weight.value, stride, dilation)
    return total[:, :, padding : height - padding, padding : width - padding]


def _input_vjp_of_stride_1(g: Array, weight: Array, dilation: int) -> Array:
    """Itself a convolution: of g, surrounded by zeros, with the kernels turned by 180 degrees."""
    down, right = (dilation * (size - 1) for size in weight.shape[2:])
    surrounded = np.zeros((*g.shape[:2], g.shape[2] + 2 * down, g.shape[3] + 2 * right), g.dtype)
    surrounded[:, :, down : down + g.shape[2], right : right + g.shape[3]] = g
    turned = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
    return conv2d(surrounded, turned, stride=1, padding=0, dilation=dilation)


def _add_each_patch(total: Array, g: Array, weight: Array, stride: int, dilation: int) -> None:
    """The weight turned times g is what each patch receives; overlapping patches add up in the images."""
    kernels = weight.reshape(weight.shape[0], -1).T
    flat = np.ascontiguousarray(g).reshape(g.shape[0], g.shape[1], -1)
    for images in _batches(g.shape[0], kernels.shape[0] * flat.shape[2]):
        patches = np.matmul(kernels, flat[images]).reshape(-1, *weight.shape[1:], *g.shape[2:])
        _add_patches(total[images], patches, stride, dilation)


def _add_patches(images: Array, patches: Array, stride: int, dilation: int) -> None:
    """Add (n, Cin, K, L, Hout, Wout) to the images, one position inside the kernel at a time."""
    (height, width), (rows, columns) = patches.shape[2:4], patches.shape[4:]
    for i in range(height):
        for j in range(width):
            top, left = i * dilation, j * dilation
            bottom, right = top + (rows - 1) * stride + 1, left + (columns - 1) * stride + 1
            images[:, :, top:bottom:stride, left:right:stride] += patches[:, :, i, j]


def _batches(n_images: int, columns_per_image: int) -> Iterator[slice]:
    step = max(1, COLUMNS_AT_A_TIME // max(1, columns_per_image))
    return (slice(start, min(start + step, n_images)) for start in range(0, n_images, step))


def _columns(
    x: Array, weight: Shape, output: Shape, stride: int, padding: int, dilation: int
) -> Iterator[tuple[slice, Array]]:
    """Some images at a time: which, and their patches as (n, Cin*K*L, Hout*Wout)."""
    n_rows, n_columns = weight[1] * weight[2] * weight[3], output[2] * output[3]
    if padding:
        edge = (padding, padding)
        x = np.pad(x, ((0, 0), (0, 0), edge, edge))
    windows = _windows(np.ascontiguousarray(x), weight[2:], output[2:], stride, dilation)
    for images in _batches(x.shape[0], n_rows * n_columns):
        yield images, windows[images].reshape(-1, n_rows, n_columns)


def _windows(x: Array, kernel: Shape, positions: Shape, stride: int, dilation: int) -> Array:
    """A view (N, Cin, K, L, Hout, Wout) of (N, Cin, H, W): what lies under each kernel entry at each position."""
    n, c, down, right = x.strides
    strides = (n, c, down * dilation, right * dilation, down * stride, right * stride)
    shape = (*x.shape[:2], *kernel, *positions)
    if x.dtype.hasobject:  # numbers that count what is done to them
        return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)
    windows: Array = np.ndarray(shape, x.dtype, x, 0, strides)
    return windows
