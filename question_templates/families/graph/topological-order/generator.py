"""Draws a small graph with names that tell nothing, its lines mixed up, and lists of names that may be valid orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from question_templates.dice import Dice
from question_templates.shared.scalar_programs import Operation, grown, use_counts, written

#: What has to stand before each node, as places.
_Inputs: TypeAlias = list[set[int]]

_LEAVES = {1: (2, 3), 2: (2, 3), 3: (2, 3)}
_OPERATIONS = {1: (3, 4), 2: (5, 6), 3: (4, 5)}
_ORDERS = (4, 24)  # fewest and most that are to be counted by hand
_OPS = ("add", "mul", "sub", "relu", "neg")
_NAMES = ("a", "b", "c", "d", "g", "j", "k", "m", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z")
#: How each option is drawn; every question has the first four, and as many more as its level adds.
_ALWAYS = ("leaf late", "leaves first", "backward", "right operand late")
_MORE = ("any", "leaf late", "leaves first", "backward", "right operand late", "one moved")
_N_MORE = {1: 0, 2: 1, 3: 2}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The program, its lines in another order, the node asked about, and the options."""
    count = dice.integer(*_LEAVES[level])
    operations, roomy = _worth_asking(dice, count, level)
    leaves = [[name, dice.integer(1, 3)] for name in dice.sample(_NAMES, count)]
    parameters = written(dice, leaves, operations, style="named", names=_NAMES)
    statements = parameters["statements"]
    inputs: dict[str, list[str]] = {str(name): [] for name, _ in leaves}
    for (name, _), (_, operands) in zip(statements, operations, strict=True):
        inputs[name] = [list(inputs)[place] for place in operands]
    lines = [f'{name} = ag.Scalar({value}.0, label="{name}")' for name, value in leaves]
    return {
        **parameters,
        "lines": dice.shuffled([*lines, *(f"{name} = {expression}" for name, expression in statements)]),
        "orders": _orders(dice, inputs, dice.integer(0, 1) + _N_MORE[level]),
        "node": list(inputs)[dice.choice(roomy)],
        "writes": not drawn["chooses"],
        "counts": level == 3,
        "compares": drawn["chooses"] or level == 3,
    }


def _orders(dice: Dice, inputs: Mapping[str, Sequence[str]], more: int) -> list[str]:
    """Options that differ, as far as a few attempts can make them."""
    found: list[str] = []
    for kind in [*_ALWAYS, *(dice.choice(_MORE) for _ in range(more))]:
        found.append(_another_order(dice, kind, inputs, found))
    return dice.shuffled(found)


def _another_order(dice: Dice, kind: str, inputs: Mapping[str, Sequence[str]], found: Sequence[str]) -> str:
    """An order of a kind; of any kind where several attempts give none that shows it and is new."""
    for turn in range(16):
        kind = kind if turn < 8 else dice.choice(_MORE)
        order = _order(dice, kind, inputs)
        if _shows(kind, order, inputs) and ", ".join(order) not in found:
            break
    return ", ".join(order)


def _shows(kind: str, order: Sequence[str], inputs: Mapping[str, Sequence[str]]) -> bool:
    """Whether an order is what its kind is meant to be; some graphs and some draws have none."""
    if kind == "leaf late":
        return not all(not inputs[name] for name in order[: sum(not before for before in inputs.values())])
    if kind == "right operand late":
        pairs = ((name, before) for name, before in inputs.items() if len(before) == 2)
        return any(order.index(left) < order.index(name) < order.index(right) for name, (left, right) in pairs)
    return True


def _worth_asking(dice: Dice, leaves: int, level: int) -> tuple[list[Operation], list[int]]:
    """Operations with a node that is used more than once, and the places of nodes that may be asked about."""
    while True:
        operations = grown(dice, leaves, dice.integer(*_OPERATIONS[level]), _OPS, share=0.4)
        inputs = [set[int]()] * leaves + [set(operands) for _, operands in operations]
        before = _all_before(inputs)
        has_late_leaf = any(not needed >= set(range(leaves)) for needed in before[leaves:])
        roomy = [place for place in range(leaves, len(before)) if _is_roomy(place, inputs, before)]
        is_shared = max(use_counts(len(before), operations)) > 1
        if roomy and is_shared and has_late_leaf and (level < 3 or _ORDERS[0] <= _n_orders(before) <= _ORDERS[1]):
            return operations, roomy


def _is_roomy(place: int, inputs: _Inputs, before: _Inputs) -> bool:
    """Whether more than a node's own inputs stand before it, another number after it, and some node on either side."""
    n_before, n_after = len(before[place]), sum(place in needed for needed in before)
    return len(inputs[place]) < n_before != n_after and n_before + n_after + 1 < len(before)


def _all_before(inputs: _Inputs) -> _Inputs:
    """Everything that has to stand before each node, directly or not."""
    found: _Inputs = []
    for before in inputs:
        found.append(before.union(*(found[place] for place in before)))
    return found


def _n_orders(before: _Inputs, begun: frozenset[int] = frozenset()) -> int:
    """In how many orders the nodes can stand; that few draws are refused, the answer is counted in the run's graph."""
    ready = [place for place, needed in enumerate(before) if place not in begun and needed <= begun]
    return sum(_n_orders(before, begun | {place}) for place in ready) if ready else 1


def _order(dice: Dice, kind: str, inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """All names, in an order drawn one way or another; whether it is a valid one is not decided here."""
    leaves = [name for name, before in inputs.items() if not before]
    order = dice.shuffled(leaves) if kind == "leaves first" else []
    early = set(leaves) if kind == "leaf late" else set()
    while len(order) < len(inputs):
        ready = [name for name in inputs if name not in order and set(inputs[name]) <= set(order)]
        # A leaf that comes late is one that something else is ready before.
        order.append(dice.choice([name for name in ready if order and name not in early] or ready))
    if kind == "backward":
        order.reverse()
    elif kind == "one moved":
        order.insert(dice.integer(0, len(order) - 2), order.pop(dice.integer(1, len(order) - 1)))
    elif kind == "right operand late":
        order = _with_late_operand(dice, order, inputs)
    return order


def _with_late_operand(dice: Dice, order: list[str], inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """An operation moved in front of its right operand, if one stands behind the left operand."""
    late = [
        (name, before[1])
        for name, before in inputs.items()
        if len(before) == 2 and order.index(before[0]) < order.index(before[1])
    ]
    if not late:
        return order
    name, operand = dice.choice(late)
    rest = [other for other in order if other != name]
    rest.insert(rest.index(operand), name)
    return rest
