"""Stacks and networks in the bank: sets of rows say who depends on whom, and PyTorch counts parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from question_templates.answers import Choice, Number, Vector
from question_templates.drawing import Issue
from tests.test_bank.oracle_draws import N_SEEDS, issued, text_of

torch = pytest.importorskip("torch")

nn = torch.nn


def disagreements(family: str, right: Callable[[Issue], Iterator[tuple[str, bool]]]) -> list[tuple[int, str]]:
    """Seeds and fields whose key is not what the oracle finds."""
    return [(seed, name) for seed in range(N_SEEDS) for name, agrees in right(drawn(family, seed)) if not agrees]


#: A family's variants, drawn once for all tests.
drawn = cache(issued)


def plain(text: str) -> str:
    return text.replace("*", "")


def value_of(answer: Any) -> Any:
    assert isinstance(answer, (Number, Vector))
    return list(answer.expected) if isinstance(answer, Vector) else answer.expected


# Receptive fields: a map is a list with, for each of its rows, the set of image rows that it depends on.

Rows = list[frozenset[int]]


def windows(rows: Rows, width: int, stride: int, padding: int, dilation: int) -> Rows:
    """One row for each place where the window fits; padding depends on nothing."""
    padded = [frozenset[int]()] * padding + rows + [frozenset[int]()] * padding
    covered = dilation * (width - 1) + 1
    starts = range(0, len(padded) - covered + 1, stride)
    return [frozenset().union(*padded[start : start + covered : dilation]) for start in starts]


def _convolve(rows: Rows, width: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Rows:
    return windows(rows, width, stride, padding, dilation)


def _pool(width: int, stride: int = 0, padding: int = 0) -> Callable[[Rows], Rows]:
    return lambda rows: windows(rows, width, stride or width, padding, 1)


_AG = SimpleNamespace(conv2d=_convolve, MaxPool2d=_pool, AvgPool2d=_pool)


@dataclass(frozen=True)
class Stack:
    """The lines of the printed function and the name of its image."""

    lines: tuple[str, ...]
    image: str

    def maps(self, height: int) -> dict[str, Rows]:
        names: dict[str, Any] = {self.image: [frozenset([row]) for row in range(height)]}
        for line in self.lines:
            exec(line, {"ag": _AG, "ones": lambda width: width}, names)
        return names

    def inner(self, name: str) -> tuple[int, int]:
        """Height of a field and distance of neighbours, in the middle of an image where no border is near."""
        rows = self.maps(300)[name]
        middle = len(rows) // 2
        first, last = min(rows[middle]), max(rows[middle])
        return last - first + 1, min(rows[middle + 1]) - first

    def replaced(self, line: str) -> Stack:
        name = line.split(" = ")[0]
        lines = tuple(line if old.startswith(f"{name} = ") else old for old in self.lines)
        assert lines != self.lines
        return Stack(lines, self.image)


def stack_of(made: Issue) -> tuple[Stack, int]:
    """The stack, and the height of its image."""
    told = re.search(r"image `(\w+)` of (\d+) rows", text_of(made))
    assert told
    lines = re.findall(r"^    (\w+ = .*)$", made.variant.listing, re.MULTILINE)
    return Stack(tuple(lines), told[1]), int(told[2])


def receptive_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    stack, height = stack_of(made)
    maps, last = stack.maps(height), stack.lines[-1].split(" = ")[0]
    for name, answer in made.key.answers.items():
        asked = made.question.field(name)
        numbers = [int(number) for number in re.findall(r"\brow (\d+)", asked.prompt)]
        if name == "best_change":
            assert isinstance(answer, Choice)
            fields = {
                letter: stack.replaced(option.strip("`")).inner(last)[0] for letter, option in asked.options.items()
            }
            best = [letter for letter, field in fields.items() if field == max(fields.values())]
            yield name, best == sorted(answer.expected)
        elif name == "jump":
            yield name, value_of(answer) == stack.inner(last)[1]
        elif name == "rows":
            seen = maps[last][numbers[0]] if numbers[0] < len(maps[last]) else frozenset()
            yield name, bool(seen) and value_of(answer) == [min(seen), max(seen)]
        elif name == "seen_by":
            yield name, value_of(answer) == sum(numbers[0] in row for row in maps[last])
        else:
            (subject,) = re.findall(r"entry of `(\w+)`", asked.prompt)
            yield name, value_of(answer) == stack.inner(subject)[0]


def test_receptive_fields_are_those_of_sets_of_rows():
    assert [] == disagreements("im2col/receptive-field", receptive_fields)


def test_every_row_that_is_asked_about_exists():
    """A row of the image, and a row of the last map whose field has real rows."""
    for seed in range(N_SEEDS):
        made = drawn("im2col/receptive-field", seed)
        stack, height = stack_of(made)
        maps, last = stack.maps(height), stack.lines[-1].split(" = ")[0]
        for asked in made.question.fields:
            for row in map(int, re.findall(r"\brow (\d+)", asked.prompt)):
                assert row < (height if asked.name == "seen_by" else len(maps[last]))
                assert asked.name == "seen_by" or maps[last][row]


# Parameters: PyTorch has the same layers under nearly the same names.


class _Stored:
    """What `parameter.value` is in the listing: an array that can be copied into another type."""

    def __init__(self, parameter: Any) -> None:
        self.value = np.zeros(tuple(parameter.shape))


def _network(listing: str) -> Any:
    """The printed network with tensors that have shapes but no entries, and the function that counts bytes."""
    ag = SimpleNamespace(
        **{name: getattr(nn, name) for name in ("Module", "Conv2d", "Linear", "BatchNorm2d", "MaxPool2d")},
        **{name: getattr(torch, name) for name in ("relu", "tanh", "sigmoid")},
        mean=lambda x, axis: torch.mean(x, dim=axis),
        Tensor=lambda array: torch.empty(array.shape, device="meta"),
    )
    space: dict[str, Any] = {"ag": ag, "np": np}
    exec(listing, space)
    (made,) = re.findall(r"^class (\w+)", listing, re.MULTILINE)
    with torch.device("meta"):
        return space[made](), space.get("stored_bytes")


def trained(module: Any) -> list[Any]:
    """The parameters that are trained, each one once."""
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def parameter_counts(made: Issue) -> Iterator[tuple[str, bool]]:
    network, stored_bytes = _network(made.variant.listing)
    for name, answer in made.key.answers.items():
        prompt = plain(made.question.field(name).prompt)
        layer = re.search(r"the layer `(\w+)`", prompt)
        if layer:
            counted: Any = sum(parameter.numel() for parameter in trained(getattr(network, layer[1])))
        elif "in KiB" in prompt:
            found = SimpleNamespace(parameters=lambda: [_Stored(parameter) for parameter in trained(network)])
            counted = Fraction(stored_bytes(found), 1024)
        else:
            assert "the whole network" in prompt
            counted = sum(parameter.numel() for parameter in trained(network))
        yield name, value_of(answer) == counted


def test_parameters_are_as_many_as_pytorch_trains():
    assert [] == disagreements("im2col/parameter-count", parameter_counts)


def test_networks_run_in_pytorch_on_the_images_that_they_are_made_for():
    for seed in range(2, N_SEEDS, 9):
        made = drawn("im2col/parameter-count", seed)
        network, _ = _network(made.variant.listing)
        shape = made.variant.parameters["input_shape"]

        assert 2 == network(torch.empty(2, *shape[1:], device="meta")).dim()
