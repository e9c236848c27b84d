"""Draws a chain, its checkpoints and how much is rebuilt at a time; widths differ on the highest level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice
from question_templates.shared.chain_mistakes import FIGURES, Drawn, figures, foreseen, showing

_LAYERS = {1: (4, 6), 2: (7, 10), 3: (5, 7)}
_CHECKPOINTS = {1: (1, 2), 2: (2, 3), 3: (1, 2)}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Layers, widths, checkpoints, the unit of the answers, and which mistakes would show."""
    while True:
        chain = _chain(dice, level)
        ahead = Drawn.of(chain)
        ledger = foreseen(ahead)
        shows = showing({way: figures(way, ledger, ahead) for way in FIGURES})
        strategy_shows = shows.pop("other_strategy_shows")
        if level == 1 or strategy_shows:  # what is kept should matter
            break
    in_kib = level == 3 or dice.chance(0.6)
    return {
        **chain,
        **shows,
        "keeps": strategy_shows and not chain["per_segment"],
        "drops": strategy_shows and chain["per_segment"],
        "is_uniform": level < 3,
        "n_samples": (256 if drawn["single"] else 128) if in_kib else dice.choice((16, 32, 64)),
        "in_kib": in_kib,
        "in_activations": not in_kib,
        "keeps_last": chain["n_layers"] - 1 in chain["checkpoints"],
    }


def _chain(dice: Dice, level: int) -> dict[str, Any]:
    n_layers = dice.integer(*_LAYERS[level])
    last = n_layers - 1 if level == 1 or dice.chance(0.75) else n_layers  # now and then the last layer may be kept
    return {
        "n_layers": n_layers,
        "per_segment": level > 1 and dice.chance(0.5),
        "widths": [dice.integer(2, 9)] if level < 3 else [dice.integer(1, 6) for _ in range(n_layers + 1)],
        "checkpoints": sorted(dice.sample(range(last), dice.integer(*_CHECKPOINTS[level]))),
    }
