"""What lies between two neighbouring checkpoints: what rebuilding it costs, and the memory that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.checkpointing.chain import Chain, Strategy

__all__ = ["INPUT", "Segment", "segment_table"]

INPUT = -1  # the number of the input, which is below layer 0 and always held


@dataclass(frozen=True)
class Segment:
    """The layers above one checkpoint up to the next one.

    `cost`: of all recomputations in it. `need`: the most bytes at any time of its forward or backward pass, beyond the
    checkpoints up to the one below it. It depends on no other checkpoint: those above are not yet made, or dead.
    """

    cost: int
    need: int


def segment_table(chain: Chain, strategy: Strategy) -> dict[tuple[int, int], Segment]:
    """The segment for each pair (checkpoint below, checkpoint above).

    Below is INPUT or a layer; above is a layer, or `chain.layers` where no checkpoint follows. The last layer is never
    a checkpoint here: backward does not need its output. Takes L**2/2 steps for L layers.
    """
    table = {}
    for below in range(INPUT, max(chain.layers - 1, 0)):
        for above, segment in _segments_above(chain, strategy, below):
            table[below, above] = segment
    return table


def _segments_above(chain: Chain, strategy: Strategy, below: int) -> Iterator[tuple[int, Segment]]:
    """The segments that begin at `below`, longer and longer; what each layer needs follows chain.py.

    The forward pass adds nothing to `need`: a layer's input and output are no more than its input and two gradients.
    """
    sizes, costs = chain.sizes, chain.costs
    cost = need = rebuild_cost = rebuild_need = stored = 0
    for layer in range(below + 1, chain.layers):
        source = layer - 1
        gradient = sizes[source] if layer > 0 else 0
        discarded = gradient if source > below else 0
        if discarded:
            rebuild_cost += costs[source]
            cost += rebuild_cost if strategy == "per tensor" else costs[source]
            rebuild_need = max(rebuild_need, sizes[source] + (sizes[source - 1] if source - 1 > below else 0))
            stored += sizes[source]
        inside = max(rebuild_need, discarded + gradient) if strategy == "per tensor" else stored + gradient
        need = max(need, sizes[layer] + inside)
        if layer < chain.layers - 1:
            yield layer, Segment(cost, need)
    yield chain.layers, Segment(cost, need)
