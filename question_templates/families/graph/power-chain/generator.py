"""Draws a chain of products: every product uses the newest node once more, together with any earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_PRODUCTS = {1: (2, 2), 2: (3, 3), 3: (4, 5)}  # level -> fewest and most multiplications
_VALUES = {1: (2, 3, 4, 5, -2, -3, -4, -5), 2: (2, 3, 4, 5, -2, -3, -4, -5), 3: (2, 2, 3, -2, -3)}
_OTHER_VALUES = (2, 3, 4, 5, -2, -3)


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves with their labels, the statements in order, and how the listing is written."""
    leaves = [[drawn["leaf"], dice.choice(_VALUES[level])]]
    if dice.chance(0.4 + 0.1 * level):
        leaves.append([drawn["other_leaf"], dice.choice(_OTHER_VALUES)])
    labels = [f"z{position}" for position in range(1, len(leaves) + 1)]
    nested = level > 1 and dice.chance(0.6)
    products = _products(dice, labels, dice.integer(*_PRODUCTS[level]))
    while nested and not _used_once(products):
        products = _products(dice, labels, dice.integer(*_PRODUCTS[level]))
    if nested:
        products = _nest(products, dice.choice(_used_once(products)))
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


def _used_once(products: list[list[str]]) -> list[str]:
    """The products, but for the first and the last, that one other product uses, once."""
    operands = [operand for _, expression in products for operand in expression.split("*")]
    return [name for name, _ in products[1:-1] if operands.count(name) == 1]


def _nest(products: list[list[str]], name: str) -> list[list[str]]:
    """Write a product that is used once into its user; names move up so that none is missing."""
    inner = f"({dict(products)[name]})"
    rest = [[user, _put_in(expression, name, inner)] for user, expression in products if user != name]
    return _renumber(rest, name)


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
