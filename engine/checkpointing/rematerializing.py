"""Programs that discard what a chain of matmuls computes and rebuild it, and a check of what is rebuilt.

Layer i (0, 1, ...) is x @ weights[i]; the result is the sum over the last layer. A layer in `checkpoints` keeps its
value, every other one has a rematerializer. Nothing is discarded here: `discard_value_if_has_rematerializer` does
that, or a LedgerWatcher with `discard_after_use`. What is rebuilt is rebuilt from real arrays.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.checkpointing.chain import checked_checkpoints, uniform_chain
from engine.errors import EngineError
from engine.tensors import functions
from engine.tensors.graph import rematerialized
from engine.tensors.tensor import Tensor

__all__ = ["forward_with_rematerializer", "forward_with_segments", "wrongly_rebuilt"]

Array = npt.NDArray[Any]


def forward_with_rematerializer(x: Tensor, weights: Sequence[Tensor], checkpoints: Collection[int]) -> Tensor:
    """Each activation is rebuilt on its own, from the nearest checkpoint below it (the input, if there is none).

    Raises: ScheduleError if a checkpoint is not a layer, or there is no layer.
    Source: the practice exam, section 4.2, with the values bound when the rematerializer is defined.
    """
    kept = checked_checkpoints(uniform_chain(len(weights)), checkpoints)
    start, first = x, 0
    for i, weight in enumerate(weights):
        x = functions.matmul(x, weight)
        if i in kept:
            start, first = x, i + 1
        else:
            x.rematerializer = partial(_rebuilt, start, tuple(weights[first : i + 1]))
    return functions.sum(x)


def forward_with_segments(x: Tensor, weights: Sequence[Tensor], checkpoints: Collection[int]) -> Tensor:
    """The activations between two checkpoints are rebuilt together, once; each waits until it is asked for.

    Raises: ScheduleError as `forward_with_rematerializer` does.
    Source: Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost".
    """
    kept = checked_checkpoints(uniform_chain(len(weights)), checkpoints)
    start, first = x, 0
    waiting: dict[int, Array] = {}
    for i, weight in enumerate(weights):
        x = functions.matmul(x, weight)
        if i in kept:
            start, first, waiting = x, i + 1, {}
        else:
            x.rematerializer = partial(_from_segment, waiting, start, tuple(weights[first : i + 1]))
    return functions.sum(x)


def _rebuilt(start: Tensor, weights: Sequence[Tensor]) -> Array:
    value: Array = rematerialized(start) if start.value is None else start.value
    for weight in weights:
        value = _product(value, weight)
    return value


def _from_segment(waiting: dict[int, Array], start: Tensor, weights: Sequence[Tensor]) -> Array:
    """The activation behind so many weights; backward asks for the last one of a segment first."""
    if len(weights) not in waiting:
        for place in range(len(weights)):
            waiting[place + 1] = _product(waiting[place], weights[place]) if place else _rebuilt(start, weights[:1])
    return waiting.pop(len(weights))


def _product(value: Array, weight: Tensor) -> Array:
    """The layer's own operation on plain arrays, told to whoever watches."""
    product: Array = np.asarray(weight.rules.operations["matmul"].value(value, weight.value))
    if weight.rules.watcher is not None:
        weight.rules.watcher.recomputed("matmul", product.nbytes, array=product)
    return product


def wrongly_rebuilt(output: Tensor) -> tuple[int, ...]:
    """Which operations have a rematerializer that gives another value than they do, or fails.

    The operations below `output` are numbered from 0 in postorder: in a chain of matmuls these are the layers' numbers.
    Values count as equal if they differ by less than the square root of the float type's precision.
    """
    values: dict[Tensor, Array] = {}
    wrong = set()
    for node in output.postorder():
        values[node] = _computed(node, values) if node.value is None else node.value
        if node.rematerializer is not None and not _gives(node, values[node]):
            wrong.add(node)
    operations = [node for node in values if node.inputs]
    return tuple(number for number, node in enumerate(operations) if node in wrong)


def _computed(node: Tensor, values: dict[Tensor, Array]) -> Array:
    """The value of a discarded node by its operation."""
    if node.operation is None:
        return np.asarray(rematerialized(node))
    return np.asarray(node.operation.value(*(values[source] for source in node.inputs), **node.options))


def _gives(node: Tensor, value: Array) -> bool:
    try:
        rebuilt = rematerialized(node)
    except (EngineError, ValueError):  # shapes that do not go together, of the result or on the way
        return False
    tolerance = np.sqrt(np.finfo(value.dtype).eps) * np.abs(value).max(initial=0)
    return bool((np.abs(rebuilt - value) <= tolerance).all())
