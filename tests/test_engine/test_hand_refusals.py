"""What softmax, cross-entropy and the optimizers refuse by hand, and in which words."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import pytest

from engine import hand
from engine.errors import DomainError


@pytest.mark.parametrize("index", [3, -1])
def test_an_index_beyond_the_logits_is_refused_with_both_values(index: int):
    with pytest.raises(DomainError) as caught:
        hand.cross_entropy((1, 2, 3), index)
    assert f"cross_entropy: the target index is {index} and there are 3 logits; indices run from 0 to 2." == str(
        caught.value
    )


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ((Fraction(1, 2), Fraction(2, 5)), "the target probabilities sum to 9/10; they must sum to 1."),
        ((0.5, 0.4), "the target probabilities sum to 0.9; they must sum to 1."),
        ((Fraction(3, 2), Fraction(-1, 2)), "target probability 1 is -1/2; probabilities are at least 0."),
        (1.0, "the target is 1.0; give an index (an int) or 2 probabilities."),
        ("1", "the target is '1'; give an index (an int) or 2 probabilities."),
        ((), "target has no entries; it needs at least one."),
    ],
)
def test_a_target_that_is_no_distribution_is_refused(target, message: str):
    with pytest.raises(DomainError) as caught:
        hand.cross_entropy((1, 2), target)
    assert f"cross_entropy: {message}" == str(caught.value)


def test_a_distribution_of_another_length_is_refused_with_both_lengths():
    with pytest.raises(hand.LengthMismatch, match=r"logits has length 2 and target has length 3; the lengths"):
        hand.cross_entropy_gradient((1, 2), (1, 0, 0))


def test_an_upstream_gradient_of_another_length_is_refused():
    with pytest.raises(hand.LengthMismatch, match=r"softmax_backward: x has length 2 and upstream has length 1"):
        hand.softmax_backward((1, 2), (1,))


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ((), "softmax: x has no entries; it needs at least one."),
        ((1, "2"), "softmax: x: entry 1 is '2', of type str; entries are ints, Fractions, exact numbers or floats."),
        ((float("inf"), 1), "softmax: x: entry 0 is inf; entries are finite."),
    ],
)
def test_logits_that_are_no_numbers_are_refused(entries, message: str):
    with pytest.raises(DomainError) as caught:
        hand.softmax(entries)
    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("smoothing", "message"),
    [
        ("1.5", "is 3/2; it must be at most 1."),
        (-1, "is -1; it must be at least 0."),
        ("a lot", "is 'a lot'; give a number or a printed decimal such as '0.1'."),
    ],
)
def test_label_smoothing_outside_its_bounds_is_refused(smoothing, message: str):
    with pytest.raises(DomainError) as caught:
        hand.cross_entropy((1, 2), 0, label_smoothing=smoothing)
    assert f"cross_entropy: label_smoothing {message}" == str(caught.value)


def test_gradients_of_another_length_are_refused_with_both_lengths():
    with pytest.raises(hand.LengthMismatch) as caught:
        hand.sgd_step(hand.SGDState.at((1, 2)), (1,), learning_rate=1)
    assert "sgd_step: weights has length 2 and gradient has length 1; the lengths must agree." == str(caught.value)


@pytest.mark.parametrize(
    ("step", "state", "name"),
    [
        (partial(hand.momentum_step, momentum=1), hand.MomentumState((1, 2), (0,)), "velocity"),
        (hand.rmsprop_step, hand.RMSPropState((1, 2), (0,)), "mean_square"),
        (hand.adam_step, hand.AdamState((1, 2), (0,), (0, 0), 0), "first_moment"),
        (hand.adamw_step, hand.AdamState((1, 2), (0, 0), (0,), 0), "second_moment"),
    ],
)
def test_a_memory_of_another_length_is_refused(step, state, name: str):
    with pytest.raises(hand.LengthMismatch, match=rf": weights has length 2 and {name} has length 1;"):
        step(state, (1, 2), learning_rate=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learning_rate": "-0.1"}, "adam_step: learning_rate is -1/10; it must be at least 0."),
        ({"learning_rate": 1, "beta1": 1}, "adam_step: beta1 is 1; it must be below 1."),
        ({"learning_rate": 1, "beta2": "1.5"}, "adam_step: beta2 is 3/2; it must be below 1."),
        ({"learning_rate": 1, "eps": -1}, "adam_step: eps is -1; it must be at least 0."),
        (
            {"learning_rate": "1,5"},
            "adam_step: learning_rate is '1,5'; give a number or a printed decimal such as '0.1'.",
        ),
    ],
)
def test_a_setting_outside_its_bounds_is_refused(options, message: str):
    with pytest.raises(DomainError) as caught:
        hand.adam_step(hand.AdamState.at((1,)), (1,), **options)
    assert message == str(caught.value)


def test_a_mean_square_of_zero_beside_a_direction_asks_for_eps():
    with pytest.raises(DomainError) as caught:
        hand.adam_step(hand.AdamState((1,), (1,), (0,), 1), (0,), learning_rate=1)
    assert str(caught.value).startswith("adam_step: the mean square is 0, the direction 90/19 and eps 0; give eps")


def test_weights_that_are_no_numbers_are_refused():
    with pytest.raises(DomainError, match=r"^sgd_step: weights: entry 0 is 'w', of type str; entries are ints"):
        hand.sgd_step(hand.SGDState(("w",)), (1,), learning_rate=1)  # type: ignore[arg-type]


def test_a_negative_count_is_refused():
    with pytest.raises(DomainError, match=r"^trajectory: count is -1; it must be at least 0\.$"):
        hand.trajectory(hand.SGDState.at((1,)), lambda w: w, partial(hand.sgd_step, learning_rate=1), count=-1)
