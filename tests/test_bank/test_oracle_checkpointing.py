"""A second witness for the checkpointing families: listings run while Python says which arrays are alive.

Where checkpoints are to be chosen, every set of layers is tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations
from random import Random
from typing import Any

import numpy as np

from grader.judging import judge
from question_templates.answers import Choice, Formula, Number, Schedule, Vector
from question_templates.drawing import Issue
from tests.test_bank.oracle_arrays import Bench, numbers_in
from tests.test_bank.oracle_chain import Chain, Figures, compiled, simulated
from tests.test_bank.oracle_draws import N_SEEDS, at, issued

_UNITS = {"MB": 10**6, "MiB": 2**20, "KiB": 2**10, "GB": 10**9, "GiB": 2**30}


def disagreements(family: str, fields: Callable[[Issue], Iterator[tuple[str, bool]]]) -> list[tuple[int, str]]:
    """Seeds and fields where the key is not what an oracle found."""
    return [(seed, name) for seed in range(N_SEEDS) for name, right in fields(issued(family, seed)) if not right]


def text_of(made: Issue) -> str:
    """What the question says around its listing, without stars."""
    return " ".join("".join(made.question.body.split("```")[::2]).split()).replace("*", "")


def sizes_of(made: Issue) -> list[str]:
    """The sizes that the question defines in its list."""
    return re.findall(r"^- `(\w+)`: ", made.question.body, flags=re.MULTILINE)


def call_of(made: Issue) -> str:
    """The call that the question names."""
    (call,) = re.findall(r"We call `(.*?)`", text_of(made))
    return call


def drawn_sizes(made: Issue) -> Iterator[dict[str, int]]:
    """Numbers for the sizes, fewer checkpoints than layers."""
    random = Random(made.variant.listing)
    for _ in range(3):
        yield {name: random.randint(1, 7) for name in sizes_of(made)}


def is_number(made: Issue, name: str, amount: Fraction | int) -> bool:
    """Whether a key is an amount of bytes in the unit of its field, or a plain number."""
    answer, unit = made.key.answers[name], made.question.field(name).unit
    assert isinstance(answer, Number) and (answer.unit or "") == unit
    return Fraction(amount, _UNITS.get(unit, 1)) == answer.expected


# Without checkpoints: the bytes of all results.


def bytes_made(made: Issue, sizes: dict[str, int]) -> int:
    """The bytes of what the operations make that the question counts."""
    bench = Bench()
    bench.run(compiled(made.variant.listing), call_of(made), sizes)
    counts_loss = "and the loss `ag.sum(x)`, which is one number" in text_of(made)
    assert counts_loss != ("but not the loss `ag.sum(x)`" in text_of(made))
    return sum(nbytes for operation, nbytes in bench.made if counts_loss or operation != "sum")


def none_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    for name, answer in made.key.answers.items():
        if isinstance(answer, Formula):
            yield name, all(at(answer.expected, sizes) == bytes_made(made, sizes) for sizes in drawn_sizes(made))
            continue
        numbers = numbers_in(text_of(made).partition("For the second part take")[2])
        if name == "most_layers":
            ((room, unit),) = re.findall(r"fit into (\d+) (GB|GiB)", made.question.field(name).prompt)
            (layers,) = set(sizes_of(made)) - set(numbers)
            one, two = (bytes_made(made, {**numbers, layers: count}) for count in (1, 2))
            assert two == 2 * one
            yield name, is_number(made, name, int(room) * _UNITS[unit] // one)
        else:
            yield name, is_number(made, name, bytes_made(made, numbers))


def test_bytes_without_checkpoints_are_those_of_all_results():
    assert [] == disagreements("checkpointing/none", none_fields)


# The end of the forward pass.


def held(made: Issue, sizes: dict[str, int], *, all_kept: bool = False) -> int:
    """The bytes that are alive when the forward pass ends; where checkpoints are open, some are taken."""
    values: dict[str, Any] = dict(sizes)
    if "n_checkpoints" in sizes:
        (layers,) = re.findall(r"runs a chain of (\d+) layers", text_of(made))
        values["checkpoints"] = Random(str(sizes)).sample(range(int(layers)), sizes["n_checkpoints"])
    call = call_of(made).replace("checkpoints", "range(len(weights))") if all_kept else call_of(made)
    return Chain().run(compiled(made.variant.listing), call, values).held_after_forward


def held_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    for name, answer in made.key.answers.items():
        if name == "held":
            assert isinstance(answer, Formula)
            yield name, all(at(answer.expected, sizes) == held(made, sizes) for sizes in drawn_sizes(made))
        elif name == "saved":
            assert isinstance(answer, Formula)
            differences = [
                held(made, sizes, all_kept=True) - held(made, sizes) - at(answer.expected, sizes)
                for sizes in drawn_sizes(made)
            ]
            yield name, not any(differences)
        else:
            numbers = numbers_in(text_of(made).partition("For the second part take")[2])
            yield name, is_number(made, name, held(made, numbers))


def test_bytes_after_forward_are_those_alive():
    assert [] == disagreements("checkpointing/held-after-forward", held_fields)


# The whole run: peaks, and what is done again.


def whole_run(made: Issue) -> Chain:
    return Chain().run(compiled(made.variant.listing), call_of(made), {})


def peak_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    chain = whole_run(made)
    amounts = {
        "the **end of the forward pass**": chain.held_after_forward,
        "the **forward** pass": chain.most_forward,
        "the **backward** pass": chain.most_backward,
    }
    for name in made.key.answers:
        asked = made.question.field(name)
        (amount,) = (amount for words, amount in amounts.items() if words in asked.prompt)
        assert asked.unit or len(set(chain.sizes)) == 1
        yield name, is_number(made, name, amount if asked.unit else Fraction(amount, chain.sizes[0]))


def test_peaks_are_those_measured():
    assert [] == disagreements("checkpointing/peak", peak_fields)


def count_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    chain = whole_run(made)
    for name, answer in made.key.answers.items():
        prompt = made.question.field(name).prompt
        if isinstance(answer, Vector):
            assert f"0, 1, ..., {len(chain.layers) - 2}, in this order" in prompt
            yield name, list(answer.expected) == [chain.again_for[layer] for layer in range(len(chain.layers) - 1)]
        elif name == "one":
            (layer,) = re.findall(r"the activation of layer (\d+)\?", prompt)
            yield name, is_number(made, name, chain.again_for[int(layer)])
        else:
            yield name, is_number(made, name, sum(chain.again) if name == "multiply_adds" else len(chain.again))


def test_products_done_again_are_those_counted():
    assert [] == disagreements("checkpointing/recompute-count", count_fields)


# Where checkpoints belong: every set of layers is tried.


@cache
def all_sets(sizes: tuple[int, ...], *, per_segment: bool) -> dict[frozenset[int], Figures]:
    """What every set of checkpoints costs."""
    layers = range(len(sizes))
    sets = (frozenset(kept) for count in range(len(sizes) + 1) for kept in combinations(layers, count))
    return {kept: simulated(sizes, kept, per_segment=per_segment) for kept in sets}


def measured(made: Issue, kept: frozenset[int], unit: int) -> Figures:
    """What a set of checkpoints costs in a run of the listing."""
    chain = Chain().run(compiled(made.variant.listing), call_of(made), {"checkpoints": sorted(kept)})
    amounts = (chain.held_after_forward, chain.most_forward, chain.most_backward)
    assert all(amount % unit == 0 for amount in amounts)
    held_after, forward, backward = (amount // unit for amount in amounts)
    return Figures(held_after, forward, backward, len(chain.again))


def limit_of(made: Issue) -> Callable[[frozenset[int], Figures], bool]:
    """Whether a set keeps within the limit that the question states."""
    text = text_of(made)
    count = re.findall(r"Choose at most (\d+) checkpoint", text)
    memory = re.findall(r"at no time more than (\d+) (?:KiB|activations and gradients) are held", text)
    (limit,) = map(int, count + memory)
    return lambda kept, figures: (len(kept) if count else figures.most) <= limit


def placement_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    random = Random(made.variant.listing)
    plain = Chain().run(compiled(made.variant.listing), call_of(made), {"checkpoints": []})
    unit = 1024 if "KiB" in text_of(made) else plain.sizes[0]
    costs = all_sets(tuple(size // unit for size in plain.sizes), per_segment="done.pop(i)" in made.variant.listing)
    is_within = limit_of(made)
    fitting = {kept: figures.again for kept, figures in costs.items() if is_within(kept, figures)}
    least = min(fitting.values())
    best = [kept for kept, again in fitting.items() if again == least]
    tried = [*random.sample(list(costs), 8), random.choice(list(fitting)), *random.sample(best, min(2, len(best)))]
    assert all(measured(made, kept, unit) == costs[kept] for kept in tried[-4:])

    answer = made.key.answers["checkpoints"]
    assert isinstance(answer, Schedule)
    outcomes = [judge(answer, str(sorted(kept))).outcome for kept in tried]
    expected = ["wrong" if kept not in fitting else "right" if kept in best else "partly" for kept in tried]
    yield "checkpoints", outcomes == expected
    yield "least", is_number(made, "least", least)


def test_no_other_set_of_checkpoints_does_less_again():
    assert [] == disagreements("checkpointing/placement", placement_fields)


# A rematerializer with a fault: every call of every rematerializer, and every change that is offered.


def right_layers(chain: Chain) -> dict[int, bool]:
    """For each layer that has a rematerializer: whether it returns what the layer had computed."""
    found = {}
    for number, layer in enumerate(chain.layers):
        if layer.rematerializer is not None:
            try:
                found[number] = np.allclose(layer.rematerializer(), chain.truths[number])
            except (RecursionError, IndexError, ValueError, UnboundLocalError):
                found[number] = False
    return found


def repairs(made: Issue, option: str) -> bool:
    """Whether the listing is right with one line changed."""
    found = re.fullmatch(r"line (\d+): `(.*)`", option)
    assert found
    lines = made.variant.listing.splitlines()
    old = lines[int(found[1]) - 1]
    lines[int(found[1]) - 1] = old[: len(old) - len(old.lstrip())] + found[2]
    return all(right_layers(Chain().run(compiled("\n".join(lines)), call_of(made), {})).values())


def bug_fields(made: Issue) -> Iterator[tuple[str, bool]]:
    listing = made.variant.listing
    printed = made.question.body.split("```")[1].split("\n", 1)[1].rstrip()
    assert [line[4:].strip() for line in printed.splitlines()] == [line.strip() for line in listing.splitlines()]
    chain = Chain().run(compiled(listing), call_of(made), {})
    for name, answer in made.key.answers.items():
        prompt = made.question.field(name).prompt
        if name == "returned":
            (layer,) = re.findall(r"rematerializer of layer (\d+) return", prompt)
            rematerializer = chain.layers[int(layer)].rematerializer
            assert rematerializer is not None
            yield name, is_number(made, name, Fraction(float(rematerializer().item())))
        elif name == "products":
            assert "its value is there all the time" in text_of(made)
            chain_back = Chain(keeps_checkpoints=True).run(compiled(listing), call_of(made) + ".backward()", {})
            yield name, is_number(made, name, len(chain_back.again))
        else:
            assert isinstance(answer, Choice)
            right = right_layers(chain)
            if name == "wrong":
                assert sorted(answer.options.values()) == sorted(f"layer {layer}" for layer in right)
                picked = [key for key, option in answer.options.items() if not right[int(option.split()[1])]]
            else:
                picked = [key for key, option in answer.options.items() if repairs(made, option)]
            yield name, sorted(answer.expected) == sorted(picked)


def test_rematerializers_return_what_a_run_returns():
    assert [] == disagreements("checkpointing/rematerializer-bug", bug_fields)
