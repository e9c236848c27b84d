"""The gradients of broadcast operands by the engine's backward pass, and programs that sum over axes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

import engine as ag
from question_templates.answers import CodeQuestion
from question_templates.coding.asking import named, seed_of, shown_value
from question_templates.coding.inputs import Choices, Maker, Picks
from question_templates.coding.properties import is_adjoint, leaves_arguments, returns
from question_templates.lab import Lab

_SUM = """
def <name>(<G>, shape):
    n_missing = <G>.ndim - len(shape)
    total = <G>.sum(axis=tuple(range(n_missing)))
    ones = tuple(axis for axis, length in enumerate(shape) if length == 1)
    total = total.sum(axis=ones, keepdims=True)
    return total
"""
_PAIR = """
def <function>(A, B, <G>):
    of_a = <of_a>
    of_b = <of_b>
    return summed(of_a, A.shape), summed(of_b, B.shape)
"""


def task(lab: Lab) -> CodeQuestion:
    """The function to write: what it is called with, and what has to hold of it."""
    drawn = lab.parameters
    inputs = _pairs if drawn["is_pair"] else _singles(drawn["most_axes"])
    says = "return the gradients of both operands" if drawn["is_pair"] else "return the gradient of A"
    always = tuple(_pair_structures() if drawn["is_pair"] else _single_structures(drawn["most_axes"]))
    right = returns(says, inputs, _reference(lab), weight=5, n_smallest=40, n_drawn=24, always=always)
    properties = [right, leaves_arguments(inputs)]
    if not drawn["is_pair"]:
        transpose = is_adjoint(inputs, _repeated, shape=lambda given, shape: tuple(shape), always=always)
        properties.insert(1, transpose)
    return CodeQuestion(
        seed_of(lab.variant),
        drawn["function"],
        ("A", "B", drawn["G"]) if drawn["is_pair"] else (drawn["G"], "shape"),
        tuple(properties),
        _program(drawn),
        "import numpy as np\n",
    )


def show(lab: Lab) -> dict[str, str]:
    """A call, and what it returns."""
    drawn = lab.parameters
    given = np.array([[1.0, 2.0], [3.0, 4.0]])
    row, column = np.array([5.0, 6.0]), np.array([[7.0], [8.0]])
    arguments: tuple[Any, ...] = (row, column, given) if drawn["is_pair"] else (given, (2,))
    value = shown_value(_reference(lab)(*arguments)).replace("np.array", "array")
    return {"call": f"{drawn['function']}({', '.join(map(shown_value, arguments))})", "value": value}


def _program(drawn: Any) -> str:
    names = {**drawn, "name": "summed" if drawn["is_pair"] else drawn["function"]}
    program = f"import numpy as np\n\n{named(_SUM, names)}"
    return f"{program}\n{named(_PAIR, names)}" if drawn["is_pair"] else program


def _reference(lab: Lab) -> Any:
    forward = lab.run.returned

    def of_both(a: Any, b: Any, given: Any) -> tuple[Any, Any]:
        left, right = ag.Tensor(a, requires_grad=True), ag.Tensor(b, requires_grad=True)
        forward(left, right).backward(given)
        return left.grad, right.grad

    def of_one(given: Any, shape: tuple[int, ...]) -> Any:
        left = ag.Tensor(np.zeros(shape), requires_grad=True)
        forward(left, np.zeros(given.shape)).backward(given)
        return left.grad

    return of_both if lab.parameters["is_pair"] else of_one


def _repeated(x: Any, given: Any, shape: Any) -> Any:
    return np.broadcast_to(x, given.shape)


def _singles(most_axes: int) -> Maker:
    """A gradient of any shape, and a shape that can be broadcast to it."""

    def make(picks: Picks) -> tuple[Any, Any]:
        full = [picks.integer(1, 3) for _ in range(picks.integer(1, most_axes))]
        kept = full[picks.pick(len(full) + 1) :]
        shape = tuple(1 if picks.pick(2) else length for length in kept)
        return picks.numbers(*full), shape

    return make


def _pairs(picks: Picks) -> tuple[Any, Any, Any]:
    """Two operands, of which each is repeated along some axes and one lacks some, and a gradient of the result."""
    full = [picks.integer(1, 3) for _ in range(picks.integer(1, 3))]
    wanted = [[picks.pick(3) == 1 for _ in full] for _ in range(2)]
    n_missing = picks.pick(len(full) + 1)
    is_turned = picks.pick(2) == 1
    left = [1 if is_one else length for length, is_one in zip(full, wanted[0], strict=True)]
    right = [1 if is_one else length for length, is_one in zip(full, wanted[1], strict=True)][n_missing:]
    shape = np.broadcast_shapes(tuple(left), tuple(right))
    left, right = (right, left) if is_turned else (left, right)
    return picks.numbers(*left), picks.numbers(*right), picks.numbers(*shape)


# Every way in which an operand can be smaller than the result, as choices; numbers follow that differ and are not zero.

_LENGTHS = (2, 3, 2)
_ENTRIES = tuple(range(1, 14)) * 3


def _single_structures(most_axes: int) -> Iterator[Choices]:
    for n_axes, n_missing in _missing(most_axes):
        for ones in product((0, 1), repeat=n_axes - n_missing):
            yield (*_full(n_axes), n_missing, *ones, *_ENTRIES)


def _pair_structures() -> Iterator[Choices]:
    """The smaller operand in every way, next to one that is whole and one that is repeated where it is not itself."""
    for n_axes, n_missing in _missing(len(_LENGTHS)):
        for kept, is_whole, is_turned in product(product((0, 1), repeat=n_axes - n_missing), (0, 1), (0, 1)):
            ones = (0,) * n_missing + kept
            others = (0,) * n_axes if is_whole else (0,) * n_missing + tuple(1 - one for one in kept)
            yield (*_full(n_axes), *others, *ones, n_missing, is_turned, *_ENTRIES)


def _missing(most_axes: int) -> Iterator[tuple[int, int]]:
    return ((n_axes, n_missing) for n_axes in range(1, most_axes + 1) for n_missing in range(n_axes + 1))


def _full(n_axes: int) -> Choices:
    return (n_axes - 1, *(length - 1 for length in _LENGTHS[:n_axes]))
