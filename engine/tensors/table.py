"""The table of tensor operations: value, derivatives, shape, cost and wording of each operation in one row.

A row's `value` takes arrays; its `vjp` has one rule an operand, `(g, output, *operands)`, over nodes with `.value` and
`.shape` (gradients.py says more); `shape` takes shapes; `cost` takes the result's and the operands' shapes. All take
the operation's options by name. `expression` is the value in Python, `contributions` are the derivatives in Python
(a sum over broadcast axes goes without saying), `tex` is the value in TeX; the options stand in braces.

Conventions where a derivative does not exist: relu'(0) = 0; a maximum over axes shares its gradient evenly among
ties; `maximum` gives half to each operand where they tie. PyTorch (relu, amax, maximum) chooses the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.tensors import convolution, costs, gradients, indexing, shapes, sparse
from engine.tensors.counting import beside
from engine.tensors.watching import Watcher

__all__ = ["STANDARD_TENSOR_RULES", "TensorOperation", "TensorRules"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class TensorOperation:
    """One row of the table; see the file's first lines. A variadic row's one vjp is told the operand's place.

    `reads_output`: a derivative reads the result's value, so the walk back keeps it until then.
    """

    name: str
    expression: str
    value: Callable[..., Any]
    vjp: tuple[Callable[..., Any], ...]
    contributions: tuple[str, ...]
    shape: Callable[..., shapes.Shape]
    cost: costs.CostRule
    tex: str
    is_variadic: bool = False
    reads_output: bool = False

    def contribution(self, place: int, g: Array, output: Any, operands: Any, options: Mapping[str, Any]) -> Array:
        """What the gradient g of the output contributes to the operand at `place`."""
        if self.is_variadic:
            return np.asarray(self.vjp[0](place, g, output, *operands, **options))
        return np.asarray(self.vjp[place](g, output, *operands, **options))


@dataclass(frozen=True)
class TensorRules:
    """A frozen rule table: the operations, how contributions add up, how broadcasting is undone, and who watches.

    The standard table is right; a mal-rule is a table with one rule changed (`changed`). The table of a run that is
    followed names its watcher. With `frees_as_it_goes` the walk back drops gradients and values once they are used.
    """

    operations: Mapping[str, TensorOperation]
    accumulate: Callable[[Array, Array], Any] = operator.add
    unbroadcast: Callable[[Array, shapes.Shape], Array] = gradients.unbroadcast
    watcher: Watcher | None = None
    frees_as_it_goes: bool = False

    def watched_by(self, watcher: Watcher, *, frees_as_it_goes: bool = False) -> TensorRules:
        """This table for one run, whose tensors report to `watcher`."""
        return replace(self, watcher=watcher, frees_as_it_goes=frees_as_it_goes)

    def changed(self, *rows: TensorOperation, **rules: Callable[..., Any]) -> TensorRules:
        """This table with rows in place of their namesakes, and with `accumulate` or `unbroadcast` exchanged."""
        table = {**self.operations, **{row.name: row for row in rows}}
        return TensorRules(
            MappingProxyType(table),
            rules.get("accumulate", self.accumulate),
            rules.get("unbroadcast", self.unbroadcast),
            self.watcher,
            self.frees_as_it_goes,
        )


def _broadcast(name: str) -> Callable[..., shapes.Shape]:
    return lambda left, right: shapes.broadcast(left, right, operation=name)


def _reduced(name: str) -> Callable[..., shapes.Shape]:
    return lambda shape, *, axis, keepdims: shapes.reduced(shape, operation=name, axis=axis, keepdims=keepdims)


def _softmax_shape(shape: shapes.Shape, *, axis: shapes.Axes) -> shapes.Shape:
    shapes.reduced_axes("softmax", shape, axis)
    return shape


def _relu_vjp(g: Array, out: Any, a: Any) -> Array:
    return np.asarray(g * (out.value > 0))


def _sigmoid(a: Array) -> Any:
    return 1 / (1 + np.exp(-a))


_each = costs.elementwise
_axes = "axis={axis}, keepdims={keepdims}"
_window = "stride={stride}, padding={padding}, dilation={dilation}"

# fmt: off
_ROWS = (
    TensorOperation("add", "left + right", operator.add,
        (lambda g, out, a, b: g, lambda g, out, a, b: g), ("g", "g"),
        _broadcast("add"), _each(1), "left + right"),
    TensorOperation("sub", "left - right", operator.sub,
        (lambda g, out, a, b: g, lambda g, out, a, b: -g), ("g", "-g"),
        _broadcast("sub"), _each(1), "left - right"),
    TensorOperation("mul", "left * right", operator.mul,
        (lambda g, out, a, b: g * b.value, lambda g, out, a, b: g * a.value), ("g * right", "g * left"),
        _broadcast("mul"), _each(1), r"left \odot right"),
    TensorOperation("div", "left / right", operator.truediv,
        (lambda g, out, a, b: g / b.value, lambda g, out, a, b: g * out.value / -b.value),
        ("g / right", "-g * output / right"),
        _broadcast("div"), _each(1), "left / right", reads_output=True),
    TensorOperation("pow", "left ** right", operator.pow,
        (gradients.pow_base_vjp, gradients.pow_exponent_vjp),
        ("g * right * left ** (right - 1)", "g * output * log(left)"),
        _broadcast("pow"), _each(1), "left^{right}", reads_output=True),
    TensorOperation("neg", "-left", operator.neg,
        (lambda g, out, a: -g,), ("-g",),
        shapes.unchanged, _each(1), "-left"),
    TensorOperation("exp", "exp(left)", np.exp,
        (lambda g, out, a: g * out.value,), ("g * output",),
        shapes.unchanged, _each(1), r"\exp(left)", reads_output=True),
    TensorOperation("log", "log(left)", np.log,
        (lambda g, out, a: g / a.value,), ("g / left",),
        shapes.unchanged, _each(1), r"\log(left)"),
    TensorOperation("relu", "relu(left)", lambda a: np.maximum(a, beside(a, 0)),
        (_relu_vjp,), ("g * (left > 0)",),
        shapes.unchanged, _each(1), r"\max(left, 0)", reads_output=True),
    TensorOperation("tanh", "tanh(left)", np.tanh,
        (lambda g, out, a: g * (1 - out.value * out.value),), ("g * (1 - output**2)",),
        shapes.unchanged, _each(1), r"\tanh(left)", reads_output=True),
    TensorOperation("sigmoid", "sigmoid(left)", _sigmoid,
        (lambda g, out, a: g * (out.value * (1 - out.value)),), ("g * output * (1 - output)",),
        shapes.unchanged, _each(4), r"\sigma(left)", reads_output=True),
    TensorOperation("maximum", "maximum(left, right)", np.maximum,
        (lambda g, out, a, b: gradients.maximum_vjp(g, a.value, b.value),
         lambda g, out, a, b: gradients.maximum_vjp(g, b.value, a.value)),
        ("g * (left > right), half of g where they tie", "g * (right > left), half of g where they tie"),
        _broadcast("maximum"), _each(1), r"\max(left, right)"),
    TensorOperation("matmul", "left @ right", gradients.matmul,
        (gradients.matmul_left_vjp, gradients.matmul_right_vjp),
        ("g @ moveaxis(right, -1, -2)", "moveaxis(left, -1, -2) @ g"),
        shapes.matmul, costs.matmul, r"left \, right"),
    TensorOperation("spcmatmul", "spcmatmul(left, matrix)", sparse.spcmatmul,
        (sparse.spcmatmul_vjp,), ("spcmatmul(g, matrix.T)",),
        shapes.spcmatmul, costs.sparse, r"left \, M"),
    TensorOperation("conv2d", f"conv2d(left, right, {_window})", convolution.conv2d,
        (convolution.conv2d_input_vjp, convolution.conv2d_weight_vjp),
        ("each patch receives g @ right, overlaps add up", "g @ patches of left"),
        shapes.conv2d, costs.conv2d, r"left \star right"),
    TensorOperation("sum", f"sum(left, {_axes})", np.add.reduce,
        (gradients.sum_vjp,), ("g at each entry that was added",),
        _reduced("sum"), costs.reduction, r"\sum_{{axis}} left"),
    TensorOperation("mean", f"mean(left, {_axes})", np.mean,
        (gradients.mean_vjp,), ("g / n at each of n entries",),
        _reduced("mean"), costs.mean, r"\operatorname{mean}_{{axis}} left"),
    TensorOperation("max", f"max(left, {_axes})", np.maximum.reduce,
        (gradients.max_vjp,), ("g at the largest entry, shared evenly among ties",),
        _reduced("max"), costs.reduction, r"\max_{{axis}} left", reads_output=True),
    TensorOperation("softmax", "softmax(left, axis={axis})", gradients.softmax,
        (gradients.softmax_vjp,), ("output * (g - sum(g * output))",),
        _softmax_shape, costs.normalised(5, -2), r"\operatorname{softmax}_{{axis}}(left)", reads_output=True),
    TensorOperation("logsumexp", f"logsumexp(left, {_axes})", gradients.logsumexp,
        (gradients.logsumexp_vjp,), ("g * softmax(left)",),
        _reduced("logsumexp"), costs.normalised(4, 0), r"\log \sum_{{axis}} \exp(left)", reads_output=True),
    TensorOperation("pad", "pad(left, {padding})", gradients.pad,
        (gradients.pad_vjp,), ("g without the border",),
        shapes.pad, costs.moved, r"\operatorname{pad}(left)"),
    TensorOperation("reshape", "left.reshape({shape})", gradients.reshape,
        (lambda g, out, a, shape: g.reshape(a.shape),), ("g.reshape(left.shape)",),
        shapes.reshape, costs.moved, r"\operatorname{reshape}(left)"),
    TensorOperation("moveaxis", "moveaxis(left, {source}, {destination})", gradients.moveaxis,
        (gradients.moveaxis_vjp,), ("moveaxis(g, {destination}, {source})",),
        shapes.moveaxis, costs.moved, r"\operatorname{moveaxis}(left)"),
    TensorOperation("transpose", "transpose(left, {axes})", gradients.transpose,
        (gradients.transpose_vjp,), ("g with its axes put back",),
        shapes.transpose, costs.moved, "left^T"),
    TensorOperation("getitem", "left[{index}]", lambda a, *, index: np.array(a[index]),
        (indexing.getitem_vjp,), ("zeros with g at the places taken",),
        indexing.getitem_shape, costs.moved, "left[{index}]"),
    TensorOperation("concatenate", "concatenate(operands, axis={axis})",
        lambda *parts, axis: np.concatenate(parts, axis),
        (gradients.concatenate_vjp,), ("the operand's piece of g",),
        shapes.concatenate, costs.moved, r"\operatorname{concatenate}(operands)", is_variadic=True),
    TensorOperation("embedding", "embedding(left, indices)", lambda a, *, indices: a[indices],
        (gradients.embedding_vjp,), ("each row of g added to the row it came from",),
        shapes.embedding, costs.moved, r"\operatorname{embedding}(left)"),
)
# fmt: on

STANDARD_TENSOR_RULES = TensorRules(MappingProxyType({row.name: row for row in _ROWS}))
