"""Memory of training in the bank: the printed programs run on PyTorch's arrays without entries, which have bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from question_templates.answers import Bytes, Choice, Number
from question_templates.drawing import Issue
from tests.test_bank.oracle_draws import N_SEEDS, at, issued, text_of

torch = pytest.importorskip("torch")

_UNITS = {"MiB": 1024 * 1024, "MB": 1000 * 1000}


def disagreements(family: str, right: Callable[[Issue], Iterator[tuple[str, bool]]]) -> list[tuple[int, str]]:
    """Seeds and fields whose key is not what the runs give."""
    return [(seed, name) for seed in range(N_SEEDS) for name, agrees in right(issued(family, seed)) if not agrees]


@dataclass
class Work:
    """Multiply-adds of the matrix products of a run."""

    multiply_adds: int = 0


@dataclass
class Array:
    """A tensor of PyTorch on the device "meta", under the names that the listings use."""

    tensor: Any
    work: Work = field(default_factory=Work)

    @property
    def value(self) -> Array:
        return Array(self.tensor.detach(), self.work)

    @property
    def grad(self) -> Array:
        """The gradient; a tensor that waits for one has a place for it."""
        grad = self.tensor.grad
        return Array(torch.zeros_like(self.tensor) if grad is None else grad, self.work)

    @property
    def nbytes(self) -> int:
        return int(self.tensor.numel() * self.tensor.element_size())

    def astype(self, dtype: Any) -> Array:
        return Array(self.tensor.to(dtype), self.work)

    def __matmul__(self, other: Array) -> Array:
        made = self.tensor @ other.tensor
        self.work.multiply_adds += made.numel() * self.tensor.shape[-1]
        return Array(made, self.work)

    def __add__(self, other: Array) -> Array:
        return Array(self.tensor + other.tensor, self.work)

    def backward(self) -> None:
        self.tensor.backward()


def bench(work: Work) -> dict[str, Any]:
    """The names that a listing may use."""

    def zeros(shape: Any, dtype: Any) -> Array:
        return Array(torch.zeros(shape, dtype=dtype, device="meta"), work)

    def one_by_one(function: Any) -> Callable[[Array], Array]:
        return lambda array: Array(function(array.tensor), work)

    ag = SimpleNamespace(
        Tensor=lambda array, requires_grad=False: Array(array.tensor.clone().requires_grad_(requires_grad), work),
        **{name: one_by_one(getattr(torch, name)) for name in ("relu", "tanh", "sigmoid", "sum")},
        softmax=lambda array, axis: Array(torch.softmax(array.tensor, axis), work),
        moveaxis=lambda array, source, target: Array(torch.movedim(array.tensor, source, target), work),
    )
    np = SimpleNamespace(
        **{f"float{bits}": getattr(torch, f"float{bits}") for bits in (16, 32, 64)},
        zeros=zeros,
        zeros_like=lambda array: Array(torch.zeros_like(array.tensor), work),
    )
    return {"ag": ag, "np": np}


def bytes_in(thing: Any) -> int:
    """The bytes of an array, or of all arrays in lists of lists."""
    return thing.nbytes if isinstance(thing, Array) else sum(map(bytes_in, thing))


def quoted(prompt: str) -> list[str]:
    return re.findall(r"`(\w+)`", prompt)


# A training step: what every name of the function takes.


@cache
def names_of(listing: str, sizes: tuple[tuple[str, int], ...]) -> Mapping[str, Any]:
    """Name -> bytes of everything that the function binds, at some sizes."""
    space = bench(Work())
    exec(re.sub(r"return .*", "return dict(locals())", listing), space)
    (function,) = re.findall(r"^def (\w+)", listing)
    names = space[function](**dict(sizes))
    return {name: bytes_in(thing) for name, thing in names.items() if isinstance(thing, (Array, list))}


def wanted(made: Issue, prompt: str) -> list[str]:
    """The names whose bytes a prompt asks for; a total counts the weights, their gradients and the activations."""
    if "their gradients" not in prompt:
        return quoted(prompt)
    kept = [name for name in quoted(prompt) if f"`{name}` =" not in prompt]
    return ["weights", "gradients", *kept, *quoted(made.question.field("activations").prompt)]


def training_memory(made: Issue) -> Iterator[tuple[str, bool]]:
    listing = made.variant.listing
    sizes = re.findall(r"^- `(\w+)` is the ", made.question.body, re.MULTILINE)
    dice = random.Random(listing)
    drawn = [{name: dice.randint(1, 9) for name in sizes} for _ in range(4)]
    for name, answer in made.key.answers.items():
        prompt = made.question.field(name).prompt
        names = wanted(made, prompt)
        if isinstance(answer, Number):
            numbers = tuple((size, int(number)) for size, number in re.findall(r"`(\w+)` = (\d+)", prompt))
            taken = names_of(listing, numbers)
            unit = re.search(r"\*\*(MiB|MB)\*\*", prompt)
            assert unit and answer.unit == unit[1]
            yield name, answer.expected == Fraction(sum(taken[one] for one in names), _UNITS[unit[1]])
        else:
            assert isinstance(answer, Bytes)
            found = [(values, names_of(listing, tuple(values.items()))) for values in drawn]
            yield name, all(at(answer.expected, values) == sum(map(taken.get, names)) for values, taken in found)  # type: ignore[arg-type]


def test_a_training_step_takes_what_pytorchs_arrays_take():
    assert [] == disagreements("budget/training-memory", training_memory)


# Designs: every call is made.


@cache
def called(listing: str, call: str) -> tuple[int, int]:
    """The bytes that a call returns, and its multiply-adds."""
    work = Work()
    space = bench(work)
    exec(listing, space)
    return bytes_in(eval(call, space)), work.multiply_adds  # noqa: S307


def largest_batch(listing: str, call: str, budget: int) -> int:
    """The first argument is the batch size; it is halved in until one more sample is too many."""
    fits, too_many = 0, 1 << 20
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if called(listing, re.sub(r"\(\d+", f"({middle}", call, count=1))[0] <= budget:
            fits = middle
        else:
            too_many = middle
    return fits


def designs(made: Issue) -> Iterator[tuple[str, bool]]:
    told = re.search(r"the budget is \*\*(\d+) (MiB|MB)\*\*", text_of(made))
    assert told
    listing, budget = made.variant.listing, int(told[1]) * _UNITS[told[2]]
    for name, answer in made.key.answers.items():
        asked = made.question.field(name)
        options = {letter: called(listing, option.strip("`")) for letter, option in asked.options.items()}
        fitting = {letter: work for letter, (taken, work) in options.items() if taken <= budget}
        calls = [text for text in re.findall(r"`([^`]*)`", asked.prompt) if "(" in text]
        if name == "fits":
            assert isinstance(answer, Choice)
            yield name, set(answer.expected) == set(fitting)
        elif name == "fastest":
            assert isinstance(answer, Choice)
            fastest = [letter for letter, work in fitting.items() if work == min(fitting.values())]
            yield name, list(answer.expected) == fastest
        elif name == "largest":
            assert isinstance(answer, Number)
            yield name, answer.expected == largest_batch(listing, calls[0], budget)
        else:
            assert isinstance(answer, Number) and answer.unit == told[2]
            yield name, answer.expected == Fraction(called(listing, calls[0])[0], _UNITS[told[2]])


def test_designs_take_what_their_calls_return():
    assert [] == disagreements("budget/which-fits", designs)
