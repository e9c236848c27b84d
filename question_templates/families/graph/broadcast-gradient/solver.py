"""What runs of the program show about an operand's gradient: its axes, and over which axes it was summed."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.patching import Patch
from question_templates.lab import Lab

Array = npt.NDArray[Any]

_LENGTHS = (2, 3, 4, 5)  # all different, so that no axis is taken for another one


def axes(lab: Lab) -> list[int]:
    """The axes of Y over which the operand's contribution was summed: the only ones that give the run's gradient.

    The contribution is the gradient of the same operand after it was repeated to the shape of Y by hand.
    """
    sizes = dict(zip(lab.parameters["names"], _LENGTHS, strict=False))
    summed, whole = _gradient(lab, sizes), _contribution(lab, sizes)
    places = range(whole.ndim)
    found = [
        list(chosen)
        for count in range(whole.ndim + 1)
        for chosen in combinations(places, count)
        if _is_sum(whole, chosen, summed)
    ]
    if len(found) != 1:
        raise ValueError(f"{len(found)} sets of axes give the gradient; exactly one was expected.")
    return found[0]


def kept(lab: Lab) -> list[int]:
    """The summed axes that stay with length 1."""
    n_gone = len(lab.run.binding("Y").shape) - len(_shape(lab))
    return [axis for axis in axes(lab) if axis >= n_gone]


def terms(lab: Lab) -> Any:
    """How many numbers are added for one entry of the gradient."""
    shape = lab.run.binding("Y").shape
    return prod((shape[axis] for axis in axes(lab)), start=1)


def values(lab: Lab) -> list[Any]:
    """The gradient at the printed numbers, row by row."""
    return [Fraction(float(entry)) for entry in np.ravel(lab.again(_call(lab), {}).returned)]


def averaged(lab: Lab) -> list[Any]:
    """The gradient at the printed numbers if the contributions were averaged."""
    lengths = dict(lab.parameters["numbers"][0])
    count = prod(lengths[lab.parameters["result_axes"][axis]] for axis in axes(lab))
    return [entry / count for entry in values(lab)]


def negated(lab: Lab) -> list[Any]:
    """The gradient at the printed numbers with the other sign."""
    return [-entry for entry in values(lab)]


def without_factor(lab: Lab) -> list[Any]:
    """The gradient at the printed numbers if the product were a sum."""
    as_sum = Patch(lab.parameters["use"], lab.parameters["use_as_sum"])
    return [Fraction(float(entry)) for entry in np.ravel(lab.again(_call(lab), {}, patches=[as_sum]).returned)]


def no_axes(lab: Lab) -> list[int]:
    """What somebody answers who sums over no axis, or keeps none."""
    return []


def other_axes(lab: Lab) -> list[int]:
    """The axes that were not summed: what somebody answers who takes one for the other."""
    return [axis for axis in range(len(lab.run.binding("Y").shape)) if axis not in axes(lab)]


def other_terms(lab: Lab) -> Any:
    """The number of terms if the axes that were not summed had been summed."""
    shape = lab.run.binding("Y").shape
    return prod((shape[axis] for axis in other_axes(lab)), start=1)


def shape_with_all_kept(lab: Lab) -> tuple[Any, ...]:
    """The gradient's shape if every summed axis stayed with length 1."""
    summed = axes(lab)
    return tuple(1 if axis in summed else size for axis, size in enumerate(lab.run.binding("Y").shape))


def shape_with_none_kept(lab: Lab) -> tuple[Any, ...]:
    """The gradient's shape if every summed axis disappeared."""
    summed = axes(lab)
    return tuple(size for axis, size in enumerate(lab.run.binding("Y").shape) if axis not in summed)


def explain(lab: Lab) -> dict[str, Any]:
    """For the worked solution: shapes, axes, and the contribution with its sum at the printed numbers."""
    asked = lab.parameters["asked"]
    shapes = {binding.name: binding.shape for binding in lab.run.bindings} | {asked: _shape(lab)}
    n_gone = len(shapes["Y"]) - len(shapes[asked])
    known = {"shape_of": shapes, "summed": axes(lab), "n_gone": n_gone}
    if not lab.parameters["ask_values"]:
        return known
    lengths = [length for _, length in lab.parameters["numbers"][0]]
    whole = lab.again(_call(lab), {}, patches=_repeated(lab, lengths)).returned
    summed = lab.again(_call(lab), {}).returned
    return known | {"contribution": whole.astype(int).tolist(), "gradient": summed.astype(int).tolist()}


def objection(lab: Lab) -> str:
    """Every entry of a gradient that is worked out by hand should take some work."""
    if lab.parameters["ask_values"] and 0 in values(lab):
        return "an entry of the gradient is 0"
    return ""


def _shape(lab: Lab) -> tuple[Any, ...]:
    shape: tuple[Any, ...] = lab.run.binding(f"d{lab.parameters['asked']}").shape
    return shape


def _call(lab: Lab) -> str:
    """The call of the program with the printed numbers."""
    *operands, (_, gradient) = lab.parameters["numbers"][1]
    tensors = [f"ag.Tensor(np.array({entries}), requires_grad=True)" for _, entries in operands]
    return f"gradient({', '.join(tensors)}, np.array({gradient}))"


def _gradient(lab: Lab, sizes: dict[str, int]) -> Array:
    return np.asarray(lab.again(sizes=sizes).returned)


def _contribution(lab: Lab, sizes: dict[str, int]) -> Array:
    shape = lab.again(sizes=sizes).binding("Y").shape
    return np.asarray(lab.again(sizes=sizes, patches=_repeated(lab, shape)).returned)


def _repeated(lab: Lab, shape: Any) -> list[Patch]:
    """The listing with the operand repeated to the shape of Y before it is used, and that array's gradient returned."""
    asked, use = lab.parameters["asked"], lab.parameters["use"]
    name, _, expression = use.partition(" = ")
    repeated = re.sub(rf"\b{asked}\b", "repeated", expression)
    return [
        Patch(use, f"repeated = {asked} + np.zeros({tuple(shape)})\n{name} = {repeated}"),
        Patch(f"d{asked} = {asked}.grad", f"d{asked} = repeated.grad"),
    ]


def _is_sum(whole: Array, chosen: tuple[int, ...], summed: Array) -> bool:
    total = np.asarray(whole.sum(axis=chosen))
    return total.size == summed.size and bool(np.allclose(total.reshape(summed.shape), summed))
