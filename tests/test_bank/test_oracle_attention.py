"""A second witness for the attention families: listings run on NumPy arrays and fractions, choices decided afresh."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import pytest

from question_templates.answers import Answer, Choice, Formula, Growth, Matrix, Number, Vector
from question_templates.drawing import Issue
from tests.test_bank.oracle_arrays import Array, Bench, lines_of, numbers_in, work
from tests.test_bank.oracle_calls import Told, agrees, run, told_by
from tests.test_bank.oracle_draws import N_SEEDS, at, issued


def disagreements(family: str, fields: Any) -> list[tuple[int, str]]:
    """Seeds and fields where the key is not what an oracle found; `fields` gives (name, is right) of a variant."""
    return [(seed, name) for seed in range(N_SEEDS) for name, right in fields(issued(family, seed)) if not right]


def chosen(answer: Answer, picked: list[int]) -> bool:
    """Whether a choice's key is the options at these positions."""
    assert isinstance(answer, Choice)
    letters = list(answer.options)
    return sorted(answer.expected) == [letters[place] for place in sorted(picked)]


def shape_of(name: str) -> Callable[[Bench], tuple[int, ...]]:
    """What a run found as the shape of a name."""
    return lambda bench: bench.names[name].shape


# Memory: shapes and bytes of the arrays that a run makes.


def bytes_of(prompt: str, bench: Bench) -> int:
    """The bytes of the arrays that a prompt names, or of the caches of all layers."""
    if "**all**" in prompt:
        arrays = [array for layer in bench.names["it"].layers for array in vars(layer).values()]
        return sum(array.nbytes for array in arrays if isinstance(array, Array) and len(array.shape) > 2)
    return sum(bench.names[name].nbytes for name in re.findall(r"`(\w+)`", prompt))


def memory_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    told = told_by(made)
    for name, answer in made.key.answers.items():
        asked = made.question.field(name)
        if asked.kind == "number":
            subject = made.question.field("cache_bytes") if name == "cache_mib" else asked
            bytes_taken = bytes_of(subject.prompt, run(told, numbers_in(asked.prompt)))
            assert isinstance(answer, Number) and answer.unit == "MiB"
            yield name, Fraction(bytes_taken, 2**20) == answer.expected
            continue
        assert isinstance(answer, Formula)
        if asked.kind == "shape":
            (subject,) = re.findall(r"`(\w+)`", asked.prompt)
            yield name, agrees(told, answer.expected, shape_of(subject))
        else:
            yield name, agrees(told, answer.expected, partial(bytes_of, asked.prompt))


@pytest.mark.parametrize("family", ["attention/block-memory", "attention/multi-head-memory"])
def test_arrays_take_what_numpy_says(family: str):
    assert [] == disagreements(family, memory_fields)


# Time: every product that a run makes, counted.


def lines_named(told: Told, text: str) -> set[int]:
    """The lines that compute what a text names."""
    return {line for name in re.findall(r"`(\w+)`", text) for line in lines_of(told.listing, name)}


def exact_work(told: Told, prompt: str, bench: Bench) -> int:
    """What the line or the function takes that a prompt names, in the unit of the question."""
    in_flops = "one multiply-add is two FLOPs" in told.text.replace("*", "")
    assert in_flops == ("FLOPs" in prompt)
    found = re.search(r"one call of `(\w+)`", prompt)
    amount = work(bench, function=found[1]) if found else work(bench, lines=lines_named(told, prompt))
    return 2 * amount if in_flops else amount


def growing_work(told: Told, bench: Bench, prompt: str) -> int:
    """The work whose growth a prompt asks for: a line's, or all of it."""
    found = re.search(r"the line that computes `(\w+)`", prompt)
    return work(bench, lines=lines_named(told, found[0])) if found else work(bench)


def makes_tokens(told: Told) -> bool:
    """Whether there is a loop, which has to be run round by round."""
    return "def generate" in told.listing


def grows_alike(told: Told, expected: Any, prompt: str) -> bool:
    """Whether key and run keep a bounded ratio while each size grows by itself, with the others, and against them."""
    names, most = told.sizes, 8 if makes_tokens(told) else 12
    corners = [[most if name == grown else 0 for name in names] for grown in names]
    corners += [[most - power for power in corner] for corner in corners] + [[most] * len(names)]
    for corner in corners:
        sizes = {name: 2**power for name, power in zip(names, corner, strict=True)}
        ratio = Fraction(at(expected, sizes), growing_work(told, run(told, sizes), prompt))
        if not Fraction(1, 16) < ratio < 16:
            return False
    return True


def doubled(told: Told, prompt: str) -> int:
    """The position of the factor by which work grows when a large size doubles: 2, 4, 8 or 16."""
    (grown,) = re.findall(r"^Suppose `(\w+)` is much larger than all other sizes, and is then doubled", prompt)
    large = 256 if makes_tokens(told) else 4096
    before, after = (
        growing_work(told, run(told, {**dict.fromkeys(told.sizes, 1), grown: count}), prompt)
        for count in (large, 2 * large)
    )
    return min(range(4), key=lambda place: abs(2 ** (place + 1) - Fraction(after, before)))


def most_work(told: Told, answer: Choice, prompt: str) -> int:
    """The position of the option whose part of the program takes most."""
    bench = run(told, {**dict.fromkeys(told.sizes, 1), **numbers_in(prompt)})
    amounts = [
        work(bench, function="mlp") if option == "the MLP" else work(bench, lines=lines_named(told, option))
        for option in answer.options.values()
    ]
    assert amounts.count(max(amounts)) == 1
    return amounts.index(max(amounts))


@cache
def crossing(told: Told, prompt: str) -> int:
    """The first number of tokens at which one part takes as much as the other, tried one by one."""
    numbers = numbers_in(prompt)
    (tokens,) = set(told.sizes) - set(numbers)
    first, _, second = prompt.partition("at least as many")
    lines, others = lines_named(told, first), lines_named(told, second)
    for count in range(1, 2000):
        bench = run(told, {**numbers, tokens: count})
        mine = work(bench, lines=lines)
        if mine >= (work(bench, lines=others) if others else work(bench) - mine):
            return count
    raise AssertionError("they never cross")


def time_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    told = told_by(made)
    for name, answer in made.key.answers.items():
        prompt = made.question.field(name).prompt
        if isinstance(answer, Growth):
            yield name, grows_alike(told, answer.expected, prompt)
        elif isinstance(answer, Formula):
            yield name, agrees(told, answer.expected, partial(exact_work, told, prompt))
        elif isinstance(answer, Choice):
            place = doubled(told, prompt) if name == "doubling" else most_work(told, answer, prompt)
            yield name, chosen(answer, [place])
        else:
            assert isinstance(answer, Number)
            yield name, crossing(told, prompt) == answer.expected


def test_products_take_what_is_counted_one_by_one():
    assert [] == disagreements("attention/attention-time", time_fields)


# A softmax with exact numbers: logarithms multiply where they are added.


class Log:
    """The logarithm of a positive number, exactly."""

    def __init__(self, of: Fraction) -> None:
        self.of = of

    def __add__(self, other: Log) -> Log:
        return Log(self.of * other.of)

    def __mul__(self, times: int) -> Log:
        return Log(self.of**times)

    __rmul__ = __mul__


_LOGARITHMS = SimpleNamespace(Scalar=Fraction, log=Log, exp=lambda log: log.of)


def weights_of(made: Issue, space: dict[str, Any]) -> list[list[Fraction]]:
    """The matrix that the question asks for, at the end of the program."""
    (subject,) = re.findall(r"matrix `(\w+)` at the end", made.question.field("weights").prompt)
    found: list[list[Fraction]] = space[subject]
    return found


def sums_of(weights: list[list[Fraction]]) -> int:
    """The position of the option that is right: rows, columns, both or neither."""
    rows = all(sum(row) == 1 for row in weights)
    columns = all(sum(column) == 1 for column in zip(*weights, strict=True))
    return [(True, False), (False, True), (True, True), (False, False)].index((rows, columns))


def softmax_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    space: dict[str, Any] = {"ag": _LOGARITHMS}
    exec(made.variant.listing, space)
    weights = weights_of(made, space)
    for name, answer in made.key.answers.items():
        if isinstance(answer, Matrix):
            yield name, [list(row) for row in answer.expected] == weights
        elif isinstance(answer, Vector):
            (subject, row) = re.findall(r"`(\w+)\[(\d)\]`", made.question.field(name).prompt)[0]
            yield name, list(answer.expected) == space[subject][int(row)]
        elif name == "zeros":
            assert isinstance(answer, Choice)
            entries = [re.findall(r"\d", option) for option in answer.options.values()]
            assert entries == [[str(i), str(j)] for i, row in enumerate(weights) for j in range(len(row))]
            yield name, chosen(answer, [place for place, (i, j) in enumerate(entries) if weights[int(i)][int(j)] == 0])
        else:
            yield name, chosen(answer, [sums_of(weights)])


def test_a_softmax_gives_what_fractions_give():
    assert [] == disagreements("attention/softmax-axis", softmax_fields)
