"""The ledger of a real run: what is counted, under which name, from when to when."""

import gc

import numpy as np
import pytest

from engine.checkpointing import LedgerWatcher, ScheduleError, forward_with_rematerializer, replay
from engine.sizes import SizeError, evaluate, stated, symbol
from engine.tensors import STANDARD_TENSOR_RULES, Tensor
from engine.tensors import functions as ag
from engine.tensors.abstract import AbstractArray
from tests.test_engine.listings_rematerializer import chain_of


def watched(**options):
    """A watcher, and what makes tensors that report to it."""
    watcher = LedgerWatcher(**options)
    rules = STANDARD_TENSOR_RULES.watched_by(watcher)
    return watcher, lambda value, *given, **named: Tensor(value, *given, rules=rules, **named)


def told(ledger):
    return [f"{event.kind} {event.name} {event.bytes}" for event in ledger.events]


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
    x * x  # noqa: B018
    del x

    assert {"x", "mul"} == {event.name for event in watcher.ledger().events}


def test_tensors_of_one_name_are_numbered():
    watcher, tensor = watched()
    tensors = [tensor(ROW, label=label) for label in ("h", "h 2", "h", "h")]

    assert ["h", "h 2", "h 3", "h 4"] == [event.name for event in watcher.ledger().events]
    assert len(tensors) == 4


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


# Shapes alone.

N, D = symbol("N"), symbol("D")
LAYERS = 4


def chain(samples, width, array, checkpoints, *, is_backward):
    """The ledger, activations only, of a chain whose values are let go as soon as may be."""
    watcher, tensor = watched(discard_after_use=True)
    x = tensor(array((samples, width)), label="x")
    weights = [tensor(array((width, width)), True, label="w") for _ in range(LAYERS)]
    loss = forward_with_rematerializer(x, weights, checkpoints)
    if is_backward:
        loss.backward(keep_gradients=False, keep_values=False)
    return watcher.ledger(count_leaves=False, leave_out=["sum"])


def test_checkpoints_hold_this_many_bytes_in_symbols():
    ledger = chain(N, D, AbstractArray, [1], is_backward=False)

    assert 8 * N * D == ledger.held_after_forward
    assert 3 * 8 * N * D == ledger.peak


def test_storing_all_peaks_at_one_more_than_the_layers_in_symbols():
    ledger = chain(N, D, AbstractArray, range(LAYERS), is_backward=True)

    assert 5 * 8 * N * D == ledger.peak
    assert 0 == ledger.held_at_end


@pytest.mark.parametrize(("checkpoints", "is_backward"), [([], False), ([0, 2], False), (range(LAYERS), True)])
def test_a_run_on_arrays_writes_what_the_symbols_say(checkpoints, is_backward):
    abstract = chain(N, D, AbstractArray, checkpoints, is_backward=is_backward)
    real = chain(7, 5, np.ones, checkpoints, is_backward=is_backward)

    assert [(event.kind, event.name, event.bytes) for event in real.events] == [
        (event.kind, event.name, evaluate(event.bytes, {"N": 7, "D": 5})) for event in abstract.events
    ]


def test_two_sizes_of_which_neither_is_larger_make_a_maximum():
    watcher, tensor = watched()
    x = tensor(AbstractArray((N, N)), label="x")
    del x
    y = tensor(AbstractArray((D, D)), label="y")
    peak = watcher.ledger().peak

    assert y.shape == (D, D)
    assert [200, 392] == [evaluate(peak, {"N": n, "D": 5}) for n in (3, 7)]


def test_the_run_relies_on_what_it_met():
    watcher, tensor = watched()
    K, H = symbol("K"), symbol("H")
    output = ag.conv2d(tensor(AbstractArray((1, 1, H, H))), tensor(AbstractArray((1, 1, K, K))))

    assert ("K <= H",) == stated(watcher.facts)
    assert 8 * (H - K + 1) ** 2 == watcher.ledger(count_leaves=False).held_after_forward == output.value.nbytes
    with pytest.raises(SizeError, match="contradicts"):
        watcher.assume(K > H)
