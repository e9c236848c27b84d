"""A chain of layers run forward and backward under a set of checkpoints, event by event.

The conventions, which a question about memory has to state as well:

- Layer i (0, 1, ..., L-1) reads activation i-1 and makes activation i. Layer 0 reads the input. The input, the weights
  and their gradients, and the scalar loss are not counted: the same memory under every strategy.
- Counted are activations and their gradients; the gradient of activation i has its size. The input needs no gradient.
- The backward pass of layer i needs its input, activation i-1, and never its output: so it is for a matmul, whose
  weight gradient is input^T @ gradient. Hence the last activation is never rebuilt.
- Forward: while layer i runs, both its input and its output are held. Then the input is discarded, unless it is a
  checkpoint. After the loss the last activation is discarded, unless it is a checkpoint.
- Backward begins with the gradient of the last activation; only then does a stored last activation die. Layer i
  rebuilds its input if it was discarded, makes the gradient of activation i-1, and then the gradient of activation i
  and activation i-1 die.
- Rebuilding runs from the nearest checkpoint below (the input, if there is none), one layer at a time; again a layer's
  input and output are held while it runs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from engine.checkpointing.errors import ScheduleError
from engine.checkpointing.ledger import Ledger, Recorder

__all__ = ["Chain", "Strategy", "recompute_cost", "simulate", "store_all", "uniform_chain"]

Strategy = Literal["per tensor", "per segment"]


@dataclass(frozen=True)
class Chain:
    """Layers in a row: `sizes[i]` is the bytes of activation i, `costs[i]` what computing it from i-1 costs.

    Units: any; whole numbers above 0. Raises: ScheduleError if there is no layer, or the two lengths differ.
    """

    sizes: tuple[int, ...]
    costs: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.sizes or len(self.sizes) != len(self.costs):
            raise ScheduleError(
                f"Chain: {len(self.sizes)} sizes and {len(self.costs)} costs; there must be as many, and at least 1."
            )
        for word, numbers in (("size", self.sizes), ("cost", self.costs)):
            for layer, number in enumerate(numbers):
                if number < 1:
                    raise ScheduleError(f"Chain: layer {layer} has {word} {number}; whole numbers above 0 are right.")

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return len(self.sizes)


def uniform_chain(layers: int, *, size: int = 1, cost: int = 1) -> Chain:
    """A chain whose layers are all alike: with the defaults memory is in activations and cost in operations."""
    return Chain((size,) * layers, (cost,) * layers)


def simulate(chain: Chain, checkpoints: Collection[int], *, strategy: Strategy = "per tensor") -> Ledger:
    """The ledger of one forward and one backward pass that keeps only the activations in `checkpoints`.

    "per tensor": each discarded activation is rebuilt from the nearest checkpoint each time it is needed, and only it
    is kept. "per segment": a segment's activations are rebuilt together, once, and kept for that segment's backward.
    Raises: ScheduleError if a checkpoint is not a layer.
    Source: the practice exam's rematerializer; Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost".
    """
    kept = checked_checkpoints(chain, checkpoints)
    if strategy not in ("per tensor", "per segment"):
        raise ScheduleError(f"simulate: strategy {strategy!r} is unknown; 'per tensor' or 'per segment' is right.")
    recorder = Recorder()
    _forward(chain, kept, recorder)
    recorder.begin_backward()
    _backward(chain, kept, recorder, keep_rebuilt=strategy == "per segment")
    return recorder.ledger()


def store_all(chain: Chain) -> Ledger:
    """The ledger of a pass that keeps every activation and recomputes nothing."""
    return simulate(chain, range(chain.layers))


def recompute_cost(chain: Chain, ledger: Ledger) -> int:
    """What the recomputations of a simulated ledger cost, in the chain's units."""
    costs = {_activation(layer): cost for layer, cost in enumerate(chain.costs)}
    return sum(costs[event.name] for event in ledger.events if event.kind == "recompute")


def checked_checkpoints(chain: Chain, checkpoints: Collection[int]) -> frozenset[int]:
    """The checkpoints as a set. Raises ScheduleError if one is not a layer."""
    for layer in checkpoints:
        if not 0 <= layer < chain.layers:
            raise ScheduleError(f"checkpoint {layer} is not a layer; the layers are 0 to {chain.layers - 1}.")
    return frozenset(checkpoints)


def _forward(chain: Chain, kept: frozenset[int], recorder: Recorder) -> None:
    for layer, size in enumerate(chain.sizes):
        recorder.allocate(_activation(layer), size)
        if layer > 0 and layer - 1 not in kept:
            recorder.free(_activation(layer - 1))
    if chain.layers - 1 not in kept:
        recorder.free(_activation(chain.layers - 1))


def _backward(chain: Chain, kept: frozenset[int], recorder: Recorder, *, keep_rebuilt: bool) -> None:
    last = chain.layers - 1
    alive = set(kept)
    recorder.allocate(_gradient(last), chain.sizes[last])
    if last in alive:
        recorder.free(_activation(last))
    for layer in range(last, 0, -1):
        needed = layer - 1
        if needed not in alive:
            alive |= _rebuild(chain, max((c for c in kept if c < needed), default=-1), needed, recorder, keep_rebuilt)
        recorder.allocate(_gradient(needed), chain.sizes[needed])
        recorder.free(_gradient(layer))
        recorder.free(_activation(needed))
        alive.remove(needed)
    recorder.free(_gradient(0))


def _rebuild(chain: Chain, base: int, needed: int, recorder: Recorder, keep_rebuilt: bool) -> set[int]:
    """Compute activations base+1 to `needed` again; which of them are held afterwards."""
    for layer in range(base + 1, needed + 1):
        recorder.recompute(_activation(layer), chain.sizes[layer])
        recorder.allocate(_activation(layer), chain.sizes[layer])
        if layer - 1 > base and not keep_rebuilt:
            recorder.free(_activation(layer - 1))
    return set(range(base + 1, needed + 1)) if keep_rebuilt else {needed}


def _activation(layer: int) -> str:
    return f"activation {layer}"


def _gradient(layer: int) -> str:
    return f"gradient {layer}"
