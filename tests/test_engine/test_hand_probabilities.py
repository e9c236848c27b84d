"""Softmax and cross-entropy by hand: values from paper, laws on exact numbers, PyTorch and mpmath beside them."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import hand
from engine.exact import Value, add, approximate, divide, exp, is_exact, log, multiply, sqrt, subtract, text

WITNESS = mpmath.mp.clone()
WITNESS.dps = 50

RATIONALS = st.builds(Fraction, st.integers(-20, 20), st.integers(1, 4))
LOGITS = st.lists(RATIONALS, min_size=1, max_size=4).map(tuple)
# Squared denominators stay within the exact domain's largest degree (`engine.exact.limits`).
SMALL_LOGITS = st.lists(st.integers(-8, 8), min_size=1, max_size=4).map(tuple)
FLOATS = st.lists(st.floats(-8, 8), min_size=1, max_size=5).map(tuple)


@st.composite
def logits_and_target(draw: st.DrawFn):
    """(logits, target), the target an index or a distribution."""
    logits = draw(LOGITS)
    weights = draw(st.lists(st.integers(0, 5), min_size=len(logits), max_size=len(logits)))
    if not any(weights):
        return logits, draw(st.integers(0, len(logits) - 1))
    return logits, tuple(Fraction(weight, sum(weights)) for weight in weights)


def spread_out(target, count: int):
    """A target as probabilities."""
    return tuple(int(i == target) for i in range(count)) if isinstance(target, int) else target


def exact_sum(values) -> Value:
    result: Value = 0
    for value in values:
        result = add(result, value)
    return result


def witnessed_softmax(x):
    growths = [WITNESS.exp(WITNESS.mpf(entry.numerator) / entry.denominator) for entry in x]
    return [growth / sum(growths) for growth in growths]


def witnessed_cross_entropy(x, y):
    return -sum(weight * WITNESS.log(p) for weight, p in zip(y, witnessed_softmax(x), strict=True))


def close(expected, actual: Value) -> bool:
    return abs(float(expected) - approximate(actual)) <= 1e-14 * max(1.0, abs(float(expected)))


@pytest.fixture(scope="module")
def torch():
    """PyTorch on one thread: on a busy machine, threads that wait for each other take ten times as long."""
    module = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")
    threads = module.get_num_threads()
    module.set_num_threads(1)
    yield module
    module.set_num_threads(threads)


def near(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-13)


# By hand.


def test_two_logits_give_a_sigmoid():
    assert ("exp(2)/(exp(2) + 1)", "1/(exp(2) + 1)") == tuple(map(text, hand.softmax((2, 0))))


def test_logarithms_as_logits_give_fractions():
    assert (Fraction(1, 6), Fraction(1, 3), Fraction(1, 2)) == hand.softmax((0, log(2), log(3)))


def test_equal_logits_share_equally_however_large_they_are():
    assert (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)) == hand.softmax((5000, 5000, 5000))


def test_a_logit_far_below_is_a_float_next_to_zero():
    assert (1.0, 0.0) == hand.softmax((0.0, -2000.0))
    assert all(isinstance(p, float) for p in hand.softmax((0, -2000)))


def test_log_softmax_of_equal_logits_is_minus_the_log_of_their_number():
    assert (-log(3),) * 3 == hand.log_softmax((7, 7, 7))


def test_log_softmax_stays_finite_where_the_softmax_underflows():
    assert (0.0, -2000.0) == hand.log_softmax((0.0, -2000.0))


def test_cross_entropy_prints_as_on_paper():
    assert "log(exp(2) + exp(1) + 1) - 1" == text(hand.cross_entropy((0, 1, 2), 1))


def test_cross_entropy_of_a_certain_target_is_the_log_of_one_over_its_probability():
    assert log(6) == hand.cross_entropy((0, log(2), log(3)), 0)


def test_cross_entropy_of_a_soft_target_is_weighted():
    # Probabilities 1/4 and 3/4: -(1/2 log(1/4) + 1/2 log(3/4)) = log(4) - log(3)/2.
    assert subtract(log(4), multiply(Fraction(1, 2), log(3))) == hand.cross_entropy(
        (0, log(3)), (Fraction(1, 2), Fraction(1, 2))
    )


def test_label_smoothing_takes_from_the_target_and_gives_to_all():
    # 3/10 over three classes: the target keeps 8/10, the others get 1/10; probabilities 1/6, 1/3, 1/2.
    logits = (0, log(2), log(3))
    soft = hand.cross_entropy(logits, (Fraction(8, 10), Fraction(1, 10), Fraction(1, 10)))

    assert soft == hand.cross_entropy(logits, 0, label_smoothing="0.3")


def test_a_class_without_weight_has_no_say_where_its_probability_underflowed():
    assert 0.0 == hand.cross_entropy((0.0, -5000.0), 0)


def test_the_gradient_is_probabilities_minus_target():
    assert (Fraction(1, 6) - 1, Fraction(1, 3), Fraction(1, 2)) == hand.cross_entropy_gradient((0, log(2), log(3)), 0)


def test_the_gradient_survives_an_underflowing_probability():
    assert (1.0, -1.0) == hand.cross_entropy_gradient((0.0, -5000.0), 1)


def test_the_jacobian_of_two_equal_logits():
    assert ((Fraction(1, 4), Fraction(-1, 4)), (Fraction(-1, 4), Fraction(1, 4))) == hand.softmax_jacobian((3, 3))


def test_softmax_is_exact_up_to_64_logits():
    x = tuple(Fraction(i * i % 101, 7) for i in range(64))

    assert all(map(is_exact, hand.softmax(x)))
    assert all(map(is_exact, hand.cross_entropy_gradient(x, 5)))


def test_float_distributions_may_miss_one_by_their_rounding():
    assert 0 == pytest.approx(approximate(hand.cross_entropy((0,), (0.1 + 0.2 + 0.7,))))


def test_a_logit_without_an_exact_exponential_gives_floats():
    assert not any(map(is_exact, hand.softmax((sqrt(2), 0))))


# Laws.


@given(LOGITS)
def test_softmax_sums_to_exactly_one(x):
    p = hand.softmax(x)

    assert all(map(is_exact, p))
    assert 1 == exact_sum(p)


@given(LOGITS, RATIONALS)
def test_softmax_does_not_see_a_shift(x, shift):
    assert hand.softmax(x) == hand.softmax(tuple(entry + shift for entry in x))


@given(LOGITS)
def test_softmax_is_the_definition_unshifted(x):
    growths = tuple(exp(entry) for entry in x)

    assert growths == tuple(multiply(p, exact_sum(growths)) for p in hand.softmax(x))


@given(LOGITS)
def test_log_softmax_is_the_log_of_softmax(x):
    assert tuple(log(p) for p in hand.softmax(x)) == hand.log_softmax(x)


@given(SMALL_LOGITS)
def test_rows_and_columns_of_the_jacobian_sum_to_zero(x):
    jacobian = hand.softmax_jacobian(x)

    assert [0] * len(x) == [exact_sum(row) for row in jacobian]
    assert [0] * len(x) == [exact_sum(column) for column in zip(*jacobian, strict=True)]


@given(SMALL_LOGITS, st.data())
def test_softmax_backward_is_the_product_with_the_jacobian(x, data):
    v = data.draw(st.lists(RATIONALS, min_size=len(x), max_size=len(x)))
    jacobian = hand.softmax_jacobian(x)
    product = tuple(exact_sum(multiply(v[i], jacobian[i][j]) for i in range(len(x))) for j in range(len(x)))

    assert product == hand.softmax_backward(x, v)


@given(logits_and_target(), st.sampled_from(["0", "0.1", "0.5", "1"]))
def test_the_derived_gradient_equals_probabilities_minus_target(case, smoothing):
    x, target = case
    s = Fraction(smoothing)
    y = tuple((1 - s) * weight + s / len(x) for weight in spread_out(target, len(x)))
    gradient = hand.cross_entropy_gradient(x, target, label_smoothing=smoothing)

    assert tuple(subtract(p, weight) for p, weight in zip(hand.softmax(x), y, strict=True)) == gradient
    assert 0 == exact_sum(gradient)


@given(logits_and_target())
def test_the_gradient_is_minus_target_over_probability_through_the_jacobian_of_softmax(case):
    x, target = case
    y = spread_out(target, len(x))
    upstream = tuple(divide(-weight, p) for weight, p in zip(y, hand.softmax(x), strict=True))

    assert hand.softmax_backward(x, upstream) == hand.cross_entropy_gradient(x, target)


@given(logits_and_target())
def test_an_index_is_a_distribution_with_all_weight_at_one_place(case):
    x, target = case

    assert hand.cross_entropy(x, spread_out(target, len(x))) == hand.cross_entropy(x, target)


# Second witnesses.


@given(logits_and_target())
def test_values_agree_with_mpmath_at_50_digits(case):
    x, target = case
    y = [WITNESS.mpf(weight.numerator) / weight.denominator for weight in spread_out(target, len(x))]

    assert all(map(close, witnessed_softmax(x), hand.softmax(x)))
    assert close(witnessed_cross_entropy(x, y), hand.cross_entropy(x, target))


@given(logits_and_target())
def test_the_gradient_agrees_with_central_differences(case):
    x, target = case
    y = [WITNESS.mpf(weight.numerator) / weight.denominator for weight in spread_out(target, len(x))]
    step = Fraction(1, 10**15)
    for i, slope in enumerate(hand.cross_entropy_gradient(x, target)):
        up, down = ((*x[:i], x[i] + sign * step, *x[i + 1 :]) for sign in (1, -1))
        difference = (witnessed_cross_entropy(up, y) - witnessed_cross_entropy(down, y)) * 10**15 / 2

        assert abs(difference - approximate(slope)) < 1e-14


@given(FLOATS, st.data())
def test_floats_agree_with_torch(torch, x, data):
    target = data.draw(st.integers(0, len(x) - 1))
    smoothing = data.draw(st.sampled_from([0.0, 0.1, 0.5]))
    logits = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(target), label_smoothing=smoothing)
    loss.backward()

    assert hand.cross_entropy(x, target, label_smoothing=smoothing) == near(loss.item())
    assert hand.cross_entropy_gradient(x, target, label_smoothing=smoothing) == near(tuple(logits.grad.tolist()))
    jacobian = torch.autograd.functional.jacobian(lambda z: torch.softmax(z, 0), logits)
    for ours, theirs in zip(hand.softmax_jacobian(x), jacobian.tolist(), strict=True):
        assert ours == near(tuple(theirs))
