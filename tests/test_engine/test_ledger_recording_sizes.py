"""The ledger of a run on shapes alone: bytes in symbols, the same as those of a run on arrays."""

import numpy as np
import pytest

from engine.checkpointing import forward_with_rematerializer
from engine.sizes import SizeError, evaluate, stated, symbol
from engine.tensors import functions as ag
from engine.tensors.abstract import AbstractArray
from tests.test_engine.listings_rematerializer import watched

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
