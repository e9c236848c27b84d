"""Output shapes in the bank: PyTorch's convolutions and poolings run the printed lines."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from question_templates.answers import Formula, Number
from question_templates.drawing import Issue
from tests.test_bank.oracle_draws import N_SEEDS, at, issued, text_of

torch = pytest.importorskip("torch")


def maps_of(listing: str, arrays: Mapping[str, tuple[int, ...]], sizes: Mapping[str, int]) -> dict[str, Any]:
    """Every map of the printed function, for arrays of given shapes; a kernel that fits nowhere raises."""
    ag = SimpleNamespace(
        conv2d=torch.nn.functional.conv2d,
        moveaxis=torch.movedim,
        MaxPool2d=torch.nn.MaxPool2d,
        AvgPool2d=torch.nn.AvgPool2d,
    )
    # On the device "meta" tensors have shapes but no entries.
    names: dict[str, Any] = {name: torch.empty(shape, device="meta") for name, shape in arrays.items()}
    for line in listing.splitlines()[1:]:
        if "return" not in line:
            exec(line.strip(), {"ag": ag, **sizes}, names)
    return {name: tuple(value.shape) for name, value in names.items()}


def arrays_told(made: Issue) -> dict[str, str]:
    """Array -> the shape that the text prints for it."""
    text = text_of(made).split("A window that does not fit")[1]
    return dict(re.findall(r"`(\w+)` (?:of|has) shape `(\([^`]*\))`", text))


def open_sizes(made: Issue, dice: random.Random) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    """Sizes that are large enough, and the maps at them; none where the text prints numbers."""
    told = arrays_told(made)
    names = sorted(set(re.findall(r"[A-Za-z]\w*", " ".join([*told.values(), *options_told(made)]))))
    found = 0
    while found < 5:
        sizes = {name: dice.randint(1, 4) for name in names}
        sizes |= {name: dice.randint(8, 60) for name in names if name[0] in "HW"}
        shapes = {name: eval(shape, {}, sizes) for name, shape in told.items()}  # noqa: S307
        try:
            yield sizes, maps_of(made.variant.listing, shapes, sizes)
        except RuntimeError:  # a window does not fit anywhere
            continue
        found += 1


def options_told(made: Issue) -> list[str]:
    """Strides and paddings that are names."""
    return re.findall(r"(?:stride|padding)=([A-Za-z]\w*)", made.variant.listing)


def asked_of(maps: Mapping[str, Any], prompt: str) -> Any:
    """A shape or one axis of it, as a prompt names it."""
    axis = re.search(r"`(\w+)\.shape\[(\d)\]`", prompt)
    if axis:
        return maps[axis[1]][int(axis[2])]
    (name,) = re.findall(r"shape of `(\w+)`", prompt.replace("*", ""))
    return maps[name]


def largest_height(made: Issue, prompt: str) -> int:
    """Heights are tried one by one."""
    (name,) = re.findall(r"would `(\w+)` keep", prompt)
    arrays = {array: eval(shape) for array, shape in arrays_told(made).items()}  # noqa: S307
    images = next(iter(arrays))
    axis = 1 if "moveaxis" in made.variant.listing else 2
    now = maps_of(made.variant.listing, arrays, {})[name]
    height, shape = arrays[images][axis], list(arrays[images])
    heights = []
    for tried in range(height, height + 100):
        shape[axis] = tried
        if maps_of(made.variant.listing, {**arrays, images: tuple(shape)}, {})[name] == now:
            heights.append(tried)
    return max(heights)


def output_shapes(made: Issue) -> Iterator[tuple[str, bool]]:
    prompts = {asked.name: asked.prompt for asked in made.question.fields}
    if "The sizes are not known" in text_of(made):
        found = list(open_sizes(made, random.Random(made.variant.listing)))
        for name, answer in made.key.answers.items():
            assert isinstance(answer, Formula)
            yield name, all(at(answer.expected, sizes) == asked_of(maps, prompts[name]) for sizes, maps in found)
        return
    arrays = {array: eval(shape) for array, shape in arrays_told(made).items()}  # noqa: S307
    maps = maps_of(made.variant.listing, arrays, {})
    for name, answer in made.key.answers.items():
        if name == "largest_height":
            assert isinstance(answer, Number)
            yield name, answer.expected == largest_height(made, prompts[name])
        elif isinstance(answer, Formula):
            yield name, at(answer.expected, {}) == asked_of(maps, prompts[name])
        else:
            assert isinstance(answer, Number)
            yield name, answer.expected == asked_of(maps, prompts[name])


def test_output_shapes_are_pytorchs():
    wrong = []
    for seed in range(N_SEEDS):
        wrong += [(seed, name) for name, agrees in output_shapes(issued("im2col/conv-output", seed)) if not agrees]

    assert [] == wrong
