"""Programs that discard and rebuild: their gradients are those of one that stores all; what they recompute."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checkpointing import (
    LedgerWatcher,
    ScheduleError,
    forward_with_rematerializer,
    forward_with_segments,
    wrongly_rebuilt,
)
from engine.tensors import Tensor
from engine.tensors import functions as ag
from tests.test_engine.listings_rematerializer import RIGHT, all_subsets, chain_of, forward_of

PROGRAMS = {
    "per tensor": forward_with_rematerializer,
    "per segment": forward_with_segments,
    "listing": forward_of(RIGHT),
}
programs = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())


def store_all(x, weights, checkpoints):
    for w in weights:
        x = ag.matmul(x, w)
    return ag.sum(x)


def gradients(program, checkpoints, layers, **chain):
    """The gradients of the weights after every value that can be rebuilt was discarded."""
    x, weights = chain_of(layers, **chain)
    output = program(x, weights, checkpoints)
    for node in output.postorder():
        node.discard_value_if_has_rematerializer()
    output.backward()
    return [w.grad for w in weights]


def gradients_by_hand(layers, **chain):
    """input^T @ gradient for each weight, without the engine's walk."""
    x, weights = chain_of(layers, **chain)
    values = [x.value]
    for w in weights:
        values.append(values[-1] @ w.value)
    gradient, found = np.ones_like(values[-1]), []
    for layer in reversed(range(layers)):
        found.append(values[layer].T @ gradient)
        gradient = gradient @ weights[layer].value.T
    return found[::-1]


@programs
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_set_of_checkpoints_gives_the_stored_gradients_to_the_last_bit(program, dtype):
    expected = {layers: gradients(store_all, (), layers, dtype=dtype) for layers in range(1, 7)}

    for layers, checkpoints in all_subsets(6):
        for stored, rebuilt in zip(expected[layers], gradients(program, checkpoints, layers, dtype=dtype), strict=True):
            assert dtype == rebuilt.dtype
            np.testing.assert_array_equal(stored, rebuilt)


@programs
@given(st.data())
def test_any_chain_gives_the_gradients_found_by_hand(program, data):
    layers, samples, width = (data.draw(st.integers(1, 12)) for _ in range(3))
    checkpoints = data.draw(st.sets(st.integers(0, layers - 1)))
    is_single = data.draw(st.booleans())
    chain = {"samples": samples, "width": width, "dtype": np.float32 if is_single else np.float64}
    tolerance = 1e-5 if is_single else 1e-12

    for expected, rebuilt in zip(
        gradients_by_hand(layers, **chain), gradients(program, checkpoints, layers, **chain), strict=True
    ):
        np.testing.assert_allclose(rebuilt, expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())


@programs
def test_layers_may_have_different_widths(program):
    x = Tensor(np.ones((2, 3)))
    weights = [Tensor(np.ones(shape), True) for shape in ((3, 4), (4, 1), (1, 5))]
    output = program(x, weights, [0])
    output.inputs[0].inputs[0].discard_value_if_has_rematerializer()
    output.backward()

    np.testing.assert_array_equal(np.full((1, 5), 24.0), weights[2].grad)  # two rows of 3 * 4, added up


@programs
def test_a_second_walk_finds_what_the_first_one_found(program):
    x, weights = chain_of(5)
    output = program(x, weights, [2])
    for node in output.postorder():
        node.discard_value_if_has_rematerializer()
    output.backward()
    once = [w.grad.copy() for w in weights]
    output.backward()

    for first, both in zip(once, weights, strict=True):
        np.testing.assert_array_equal(2 * first, both.grad)


@programs
def test_without_discarding_nothing_is_rebuilt(program):
    watcher = LedgerWatcher()
    x, weights = chain_of(4, watcher=watcher)
    program(x, weights, [1]).backward()

    assert 0 == watcher.ledger().recomputed_operations


@programs
def test_a_checkpoint_has_no_rematerializer_and_every_other_layer_has_one(program):
    output = program(*chain_of(5), [1, 3])
    layers = [node for node in output.postorder() if node.op == "matmul"]

    assert [True, False, True, False, True] == [layer.rematerializer is not None for layer in layers]


# Checkpoints -> matmuls recomputed per tensor and per segment; measured on a chain of 16 matmuls in plain NumPy.
MEASURED = [((), 120, 15), ((7,), 56, 14), ((3, 7, 11), 24, 12), ((1, 3, 5, 7, 9, 11, 13), 8, 8)]


@pytest.mark.parametrize(("checkpoints", "per_tensor", "per_segment"), MEASURED)
def test_sixteen_layers_recompute_as_measured(checkpoints, per_tensor, per_segment):
    counted = []
    for program in (forward_with_rematerializer, forward_with_segments):
        watcher = LedgerWatcher(discard_after_use=True)
        program(*chain_of(16, watcher=watcher), checkpoints).backward()
        counted.append(watcher.ledger().recomputed_operations)

    assert [per_tensor, per_segment] == counted


@pytest.mark.parametrize("program", [forward_with_rematerializer, forward_with_segments])
@pytest.mark.parametrize(
    ("layers", "checkpoints", "message"),
    [(3, [3], r"checkpoint 3 is not a layer; the layers are 0 to 2"), (0, [], r"0 sizes and 0 costs")],
)
def test_a_checkpoint_that_is_no_layer_is_refused(program, layers, checkpoints, message):
    with pytest.raises(ScheduleError, match=message):
        program(*chain_of(layers), checkpoints)


@programs
def test_all_that_is_rebuilt_is_right(program):
    assert () == wrongly_rebuilt(program(*chain_of(10), [4]))


@pytest.mark.parametrize("program", [forward_with_rematerializer, forward_with_segments])
def test_a_walk_that_kept_no_values_cannot_be_repeated(program):
    output = program(*chain_of(3), [0])
    output.backward(keep_values=False)

    with pytest.raises(Exception, match="node matmul has no value and no rematerializer; it cannot be computed again"):
        output.backward()


def test_an_operation_that_is_rebuilt_as_something_else_is_named_by_its_number():
    x, weights = chain_of(3)
    output = forward_with_rematerializer(x, weights, [])
    middle = output.inputs[0].inputs[0]
    middle.rematerializer = partial(np.zeros, (4, 3))

    assert (1,) == wrongly_rebuilt(output)


def test_a_discarded_value_is_judged_as_a_stored_one():
    output = forward_with_rematerializer(*chain_of(4), [1])
    last = output.inputs[0]
    last.rematerializer = partial(np.zeros, (4, 3))
    for node in output.postorder():
        node.discard_value_if_has_rematerializer()

    assert (3,) == wrongly_rebuilt(output)


@pytest.mark.parametrize("rebuild", [lambda: np.zeros((2, 2)), lambda: np.zeros((2, 3)) @ np.zeros((2, 3))])
def test_a_rematerializer_whose_shapes_do_not_fit_rebuilds_wrongly(rebuild):
    output = forward_with_rematerializer(*chain_of(2), [])
    output.inputs[0].rematerializer = rebuild

    assert (1,) == wrongly_rebuilt(output)
