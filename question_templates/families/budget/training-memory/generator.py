"""Draws one training step: its network, its optimizer, its types, and the sizes at which it is to be measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

#: batch, inputs, hidden units, and outputs or positions.
_SIZES = (
    {"b": "N", "d": "D", "h": "H", "c": "C", "t": "T"},
    {"b": "n", "d": "d", "h": "h", "c": "c", "t": "t"},
    {"b": "batch", "d": "n_in", "h": "n_hidden", "c": "n_out", "t": "n_tokens"},
)
#: For each level: type, mixed precision, arrays of the optimizer, activation. Few, so that few programs are run.
_STEPS: Mapping[int, tuple[tuple[str, bool, tuple[str, ...], str], ...]] = {
    1: (
        ("float32", False, ("m", "v"), "relu"),
        ("float64", False, ("velocity",), "tanh"),
        ("float32", False, ("velocity",), "relu"),
        ("float64", False, ("m", "v"), "sigmoid"),
    ),
    2: (
        ("float32", False, ("m", "v"), "relu"),
        ("float16", True, ("velocity",), "tanh"),
        ("float16", True, ("m", "v"), "relu"),
    ),
    3: (("float16", True, ("m", "v"), "relu"), ("float16", True, ("velocity",), "relu")),
}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The step and, above level 1, the plain sizes and the unit of a total."""
    sizes = dice.choice(_SIZES)
    dtype, mixed, states, activation = dice.choice(_STEPS[level])
    network = _block(sizes, activation) if level == 3 else _perceptron(sizes, activation, biased=level == 2)
    unit = dice.choice(["MiB", "MiB", "MB"])
    return {
        **sizes,
        **network,
        "fourth": sizes["t"] if level == 3 else sizes["c"],
        "fourth_means": "number of positions in a sequence" if level == 3 else "number of outputs",
        "function": "train_step" if mixed else "one_step",
        "dtype": dtype,
        "itemsize": {"float16": 2, "float32": 4, "float64": 8}[dtype],
        "mixed": mixed,
        "is_adam": len(states) == 2,
        "can_miss_a_moment": len(states) == 2 and not mixed,
        "can_halve": len(states) == 2 and mixed,
        "is_single": dtype == "float32",
        "states": list(states),
        "groups": ["weights", "gradients", *(["masters"] if mixed else []), *states],
        "kept": [*(["masters"] if mixed else []), *states],
        "asked": ["weights", "optimizer"] if level == 2 else dice.sample(["optimizer", "weights"], 1),
        "has_view": level == 3,
        "asks_total": level > 1,
        "total_in_mib": unit == "MiB",
        "total_in_mb": unit == "MB",
        "numbers": _numbers(dice, sizes, unit, has_tokens=level == 3),
    }


def _perceptron(sizes: Mapping[str, str], activation: str, *, biased: bool) -> dict[str, Any]:
    """One hidden layer; with biases each product and each sum is a result of its own."""
    b, d, h, c = (sizes[name] for name in "bdhc")
    weights = [["W1", f"({d}, {h})"], *([["b1", f"{h}"]] if biased else []), ["W2", f"({h}, {c})"]]
    forward = [["S", "X @ W1"], ["Z", "S + b1"]] if biased else [["Z", "X @ W1"]]
    forward += [["A", f"ag.{activation}(Z)"], ["Y", "A @ W2"]]
    return {
        "x": "X",
        "sizes_in_order": [b, d, h, c],
        "input_shape": f"({b}, {d})",
        "weights": [{"name": name, "shape": shape} for name, shape in weights],
        "forward": forward,
    }


def _block(sizes: Mapping[str, str], activation: str) -> dict[str, Any]:
    """A head of attention and a perceptron."""
    b, d, h, t = (sizes[name] for name in "bdht")
    square = f"({d}, {d})"
    weights = [["Wq", square], ["Wk", square], ["Wv", square], ["W1", f"({d}, {h})"], ["W2", f"({h}, {d})"]]
    forward = [
        ["Q", "X @ Wq"],
        ["K", "X @ Wk"],
        ["V", "X @ Wv"],
        ["scores", "Q @ ag.moveaxis(K, 1, 2)"],
        ["P", "ag.softmax(scores, axis=2)"],
        ["O", "P @ V"],
        ["Z", "O @ W1"],
        ["A", f"ag.{activation}(Z)"],
        ["Y", "A @ W2"],
    ]
    return {
        "x": "X",
        "sizes_in_order": [b, t, d, h],
        "input_shape": f"({b}, {t}, {d})",
        "weights": [{"name": name, "shape": shape} for name, shape in weights],
        "forward": forward,
    }


def _numbers(dice: Dice, sizes: Mapping[str, str], unit: str, *, has_tokens: bool) -> dict[str, int]:
    """Plain sizes that suit the unit: powers of two for MiB, round decimals for MB."""
    binary = unit == "MiB"
    batch = dice.choice([64, 128, 256, 512] if binary else [50, 100, 200, 400])
    width = dice.choice([256, 512, 1024] if binary else [250, 500, 1000])
    hidden = dice.choice([1024, 2048, 4096] if binary else [1000, 2000, 4000])
    if has_tokens:
        tokens = dice.choice([64, 128, 256, 512] if binary else [100, 200, 500])
        batch = dice.choice([4, 8, 16] if binary else [5, 10, 20])
        return {sizes["b"]: batch, sizes["t"]: tokens, sizes["d"]: width, sizes["h"]: hidden}
    outputs = dice.choice([128, 256, 512] if binary else [100, 200, 500])
    return {sizes["b"]: batch, sizes["d"]: width, sizes["h"]: hidden, sizes["c"]: outputs}
