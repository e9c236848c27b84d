"""Scalar graphs in the bank: an oracle without rules of differentiation answers what the questions print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from question_templates.answers import Answer, Choice, Number, Order, Trace
from question_templates.question import Question
from tests.test_bank.graph_witness import MATH, blocks, close, drawn, named, number, run
from tests.test_bank.oracle_draws import N_SEEDS

WALKED = ("power-chain", "log-exp", "rnn-cell", "random-program")
FAMILIES = (*WALKED, "topological-order", "find-wrong-step")

#: Field -> what the oracle found.
Found = Mapping[str, Any]


# What the questions ask, from what they print.


def walked(question: Question) -> Found:
    """A whole backward pass, read off a listing in order."""
    program = run(blocks(question.body, "python")[0])
    found: dict[str, Any] = {}
    for asked in question.fields:
        if asked.name == "order":
            found["order"] = [node.label for node in program.postorder()]
        elif asked.name == "trace":
            found["trace"] = program.backward()
        elif asked.name == "output_value":
            (name,) = named(asked.prompt, "value")
            found[asked.name] = program.values()[program.names[name]]
        else:
            (name,) = named(asked.prompt, "grad")
            found[asked.name] = program.gradient(program.names[name])
    return found


def ordered(question: Question) -> Found:
    """What all topological orders of a program's mixed lines have in common, by listing every one of them."""
    inputs = line_inputs(question)
    orders = every_order(tuple((node, tuple(before)) for node, before in inputs.items()))
    (node,) = set(re.findall(r"at which `(\w+)` can stand", " ".join(asked.prompt for asked in question.fields)))
    places = [order.index(node) + 1 for order in orders]
    found: dict[str, Any] = {"earliest": min(places), "latest": max(places), "number": len(orders), "order": inputs}
    for asked in question.fields:
        told = {letter: tuple(option.split(", ")) for letter, option in asked.options.items()}
        if asked.name == "valid":
            assert len(told) == len(set(told.values())), "two options are the same"
            found["valid"] = {letter for letter, order in told.items() if order in orders}
            assert 0 < len(found["valid"]) < len(told), "one option is valid and one is not"
    return {asked.name: found[asked.name] for asked in question.fields}


def line_inputs(question: Question) -> dict[str, list[str]]:
    """Node -> the nodes that its line mentions, whatever the order of the lines."""
    (printed,) = blocks(question.body, "python")
    lines = dict(line.split(" = ", 1) for line in printed.splitlines())
    return {
        name: re.findall(rf"\b(?:{'|'.join(lines)})\b", re.sub('"\\w+"|ag', "", text)) for name, text in lines.items()
    }


@cache
def every_order(inputs: tuple[tuple[str, tuple[str, ...]], ...]) -> frozenset[tuple[str, ...]]:
    """All orders of the nodes with inputs before users, written out."""

    def longer(begun: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if len(begun) == len(inputs):
            yield begun
        for node, before in inputs:
            if node not in begun and all(one in begun for one in before):
                yield from longer((*begun, node))

    return frozenset(longer(()))


def mistaken(question: Question) -> Found:
    """The first wrong line of a printed backward pass, what should stand there, and where that leads."""
    program = run(blocks(question.body, "python")[0])
    printed, right = printed_steps(question), dict(program.backward())
    wrong = [place for place, (node, told) in enumerate(printed) if told != rounded(right[node])]
    node, told = printed[wrong[0]]
    target = next(target for target, total in told.items() if total != rounded(right[node])[target])
    (leaf,) = named(question.field("final").prompt, "grad")
    return {
        "line": {"ABCDEFGHIJ"[wrong[0]]},
        "value": right[node][target],
        "final": program.gradient(program.names[leaf]),
    }


def rounded(gradients: Mapping[str, Any]) -> dict[str, int]:
    """Gradients that are known to be whole."""
    whole = {label: int(MATH.nint(total)) for label, total in gradients.items()}
    assert all(abs(whole[label] - total) < 1e-15 for label, total in gradients.items())
    return whole


def printed_steps(question: Question) -> list[tuple[str, dict[str, int]]]:
    """The lines `A.  z6: z5.grad = 1, z3.grad = -1` of a question."""
    lines = re.findall(r"^([A-J])\.  (\w+): (.*)$", question.body, re.MULTILINE)
    assert "".join(letter for letter, _, _ in lines) == "ABCDEFGHIJ"[: len(lines)]
    return [(node, {k: int(n) for k, n in re.findall(r"(\w+)\.grad = (-?\d+)", told)}) for _, node, told in lines]


ORACLES: Mapping[str, Callable[[Question], Found]] = {
    **dict.fromkeys(WALKED, walked),
    "topological-order": ordered,
    "find-wrong-step": mistaken,
}


# What the keys say.


def agrees(key: Answer, found: Any) -> bool:
    """Whether a key is what the oracle found."""
    if isinstance(key, Number):
        return not key.rel_tol and key.unit is None and close(found, key.expected)
    if isinstance(key, Choice):
        return set(key.expected) == found
    if isinstance(key, Order) and key.any_valid:
        inputs = {label: sorted(before) for label, before in key.inputs.items()}
        seen = [label for label in key.expected if set(found[label]) <= set(key.expected[: key.expected.index(label)])]
        return inputs == {label: sorted(before) for label, before in found.items()} and sorted(seen) == sorted(found)
    if isinstance(key, Order):
        return list(key.expected) == found
    assert isinstance(key, Trace)
    steps = [(step.node, dict(step.changes)) for step in key.expected.walk if not step.skipped]
    return [(node, list(changes)) for node, changes in steps] == [
        (node, list(changes)) for node, changes in found
    ] and all(
        close(ours[label], told)
        for (_, changes), (_, ours) in zip(steps, found, strict=True)
        for label, told in changes.items()
    )


def disagreements(family: str) -> list[str]:
    wrong = []
    for place, made in drawn(family):
        found = ORACLES[family](made.question)
        assert list(found) == [asked.name for asked in made.question.fields] == list(made.key.answers), place
        wrong += [f"{place}: {name}" for name, key in made.key.answers.items() if not agrees(key, found[name])]
    return wrong


@pytest.mark.parametrize("family", FAMILIES)
def test_every_key_is_what_the_oracle_finds(family: str):
    assert N_SEEDS == len(drawn(family))
    assert [] == disagreements(family)


def test_an_oracle_notices_a_wrong_key():
    (_, made), *_ = drawn("rnn-cell")
    found = walked(made.question)
    node, changes = found["trace"][-1]
    late = [*found["trace"][:-1], (node, {label: total + 1 for label, total in changes.items()})]

    assert agrees(made.key.answers["trace"], found["trace"])
    assert not agrees(made.key.answers["trace"], late)
    assert not agrees(made.key.answers["trace"], found["trace"][::-1])


# What the questions print has to be so, and enough to answer them.


@pytest.mark.parametrize("family", WALKED)
def test_a_printed_order_is_the_postorder(family: str):
    for place, made in drawn(family):
        program = run(blocks(made.question.body, "python")[0])
        listed = [f"{label}:{op}" for label, (op, _) in program.graph().items()]
        printed = [text.strip().strip("[]").split(", ") for text in blocks(made.question.body, "text")]

        assert ([] if "order" in made.key.answers else [listed]) == printed, place


@pytest.mark.parametrize("family", FAMILIES)
def test_a_printed_figure_is_the_graph(family: str):
    for place, made in drawn(family):
        graph = run(made.question.listing).graph()
        figures = {
            one.name: {node.label: (node.op, node.inputs) for node in one.graph.nodes} for one in made.question.figures
        }

        for name in re.findall(r"!\[.*?\]\(figure:(\w+)\)", made.question.body):
            assert graph == figures[name], place


@pytest.mark.parametrize("family", FAMILIES)
def test_nodes_without_a_name_are_explained(family: str):
    for place, made in drawn(family):
        labels = run(made.question.listing).graph()
        nameless = any(re.fullmatch(r"n\d+", label) for label in labels)

        assert nameless == ("Some nodes have no name" in made.question.body), place


@pytest.mark.parametrize("family", ["rnn-cell", "random-program", "find-wrong-step"])
def test_no_relu_is_taken_at_its_kink(family: str):
    for place, made in drawn(family):
        program = run(made.question.listing)
        values = program.values()

        assert [] == [node.label for node in program.nodes if node.op == "relu" and not values[node.operands[0]]], place


def test_mixed_lines_are_the_lines_that_were_run():
    for place, made in drawn("topological-order"):
        (mixed,) = blocks(made.question.body, "python")
        *lines, backward, _ = made.question.listing.splitlines()

        assert sorted(lines) == sorted(mixed.splitlines()), place
        assert lines != mixed.splitlines() and backward.endswith(".backward()"), place


def test_exactly_one_line_of_a_backward_pass_does_not_follow_from_what_stands_above():
    for place, made in drawn("find-wrong-step"):
        program = run(made.question.listing)
        nodes = {node.label: node for node in program.nodes}
        gradients = dict.fromkeys(nodes, 0) | {program.postorder()[-1].label: 1}
        slips = []
        for label, told in printed_steps(made.question):
            follows: dict[str, Any] = {}
            for operand, slope in program.contributions(nodes[label]):
                before = follows.get(operand.label, gradients[operand.label])
                follows[operand.label] = before + slope * gradients[label]
            slips += [label] if rounded(follows) != told else []
            gradients |= told

        assert 1 == len(slips), place
        assert [label for label, _ in printed_steps(made.question)] == [label for label, _ in program.backward()], place


def test_the_printed_last_gradient_is_not_the_right_one():
    for place, made in drawn("find-wrong-step"):
        program = run(made.question.listing)
        (leaf,) = named(made.question.field("final").prompt, "grad")
        printed = {target: total for _, told in printed_steps(made.question) for target, total in told.items()}

        assert abs(printed[program.names[leaf].label] - program.gradient(program.names[leaf])) > 0.5, place


def test_printed_values_are_those_of_the_forward_pass():
    for place, made in drawn("find-wrong-step"):
        values = {node.label: value for node, value in run(made.question.listing).values().items()}
        printed = dict(re.findall(r"^(\w+)\.value = (.*)$", made.question.body, re.MULTILINE))

        assert (set(values) if made.variant.parameters["level"] < 3 else set()) == set(printed), place
        assert all(close(values[label], text) for label, text in printed.items()), place


@pytest.mark.parametrize("family", WALKED)
def test_pytorch_finds_the_same_gradients(family: str):
    torch = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")

    def scalar(value: float, label: str = "") -> Any:
        return torch.tensor(value, dtype=torch.float64, requires_grad=True)

    face = SimpleNamespace(Scalar=scalar, exp=torch.exp, log=torch.log, relu=torch.relu)
    for place, made in drawn(family):
        scope: dict[str, Any] = {"ag": face, "print": lambda *shown: None}
        exec(made.question.listing, scope)
        for name, key in made.key.answers.items():
            if name.endswith("_grad"):
                assert isinstance(key, Number)
                assert float(number(key.expected)) == pytest.approx(scope[name.removesuffix("_grad")].grad.item()), (
                    place
                )
