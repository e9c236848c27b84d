"""Draws a recurrent cell of one to three time steps, flat with z-names or nested with its own names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_INPUTS = (1, 2, 2, 3, 3, 4, 4, 5, 5)
_NEGATIVE = (-3, -2, -1)
_RECURRENT = (1, 2, 2, 3, 3, 4)  # small: with three steps this weight is cubed
_OUTPUT = (-5, -4, -3, -2, 2, 3, 4, 5, 6)
_ASKS_ORDER = {1: 0.7, 2: 0.4, 3: 0.15}  # level -> how often; a long trace is enough work by itself


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves, statements and what is asked; `level` is the number of time steps."""
    recurrent, entering, leaving = drawn["weights"]
    hidden = drawn["hidden"]
    values = {f"x{t}": dice.choice(_INPUTS) for t in range(1, level + 1)}
    values[f"{hidden}0"] = dice.choice(_INPUTS)
    values |= {
        recurrent: dice.choice(_RECURRENT),
        entering: dice.choice(_INPUTS),
        leaving: dice.choice(_OUTPUT),
    }
    if dice.chance(0.5):  # one of them at most: a relu that is off asks nothing
        values[dice.choice([name for name in values if name not in (recurrent, leaving)])] = dice.choice(_NEGATIVE)
    swap = [dice.chance(0.3) for _ in range(4)]
    cells = _cells(drawn, level, swap)
    declared = dice.shuffled(list(values))
    nested = bool(drawn["nested"])
    statements = cells if nested else _flat(declared, cells, leaving)
    labels = {name: name for name in declared} if nested else {name: label for label, name in statements}
    return {
        "steps": level,
        "several_steps": level > 1,
        "cell": cells[0][1],
        "leaves": [[name, values[name], labels[name]] for name in declared],
        "statements": statements,
        "output": statements[-1][0],
        "ask_order": dice.chance(_ASKS_ORDER[level]),
        "asked": [recurrent, entering, leaving],
    }


def _cells(drawn: Mapping[str, Any], steps: int, swap: list[bool]) -> list[list[str]]:
    """[name, expression] of every hidden state and of the output, in the cell's own names."""
    (recurrent, entering, leaving), hidden = drawn["weights"], drawn["hidden"]
    cells = []
    for t in range(1, steps + 1):
        terms = [_product(recurrent, f"{hidden}{t - 1}", swap[0]), _product(entering, f"x{t}", swap[1])]
        cells.append([f"{hidden}{t}", f"ag.relu({' + '.join(reversed(terms) if swap[2] else terms)})"])
    return [*cells, ["y", _product(f"{hidden}{steps}", leaving, swap[3])]]


def _product(left: str, right: str, swap: bool) -> str:
    return f"{right}*{left}" if swap else f"{left}*{right}"


def _flat(declared: list[str], cells: list[list[str]], leaving: str) -> list[list[str]]:
    """One statement a node, named z1, z2, ...; the output weight is named just before it is used."""
    names: dict[str, str] = {}
    statements: list[list[str]] = []

    def add(expression: str, cell_name: str) -> str:
        names[cell_name] = f"z{len(statements) + 1}"
        statements.append([names[cell_name], expression])
        return names[cell_name]

    for name in declared:
        if name != leaving:
            add(name, name)
    for name, expression in cells[:-1]:
        left, right = expression[len("ag.relu(") : -1].split(" + ")
        products = [add(_renamed(product, names), product + name) for product in (left, right)]
        add(f"ag.relu({add(' + '.join(products), name + ' before')})", name)
    add(leaving, leaving)
    name, expression = cells[-1]
    add(_renamed(expression, names), name)
    return statements


def _renamed(product: str, names: Mapping[str, str]) -> str:
    return "*".join(names[factor] for factor in product.split("*"))
