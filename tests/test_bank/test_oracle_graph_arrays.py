"""Broadcasting in the bank: an oracle on arrays of NumPy, which moves one entry at a time, answers the questions."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from question_templates.answers import Answer, Choice, Expression, Shape, Vector
from question_templates.question import Question
from tests.test_bank.graph_witness import blocks, drawn, named, number
from tests.test_bank.oracle_draws import N_SEEDS, at

Array = npt.NDArray[Any]

#: Field -> what the oracle found; what depends on sizes is found at each of several.
Found = Mapping[str, Any]

#: An entry is moved a little along the imaginary axis, which gives its derivative to the last digit.
MOVE = 1e-30
#: Lengths for the names of sizes, all different so that no axis is taken for another one.
LENGTHS = ((2, 3, 4, 5), (5, 4, 3, 2), (3, 5, 2, 4))
AG = SimpleNamespace(
    mean=np.mean,
    sum=np.sum,
    exp=np.exp,
    tanh=np.tanh,
    moveaxis=np.moveaxis,
    sigmoid=lambda a: 1 / (1 + np.exp(-a)),
)


def broadcast(question: Question) -> Found:
    """Shapes, axes and counts at several sizes, and the gradient at the printed numbers."""
    several = [(sizes, measured(question, sizes)) for sizes in sizes_of(question)]
    found: dict[str, Any] = {name: [(sizes, one[name]) for sizes, one in several] for name in several[0][1]}
    for asked in question.fields:
        if asked.name == "values":
            (printed,) = blocks(question.body, "text")
            arrays = {name: np.array(ast.literal_eval(told)) for name, told in re.findall(r"(\w+) = (.*)", printed)}
            found["values"] = list(slopes(question, arrays, arrays.pop("G"), repeated=False).ravel())
            lengths = {axis: int(told) for axis, told in re.findall(r"`(\w+) = (\d)`", question.body)}
            for name, axes in operand_axes(question).items():
                assert tuple(lengths.get(axis, 1) for axis in axes) == arrays[name].shape
    return {asked.name: found[asked.name] for asked in question.fields}


def sizes_of(question: Question) -> list[dict[str, int]]:
    """Numbers for the names that the text explains, which are all that occur."""
    (told,) = re.findall(r"^Here (.*?) larger than 1\.", question.body, re.MULTILINE | re.DOTALL)
    names = re.findall(r"`(\w+)`\s+is", told)
    assert set(names) == {axis for axes in operand_axes(question).values() for axis in axes} - {"1"}
    return [dict(zip(names, lengths, strict=False)) for lengths in LENGTHS]


def operand_axes(question: Question) -> dict[str, list[str]]:
    """The axes of every operand: names of sizes, or 1."""
    listed = re.findall(r"^- `(\w+)`: (.*)$", question.body, re.MULTILINE)
    return {name: told.removesuffix(" (one axis)").split(" × ") for name, told in listed}


def measured(question: Question, sizes: Mapping[str, int]) -> Found:
    """The only axes whose sum makes the gradient, those that stay, and how many numbers meet in an entry."""
    dice = np.random.default_rng(1)
    axes = operand_axes(question).items()
    operands = {name: dice.uniform(0.5, 2, [sizes.get(axis, 1) for axis in told]) for name, told in axes}
    result = values_of(question, operands)["Y"]
    G = dice.standard_normal(result.shape)
    gradient, whole = (slopes(question, operands, G, repeated=repeated) for repeated in (False, True))
    (summed,) = (chosen for chosen in subsets(range(whole.ndim)) if is_sum(whole, chosen, gradient))
    (kept,) = (chosen for chosen in subsets(summed) if shape_left(whole.shape, summed, chosen) == gradient.shape)
    copies = np.bincount(np.broadcast_to(np.arange(gradient.size).reshape(gradient.shape), whole.shape).ravel())
    assert {copies[0]} == set(copies)
    return {
        "result_shape": result.shape,
        "shape": gradient.shape,
        "axes": letters(question, "axes", [f"axis {axis}" for axis in summed]),
        "kept": letters(question, "kept", [f"axis {axis}" for axis in kept]),
        "terms": int(copies[0]),
    }


def subsets(axes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return (chosen for count in range(len(axes) + 1) for chosen in combinations(axes, count))


def is_sum(whole: Array, axes: tuple[int, ...], gradient: Array) -> bool:
    total = np.asarray(whole.sum(axis=axes))
    return total.size == gradient.size and np.allclose(total.reshape(gradient.shape), gradient)


def shape_left(shape: Sequence[int], summed: Sequence[int], kept: Sequence[int]) -> tuple[int, ...]:
    return tuple(1 if axis in kept else n for axis, n in enumerate(shape) if axis in kept or axis not in summed)


def letters(question: Question, name: str, texts: Sequence[str]) -> set[str]:
    return {letter for letter, text in question.field(name).options.items() if text in texts}


def slopes(question: Question, operands: Mapping[str, Array], outer: Array, *, repeated: bool) -> Array:
    """The derivatives of sum(G*Y) by the operand asked for, or by a copy of it that was repeated to its result's shape.

    `outer` is G.
    """
    (asked,) = set(named(question.field("shape").prompt, "grad"))
    (target,) = re.findall(r"result\s+`(\w+)`", question.field("axes").prompt)
    plain = values_of(question, operands)
    found = np.zeros(plain[target if repeated else asked].shape)
    for place in np.ndindex(found.shape):

        def moved(operand: Array, place: tuple[int, ...] = place) -> Array:
            copy = np.broadcast_to(operand, found.shape).astype(complex)
            copy[place] += 1j * MOVE
            return copy

        found[place] = np.sum(outer * values_of(question, operands, asked, target, moved)["Y"]).imag / MOVE
    return found


def values_of(
    question: Question, operands: Mapping[str, Array], asked: str = "", target: str = "", moved: Callable | None = None
) -> dict[str, Any]:
    """All values of the printed function; what `asked` names is moved for the line that makes `target`."""
    values: dict[str, Any] = dict(operands)
    for name, right in lines_of(blocks(question.body, "python")[0]):
        seen = {**values, asked: moved(values[asked])} if moved and name == target else values
        assert not moved or (name == target) == bool(re.search(rf"\b{asked}\b", right)), "used once, for its result"
        values[name] = eval(right, {"ag": AG}, seen)  # noqa: S307
    return values


def lines_of(listing: str) -> list[tuple[str, str]]:
    """(name, expression) of the lines in front of `Y.backward(G)`."""
    _, *body = listing.strip().splitlines()
    before = body[: body.index("    Y.backward(G)")]
    return [(name.strip(), right) for name, _, right in (line.partition(" = ") for line in before)]


# What the keys say.


def agrees(key: Answer, found: Any) -> bool:
    """Whether a key is what the oracle found."""
    if isinstance(key, (Shape, Expression)):
        return all(at(key.expected, sizes) == ours for sizes, ours in found)
    if isinstance(key, Choice):
        return all(set(key.expected) == ours for _, ours in found)
    assert isinstance(key, Vector)
    told = [float(number(entry)) for entry in key.expected]
    return len(told) == len(found) and np.allclose(told, found, rtol=0, atol=1e-12)


def test_every_key_is_what_the_oracle_finds():
    wrong = []
    for place, made in drawn("broadcast-gradient"):
        found = broadcast(made.question)
        assert list(found) == [asked.name for asked in made.question.fields] == list(made.key.answers), place
        wrong += [f"{place}: {name}" for name, key in made.key.answers.items() if not agrees(key, found[name])]

    assert N_SEEDS == len(drawn("broadcast-gradient"))
    assert [] == wrong
