"""Orders of a graph by the engine's own sort, and programs that find them or go wrong."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import product
from typing import Any

from engine.tape import NO_OPERAND, postorder
from question_templates.answers import CodeLimits, CodeQuestion, Property, Trial
from question_templates.coding.asking import named, seed_of, shown_value
from question_templates.coding.inputs import Choices, Maker, Picks
from question_templates.coding.properties import leaves_arguments
from question_templates.coding.values import difference
from question_templates.lab import Lab

#: Names whose order says nothing, neither the alphabet's nor this one: it is taken forward and backward.
_NAMES = ("d", "a", "e", "b", "f", "c")
_CHAIN, _DIAMONDS = 5_000, 60
#: Operands by their places: one that is an operand of an operand too, diamonds, long ways next to short ones.
_GRAPHS: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((), (0,), (1, 0)),
    ((), (0,), (0,), (1, 2)),
    ((), (0,), (1,), (2, 0)),
    ((), (), (0, 1), (0, 2), (3, 1)),
    ((), (0,), (1, 0), (2, 1), (3, 2)),
    ((), (0,), (0, 1), (1,), (3, 2), (4, 0)),
)
#: One large call.
_ONE = (1, 0)

_PROGRAM = """
def <function>(<start>, <operands>):
    order, met = [], set()
    stack = [(<start>, False)]
    while stack:
        node, is_ready = stack.pop()
        if is_ready:
            order.append(node)
        elif node not in met:
            met.add(node)
            stack.append((node, True))
            for operand in reversed(<operands>[node]):
                stack.append((operand, False))
    return <result>
"""


def task(lab: Lab) -> CodeQuestion:
    """The function to write: what it is called with, and what has to hold of it."""
    drawn = lab.parameters

    def fault(trial: Trial, order: list[str]) -> str:
        if drawn["is_exact"]:
            return difference(order, trial.value)
        return _order_fault(trial.value, order, trial.arguments[1], is_backward=drawn["is_backward"])

    def held(name: str, says: str, inputs: Maker, weight: int, *numbers: int, needs: str = "") -> Property:
        is_heavy, always = numbers == _ONE, tuple(_structures()) if inputs is _graph else ()
        return Property(name, says, inputs, fault, weight, _postorder, tuple(needs.split()), *numbers, is_heavy, always)

    properties = [
        held("tree", "be right where no node is used twice", _tree, 1, 30, 16),
        held("order", "be right where nodes are used more than once", _graph, 4, 30, 24),
        leaves_arguments(_graph, needs=("order",)),
    ]
    if drawn["is_large"]:
        says = f"take no longer where {_DIAMONDS} nodes in a row are each used twice"
        properties.append(held("time", says, _ladder, 2, *_ONE, needs="order"))
    if drawn["is_deep"]:
        says = f"find the order of a chain of {_CHAIN:,} nodes"
        properties.append(held("deep", says, _chain, 2, *_ONE, needs="order"))
    result = "order[::-1]" if drawn["is_backward"] else "order"
    return CodeQuestion(
        seed_of(lab.variant),
        drawn["function"],
        (drawn["start"], drawn["operands"]),
        tuple(properties),
        named(_PROGRAM, {**drawn, "result": result}),
        "import numpy as np\n",
        limits=CodeLimits(cpu_seconds=1.0),
    )


def show(lab: Lab) -> dict[str, str]:
    """The call for the printed program, and an order that it may return."""
    nodes = lab.run.graph.nodes
    operands = {node.label: list(node.inputs) for node in nodes}
    order = [node.label for node in nodes]
    given = dict(sorted(operands.items()))
    call = f"{lab.parameters['function']}({shown_value(order[-1])}, {shown_value(given)})"
    return {"call": call, "value": shown_value(order[::-1] if lab.parameters["is_backward"] else order)}


def _order_fault(value: Any, nodes: Sequence[str], operands: Mapping[str, Sequence[str]], *, is_backward: bool) -> str:
    """What is wrong with an order of which there are several."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(node, str) for node in value):
        return "is no list of nodes"
    if len(set(value)) < len(value):
        return "has a node twice"
    if set(value) != set(nodes):
        lacks = set(nodes) - set(value)
        return "lacks a node" if lacks else "has a node that should not be there"
    places = {node: place for place, node in enumerate(value)}
    for node in value:
        for operand in operands[node]:
            if (places[operand] < places[node]) == is_backward:
                return f"has `{node}` {'behind' if is_backward else 'in front of'} its operand `{operand}`"
    return ""


def _postorder(output: str, operands: Mapping[str, Sequence[str]]) -> list[str]:
    """The engine's sort, whatever the numbers are, as long as operands have lower ones than what uses them."""
    names = list(TopologicalSorter(operands).static_order())
    places = {name: place for place, name in enumerate(names)}
    sides = [array("q", (_operand(operands[name], side, places) for name in names)) for side in (0, 1)]
    return [names[place] for place in postorder(sides[0], sides[1], places[output])]


def _operand(operands: Sequence[str], side: int, places: Mapping[str, int]) -> int:
    return places[operands[side]] if side < len(operands) else NO_OPERAND


# Graphs, each with its last node as output.


def _graph(picks: Picks) -> tuple[Any, ...]:
    """Up to six nodes with up to two operands each."""
    names = _names(picks, len(_NAMES))
    operands = {
        name: [picks.one_of(names[:place]) for _ in range(picks.pick(3))] if place else []
        for place, name in enumerate(names)
    }
    return names[-1], _listed(picks, operands)


def _tree(picks: Picks) -> tuple[Any, ...]:
    """Up to five nodes, each used once: every one takes up to two that nothing has taken yet."""
    names = _names(picks, 5)
    free: list[str] = []
    operands = {}
    for name in names:
        operands[name] = [free.pop(picks.pick(len(free))) for _ in range(min(picks.pick(3), len(free)))]
        free.append(name)
    return names[-1], _listed(picks, operands)


def _names(picks: Picks, most: int) -> tuple[str, ...]:
    count = picks.integer(1, most)
    return _NAMES[:count] if count == 1 or not picks.pick(2) else _NAMES[:count][::-1]


def _listed(picks: Picks, operands: dict[str, list[str]]) -> dict[str, list[str]]:
    """The dictionary forward, backward, or by the names, so that its own order says nothing."""
    if len(operands) == 1:
        return operands
    return dict(picks.one_of((list(operands.items()), list(operands.items())[::-1], sorted(operands.items()))))


def _structures() -> Iterator[Choices]:
    """The choices of graphs on which orders that are nearly right go wrong, each with its operands both ways around."""
    for graph in _GRAPHS:
        for is_turned in (False, True):
            turned = [operands[::-1] if is_turned else operands for operands in graph]
            chosen = [choice for operands in turned[1:] for choice in (len(operands), *operands)]
            for naming, listing in product((0, 1), (0, 1, 2)):
                yield (len(graph) - 1, naming, *chosen, listing)


def _ladder(picks: Picks) -> tuple[Any, ...]:
    """A row of nodes, each the sum of the one before with itself."""
    operands = {f"n{place}": [f"n{place - 1}"] * 2 if place else [] for place in range(_DIAMONDS)}
    return f"n{_DIAMONDS - 1}", operands


def _chain(picks: Picks) -> tuple[Any, ...]:
    operands = {f"n{place}": [f"n{place - 1}"] if place else [] for place in range(_CHAIN)}
    return f"n{_CHAIN - 1}", operands
