"""Draws how an attention block is written down, its names, and which of its intermediates are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

# Design: how the block is written, which axis is what, and what belongs to it.
_PLAIN = {"classes": False, "layout": "ntd", "keys_first": False, "cross": False, "width": False, "mlp": False}
_DESIGNS: dict[int, list[dict[str, Any]]] = {
    1: [_PLAIN, {**_PLAIN, "keys_first": True}, {**_PLAIN, "width": True}],
    2: [
        {**_PLAIN, "classes": True, "keys_first": True, "width": True, "mlp": True},
        {**_PLAIN, "classes": True, "width": True, "mlp": True},
        {**_PLAIN, "keys_first": True, "width": True, "mlp": True},
    ],
    3: [
        {**_PLAIN, "classes": True, "cross": True, "width": True, "mlp": True},
        {**_PLAIN, "classes": True, "keys_first": True, "cross": True, "width": True, "mlp": True},
        {**_PLAIN, "classes": True, "layout": "tnd", "keys_first": True, "width": True, "mlp": True},
        {**_PLAIN, "layout": "ndt", "keys_first": True, "width": True, "mlp": True},
    ],
}

# Batch, positions, features, width of queries, hidden units, positions of the memory.
_SIZES = ("n", "t", "d", "k", "h", "s")
_ROLES = ("queries", "keys", "scores", "exps", "weights", "mixed", "out", "hidden")
_NAMES = (
    (
        ("n_samples", "n_context", "n_features", "n_width", "n_hidden", "n_memory"),
        ("Queries", "Keys", "Scores", "Exps", "Weights", "P", "Xout", "hidden"),
        ("Xin", "Memory"),
    ),
    (("N", "T", "D", "W", "H", "M"), ("Q", "K", "S", "E", "A", "P", "Y", "hidden"), ("X", "Z")),
    (
        ("B", "L", "d", "k", "m", "s"),
        ("queries", "keys", "logits", "exps", "weights", "P", "out", "hidden"),
        ("x", "memory"),
    ),
    (
        ("batch", "seq", "dim", "key_dim", "mlp_dim", "mem_seq"),
        ("q", "k", "scores", "e", "attn", "context", "out", "act"),
        ("x", "mem"),
    ),
)
_NAMES_OF_LEVEL = {1: (0, 1, 2, 3), 2: (0, 2), 3: (1, 3)}
_OF_FLOAT32 = (2, 3)  # each listing is run with one type: a run with open sizes takes a while the first time


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """A design, its names, and two or three intermediates; about two times in three the mixed inputs are among them."""
    design = dice.choice(_DESIGNS[level])
    place = dice.choice(_NAMES_OF_LEVEL[level])
    sizes, words, inputs = _NAMES[place]
    names = dict(zip(_ROLES, words, strict=True))
    asked = _asked(dice, level, design)
    shaped = _shaped(dice, design)
    together = dice.sample(["queries", "scores", "exps", "weights", "mixed", "hidden"], 3) if level == 3 else []
    every = {*asked, *shaped}
    return {
        **design,
        **dict(zip(_SIZES, sizes, strict=True)),
        "names": names,
        "x": inputs[0],
        "source": inputs[1] if design["cross"] else inputs[0],
        "asked": [names[role] for role in asked],
        "asked_shapes": [names[role] for role in shaped],
        "together": [names[role] for role in _ROLES if role in together],
        "has_total": level == 3,
        "single": place in _OF_FLOAT32,
        "double": place not in _OF_FLOAT32,
        "in_mib": [names[asked[0]]] if level == 1 else [],
        "has_number": level == 1,
        "numbers": _numbers(dice, dict(zip(_SIZES, sizes, strict=True)), design) if level == 1 else {},
        "asks_mixed": "mixed" in every,
        "asks_scores": bool(every & {"scores", "exps", "weights"}),
        "asks_hidden": "hidden" in every,
        "asks_width": design["width"] and bool(every & {"queries", "keys"}),
        "asks_cross": design["cross"] and bool(every & {"scores", "exps", "weights"}),
    }


def _asked(dice: Dice, level: int, design: Mapping[str, Any]) -> list[str]:
    """What bytes are asked of: one of the projections, one of the weights' steps, and P or the hidden units."""
    projection = dice.choice(["queries", "keys"])
    step = dice.choice(["scores", "exps", "weights"])
    if level == 1:
        return dice.shuffled([dice.choice([projection, "mixed"]), step])
    ends = ["mixed", "mixed", "hidden"] if design["mlp"] else ["mixed"]
    return dice.shuffled([dice.choice([projection, step]), dice.choice(ends)])


def _numbers(dice: Dice, named: Mapping[str, str], design: Mapping[str, Any]) -> dict[str, int]:
    """Numbers to put in; powers of two, so that bytes become MiB at once."""
    width = {named["k"]: dice.choice([64, 128])} if design["width"] else {}
    return {
        named["n"]: dice.choice([2, 4, 8, 16, 32]),
        named["t"]: dice.choice([512, 1024, 2048, 4096]),
        named["d"]: dice.choice([256, 512, 768]),
        **width,
    }


def _shaped(dice: Dice, design: Mapping[str, Any]) -> list[str]:
    """What a shape is asked of: something that is not shaped like the input, whose shape the question prints."""
    fit = ["scores", "weights"]
    fit += ["mixed", "mixed"] if design["keys_first"] and design["layout"] != "ndt" else []
    fit += ["keys"] if design["width"] else []
    return [dice.choice(fit)]
