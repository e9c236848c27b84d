"""Draws which way the matrix stands, and whether there are strides and channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The names and the layout; level 1 has one channel and stride 1."""
    is_turned = dice.chance(0.5)
    names = {1: "H, W, K", 2: "H, W, K, S", 3: "Cin, H, W, K, S"}[level]
    return {
        **drawn["words"],
        "is_turned": is_turned,
        "is_straight": not is_turned,
        "arguments": names,
        "has_stride": level > 1,
        "has_channels": level == 3,
        "places": "(columns, rows)" if is_turned else "(rows, columns)",
        "other_places": "(rows, columns)" if is_turned else "(columns, rows)",
        "shape": "(len(rows), n_pixels)" if is_turned else "(n_pixels, len(rows))",
        "other_shape": "(n_pixels, len(rows))" if is_turned else "(len(rows), n_pixels)",
    }
