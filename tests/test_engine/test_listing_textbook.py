"""Programs as textbooks print them, run on sizes that are not known: every formula holds at the sizes that are drawn.

The second witnesses are runs on real arrays, runs on numbers that count, and formulas found by hand.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import pytest

import engine as ag
from engine.sizes import evaluator, same
from tests.test_engine import listings_carried, listings_textbook, listings_tokens
from tests.test_engine.listing_points import points, symbols
from tests.test_engine.listings_textbook import Program

PROGRAMS = {
    name: program
    for room in (listings_carried, listings_textbook, listings_tokens)
    for name, program in vars(room).items()
    if isinstance(program, Program)
}
each_program = pytest.mark.parametrize("name", PROGRAMS)


def sizes_of(name):
    return symbols(" ".join(PROGRAMS[name].largest))


@cache
def traced(name):
    return ag.run_listing(PROGRAMS[name].source, PROGRAMS[name].call, sizes_of(name))


def drawn(name, *, count):
    """So many admissible drawings of all sizes; the first has 1 everywhere."""
    largest = PROGRAMS[name].largest
    return points(traced(name), " ".join(largest), count=count, **largest)


@each_program
def test_a_programs_formulas_agree_with_runs_on_real_arrays_at_fifty_sizes(name):
    for values in drawn(name, count=50):
        assert [] == ag.disagreements(traced(name), sizes_of(name), values)


@pytest.mark.parametrize("name", [name for name, program in PROGRAMS.items() if program.is_counted])
def test_a_programs_multiply_adds_are_what_numbers_that_count_have_done(name):
    for values in drawn(name, count=8):
        assert [] == ag.disagreements(traced(name), sizes_of(name), values, count=True)


@each_program
def test_only_a_size_that_carries_a_state_is_fitted(name):
    assert PROGRAMS[name].fitted == traced(name).fitted


@pytest.mark.parametrize("name", [name for name, program in PROGRAMS.items() if program.fitted])
def test_a_fitted_formula_holds_far_beyond_the_numbers_it_was_fitted_to(name):
    program = PROGRAMS[name]
    far = {size: 29 if size in program.fitted else 2 for size in program.largest}

    assert [] == ag.disagreements(traced(name), sizes_of(name), far)


# By hand: a product of (rows, k) and (k, columns) takes rows*k*columns multiply-adds.
MULTIPLY_ADDS = {
    "RNN": lambda z: z.n_samples * z.n_steps * (z.n_features + z.n_hidden) * z.n_hidden,
    "LSTM": lambda z: z.T * z.N * (z.d + z.n) * 4 * z.n,
    "BOTH_DIRECTIONS": lambda z: 2 * z.T * z.N * (z.d + z.n) * z.n,
    "TRANSLATION": lambda z: z.n_samples * z.n * (z.n_in * (z.d + z.n) + z.n_out * (z.n_in + 2 * z.n)),
    "RESIDUAL_ENCODER": lambda z: 2 * z.n_blocks * z.N * z.d * z.n_hidden,
    "DENSE_BLOCK": lambda z: sum(z.N * (z.d + layer * z.growth) * z.growth for layer in range(z.n_layers)),
    "HEADS_ONE_BY_ONE": lambda z: z.n_heads * (4 * z.N * z.T * z.n_features * z.d + 2 * z.N * z.T * z.T * z.d),
    "LIST_OF_WIDTHS": lambda z: z.N * z.n_hidden * (z.d + (z.n_layers - 1) * z.n_hidden + 1),
    "GRADIENT_DESCENT": lambda z: z.n_steps * z.N * z.d,
    "TRANSPOSED_CONVOLUTION": lambda z: z.N * z.H * z.W * z.K * z.K,
    "LOSSES": lambda z: z.n_models * z.N * z.d,
    "HEADS_IN_A_LOOP": lambda z: z.n_heads * (4 * z.N * z.T * z.n_features * z.d + 2 * z.N * z.T * z.T * z.d),
    "HEADS_BY_SLICES": lambda z: z.n_heads * z.N * z.T * z.T * z.d,
    "AUTOENCODER": lambda z: z.N * z.n_hidden * (2 * z.d + 2 * z.n_code + z.n_hidden),
    "CONFIGURED": lambda z: z.N * z.n_hidden * (z.d + 2 * z.n_hidden),
    "SIAMESE": lambda z: (z.M + z.N) * z.n_hidden * (z.d + z.n_code),
    "BIGRAMS": lambda z: z.T * (z.T + 1 + z.n_others) * z.d,
    "CAUSAL_ATTENTION": lambda z: 3 * z.N * z.T * z.d * z.d + 2 * z.N * z.T * z.T * z.d,
    "VISION_TOKENS": lambda z: z.N * z.h * z.w * (z.C * z.P * z.P) * z.n_features,
    "SINGLE_PRECISION": lambda z: z.N * z.n_hidden * (z.d + 2),
    "BY_HAND": lambda z: z.N * z.n_hidden * (2 * z.d + 3),
    "WINDOWS": lambda z: z.N * z.n_out * ((z.T - z.K) // z.S + 1) * z.C * z.K,
}


@pytest.mark.parametrize("name", MULTIPLY_ADDS)
def test_a_program_does_the_multiply_adds_that_are_found_by_hand(name):
    at = evaluator(traced(name).of_function("(call)").multiply_adds)

    for values in drawn(name, count=20):
        assert MULTIPLY_ADDS[name](SimpleNamespace(**values)) == at(values)


def test_an_unrolled_state_is_as_long_as_the_sequence():
    N, T, n = symbols("n_samples n_steps n_hidden").values()

    assert (N, T, n) == traced("RNN").result.shape


def test_the_parameters_of_a_list_of_blocks_are_added_up():
    L, d, n_hidden = symbols("n_blocks d n_hidden").values()

    assert same(2 * L * d * n_hidden, traced("RESIDUAL_ENCODER").binding("n_parameters").size)


def test_a_beam_search_scores_every_word_behind_every_beam():
    T, V, B = symbols("n_steps n_words n_beams").values()

    assert same(T * B * V, traced("BEAM").binding("n_scored").size)


def test_what_is_accumulated_over_a_list_is_multiplied_by_its_length():
    N, n_models = symbols("N n_models").values()

    assert same(N * n_models, traced("LOSSES").binding("n_terms").size)


def test_a_function_that_is_called_twice_binds_its_names_twice():
    M, N, n = symbols("M N n_hidden").values()
    hidden = [found.shape for found in traced("SIAMESE").bindings if found.name == "hidden"]

    assert [(M, n), (N, n)] == hidden


def test_single_precision_is_kept_until_something_wider_comes_in():
    trace = traced("SINGLE_PRECISION")

    assert ["float32", "float32", "float64"] == [trace.binding(name).dtype for name in ("hidden", "halves", "wide")]


def test_a_transposed_convolutions_last_size_is_found_from_what_is_left():
    N, H, W, K, S = symbols("N H W K S").values()

    assert (N, (H - 1) * S + K, (W - 1) * S + K) == traced("TRANSPOSED_CONVOLUTION").result.shape
