"""A layer run on symbols says what it does at any sizes: shapes, bytes and multiply-adds, held against real runs.

A program is a list of steps; it builds its layers as it goes and runs on numbers, on counting numbers and on symbols.
Its sizes are drawn from the last step back to the first, so that every kernel fits and every floor is met with
remainder 0, with the largest remainder and with others.
"""

from __future__ import annotations

import random
from contextlib import nullcontext
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import layers
from engine.sizes import NO_FACTS, Size, evaluator, facts_hold, record, symbol
from engine.tensors import STANDARD_TENSOR_RULES, Tensor, functions
from engine.tensors.abstract import AbstractArray
from engine.tensors.counting import Counter
from engine.tensors.filling import AbstractFilling, CountingFilling, RealFilling

N_SIZES = 50
PRODUCTS = ("matmul", "spcmatmul", "conv2d")


class Watcher:
    """Records what a run assumes, and the multiplications that are done inside products."""

    def __init__(self, counter: Counter | None = None) -> None:
        self.facts, self.counter = NO_FACTS, counter or Counter()
        self.in_products = self._seen = 0

    def made(self, node):
        if node.operation is not None and node.operation.name in PRODUCTS:
            self.in_products += self.counter.multiplications - self._seen
        self._seen = self.counter.multiplications

    def received(self, *_what: Any, **_how: Any) -> None:
        """Not followed here."""

    recomputed = rebuilt = received

    def rebuilding(self, node):
        return nullcontext()

    def assume(self, comparison):
        self.facts = record(comparison, facts=self.facts)
        return self.facts


@dataclass(frozen=True)
class Step:
    """One layer; its sizes are names with the step's number, `K2`, read from a dictionary of sizes."""

    kind: str
    number: int
    padded: bool = False

    def names(self) -> str:
        return NAMES.get(self.kind, "") + ("P" if self.padded else "")

    def run(self, x: Tensor, sizes: dict[str, Any], maker: layers.Maker) -> Tensor:
        mine = {name: sizes[f"{name}{self.number}"] for name in self.names()}
        return RUN[self.kind](x, SimpleNamespace(**{"P": 0, "D": 1} | mine), maker)


# O output width, K kernel, S stride, D dilation or width of a head, G groups, R heads in a group, M hidden units.
NAMES = {"conv": "OKS", "dilated conv": "OKSD", "avgpool": "KS", "maxpool": "KS", "linear": "O", "mlp": "M"}
NAMES |= {"exam block": "M", "heads": "GRD", "groups": "GRD", "causal groups": "GRD", "block": "GRDM"}


def _conv(x, z, maker):
    return layers.Conv2d(x.shape[1], z.O, z.K, z.S, z.P, z.D, maker=maker)(x)


def _heads(x, z, maker, *, n_groups=None, causal=False):
    x = layers.Linear(x.shape[2], z.G * z.R * z.D, maker=maker)(x)
    return layers.MultiHeadAttention(z.G * z.R, z.D, n_groups, causal, maker=maker)(x)


def _block(x, z, maker):
    x = layers.Linear(x.shape[2], z.G * z.R * z.D, maker=maker)(x)
    return layers.PreNormBlock(z.G * z.R, z.D, z.M, z.G, True, maker=maker)(x)


def _tokens(x, z, maker):
    n_images, channels, height, width = x.shape
    return functions.moveaxis(x.reshape(n_images, channels, height * width), 1, 2)


RUN: dict[str, Any] = {
    "conv": _conv,
    "dilated conv": _conv,
    "avgpool": lambda x, z, maker: layers.AvgPool2d(z.K, z.S)(x),
    "maxpool": lambda x, z, maker: layers.MaxPool2d(z.K, z.S, z.P)(x),
    "batchnorm": lambda x, z, maker: layers.BatchNorm2d(x.shape[1], maker=maker)(x),
    "relu": lambda x, z, maker: functions.relu(x),
    "tokens": _tokens,
    "linear": lambda x, z, maker: layers.Linear(x.shape[2], z.O, maker=maker)(x),
    "layernorm": lambda x, z, maker: layers.LayerNorm(x.shape[2], maker=maker)(x),
    "exam attention": lambda x, z, maker: layers.SingleHeadAttention(x.shape[2], maker=maker)(x),
    "attention": lambda x, z, maker: layers.ScaledAttention(x.shape[2], maker=maker)(x),
    "causal attention": lambda x, z, maker: layers.ScaledAttention(x.shape[2], True, maker=maker)(x),
    "mlp": lambda x, z, maker: layers.MLP(x.shape[2], z.M, maker=maker)(x),
    "exam block": lambda x, z, maker: layers.TransformerBlock(x.shape[2], z.M, maker=maker)(x),
    "heads": _heads,
    "groups": lambda x, z, maker: _heads(x, z, maker, n_groups=z.G),
    "causal groups": lambda x, z, maker: _heads(x, z, maker, n_groups=z.G, causal=True),
    "block": _block,
}
ON_IMAGES = ("conv", "dilated conv", "avgpool", "maxpool", "batchnorm", "relu")
PADDED = ("conv", "dilated conv", "maxpool")
ON_TOKENS = tuple(kind for kind in RUN if kind not in (*ON_IMAGES, "tokens"))

SINGLE = [[Step(kind, 1)] for kind in ON_IMAGES] + [[Step(kind, 1, padded=True)] for kind in PADDED]
SINGLE += [[Step("tokens", 0), Step(kind, 1)] for kind in ON_TOKENS]
# The zeros that relu makes are multiplied too.
SINGLE += [[Step("relu", 0), Step("avgpool", 1)]]
each_layer = pytest.mark.parametrize(
    "program", SINGLE, ids=lambda steps: " ".join(f"{step.kind}{'+' * step.padded}" for step in steps)
)


@st.composite
def programs(draw):
    """Up to three layers on images, then up to three on tokens."""
    on_images = draw(st.lists(st.sampled_from(ON_IMAGES), max_size=3))
    on_tokens = draw(st.lists(st.sampled_from(ON_TOKENS), max_size=3))
    kinds = [*on_images, *(["tokens", *on_tokens] if on_tokens else [])]
    return [Step(kind, place, kind in PADDED and draw(st.booleans())) for place, kind in enumerate(kinds)]


def output_of(program, sizes, maker):
    shape = [sizes[name] for name in ("N", "C", "H", "W")]
    x = Tensor(maker.filling.normal(shape), label="x", rules=maker.rules)
    for step in program:
        x = step.run(x, sizes, maker)
    return x


def symbolic(program):
    """The nodes of a run on symbols, and what it assumed."""
    watcher = Watcher()
    names = ["N", "C", "H", "W", *(f"{name}{step.number}" for step in program for name in step.names())]
    maker = layers.Maker(STANDARD_TENSOR_RULES.watched_by(watcher), AbstractFilling())
    nodes = output_of(program, {name: symbol(name) for name in names}, maker).postorder()
    assert all(isinstance(node.value, AbstractArray) for node in nodes)
    return nodes, watcher


def real(program, sizes):
    return output_of(program, sizes, layers.Maker(STANDARD_TENSOR_RULES, RealFilling())).postorder()


def drawn_sizes(program, seed, largest=3):
    """Sizes at which every kernel fits; the first have 1 wherever it can be."""
    rng = random.Random(seed)
    for place in range(N_SIZES):
        most = 1 if place == 0 else largest
        sizes = {name: rng.randint(1, most) for name in "NC"}
        extents = [rng.randint(1, most), rng.randint(1, most)]
        for step in reversed(program):
            mine = {name: rng.randint(1, most) for name in step.names()}
            if step.kind == "maxpool" and step.padded:
                mine |= {"P": 1, "K": mine["K"] + 1}
            if "K" in mine:
                extents = [_before(extent, rng, SimpleNamespace(**{"P": 0, "D": 1} | mine)) for extent in extents]
            sizes |= {f"{name}{step.number}": size for name, size in mine.items()}
        yield sizes | dict(zip("HW", extents, strict=True))


def _before(extent, rng, z):
    """An input that a window takes to `extent`: the floor leaves nothing over, as much as it can, or any rest."""
    rest = rng.choice((0, z.S - 1, rng.randrange(z.S)))
    return max(1, (extent - 1) * z.S + z.D * (z.K - 1) + 1 - 2 * z.P + rest)


def assert_shapes_and_bytes_agree(program):
    nodes, watcher = symbolic(program)
    shapes = [[evaluator(size) for size in node.shape] for node in nodes]
    n_bytes = [evaluator(node.value.nbytes) for node in nodes]
    for sizes in drawn_sizes(program, seed=len(program)):
        run = real(program, sizes)

        assert [node.op for node in run] == [node.op for node in nodes]
        assert [node.shape for node in run] == [tuple(size(sizes) for size in shape) for shape in shapes]
        assert [node.value.nbytes for node in run] == [size(sizes) for size in n_bytes]
        assert facts_hold(watcher.facts, sizes)


@each_layer
def test_each_layers_symbolic_shapes_and_bytes_are_those_of_real_runs(program):
    assert_shapes_and_bytes_agree(program)


@settings(max_examples=18)
@given(programs())
def test_the_symbolic_shapes_and_bytes_of_any_chain_of_layers_are_those_of_real_runs(program):
    assert_shapes_and_bytes_agree(program)


def multiply_adds(nodes):
    total = 0
    for node in nodes:
        if node.operation is not None:
            operands = [source.shape for source in node.inputs]
            total = total + node.operation.cost(node.shape, *operands, itemsize=8, **node.options).multiply_adds
    return total


def counted(program, sizes):
    counter = Counter()
    watcher = Watcher(counter)
    output_of(program, sizes, layers.Maker(STANDARD_TENSOR_RULES.watched_by(watcher), CountingFilling(counter)))
    return watcher.in_products


@each_layer
def test_each_layers_multiply_adds_are_what_numbers_that_count_have_done(program):
    expected = evaluator(multiply_adds(symbolic(program)[0]))
    for sizes in list(drawn_sizes(program, seed=7, largest=2))[:4]:
        assert expected(sizes) == counted(program, sizes)


@settings(max_examples=15)
@given(programs())
def test_the_multiply_adds_of_any_chain_of_layers_are_what_numbers_that_count_have_done(program):
    expected = evaluator(multiply_adds(symbolic(program)[0]))
    for sizes in list(drawn_sizes(program, seed=8, largest=2))[:2]:
        assert expected(sizes) == counted(program, sizes)


def test_the_drawn_sizes_meet_each_floor_with_the_least_and_the_largest_remainder():
    drawn = list(drawn_sizes([Step("conv", 1)], seed=1))

    met = {(z["S1"], (z["H"] - z["K1"]) % z["S1"]) for z in drawn}
    assert {(s, rest) for s in (1, 2, 3) for rest in (0, s - 1)} <= met
    assert any(z["H"] != z["W"] for z in drawn)
    assert {1} == set(drawn[0].values())


def test_lenet5_on_a_symbolic_number_of_images_has_the_shapes_of_the_real_one():
    watcher, n_images = Watcher(), symbol("N")
    maker = layers.Maker(STANDARD_TENSOR_RULES.watched_by(watcher), AbstractFilling())
    abstract = layers.LeNet5(maker=maker)(Tensor(AbstractArray((n_images, 1, 32, 32)), rules=maker.rules))
    nodes = layers.LeNet5()(Tensor(np.zeros((7, 1, 32, 32)))).postorder()

    evaluated = [
        tuple(evaluator(size)({"N": 7}) if isinstance(size, Size) else size for size in node.shape)
        for node in abstract.postorder()
    ]
    assert [node.shape for node in nodes] == evaluated
    assert () == watcher.facts.statements
