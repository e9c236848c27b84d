"""A chain of layers with rematerializers, run on NumPy arrays while Python itself says which arrays are alive.

The tiny `ag` of this file does what the questions say that backward does, and nothing else. Every activation and every
gradient of one is watched by a weak reference, so memory is measured and not simulated. `simulated` is a third
witness, on sizes alone, which is quick enough for every set of checkpoints there is.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, SimpleNamespace
from typing import Any

import numpy as np

from tests.test_bank.oracle_arrays import LISTING, Array, Bench, hollow, product

_SMALL = 20_000


@dataclass
class Memory:
    """Bytes of the watched arrays that are alive, and the most there were."""

    live: int = 0
    most: int = 0

    def watch(self, array: np.ndarray) -> np.ndarray:
        self.live += array.nbytes
        self.most = max(self.most, self.live)
        weakref.finalize(array, self._free, array.nbytes)
        return array

    def _free(self, nbytes: int) -> None:
        self.live -= nbytes


class Tensor:
    """An activation (or a leaf, which has no inputs), with the value that it holds or computes again."""

    def __init__(self, held: np.ndarray, inputs: tuple[Tensor, ...] = ()) -> None:
        self.held: np.ndarray | None = held
        self.inputs = inputs
        self.rematerializer: Callable[[], np.ndarray] | None = None
        self.chain: Chain | None = None

    @property
    def value(self) -> np.ndarray:
        if self.held is None:
            assert self.rematerializer is not None
            self.held = self.rematerializer()
        return self.held

    def discard(self) -> None:
        """What happens once the next operation has used the value."""
        if self.rematerializer is not None:
            self.held = None

    def backward(self) -> None:
        assert self.chain is not None
        self.chain.go_back()


@dataclass
class Chain:
    """One run of a listing: the layers' tensors and true values, memory, and the products that were done again.

    `keeps_checkpoints`: their values are there all the time, also when backward has passed them.
    """

    keeps_checkpoints: bool = False
    memory: Memory = field(default_factory=Memory)
    layers: list[Tensor] = field(default_factory=list)
    truths: list[np.ndarray] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    again_for: dict[int, int] = field(default_factory=dict)
    held_after_forward: int = 0
    most_forward: int = 0
    most_backward: int = 0

    def run(self, code: CodeType, call: str, values: dict[str, Any]) -> Chain:
        """Run a listing and a call; `values` are names that both may use."""
        space = {"ag": self._ag(), "np": self._np(), **values}
        exec(code, space)
        exec(call, space)
        return self

    def go_back(self) -> None:
        """From the loss to layer 1, as the questions tell: layer i asks for activation i - 1, and for nothing else."""
        self.memory.most = self.memory.live
        last = self.layers[-1]
        gradient = self.memory.watch(self._ones(self.truths[-1]))
        last.held = None
        for layer in range(len(self.layers) - 1, 0, -1):
            (below, weight), before = self.layers[layer].inputs, len(self.again)
            value = below.value
            self.again_for[layer - 1] = len(self.again) - before
            made = self.memory.watch(product(gradient, weight.value.T))
            assert made.shape == value.shape
            gradient = made
            if self.keeps_checkpoints:
                below.discard()
            else:
                below.held = None
            del made, value
        self.most_backward = self.memory.most

    def _ones(self, array: np.ndarray) -> np.ndarray:
        return np.ones_like(array) if array.size <= _SMALL else hollow(array.shape, array.dtype)

    def _layer(self, x: Tensor, weight: Tensor) -> Tensor:
        made = Tensor(self.memory.watch(product(x.value, weight.value)), (x, weight))
        assert made.held is not None
        self.layers.append(made)
        self.truths.append(made.held.copy() if made.held.size <= _SMALL else hollow(made.held.shape, made.held.dtype))
        self.sizes.append(made.held.nbytes)
        x.discard()
        return made

    def _loss(self, x: Tensor) -> Tensor:
        x.discard()
        self.held_after_forward, self.most_forward = self.memory.live, self.memory.most
        loss = Tensor(np.zeros(()), (x,))
        loss.chain = self
        return loss

    def _product(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        self.again.append(a.shape[0] * a.shape[1] * b.shape[1])
        return self.memory.watch(product(a, b))

    def _ag(self) -> SimpleNamespace:
        def tensor(data: Any, requires_grad: bool = False) -> Tensor:
            return Tensor(data.data if isinstance(data, Array) else data)

        return SimpleNamespace(Tensor=tensor, matmul=self._layer, sum=self._loss)

    def _np(self) -> SimpleNamespace:
        random, bench = np.random.default_rng(7), Bench()

        def randn(*shape: int) -> Array:
            small = int(np.prod(shape)) <= _SMALL
            return Array(random.standard_normal(shape), bench) if small else bench.array(shape)

        return SimpleNamespace(
            float32=np.float32, array=np.array, matmul=self._product, random=SimpleNamespace(randn=randn)
        )


@cache
def compiled(listing: str) -> CodeType:
    return compile(listing, LISTING, "exec")


@dataclass(frozen=True)
class Figures:
    """What a set of checkpoints costs: memory in the unit of the sizes, and products done again."""

    held: int
    forward: int
    backward: int
    again: int

    @property
    def most(self) -> int:
        return max(self.forward, self.backward)


def simulated(sizes: Sequence[int], kept: frozenset[int], *, per_segment: bool) -> Figures:
    """The rules of the questions on paper: what is held at each moment, as a set of activations and a gradient."""
    last = len(sizes) - 1
    held: dict[int, int] = {}
    forward = 0
    for layer in range(last + 1):
        held[layer] = sizes[layer]
        forward = max(forward, sum(held.values()))
        if layer and layer - 1 not in kept:
            del held[layer - 1]
    if last not in kept:
        del held[last]
    after = sum(held.values())
    backward, again = after + sizes[last], 0
    held.pop(last, None)
    for layer in range(last, 0, -1):
        wanted, base = layer - 1, sum(held.values()) + sizes[layer]
        if wanted not in held:
            start = max((mark for mark in kept if mark < wanted), default=-1) + 1
            made = range(start, wanted + 1)
            again += len(made)
            way = [
                sum(sizes[start : step + 1]) if per_segment else sum(sizes[max(start, step - 1) : step + 1])
                for step in made
            ]
            backward = max(backward, base + max(way))
            held.update({step: sizes[step] for step in (made if per_segment else [wanted])})
        backward = max(backward, sum(held.values()) + sizes[layer] + sizes[wanted])
        del held[wanted]
    return Figures(after, forward, backward, again)
