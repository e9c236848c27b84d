"""Shape rules: the shape of every operation's result from its operands' shapes, or the reason why there is none.

An entry may be an int or a symbolic size: the rules only add, subtract, multiply, floor-divide and compare
entries. A size that is not an int is never asked whether it is 1; a size that broadcasts is written as 1. Sizes
agree only if that is proven: an assumed equality would hide a bug. An inequality stands as a refusal, `if bad: raise`;
where it depends on the sizes UndecidedComparison goes to the caller, who may assume that it is not so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.errors import EngineError
from engine.sizes import UndecidedComparison

__all__ = [
    "Axes",
    "Shape",
    "ShapeMismatch",
    "broadcast",
    "check_width",
    "concatenate",
    "conv2d",
    "embedding",
    "matmul",
    "moveaxis",
    "moved_axes",
    "one_axis",
    "pad",
    "permuted_axes",
    "product",
    "reduced",
    "reduced_axes",
    "reshape",
    "shown",
    "spcmatmul",
    "transpose",
    "unchanged",
]

Shape = tuple[Any, ...]
Axes = int | tuple[int, ...] | None


class ShapeMismatch(EngineError):
    """Operands whose shapes an operation cannot combine; the message names the operation, both shapes and the rule."""


def product(entries: Iterable[Any]) -> Any:
    """The number of elements of a shape; 1 for a single number's shape ()."""
    total: Any = None
    for entry in entries:
        total = entry if total is None else total * entry
    return 1 if total is None else total


def unchanged(shape: Shape, **_options: object) -> Shape:
    """Elementwise with one operand: the operand's own shape."""
    return shape


def broadcast(left: Shape, right: Shape, *, operation: str, core: int = 0) -> Shape:
    """The common shape, axes aligned at the end; the last `core` axes of both are left out."""
    leading = [shape[: len(shape) - core] if len(shape) > core else () for shape in (left, right)]
    length = max(map(len, leading))
    a, b = ((1,) * (length - len(shape)) + shape for shape in leading)
    return tuple(_common(m, n, operation, left, right) for m, n in zip(a, b, strict=True))


def _common(m: Any, n: Any, operation: str, left: Shape, right: Shape) -> Any:
    if _is_one(m):
        return n
    if _is_one(n) or _agree(m, n):
        return m
    raise ShapeMismatch(
        f"{operation}: {_pair(left, right)}; aligned at the end, the sizes {m} and {n} must agree or one of them be 1."
    )


def _agree(m: Any, n: Any) -> bool:
    """Whether two sizes are one for certain."""
    try:
        return bool(m == n)
    except UndecidedComparison:
        return False


def _must_agree(m: Any, n: Any) -> str:
    """The rule that two sizes broke."""
    return f"{m} and {n} must agree{_advice(m, n)}"


def _advice(m: Any, n: Any) -> str:
    """What to do about two sizes that may yet be one."""
    try:
        bool(m == n)
    except UndecidedComparison as undecided:
        return f"; declare '{undecided.comparison}' if the listing relies on it"
    return ""


def _pair(left: Shape, right: Shape, names: tuple[str, str] = ("left", "right")) -> str:
    return f"{names[0]} is {shown(left)}, {names[1]} is {shown(right)}"


def shown(shape: Shape) -> str:
    """A shape as messages write it: (N, 8*Cin)."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _is_one(entry: Any) -> bool:
    return isinstance(entry, int) and entry == 1


def matmul(left: Shape, right: Shape) -> Shape:
    """(..., n, k) @ (..., k, m) -> (..., n, m); an operand with one axis has no n, or no m."""
    if not left or not right:
        raise ShapeMismatch(f"matmul: {_pair(left, right)}; a single number is multiplied with *.")
    inner = left[-1], right[-2] if len(right) > 1 else right[-1]
    if not _agree(*inner):
        raise ShapeMismatch(f"matmul: {_pair(left, right)}; the inner sizes {_must_agree(*inner)}.")
    columns = right[-1:] if len(right) > 1 else ()
    return broadcast(left, right, operation="matmul", core=2) + left[-2:-1] + columns


def spcmatmul(dense: Shape, *, matrix: Any) -> Shape:
    """(n, k) @ sparse (k, m) -> (n, m), or (k,) -> (m,)."""
    pair = _pair(dense, matrix.shape, ("dense", "sparse"))
    if len(dense) not in (1, 2):
        raise ShapeMismatch(f"spcmatmul: {pair}; dense needs 1 or 2 axes.")
    if not _agree(dense[-1], matrix.shape[0]):
        raise ShapeMismatch(f"spcmatmul: {pair}; the inner sizes {_must_agree(dense[-1], matrix.shape[0])}.")
    return (*dense[:-1], matrix.shape[1])


def conv2d(x: Shape, weight: Shape, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Shape:
    """(N, Cin, H, W), (Cout, Cin, K, L) -> (N, Cout, Hout, Wout)."""
    if len(x) != 4 or len(weight) != 4:
        raise _no_convolution(x, weight, "; (N, Cin, H, W) and (Cout, Cin, K, K) were expected.")
    if not _agree(x[1], weight[1]):
        why = f"; the numbers of input channels {_must_agree(x[1], weight[1])}."
        raise _no_convolution(x, weight, why)
    if stride < 1 or dilation < 1 or padding < 0:
        why = f", stride {stride}, padding {padding}, dilation {dilation}; stride and dilation are 1 or more, "
        raise _no_convolution(x, weight, f"{why}padding is 0 or more.")
    sizes = [x[0], weight[0]]
    for axis in (2, 3):
        padded, reach = x[axis] + 2 * padding, dilation * (weight[axis] - 1) + 1
        if reach > padded:
            why = f"; the kernel reaches over {reach} pixels, the padded input has {padded}."
            raise _no_convolution(x, weight, why)
        sizes.append((padded - reach) // stride + 1)
    return tuple(sizes)


def _no_convolution(x: Shape, weight: Shape, why: str) -> ShapeMismatch:
    return ShapeMismatch(f"conv2d: {_pair(x, weight, ('x', 'weight'))}{why}")


def check_width(layer: str, x: Shape, axis: int, width: Any, *, name: str) -> None:
    """Refuse an input whose size along `axis` is not for certain the `width` that a layer was made for.

    A size of 1 would otherwise broadcast, and nobody would hear of it.
    """
    given = x[one_axis(layer, x, axis)]
    if not _agree(given, width):
        raise ShapeMismatch(f"{layer}: the input is {shown(x)}, {name} is {width}; {_must_agree(given, width)}.")


def embedding(weight: Shape, *, indices: Any) -> Shape:
    """(rows, ...) and indices of shape s -> (*s, ...)."""
    if not weight:
        raise ShapeMismatch("embedding: the table is (); it has no rows to look up, (rows, width) was expected.")
    return (*indices.shape, *weight[1:])


def one_axis(operation: str, shape: Shape, axis: int) -> int:
    """The axis counted from the front."""
    if not -len(shape) <= axis < len(shape):
        raise ShapeMismatch(f"{operation}: the operand is {shown(shape)}; it has {len(shape)} axes and no axis {axis}.")
    return axis % len(shape)


def reduced_axes(operation: str, shape: Shape, axis: Axes) -> tuple[int, ...]:
    """The axes that a reduction runs over, counted from the front; None is all of them."""
    if axis is None:
        return tuple(range(len(shape)))
    if isinstance(axis, int):
        return (one_axis(operation, shape, axis),)
    axes = tuple(one_axis(operation, shape, entry) for entry in axis)
    if len(set(axes)) < len(axes):
        raise ShapeMismatch(f"{operation}: the operand is {shown(shape)}; an axis is named twice in {axis}.")
    return axes


def reduced(shape: Shape, *, operation: str, axis: Axes = None, keepdims: bool = False) -> Shape:
    """The shape without the reduced axes, or with 1 in their places."""
    axes = reduced_axes(operation, shape, axis)
    if keepdims:
        return tuple(1 if place in axes else entry for place, entry in enumerate(shape))
    return tuple(entry for place, entry in enumerate(shape) if place not in axes)


def reshape(old: Shape, *, shape: Shape) -> Shape:
    """The new shape, with what is left over in the place of -1."""
    known = [entry for entry in shape if not _is_open(entry)]
    total, asked = product(old), product(known)
    message = f"reshape: the operand is {shown(old)} with {total} elements; it cannot become {shown(shape)}"
    if len(shape) - len(known) > 1:
        raise ShapeMismatch(f"{message}, which leaves more than one size open.")
    if len(shape) == len(known):
        if not _agree(total, asked):
            raise ShapeMismatch(f"{message} with {asked}{_advice(total, asked)}.")
        return shape
    if (isinstance(asked, int) and asked == 0) or not _agree((total // asked) * asked, total):
        raise ShapeMismatch(f"{message}: {total} is not a multiple of {asked}.")
    return tuple(total // asked if _is_open(entry) else entry for entry in shape)


def _is_open(entry: Any) -> bool:
    return isinstance(entry, int) and entry == -1


def pad(shape: Shape, *, padding: Any, value: float) -> Shape:
    """(..., H, W) -> (..., H + 2*padding, W + 2*padding)."""
    if len(shape) < 2 or padding < 0:
        why = "2 axes and a padding of 0 or more are needed."
        raise ShapeMismatch(f"pad: the operand is {shown(shape)}, padding is {padding}; {why}")
    return (*shape[:-2], shape[-2] + 2 * padding, shape[-1] + 2 * padding)


def permuted_axes(shape: Shape, axes: tuple[int, ...] | None) -> tuple[int, ...]:
    """For every axis of a transpose, the axis that it was; None reverses them."""
    if axes is None:
        return tuple(reversed(range(len(shape))))
    order = tuple(one_axis("transpose", shape, axis) for axis in axes)
    if sorted(order) != list(range(len(shape))):
        raise ShapeMismatch(f"transpose: the operand is {shown(shape)}; {axes} does not name each axis once.")
    return order


def transpose(shape: Shape, *, axes: tuple[int, ...] | None = None) -> Shape:
    """The entries in the order of `axes`."""
    return tuple(shape[axis] for axis in permuted_axes(shape, axes))


def moved_axes(shape: Shape, source: Axes, destination: Axes) -> tuple[int, ...]:
    """For every axis of a moveaxis, the axis that it was."""
    sources, destinations = (reduced_axes("moveaxis", shape, axes) for axes in (source, destination))
    if len(sources) != len(destinations):
        raise ShapeMismatch(f"moveaxis: the operand is {shown(shape)}; {source} cannot go to {destination}.")
    order = [axis for axis in range(len(shape)) if axis not in sources]
    for place, axis in sorted(zip(destinations, sources, strict=True)):
        order.insert(place, axis)
    return tuple(order)


def moveaxis(shape: Shape, *, source: Axes, destination: Axes) -> Shape:
    """The entries with `source` at `destination`, the others in their order."""
    return tuple(shape[axis] for axis in moved_axes(shape, source, destination))


def concatenate(*shapes: Shape, axis: int = 0) -> Shape:
    """The sizes along `axis` added up; the other sizes must agree."""
    first = shapes[0]
    along = one_axis("concatenate", first, axis)
    for shape in shapes[1:]:
        if len(shape) != len(first) or any(
            not _agree(m, n) for place, (m, n) in enumerate(zip(first, shape, strict=True)) if place != along
        ):
            raise ShapeMismatch(
                f"concatenate: {_pair(first, shape)}; all sizes but that of axis {along} must agree."
            )
    joined: Any = first[along]
    for shape in shapes[1:]:
        joined = joined + shape[along]
    return (*first[:along], joined, *first[along + 1 :])
