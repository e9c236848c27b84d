"""The best places for checkpoints: known optima, and brute force over every set of layers."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checkpointing import (
    Chain,
    InfeasibleLimit,
    ScheduleError,
    Strategy,
    best_placement,
    evaluate_placement,
    fastest_schedule,
    measure_placement,
    recompute_cost,
    simulate,
    smallest_limit,
    trade_off,
    uniform_chain,
)

STRATEGIES: tuple[Strategy, ...] = ("per tensor", "per segment")


@st.composite
def chains(draw, *, most_layers: int):
    """A chain of unequal layers."""
    layers = draw(st.integers(1, most_layers))
    numbers = st.lists(st.integers(1, 20), min_size=layers, max_size=layers)
    return Chain(tuple(draw(numbers)), tuple(draw(numbers)))


def every_set(chain: Chain, strategy):
    """Peak, cost and size of every set of checkpoints, the last layer among them: by simulation alone."""
    found = []
    for count in range(chain.layers + 1):
        for checkpoints in combinations(range(chain.layers), count):
            ledger = simulate(chain, checkpoints, strategy=strategy)
            found.append((ledger.peak, recompute_cost(chain, ledger), count))
    return found


@pytest.mark.parametrize(
    ("count", "checkpoints", "recomputed"),
    [(0, (), 45), (1, (4,), 20), (2, (2, 5), 12), (3, (1, 3, 6), 8), (4, (1, 3, 5, 7), 5), (9, tuple(range(9)), 0)],
)
def test_ten_layers_have_the_known_optima(count, checkpoints, recomputed):
    best = best_placement(uniform_chain(10), count)

    assert (checkpoints, recomputed) == (best.checkpoints, best.recomputed_operations)


@given(chains(most_layers=8), st.sampled_from(STRATEGIES), st.data())
def test_no_set_of_as_many_checkpoints_recomputes_for_less(chain, strategy, data):
    count = data.draw(st.integers(0, chain.layers - 1))
    least = min(cost for _, cost, size in every_set(chain, strategy) if size == count)

    assert least == best_placement(chain, count, strategy=strategy).cost


@given(chains(most_layers=8), st.sampled_from(STRATEGIES))
def test_the_smallest_limit_is_the_lowest_peak_of_all_sets(chain, strategy):
    lowest = min(peak for peak, _, _ in every_set(chain, strategy))

    assert lowest == smallest_limit(chain, strategy=strategy)


@given(chains(most_layers=8), st.sampled_from(STRATEGIES), st.integers(0, 100))
def test_no_set_within_the_limit_recomputes_for_less(chain, strategy, spare):
    limit = smallest_limit(chain, strategy=strategy) + spare
    least = min(cost for peak, cost, _ in every_set(chain, strategy) if peak <= limit)
    found = fastest_schedule(chain, limit, strategy=strategy)

    assert least == found.cost
    assert found.peak <= limit


# Twelve unequal layers: 4096 sets each, every limit that some set just keeps.
TWELVE = [
    Chain((3, 17, 4, 9, 1, 12, 6, 20, 2, 8, 15, 5), (7, 2, 19, 4, 11, 3, 16, 1, 9, 13, 5, 8)),
    Chain((20, 1, 20, 1, 20, 1, 1, 1, 20, 1, 20, 1), (1, 20, 1, 1, 20, 1, 20, 20, 1, 20, 1, 1)),
]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("chain", TWELVE, ids=["mixed", "alternating"])
def test_twelve_layers_agree_with_brute_force_at_every_limit(chain, strategy):
    sets = every_set(chain, strategy)
    limits = sorted({peak for peak, _, _ in sets})[::3]

    assert [min(cost for peak, cost, _ in sets if peak <= limit) for limit in limits] == [
        fastest_schedule(chain, limit, strategy=strategy).cost for limit in limits
    ]


@given(chains(most_layers=14), st.sampled_from(STRATEGIES), st.integers(0, 60), st.integers(0, 60))
def test_more_memory_never_costs_more_recomputation(chain, strategy, spare, more):
    limit = smallest_limit(chain, strategy=strategy) + spare
    tight, loose = (fastest_schedule(chain, bound, strategy=strategy) for bound in (limit, limit + more))

    assert loose.cost <= tight.cost


@given(chains(most_layers=14), st.sampled_from(STRATEGIES))
def test_one_more_checkpoint_never_costs_more_at_the_optimum(chain, strategy):
    costs = [best_placement(chain, count, strategy=strategy).cost for count in range(chain.layers)]

    assert sorted(costs, reverse=True) == costs
    assert 0 == costs[-1]


@given(chains(most_layers=7), st.sampled_from(STRATEGIES))
def test_the_trade_off_is_the_staircase_of_all_sets(chain, strategy):
    sets = {(peak, cost) for peak, cost, _ in every_set(chain, strategy)}
    stairs = {
        (peak, cost)
        for peak, cost in sets
        if not any(p <= peak and c <= cost and (p, c) != (peak, cost) for p, c in sets)
    }

    assert stairs == {(step.peak, step.cost) for step in trade_off(chain, strategy=strategy)}


def test_the_trade_off_goes_from_the_least_cost_to_the_least_peak():
    assert [(7, 0), (6, 1), (5, 2), (4, 4), (3, 10)] == [(p.peak, p.cost) for p in trade_off(uniform_chain(6))]


@given(chains(most_layers=14), st.sampled_from(STRATEGIES))
def test_one_byte_below_the_smallest_limit_is_refused_and_the_smallest_is_named(chain, strategy):
    smallest = smallest_limit(chain, strategy=strategy)

    with pytest.raises(InfeasibleLimit) as caught:
        fastest_schedule(chain, smallest - 1, strategy=strategy)
    assert smallest == caught.value.smallest
    assert (
        f"limit {smallest - 1}: no set of checkpoints keeps within it; "
        f"{smallest} is the smallest limit that can be kept." == str(caught.value)
    )


def smallest_peak_by_hand(layers: int) -> int:
    """The least B with 1 + 2 + ... + (B-1) >= L.

    The t-th segment from the bottom has t checkpoints below it, so its length may be B-1-t: two gradients, and the
    activations of the segment but one. The bound is about sqrt(2L), below the 2*sqrt(L) of equal segments.
    """
    bound = 2
    while bound * (bound - 1) // 2 < layers:
        bound += 1
    return bound


@pytest.mark.parametrize("layers", [2, 3, 4, 10, 15, 16, 21, 22, 50])
def test_segments_that_shrink_upwards_need_the_square_root_of_twice_the_layers(layers: int):
    assert smallest_peak_by_hand(layers) == smallest_limit(uniform_chain(layers), strategy="per segment")


def test_a_students_checkpoints_are_measured_against_the_optimum():
    # By hand: {3, 6} leaves 3, 2 and 2 to rebuild (6 + 3 + 3); {2, 5, 8} leaves 2, 2 and 2 (3 + 3 + 3). Neither holds
    # more than 5: the checkpoint at 8 is the input of the last layer, and dies before anything is rebuilt.
    result = evaluate_placement(uniform_chain(10), {3, 6}, 5)

    assert (5, 12, True, False) == (result.peak, result.recomputed, result.feasible, result.optimal)
    assert ((2, 5, 8), 5, 9) == (result.optimum.checkpoints, result.optimum.peak, result.optimum.cost)


def test_the_optimum_is_recognized_whatever_the_order_and_repetitions():
    chain = uniform_chain(10)
    optimum = fastest_schedule(chain, 6)
    result = evaluate_placement(chain, [*reversed(optimum.checkpoints), optimum.checkpoints[0]], 6)

    assert (True, optimum) == (result.optimal, result.placement)


def test_checkpoints_beyond_the_limit_are_not_feasible_however_fast():
    result = evaluate_placement(uniform_chain(10), range(10), 6)

    assert (0, False, False) == (result.recomputed, result.feasible, result.optimal)


def test_the_least_cost_beyond_the_limit_is_not_optimal():
    # Either checkpoint saves all but one recomputation; but with 0 kept, the wide activation 1 is rebuilt beside it.
    chain = Chain((1, 5, 1), (1, 1, 1))
    result = evaluate_placement(chain, {0}, 11)

    assert (1, 12, False) == (result.placement.cost, result.peak, result.optimal)
    assert ((1,), 1, 11) == (result.optimum.checkpoints, result.optimum.cost, result.optimum.peak)


def test_an_impossible_question_is_refused():
    with pytest.raises(InfeasibleLimit):
        evaluate_placement(uniform_chain(10), [4], 2)


def test_a_students_checkpoint_that_is_not_a_layer_is_refused():
    with pytest.raises(ScheduleError, match="checkpoint 10 is not a layer"):
        evaluate_placement(uniform_chain(10), [10], 6)


@pytest.mark.parametrize("count", [-1, 10])
def test_the_number_of_checkpoints_has_its_bounds(count: int):
    with pytest.raises(ScheduleError, match=rf"^{count} checkpoints for 10 layers; 0 to 9 are right\.$"):
        best_placement(uniform_chain(10), count)


def test_measuring_names_the_checkpoints_in_order():
    assert (2, 5) == measure_placement(uniform_chain(10), [5, 2, 5]).checkpoints
