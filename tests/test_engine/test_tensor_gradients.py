"""The walk back: what adds up, what stops, what is rebuilt, how deep it goes, and tables with a mistake."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from weakref import ref

import numpy as np
import pytest

from engine import EngineError
from engine.checkpointing import LedgerWatcher
from engine.tensors import STANDARD_TENSOR_RULES, Tensor
from engine.tensors import functions as ag
from engine.tensors.abstract import AbstractArray


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).uniform(0.4, 1.6, shape)


def test_a_value_that_is_used_twice_receives_twice():
    x = Tensor(3.0, requires_grad=True)
    (x * x).backward()

    assert 6.0 == x.grad


def test_leaves_add_up_over_calls_and_inner_nodes_do_not():
    x = Tensor([1.0, 2.0], requires_grad=True)
    inner = x * 3
    output = ag.sum(inner)
    output.backward()
    output.backward()

    np.testing.assert_array_equal([6.0, 6.0], x.grad)
    np.testing.assert_array_equal([1.0, 1.0], inner.grad)


def test_a_leafs_gradient_may_be_removed_and_comes_back_as_its_own_array():
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    x.grad = y.grad = None
    (x + y).backward(np.ones(2))
    x.grad += 1

    np.testing.assert_array_equal([1.0, 1.0], y.grad)


def test_only_what_requires_a_gradient_receives_one():
    x, constant = Tensor([1.0], requires_grad=True), Tensor([2.0])
    output = ag.sum(x * constant)
    output.backward()

    assert constant.grad is None
    assert not (constant * 2).requires_grad


def test_detach_stops_the_gradient():
    x = Tensor(3.0, requires_grad=True)
    (x * x.detach()).backward()

    assert 3.0 == x.grad


def test_gradients_of_inner_nodes_can_be_dropped_on_the_way():
    x = Tensor(3.0, requires_grad=True)
    inner = x * 2
    (inner * inner).backward(keep_gradients=False)

    assert inner.grad is None
    assert 24.0 == x.grad


@pytest.mark.parametrize("length", [5_000, 50_000])
def test_a_chain_may_be_long(length):
    x = output = Tensor(1.0, requires_grad=True)
    for _ in range(length):
        output = output + x
    output.backward()

    assert length + 1 == x.grad
    assert length + 1 == len(output.postorder())


def test_the_postorder_takes_the_left_operand_first_and_each_node_once():
    a, b = Tensor(1.0, label="a"), Tensor(2.0, label="b")
    product = a * b
    output = product * (b + a)

    assert ["leaf(a)", "leaf(b)", "mul", "add", "mul"] == [node.op for node in output.postorder()]
    assert (b, a) == output.inputs[1].inputs


def test_an_operand_that_is_used_twice_is_named_twice():
    a = Tensor(1.0)

    assert (a, a) == (a * a).inputs


def test_a_discarded_value_is_rebuilt_once_and_only_if_a_derivative_reads_it():
    x, w = Tensor(numbers(2, 2), requires_grad=True), Tensor(numbers(2, 2, seed=1), requires_grad=True)
    calls = []

    def rebuild():
        calls.append("inner")
        return x.value @ w.value

    inner = x @ w
    expected = ag.sum(ag.tanh(inner * inner))
    expected.backward()
    kept = x.grad.copy()
    x.grad[:] = 0
    inner.rematerializer = rebuild
    output = ag.sum(ag.tanh(inner * inner))
    inner.discard_value_if_has_rematerializer()
    output.backward()

    assert ["inner"] == calls
    assert inner.value is None and (2, 2) == inner.shape
    np.testing.assert_array_equal(kept, x.grad)


def test_a_value_that_no_derivative_reads_is_not_rebuilt():
    x = Tensor([1.0, 2.0], requires_grad=True)
    inner = x + 1
    inner.rematerializer = lambda: pytest.fail("rebuilt")
    output = ag.sum(inner + 1)
    inner.discard_value_if_has_rematerializer()
    output.backward()

    np.testing.assert_array_equal([1.0, 1.0], x.grad)


def test_a_rebuilt_value_is_let_go_before_the_next_one_is_rebuilt():
    x, w = Tensor(numbers(2, 2)), Tensor(numbers(2, 2, seed=1), requires_grad=True)
    first, held, alive = x @ w, [], []

    def rebuild(node, value):
        array = value.copy()
        held.append(ref(array))
        alive.append(sum(known() is not None for known in held))
        return array

    second = first @ w
    output = ag.sum(second @ w)
    for node in (first, second):
        node.rematerializer = partial(rebuild, node, node.value)
        node.discard_value_if_has_rematerializer()
    output.backward()

    assert [1, 1] == alive


def test_a_derivative_that_reads_the_result_still_finds_the_rebuilt_value():
    x = Tensor([0.5, 2.0], requires_grad=True)
    inner = ag.exp(x)
    calls = []

    def rebuild():
        calls.append("inner")
        return np.exp(x.value)

    inner.rematerializer = rebuild
    output = ag.sum(inner * inner)
    inner.discard_value_if_has_rematerializer()
    output.backward()

    assert ["inner"] == calls
    np.testing.assert_allclose(x.grad, 2 * np.exp([1.0, 4.0]))


def test_inner_values_are_kept_unless_they_are_not_wanted():
    for keeps in (True, False):
        x = Tensor([1.0, 2.0], requires_grad=True)
        inner = ag.exp(x)
        output = ag.sum(inner * inner)
        output.backward(keep_values=keeps)

        assert keeps is (inner.value is not None)
        assert (2,) == inner.shape
        assert x.value is not None and output.value is not None
        np.testing.assert_allclose(x.grad, 2 * np.exp([2.0, 4.0]))


def test_inner_values_of_shapes_alone_are_let_go_as_well():
    x = Tensor(AbstractArray((2, 3)), requires_grad=True)
    inner = ag.exp(x)
    ag.sum(inner).backward(keep_values=False)

    assert inner.value is None and (2, 3) == inner.shape


def test_a_watcher_sees_a_new_gradient_while_the_one_it_replaces_is_there():
    seen: list[bool] = []

    class Watching(LedgerWatcher):
        def received(self, node, gradient):
            if node is x:
                seen.append(old() is not None)

    x = Tensor([1.0], requires_grad=True, rules=STANDARD_TENSOR_RULES.watched_by(Watching()))
    old = ref(x.grad)
    (x * 2.0).backward()

    assert [True] == seen
    assert old() is None


def test_a_value_without_rematerializer_is_kept():
    x = Tensor([1.0, 2.0])
    x.discard_value_if_has_rematerializer()

    assert x.value is not None


def test_a_rule_table_without_unbroadcast_makes_that_mistake():
    rules = STANDARD_TENSOR_RULES.changed(unbroadcast=lambda g, shape: g)
    bias = Tensor(np.zeros(3), requires_grad=True, rules=rules)
    (bias + np.zeros((2, 3))).backward(np.ones((2, 3)))

    assert (2, 3) == bias.grad.shape


def test_a_changed_row_makes_that_mistake():
    row = STANDARD_TENSOR_RULES.operations["softmax"]
    wrong = replace(row, value=lambda a, *, axis: row.value(a, axis=0))
    x = Tensor(numbers(2, 3), rules=STANDARD_TENSOR_RULES.changed(wrong))

    np.testing.assert_allclose(np.ones(3), ag.softmax(x, axis=1).value.sum(axis=0))


def test_tables_do_not_mix():
    other = Tensor(1.0, rules=STANDARD_TENSOR_RULES.changed())

    with pytest.raises(EngineError, match="two Tensors of different rule tables met in one operation; use one face"):
        Tensor(1.0) + other


def test_powers_at_zero_have_no_slope_where_they_are_flat():
    base, exponent = Tensor([0.0, 0.0], requires_grad=True), Tensor([0.0, 2.0], requires_grad=True)
    (base**exponent).backward(np.ones(2))

    np.testing.assert_array_equal([0.0, 0.0], base.grad)
    np.testing.assert_array_equal([0.0, 0.0], exponent.grad)
