"""Values and vector-Jacobian products of the operations that need more than a line of the table.

A vjp takes the gradient `g` of the result, then the result and the operands as nodes (`.value`, `.shape`), and gives
the contribution to one operand. It reads a `.value` only if it needs it, so that a value that was discarded is
recomputed only then. A contribution may be larger than its operand along broadcast axes: the walk sums them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.tensors.counting import beside
from engine.tensors.shapes import Axes, Shape, moved_axes, permuted_axes, product, reduced, reduced_axes

__all__ = [
    "concatenate_vjp",
    "embedding_vjp",
    "logsumexp",
    "logsumexp_vjp",
    "matmul",
    "matmul_left_vjp",
    "matmul_right_vjp",
    "max_vjp",
    "maximum_vjp",
    "mean_vjp",
    "moveaxis",
    "moveaxis_vjp",
    "pad",
    "pad_vjp",
    "pow_base_vjp",
    "pow_exponent_vjp",
    "reshape",
    "softmax",
    "softmax_vjp",
    "spread",
    "sum_vjp",
    "transpose",
    "transpose_vjp",
    "unbroadcast",
]

Array = npt.NDArray[Any]

LARGEST_COPIED = 4096  # entries; up to here filling an array takes less time than making a view of stride 0


def unbroadcast(g: Array, shape: Shape) -> Array:
    """Sum over the axes along which an operand of `shape` was repeated: the adjoint of broadcasting."""
    n_new = g.ndim - len(shape)
    repeated = [n_new + k for k, n in enumerate(shape) if n == 1 and g.shape[n_new + k] != 1]
    return np.asarray(g.sum(axis=(*range(n_new), *repeated))).reshape(shape)


# Products.


def matmul(a: Array, b: Array) -> Array:
    """a @ b; a stack of matrices times one matrix is one large product instead of many small ones."""
    if b.ndim == 2 and a.ndim > 2 and a.size and a.flags.c_contiguous:
        rows: Array = a.reshape(-1, a.shape[-1])
        return np.reshape(np.matmul(rows, b), (*a.shape[:-1], b.shape[1]))
    return np.asarray(np.matmul(a, b))


def _turned(a: Array) -> Array:
    return np.swapaxes(a, -1, -2)


def _filled(g: Array) -> Array:
    """A gradient that was only spread (stride 0) as a full array: BLAS takes no other."""
    return g if all(g.strides) else np.ascontiguousarray(g)


def matmul_left_vjp(g: Array, out: Any, a: Any, b: Any) -> Array:
    """g @ b^T, with the axes put in that a vector lacks."""
    g, right = _filled(g), b.value
    if right.ndim == 1:
        return np.asarray(np.multiply(g[..., None] if len(a.shape) > 1 else g, right))
    if len(a.shape) == 1:
        return matmul(g[..., None, :], _turned(right))[..., 0, :]
    return matmul(g, _turned(right))


def matmul_right_vjp(g: Array, out: Any, a: Any, b: Any) -> Array:
    """a^T @ g; for one matrix under a stack, the sum over the stack is part of one large product."""
    g, left = _filled(g), a.value
    if left.ndim == 1:
        return np.asarray(np.multiply(left[:, None], g[..., None, :]) if len(b.shape) > 1 else np.multiply(g, left))
    if len(b.shape) == 1:
        return matmul(_turned(left), g[..., None])[..., 0]
    if len(b.shape) == 2 and left.ndim > 2 and left.size:
        return np.asarray(left.reshape(-1, left.shape[-1]).T @ g.reshape(-1, g.shape[-1]))
    return matmul(_turned(left), g)


# Powers.


def pow_base_vjp(g: Array, out: Any, a: Any, b: Any) -> Array:
    """g * b * a**(b - 1); a**0 is 1 for every a, 0 included."""
    exponent = b.value
    return np.where(exponent == 0, 0, g * (exponent * a.value ** (exponent - 1)))


def pow_exponent_vjp(g: Array, out: Any, a: Any, b: Any) -> Array:
    """g * a**b * log(a); 0**b stays 0 while b moves, for b >= 0."""
    is_flat = (a.value == 0) & (b.value >= 0)
    return np.where(is_flat, 0, g * (out.value * np.log(a.value)))


# Reductions.


def spread(g: Array, shape: Shape, axis: Axes) -> Array:
    """A reduction's result beside the operand it came from: 1 in the place of every reduced axis."""
    if g.ndim == len(shape):
        return g
    return g.reshape(reduced(shape, operation="spread", axis=axis, keepdims=True))


def _repeated(g: Array, shape: Shape, axis: Axes) -> Array:
    """A reduction's result at every entry it came from."""
    beside = spread(g, shape, axis)
    if product(shape) > LARGEST_COPIED:
        return np.broadcast_to(beside, shape)
    filled: Array = np.empty(shape, g.dtype)
    filled[...] = beside
    return filled


def sum_vjp(g: Array, out: Any, a: Any, *, axis: Axes, keepdims: bool) -> Array:
    """g at every entry that was added."""
    return _repeated(g, a.shape, axis)


def mean_vjp(g: Array, out: Any, a: Any, *, axis: Axes, keepdims: bool) -> Array:
    """g / n at each of the n entries that were averaged."""
    n_averaged = 1
    for place in reduced_axes("mean", a.shape, axis):
        n_averaged *= a.shape[place]
    return _repeated(np.asarray(g / n_averaged), a.shape, axis)


def max_vjp(g: Array, out: Any, a: Any, *, axis: Axes, keepdims: bool) -> Array:
    """g at the largest entry; entries that tie share it evenly (as torch.amax does)."""
    value = a.value
    is_largest = value == spread(out.value, a.shape, axis)
    n_largest = is_largest.sum(axis=axis, keepdims=True)
    return np.where(is_largest, spread(g, a.shape, axis) / n_largest, 0)


def maximum_vjp(g: Array, mine: Array, other: Array) -> Array:
    """g to the larger operand, half to each where they tie (as torch.maximum does)."""
    return np.where(mine == other, g / 2, np.where(mine > other, g, 0))


def softmax(a: Array, *, axis: Axes) -> Array:
    """exp(a) / sum(exp(a)) along `axis`, shifted by the maximum so that nothing overflows."""
    weights: Array = np.exp(a - a.max(axis=axis, keepdims=True))
    weights /= weights.sum(axis=axis, keepdims=True)
    return weights


def softmax_vjp(g: Array, out: Any, a: Any, *, axis: Axes) -> Array:
    """out * (g - sum(g * out))."""
    weighted = g * out.value
    return np.asarray(weighted - out.value * weighted.sum(axis=axis, keepdims=True))


def logsumexp(a: Array, *, axis: Axes, keepdims: bool) -> Array:
    """log(sum(exp(a))), shifted by the maximum; the shift is 0 where the maximum is infinite."""
    largest = a.max(axis=axis, keepdims=True)
    shift = largest if a.dtype.hasobject else np.where(np.isfinite(largest), largest, 0)
    total = np.log(np.exp(a - shift).sum(axis=axis, keepdims=True)) + shift
    return np.asarray(total.reshape(reduced(a.shape, operation="logsumexp", axis=axis, keepdims=keepdims)))


def logsumexp_vjp(g: Array, out: Any, a: Any, *, axis: Axes, keepdims: bool) -> Array:
    """g * softmax(a)."""
    return np.asarray(spread(g, a.shape, axis) * np.exp(a.value - spread(out.value, a.shape, axis)))


# Movement. Every value is a copy: a tensor owns its buffer.


def reshape(a: Array, *, shape: Shape) -> Array:
    """The same entries in C order under another shape."""
    return np.array(a, order="C").reshape(shape)


def pad(a: Array, *, padding: int, value: float) -> Array:
    """A border of `padding` entries `value` around the last two axes."""
    edges = [(0, 0)] * (a.ndim - 2) + [(padding, padding)] * 2
    return np.pad(a, edges, constant_values=beside(a, value))


def pad_vjp(g: Array, out: Any, a: Any, *, padding: int, value: float) -> Array:
    """The inside of g."""
    inside = slice(padding, -padding or None)
    return g[..., inside, inside]


def transpose(a: Array, *, axes: tuple[int, ...] | None) -> Array:
    """The axes in another order; the copy keeps the order of the entries in memory, so it runs straight through."""
    return np.array(a.transpose(permuted_axes(a.shape, axes)))


def transpose_vjp(g: Array, out: Any, a: Any, *, axes: tuple[int, ...] | None) -> Array:
    """The axes put back."""
    return _put_back(g, permuted_axes(a.shape, axes))


def moveaxis(a: Array, *, source: Axes, destination: Axes) -> Array:
    """Some axes at other places."""
    return np.array(a.transpose(moved_axes(a.shape, source, destination)))


def moveaxis_vjp(g: Array, out: Any, a: Any, *, source: Axes, destination: Axes) -> Array:
    """The axes put back."""
    return _put_back(g, moved_axes(a.shape, source, destination))


def _put_back(g: Array, order: tuple[int, ...]) -> Array:
    inverse = [0] * len(order)
    for place, axis in enumerate(order):
        inverse[axis] = place
    return np.transpose(g, inverse)


def concatenate_vjp(place: int, g: Array, out: Any, *parts: Any, axis: int) -> Array:
    """The piece of g that stands where part number `place` stood."""
    along = axis % g.ndim
    start = sum(part.shape[along] for part in parts[:place])
    piece = (slice(None),) * along + (slice(start, start + parts[place].shape[along]),)
    return g[piece]


def embedding_vjp(g: Array, out: Any, weight: Any, *, indices: Array) -> Array:
    """Each row of g added to the row of the table that it came from; a row may be looked up several times."""
    total: Array = np.zeros(weight.shape, g.dtype)
    np.add.at(total, indices, g)
    return total
