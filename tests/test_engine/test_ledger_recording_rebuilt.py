"""The ledger of a run that discards values and computes them again."""

import numpy as np
import pytest

from engine.checkpointing import LedgerWatcher, forward_with_rematerializer, replay
from tests.test_engine.listings_rematerializer import chain_of, told, watched

ROW = np.array([1.0, 2.0, 3.0, 4.0])  # 32 bytes


def doubled(tensor, rebuild):
    """x -> h = 2x -> h*h, where h has a rematerializer."""
    x = tensor(ROW, True, label="x")
    h = x * 2.0
    h.label, h.rematerializer = "h", lambda: rebuild(x, h)
    square = h * h
    square.label = "square"
    return square


def test_an_operand_that_can_be_rebuilt_is_discarded_after_its_use_if_asked():
    for discards, held in ((True, 32), (False, 64)):
        watcher, tensor = watched(discard_after_use=discards)
        square = doubled(tensor, lambda x, h: x.value * 2.0)

        assert held == watcher.ledger(count_leaves=False).held_after_forward
        assert (square.inputs[0].value is None) is discards


def test_a_value_that_is_used_twice_is_rebuilt_in_between():
    watcher, tensor = watched(discard_after_use=True)
    square = doubled(tensor, lambda x, h: (x * 2.0).value)
    again = square.inputs[0] * 3.0
    ledger = watcher.ledger()

    assert (1, "forward") == (ledger.recomputed_operations, ledger.events[-1].phase)
    assert again.op == "mul"


def test_a_tensor_operation_in_a_rematerializer_is_recomputed_and_held_by_the_walk():
    watcher, tensor = watched(discard_after_use=True)
    square = doubled(tensor, lambda x, h: (x * 2.0).value)
    square.backward(np.ones(4), keep_gradients=False)
    ledger = watcher.ledger(count_leaves=False)
    backward = told(ledger)[len([event for event in ledger.events if event.phase == "forward"]) :]

    assert [
        "allocate gradient of square 32",
        "recompute mul 32",
        "allocate mul 32",  # h again
        "allocate gradient of h 32",
        "allocate gradient of h 2 32",
        "free gradient of h 32",
        "free gradient of square 32",
        "free mul 32",
        "free gradient of h 2 32",
    ] == backward


def test_an_operation_of_numpy_in_a_rematerializer_is_what_the_watcher_is_told():
    watcher, tensor = watched(discard_after_use=True)

    def rebuild(x, h):
        step = x.value + x.value
        watcher.recomputed("np.add", step.nbytes, array=step)
        watcher.recomputed("np.ones", 5)  # told without its array, it is counted and not held
        return step

    doubled(tensor, rebuild).backward(np.ones(4), keep_gradients=False)
    lines = told(watcher.ledger(count_leaves=False))

    assert ["recompute h 32", "allocate h 32", "recompute np.ones 5"] == lines[4:7]
    assert "free h 32" in lines[7:]


def test_what_is_told_outside_of_a_rebuild_is_no_recomputation():
    watcher, _ = watched()
    watcher.recomputed("matmul", 32, array=ROW)

    assert () == watcher.ledger().events


def test_a_rematerializer_that_fails_closes_its_rebuild():
    watcher, tensor = watched(discard_after_use=True)
    square = doubled(tensor, lambda x, h: np.zeros(4) @ np.zeros(3))
    with pytest.raises(ValueError, match="matmul"):
        square.backward(np.ones(4))
    watcher.recomputed("matmul", 32)

    assert 0 == watcher.ledger().recomputed_operations


def test_a_rebuilt_value_that_was_never_gone_counts_once_and_keeps_its_name():
    watcher, tensor = watched(discard_after_use=True)
    square = doubled(tensor, lambda x, h: x.value)
    square.backward(np.ones(4))
    names = [event.name for event in watcher.ledger().events if event.kind == "allocate"]

    assert 1 == names.count("x") == names.count("h")


def test_a_rebuilt_value_that_nobody_told_of_is_held_without_a_recomputation():
    watcher, tensor = watched(discard_after_use=True)
    square = doubled(tensor, lambda x, h: x.value * 2.0)
    square.backward(np.ones(4))
    names = [event.name for event in watcher.ledger().events if event.kind == "allocate"]

    assert (2, 0) == (names.count("h"), watcher.ledger().recomputed_operations)


def test_a_rebuilt_value_that_is_a_piece_of_a_buffer_holds_all_of_it():
    watcher, tensor = watched(discard_after_use=True)
    square = doubled(tensor, lambda x, h: np.concatenate([x.value * 2.0, x.value])[:4])
    square.backward(np.ones(4))

    assert "allocate h 64" in told(watcher.ledger())


def test_a_number_that_numpy_makes_of_vectors_is_recomputed_but_no_array():
    watcher, tensor = watched(discard_after_use=True)

    def rebuild(x, h):
        watcher.recomputed("np.dot", 8, array=x.value @ x.value)
        return x.value * 2.0

    doubled(tensor, rebuild).backward(np.ones(4))

    assert ["recompute np.dot 8"] == [line for line in told(watcher.ledger()) if "np.dot" in line]


def test_every_ledger_passes_the_checks_of_a_replay():
    watcher = LedgerWatcher(discard_after_use=True)
    forward_with_rematerializer(*chain_of(6, watcher=watcher), [2]).backward()
    ledger = watcher.ledger()

    assert ledger == replay(ledger.events)
