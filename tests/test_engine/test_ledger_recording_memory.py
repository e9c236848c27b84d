"""The ledger of real runs beside two other witnesses: the simulated chain, event by event, and tracemalloc."""

import gc
import tracemalloc

import numpy as np
import pytest

from engine.checkpointing import (
    LedgerWatcher,
    chen_checkpoints,
    forward_with_rematerializer,
    forward_with_segments,
    recomputed_per_segment,
    recomputed_per_tensor,
    simulate,
    uniform_chain,
)
from tests.test_engine.listings_rematerializer import RIGHT, all_subsets, chain_of, watched_forward_of

STRATEGY = {
    "per tensor": ("per tensor", lambda watcher: forward_with_rematerializer),
    "per segment": ("per segment", lambda watcher: forward_with_segments),
    "listing": ("per tensor", lambda watcher: watched_forward_of(RIGHT, watcher)),
}
strategies = pytest.mark.parametrize(("strategy", "program"), STRATEGY.values(), ids=STRATEGY.keys())
LEAN = {"keep_gradients": False, "keep_values": False}  # gradients and values die as chain.py says
ODD = (1, 3, 5, 7, 9, 11, 13)


def recorded(program, layers, checkpoints):
    """The activations' ledger of a small chain; up to 4096 entries a spread gradient is an array of its own."""
    watcher = LedgerWatcher(discard_after_use=True)
    output = program(watcher)(*chain_of(layers, watcher=watcher), checkpoints)
    output.backward(**LEAN)
    return watcher.ledger(count_leaves=False, leave_out=["sum"])


def what_happens(ledger):
    """Names apart: a run has its own for what is rebuilt on the way to a value."""
    return [(event.kind, event.bytes, event.phase) for event in ledger.events]


@strategies
def test_a_real_run_does_what_the_simulated_chain_does_event_by_event(strategy, program):
    for layers, checkpoints in [*all_subsets(6), (16, ()), (16, (7,)), (16, (3, 7, 11)), (16, ODD)]:
        simulated = simulate(uniform_chain(layers, size=4 * 3 * 8), checkpoints, strategy=strategy)
        real = recorded(program, layers, checkpoints)

        assert what_happens(simulated) == what_happens(real), (layers, checkpoints)
        assert (simulated.held_after_forward, simulated.peak) == (real.held_after_forward, real.peak)


# Sixteen layers, checkpoints -> recomputed, peak in activations; measured with plain NumPy and tracemalloc.
MEASURED = {
    "per tensor": {(): (120, 3), (7,): (56, 4), (3, 7, 11): (24, 6), ODD: (8, 10)},
    "per segment": {(): (15, 17), (7,): (14, 10), (3, 7, 11): (12, 8), ODD: (8, 10)},
}


@strategies
def test_sixteen_layers_give_the_measured_table(strategy, program):
    for checkpoints, measured in MEASURED[strategy].items():
        ledger = recorded(program, 16, checkpoints)

        assert measured == (ledger.recomputed_operations, ledger.peak / (4 * 3 * 8))


@strategies
def test_recomputed_operations_follow_the_closed_forms(strategy, program):
    closed = {"per tensor": recomputed_per_tensor, "per segment": recomputed_per_segment}[strategy]

    for layers in (10, 13):
        checkpoints = chen_checkpoints(layers)
        assert closed(layers, checkpoints) == recorded(program, layers, checkpoints).recomputed_operations


# Against tracemalloc: an activation is 1 MiB, and what the ledger does not see is within a tenth of that: Python's own
# objects, and a weight's contribution inside a derivative. A type that BLAS does not know keeps its threads out of it,
# which wait for each other on a busy machine.
LAYERS, SAMPLES, WIDTH, DTYPE = 10, 16384, 4, np.dtype(np.longdouble)
ACTIVATION = SAMPLES * WIDTH * DTYPE.itemsize
UNSEEN = ACTIVATION / 10
CHECKPOINTS = [tuple(range(LAYERS)), (), (4,), (2, 5), chen_checkpoints(LAYERS)]


def measured_beside(program, checkpoints, **kept):
    """(tracemalloc, ledger) for what is held after forward, the peak of each pass, and what is held in the end."""
    recorded(program, 2, [])  # what Python loads at the first use is loaded before memory is traced
    gc.collect()
    watcher = LedgerWatcher(discard_after_use=True)
    forward = program(watcher)
    tracemalloc.start()
    try:
        chain = chain_of(LAYERS, samples=SAMPLES, width=WIDTH, dtype=DTYPE, watcher=watcher)
        output = forward(*chain, checkpoints)
        del chain
        held, peak_forward = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        output.backward(**kept)
        held_at_end, peak_backward = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    ledger = watcher.ledger()
    return {
        "held after forward": (held, ledger.held_after_forward),
        "peak in forward": (peak_forward, ledger.peak_forward),
        "peak in backward": (peak_backward, ledger.peak_backward),
        "held at the end": (held_at_end, ledger.held_at_end),
    }


@strategies
@pytest.mark.parametrize("checkpoints", CHECKPOINTS)
def test_the_ledger_agrees_with_tracemalloc(strategy, program, checkpoints):
    for what, (traced, written) in measured_beside(program, checkpoints, **LEAN).items():
        assert 0 <= traced - written <= UNSEEN, what


@pytest.mark.parametrize("checkpoints", CHECKPOINTS)
def test_where_gradients_are_kept_numpy_spares_the_one_that_the_sum_spreads(checkpoints):
    _, program = STRATEGY["per tensor"]
    figures = measured_beside(program, checkpoints)
    traced, written = figures["held at the end"]

    assert 0 <= traced + ACTIVATION - written <= UNSEEN


@strategies
def test_one_checkpoint_of_ten_layers_leaves_one_activation(strategy, program):
    traced, written = measured_beside(program, [4], **LEAN)["held after forward"]
    leaves = ACTIVATION + LAYERS * 2 * WIDTH**2 * DTYPE.itemsize  # the input, the weights and their gradients
    loss = DTYPE.itemsize

    assert written - leaves - loss == ACTIVATION
    assert traced - leaves == pytest.approx(ACTIVATION, abs=UNSEEN)
