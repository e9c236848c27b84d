"""The practice exam's listings run as they stand: their answers, and the right ones where the document is wrong.

The expected formulas are those of the practice exam's printed solutions, with its known slips mended.
"""

from __future__ import annotations

import numpy as np
import pytest

import engine as ag
from engine.checkpointing import LedgerOptions, simulate, uniform_chain
from engine.sizes import declare, definitions, same, spelled_out, stated, symbol, to_python, to_tex
from tests.test_engine.listing_points import check, symbols
from tests.test_engine.listings_exam import ATTENTION, CHAIN, CONVOLUTION, IM2COL
from tests.test_engine.listings_rematerializer import RIGHT

IMAGES = "ag.Tensor(np.random.randn(N, Cin, Hin, Win))"
CONVOLVED = ("N Cin Hin Win Cout K S", f"Conv2d(Cin, Cout, K, S)({IMAGES})")
BLOCK = (
    "n_samples n_context n_features n_hidden",
    "TransformerBlock(n_features, n_hidden)(ag.Tensor(np.random.randn(n_samples, n_context, n_features)))",
)
NO_LOSS = LedgerOptions(count_leaves=False, leave_out=("sum",))


@pytest.fixture(scope="module")
def im2col():
    return ag.run_listing(IM2COL, f"im2col_matrix_sparse({IMAGES}, K, S)", symbols("N Cin Hin Win K S"))


@pytest.fixture(scope="module")
def convolution():
    return ag.run_listing(CONVOLUTION, CONVOLVED[1], symbols(CONVOLVED[0]))


@pytest.fixture(scope="module")
def block():
    return ag.run_listing(ATTENTION, BLOCK[1], symbols(BLOCK[0]))


def test_the_im2col_matrix_has_the_printed_shape(im2col):
    Cin, Hin, Win, K, S = map(symbol, ["Cin", "Hin", "Win", "K", "S"])
    rows, columns = im2col.result.shape

    assert same(Cin * Hin * Win, rows)
    assert same(((Hin - K) // S + 1) * ((Win - K) // S + 1) * Cin * K * K, columns)


def test_the_im2col_matrix_is_shown_in_the_listings_own_names(im2col):
    rows, columns = im2col.result.shape

    assert ("CHW", "P*patch_size") == (to_python(rows), to_python(columns))
    assert ["P", "Hout", "Wout", "patch_size"] == [name for name, _ in definitions(columns)]
    assert "Cin*Hin*Win" == to_python(spelled_out(rows))
    assert "Hout*Wout*Cin*K**2" == to_python(spelled_out(columns, keep=("Hout", "Wout")))


def test_the_im2col_matrix_does_not_depend_on_the_batch(im2col):
    assert not any("N" in to_python(spelled_out(size)) for size in im2col.result.shape)


def test_the_im2col_listing_relies_on_the_kernel_fitting(im2col):
    assert ("K <= Hin", "K <= Win") == im2col.assumptions == stated(im2col.facts, origin="recorded")


def test_the_im2col_loops_are_followed_as_a_whole(im2col):
    pixel = im2col.binding("pixel")

    assert () == im2col.fitted
    assert "Hout*Wout*Cin*K**2" == to_python(pixel.times)
    assert "Hout*Wout" == to_python(im2col.binding("patch_idx", nth=2).times)


def test_the_convolution_line_costs_what_the_solution_says(convolution):
    N, Cin, Hin, Win, Cout, K, S = map(symbol, CONVOLVED[0].split())
    P = ((Hin - K) // S + 1) * ((Win - K) // S + 1)
    line = next(b.line for b in convolution.bindings if b.name == "Xout_flat")

    assert same(N * P * Cin * K * K * Cout, convolution.of_line(line).multiply_adds)
    assert same(N * P * Cout, convolution.of_line(line).elementwise)


def test_the_patches_take_the_bytes_that_the_solution_says(convolution):
    patches = convolution.binding("Xin_im2col")

    assert "8*N*P*Cin*K**2" == to_python(spelled_out(patches.value_bytes, keep=("P",)))
    assert r"8 N P C_{in} K^2" == to_tex(spelled_out(patches.value_bytes, keep=("P",)))


def test_the_convolution_gives_the_printed_shape(convolution):
    assert "(N, Cout, Hout, Wout)" == f"({', '.join(map(to_python, convolution.result.shape))})"


@pytest.mark.parametrize("name", ["Queries", "Keys"])
def test_queries_and_keys_take_a_number_for_each_feature_of_each_position(block, name):
    assert "8*n_samples*n_context*n_features" == to_python(block.binding(name).value_bytes)


@pytest.mark.parametrize("name", ["KQ", "expKQ", "softmaxKQ"])
def test_scores_take_a_number_for_each_pair_of_positions(block, name):
    assert "8*n_samples*n_context**2" == to_python(block.binding(name).value_bytes)


def test_p_has_features_times_positions_where_the_document_says_positions_squared(block):
    P = block.binding("P")

    assert "(n_samples, n_features, n_context)" == f"({', '.join(map(to_python, P.shape))})"
    assert "8*n_samples*n_features*n_context" == to_python(P.value_bytes)


def test_the_hidden_layer_takes_a_number_for_each_hidden_unit_of_each_position(block):
    assert "8*n_samples*n_context*n_hidden" == to_python(block.binding("hidden").value_bytes)


def test_the_activations_of_a_chain_take_a_layers_bytes_times_the_layers():
    sizes = symbols("num_layers num_samples dim_hidden")
    chain = ag.run_listing(CHAIN, "forward(X, weights)", sizes, ledger=NO_LOSS)

    assert "8*num_layers*num_samples*dim_hidden" == to_python(chain.ledger.held_after_forward)
    assert same(chain.ledger.held_after_forward, chain.of_line(chain.binding("x").line).value_bytes)
    assert ("num_layers",) == chain.fitted


def test_a_chain_at_the_printed_sizes_holds_the_printed_bytes():
    sizes = {"num_layers": 10, "num_samples": symbol("num_samples"), "dim_hidden": 1000}
    held = ag.run_listing(CHAIN, "forward(X, weights)", sizes, ledger=NO_LOSS).ledger.held_after_forward

    assert same(symbol("num_samples") * 80_000, held)


MAKE_CHAIN = """
weights = [ag.Tensor(np.random.randn(dim_hidden, dim_hidden), requires_grad=True) for _ in range(num_layers)]
X = ag.Tensor(np.random.randn(num_samples, dim_hidden))
"""
REMATERIALIZED = LedgerOptions(discard_after_use=True, count_leaves=False, leave_out=("sum",))


def test_at_the_end_of_forward_only_checkpoints_are_held():
    sizes = symbols(
        "num_layers n_checkpoints num_samples dim_hidden", facts=declare("n_checkpoints + 1 <= num_layers")
    )
    call = MAKE_CHAIN + "forward_with_rematerializer(X, weights, list(range(n_checkpoints)))"
    ledger = ag.run_listing(RIGHT, call, sizes, ledger=REMATERIALIZED).ledger

    assert "8*n_checkpoints*num_samples*dim_hidden" == to_python(ledger.held_after_forward)
    assert same(ledger.peak_forward - ledger.held_after_forward, sizes["num_samples"] * sizes["dim_hidden"] * 16)


@pytest.mark.parametrize("checkpoints", [(), (4,), (0, 3, 6)])
def test_a_real_run_holds_the_checkpoints_too(checkpoints):
    sizes = {"num_layers": 10, "num_samples": 7, "dim_hidden": 5, "checkpoints": list(checkpoints)}
    call = MAKE_CHAIN + "forward_with_rematerializer(X, weights, checkpoints).backward()"
    ledger = ag.run_listing(RIGHT, call, sizes, ledger=REMATERIALIZED).ledger

    assert len(checkpoints) * 7 * 5 * 8 == ledger.held_after_forward
    assert {(): 45, (4,): 20, (0, 3, 6): 9}[checkpoints] == ledger.recomputed_operations


@pytest.mark.parametrize(("checkpoints", "peak"), [((), 3), ((4,), 4), ((2, 5), 5)])
def test_a_listings_backward_peaks_as_the_simulated_chain_does(checkpoints, peak):
    options = LedgerOptions(
        discard_after_use=True, frees_as_it_goes=True, count_leaves=False, leave_out=("sum",)
    )
    sizes = {"num_layers": 10, "num_samples": 7, "dim_hidden": 5, "checkpoints": list(checkpoints)}
    call = MAKE_CHAIN + "forward_with_rematerializer(X, weights, checkpoints).backward()"
    ledger = ag.run_listing(RIGHT, call, sizes, ledger=options).ledger

    assert peak * 7 * 5 * 8 == ledger.peak_backward
    assert peak == simulate(uniform_chain(10), checkpoints).peak_backward


def test_the_tensor_class_of_the_document_keeps_a_gradient_of_its_values_size():
    sizes = symbols("num_layers num_samples dim_hidden")
    for part in ("value", "grad"):
        call = f"Tensor(X.value, requires_grad=True).{part}"

        assert "8*num_samples*dim_hidden" == to_python(ag.run_listing(CHAIN, call, sizes).result.value_bytes)


def test_the_im2col_formulas_agree_with_arrays_and_counts():
    check(IM2COL, f"im2col_matrix_sparse({IMAGES}, K, S)", "N Cin Hin Win K S", count=80, K=4, S=4, N=2, Cin=3)


def test_the_convolutions_formulas_agree_with_arrays_and_counts():
    check(CONVOLUTION, CONVOLVED[1], CONVOLVED[0], count=80, K=4, S=4, N=2, Cin=3, Cout=3)


def test_the_attention_blocks_formulas_agree_with_arrays_and_counts():
    check(ATTENTION, BLOCK[1], BLOCK[0], count=80, largest=5)


def test_the_chains_formulas_agree_with_arrays_and_counts():
    check(CHAIN, "forward(X, weights)", "num_layers num_samples dim_hidden", count=60)


def test_the_im2col_listing_makes_the_matrix_that_the_engine_builds_directly():
    sizes = {"N": 2, "Cin": 3, "Hin": 6, "Win": 5, "K": 2, "S": 3}
    listed = ag.run_listing(IM2COL, f"im2col_matrix_sparse({IMAGES}, K, S)", sizes).returned

    assert 0 == abs(listed - ag.im2col_matrix_sparse((2, 3, 6, 5), 2, 3)).nnz


def test_unscaled_scores_overflow_at_48_features_and_the_trace_says_where():
    sizes = {"n_samples": 2, "n_context": 8, "n_features": 48, "n_hidden": 4}
    overflow = ag.first_non_finite(ag.run_listing(ATTENTION, BLOCK[1], sizes).returned)

    assert overflow is not None
    assert overflow.startswith("expKQ:exp holds inf")
    assert np.isfinite(ag.run_listing(ATTENTION, BLOCK[1], {**sizes, "n_features": 4}).returned.value).all()
