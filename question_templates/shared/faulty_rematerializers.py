"""Foresees what a rematerializer with a known fault does: which layers it runs again, from which value.

A generator draws with it what can be told apart, and mistakes are read from it. What a listing does, its run tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import Any, NamedTuple

__all__ = ["BOUND", "FaultyChain", "Rerun"]

_ALL = frozenset({"start", "first", "i"})

#: Fault -> the names that keep their values from when the function is defined; the others are looked up at the call.
BOUND: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "late": frozenset(),
        "late slice": frozenset({"start"}),
        "late end": frozenset({"start", "first"}),
        "late start": frozenset({"first", "i"}),
        "late first": frozenset({"start", "i"}),
        "slice": _ALL,  # begins at the checkpoint itself
        "skip": _ALL,  # begins one layer too far
        "short": _ALL,  # ends one layer too early
        "": _ALL,  # no fault
    }
)
_BEGIN = MappingProxyType({"slice": 0, "skip": 2})  # where the slice begins, counted from the checkpoint


class Rerun(NamedTuple):
    """What one call does: it starts from the value of layer `start` (-1: the input) and runs some layers."""

    start: int
    layers: range

    def gives(self, layer: int) -> bool:
        """Whether that is what the layer had computed, for matrices without any special values."""
        return bool(self.layers) and self.layers.start == self.start + 1 and self.layers[-1] == layer


class FaultyChain(NamedTuple):
    """A chain whose rematerializers have a fault; the last layer is no checkpoint."""

    fault: str
    n_layers: int
    checkpoints: Sequence[int]

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> FaultyChain:
        """From the family's parameters."""
        return cls(parameters["fault"], parameters["n_layers"], parameters["checkpoints"])

    @property
    def discarded(self) -> list[int]:
        """The layers that have a rematerializer."""
        return [layer for layer in range(self.n_layers) if layer not in self.checkpoints]

    def rerun(self, layer: int) -> Rerun:
        """What the rematerializer of a layer does when it is called after the forward pass."""
        bound, final = BOUND[self.fault], max(self.checkpoints)
        own = max((mark for mark in self.checkpoints if mark < layer), default=-1)
        behind = own if "first" in bound else final
        first = behind + _BEGIN.get(self.fault, 1) if behind >= 0 else 0
        last = (layer if "i" in bound else self.n_layers - 1) - (self.fault == "short")
        return Rerun(own if "start" in bound else final, range(first, max(first, last + 1)))

    def wrong(self) -> list[int]:
        """The layers whose value comes back wrong."""
        return [layer for layer in self.discarded if not self.rerun(layer).gives(layer)]

    def products(self) -> int:
        """The products that backward does again: it asks for the activations of all layers but the last."""
        return sum(len(self.rerun(layer).layers) for layer in self.discarded if layer < self.n_layers - 1)

    def returned(self, layer: int, numbers: Sequence[int]) -> int:
        """What a layer's rematerializer returns where all matrices are numbers, the input's first."""
        done = self.rerun(layer)
        return prod(numbers[: done.start + 2]) * prod(numbers[step + 1] for step in done.layers)
