"""What a field may ask of a run: every form against figures that were worked out by hand, and every message."""

from __future__ import annotations

from typing import Any

import pytest

import engine as ag
from engine.sizes import symbol
from question_templates.asking import subject_of, value_of
from question_templates.errors import QuestionError
from question_templates.lab import Lab
from question_templates.program import Program
from tests.test_engine.listings_rematerializer import RIGHT
from tests.test_question_templates.toy_programs import (
    ACTIVATIONS,
    CUBE,
    LOSS,
    LOSS_CALL,
    family_of,
    lab_of,
    network,
    network_at_numbers,
    open_sizes,
)

N, D, K, C = (symbol(name) for name in "NDKC")

#: asks -> (the formula, the number at N = 2, D = 3, K = 4, C = 5); Z is X @ V, H the function's result, Y is H @ W.
BY_HAND: dict[str, tuple[Any, Any]] = {
    "Z.shape": ((N, K), (2, 4)),
    "Z.shape[0]": (N, 2),
    "Z.shape[1]": (K, 4),
    "Z.numbers": (N * K, 8),
    "Z.bytes": (8 * N * K, 64),
    "Z.gradient_bytes": (8 * N * K, 64),
    "Z.multiply_adds": (N * D * K, 24),
    "Z.flops": (2 * N * D * K, 48),
    "Z.elementwise": (0, 0),
    "Z.value_bytes": (8 * N * K, 64),
    "H.elementwise": (N * K, 8),  # relu, once for each number
    "H.value_bytes": (16 * N * K, 128),  # the line calls hidden, which makes Z and relu(Z)
    "hidden().multiply_adds": (N * D * K, 24),
    "hidden().flops": (2 * N * D * K, 48),
    "hidden().elementwise": (N * K, 8),
    "hidden().value_bytes": (16 * N * K, 128),
    "network().multiply_adds": (N * D * K + N * K * C, 64),
    "total.multiply_adds": (N * D * K + N * K * C, 64),
    "total.flops": (2 * (N * D * K + N * K * C), 128),
    "total.elementwise": (N * K, 8),
    "total.value_bytes": (16 * N * K + 8 * N * C, 208),
    "result.shape": ((N, C), (2, 5)),
    "result.shape[1]": (C, 5),
    "result.bytes": (8 * N * C, 80),
    "result.gradient_bytes": (8 * N * C, 80),
    "result.numbers": (N * C, 10),
    "inputs": (N * D, 6),
}


@pytest.mark.parametrize("asks", BY_HAND)
def test_a_quantity_of_a_run_on_open_sizes_is_the_formula_by_hand(asks: str):
    expected, _ = BY_HAND[asks]

    assert expected == value_of(asks, Lab(network()), None)


@pytest.mark.parametrize("asks", BY_HAND)
def test_a_quantity_of_a_run_at_plain_numbers_is_the_number_by_hand(asks: str):
    _, expected = BY_HAND[asks]

    assert expected == value_of(asks, Lab(network_at_numbers()), None)


def test_an_array_that_takes_no_gradient_has_no_bytes_of_one():
    constant = lab_of("a = np.zeros((2, 3))\nb = ag.Tensor(a, requires_grad=True)\n")

    assert 0 == value_of("a.gradient_bytes", constant, None)
    assert 48 == value_of("b.gradient_bytes", constant, None)


def test_a_smaller_type_takes_fewer_bytes():
    assert 24 == value_of("a.bytes", lab_of("a = np.zeros((2, 3), dtype=np.float32)\n"), None)


@pytest.mark.parametrize(
    ("asks", "expected"),
    [("y.value", 9), ("z.value", 27), ("y.grad", 3), ("x.grad", 27), ("z.grad", 1), ("x.value", 3)],
)
def test_a_scalar_has_a_value_and_a_gradient(asks: str, expected: int):
    assert expected == value_of(asks, lab_of(CUBE), None)


@pytest.mark.parametrize("asks", ["postorder", "graph", "backward"])
def test_an_order_a_graph_and_a_trace_are_taken_from_the_run_itself(asks: str):
    lab = lab_of(CUBE)
    run = value_of(asks, lab, None)

    assert lab.run is run
    assert ("x", "y", "z") == run.graph.labels
    assert [{"y": 3, "x": 9}, {"x": 27}] == [dict(step.changes) for step in run.walk if not step.skipped]


# h and y are (N, K), the loss is one number; the leaves are left out. Forward keeps all three; at the most, each has a
# gradient of its size beside it.
MEMORY = {
    "memory.held_after_forward": (16 * N * K + 8, 136),
    "memory.peak_forward": (16 * N * K + 8, 136),
    "memory.peak_backward": (32 * N * K + 16, 272),
    "memory.peak": (32 * N * K + 16, 272),
    "memory.recomputed": (0, 0),
}


@pytest.mark.parametrize("asks", MEMORY)
def test_memory_is_what_the_ledger_says(asks: str):
    formula, number = MEMORY[asks]
    at_numbers = Program(f"N, D, K = 2, 3, 4\n{LOSS_CALL}", ledger=ACTIVATIONS)

    assert formula == value_of(asks, lab_of(LOSS, Program(LOSS_CALL, open_sizes("NDK"), ledger=ACTIVATIONS)), None)
    assert number == value_of(asks, lab_of(LOSS, at_numbers), None)


def test_the_ledgers_options_are_the_programs():
    without_loss = {**ACTIVATIONS, "leave_out": ("loss",)}
    freed = {**ACTIVATIONS, "frees_as_it_goes": True}
    with_leaves = {**ACTIVATIONS, "count_leaves": True}
    held, peak = "memory.held_after_forward", "memory.peak_backward"

    def told(asks: str, ledger: dict[str, Any]) -> Any:
        return value_of(asks, lab_of(LOSS, Program(LOSS_CALL, open_sizes("NDK"), ledger=ledger)), None)

    assert 16 * N * K == told(held, without_loss)
    assert 8 * N * D + 16 * D * K + 16 * N * K + 8 == told(held, with_leaves)
    assert 32 * N * K + 8 == told(peak, freed)  # the loss's gradient is gone before that of h is made


def test_what_is_computed_again_is_counted():
    # Three layers without a checkpoint: the last one's derivative needs x2, two matmuls; that of the one before needs
    # x1, one matmul; the first one needs x itself.
    call = """\
x = ag.Tensor(np.zeros((2, 3)))
weights = [ag.Tensor(np.zeros((3, 3)), requires_grad=True) for _ in range(3)]
forward_with_rematerializer(x, weights, []).backward()
"""
    program = Program(call, ledger={**ACTIVATIONS, "discard_after_use": True})

    assert 3 == value_of("memory.recomputed", lab_of(RIGHT, program), None)


SOLVER = """\
def plain(lab):
    return lab.run.binding("inputs").size


def two_words(lab, first, second):
    return [first, second, lab.parameters["drawn"]]


five = 5
"""


@pytest.mark.parametrize("asks", ["solver.plain", "solver.plain()"])
def test_a_solver_reads_the_lab(asks: str):
    assert 6 == value_of(asks, Lab(network_at_numbers()), family_of(solver=SOLVER))


@pytest.mark.parametrize(
    "asks", ["solver.two_words(a,b c)", "solver.two_words( a , b c )", "solver.two_words(a, b c,)"]
)
def test_a_solver_is_given_the_words(asks: str):
    lab = Lab(network_at_numbers(drawn=7))

    assert ["a", "b c", 7] == value_of(asks, lab, family_of(solver=SOLVER))


@pytest.mark.parametrize("name", ["missing", "five"])
def test_a_solver_without_that_function_is_told(name: str):
    message = rf"^toy/program/family\.yaml: asks: solver\.{name}: solver\.py has no function '{name}'\.$"

    with pytest.raises(QuestionError, match=message):
        value_of(f"solver.{name}", Lab(network()), family_of(solver=SOLVER))


def test_a_solver_whose_family_is_not_at_hand_is_told():
    message = r"^asks: solver\.plain: the family 'toy/program' with its solver is not at hand\.$"

    with pytest.raises(QuestionError, match=message):
        value_of("solver.plain", Lab(network()), None)


@pytest.mark.parametrize("asks", ["Z.colour", "memory.colour", "total.colour", "hidden().colour", "Z.shape.colour"])
def test_an_unknown_part_is_told_with_those_there_are(asks: str):
    subject = asks.removesuffix(".colour")

    with pytest.raises(QuestionError) as caught:
        value_of(asks, Lab(network()), None)
    assert str(caught.value) == (
        f"asks: {subject}.colour: there is no 'colour' to ask for; there are shape, bytes, gradient_bytes, numbers, "
        "multiply_adds, elementwise, flops, value_bytes, grad, value, memory.held_after_forward, memory.peak_forward, "
        "memory.peak_backward, memory.peak, memory.recomputed."
    )


@pytest.mark.parametrize("asks", ["Q.bytes", "Q.multiply_adds", "Q", "Q.shape[0]", "N + 1"])
def test_an_unknown_name_is_told_with_those_there_are(asks: str):
    name = asks.partition(".")[0].replace("+", r"\+")

    with pytest.raises(ag.EngineError, match=rf"^nothing is called '{name}' here; there are inputs in network, Z in"):
        value_of(asks, Lab(network_at_numbers()), None)


def test_a_gradient_of_no_scalar_is_told():
    with pytest.raises(ag.EngineError, match=r"^'q\.grad' is not a quantity of this listing; its nodes are x, y, z\.$"):
        value_of("q.grad", lab_of(CUBE), None)


def test_memory_without_a_ledger_is_told():
    with pytest.raises(ag.EngineError, match=r"^no ledger was kept; "):
        value_of("memory.peak", Lab(network()), None)


def test_a_result_that_is_no_array_is_told():
    lab = lab_of(LOSS, Program(LOSS_CALL, open_sizes("NDK")))

    with pytest.raises(ag.EngineError, match=r"gives nothing that has a shape or is a number\.$"):
        value_of("result.bytes", lab, None)


@pytest.mark.parametrize(
    ("asks", "subject"),
    [
        ("x.grad", "x.grad"),
        ("z5.value", "z5.value"),
        ("P.bytes", "P"),
        ("P.multiply_adds", "P"),
        ("total.flops", "total"),
        ("Hout", "Hout"),
        ("P.shape[1]", ""),
        ("f().multiply_adds", ""),
        ("postorder", ""),
        ("graph", ""),
        ("backward", ""),
        ("solver.radius", ""),
        ("solver.radius(b, 2)", ""),
    ],
)
def test_the_subject_is_what_may_stand_before_an_equals_sign(asks: str, subject: str):
    assert subject == subject_of(asks)
