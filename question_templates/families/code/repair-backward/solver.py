"""The derivatives of a graph by the engine's backward pass, and programs with all, some and none of the faults."""

from __future__ import annotations

from typing import Any

import engine as ag
from question_templates.answers import CodeQuestion
from question_templates.coding.asking import named, seed_of, shown_value
from question_templates.coding.inputs import Choices, Picks
from question_templates.coding.properties import leaves_arguments, returns
from question_templates.lab import Lab

_NAMES = ("d", "a", "e", "b", "c")
#: Graphs that no seed may leave out, as the operands of each node and whether the dictionary is turned around: a node
#: that is used twice and hands on its gradient, by two edges, and by a short and a long way in either order.
_STRUCTURES = (
    (((), (0,), (1, 1)), 0),
    (((), (0,), (1, 1)), 1),
    (((), (0,), (1,), (1, 2)), 0),
    (((), (0,), (1,), (2, 1)), 0),
    (((), (0,), (1,), (2, 1), (1, 3)), 0),
    (((), (0,), (1,), (2, 1), (3, 1)), 1),
)
_PROGRAM = """
def <function>(order, operands):
    <grad> = {node: 0.0 for node in order}
    <grad>[order[-1]] = 1.0
    for node in reversed(order):
        for operand, slope in operands[node]:
            <grad>[operand] += slope * <grad>[node]
    return <grad>
"""


def task(lab: Lab) -> CodeQuestion:
    """The function to repair: for which graphs it is called, and what has to hold of its gradients."""
    drawn = lab.parameters
    return CodeQuestion(
        seed_of(lab.variant),
        drawn["function"],
        ("order", "operands"),
        (
            returns("be right where every node is used once", _chain, _gradients, name="chain", n_smallest=30),
            returns(
                "be right where nodes are used several times",
                _graph,
                _gradients,
                weight=4,
                n_smallest=40,
                always=tuple(map(_choices, _STRUCTURES)),
            ),
            leaves_arguments(_graph),
        ),
        named(_PROGRAM, drawn),
        "import numpy as np\n",
    )


def show(lab: Lab) -> dict[str, str]:
    """A call of the repaired function, and what it returns."""
    order = ["x", "p", "q", "y"]
    operands = {"x": [], "p": [("x", 2.0), ("x", 2.0)], "q": [("x", 3.0)], "y": [("p", 1.0), ("q", 1.0)]}
    call = f"{lab.parameters['function']}({shown_value(order)}, {shown_value(operands)})"
    return {"call": call, "value": shown_value(_gradients(order, operands))}


def _gradients(order: list[str], operands: dict[str, list[tuple[str, float]]]) -> dict[str, float]:
    """By the engine, for nodes that are the sums of their operands, each times its slope."""
    nodes: dict[str, Any] = {}
    for name in order:
        terms = [nodes[operand] * slope for operand, slope in operands[name]]
        nodes[name] = sum(terms[1:], terms[0]) if terms else ag.Scalar(1.0)
    nodes[order[-1]].backward()
    return {name: float(nodes[name].grad) for name in order}


def _graph(picks: Picks) -> tuple[Any, ...]:
    """Up to five nodes with up to two operands each; the dictionary has them in one order or the other."""
    names = _NAMES[: picks.integer(1, len(_NAMES))]
    operands = {
        name: [(picks.one_of(names[:place]), _slope(picks)) for _ in range(picks.pick(3))] if place else []
        for place, name in enumerate(names)
    }
    return list(names), _written(picks, operands)


def _choices(structure: tuple[tuple[tuple[int, ...], ...], int]) -> Choices:
    """What `_graph` chooses for a structure; the slopes are all different from 1."""
    nodes, turned = structure
    choices = [len(nodes) - 1]
    for operands in nodes[1:]:
        choices.append(len(operands))
        for place, operand in enumerate(operands):
            choices += [operand, 1 + place]
    return (*choices, turned)


def _chain(picks: Picks) -> tuple[Any, ...]:
    """Up to five nodes in a row."""
    names = _NAMES[: picks.integer(1, len(_NAMES))]
    operands = {name: [(names[place - 1], _slope(picks))] if place else [] for place, name in enumerate(names)}
    return list(names), _written(picks, operands)


def _written(picks: Picks, operands: dict[str, Any]) -> dict[str, Any]:
    """The same dictionary, perhaps turned around: its own order says nothing."""
    if len(operands) == 1:
        return operands
    return dict(picks.one_of((list(operands.items()), list(operands.items())[::-1])))


def _slope(picks: Picks) -> float:
    return picks.one_of((1.0, 2.0, -1.0, 3.0, 0.5, 0.0))
