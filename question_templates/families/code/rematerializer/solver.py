"""What each layer's value is, by the engine's forward pass, and chains that give it back or do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import engine as ag
from question_templates.answers import CodeQuestion, Property, Trial
from question_templates.coding.asking import named, seed_of, shown_value
from question_templates.coding.inputs import Picks
from question_templates.coding.properties import FLOATS
from question_templates.coding.values import difference
from question_templates.lab import Lab

_GIVEN = """
import numpy as np

import numpy as np

n_products = 0


class <kept>:
    def __init__(self, value):
        self.value = value


class <remade>:
    def __init__(self, rematerializer):
        self.rematerializer = rematerializer


def product(x, weight):
    global n_products
    n_products += 1
    return x @ weight


def called(function, x, weights, checkpoints):
    global n_products
    names = getattr(function, "__globals__", {})
    names.update(<kept>=<kept>, <remade>=<remade>, product=product)
    layers = function(x, weights, checkpoints)
    told = []
    for layer in [*reversed(layers), *layers]:
        n_products = 0
        is_kept = isinstance(layer, <kept>)
        value = layer.value if is_kept else layer.rematerializer()
        told.append([is_kept, value, n_products])
    return told[: len(layers)][::-1] + told[len(layers) :]
"""
_PROGRAM = """
def <function>(x, weights, checkpoints):
    layers = []
    value, start, first = x, x, 0
    for place, weight in enumerate(weights):
        value = product(value, weight)
        if place + <first> in checkpoints:
            start, first = value, place + 1
            layers.append(<kept>(value))
        else:
            def again(start=start, first=first, place=place):
                value = start
                for weight in weights[first:place + 1]:
                    value = product(value, weight)
                return value
            layers.append(<remade>(again))
    return layers
"""


def task(lab: Lab) -> CodeQuestion:
    """The function to write: for which chains it is called, and what has to hold of its layers."""
    drawn, chains = lab.parameters, _chains(lab.parameters)

    def held(name: str, says: str, weight: int, wrong: Callable[[Any, Any], bool], words: str) -> Property:
        needs = () if name == "values" else ("values",)
        fault = _fault(drawn["first"], wrong, words)
        return Property(name, says, chains, fault, weight, _reference(lab), needs, 40, 16)

    properties = (
        held(
            *("values", "give back what every layer's value was", 5),
            lambda right, one: bool(difference(right[1], one[1], FLOATS)),
            "gives back a wrong value for layer {layer}",
        ),
        held(
            *("kept", "keep the values of the checkpoints and of no other layer", 2),
            lambda right, one: one[0] is not right[0],
            "keeps or discards the value of layer {layer} where it should not",
        ),
        held(
            *("cost", "do again, with `product`, exactly the products from the nearest checkpoint", 2),
            lambda right, one: one[2] != right[2],
            "does another number of products than it needs for layer {layer}",
        ),
    )
    return CodeQuestion(
        seed_of(lab.variant),
        drawn["function"],
        ("x", "weights", "checkpoints"),
        properties,
        named(_PROGRAM, drawn),
        named(_GIVEN, drawn),
        "called",
        lambda *given: f"`{drawn['function']}({', '.join(map(shown_value, given))})`",
        lambda told: "made layers whose values come back as " + _values(told),
    )


def _fault(first: int, wrong: Callable[[Any, Any], bool], words: str) -> Callable[[Trial, Any], str]:
    """Says of the first layer that is wrong, in one of its two calls, what is wrong with it."""

    def fault(trial: Trial, known: list[list[Any]]) -> str:
        told = trial.value
        if not isinstance(told, list) or len(told) != 2 * len(known):
            return f"has another number of layers than {len(known)}"
        places = (place for place, one in enumerate(told) if wrong(known[place % len(known)], one))
        found = next(places, None)
        return "" if found is None else words.format(layer=found % len(known) + first)

    return fault


def _values(told: Any) -> str:
    return f"`{', '.join(shown_value(value).replace('np.array', '') for _, value, _ in told[: len(told) // 2])}`"


def _reference(lab: Lab) -> Callable[..., list[list[Any]]]:
    """For each layer whether it is kept, its value, and how many products bring it back."""
    first = lab.parameters["first"]

    def layers(x: Any, weights: list[Any], checkpoints: list[int]) -> list[list[Any]]:
        values = lab.run.returned(ag.Tensor(x), [ag.Tensor(weight) for weight in weights])
        marks = [mark - first for mark in checkpoints]
        behind = [place - max((mark for mark in marks if mark < place), default=-1) for place in range(len(values))]
        return [
            [place in marks, value.value, 0 if place in marks else behind[place]] for place, value in enumerate(values)
        ]

    return layers


def _chains(drawn: Any) -> Callable[[Picks], tuple[Any, ...]]:
    """Up to five layers of width 1, with factors that tell which of them were multiplied."""

    def make(picks: Picks) -> tuple[Any, ...]:
        n_layers = picks.integer(1, 5)
        marked = [picks.pick(2) == 1 for _ in range(n_layers)]
        places = [place + drawn["first"] for place, is_marked in enumerate(marked) if is_marked]
        factors = [picks.one_of((2.0, 3.0, 5.0, 0.5, -1.0)) for _ in range(n_layers)]
        weights = [picks.numbers(1, 1, of=(factor,)) for factor in factors]
        return picks.numbers(1, 1, of=(1.0, 2.0, -3.0)), weights, places[: drawn["most_checkpoints"]]

    return make
