"""Optimizer steps by hand: values from paper, laws on exact numbers, PyTorch and mpmath beside them."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import hand
from engine.exact import Value, approximate, is_exact, multiply, sign, sqrt, subtract, text

WITNESS = mpmath.mp.clone()
WITNESS.dps = 50

RATIONALS = st.builds(Fraction, st.integers(-6, 6), st.integers(1, 4))
RATES = st.sampled_from(["0.1", "0.5", "1", "0.001"])
SHARES = st.sampled_from(["0", "0.5", "0.9"])


@st.composite
def weights_and_gradients(draw: st.DrawFn):
    """(weights, one gradient for each of 1 to 4 steps), all of one length."""
    length = draw(st.integers(1, 3))
    vectors = st.lists(RATIONALS, min_size=length, max_size=length).map(tuple)
    return draw(vectors), draw(st.lists(vectors, min_size=1, max_size=4))


def after(state, gradients, step):
    """The state after one step for each gradient."""
    for gradient in gradients:
        state = step(state, gradient)
    return state


@pytest.fixture(scope="module")
def torch():
    """PyTorch on one thread: on a busy machine, threads that wait for each other take ten times as long."""
    module = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")
    threads = module.get_num_threads()
    module.set_num_threads(1)
    yield module
    module.set_num_threads(threads)


def near(expected):
    return pytest.approx(expected, rel=1e-10, abs=1e-12)


def floats(vector) -> list[float]:
    return [approximate(entry) for entry in vector]


# By hand.


def test_sgd_goes_against_the_gradient():
    assert (Fraction(9, 10), Fraction(21, 10)) == hand.sgd_step(
        hand.SGDState.at((1, 2)), (1, -1), learning_rate="0.1"
    ).weights


def test_weight_decay_adds_the_weight_to_the_gradient():
    # The gradient is 3 and half of the weight 2, together 4.
    state = hand.sgd_step(hand.SGDState.at((2,)), (3,), learning_rate="0.1", weight_decay="0.5")

    assert (Fraction(16, 10),) == state.weights


def test_momentum_keeps_a_velocity_without_the_learning_rate():
    # v = 1, w = -1/10; v = 9/10 + 1 = 19/10, w = -29/100.
    step = partial(hand.momentum_step, learning_rate="0.1", momentum="0.9")

    assert hand.MomentumState((Fraction(-29, 100),), (Fraction(19, 10),)) == after(
        hand.MomentumState.at((0,)), [(1,), (1,)], step
    )


def test_nesterov_looks_one_velocity_ahead():
    # v = 1, direction 1 + 9/10; v = 19/10, direction 1 + 171/100: w = -(190 + 271)/1000.
    step = partial(hand.momentum_step, learning_rate="0.1", momentum="0.9", nesterov=True)

    assert hand.MomentumState((Fraction(-461, 1000),), (Fraction(19, 10),)) == after(
        hand.MomentumState.at((0,)), [(1,), (1,)], step
    )


def test_the_first_rmsprop_step_is_the_sign_over_a_root():
    # s = 1/4*4, so g/sqrt(s) = 2: 1 - 1/10*2.
    state = hand.rmsprop_step(hand.RMSPropState.at((1,)), (2,), learning_rate="0.1", decay="0.75")

    assert hand.RMSPropState((Fraction(8, 10),), (1,)) == state


def test_rmsprop_keeps_roots():
    # s = 1/10: 1/sqrt(1/10) = sqrt(10).
    state = hand.rmsprop_step(hand.RMSPropState.at((0,)), (1,), learning_rate=1)

    assert ("-sqrt(10)",) == tuple(map(text, state.weights))


def test_two_adam_steps_by_hand():
    # beta1 = beta2 = 1/2. Gradients 1, then 3: m = 1/2, 7/4, corrected 1, 7/3; s = 1/2, 19/4, corrected 1, 19/3.
    # w = -1, then -1 - (7/3)/sqrt(19/3) = -1 - 7*sqrt(57)/57.
    step = partial(hand.adam_step, learning_rate=1, beta1="0.5", beta2="0.5")
    first = step(hand.AdamState.at((0,)), (1,))
    second = step(first, (3,))

    assert hand.AdamState((-1,), (Fraction(1, 2),), (Fraction(1, 2),), 1) == first
    assert ((Fraction(7, 4),), (Fraction(19, 4),), 2) == (second.first_moment, second.second_moment, second.steps)
    assert "-7*sqrt(57)/57 - 1" == text(second.weights[0])


def test_eps_stands_outside_the_root():
    # The first step is g/(sqrt(g**2) + 1) = 3/4.
    assert (Fraction(-3, 4),) == hand.adam_step(hand.AdamState.at((0,)), (3,), learning_rate=1, eps=1).weights


def test_adamw_shrinks_the_weights_apart_from_the_moments():
    # 4*(1 - 1/10*1/2) - 1/10*1; the moments see the gradient alone.
    state = hand.adamw_step(hand.AdamState.at((4,)), (5,), learning_rate="0.1", weight_decay="0.5")

    assert (Fraction(37, 10),) == state.weights
    assert (Fraction(1, 2),) == state.first_moment


def test_adams_own_weight_decay_passes_through_the_moments():
    # g = -1 + 1/2*4 = 1: the step turns around.
    state = hand.adam_step(hand.AdamState.at((4,)), (-1,), learning_rate="0.1", weight_decay="0.5")

    assert (Fraction(39, 10),) == state.weights
    assert (Fraction(1, 10),) == state.first_moment


def test_the_first_adam_step_on_a_softmax_gradient_is_exact():
    gradient = hand.cross_entropy_gradient((0, 1, 2), 1)

    assert (Fraction(-1, 10), Fraction(1, 10), Fraction(-1, 10)) == (
        hand.adam_step(hand.AdamState.at((0, 0, 0)), gradient, learning_rate="0.1").weights
    )


def test_a_trajectory_asks_for_the_gradient_at_every_weight():
    # f(w) = w**2: every step of 1/4 halves the weight.
    states = hand.trajectory(
        hand.SGDState.at((8,)),
        lambda w: tuple(multiply(2, entry) for entry in w),
        partial(hand.sgd_step, learning_rate="0.25"),
        count=4,
    )

    assert [(8,), (4,), (2,), (1,), (Fraction(1, 2),)] == [state.weights for state in states]


def test_a_float_learning_rate_gives_marked_floats():
    weight: Value = hand.sgd_step(hand.SGDState.at((1,)), (1,), learning_rate=0.1).weights[0]

    assert isinstance(weight, float)


# Laws.


@given(weights_and_gradients(), RATES, SHARES)
def test_the_first_adam_step_is_the_rate_times_the_sign(case, rate, beta):
    weights, gradients = case
    state = hand.adam_step(hand.AdamState.at(weights), gradients[0], learning_rate=rate, beta1=beta)

    assert tuple(w - Fraction(rate) * sign(g) for w, g in zip(weights, gradients[0], strict=True)) == state.weights


@given(weights_and_gradients(), RATES, SHARES)
def test_no_optimizer_moves_without_a_gradient(case, rate, share):
    weights, gradients = case
    still = [(0,) * len(weights)] * len(gradients)
    steps = (
        (hand.SGDState, partial(hand.sgd_step)),
        (hand.MomentumState, partial(hand.momentum_step, momentum=share)),
        (hand.RMSPropState, partial(hand.rmsprop_step, decay=share)),
        (hand.AdamState, partial(hand.adam_step, beta1=share, beta2=share)),
        (hand.AdamState, partial(hand.adamw_step, weight_decay=0)),
    )

    for state, step in steps:
        assert weights == after(state.at(weights), still, partial(step, learning_rate=rate)).weights


@given(weights_and_gradients(), RATES, SHARES, st.booleans())
def test_momentum_zero_is_sgd(case, rate, decay, nesterov):
    weights, gradients = case
    options = {"learning_rate": rate, "weight_decay": decay}
    slow = after(hand.SGDState.at(weights), gradients, partial(hand.sgd_step, **options))
    fast = partial(hand.momentum_step, momentum=0, nesterov=nesterov, **options)

    assert slow.weights == after(hand.MomentumState.at(weights), gradients, fast).weights


@given(weights_and_gradients(), RATES)
def test_adamw_without_decay_is_adam(case, rate):
    weights, gradients = case
    adam = partial(hand.adam_step, learning_rate=rate, eps="0.5")
    adamw = partial(hand.adamw_step, learning_rate=rate, eps="0.5", weight_decay=0)
    start = hand.AdamState.at(weights)

    assert after(start, gradients, adam) == after(start, gradients, adamw)


@given(weights_and_gradients(), RATES)
def test_adam_without_a_first_mean_and_without_correction_is_rmsprop(case, rate):
    # With beta1 = 0 only the correction of the second mean is left: sqrt(1 - beta2**t) times RMSProp's step.
    weights, gradients = case
    scale = sqrt(Fraction(1, 2))
    adam = hand.adam_step(hand.AdamState.at(weights), gradients[0], learning_rate=rate, beta1=0, beta2="0.5")
    rms = hand.rmsprop_step(hand.RMSPropState.at(weights), gradients[0], learning_rate=rate, decay="0.5")

    for start, ours, theirs in zip(weights, adam.weights, rms.weights, strict=True):
        assert subtract(ours, start) == multiply(scale, subtract(theirs, start))


@given(weights_and_gradients(), RATES, RATIONALS.filter(lambda factor: factor > 0))
def test_adam_does_not_see_the_scale_of_the_gradients(case, rate, factor):
    weights, gradients = case
    scaled = [tuple(factor * g for g in gradient) for gradient in gradients]
    step = partial(hand.adam_step, learning_rate=rate, beta1="0.5", beta2="0.5")
    start = hand.AdamState.at(weights)

    assert after(start, gradients, step).weights == after(start, scaled, step).weights


@given(weights_and_gradients(), RATES)
def test_adam_on_rationals_stays_exact(case, rate):
    weights, gradients = case
    state = after(
        hand.AdamState.at(weights), gradients, partial(hand.adam_step, learning_rate=rate, beta1="0.5", beta2="0.5")
    )

    assert all(map(is_exact, state.weights))


# Second witnesses.


@given(weights_and_gradients(), RATES)
def test_adam_agrees_with_mpmath_at_50_digits(case, rate):
    weights, gradients = case
    start = hand.AdamState.at(weights)
    actual = after(start, gradients, partial(hand.adam_step, learning_rate=rate, eps="1e-8")).weights

    for i, entry in enumerate(actual):
        b1, b2, m, s = WITNESS.mpf("0.9"), WITNESS.mpf("0.999"), WITNESS.mpf(0), WITNESS.mpf(0)
        w = WITNESS.mpf(weights[i].numerator) / weights[i].denominator
        for t, gradient in enumerate(gradients, start=1):
            g = WITNESS.mpf(gradient[i].numerator) / gradient[i].denominator
            m, s = b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * g**2
            root = WITNESS.sqrt(s / (1 - b2**t)) + WITNESS.mpf("1e-8")
            w -= WITNESS.mpf(rate) * m / (1 - b1**t) / root
        assert abs(w - approximate(entry)) <= 1e-14 * max(1, abs(w))


BESIDE_TORCH: list[tuple[Any, Any, Any]] = [
    (hand.SGDState, hand.sgd_step, lambda optim: optim.SGD),
    (hand.MomentumState, partial(hand.momentum_step, momentum="0.5"), lambda optim: partial(optim.SGD, momentum=0.5)),
    (
        hand.MomentumState,
        partial(hand.momentum_step, momentum="0.9", nesterov=True),
        lambda optim: partial(optim.SGD, momentum=0.9, nesterov=True),
    ),
    (
        hand.RMSPropState,
        partial(hand.rmsprop_step, eps="0.01"),
        lambda optim: partial(optim.RMSprop, alpha=0.9, eps=0.01),
    ),
    (
        hand.AdamState,
        partial(hand.adam_step, beta1="0.5", eps="0.01"),
        lambda optim: partial(optim.Adam, betas=(0.5, 0.999), eps=0.01),
    ),
    (hand.AdamState, partial(hand.adamw_step, eps="0.01"), lambda optim: partial(optim.AdamW, eps=0.01)),
]


@pytest.mark.parametrize(("state", "step", "named"), BESIDE_TORCH)
@given(weights_and_gradients(), RATES, SHARES)
def test_every_optimizer_agrees_with_torch(torch, state, step, named, case, rate, decay):
    weights, gradients = case
    tensor = torch.tensor([float(w) for w in weights], dtype=torch.float64, requires_grad=True)
    theirs = named(torch.optim)([tensor], lr=float(rate), weight_decay=float(decay))
    for gradient in gradients:
        tensor.grad = torch.tensor([float(g) for g in gradient], dtype=torch.float64)
        theirs.step()
    ours = after(state.at(weights), gradients, partial(step, learning_rate=rate, weight_decay=decay))

    assert floats(ours.weights) == near(tensor.tolist())
