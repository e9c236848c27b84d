"""Draws a convolution as a program: how it multiplies, its names and layout, and whose cost is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

#: What a listing calls its sizes and arrays.
_NAMES: tuple[dict[str, str], ...] = (
    {
        "n": "N", "c": "Cin", "h": "Hin", "w": "Win", "k": "K", "s": "S", "c_out": "Cout", "h_out": "Hout",
        "w_out": "Wout", "images": "Xin", "columns": "Xin_im2col", "patches": "Xin_patches", "product": "Xout_flat",
        "filtered": "Xin_filtered",
    },
    {
        "n": "B", "c": "C", "h": "H", "w": "W", "k": "k", "s": "s", "c_out": "F", "h_out": "Ho",
        "w_out": "Wo", "images": "x", "columns": "gathered", "patches": "windows", "product": "y",
        "filtered": "z",
    },
    {
        "n": "batch", "c": "channels", "h": "height", "w": "width", "k": "kernel", "s": "stride", "c_out": "filters",
        "h_out": "n_down", "w_out": "n_right", "images": "images", "columns": "columns", "patches": "patches",
        "product": "maps", "filtered": "filtered",
    },
)  # fmt: skip

#: level -> (how the program multiplies, whose exact cost is asked, whose growth is asked)
_DESIGNS: Mapping[int, tuple[tuple[str, str, str], ...]] = {
    1: (("stacked", "product", "total"), ("sparse", "product", "columns"), ("sparse", "columns", "product")),
    2: (
        ("looped", "product", "total"),
        ("looped", "total", "product"),
        ("sparse", "columns", "total"),
        ("sparse", "product", "total"),
    ),
    3: (
        ("sparse", "total", "columns"),
        ("sparse", "total", "product"),
        ("separable", "filtered", "total"),
        ("separable", "product", "total"),
        ("separable", "total", "filtered"),
    ),
}
_STRUCTURES = ("stacked", "looped", "sparse", "separable")


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Names, structure, layout, and whose cost is asked."""
    names = dice.choice(_NAMES)
    structure, exact, growth = dice.choice(_DESIGNS[level])
    strided = structure != "stacked"
    return {
        **names,
        **{name: structure == name for name in _STRUCTURES},
        "last": names is _NAMES[1],  # not drawn, so that few programs are run
        "strided": strided,
        "exact_of": names.get(exact, exact),
        "growth_of": names.get(growth, growth),
        "whole_exact": exact == "total",
        "whole_growth": growth == "total",
        "sparse_asked": exact == "columns",
        "plain": structure != "separable",
        "both_products": structure == "sparse" and exact == "total",
        **_patch_counts(names, strided),
    }


def _patch_counts(names: Mapping[str, str], strided: bool) -> dict[str, str]:
    """How the listing counts patches downward and to the right."""
    counts = {}
    for place, side in (("down", "h"), ("right", "w")):
        room = f"{names[side]} - {names['k']}"
        counts[place] = f"({room})//{names['s']} + 1" if strided else f"{room} + 1"
    return counts
