"""Draws a chain, what limits its checkpoints (their number, or the memory), and how much is rebuilt at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice
from question_templates.shared.chain_mistakes import showing
from question_templates.shared.choosing_checkpoints import Choice, best_choice, peak_of, reasons, recomputed

_MOST_REASONS = 4  # why no other set does better; with more of them it is a search


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The layers and the limit, drawn until they leave something to choose, and which mistakes would show."""
    choice = _choice(dice, level)
    while not _is_worth_asking(choice, level):
        choice = _choice(dice, level)
    by_memory, is_uniform = level > 1, level < 3
    ways = ("right", "last too", "other strategy", "checkpoints alone" if by_memory else "input")
    shows = {"input_shows": False, "checkpoints_alone_shows": False}
    return {
        **shows,
        **showing({way: recomputed(choice, way) for way in ways}),
        "n_layers": choice.layers,
        "by_memory": by_memory,
        "by_count": not by_memory,
        "per_segment": choice.per_segment,
        "is_uniform": is_uniform,
        "widths": [dice.integer(2, 9)] if is_uniform else [dice.integer(1, 4), *choice.sizes],
        "n_samples": dice.integer(5, 9) if is_uniform else 256 if drawn["single"] else 128,
        "in_kib": not is_uniform,
        "keeps_last": True,
        "most_checkpoints": choice.most_checkpoints or 0,
        "limit": choice.limit or 0,
    }


def _choice(dice: Dice, level: int) -> Choice:
    if level == 1:
        return Choice((1,) * dice.integer(6, 12), False, most_checkpoints=dice.integer(1, 3))
    per_segment = dice.chance(0.5)
    if level == 2:
        return Choice((1,) * dice.integer(7, 12), per_segment, limit=dice.integer(4, 7))
    choice = Choice(tuple(dice.integer(1, 5) for _ in range(dice.integer(5, 6))), per_segment)
    # What some set needs is a limit that can be kept.
    some = dice.sample(range(choice.layers - 1), dice.integer(2, 3))
    return choice._replace(limit=peak_of(choice, some))


def _is_worth_asking(choice: Choice, level: int) -> bool:
    """Whether the best set keeps something, leaves something to do again, and depends on what the program keeps."""
    best = best_choice(choice)
    if best is None or best.cost < 2 or not best.checkpoints:
        return False
    if level > 1 and recomputed(choice, "other strategy") == best.cost:
        return False
    if level < 3:
        return True
    found, unexplained = reasons(choice)
    weighs = any(len(reason.together) > 1 for reason in found)
    return weighs and not unexplained and len(found) <= _MOST_REASONS
