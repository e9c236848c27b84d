"""The functions that a listing finds in `ag`; those that a Scalar knows too look at what they are handed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from engine import scalar
from engine.errors import EngineError
from engine.scalar import Scalar
from engine.tensors import sparse
from engine.tensors.abstract import AbstractArray, AbstractSparse, shape_of
from engine.tensors.shapes import Axes, one_axis
from engine.tensors.table import STANDARD_TENSOR_RULES
from engine.tensors.tensor import Tensor, apply, new_node

__all__ = [
    "concatenate",
    "conv2d",
    "detach",
    "div",
    "embedding",
    "exp",
    "im2col_matrix_sparse",
    "joined",
    "log",
    "logsumexp",
    "matmul",
    "max",
    "maximum",
    "mean",
    "moveaxis",
    "neg",
    "pad",
    "pow",
    "relu",
    "reshape",
    "sigmoid",
    "softmax",
    "spcmatmul",
    "sub",
    "sum",
    "tanh",
    "transpose",
]


@overload
def exp(a: Scalar) -> Scalar: ...
@overload
def exp(a: Any) -> Tensor: ...
def exp(a: Any) -> Scalar | Tensor:
    """e ** a, entry by entry."""
    return scalar.exp(a) if isinstance(a, Scalar) else apply("exp", a)


@overload
def log(a: Scalar) -> Scalar: ...
@overload
def log(a: Any) -> Tensor: ...
def log(a: Any) -> Scalar | Tensor:
    """Natural logarithm, entry by entry."""
    return scalar.log(a) if isinstance(a, Scalar) else apply("log", a)


@overload
def relu(a: Scalar) -> Scalar: ...
@overload
def relu(a: Any) -> Tensor: ...
def relu(a: Any) -> Scalar | Tensor:
    """max(a, 0), with derivative 0 at 0."""
    return scalar.relu(a) if isinstance(a, Scalar) else apply("relu", a)


@overload
def tanh(a: Scalar) -> Scalar: ...
@overload
def tanh(a: Any) -> Tensor: ...
def tanh(a: Any) -> Scalar | Tensor:
    """Hyperbolic tangent."""
    return scalar.tanh(a) if isinstance(a, Scalar) else apply("tanh", a)


@overload
def sigmoid(a: Scalar) -> Scalar: ...
@overload
def sigmoid(a: Any) -> Tensor: ...
def sigmoid(a: Any) -> Scalar | Tensor:
    """1 / (1 + exp(-a))."""
    return scalar.sigmoid(a) if isinstance(a, Scalar) else apply("sigmoid", a)


@overload
def neg(a: Scalar) -> Scalar: ...
@overload
def neg(a: Any) -> Tensor: ...
def neg(a: Any) -> Scalar | Tensor:
    """-a."""
    return scalar.neg(a) if isinstance(a, Scalar) else apply("neg", a)


def sub(a: Any, b: Any) -> Any:
    """a - b."""
    return _numbers("sub", a, b)


def div(a: Any, b: Any) -> Any:
    """a / b."""
    return _numbers("div", a, b)


def pow(a: Any, b: Any) -> Any:
    """a ** b."""
    return _numbers("pow", a, b)


def _numbers(name: str, a: Any, b: Any) -> Scalar | Tensor:
    """An operation on two numbers of one kind: Scalars, or Tensors."""
    if not isinstance(a, Scalar) and not isinstance(b, Scalar):
        return apply(name, a, b)
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        raise EngineError(f"{name}: a Scalar and a Tensor met in one operation; use one of them for a graph.")
    on_scalars = {"sub": scalar.sub, "div": scalar.div, "pow": scalar.pow}[name]
    return on_scalars(a, b)


def matmul(a: Any, b: Any) -> Tensor:
    """a @ b; (..., n, k) and (..., k, m) -> (..., n, m), stacks broadcast."""
    return apply("matmul", a, b)


def maximum(a: Any, b: Any) -> Tensor:
    """The larger of two entries; each takes half of the gradient where they tie."""
    return apply("maximum", a, b)


def sum(a: Any, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The sum over `axis` (None: all of them)."""
    return apply("sum", a, axis=axis, keepdims=keepdims)


def mean(a: Any, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The mean over `axis` (None: all of them)."""
    return apply("mean", a, axis=axis, keepdims=keepdims)


def max(a: Any, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The largest entry along `axis` (None: of all); entries that tie share the gradient evenly."""
    return apply("max", a, axis=axis, keepdims=keepdims)


def softmax(a: Any, axis: Axes = -1) -> Tensor:
    """exp(a) / sum(exp(a)) along `axis`, computed so that it does not overflow."""
    return apply("softmax", a, axis=axis)


def logsumexp(a: Any, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """log(sum(exp(a))) along `axis`, computed so that it does not overflow."""
    return apply("logsumexp", a, axis=axis, keepdims=keepdims)


def reshape(a: Any, shape: Any) -> Tensor:
    """The same entries under another shape, with at most one size left open as -1."""
    return apply("reshape", a, shape=tuple(shape) if isinstance(shape, tuple | list) else (shape,))


def pad(a: Any, padding: Any, value: float = 0.0) -> Tensor:
    """A border of `padding` entries `value` around the last two axes."""
    return apply("pad", a, padding=padding, value=value)


def moveaxis(a: Any, source: Axes, destination: Axes) -> Tensor:
    """Axis `source` moved to place `destination`; the others keep their order."""
    return apply("moveaxis", a, source=source, destination=destination)


def transpose(a: Any, axes: tuple[int, ...] | None = None) -> Tensor:
    """The axes in the order `axes`; reversed without it."""
    return apply("transpose", a, axes=None if axes is None else tuple(axes))


def concatenate(parts: Sequence[Any], axis: int = 0) -> Tensor:
    """Tensors put one after the other along `axis`."""
    if not parts:
        raise EngineError("concatenate: there are no tensors to join; at least one was expected.")
    return apply("concatenate", *parts, axis=axis)


def joined(part: Tensor, times: Any, axis: int) -> Tensor:
    """So many tensors like `part`, one after the other along `axis`: their number may be a size, and so no array is."""
    along = one_axis("concatenate", part.shape, axis)
    shape = (*part.shape[:along], part.shape[along] * times, *part.shape[along + 1 :])
    operation = part.rules.operations["concatenate"]
    return new_node(operation, (part,), {"axis": axis}, AbstractArray(shape, part.dtype))


def embedding(weight: Any, indices: Any) -> Tensor:
    """The rows of `weight` (rows, width) with numbers `indices` (...) -> (..., width)."""
    if isinstance(indices, AbstractArray):
        return apply("embedding", weight, indices=indices)
    places = np.asarray(indices)
    if places.dtype.kind not in "iu":
        raise EngineError(f"embedding: the indices are of type {places.dtype}; integers were expected.")
    return apply("embedding", weight, indices=places.astype(np.intp))


def spcmatmul(dense: Any, matrix: Any) -> Tensor:
    """dense (n, k) @ sparse (k, m) -> (n, m); the sparse matrix takes no gradient."""
    return apply("spcmatmul", dense, matrix=matrix)


def im2col_matrix_sparse(Xin: Any, K: Any, S: Any = 1, padding: Any = 0, dilation: Any = 1) -> Any:  # noqa: N803
    """The matrix that takes flattened images to their patches; see `engine.tensors.sparse`, and abstract as Xin is.

    Raises: EngineError for abstract images with padding, where the number of stored entries has no closed form.
    """
    images = Xin.value if isinstance(Xin, Tensor) else Xin
    if not isinstance(images, AbstractArray):
        return sparse.im2col_matrix_sparse(Xin, K, S, padding=padding, dilation=dilation)
    if padding != 0:
        raise EngineError(
            f"im2col_matrix_sparse: padding is {padding} and the images are {images!r}; how many entries are stored "
            "has no closed form then; surround the images with pad first."
        )
    channels, height, width = images.shape[-3:]
    row, options = STANDARD_TENSOR_RULES.operations["conv2d"], {"stride": S, "padding": 0, "dilation": dilation}
    watcher = Xin.rules.watcher if isinstance(Xin, Tensor) else None
    down, right = shape_of(
        row,
        [(1, channels, height, width), (1, channels, K, K)],
        options,
        assume=watcher.assume if watcher else None,
    )[2:]
    n_columns = down * right * channels * K * K
    return AbstractSparse((channels * height * width, n_columns), n_columns, images.dtype)


def conv2d(x: Any, weight: Any, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    """Correlation as in PyTorch: (N, Cin, H, W), (Cout, Cin, K, K) -> (N, Cout, Hout, Wout)."""
    return apply("conv2d", x, weight, stride=stride, padding=padding, dilation=dilation)


def detach(a: Tensor) -> Tensor:
    """A leaf with a copy of the value: no gradient goes through it."""
    return a.detach()
