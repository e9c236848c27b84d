"""Draws a small network: its layers, how they are called, and what of it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_NAMES = (
    {"net": "Net", "conv": ("conv1", "conv2", "conv3"), "norm": "norm", "dense": ("hidden", "middle", "output")},
    {"net": "Classifier", "conv": ("first", "second", "third"), "norm": "batch_norm", "dense": ("fc1", "fc2", "fc3")},
    {"net": "Model", "conv": ("stem", "body", "tail"), "norm": "normalize", "dense": ("dense1", "dense2", "last")},
)


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """A network of the level, what is asked of it, and the type in which it would be stored."""
    names = dice.choice(_NAMES)
    if level == 1:
        made = _perceptron(dice, names) if dice.chance(0.4) else _plain(dice, names)
    else:
        made = _normalized(dice, names) if level == 2 else _shared(dice, names)
    layers = made["layers"]
    counted = [layer["name"] for layer in layers if layer["kind"] in ("conv", "norm", "linear") and not layer["frozen"]]
    dtype = dice.choice([["float16", 2], ["float32", 4], ["float32", 4], ["float64", 8]])
    return {
        "net": names["net"],
        "features": [],
        **made,
        "asked_layers": counted if level == 1 else dice.sample(counted, 2),
        "asks_bytes": level > 1,
        "dtype": dtype[0],
        "itemsize": dtype[1],
        "any_conv": any(layer["kind"] == "conv" for layer in layers),
        "any_bias": any(layer["kind"] in ("conv", "linear") and "bias" not in layer["text"] for layer in layers),
        "any_channels": any(layer["kind"] == "conv" and layer["sizes"][0] > 1 for layer in layers),
        "any_norm": any(layer["kind"] == "norm" for layer in layers),
        "any_pool": any(layer["kind"] == "pool" for layer in layers),
        "any_without_bias": any("bias=False" in layer["text"] for layer in layers),
        "any_frozen": any(layer["frozen"] for layer in layers),
        "any_twice": any(layer["kind"] == "again" for layer in layers),
    }


def _layer(
    kind: str, name: str, *sizes: Any, options: str = "", bias: bool = True, frozen: bool = False
) -> dict[str, Any]:
    """One layer with its text."""
    makers = {"conv": "ag.Conv2d", "norm": "ag.BatchNorm2d", "linear": "ag.Linear", "pool": "ag.MaxPool2d"}
    told = [str(size) for size in sizes] + ([options] if options else []) + ([] if bias else ["bias=False"])
    text = f"self.{sizes[0]}" if kind == "again" else f"{makers[kind]}({', '.join(told)})"
    return {"kind": kind, "name": name, "text": text, "sizes": list(sizes), "frozen": frozen}


def _perceptron(dice: Dice, names: Mapping[str, Any]) -> dict[str, Any]:
    widths = [dice.choice([6, 8, 12, 16, 20, 24]), *(dice.integer(5, 16) for _ in range(2)), dice.integer(2, 10)]
    without = dice.integer(0, 2)
    layers = [
        _layer("linear", name, widths[place], widths[place + 1], bias=place != without)
        for place, name in enumerate(names["dense"])
    ]
    function = dice.choice(["relu", "tanh", "sigmoid"])
    forward = [f"ag.{function}(self.{name}(x))" for name in names["dense"][:2]]
    return {"layers": layers, "forward": [*forward, f"self.{names['dense'][2]}(x)"], "input_shape": [2, widths[0]]}


def _plain(dice: Dice, names: Mapping[str, Any]) -> dict[str, Any]:
    """Two convolutions, the mean of every map, and a linear layer."""
    channels, first, second = dice.choice([1, 2, 3, 3, 4]), dice.choice([4, 5, 6, 8]), dice.choice([6, 8, 10, 12])
    without = dice.integer(0, 2)
    conv, output = names["conv"], names["dense"][2]
    stride = dice.choice(["", "stride=2"])
    layers = [
        _layer("conv", conv[0], channels, first, dice.choice([3, 5]), options=stride, bias=without != 0),
        _layer("conv", conv[1], first, second, dice.choice([1, 2, 3]), bias=without != 1),
        _layer("linear", output, second, dice.integer(2, 10), bias=without != 2),
    ]
    forward = [*(f"ag.relu(self.{name}(x))" for name in conv[:2]), "ag.mean(x, axis=(2, 3))", f"self.{output}(x)"]
    return {"layers": layers, "forward": forward, "input_shape": [1, channels, 14, 14]}


def _normalized(dice: Dice, names: Mapping[str, Any]) -> dict[str, Any]:
    """Two padded convolutions, the first without a bias and normalized, a pooling, and linear layers."""
    channels, first, second = dice.choice([1, 3, 3, 4]), dice.choice([6, 8, 10, 12]), dice.choice([4, 6, 8, 10])
    kernel: tuple[int, str] = dice.choice([(3, "padding=1"), (5, "padding=2")])
    left, hidden, conv, dense = dice.integer(3, 6), dice.integer(8, 20), names["conv"], names["dense"]
    layers = [
        _layer("conv", conv[0], channels, first, 3, options="padding=1", bias=False),
        _layer("norm", names["norm"], first),
        _layer("conv", conv[1], first, second, kernel[0], options=kernel[1]),
        _layer("pool", "pool", 2),
        _layer("linear", dense[0], f"{second}*{left}*{left}", hidden, bias=dice.chance(0.7)),
        _layer("linear", dense[2], hidden, dice.integer(3, 10)),
    ]
    forward = [
        f"self.pool(ag.relu(self.{names['norm']}(self.{conv[0]}(x))))",
        f"self.pool(ag.relu(self.{conv[1]}(x)))",
        "x.reshape(x.shape[0], -1)",
        f"ag.relu(self.{dense[0]}(x))",
        f"self.{dense[2]}(x)",
    ]
    return {"layers": layers, "forward": forward, "input_shape": [1, channels, 4 * left, 4 * left]}


def _shared(dice: Dice, names: Mapping[str, Any]) -> dict[str, Any]:
    """A convolution that is used again, a normalization, perhaps frozen weights, and a width found by a run."""
    channels, width, rows = dice.choice([1, 2, 3, 4]), dice.choice([4, 5, 6, 8, 10]), dice.integer(12, 20)
    conv, output, norm = names["conv"], names["dense"][2], names["norm"]
    kernel: tuple[int, str] = dice.choice([(3, "padding=1"), (5, "padding=2")])
    frozen, twice = dice.chance(0.5), dice.chance(0.5)
    first: tuple[int, str] = dice.choice([(3, ""), (4, "stride=2"), (5, ""), (3, "stride=2")])
    layers = [
        _layer("conv", conv[0], channels, width, first[0], options=first[1], bias=dice.chance(0.5), frozen=frozen),
        _layer("norm", norm, width),
        _layer("conv", conv[1], width, width, kernel[0], options=kernel[1], bias=dice.chance(0.5)),
        *([_layer("again", conv[2], conv[1])] if twice else []),
        _layer("pool", "pool", 2),
    ]
    uses = [f"self.pool(ag.relu(self.{norm}(self.{conv[0]}(x))))"]
    uses += [f"ag.relu(self.{name}(x))" for name in ([conv[1], conv[2]] if twice else [conv[1], conv[1]])]
    layers.append(_layer("linear", output, "n_flat", dice.integer(3, 10), bias=dice.chance(0.6)))
    return {
        "layers": layers,
        "features": uses,
        "forward": [f"self.{output}(self.features(x))"],
        "input_shape": [1, channels, rows, rows],
    }
