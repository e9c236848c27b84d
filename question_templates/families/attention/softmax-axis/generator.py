"""Draws a small matrix of scores, its mask, the axis of the softmax, and what is asked of the weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_NAMES = (("S", "E", "A", "O"), ("scores", "exps", "weights", "out"), ("logits", "e", "attn", "y"))
_SHAPES = ((2, 2), (2, 3), (3, 2))
_EXPONENTIALS = (1, 1, 2, 2, 3, 3, 4, 5, 6)
_QUERY = (0, 1, 1, 2)
_KEY = (1, 2, 2, 3)
_N_TOKENS = 3
_REAL_TOKENS = ([1, 1, 0], [1, 0, 1], [0, 1, 1])


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Scores as logarithms (levels 1 and 2) or from queries and keys (level 3), and what becomes of them."""
    rows, columns = dice.choice(_SHAPES) if level == 1 else (_N_TOKENS, _N_TOKENS)
    mask = "none" if level == 1 else dice.choice(["causal", "causal", "padding"])
    keys_first = level > 1 and dice.chance(0.4)
    late = level > 1 and dice.chance(0.25 if level == 2 else 0.4)
    free = level == 1 or (level == 2 and mask == "causal" and dice.chance(0.4))
    axis = dice.integer(0, 1) if free else 0 if keys_first else 1  # otherwise along the keys
    names = dice.choice(_NAMES)
    weights = names[2]
    return {
        **dict(zip("seao", names, strict=True)),
        "n_rows": rows,
        "n_columns": columns,
        "numbers": [[dice.choice(_EXPONENTIALS) for _ in range(columns)] for _ in range(rows)] if level < 3 else [],
        **_vectors(dice, level),
        "mask": mask,
        "real": dice.choice(_REAL_TOKENS) if mask == "padding" else [],
        "keys_first": keys_first,
        "axis": axis,
        "masked": mask != "none",
        "causal": mask == "causal",
        "late": late,
        "early": mask != "none" and not late,
        "axis_can_slip": mask != "padding" or late,
        "asks_zeros": level == 2,
        "entries": [f"`{weights}[{i}][{j}]`" for i in range(rows) for j in range(columns)],
        "has_output": level == 3,
        "row": dice.choice([1, 2]) if level == 3 else 0,
    }


def _vectors(dice: Dice, level: int) -> dict[str, Any]:
    """Queries, keys (numbers whose logarithms they are) and values; none before level 3."""
    if level < 3:
        return {"q": [], "k": [], "v": []}

    def matrix(entries: tuple[int, ...]) -> list[list[int]]:
        rows = [[dice.choice(entries) for _ in range(2)] for _ in range(_N_TOKENS)]
        return matrix(entries) if all(row == rows[0] for row in rows) else rows

    return {"q": matrix(_QUERY), "k": matrix(_KEY), "v": matrix((0, 1, 2, 3, 4, 6))}
