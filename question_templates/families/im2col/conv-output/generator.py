"""Draws a chain of convolutions and poolings, and the arrays that go in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from question_templates.dice import Dice

#: A line is (kind, width of a pooling window or 0, stride, padding, dilation); words stand for open sizes.
_Line = tuple[str, int, "int | str", "int | str", int]

_CHAINS: Mapping[int, tuple[tuple[_Line, ...], ...]] = {
    1: (
        (("conv", 0, 1, 2, 1), ("MaxPool2d", 2, 2, 0, 1)),
        (("conv", 0, 2, 1, 1), ("AvgPool2d", 2, 2, 0, 1)),
        (("conv", 0, 2, 0, 1), ("MaxPool2d", 3, 2, 0, 1)),
        (("conv", 0, 1, 1, 1), ("MaxPool2d", 3, 3, 0, 1)),
        (("conv", 0, 2, 2, 1), ("MaxPool2d", 2, 2, 0, 1)),
        (("conv", 0, 3, 1, 1), ("MaxPool2d", 2, 2, 0, 1)),
    ),
    2: (
        (("conv", 0, 2, 1, 1), ("MaxPool2d", 2, 2, 0, 1), ("conv", 0, 1, 2, 2)),
        (("conv", 0, 1, 0, 2), ("MaxPool2d", 3, 2, 1, 1), ("conv", 0, 2, 1, 1)),
        (("conv", 0, 2, 2, 1), ("conv", 0, 1, 1, 2), ("AvgPool2d", 2, 2, 0, 1)),
        (("MaxPool2d", 2, 2, 0, 1), ("conv", 0, 1, 2, 2), ("conv", 0, 2, 0, 1)),
        (("conv", 0, 2, 1, 1), ("conv", 0, 2, 0, 1), ("MaxPool2d", 2, 2, 0, 1)),
        (("conv", 0, 1, 2, 2), ("MaxPool2d", 3, 2, 0, 1), ("conv", 0, 2, 1, 1)),
        (("conv", 0, 3, 2, 1), ("MaxPool2d", 3, 2, 1, 1), ("conv", 0, 1, 1, 1)),
        (("conv", 0, 2, 0, 2), ("conv", 0, 1, 1, 1), ("AvgPool2d", 3, 2, 0, 1)),
    ),
    3: (
        (("conv", 0, "S", "P", 1), ("MaxPool2d", 2, 2, 0, 1), ("conv", 0, 1, 0, 1)),
        (("conv", 0, "S", 0, 1), ("conv", 0, 2, 1, 1), ("MaxPool2d", 2, 2, 0, 1)),
        (("conv", 0, 2, "P", 1), ("conv", 0, "S", 0, 1), ("AvgPool2d", 2, 2, 0, 1)),
        (("MaxPool2d", 2, 2, 0, 1), ("conv", 0, "S", "P", 1), ("conv", 0, 2, 0, 1)),
        (("conv", 0, 1, "P", 2), ("MaxPool2d", 3, 2, 0, 1), ("conv", 0, "S", 0, 1)),
    ),
}
#: function, images, two kernels, three maps and their flat form.
_NAMES = (
    ("features", "X", "W1", "W2", ("A", "B", "C"), "flat"),
    ("forward", "images", "kernel1", "kernel2", ("maps", "middle", "last"), "rows"),
    ("network", "x", "w1", "w2", ("h1", "h2", "h3"), "z"),
)
_SIZES = (
    {"n": "N", "c": "Cin", "h": "Hin", "w": "Win", "k": "K", "s": "S", "p": "P", "f": "F", "g": "G"},
    {"n": "N", "c": "C", "h": "H", "w": "W", "k": "k", "s": "s", "p": "p", "f": "C1", "g": "C2"},
)


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The chain and its names go together, so that there are few different programs; the numbers are free."""
    place = dice.integer(0, len(_CHAINS[level]) - 1)
    chain, sizes = _CHAINS[level][place], _SIZES[(place + 1) % 2 if level == 3 else 0]
    function, x, w1, w2, maps, flat = _NAMES[place % len(_NAMES)]
    words, kernels = {"S": sizes["s"], "P": sizes["p"]}, iter([w1, w2])
    sources = zip(chain, maps, [x, *maps], strict=False)
    lines = [_line(line, name, source, kernels, words) for line, name, source in sources]
    has_flat = level == 2 and place % 2 == 0
    return {
        **sizes,
        "l": sizes["k"] if level == 3 else "L",
        "function": function,
        "x": x,
        "w1": w1,
        "w2": w2,
        "channels_last": level == 2 and place % 3 == 1,
        "lines": lines,
        "n_convs": sum(kind == "conv" for kind, *_ in chain),
        "has_max": any(kind == "MaxPool2d" for kind, *_ in chain),
        "has_p": any(padding == "P" for _, _, _, padding, _ in chain),
        "has_avg": any(kind == "AvgPool2d" for kind, *_ in chain),
        "flat": flat if has_flat else "",
        "any_padding": any(line["kernel"] and line["padding"] != 0 for line in lines),
        "any_dilation": any(line["dilation"] != 1 for line in lines),
        "any_stride": any(line["kernel"] and line["stride"] != 1 for line in lines),
        "any_window": any(line["window"] == line["stride"] for line in lines),
        "numbers": _numbers(dice, level, sizes),
        **_asked(dice, level, [line["name"] for line in lines], has_flat=has_flat),
    }


def _asked(dice: Dice, level: int, maps: list[str], *, has_flat: bool) -> dict[str, Any]:
    """What is asked for: shapes at plain sizes; at open ones the height or width of two maps and the last shape."""
    is_open, wants_height = level == 3, level == 2 and dice.chance(0.5)
    shapes = maps if level == 1 else [maps[-1]] if is_open else dice.shuffled(maps[:2])[:1] + maps[2:]
    return {
        "is_open": is_open,
        "asked_shapes": shapes,
        "asked_heights": [[name, dice.choice(["height", "width"])] for name in maps[:2]] if is_open else [],
        "asks_flat": has_flat,
        "asks_height": wants_height,
    }


def _numbers(dice: Dice, level: int, sizes: Mapping[str, str]) -> dict[str, int]:
    """Plain sizes of the arrays that go in, by the names of the open sizes."""
    if level == 3:
        return {}
    kernels = [dice.choice([3, 5, 5, 7]) if level == 1 else dice.choice([3, 4, 5]), dice.choice([2, 3, 3])]
    height, width = dice.integer(26, 64), dice.integer(26, 64)
    drawn = {"n": dice.integer(2, 6), "c": dice.choice([1, 2, 3, 3, 4]), "h": height, "w": width, "k": kernels[0]}
    filters = {"f": dice.choice([4, 5, 6, 8]), "g": dice.choice([6, 8, 10, 12])}
    return {sizes[short]: size for short, size in (drawn | filters).items()} | {"L": kernels[1]}


def _line(line: _Line, name: str, source: str, kernels: Iterator[str], words: Mapping[str, str]) -> dict[str, Any]:
    """One line of the chain: its map, where it comes from, its options, and its text."""
    kind, window, stride, padding, dilation = line
    kernel = "" if window else next(kernels)
    options = {
        "name": name,
        "source": source,
        "kernel": kernel,
        "window": window,
        "stride": words.get(str(stride), stride),
        "padding": words.get(str(padding), padding),
        "dilation": dilation,
    }
    usual = {"stride": window or 1, "padding": 0, "dilation": 1}
    told = [f"{option}={options[option]}" for option in usual if options[option] != usual[option]]
    if window:
        return {**options, "text": f"ag.{kind}({', '.join([str(window), *told])})({source})"}
    return {**options, "text": f"ag.conv2d({', '.join([source, kernel, *told])})"}
