"""What a schedule recomputes, in closed form: from the number of layers and the checkpoints alone."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from math import isqrt

from engine.checkpointing.chain import checked_checkpoints, uniform_chain
from engine.checkpointing.errors import ScheduleError

__all__ = [
    "chen_checkpoints",
    "chen_peak_bound",
    "recomputed_per_segment",
    "recomputed_per_tensor",
    "recomputed_sequential",
]


def recomputed_per_tensor(layers: int, checkpoints: Collection[int]) -> int:
    """Operations recomputed when each activation is rebuilt on its own: a triangular number for each segment.

    A segment with d discarded activations costs 1 + 2 + ... + d. The last activation is not needed by backward.
    """
    gaps = _discarded(layers, checkpoints)
    return sum(gap * (gap + 1) // 2 for gap in gaps)


def recomputed_per_segment(layers: int, checkpoints: Collection[int]) -> int:
    """Operations recomputed when a segment is rebuilt once: (L-1) less the checkpoints that are not the last layer."""
    kept = checked_checkpoints(uniform_chain(layers), checkpoints)
    return (layers - 1) - len(kept - {layers - 1})


def recomputed_sequential(layers: int, segments: int) -> int:
    """Layers that PyTorch's `checkpoint_sequential` runs again: L(k-1)/k, where k divides L.

    All segments but the last are run again whole, their last layer too, though its output is stored; they have L//k
    layers each, the last segment has the rest.
    Raises: ScheduleError unless 1 <= segments <= layers.
    """
    if not 1 <= segments <= layers:
        raise ScheduleError(f"{segments} segments of {layers} layers; from 1 to {layers} segments are right.")
    return (segments - 1) * (layers // segments)


def chen_checkpoints(layers: int) -> tuple[int, ...]:
    """Checkpoints every ceil(sqrt(L)) layers, the last layer left out.

    Source: Chen et al. 2016, section 4.1: about sqrt(L) segments hold O(sqrt(L)) activations and recompute one forward.
    """
    uniform_chain(layers)
    stride = isqrt(layers - 1) + 1
    return tuple(range(stride - 1, layers - 1, stride))


def chen_peak_bound(layers: int) -> int:
    """The most activations and gradients held under `chen_checkpoints` per segment, all sizes 1: 2*ceil(sqrt(L)).

    At most ceil(sqrt(L)) - 1 checkpoints are held, beside the other ceil(sqrt(L)) - 1 activations of one segment and
    2 gradients.
    """
    uniform_chain(layers)
    return 2 * (isqrt(layers - 1) + 1)


def _discarded(layers: int, checkpoints: Collection[int]) -> list[int]:
    """How many activations each segment discards and backward needs."""
    kept = checked_checkpoints(uniform_chain(layers), checkpoints)
    ends = [-1, *sorted(kept - {layers - 1}), layers - 1]
    return [upper - lower - 1 for lower, upper in pairwise(ends)]
