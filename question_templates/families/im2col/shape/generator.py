"""Draws an im2col builder: its names, the layout of the images, stride, kernel, and how the matrix stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

#: What a listing calls its sizes and arrays. `side` and `side_out` are those of square images.
_NAMES: tuple[dict[str, str], ...] = (
    {
        "n": "N", "c": "Cin", "h": "Hin", "w": "Win", "side": "L", "k": "K", "kh": "KH", "kw": "KW", "s": "S", "d": "D",
        "c_out": "Cout", "h_out": "Hout", "w_out": "Wout", "side_out": "Lout", "images": "Xin", "function": "unfold",
        "flat": "Xin_flat", "matrix": "im2col_mat", "product": "Xin_im2col", "patches": "Xin_patches", "out": "Xout",
    },
    {
        "n": "B", "c": "C", "h": "H", "w": "W", "side": "M", "k": "k", "kh": "kh", "kw": "kw", "s": "s", "d": "d",
        "c_out": "F", "h_out": "Ho", "w_out": "Wo", "side_out": "Mo", "images": "x", "function": "patches_of",
        "flat": "flat", "matrix": "A", "product": "gathered", "patches": "windows", "out": "y",
    },
    {
        "n": "batch", "c": "channels", "h": "height", "w": "width", "side": "side", "k": "kernel", "kh": "kernel_h",
        "kw": "kernel_w", "s": "stride", "d": "dilation", "c_out": "filters", "h_out": "n_down", "w_out": "n_right",
        "side_out": "n_side", "images": "images", "function": "im2col", "flat": "vectors", "matrix": "selection",
        "product": "columns", "patches": "patches", "out": "maps",
    },
)  # fmt: skip

#: level -> designs; "last" is the layout N, H, W, C, and "turned" a matrix with a row for every patch entry.
_DESIGNS: Mapping[int, tuple[tuple[str, ...], ...]] = {
    1: (("square",), ("last",)),
    2: (("strided",), ("strided", "last", "turned"), ("strided", "single")),
    3: (("strided", "oblong"), ("strided", "last", "turned", "dilated"), ("strided", "square", "dilated")),
}
_FLAGS = ("square", "last", "strided", "turned", "single", "oblong", "dilated")
_N_OTHERS = {1: 1, 2: 2, 3: 2}  # level -> how many intermediates are asked besides the matrix


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Names, flags, what is asked, and the two lines that count the patches."""
    place = dice.integer(0, len(_DESIGNS[level]) - 1)
    names = _NAMES[(place + dice.integer(0, 1)) % len(_NAMES)]  # two sets for each design, so that few programs are run
    design = _DESIGNS[level][place]
    flags = {flag: flag in design for flag in _FLAGS}
    others = ["flat", "product", "patches"] if level == 1 else ["product", "patches", "out"]
    asked = [names[name] for name in dice.sample(others, _N_OTHERS[level])]
    return {**names, **flags, "many_channels": not flags["single"], "asked": asked, **_patch_counts(names, flags)}


def _patch_counts(names: Mapping[str, str], flags: Mapping[str, bool]) -> dict[str, Any]:
    """How the listing counts patches downward and to the right, the slips in that, and what makes a kernel fit."""
    sides = ("side", "side") if flags["square"] else ("h", "w")
    kernels = ("kh", "kw") if flags["oblong"] else ("k", "k")
    texts: dict[str, Any] = {"fits": []}
    for place, side, kernel in zip(("down", "right"), sides, kernels, strict=True):
        reach = f"{names['d']}*({names[kernel]} - 1) + 1" if flags["dilated"] else names[kernel]
        shrink = f"{names['d']}*({names[kernel]} - 1) - 1" if flags["dilated"] else names[kernel]
        room = f"{names[side]} - {shrink}"
        steps = f"({room})//{names['s']}" if flags["strided"] else room
        texts["fits"] = list(dict.fromkeys([*texts["fits"], f"{reach} <= {names[side]}"]))
        texts |= {place: f"{steps} + 1", f"{place}_short": steps, f"{place}_unstrided": f"{room} + 1"}
        texts[f"{place}_full"] = names[side]
    if flags["square"]:  # one line counts both ways; a slip's second patch puts in what stands there already
        texts |= dict.fromkeys(("right", "right_short", "right_unstrided", "right_full"), "range(len(pixels))")
    return texts | {"input_side": names[sides[0]], "other_side": names[sides[1]], "last_kernel": names[kernels[1]]}
