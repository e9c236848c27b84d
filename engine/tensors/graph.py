"""The graph of tensors: postorder, the walk back, and the search for the node that made inf or nan.

Everything here is iterative: depth is no limit. A node whose value was discarded gets it back from its
rematerializer when a derivative reads it, and loses it again once no derivative will.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.tensors.abstract import AbstractArray
from engine.tensors.node import Node
from engine.tensors.shapes import ShapeMismatch, shown

__all__ = ["backward", "first_non_finite", "postorder"]

Array = npt.NDArray[Any]


def postorder(output: Node) -> list[Node]:
    """Depth-first postorder from `output`, left operand first, each node once."""
    order: list[Node] = []
    done: set[Node] = set()
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


def backward(output: Node, gradient: Any = None, *, keep_gradients: bool = True, keep_values: bool = True) -> None:
    """Leave d(output)/d(node) in `node.grad` of every node that depends on a leaf with `requires_grad`.

    Leaves add up over calls, as in PyTorch; an inner node holds the last walk's gradient, or none with
    `keep_gradients=False`. Gradients of inner nodes may share memory: they are to be read. With `keep_values=False`
    an inner node loses its value when no derivative will read it any more; so one walk is all.
    Raises: EngineError if nothing requires a gradient, or if `output` has several entries and no `gradient`.
    """
    seed = _seed(output, gradient)
    order = postorder(output)
    for node in order:
        if node.inputs:
            node.grad = None
    recalled: dict[Node, Array] = {}
    pass_on: Callable[[Node], None] = partial(_pass_on, recalled=recalled)
    if isinstance(seed, AbstractArray):
        _check_nothing_is_discarded(order)
        pass_on = _pass_on_shapes
        _hold(output, AbstractArray(output.shape, output.dtype))
    else:
        _receive(output, seed)
    del seed  # it is held by the output alone, which lets it go in its turn

    def let_go(node: Node) -> None:
        if recalled:
            recalled.pop(node, None)
        if not keep_values and node.inputs and node is not output:
            node.value = None

    with np.errstate(all="ignore"):  # first_non_finite says more than a warning does
        for node in reversed(order):
            reads_output = node.operation is not None and node.operation.reads_output
            if not reads_output:
                let_go(node)
            if node.inputs and node.grad is not None:
                pass_on(node)
                if not keep_gradients:
                    node.grad = None
            if reads_output:
                let_go(node)


def _check_nothing_is_discarded(order: list[Node]) -> None:
    missing = next((node for node in order if node.value is None), None)
    if missing is not None:
        raise EngineError(
            f"backward: the value of node {name_of(missing)} was discarded; what is rebuilt when is followed on arrays "
            "with entries only, so run the listing at plain sizes."
        )


def _pass_on_shapes(node: Node) -> None:
    """The step with nothing but shapes: every gradient has the shape and type of its node."""
    for source in node.inputs:
        if source.requires_grad and source.grad is None:
            _hold(source, AbstractArray(source.shape, source.dtype))


def _seed(output: Node, gradient: Any) -> Any:
    if not output.requires_grad:
        raise EngineError("backward: no leaf below this node requires a gradient; make one with requires_grad=True.")
    if gradient is None:
        if any(entry != 1 if isinstance(entry, int) else True for entry in output.shape):
            raise EngineError(
                f"backward: the output has shape {shown(output.shape)}, not one entry; hand in its gradient, "
                f"for instance np.ones({shown(output.shape)})."
            )
        is_abstract = isinstance(output.value, AbstractArray)
        return AbstractArray() if is_abstract else np.ones(output.shape, output.dtype)
    if isinstance(output.value, AbstractArray):
        return AbstractArray(output.shape, output.dtype)
    seed = np.array(getattr(gradient, "value", gradient), dtype=output.dtype)
    if seed.shape != output.shape:
        raise ShapeMismatch(
            f"backward: the output is {output.shape}, its gradient is {seed.shape}; both shapes must agree."
        )
    return seed


def _pass_on(node: Node, recalled: dict[Node, Array]) -> None:
    """Hand a node's gradient on to its operands, left to right."""
    if node.operation is None:
        raise EngineError(f"backward: node {name_of(node)} has inputs but no operation; its derivative is unknown.")
    inputs = node.inputs
    if node.value is None or any(source.value is None for source in inputs):
        _pass_on_recalled(node, recalled)
        return
    for place, source in enumerate(inputs):
        if source.requires_grad:
            _receive(source, _contribution(node, place, node, inputs))


def _pass_on_recalled(node: Node, recalled: dict[Node, Array]) -> None:
    """The step where a value was discarded: computed from the right, handed on from the left as ever.

    Of a product the right derivative reads the left operand: so that is rebuilt before the left gradient takes memory.
    """
    output, operands = _Recalled(node, recalled), [_Recalled(source, recalled) for source in node.inputs]
    places = [place for place, source in enumerate(node.inputs) if source.requires_grad]
    ready = {place: _contribution(node, place, output, operands) for place in reversed(places)}
    for place in places:
        _receive(node.inputs[place], ready.pop(place))


def _contribution(node: Node, place: int, output: Any, operands: Sequence[Any]) -> Array:
    """What a node's gradient contributes to the gradient of the operand at `place`, in that operand's shape."""
    operation: Any = node.operation  # `_pass_on` has seen that there is one
    amount: Array = operation.contribution(place, node.grad, output, operands, node.options)
    shape = node.inputs[place].shape
    return amount if amount.shape == shape else node.rules.unbroadcast(amount, shape)


def _receive(node: Node, amount: Array) -> None:
    if amount.dtype != node.dtype:
        amount = amount.astype(node.dtype)
    if node.grad is not None:
        _hold(node, np.asarray(node.rules.accumulate(node.grad, amount)))
    else:
        # A leaf's gradient outlives the walk and is its owner's to change, so it is nobody else's.
        _hold(node, amount if node.inputs else np.array(amount))


def _hold(node: Node, gradient: Any) -> None:
    watcher = node.rules.watcher
    if watcher is None:
        node.grad = gradient
        return
    replaced, node.grad = node.grad, gradient
    watcher.received(node, gradient)
    del replaced  # only now: there was a moment at which both existed, and the watcher is to see it


class _Recalled:
    """A node as a derivative sees it: its value is recomputed when it is read, at most once a walk."""

    __slots__ = ("_node", "_recalled")

    def __init__(self, node: Node, recalled: dict[Node, Array]) -> None:
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


def rematerialized(node: Node) -> Any:
    """The value of a node that was discarded, computed again."""
    rebuild: Callable[[], Any] | None = node.rematerializer
    if rebuild is None:
        raise EngineError(f"node {name_of(node)} has no value and no rematerializer; it cannot be computed again.")
    watcher = node.rules.watcher
    with watcher.rebuilding(node) if watcher else nullcontext():
        rebuilt = rebuild()
    value = rebuilt if isinstance(rebuilt, AbstractArray) else np.asarray(rebuilt)
    if watcher:
        watcher.rebuilt(node, value)
    if value.shape != node.shape:
        raise ShapeMismatch(
            f"rematerializer of node {name_of(node)}: the node is {node.shape}, the rebuilt value is {value.shape}; "
            "both shapes must agree."
        )
    return value


def first_non_finite(output: Node) -> str | None:
    """Which node was the first in postorder to hold inf or nan, and how its operands were; None if none does."""
    for node in postorder(output):
        if isinstance(node.value, np.ndarray) and not np.isfinite(node.value).all():
            states = "; ".join(f"its operand {name_of(source)} {_state(source)}" for source in node.inputs)
            return f"{name_of(node)} {_state(node)}{'; ' if states else ''}{states}."
    return None


def _state(node: Node) -> str:
    value = node.value
    if value is None:
        return "was discarded"
    if isinstance(value, AbstractArray):
        return "has no entries"
    if not value.size:
        return "is empty"
    finite = np.isfinite(value)
    if finite.all():
        return f"is finite, between {value.min():.6g} and {value.max():.6g}"
    place = tuple(int(k) for k in np.argwhere(~finite)[0])
    where = f" at {place}" if place else ""
    return f"holds {value[place]}{where} ({value.size - int(finite.sum())} of {value.size} entries are not finite)"


def name_of(node: Node) -> str:
    """How a message names a node: `z4:exp`, or `exp` where there is no label."""
    return f"{node.label}:{node.op}" if node.label else node.op
