"""Draws a chain, its checkpoints as a list or by a stride, how much is rebuilt at a time, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice
from question_templates.shared.chain_mistakes import PRODUCTS, Drawn, foreseen, products, showing
from question_templates.shared.ledgers import rebuilds

_LAYERS = {1: (5, 8), 2: (8, 13), 3: (6, 8)}
_CHECKPOINTS = {1: (1, 2), 2: (2, 3), 3: (1, 2)}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Layers, widths, checkpoints, the strategy, and the fields."""
    while True:
        chain = _chain(dice, level)
        ahead = Drawn.of(chain)
        right = rebuilds(foreseen(ahead), ahead.layers)
        totals = {way: sum(products(way, right, ahead)) for way in PRODUCTS}
        shows = showing(totals)
        # What is kept should matter, and so should where the rebuilding starts.
        if shows["other_strategy_shows"] and shows["from_the_input_shows"] and totals["right"] > 2:
            break
    return {
        **chain,
        "last_too_shows": shows["last_too_shows"],
        "from_the_checkpoint_shows": shows["from_the_checkpoint_shows"],
        "per_tensor": not chain["per_segment"],
        "is_uniform": level < 3,
        # Numbers that are no amount of products.
        "n_samples": 10 if level == 3 else dice.choice((7, 8, 9)),
        "asked_layer": _asked_layer(dice, chain),
        "ask_one": level == 1,
        "ask_each": level == 2 and not chain["strided"],
        "ask_multiply_adds": level == 3,
    }


def _chain(dice: Dice, level: int) -> dict[str, Any]:
    strided = level == 2 and dice.chance(0.35)
    n_layers = dice.integer(11, 17) if strided else dice.integer(*_LAYERS[level])
    checkpoints, text = _checkpoints(dice, level, n_layers, strided=strided)
    return {
        "n_layers": n_layers,
        "strided": strided,
        "per_segment": level > 1 and dice.chance(0.4),
        "widths": [dice.integer(2, 9)] if level < 3 else [dice.integer(1, 6) for _ in range(n_layers + 1)],
        "checkpoints": checkpoints,
        "checkpoints_text": text,
    }


def _asked_layer(dice: Dice, chain: Mapping[str, Any]) -> int:
    """A discarded layer, more than one product away from what is kept if there is such a one."""
    discarded = [layer for layer in range(chain["n_layers"] - 1) if layer not in chain["checkpoints"]]
    return dice.choice([layer for layer in discarded if layer - 1 in discarded] or discarded)


def _checkpoints(dice: Dice, level: int, n_layers: int, *, strided: bool) -> tuple[list[int], str]:
    """The checkpoints, and how the listing writes them; the last layer is one now and then."""
    if strided:
        step = dice.integer(3, 5)
        first = dice.choice((step - 1, step))
        return list(range(first, n_layers, step)), f"list(range({first}, {n_layers}, {step}))"
    count = dice.integer(*_CHECKPOINTS[level])
    listed = dice.sample(range(n_layers - 1), count)
    if level > 1 and dice.chance(0.2):
        listed[0] = n_layers - 1
    return sorted(listed), str(sorted(listed))
