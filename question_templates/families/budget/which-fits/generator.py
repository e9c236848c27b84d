"""Draws several designs of a training step and the budget that they are held against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_SIZES = (("N", "D", "H"), ("n", "d", "h"), ("batch", "width", "hidden_width"))
_OPTIONS = {
    1: ["dtype", "n_states"],
    2: ["n_blocks", "dtype", "n_states"],
    3: ["n_blocks", "dtype", "n_states", "recompute"],
}
_MEANINGS = {
    "n_blocks": "number of blocks, each with weights of its own",
    "dtype": "type of all arrays",
    "n_states": "number of arrays that the optimizer keeps for every weight",
    "recompute": "whether hidden results are computed again in the backward pass instead of being kept",
}
_BUDGETS = {1: [24, 32, 40, 48, 64], 2: [32, 40, 48, 64, 80], 3: [48, 56, 64, 80, 96]}
_BYTES = {"float16": 2, "float32": 4, "float64": 8}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Four designs or five, a budget in MiB, and which design's memory and largest batch are asked for."""
    n, d, h = dice.choice(_SIZES)
    designs = [_design(dice, level) for _ in range(4)]
    if level == 3:  # two networks, each with and without recomputation, and one with a small batch and many weights
        designs[1], designs[3] = ({**design, "recompute": not design["recompute"]} for design in designs[::2])
        designs = dice.shuffled([*designs, _heavy(dice)])
    memory_of, largest_of = dice.integer(0, 3), dice.integer(0, 3)
    if level == 3:
        largest_of = dice.choice([place for place, design in enumerate(designs) if design["recompute"]])
    asked = designs[largest_of] if level == 3 else designs[memory_of]
    return {
        "n": n,
        "d": d,
        "h": h,
        "sizes": [n, d, h],
        "options": _OPTIONS[level],
        "sizes_and_options": [
            [n, "number of samples in the batch"],
            [d, "number of features"],
            [h, "number of hidden units"],
            *([option, _MEANINGS[option]] for option in _OPTIONS[level]),
        ],
        "designs": designs,
        "design_texts": [f"`{_call(design, level)}`" for design in designs],
        "budget": dice.choice(_BUDGETS[level]),
        "first_options": ", ".join(_told(designs[0], level)),
        "memory_of": memory_of,
        "largest_of": largest_of,
        "asks_memory": level < 3,
        "asks_largest": level > 1,
        "asks_fastest": level == 3,
        "fastest_is_too_large": level == 3 and dice.chance(0.6),
        "has_blocks": level > 1,
        "has_states": asked["n_states"] > 0,
        "has_other_type": asked["dtype"] != "float32",
    }


def _design(dice: Dice, level: int) -> dict[str, Any]:
    types = ["float16", "float32", "float32", "float64"] if level < 3 else ["float16", "float32", "float32"]
    dtype = dice.choice(types)
    return {
        "batch": dice.choice([256, 512, 1024, 2048] if level < 3 else [1024, 2048, 4096]),
        "width": dice.choice([256, 512, 512, 1024] if level == 1 else [256, 256, 512]),
        "hidden": dice.choice([1024, 2048, 2048, 4096] if level == 1 else [1024, 1024, 2048]),
        "n_blocks": 1 if level == 1 else dice.integer(2, 3) if level == 2 else dice.choice([3, 4]),
        "dtype": dtype,
        "itemsize": _BYTES[dtype],
        "n_states": dice.choice([0, 1, 2, 2] if level < 3 else [0, 2, 2, 2]),
        "recompute": level == 3 and dice.chance(0.5),
    }


def _heavy(dice: Dice) -> dict[str, Any]:
    """A small batch of a wide network, which may be fast and may be large."""
    dtype = dice.choice(["float32", "float64"])
    return {
        "batch": dice.choice([64, 128, 512]),
        "width": 512,
        "hidden": dice.choice([2048, 2048, 4096]),
        "n_blocks": 2,
        "dtype": dtype,
        "itemsize": _BYTES[dtype],
        "n_states": dice.choice([0, 1, 2]),
        "recompute": dice.chance(0.3),
    }


def _told(design: Mapping[str, Any], level: int) -> list[str]:
    """The arguments behind the sizes, as a call writes them."""
    texts = {**design, "dtype": f"np.{design['dtype']}"}
    return [f"{option}={texts[option]}" for option in _OPTIONS[level]]


def _call(design: Mapping[str, Any], level: int) -> str:
    sizes = [str(design[size]) for size in ("batch", "width", "hidden")]
    return f"step({', '.join([*sizes, *_told(design, level)])})"
