"""Draws many heads, shared keys and values, and caches of keys and values; names, types and what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

# Names of batch, tokens, head width, heads (alone), groups, heads in a group, layers; then of the arrays.
_SIZES = ("n", "t", "w", "h", "g", "r", "layers")
_NAMES = (
    (("N", "T", "d", "H", "G", "R", "L"), ("Q", "K", "V", "S", "A", "C")),
    (
        ("batch", "tokens", "width", "heads", "groups", "shared", "n_layers"),
        ("queries", "keys", "values", "scores", "weights", "mixed"),
    ),
    (("B", "n", "w", "h", "g", "s", "L"), ("q_all", "k_all", "v_all", "logits", "attn", "context")),
)
_ROLES = ("query", "key", "val", "score", "weight", "mix")
_BYTES = {"float16": 2, "float32": 4, "float64": 8}

#: Listings with open sizes take a while to run the first time, so names settle the type; level 3 is run at several
#: numbers of layers, so how heads share settles the names.
_TYPES = ("float64", "float32", "float32")
_TYPES_OF_LONG_LISTINGS = ("float16", "float32", "float32")
_NAMES_OF_LONG_LISTINGS = {"own": (0,), "groups": (0, 2), "one": (2,)}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Whose keys are shared, whether one token is added to a cache, and the numbers put in at level 3."""
    sharing = dice.choice({1: ["own"], 2: ["groups", "groups", "one"], 3: ["own", "groups", "groups", "one"]}[level])
    cached = level == 3 or (level == 2 and (sharing == "one" or dice.chance(0.5)))
    place = dice.choice(_NAMES_OF_LONG_LISTINGS[sharing]) if level == 3 else dice.integer(0, 2)
    sizes, words = _NAMES[place]
    dtype = (_TYPES_OF_LONG_LISTINGS if level == 3 else _TYPES)[place]
    named = dict(zip(_SIZES, sizes, strict=True))
    names = dict(zip(_ROLES, words, strict=True))
    grouped = sharing == "groups"
    asked, shaped = _asked(dice, level, cached)
    return {
        **named,
        "r": named["r"] if grouped else named["h"],
        "fused": level == 1 and dice.chance(0.5),
        "sharing": sharing,
        "grouped": grouped,
        "shares": sharing != "own",
        "cached": cached,
        "many_layers": level == 3,
        "has_cache": level > 1,
        "names": names,
        "dtype": dtype,
        "itemsize": _BYTES[dtype],
        "asked": [names[role] for role in asked],
        "asked_shapes": [names[role] for role in shaped],
        "in_mib": [names[asked[0]]] if level == 1 else [],
        "has_number": level != 2,
        "numbers": {1: _few_numbers, 2: _no_numbers, 3: _numbers}[level](dice, named, sharing),
        "asks_scores": bool({*asked, *shaped} & {"score", "weight"}),
    }


def _asked(dice: Dice, level: int, cached: bool) -> tuple[list[str], list[str]]:
    """Arrays whose bytes, and whose shapes, are asked."""
    scores = dice.choice(["score", "weight"])
    if level == 1:
        return dice.shuffled([scores, dice.choice(["query", "mix"])]), [dice.choice(["score", "mix", "key"])]
    if level == 3:
        return [scores], []
    # With a cache the mixed values have the shape of the queries, which the listing prints.
    others = [dice.choice(["query", "mix"])] if dice.chance(0.6) else []
    return [*others, scores], [dice.choice(["score", "weight"] if cached else ["score", "weight", "mix"])]


def _no_numbers(dice: Dice, named: Mapping[str, str], sharing: str) -> dict[str, int]:
    return {}


def _few_numbers(dice: Dice, named: Mapping[str, str], sharing: str) -> dict[str, int]:
    """Numbers to put in where all heads have their own keys."""
    return {
        named["n"]: dice.choice([1, 2, 4, 8]),
        named["t"]: dice.choice([512, 1024, 2048, 4096]),
        named["h"]: dice.choice([6, 8, 12, 16]),
        named["w"]: dice.choice([32, 64, 128]),
    }


def _numbers(dice: Dice, named: Mapping[str, str], sharing: str) -> dict[str, int]:
    """Numbers to put in; one token more than the cached ones makes a power of two."""
    heads = {
        "own": {named["h"]: dice.choice([8, 12, 16])},
        "one": {named["h"]: dice.choice([8, 16, 32])},
        "groups": {named["g"]: dice.choice([2, 4, 8]), named["r"]: dice.choice([2, 4, 8])},
    }[sharing]
    return {
        named["layers"]: dice.choice([12, 24, 32, 40, 48]),
        named["n"]: dice.choice([1, 2, 4, 8]),
        named["t"]: dice.choice([511, 1023, 2047, 4095]),
        **heads,
        named["w"]: dice.choice([64, 128]),
    }
