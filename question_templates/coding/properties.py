"""What may have to hold of a function's calls, each as a row of a code question.

Being right by a reference is one of them; the others need none: what a Jacobian's transpose has to do, what a gradient
has to do to its loss, and that arguments are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from hashlib import blake2b
from typing import Any

import numpy as np

from question_templates.answers.code import Property, Trial
from question_templates.coding.inputs import Choices, Maker
from question_templates.coding.values import EXACT, Tolerance, difference, plain
from question_templates.dice import Dice

__all__ = ["FLOATS", "is_adjoint", "is_gradient", "leaves_arguments", "returns"]

#: How far floating-point results of good programs may be apart.
FLOATS = Tolerance()
_STEP = 1e-5  # of central differences, whose error then is about 1e-10 of the third derivative
_SLOPE_TOLERANCE = 1e-4
_N_DIRECTIONS = 3
#: How many smallest and drawn inputs are enough where each one is costly.
_FEW = (8, 12)


def returns(
    says: str,
    inputs: Maker,
    reference: Callable[..., Any],
    *,
    name: str = "values",
    weight: int = 1,
    tolerance: Tolerance = FLOATS,
    needs: Iterable[str] = (),
    n_smallest: int = 24,
    n_drawn: int = 16,
    is_heavy: bool = False,
    always: tuple[Choices, ...] = (),
) -> Property:
    """The function returns what a reference does: type, shape, kind of numbers, and the numbers within a tolerance."""

    def fault(trial: Trial, expected: Any) -> str:
        return difference(expected, plain(trial.value), tolerance)

    def known(*arguments: Any) -> Any:
        return plain(reference(*arguments))

    return Property(name, says, inputs, fault, weight, known, tuple(needs), n_smallest, n_drawn, is_heavy, always)


def leaves_arguments(inputs: Maker, *, needs: Iterable[str] = ("values",), weight: int = 1) -> Property:
    """The function changes none of its arguments."""

    def fault(trial: Trial, known: Any) -> str:
        changed = difference(list(trial.arguments), list(trial.arguments_after), EXACT)
        return "changed an argument of the call" if changed else ""

    says = "leave its arguments as they are"
    return Property("arguments", says, inputs, fault, weight, needs=tuple(needs), n_smallest=12, n_drawn=8)


def is_adjoint(
    inputs: Maker,
    forward: Callable[..., Any],
    *,
    shape: Callable[..., tuple[int, ...]],
    of: int = 0,
    needs: Iterable[str] = (),
    weight: int = 1,
    always: tuple[Choices, ...] = (),
) -> Property:
    """What is returned is A'y for a linear map A, y being argument `of`: <Ax, y> = <x, A'y> for every x.

    `forward(x, *arguments)` is A x, and `shape(*arguments)` the shape of x.
    """

    def known(*arguments: Any) -> list[tuple[Any, float]]:
        directions = _directions(arguments, shape(*arguments))
        return [(x, float(np.sum(forward(x, *arguments) * arguments[of]))) for x in directions]

    def fault(trial: Trial, products: list[tuple[Any, float]]) -> str:
        got = np.asarray(trial.value)
        if got.shape != shape(*trial.arguments) or got.dtype.kind not in "fiu":
            return "does not have the shape that the transpose gives"
        is_held = all(_is_near(left, float(np.sum(x * got))) for x, left in products)
        return "" if is_held else "breaks <A x, y> = <x, A'y>, which holds of a transpose for every x"

    says = "be the transpose of the forward map"
    return Property("adjoint", says, inputs, fault, weight, known, tuple(needs), *_FEW, always=always)


def is_gradient(
    inputs: Maker, loss: Callable[..., Any], *, of: int = 0, needs: Iterable[str] = (), weight: int = 1
) -> Property:
    """What is returned is the gradient of `loss` for argument `of`, by finite differences in several directions."""

    def known(*arguments: Any) -> list[tuple[Any, float]]:
        x, slopes = np.asarray(arguments[of], dtype=float), []
        for direction in _directions(arguments, x.shape):
            ends = [loss(*_with(arguments, of, x + step * direction)) for step in (_STEP, -_STEP)]
            slopes.append((direction, (ends[0] - ends[1]) / (2 * _STEP)))
        return slopes

    def fault(trial: Trial, slopes: list[tuple[Any, float]]) -> str:
        shape, got = np.shape(trial.arguments[of]), np.asarray(trial.value)
        if got.shape != shape or got.dtype.kind not in "fiu":
            return f"does not have the shape {shape} of that argument"
        is_held = all(abs(slope - np.sum(way * got)) <= _SLOPE_TOLERANCE * (1 + abs(slope)) for way, slope in slopes)
        return "" if is_held else "does not say how the loss changes when its argument is changed a little"

    return Property("slope", "agree with finite differences", inputs, fault, weight, known, tuple(needs), *_FEW)


def _is_near(left: float, right: float) -> bool:
    return abs(left - right) <= FLOATS.absolute + FLOATS.relative * abs(left)


def _with(arguments: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    changed = list(deepcopy(arguments))
    changed[place] = value
    return tuple(changed)


def _directions(arguments: tuple[Any, ...], shape: tuple[int, ...]) -> Iterable[Any]:
    """A few directions that nobody can fit a function to; the same ones for the same arguments."""
    dice = Dice(blake2b(repr(arguments).encode(), digest_size=16).digest())
    for _ in range(_N_DIRECTIONS):
        size = int(np.prod(shape, dtype=int))
        yield np.array([dice.integer(-64, 64) / 64 for _ in range(size)]).reshape(shape)
