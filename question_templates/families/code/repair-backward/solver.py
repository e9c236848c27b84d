"""The derivatives of a graph by the engine's backward pass, and programs with all, some and none of the faults."""

from __future__ import annotations

from typing import Any

import engine as ag
from question_templates.answers import CodeQuestion
from question_templates.coding.asking import named, seed_of, shown_value
from question_templates.coding.inputs import Picks
from question_templates.coding.properties import leaves_arguments, returns
from question_templates.lab import Lab

_NAMES = ("d", "a", "e", "b", "c")
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
            returns("be right where nodes are used several times", _graph, _gradients, weight=4, n_smallest=40),
            leaves_arguments(_graph),
        ),
        named(_PROGRAM, drawn),
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
    """Up to five nodes with up to two operands each."""
    names = _NAMES[: picks.integer(1, len(_NAMES))]
    operands = {
        name: [(picks.one_of(names[:place]), _slope(picks)) for _ in range(picks.pick(3))] if place else []
        for place, name in enumerate(names)
    }
    return list(names), operands


def _chain(picks: Picks) -> tuple[Any, ...]:
    """Up to five nodes in a row."""
    names = _NAMES[: picks.integer(1, len(_NAMES))]
    operands = {name: [(names[place - 1], _slope(picks))] if place else [] for place, name in enumerate(names)}
    return list(names), operands


def _slope(picks: Picks) -> float:
    return picks.one_of((1.0, 2.0, -1.0, 3.0, 0.5, 0.0))
