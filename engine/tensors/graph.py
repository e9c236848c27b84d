"""The graph of tensors: postorder, the walk back, and the search for the node that made inf or nan.

Everything here is iterative: depth is no limit. A node whose value was discarded gets it back from its
rematerializer when a derivative reads it, and loses it again once its own turn is over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.tensors.shapes import ShapeMismatch

if TYPE_CHECKING:
    from engine.tensors.tensor import Tensor

__all__ = ["backward", "first_non_finite", "postorder"]

Array = npt.NDArray[Any]


def postorder(output: Tensor) -> list[Tensor]:
    """Depth-first postorder from `output`, left operand first, each node once."""
    order: list[Tensor] = []
    done: set[Tensor] = set()
    stack = [output]
    while stack:
        node = stack[-1]
        pending = [] if node in done else [source for source in node.inputs if source not in done]
        if pending:
            stack += reversed(pending)
            continue
        stack.pop()
        if node not in done:
            done.add(node)
            order.append(node)
    return order


def backward(output: Tensor, gradient: Any = None, *, keep_gradients: bool = True) -> None:
    """Leave d(output)/d(node) in `node.grad` of every node that depends on a leaf with `requires_grad`.

    Leaves add up over calls, as in PyTorch; an inner node holds the last walk's gradient, or none with
    `keep_gradients=False`. Gradients of inner nodes may share memory: they are to be read.
    Raises: EngineError if nothing requires a gradient, or if `output` has several entries and no `gradient`.
    """
    seed = _seed(output, gradient)
    order = postorder(output)
    for node in order:
        if node.inputs:
            node.grad = None
    recalled: dict[Tensor, Array] = {}
    _receive(output, seed)
    with np.errstate(all="ignore"):  # first_non_finite says more than a warning does
        for node in reversed(order):
            if node.inputs and node.grad is not None:
                _pass_on(node, recalled)
                if not keep_gradients:
                    node.grad = None
            recalled.pop(node, None)


def _seed(output: Tensor, gradient: Any) -> Array:
    if not output.requires_grad:
        raise EngineError("backward: no leaf below this node requires a gradient; make one with requires_grad=True.")
    if gradient is None:
        if output.size != 1:
            raise EngineError(
                f"backward: the output has shape {output.shape}, not one entry; hand in its gradient, "
                f"for instance np.ones({output.shape})."
            )
        return np.ones(output.shape, output.dtype)
    seed = np.array(getattr(gradient, "value", gradient), dtype=output.dtype)
    if seed.shape != output.shape:
        raise ShapeMismatch(
            f"backward: the output is {output.shape}, its gradient is {seed.shape}; both shapes must agree."
        )
    return seed


def _pass_on(node: Tensor, recalled: dict[Tensor, Array]) -> None:
    """Hand a node's gradient on to its operands, left to right."""
    operation, rules, inputs = node.operation, node.rules, node.inputs
    if operation is None:
        raise EngineError(f"backward: node {name_of(node)} has inputs but no operation; its derivative is unknown.")
    output: Any = node
    operands: Sequence[Any] = inputs
    if node.value is None or any(source.value is None for source in inputs):
        output, operands = _Recalled(node, recalled), [_Recalled(source, recalled) for source in inputs]
    gradient = node.grad
    assert gradient is not None
    for place, source in enumerate(inputs):
        if source.requires_grad:
            amount = operation.contribution(place, gradient, output, operands, node.options)
            if amount.shape != source.shape:
                amount = rules.unbroadcast(amount, source.shape)
            _receive(source, amount)


def _receive(node: Tensor, amount: Array) -> None:
    if amount.dtype != node.dtype:
        amount = amount.astype(node.dtype)
    if node.grad is not None:
        node.grad = np.asarray(node.rules.accumulate(node.grad, amount))
    else:
        # A leaf's gradient outlives the walk and is its owner's to change, so it is nobody else's.
        node.grad = amount if node.inputs else np.array(amount)


class _Recalled:
    """A node as a derivative sees it: its value is recomputed when it is read, at most once a walk."""

    __slots__ = ("_node", "_recalled")

    def __init__(self, node: Tensor, recalled: dict[Tensor, Array]) -> None:
        self._node, self._recalled = node, recalled

    @property
    def shape(self) -> tuple[int, ...]:
        return self._node.shape

    @property
    def value(self) -> Array:
        node, recalled = self._node, self._recalled
        if node.value is None and node not in recalled:
            recalled[node] = rematerialized(node)
        value: Array = recalled[node] if node.value is None else node.value
        return value


def rematerialized(node: Tensor) -> Array:
    """The value of a node that was discarded, computed again."""
    rebuild: Callable[[], Any] | None = node.rematerializer
    if rebuild is None:
        raise EngineError(f"node {name_of(node)} has no value and no rematerializer; it cannot be computed again.")
    value = np.asarray(rebuild())
    if value.shape != node.shape:
        raise ShapeMismatch(
            f"rematerializer of node {name_of(node)}: the node is {node.shape}, the rebuilt value is {value.shape}; "
            "both shapes must agree."
        )
    return value


def first_non_finite(output: Tensor) -> str | None:
    """Which node was the first in postorder to hold inf or nan, and how its operands were; None if none does."""
    for node in postorder(output):
        if node.value is not None and not np.isfinite(node.value).all():
            states = "; ".join(f"its operand {name_of(source)} {_state(source)}" for source in node.inputs)
            return f"{name_of(node)} {_state(node)}{'; ' if states else ''}{states}."
    return None


def _state(node: Tensor) -> str:
    value = node.value
    if value is None:
        return "was discarded"
    if not value.size:
        return "is empty"
    finite = np.isfinite(value)
    if finite.all():
        return f"is finite, between {value.min():.6g} and {value.max():.6g}"
    place = tuple(int(k) for k in np.argwhere(~finite)[0])
    where = f" at {place}" if place else ""
    return f"holds {value[place]}{where} ({value.size - int(finite.sum())} of {value.size} entries are not finite)"


def name_of(node: Tensor) -> str:
    """How a message names a node: `z4:exp`, or `exp` where there is no label."""
    return f"{node.label}:{node.op}" if node.label else node.op
