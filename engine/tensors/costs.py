"""Cost rules: multiply-adds, elementwise operations and bytes moved, as arithmetic on shapes.

Units: a multiply-add is one multiplication and one addition of a sum of products (2 FLOPs). Elementwise
operations are all other additions, multiplications, divisions, comparisons and function values. Bytes moved are
every operand read once and the result written once: what no execution can do without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.tensors.shapes import Axes, Shape, product, reduced

__all__ = ["Cost", "CostRule", "conv2d", "elementwise", "matmul", "mean", "moved", "normalised", "reduction", "sparse"]


@dataclass(frozen=True)
class Cost:
    """What one operation costs; costs add up."""

    multiply_adds: Any = 0
    elementwise: Any = 0
    bytes_moved: Any = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.multiply_adds + other.multiply_adds,
            self.elementwise + other.elementwise,
            self.bytes_moved + other.bytes_moved,
        )


#: Called as rule(output shape, *operand shapes, itemsize=..., **options).
CostRule = Callable[..., Cost]


def _bytes(itemsize: int, *shapes: Shape) -> Any:
    total: Any = 0
    for shape in shapes:
        total = total + product(shape)
    return itemsize * total


def elementwise(n_operations: int) -> CostRule:
    """So many operations for each entry of the result."""

    def rule(output: Shape, *operands: Shape, itemsize: int, **_options: object) -> Cost:
        return Cost(0, n_operations * product(output), _bytes(itemsize, output, *operands))

    return rule


def moved(output: Shape, *_operands: Shape, itemsize: int, **_options: object) -> Cost:
    """No arithmetic: each entry of the result is read and written once."""
    return Cost(0, 0, _bytes(itemsize, output, output))


def reduction(output: Shape, operand: Shape, *, itemsize: int, **_options: object) -> Cost:
    """n entries are combined to one by n - 1 operations."""
    return Cost(0, product(operand) - product(output), _bytes(itemsize, output, operand))


def mean(output: Shape, operand: Shape, *, itemsize: int, **_options: object) -> Cost:
    """A sum, and one division for each entry of the result."""
    return reduction(output, operand, itemsize=itemsize) + Cost(0, product(output))


def normalised(n_operations: int, n_per_slice: int) -> CostRule:
    """softmax and logsumexp: so many operations an entry, and so many a slice."""

    def rule(output: Shape, operand: Shape, *, itemsize: int, axis: Axes = -1, **_options: object) -> Cost:
        n_slices = product(reduced(operand, operation="cost", axis=axis))
        total = n_operations * product(operand) + n_per_slice * n_slices
        return Cost(0, total, _bytes(itemsize, output, operand))

    return rule


def matmul(output: Shape, left: Shape, right: Shape, *, itemsize: int) -> Cost:
    """Each entry of the result is a sum of k products."""
    return Cost(product(output) * left[-1], 0, _bytes(itemsize, output, left, right))


def conv2d(output: Shape, x: Shape, weight: Shape, *, itemsize: int, **_options: object) -> Cost:
    """Each entry of the result is a sum of Cin*K*K products, those with padding included."""
    return Cost(product(output) * product(weight[1:]), 0, _bytes(itemsize, output, x, weight))


def sparse(output: Shape, dense: Shape, *, itemsize: int, matrix: Any) -> Cost:
    """One multiply-add for each stored entry and each row of the dense operand; 4 bytes an index are read."""
    n_rows = product(dense[:-1])
    index_bytes = matrix.indices.itemsize * matrix.nnz + matrix.indptr.itemsize * (matrix.shape[0] + 1)
    moved_bytes = _bytes(itemsize, output, dense) + itemsize * matrix.nnz + index_bytes
    return Cost(n_rows * matrix.nnz, 0, moved_bytes)
