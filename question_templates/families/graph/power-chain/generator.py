"""Draws a chain of products: every product uses the newest node once more, together with any earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_PRODUCTS = {1: (2, 2), 2: (2, 3), 3: (3, 4)}  # level -> fewest and most multiplications


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves with their labels, the statements in order, and how the listing is written."""
    leaves = [[drawn["leaf"], drawn["value"]]]
    if dice.chance(0.4 + 0.1 * level):
        leaves.append([drawn["other_leaf"], drawn["other_value"]])
    labels = [f"z{position}" for position in range(1, len(leaves) + 1)]
    products = _products(dice, labels, dice.integer(*_PRODUCTS[level]))
    nested = level > 1 and dice.chance(0.6)
    if nested:
        products = _nest(products)
    statements = _alias(dice, products) if level > 1 and dice.chance(0.4) else products
    return {
        "leaves": [[name, value, label] for (name, value), label in zip(leaves, labels, strict=True)],
        "statements": statements,
        "output": products[-1][0],
        "nested": nested,
        "asked": [name for name, _ in leaves],
    }


def _products(dice: Dice, leaves: list[str], count: int) -> list[list[str]]:
    """[name, expression] pairs; the first squares the first leaf, so that there is always a doubled edge."""
    names = list(leaves)
    unused = leaves[1:]
    products: list[list[str]] = []
    for _ in range(max(count, 1 + len(unused))):
        newest = names[-1] if products else names[0]
        partner = unused.pop() if products and unused else newest if not products else dice.choice(names)
        operands = [newest, partner] if dice.chance(0.6) else [partner, newest]
        names.append(f"z{len(names) + 1}")
        products.append([names[-1], "*".join(operands)])
    return products


def _nest(products: list[list[str]]) -> list[list[str]]:
    """Write the first product that is used only once into its user; names move up so that none is missing."""
    for place, (name, expression) in enumerate(products[:-1]):
        uses = sum(other.split("*").count(name) for _, other in products)
        if place > 0 and uses == 1:
            rest = [[user, _put_in(other, name, f"({expression})")] for user, other in products if user != name]
            return _renumber(rest, name)
    name, expression = products[-1]
    left, right = expression.split("*")
    return [*products[:-1], [name, f"{left}*({right}*{right})"]]


def _put_in(expression: str, name: str, inner: str) -> str:
    return "*".join(inner if operand == name else operand for operand in expression.split("*"))


def _renumber(products: list[list[str]], gone: str) -> list[list[str]]:
    """Close the gap that a nested node's name leaves: every later z-number goes down by one."""

    def renamed(expression: str) -> str:
        for number in range(int(gone[1:]) + 1, 20):
            expression = expression.replace(f"z{number}", f"z{number - 1}")
        return expression

    return [[renamed(name), renamed(expression)] for name, expression in products]


def _alias(dice: Dice, products: list[list[str]]) -> list[list[str]]:
    """Give an inner node a second name and use that name in the last product."""
    place = dice.integer(0, len(products) - 2)
    name, (last, expression) = products[place][0], products[-1]
    if name not in expression:
        return products
    alias = "y"
    before, after = products[: place + 1], products[place + 1 : -1]
    return [*before, [alias, name], *after, [last, expression.replace(name, alias, 1)]]
