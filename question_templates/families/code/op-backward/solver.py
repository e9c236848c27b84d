"""What a backward rule leaves in its operands, by the engine's own derivatives, and rules that go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import engine as ag
from question_templates.answers import CodeQuestion, Property, Trial
from question_templates.coding.asking import named, seed_of
from question_templates.coding.inputs import Maker, Picks
from question_templates.coding.properties import FLOATS
from question_templates.coding.values import difference
from question_templates.lab import Lab

_GIVEN = """
import numpy as np

class <node>:
    def __init__(self, value):
        self.value = value
        self.<grad> = 0.0


def changed(rule, values, gradients, places, output_value, output_gradient):
    nodes = [<node>(value) for value in values]
    output = <node>(output_value)
    for one, gradient in zip([*nodes, output], [*gradients, output_gradient]):
        one.<grad> = gradient
    rule(output, *(nodes[place] for place in places))
    kept = [one.value for one in [*nodes, output]]
    return [one.<grad> for one in nodes], [*kept, output.<grad>]
"""
_UNARY = """
def <function>(output, a):
    a.<grad> += <of_a> * output.<grad>
"""
_BINARY = """
def <function>(output, a, b):
    a.<grad> += <of_a> * output.<grad>
    b.<grad> += <of_b> * output.<grad>
"""
_STEPS = (0.0, 1.0, -1.0, 2.0, 3.0, -2.0, 0.5)


def task(lab: Lab) -> CodeQuestion:
    """The rule to write: on which nodes it is tried, and what has to hold of it."""
    drawn, gradients = lab.parameters, _reference(lab)

    def expected(*given: Any) -> Any:
        return gradients(*given), [*given[0], given[3], given[4]]

    says = "add the right amounts to the operands' gradients"
    fault = _Fault(drawn)
    properties = [Property("values", says, _inputs(lab, shared=False), fault, 3, expected, (), 30, 24)]
    if drawn["is_binary"]:
        says = "add both amounts where the operands are the same node"
        properties.append(Property("shared", says, _inputs(lab, shared=True), fault, 2, expected, (), 12, 12))
    return CodeQuestion(
        seed_of(lab.variant),
        drawn["function"],
        ("output", "a", "b") if drawn["is_binary"] else ("output", "a"),
        tuple(properties),
        named(_BINARY if drawn["is_binary"] else _UNARY, drawn),
        named(_GIVEN, drawn),
        "changed",
        lambda *given: _call_words(drawn, *given),
        lambda value: _value_words(drawn, value[0]),
    )


class _Fault:
    """What is wrong with the nodes after a call, in their own names."""

    def __init__(self, drawn: Mapping[str, Any]) -> None:
        self._grad = drawn["grad"]

    def __call__(self, trial: Trial, expected: tuple[list[float], list[float]]) -> str:
        gradients, kept = trial.value
        for name, right, found in zip("ab", expected[0], gradients, strict=False):
            if difference(right, found, FLOATS):
                return f"leaves a wrong `{name}.{self._grad}`"
        return "changes something else too" if difference(expected[1], kept, FLOATS) else ""


def _call_words(
    drawn: Mapping[str, Any], values: Any, before: Any, places: Any, output_value: float, output_gradient: float
) -> str:
    """`f(output, a, b)` with what the nodes hold."""
    nodes = [*zip("ab", values, before, strict=False), ("output", output_value, output_gradient)]
    held = ", ".join(f"`{name}.value = {one:.6g}`, `{name}.{drawn['grad']} = {had:.6g}`" for name, one, had in nodes)
    called = ", ".join("ab"[place] for place in places)
    return f"`{drawn['function']}(output, {called})` with {held}"


def _value_words(drawn: Mapping[str, Any], gradients: Any) -> str:
    left = zip("ab", gradients, strict=False)
    return "left " + ", ".join(f"`{name}.{drawn['grad']} = {one:.6g}`" for name, one in left)


def show(lab: Lab) -> dict[str, Any]:
    """A few lines that call the rule, and the gradients after them."""
    drawn = lab.parameters
    names = ("a", "b") if drawn["is_binary"] else ("a",)
    values = [3.0, 2.0][: len(names)] if drawn["operation"] not in ("exp", "sigmoid", "tanh") else [0.0]
    output = _value(lab, values, list(range(len(names))))
    before = [1.0, 0.0][: len(names)]
    after = _reference(lab)(values, before, list(range(len(names))), output, 5.0)
    made = ", ".join(f"{drawn['node']}({value})" for value in [*values, output])
    given = "; ".join(f"{name}.{drawn['grad']} = {one}" for name, one in zip(["output", "a"], [5.0, 1.0], strict=True))
    told = ", ".join(f"{name}.{drawn['grad']}" for name in names)
    lines = [f"{', '.join(names)}, output = {made}", given, f"{drawn['function']}(output, {', '.join(names)})", told]
    values_after = ", ".join(map(repr, after))
    return {"lines": lines, "value": f"({values_after})" if len(names) > 1 else values_after}


def _reference(lab: Lab) -> Any:
    """The gradients of all nodes after the rule, by the engine's backward pass."""

    def gradients(values: Any, before: Any, places: Any, output_value: float, output_gradient: float) -> list[float]:
        nodes = [ag.Scalar(value) for value in values]
        lab.run.returned(*(nodes[place] for place in places)).backward()
        return [had + float(node.grad) * output_gradient for had, node in zip(before, nodes, strict=True)]

    return gradients


def _value(lab: Lab, values: Any, places: Any) -> float:
    nodes = [ag.Scalar(value) for value in values]
    return float(lab.run.returned(*(nodes[place] for place in places)).value)


def _inputs(lab: Lab, *, shared: bool) -> Maker:
    """Values and gradients of the operands; of one node that is both, where they are `shared`."""
    count = 2 if lab.parameters["is_binary"] else 1
    places = [0] * count if shared else list(range(count))

    def make(picks: Picks) -> tuple[Any, ...]:
        values = [picks.one_of(_STEPS) for _ in range(max(places) + 1)]
        if lab.parameters["operation"] == "div" and values[places[-1]] == 0:
            values[places[-1]] = 4.0
        before = [picks.one_of(_STEPS) for _ in values]
        return values, before, places, _value(lab, values, places), picks.one_of((1.0, *_STEPS))

    return make
