"""The ledger of a real run: what is counted, under which name, from when to when."""

import gc

import numpy as np
import pytest

from engine.checkpointing import ScheduleError
from engine.tensors import functions as ag
from tests.test_engine.listings_rematerializer import told, watched

ROW = np.array([1.0, 2.0, 3.0, 4.0])  # 32 bytes


def test_a_forward_and_a_backward_pass_are_written_as_they_happen():
    watcher, tensor = watched()
    w = tensor(ROW, True, label="w")
    square = w * w
    loss = ag.sum(square)
    loss.backward(keep_gradients=False)

    assert [
        "allocate w 32",
        "allocate gradient of w 32",
        "allocate mul 32",
        "allocate sum 8",
        "allocate gradient of sum 8",
        "allocate gradient of mul 32",
        "free gradient of sum 8",
        "allocate gradient of w 2 32",  # the old one and the sum of the two, for a moment both
        "free gradient of w 32",
        "allocate gradient of w 32",  # w is used twice
        "free gradient of w 2 32",
        "free gradient of mul 32",
    ] == told(watcher.ledger())


def test_the_backward_pass_begins_with_the_first_gradient():
    watcher, tensor = watched()
    x = tensor(ROW, True)
    ag.sum(x).backward()
    phases = [event.phase for event in watcher.ledger().events]

    assert ["forward"] * 3 + ["backward"] * (len(phases) - 3) == phases


def test_a_value_is_freed_when_its_tensor_dies():
    watcher, tensor = watched()
    x = tensor(ROW, label="x")
    del x

    assert ["allocate x 32", "free x 32"] == told(watcher.ledger())


def test_a_value_is_not_freed_while_somebody_else_holds_it():
    watcher, tensor = watched()
    x = tensor(ROW, label="x")
    kept = x.value
    del x

    assert 32 == watcher.ledger().held_at_end
    del kept
    assert 0 == watcher.ledger().held_at_end


def test_a_ledger_does_not_change_when_arrays_die_later():
    watcher, tensor = watched()
    x = tensor(ROW, label="x")
    ledger = watcher.ledger()
    del x

    assert 32 == ledger.held_at_end == ledger.held_after_forward
    assert 1 == len(ledger.events)


def test_what_only_the_garbage_collector_finds_is_held_until_then():
    gc.disable()
    try:
        watcher, tensor = watched()
        x = tensor(ROW)
        x.rematerializer = x.detach  # the tensor and its rematerializer hold each other
        del x
        held = watcher.ledger().held_at_end
        gc.collect()
    finally:
        gc.enable()

    assert (32, 0) == (held, watcher.ledger().held_at_end)


def test_arrays_may_outlive_their_watcher():
    watcher, tensor = watched()
    x = tensor(ROW)
    value, rules = x.value, x.rules
    del watcher, tensor, x, rules
    gc.collect()
    del value


def test_an_address_that_is_used_again_is_another_array():
    watcher, tensor = watched()
    for _ in range(200):
        tensor(ROW)
    ledger = watcher.ledger()

    assert ["allocate leaf 32", "free leaf 32", "allocate leaf 2 32"] == told(ledger)[:3]
    assert (400, 0, 32) == (len(ledger.events), ledger.held_at_end, ledger.peak)


def test_a_gradient_that_two_nodes_share_counts_once():
    watcher, tensor = watched()
    left, right = (tensor(ROW, label=name) * tensor(ROW, True) for name in "ab")
    left.label, right.label = "left", "right"
    (left + right).backward(ROW)
    names = [event.name for event in watcher.ledger(count_leaves=False).events if "gradient" in event.name]

    assert left.grad is right.grad
    assert ["gradient of add"] == names


def test_a_gradient_that_is_a_view_counts_as_the_buffer_it_looks_into():
    watcher, tensor = watched()
    x = tensor(np.ones((2, 3)), True) * 1.0
    flat = x.reshape(6)
    flat.backward(np.ones(6), keep_gradients=False)
    gradients = [line for line in told(watcher.ledger(count_leaves=False)) if "gradient" in line]

    assert ["allocate gradient of reshape 48", "free gradient of reshape 48"] == gradients


def test_a_gradient_that_was_only_spread_counts_at_full_size():
    watcher, tensor = watched()
    x = tensor(np.ones((100, 100)), True) * 1.0
    ag.sum(x).backward()

    assert 0 in x.grad.strides
    assert "allocate gradient of mul 80000" in told(watcher.ledger())


def test_leaves_are_left_out_with_their_gradients():
    watcher, tensor = watched()
    ag.sum(tensor(ROW, label="x") * tensor(ROW, True, label="w")).backward()
    ledger = watcher.ledger(count_leaves=False)

    assert {"mul", "sum", "gradient of mul", "gradient of sum"} == {event.name for event in ledger.events}
    assert 32 + 8 == ledger.held_after_forward


def test_a_tensor_is_left_out_with_its_gradient_by_its_name():
    watcher, tensor = watched()
    ag.sum(tensor(ROW, label="x") * tensor(ROW, True, label="w")).backward()
    ledger = watcher.ledger(leave_out=["sum", "w"])

    assert {"x", "mul", "gradient of mul"} == {event.name for event in ledger.events}


def test_a_name_that_nobody_has_cannot_be_left_out():
    watcher, tensor = watched()
    kept = tensor(ROW, label="x")

    with pytest.raises(ScheduleError, match=r"^leave_out: nothing is called 'sum'; there are x\.$"):
        watcher.ledger(leave_out=["sum"])
    assert kept.label


def test_a_label_that_is_given_later_names_what_came_before():
    watcher, tensor = watched()
    hidden = tensor(ROW) + 1.0
    hidden.label = "hidden"
    hidden = hidden * 2.0

    assert ["allocate leaf 32", "allocate leaf 2 8", "allocate hidden 32", "allocate leaf 3 8", "allocate mul 32"] == [
        line for line in told(watcher.ledger()) if line.startswith("allocate")
    ]
    assert hidden.op == "mul"


def test_a_label_that_nobody_used_is_seen_when_the_ledger_is_read():
    watcher, tensor = watched()
    x = tensor(ROW)
    x.label = "x"

    assert ["allocate x 32"] == told(watcher.ledger())


def test_a_label_outlives_its_tensor_if_that_was_used():
    watcher, tensor = watched()
    x = tensor(ROW)
    x.label = "x"
    x * x
    del x

    assert {"x", "mul"} == {event.name for event in watcher.ledger().events}


def test_tensors_of_one_name_are_numbered():
    watcher, tensor = watched()
    tensors = [tensor(ROW, label=label) for label in ("h", "h 2", "h", "h")]

    assert ["h", "h 2", "h 3", "h 4"] == [event.name for event in watcher.ledger().events]
    assert len(tensors) == 4
