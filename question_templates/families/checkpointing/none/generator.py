"""Draws what a layer of the chain does, and round numbers at which the formula is to be evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_BODIES = {1: ("matmul",), 2: ("relu", "bias"), 3: ("block", "residual")}

#: Layers, samples, width, width inside a block, and whether the arrays are float32. A listing with an open number of
#: layers takes a while to run the first time, so that names and type go together.
_STYLES = (
    (("num_layers", "num_samples", "dim_hidden", "dim_inner"), False),
    (("L", "N", "D", "H"), False),
    (("depth", "batch", "width", "hidden"), True),
)
_DECIMAL = (100, 200, 250, 400, 500, 800, 1000, 2000, 4000, 5000)
_BINARY = (64, 128, 256, 512, 1024, 2048, 4096)
#: Samples and widths of which some ten to some hundred blocks fit into a few GB or GiB.
_LARGE_DECIMAL = ((2000, 4000, 5000), (200, 250, 400, 500, 800, 1000))
_LARGE_BINARY = ((4096, 8192), (128, 256, 512, 1024))


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The layer's body, the names of the sizes one by one, and their numbers."""
    names, single = dice.choice(_STYLES)
    loss_counts = level > 1 and dice.chance(0.25)
    in_decimal = dice.chance(0.5)
    asked = _what_is_asked(dice, level, loss_counts, in_decimal)
    numbers = dict(zip(names, _numbers(dice, in_decimal, asked["ask_most"]), strict=True))
    left_out = {names[0] if asked["ask_most"] else "", names[3] if level < 3 else ""}
    return {
        **dict(zip(("layers", "samples", "width", "inner"), names, strict=True)),
        "body": dice.choice(_BODIES[level]),
        "has_inner": level == 3,
        "has_more": level > 1,
        "loss_counts": loss_counts,
        "single": single,
        "double": not single,
        "itemsize": 4 if single else 8,
        "numbers": {name: number for name, number in numbers.items() if name not in left_out},
        **asked,
    }


def _numbers(dice: Dice, in_decimal: bool, is_large: bool) -> list[int]:
    """The number of layers, then samples and two different widths."""
    layers = dice.choice((5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48))
    if not is_large:
        return [layers, *dice.sample(_DECIMAL if in_decimal else _BINARY, 3)]
    samples, widths = _LARGE_DECIMAL if in_decimal else _LARGE_BINARY
    return [layers, dice.choice(samples), *dice.sample(widths, 2)]


def _what_is_asked(dice: Dice, level: int, loss_counts: bool, in_decimal: bool) -> dict[str, Any]:
    """Beside the formula a number: megabytes, mebibytes or how many layers fit; none where the loss counts."""
    ask_most = level == 3 and not loss_counts and dice.chance(0.5)
    in_bytes = not loss_counts and not ask_most
    return {
        "ask_mb": in_bytes and in_decimal,
        "ask_mib": in_bytes and not in_decimal,
        "ask_most": ask_most,
        "room": dice.choice((1, 2, 4)),
        "room_unit": "GB" if in_decimal else "GiB",
    }
