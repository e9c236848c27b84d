"""Draws how the checkpoints are given: listed, by a stride, by their number alone, or with layers of several widths.

A listing with open sizes takes a while to run the first time, so there are few listings; numbers vary freely.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_MODES = {1: ("list",), 2: ("stride", "stride", "stride", "count"), 3: ("widths",)}

#: The sizes' names (samples, width, another width) and the listing's names.
_STYLES: tuple[tuple[tuple[str, str, str], dict[str, str]], ...] = (
    (
        ("num_samples", "dim_hidden", "dim_inner"),
        {"forward": "run_chain", "first": "first", "start": "kept", "remake": "rematerializer"},
    ),
    (("N", "D", "H"), {"forward": "run_layers", "first": "begin", "start": "last", "remake": "compute_again"}),
    (
        ("batch", "width", "hidden"),
        {"forward": "checkpointed", "first": "next_layer", "start": "kept", "remake": "rebuild"},
    ),
)

#: The number of layers, the checkpoints, and the widths from the input on: w and h are the two, d is twice w.
_CHAINS: dict[str, tuple[tuple[int, str, str], ...]] = {
    "list": (
        (7, "[2, 4]", ""),
        (8, "[1, 3, 6]", ""),
        (9, "[3, 5]", ""),
        (10, "[1, 4, 8]", ""),
        (10, "[2, 6]", ""),
        (11, "[0, 4, 7]", ""),
        (12, "[5, 8]", ""),
        (12, "[2, 6, 9]", ""),
    ),
    "stride": (
        (10, "list(range(2, 10, 3))", ""),
        (11, "[i for i in range(11) if i % 4 == 3]", ""),
        (12, "list(range(4, 12, 5))", ""),
        (13, "[i for i in range(13) if i % 3 == 2]", ""),
        (14, "list(range(3, 14, 4))", ""),
        (14, "[i for i in range(14) if i % 5 == 0]", ""),
    ),
    "count": ((12, "list(range(n_checkpoints))", ""),),
    "widths": (
        (6, "[1, 3]", "whhhwdw"),
        (7, "[1, 4, 5]", "whdhwhdw"),
        (8, "[2, 5, 7]", "whhwdwdhh"),
        (8, "[1, 3]", "whdwhwdwh"),
        (9, "[2, 4]", "whwdwhwhdd"),
        (9, "[2, 7]", "whwdhdwhhw"),
    ),
}
_DECIMAL = (100, 200, 250, 400, 500, 800, 1000, 2000, 4000, 5000)


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The mode, the layers, the checkpoints as the listing writes them, and what is asked beside the bytes."""
    mode = dice.choice(_MODES[level])
    place, turn = dice.integer(0, len(_CHAINS[mode]) - 1), dice.integer(0, 1 if mode == "stride" else 2)
    n_layers, checkpoints, widths = _CHAINS[mode][place]
    (samples, width, inner), words = _STYLES[(place + turn) % 3]
    single = (place + 2 * turn) % 3 == 1
    ask_saved = level == 2 or (level == 3 and dice.chance(0.5))
    numbers = dict(zip((samples, width, inner), dice.sample(_DECIMAL, 3), strict=True))
    if mode == "count":
        numbers["n_checkpoints"] = dice.integer(2, 4)
    if mode != "widths":
        del numbers[inner]
    return {
        "mode": mode,
        "words": words,
        "samples": samples,
        "width": width,
        "inner": inner if mode == "widths" else "",
        "several_widths": mode == "widths",
        "is_counted": mode == "count",
        "n_layers": n_layers,
        "widths": [{"w": width, "h": inner, "d": f"2*{width}"}[letter] for letter in widths],
        "checkpoints": checkpoints,
        "single": single,
        "itemsize": 4 if single else 8,
        "numbers": numbers,
        "ask_saved": ask_saved,
        "ask_mb": level < 3 or not ask_saved,
        "per_segment": False,
    }
