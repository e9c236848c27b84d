"""Draws a convolution layer: its names, layout, number types and stride, and which of its arrays are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

#: What a listing calls its sizes and arrays; no size is called B, which stands for bytes in an answer.
_NAMES: tuple[dict[str, str], ...] = (
    {
        "n": "N", "c": "Cin", "h": "Hin", "w": "Win", "k": "K", "s": "S", "c_out": "Cout", "h_out": "Hout",
        "w_out": "Wout", "per_image": "P", "images": "Xin", "matrix": "im2col_mat", "columns": "Xin_im2col",
        "patches": "Xin_patches", "product": "product", "flat": "Xout_flat", "result": "Xout",
    },
    {
        "n": "n", "c": "c", "h": "h", "w": "w", "k": "k", "s": "s", "c_out": "f", "h_out": "h_out", "w_out": "w_out",
        "per_image": "n_patches", "images": "x", "matrix": "gather", "columns": "gathered", "patches": "windows",
        "product": "sums", "flat": "y_flat", "result": "y",
    },
    {
        "n": "batch", "c": "depth", "h": "height", "w": "width", "k": "kernel", "s": "stride", "c_out": "filters",
        "h_out": "n_down", "w_out": "n_right", "per_image": "n_places", "images": "images", "matrix": "selection",
        "columns": "columns", "patches": "patches", "product": "weighted", "flat": "flat_maps", "result": "maps",
    },
)  # fmt: skip

#: level -> (flags, of what the bytes are asked); "last" is the layout N, H, W, C
_DESIGNS: Mapping[int, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    1: ((("double",), ("value",)), (("single", "last"), ("value",))),
    2: (
        (("single", "strided"), ("value", "gradient", "both")),
        (("double", "strided", "last"), ("value", "gradient", "both")),
    ),
    3: ((("mixed", "strided"), ("value", "both")), (("mixed", "strided", "last"), ("value", "gradient"))),
}
_FLAGS = ("single", "double", "mixed", "strided", "last")


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Names, flags, the arrays that are asked, and the texts that a slip changes."""
    place = dice.integer(0, 1)
    names = _NAMES[(level + place + dice.integer(0, 1)) % 3]  # two sets for each design, so that few programs are run
    design, parts = _DESIGNS[level][place]
    flags = {flag: flag in design for flag in _FLAGS}
    part = dice.choice(parts)
    # The product, its sum with the bias, and the result take the same bytes, so only one of them is asked.
    asked = [names[dice.choice(["columns", "patches"])], names[dice.choice(["product", "flat", "result"])]]
    if level > 1:
        asked.append(dice.choice(["weight", "bias"]))
    counts: dict[str, str] = {}
    for direction, side in (("down", "h"), ("right", "w")):
        room = f"{names[side]} - {names['k']}"
        counts[direction] = f"({room})//{names['s']} + 1" if flags["strided"] else f"{room} + 1"
    return {
        **names,
        **flags,
        **counts,
        "part": part,
        "both": part == "both",
        "single_alone": flags["single"] and part != "both",
        "double_alone": flags["double"] and part != "both",
        "asked": dice.shuffled(asked),
        "asks_matrix": level == 3,
    }
