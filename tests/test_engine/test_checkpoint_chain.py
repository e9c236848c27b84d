"""A chain under checkpoints: the measured table, real NumPy runs under tracemalloc, PyTorch, and the closed forms."""

import tracemalloc
from itertools import pairwise
from math import ceil, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checkpointing import (
    Chain,
    ScheduleError,
    Strategy,
    chen_checkpoints,
    chen_peak_bound,
    recompute_cost,
    recomputed_per_segment,
    recomputed_per_tensor,
    recomputed_sequential,
    simulate,
    store_all,
    uniform_chain,
)

STRATEGIES: tuple[Strategy, ...] = ("per tensor", "per segment")
ODD = (1, 3, 5, 7, 9, 11, 13)

# Measured on a chain of 16 matmuls, in units of one activation: recomputed matmuls, held after forward, peak.
MEASURED = [
    ("per tensor",  (),         120, 0,  3),
    ("per tensor",  (7,),        56, 1,  4),
    ("per tensor",  (3, 7, 11),  24, 3,  6),
    ("per tensor",  ODD,          8, 7, 10),
    ("per segment", (),          15, 0, 17),
    ("per segment", (7,),        14, 1, 10),
    ("per segment", (3, 7, 11),  12, 3,  8),
    ("per segment", ODD,          8, 7, 10),
]  # fmt: skip


@pytest.mark.parametrize(("strategy", "checkpoints", "recomputed", "held", "peak"), MEASURED)
def test_sixteen_layers_give_the_measured_table(strategy, checkpoints, recomputed, held, peak):
    ledger = simulate(uniform_chain(16), checkpoints, strategy=strategy)

    assert (recomputed, held, peak) == (ledger.recomputed_operations, ledger.held_after_forward, ledger.peak)


def test_storing_all_of_sixteen_layers_holds_16_and_peaks_at_17():
    ledger = store_all(uniform_chain(16))

    assert (0, 16, 17) == (ledger.recomputed_operations, ledger.held_after_forward, ledger.peak)


def test_the_practice_exam_holds_one_activation_for_one_checkpoint_and_ten_without():
    one = 4096 * 1000 * 8
    ten_layers = uniform_chain(10, size=one)

    assert one == simulate(ten_layers, [4]).held_after_forward
    assert 10 * one == 327_680_000 == store_all(ten_layers).held_after_forward


def test_three_layers_without_checkpoints_run_as_by_hand():
    events = [(event.kind, event.name) for event in simulate(uniform_chain(3), []).events]

    assert [
        ("allocate", "activation 0"),
        ("allocate", "activation 1"),
        ("free", "activation 0"),
        ("allocate", "activation 2"),
        ("free", "activation 1"),
        ("free", "activation 2"),
        ("allocate", "gradient 2"),
        ("recompute", "activation 0"),
        ("allocate", "activation 0"),
        ("recompute", "activation 1"),
        ("allocate", "activation 1"),
        ("free", "activation 0"),
        ("allocate", "gradient 1"),
        ("free", "gradient 2"),
        ("free", "activation 1"),
        ("recompute", "activation 0"),
        ("allocate", "activation 0"),
        ("allocate", "gradient 0"),
        ("free", "gradient 1"),
        ("free", "activation 0"),
        ("free", "gradient 0"),
    ] == events


@st.composite
def chains_with_checkpoints(draw, *, most_layers: int = 12):
    """A chain of unequal layers and any set of its layers."""
    layers = draw(st.integers(1, most_layers))
    numbers = st.lists(st.integers(1, 50), min_size=layers, max_size=layers)
    chain = Chain(tuple(draw(numbers)), tuple(draw(numbers)))
    return chain, draw(st.sets(st.integers(0, layers - 1)))


@given(chains_with_checkpoints(), st.sampled_from(STRATEGIES))
def test_everything_allocated_is_freed_whatever_the_checkpoints(drawn, strategy):
    ledger = simulate(*drawn, strategy=strategy)

    assert 0 == ledger.held_at_end
    assert all(held >= 0 for held in ledger.held_over_time)


@given(chains_with_checkpoints(), st.sampled_from(STRATEGIES))
def test_after_forward_exactly_the_checkpoints_are_held_and_the_peak_is_no_lower(drawn, strategy):
    chain, checkpoints = drawn
    ledger = simulate(chain, checkpoints, strategy=strategy)

    assert sum(chain.sizes[layer] for layer in checkpoints) == ledger.held_after_forward
    assert ledger.held_after_forward <= min(ledger.peak_forward, ledger.peak_backward)


@given(chains_with_checkpoints(), st.sampled_from(STRATEGIES))
def test_the_backward_pass_never_peaks_below_the_forward_pass(drawn, strategy):
    ledger = simulate(*drawn, strategy=strategy)

    assert ledger.peak_forward <= ledger.peak_backward == ledger.peak


@given(chains_with_checkpoints())
def test_both_strategies_run_the_same_forward_pass(drawn):
    tensor, segment = (simulate(*drawn, strategy=strategy) for strategy in STRATEGIES)

    assert tensor.peak_forward == segment.peak_forward
    assert segment.recomputed_operations <= tensor.recomputed_operations


@given(chains_with_checkpoints(), st.sampled_from(STRATEGIES))
def test_the_cost_is_the_sum_over_the_rebuilt_layers(drawn, strategy):
    chain, checkpoints = drawn
    expected = 0
    for layer in set(range(chain.layers - 1)) - checkpoints:
        base = max((c for c in checkpoints if c < layer), default=-1)
        expected += sum(chain.costs[base + 1 : layer + 1]) if strategy == "per tensor" else chain.costs[layer]

    assert expected == recompute_cost(chain, simulate(chain, checkpoints, strategy=strategy))


@given(chains_with_checkpoints(most_layers=30))
def test_the_closed_forms_count_what_the_simulation_recomputes(drawn):
    chain, checkpoints = drawn
    counted = [simulate(chain, checkpoints, strategy=strategy).recomputed_operations for strategy in STRATEGIES]

    assert counted == [
        recomputed_per_tensor(chain.layers, checkpoints),
        recomputed_per_segment(chain.layers, checkpoints),
    ]


# ---- a second witness: the same schedules carried out on real arrays ----


def numpy_peaks(widths, checkpoints, *, strategy, rows):
    """Bytes held after forward, peak of forward and of backward, as tracemalloc sees a real chain of matmuls.

    The weights are widths[i] x widths[i+1], small beside the activations, rows x widths[i+1].
    """
    weights = [np.full((m, n), 0.01) for m, n in pairwise(widths)]
    grads = [np.zeros_like(w) for w in weights]
    x, last = np.ones((rows, widths[0])), len(weights) - 1
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    stored, a = {}, x
    for i, w in enumerate(weights):
        a = a @ w
        if i in checkpoints:
            stored[i] = a
    shape = a.shape
    del a
    held, forward = (b - before for b in tracemalloc.get_traced_memory())
    tracemalloc.reset_peak()
    g = np.ones(shape)
    stored.pop(last, None)
    for i in range(last, -1, -1):
        if i > 0 and i - 1 not in stored:
            rebuild(stored, x, weights, i - 1, keep=strategy == "per segment")
        a = stored.pop(i - 1, x)
        np.matmul(a.T, g, out=grads[i])
        if i > 0:
            g = g @ weights[i].T
        del a
    backward = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return held, forward, backward


def rebuild(stored, x, weights, target, *, keep):
    base = max((c for c in stored if c < target), default=-1)
    a = stored.get(base, x)
    for t in range(base + 1, target + 1):
        a = a @ weights[t]
        if keep or t == target:
            stored[t] = a


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("checkpoints", [(), (3, 7, 11), (2, 9, 15), tuple(range(16))])
@pytest.mark.parametrize(
    "widths", [(16,) * 17, (5, 16, 3, 24, 8, 8, 40, 2, 12, 30, 6, 6, 18, 9, 27, 4, 20)], ids=["equal", "unequal"]
)
def test_a_real_numpy_run_allocates_what_the_ledger_says(widths, checkpoints, strategy):
    rows = 1024
    sizes = tuple(8 * rows * width for width in widths[1:])
    ledger = simulate(Chain(sizes, (1,) * 16), checkpoints, strategy=strategy)

    measured = numpy_peaks(widths, checkpoints, strategy=strategy, rows=rows)
    expected = (ledger.held_after_forward, ledger.peak_forward, ledger.peak_backward)

    # The interpreter's own objects (array headers, lists) cost some 3 kB beside activations of 16 KiB and more.
    assert expected == pytest.approx(measured, abs=8_000)


@pytest.mark.parametrize(("layers", "segments"), [(16, 4), (11, 4), (7, 7)])
def test_pytorch_runs_as_many_layers_again(layers: int, segments: int):
    torch = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")
    from torch.utils.checkpoint import checkpoint_sequential

    runs = []

    class Layer(torch.nn.Linear):  # type: ignore[misc,name-defined]
        def forward(self, x):
            runs.append(1)
            return super().forward(x)

    x = torch.ones(2, 3, requires_grad=True)
    model = torch.nn.Sequential(*[Layer(3, 3) for _ in range(layers)])
    checkpoint_sequential(model, segments, x, use_reentrant=True).sum().backward()

    assert len(runs) - layers == recomputed_sequential(layers, segments)


@pytest.mark.parametrize(("segments", "recomputed"), [(1, 0), (2, 8), (4, 12), (8, 14)])
def test_sequential_recomputation_of_sixteen_layers_is_as_measured(segments: int, recomputed: int):
    assert recomputed == recomputed_sequential(16, segments) == 16 * (segments - 1) // segments


def test_the_last_segment_takes_what_is_left_over_and_is_not_run_again():
    assert 2 + 2 + 2 == recomputed_sequential(2 + 2 + 2 + 5, 4)


# ---- Chen et al. 2016 ----


@given(st.integers(1, 150))
def test_segments_of_about_the_square_root_hold_two_square_roots(layers: int):
    ledger = simulate(uniform_chain(layers), chen_checkpoints(layers), strategy="per segment")

    assert ledger.peak <= chen_peak_bound(layers) == 2 * ceil(sqrt(layers)) < 2 * sqrt(layers) + 2
    assert ledger.recomputed_operations < layers


@pytest.mark.parametrize("root", [2, 3, 4, 12])
def test_at_square_numbers_the_bound_is_met(root: int):
    ledger = simulate(uniform_chain(root * root), chen_checkpoints(root * root), strategy="per segment")

    assert (root - 1, 2 * root) == (ledger.held_after_forward, ledger.peak)


def test_a_hundred_layers_are_cut_every_ten():
    assert (9, 19, 29, 39, 49, 59, 69, 79, 89) == chen_checkpoints(100)


# ---- what is refused ----


@pytest.mark.parametrize("layer", [-1, 4])
def test_a_checkpoint_that_is_not_a_layer_is_refused(layer: int):
    with pytest.raises(ScheduleError, match=rf"^checkpoint {layer} is not a layer; the layers are 0 to 3\.$"):
        simulate(uniform_chain(4), [layer])


def test_sizes_and_costs_come_in_pairs():
    with pytest.raises(ScheduleError, match=r"^Chain: 2 sizes and 1 costs; there must be as many, and at least 1\.$"):
        Chain((1, 2), (1,))
    with pytest.raises(ScheduleError, match=r"^Chain: 0 sizes"):
        uniform_chain(0)


def test_a_size_or_cost_below_1_is_refused():
    with pytest.raises(ScheduleError, match=r"^Chain: layer 1 has size 0; whole numbers above 0 are right\.$"):
        Chain((1, 0), (1, 1))
    with pytest.raises(ScheduleError, match=r"^Chain: layer 0 has cost -2"):
        Chain((1,), (-2,))


def test_an_unknown_strategy_is_refused():
    with pytest.raises(ScheduleError, match=r"strategy 'often' is unknown; 'per tensor' or 'per segment' is right\.$"):
        simulate(uniform_chain(2), [], strategy="often")  # type: ignore[arg-type]


@pytest.mark.parametrize("segments", [0, 5])
def test_there_are_no_more_segments_than_layers(segments: int):
    with pytest.raises(ScheduleError, match=rf"^{segments} segments of 4 layers; from 1 to 4 segments are right\.$"):
        recomputed_sequential(4, segments)
