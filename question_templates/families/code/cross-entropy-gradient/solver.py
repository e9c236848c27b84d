"""The gradient by the engine's backward pass through the printed loss, and programs that compute it or miss it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import engine as ag
from question_templates.answers import CodeQuestion
from question_templates.coding.asking import named, seed_of, shown_value
from question_templates.coding.inputs import Choices, Maker, Picks
from question_templates.coding.properties import is_gradient, leaves_arguments, returns
from question_templates.lab import Lab

_PROGRAM = """
import numpy as np

def <function>(<scores>, <given_targets>):
    shifted = <scores> - <scores>.max(axis=<axis>, keepdims=True)
    powers = np.exp(shifted)
    P = powers / powers.sum(axis=<axis>, keepdims=True)
    <one_hot>
    gradient = P - targets
    return gradient / n
"""
#: Below it a power is nothing next to 1, and the loss can still be derived step by step.
_LEAST = -600.0
#: How many thousands are added to a score.
_THOUSANDS = (1, 0, -1)


def task(lab: Lab) -> CodeQuestion:
    """The function to write: what it is called with, and what has to hold of it."""
    drawn = lab.parameters
    loss = lab.run.returned
    inputs, large = _inputs(drawn), _inputs(drawn, large=True)

    def gradient(scores: Any, targets: Any) -> Any:
        shifted = scores - scores.max(axis=drawn["axis"], keepdims=True)
        z = ag.Tensor(np.maximum(shifted, _LEAST), requires_grad=True)
        loss(z, _one_hot(drawn, scores, targets)).backward()
        return z.grad

    def number(scores: Any, targets: Any) -> float:
        return float(loss(ag.Tensor(scores), _one_hot(drawn, scores, targets)).value)

    properties = [
        returns("return the gradient of the loss for the scores", inputs, gradient, weight=5),
        is_gradient(inputs, number, weight=1),
        leaves_arguments(inputs),
    ]
    if drawn["is_stable"]:
        says = "be right for scores whose powers overflow"
        always = tuple(_structures())
        of_large = returns(says, large, gradient, name="large", weight=2, n_smallest=8, n_drawn=8, always=always)
        properties.append(of_large)
    return CodeQuestion(
        seed_of(lab.variant),
        drawn["function"],
        (drawn["scores"], drawn["given_targets"]),
        tuple(properties),
        named(_PROGRAM, {**drawn, "one_hot": _one_hot_lines(drawn)}),
        "import numpy as np\n",
    )


def show(lab: Lab) -> dict[str, Any]:
    """Two calls, and what they return."""
    drawn = lab.parameters
    loss = lab.run.returned
    examples = []
    for scores, labels in _printed(drawn):
        targets = labels if drawn["has_labels"] else _hot(drawn, scores, labels)
        z = ag.Tensor(scores, requires_grad=True)
        loss(z, _hot(drawn, scores, labels)).backward()
        call = f"{drawn['function']}({shown_value(scores)}, {shown_value(targets)})"
        examples.append({"call": call, "value": shown_value(z.grad).replace("np.array", "array")})
    return {"examples": examples}


def _printed(drawn: Any) -> list[tuple[Any, Any]]:
    if not drawn["is_batch"]:
        return [(np.array([0.0, 0.0]), np.array([1])), (np.array([1.0, 0.0, 2.0]), np.array([0]))]
    scores = np.array([[0.0, 0.0], [1.0, 0.0]])
    return [(scores if drawn["axis"] == 1 else scores.T, np.array([1, 0]))]


def _inputs(drawn: Any, *, large: bool = False) -> Maker:
    """Scores and targets of one to three samples and one to four classes."""

    def make(picks: Picks) -> tuple[Any, Any]:
        n_samples = picks.integer(1, 3) if drawn["is_batch"] else 1
        n_classes = picks.integer(1, 4)
        labels = picks.whole_numbers(n_samples, below=n_classes)
        scores = picks.numbers(n_samples, n_classes)
        if large:
            scores = scores + 1000.0 * picks.whole_numbers(n_samples, n_classes, of=_THOUSANDS)
        scores = np.ascontiguousarray(scores if drawn["axis"] == 1 else scores.T)
        scores = scores if drawn["is_batch"] else scores.ravel()
        return scores, labels if drawn["has_labels"] else _hot(drawn, scores, labels)

    return make


def _structures() -> Iterator[Choices]:
    """Three samples with three classes each, in which no shift but by each sample's own maximum is right."""
    for rows in (((1, 0, -1), (-1, -1, -1), (1, 1, 0)), ((-1, 1, 1), (0, 0, 0), (-1, 0, -1)), ((1, 1, 1),) * 3):
        thousands = [_THOUSANDS.index(number) for row in rows for number in row]
        yield (2, 2, 0, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, *thousands)


def _one_hot(drawn: Any, scores: Any, targets: Any) -> Any:
    return _hot(drawn, scores, targets) if drawn["has_labels"] else targets


def _hot(drawn: Any, scores: Any, labels: Any) -> Any:
    """A 1 at the class of each sample, in an array like the scores."""
    n_classes = scores.shape[drawn["axis"]]
    rows = np.eye(n_classes)[labels]
    rows = np.ascontiguousarray(rows if drawn["axis"] == 1 else rows.T)
    return rows if drawn["is_batch"] else rows.ravel()


def _one_hot_lines(drawn: Any) -> str:
    """Statements that make `targets` and `n` of what the function is given."""
    count = f"n = {drawn['scores']}.shape[{drawn['other_axis']}]" if drawn["is_mean"] else "n = 1"
    given = drawn["given_targets"]
    if not drawn["has_labels"]:
        made = f"targets = {given}"
    else:
        turned = "" if drawn["axis"] == 1 else ".T"
        made = f"targets = np.eye({drawn['scores']}.shape[{drawn['axis']}])[{given}]{turned}"
    return f"{made}\n    {count}"
