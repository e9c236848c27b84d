"""Draws an attention head, a block or a loop that makes tokens, and which of their costs are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_SIZES = ("n", "t", "d", "k", "h")  # batch, tokens, features, width of queries and keys, hidden units
_ROLES = ("query", "key", "val", "score", "weight", "mix", "out")
_NAMES = (
    (("N", "T", "d", "k", "h"), ("Q", "K", "V", "S", "A", "C", "Y")),
    (
        ("batch", "n_tokens", "n_features", "n_width", "n_hidden"),
        ("queries", "keys", "values", "scores", "weights", "mixed", "out"),
    ),
    (("B", "L", "D", "W", "H"), ("q", "k", "v", "logits", "attn", "context", "y")),
)
#: Which names a design may have; loops are run at many numbers of rounds, so each has one set.
_NAMES_OF_LOOPS = {"cached": (0,), "again": (1,)}
_PROJECTIONS = ("query", "key", "val", "out")
_PRODUCTS = ("score", "mix")
_NOTHING_ASKED: dict[str, Any] = {
    "lines": [],
    "functions": [],
    "growing_lines": [],
    "asks_total_growth": False,
    "doubles": "",
    "asks_doubling": False,
    "asks_dominant": False,
    "asks_crossing": False,
    "numbers": {},
    "against": "",
}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """A design, its names and what is asked of it."""
    design = dice.choice({1: ["head"], 2: ["block"], 3: ["cached", "again", "crossing"]}[level])
    sizes, words = _NAMES[dice.choice(_NAMES_OF_LOOPS.get(design, (0, 1, 2)))]
    named = dict(zip(_SIZES, sizes, strict=True))
    names = dict(zip(_ROLES, words, strict=True))
    loops = design in ("cached", "again")
    causal = not loops and design != "crossing" and dice.chance(0.5)
    width = design == "head" and dice.chance(0.5)
    asked = {**_NOTHING_ASKED, **_ASKED[design](dice, named, names)}
    products = {names[role] for role in _PRODUCTS}
    exact = {*asked["lines"]} & products or "attention" in asked["functions"] or "block" in asked["functions"]
    return {
        **named,
        "k": named["k"] if width else named["d"],
        "names": names,
        "design": design,
        "loops": loops,
        "plain": not loops,
        "causal": causal,
        "width": width,
        "mlp": design in ("block", "crossing"),
        **asked,
        "adds": not drawn["flops"],
        "unit": "FLOPs" if drawn["flops"] else "multiply-adds",
        "asks_products": bool(exact or asked["asks_total_growth"] or products & {*asked["growing_lines"]}),
        "asks_masked": causal and bool(exact),
        "asks_attention": bool({"attention", "block"} & {*asked["functions"]}),
        "doubles_fast": asked["asks_doubling"] and (loops or asked["doubles"] in products),
    }


def _of_head(dice: Dice, named: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    projections, products = dice.sample(_PROJECTIONS, 2), dice.shuffled(_PRODUCTS)
    asks_doubling = dice.chance(0.5)
    doubles = names[dice.choice([projections[1], products[1], products[1]])] if asks_doubling else ""
    growing = [] if asks_doubling else [names[dice.choice([projections[1], products[1]])]]
    lines = dice.shuffled([names[projections[0]], names[products[0]]])
    return {"lines": lines, "growing_lines": growing, "doubles": doubles, "asks_doubling": asks_doubling}


def _of_block(dice: Dice, named: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    features = dice.choice([512, 1024, 2048])
    hidden = dice.choice([features, 4 * features])
    tokens = dice.choice([16384, 32768, 65536] if dice.chance(0.5) else [32, 64, 128])
    functions = dice.choice([["attention"], ["attention", "mlp"], ["block"]])
    numbers = {named["n"]: 1, named["t"]: tokens, named["d"]: features, named["h"]: hidden}
    return {"functions": functions, "asks_total_growth": True, "asks_dominant": True, "numbers": numbers}


def _of_cached(dice: Dice, named: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    lines = [names[dice.choice(_PRODUCTS)], names[dice.choice(_PROJECTIONS)]]
    return {"lines": dice.shuffled(lines), "asks_total_growth": True, "asks_doubling": True}


def _of_again(dice: Dice, named: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    others = [names[dice.choice(_PRODUCTS)]] if dice.chance(0.4) else []
    lines = [names[dice.choice(_PROJECTIONS)], *others]
    return {"lines": lines, "asks_total_growth": True, "asks_doubling": True}


def _of_crossing(dice: Dice, named: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    features = dice.choice([16, 24, 32, 40, 48, 64, 80, 96, 128])
    hidden = dice.choice([3, 4]) * features
    against = dice.choice(["projections", "both", "both"])
    functions = [dice.choice(["attention", "block"])]
    numbers = {named["n"]: dice.choice([1, 4, 8]), named["d"]: features, named["h"]: hidden}
    return {"functions": functions, "asks_crossing": True, "against": against, "numbers": numbers}


_ASKED = {
    "head": _of_head,
    "block": _of_block,
    "cached": _of_cached,
    "again": _of_again,
    "crossing": _of_crossing,
}
