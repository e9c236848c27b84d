"""Draws an im2col matrix with numbers for its sizes, the order of its loops, and the entries that are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

#: Loop variables: patch downward and to the right, channel, and place in the kernel downward and to the right.
_LOOPS = (
    ["hout", "wout", "cin", "hker", "wker"],
    ["top", "left", "ch", "i", "j"],
    ["p", "q", "c", "a", "b"],
)
_BY_PATCH = [0, 1, 2, 3, 4]
#: level -> orders of the loops from the outermost to the innermost one, as positions in `_LOOPS`' rows
_ORDERS = {
    1: (_BY_PATCH,),
    2: (_BY_PATCH, [0, 1, 3, 4, 2]),
    3: (_BY_PATCH, [0, 1, 3, 4, 2], [2, 3, 4, 0, 1], [3, 4, 2, 0, 1]),
}
_CHANNELS = {1: (2, 2), 2: (2, 3), 3: (2, 3)}
_SIDES = {1: (3, 5), 2: (4, 6), 3: (5, 7)}
#: level -> kernel and stride; where a pixel's patches are asked, the patches have to overlap
_KERNELS = {1: ([2, 1],), 2: ([2, 1], [2, 2], [3, 1], [3, 2]), 3: ([2, 2], [3, 1], [3, 2])}
_OVERLAPPING = {1: ([2, 1],), 2: ([2, 1], [3, 1], [3, 2]), 3: ([2, 1], [3, 2])}

_ASKS = {
    1: (("pixel", "entry"),),
    2: (("pixel", "entry", "csr"), ("pixel", "occurrences", "csr"), ("entry", "occurrences")),
    3: (("entries", "place", "csr"), ("entry", "entries", "dense"), ("pixel", "place", "csr", "dense")),
}

_PARTS = ("pixel", "entry", "entries", "place", "occurrences", "csr", "dense")


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes, loops, a pixel, a place in a patch, and which of the questions are asked."""
    loops = dice.choice(_LOOPS)
    asked = dice.choice(_ASKS[level])
    sizes = _sizes(dice, level, overlapping="entries" in asked or "occurrences" in asked)
    strided, last = level > 1, level > 1 and dice.chance(0.5)
    return {
        **sizes,
        "loops": loops,
        "order": [loops[position] for position in dice.choice(_ORDERS[level])],
        "strided": strided,
        "last": last,
        "turned": level > 1 and dice.chance(0.4),
        "pixel": [dice.integer(0, sizes[side] - 1) for side in ("channels", "height", "width")],
        "patch": dice.choice(([0, 1], [1, 0], [1, 1])),
        "spot": [dice.integer(0, sizes[side] - 1) for side in ("channels", "kernel", "kernel")],
        "number": dice.integer(8, 40),
        "data_type": dice.choice(["float32", "float64"]),
        "index_type": "int32" if level < 3 else dice.choice(["int32", "int64"]),
        **{f"asks_{part}": part in asked for part in _PARTS},
        **_pixel_texts(loops, strided, last),
    }


def _sizes(dice: Dice, level: int, *, overlapping: bool) -> dict[str, int]:
    """The numbers; a side has room for a kernel and a step, so that there are two patches along it."""
    kernel, stride = dice.choice((_OVERLAPPING if overlapping else _KERNELS)[level])
    low, high = _SIDES[level]
    return {
        "batch": dice.integer(2, 4),
        "channels": dice.integer(*_CHANNELS[level]),
        "height": dice.integer(max(low, kernel + stride), high),
        "width": dice.integer(max(low, kernel + stride), high),
        "kernel": kernel,
        "stride": stride,
    }


def _pixel_texts(loops: list[str], strided: bool, last: bool) -> dict[str, str]:
    """How the listing numbers a pixel, and how it would do so in the other layout."""
    top, left, channel, down, right = loops
    step = "*S" if strided else ""
    row, column = f"{top}{step} + {down}", f"{left}{step} + {right}"
    texts = [f"({channel}*Hin + {row})*Win + {column}", f"(({row})*Win + {column})*Cin + {channel}"]
    return {"pixel_text": texts[last], "other_pixel_text": texts[not last]}
