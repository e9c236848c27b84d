"""Layer norm and batch norm by hand: values from paper, laws on exact numbers, PyTorch and differences beside them."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import hand
from engine.errors import DomainError
from engine.exact import Value, add, approximate, divide, is_exact, multiply, sqrt, text

WITNESS = mpmath.mp.clone()
WITNESS.dps = 50

RATIONALS = st.builds(Fraction, st.integers(-6, 6), st.integers(1, 3))
TRIPLES = st.tuples(RATIONALS, RATIONALS, RATIONALS).filter(lambda x: len(set(x)) > 1)
EPS = st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1, 1000)])


@pytest.fixture(scope="module")
def torch():
    """PyTorch on one thread: on a busy machine, threads that wait for each other take ten times as long."""
    module = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")
    threads = module.get_num_threads()
    module.set_num_threads(1)
    yield module
    module.set_num_threads(threads)


def near(expected):
    return pytest.approx(expected, rel=1e-11, abs=1e-12)


def exact_sum(values) -> Value:
    result: Value = 0
    for value in values:
        result = add(result, value)
    return result


def witnessed(number):
    return WITNESS.mpf(number.numerator) / number.denominator


def witnessed_layer_norm(x, eps, gain, bias):
    x, gain, bias = ([witnessed(entry) for entry in vector] for vector in (x, gain, bias))
    center = sum(x) / len(x)
    spread = WITNESS.sqrt(sum((entry - center) ** 2 for entry in x) / len(x) + witnessed(eps))
    return [g * (entry - center) / spread + b for entry, g, b in zip(x, gain, bias, strict=True)]


# By hand.


def test_one_two_three_is_a_root_of_three_halves():
    assert ("-sqrt(6)/2", "0", "sqrt(6)/2") == tuple(map(text, hand.layer_norm((1, 2, 3))))


def test_two_entries_become_minus_one_and_one():
    assert (-1, 1) == hand.layer_norm((Fraction(-7, 3), 5))


def test_gain_and_bias_come_after_standardizing():
    assert (2 - 3, 3 + 4) == hand.layer_norm((0, 10), gain=(3, 4), bias=(2, 3))


def test_eps_stands_under_the_root():
    # Variance 3, eps 1: the spread is 2.
    assert (divide(sqrt(3), -2), divide(sqrt(3), 2)) == hand.layer_norm((0, multiply(2, sqrt(3))), eps=1)


def test_a_printed_eps_is_read_exactly():
    assert hand.layer_norm((1, 2, 3), eps=Fraction(1, 100)) == hand.layer_norm((1, 2, 3), eps="0.01")


def test_the_gradient_of_the_first_output_of_one_two_three():
    # z = sqrt(6)/2*(-1, 0, 1), u = (1, 0, 0): u - 1/3 - z*(-sqrt(6)/6) = (1/6, -1/3, 1/6), over sqrt(6)/3.
    gradients = hand.layer_norm_backward((1, 2, 3), (1, 0, 0))

    assert ("sqrt(6)/12", "-sqrt(6)/6", "sqrt(6)/12") == tuple(map(text, gradients.x))
    assert ("-sqrt(6)/2", "0", "0") == tuple(map(text, gradients.gain))
    assert (1, 0, 0) == gradients.bias


def test_a_batch_of_two_features_by_hand():
    # Feature 0: mean 2, variance 1; feature 1: mean 5, variance 9. Unbiased variances 2 and 18.
    step = hand.batch_norm_train(((1, 2), (3, 8)))

    assert ((-1, -1), (1, 1)) == step.output
    assert (2, 5) == step.mean
    assert (1, 9) == step.variance
    assert (Fraction(2, 10), Fraction(5, 10)) == step.running.mean
    assert (Fraction(9, 10) + Fraction(2, 10), Fraction(9, 10) + Fraction(18, 10)) == step.running.variance


def test_evaluation_uses_the_memory_and_not_the_batch():
    memory = hand.RunningStatistics((1, 0), (4, 3))

    assert ((2, sqrt(3)),) == hand.batch_norm_eval(((5, 3),), memory)
    assert ((7, sqrt(3)),) == hand.batch_norm_eval(((5, 3),), memory, gain=(3, 1), bias=(1, 0))


def test_batch_norm_mixes_samples_and_layer_norm_mixes_features():
    rows = ((1, 2), (3, 8))

    assert ((-1, 1), (-1, 1)) == tuple(hand.layer_norm(row) for row in rows)
    assert ((-1, -1), (1, 1)) == hand.batch_norm_train(rows).output


# Laws.


@given(TRIPLES)
def test_a_layer_norm_has_mean_zero_and_variance_one(x):
    y = hand.layer_norm(x)

    assert all(map(is_exact, y))
    assert 0 == exact_sum(y)
    assert 3 == exact_sum(multiply(entry, entry) for entry in y)


@given(TRIPLES, RATIONALS, RATIONALS.filter(lambda factor: factor > 0))
def test_a_layer_norm_sees_neither_shift_nor_scale(x, shift, factor):
    assert hand.layer_norm(x) == hand.layer_norm(tuple(factor * entry + shift for entry in x))


@given(TRIPLES, TRIPLES, TRIPLES, EPS)
def test_gradients_through_a_layer_norm_sum_to_zero(x, upstream, gain, eps):
    assert 0 == exact_sum(hand.layer_norm_backward(x, upstream, eps=eps, gain=gain).x)


@given(TRIPLES, TRIPLES)
def test_without_eps_the_gradient_is_at_right_angles_to_x(x, upstream):
    # Scaling x changes nothing, so the derivative in the direction of x is 0 (Euler).
    gradient = hand.layer_norm_backward(x, upstream).x

    assert 0 == exact_sum(map(multiply, x, gradient))


@given(st.lists(TRIPLES, min_size=2, max_size=4), TRIPLES, TRIPLES, EPS)
def test_evaluating_with_the_batch_statistics_is_training(rows, gain, bias, eps):
    assume(eps or all(len(set(feature)) > 1 for feature in zip(*rows, strict=True)))
    step = hand.batch_norm_train(rows, eps=eps, gain=gain, bias=bias)
    memory = hand.RunningStatistics(step.mean, step.variance)

    assert step.output == hand.batch_norm_eval(rows, memory, eps=eps, gain=gain, bias=bias)


@given(st.lists(TRIPLES, min_size=2, max_size=4))
def test_momentum_decides_between_old_memory_and_batch(rows):
    old = hand.RunningStatistics((1, 2, 3), (4, 5, 6))
    kept, replaced = (hand.batch_norm_train(rows, eps=1, running=old, momentum=momentum) for momentum in ("0", "1.0"))

    assert old == kept.running
    assert replaced.mean == replaced.running.mean


# Second witnesses.


@given(TRIPLES, TRIPLES, TRIPLES, EPS)
def test_layer_norm_agrees_with_mpmath_at_50_digits(x, gain, bias, eps):
    actual = hand.layer_norm(x, eps=eps, gain=gain, bias=bias)

    for there, here in zip(witnessed_layer_norm(x, eps, gain, bias), actual, strict=True):
        assert abs(there - approximate(here)) <= 1e-14 * max(1, abs(there))


@given(TRIPLES, TRIPLES, TRIPLES, EPS)
def test_gradients_agree_with_central_differences(x, upstream, gain, eps):
    gradients = hand.layer_norm_backward(x, upstream, eps=eps, gain=gain)
    step = Fraction(1, 10**12)
    bias = (Fraction(0),) * 3

    def loss(arguments):
        outputs = witnessed_layer_norm(arguments[0], eps, *arguments[1:])
        return sum(witnessed(v) * y for v, y in zip(upstream, outputs, strict=True))

    for place, gradient in enumerate((gradients.x, gradients.gain, gradients.bias)):
        for i, slope in enumerate(gradient):
            sides = []
            for moved in (step, -step):
                arguments = [list(x), list(gain), list(bias)]
                arguments[place][i] += moved
                sides.append(loss(arguments))
            assert approximate(slope) == near(float((sides[0] - sides[1]) * 10**12 / 2))


@given(TRIPLES, TRIPLES, TRIPLES, EPS)
def test_layer_norm_and_its_gradients_agree_with_torch(torch, x, upstream, gain, eps):
    there = [torch.tensor([float(e) for e in vector], dtype=torch.float64, requires_grad=True) for vector in (x, gain)]
    bias = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    output = torch.nn.functional.layer_norm(there[0], (3,), there[1], bias, eps=float(eps))
    output.backward(torch.tensor([float(v) for v in upstream], dtype=torch.float64))
    here = hand.layer_norm_backward(x, upstream, eps=eps, gain=gain)

    assert list(map(approximate, hand.layer_norm(x, eps=eps, gain=gain))) == near(output.tolist())
    for ours, theirs in ((here.x, there[0]), (here.gain, there[1]), (here.bias, bias)):
        assert list(map(approximate, ours)) == near(theirs.grad.tolist())


@given(st.lists(TRIPLES, min_size=2, max_size=4), TRIPLES, TRIPLES)
def test_two_training_passes_and_an_evaluation_agree_with_torch(torch, rows, gain, bias):
    layer = torch.nn.BatchNorm1d(3, eps=0.25, momentum=0.1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([float(g) for g in gain]))
        layer.bias.copy_(torch.tensor([float(b) for b in bias]))
    affine = {"eps": "0.25", "gain": tuple(map(approximate, layer.weight.tolist())), "bias": layer.bias.tolist()}
    batch = torch.tensor([[float(entry) for entry in row] for row in rows], dtype=torch.float64)

    first = hand.batch_norm_train(rows, **affine)
    second = hand.batch_norm_train(rows, **affine, running=first.running)
    trained = [layer(batch).tolist() for _ in range(2)]
    layer.eval()
    pairs = zip(
        (first.output, second.output, hand.batch_norm_eval(rows, second.running, **affine)),
        (*trained, layer(batch).tolist()),
        strict=True,
    )
    for ours, theirs in pairs:
        for row, expected in zip(ours, theirs, strict=True):
            assert list(map(approximate, row)) == near(expected)
    assert list(map(approximate, second.running.variance)) == near(layer.running_var.tolist())


def test_a_variance_with_a_root_inside_falls_back_to_a_marked_float():
    y = hand.layer_norm((0, sqrt(2), 1))

    assert not any(map(is_exact, y))
    assert 0 == pytest.approx(approximate(exact_sum(y)), abs=1e-15)


# Messages.


def test_equal_entries_without_eps_are_refused():
    with pytest.raises(DomainError) as caught:
        hand.layer_norm((2, 2, 2))
    assert "layer_norm: x has variance 0 and eps is 0; one must be above 0." == str(caught.value)


def test_equal_entries_with_eps_become_the_bias():
    assert (5, 6) == hand.layer_norm((2, 2), eps="1e-5", bias=(5, 6))


def test_a_feature_without_variance_is_named():
    with pytest.raises(DomainError, match=r"^batch_norm_train: feature 1 has variance 0 and eps is 0; one must"):
        hand.batch_norm_train(((1, 2), (3, 2)))


def test_a_batch_of_one_is_refused():
    with pytest.raises(DomainError) as caught:
        hand.batch_norm_train(((1, 2),))
    assert "batch_norm_train: the batch has 1 sample; its unbiased variance needs at least 2." == str(caught.value)


def test_a_batch_without_rows_is_refused():
    with pytest.raises(DomainError, match=r"^batch_norm_eval was given no rows; it needs at least one\.$"):
        hand.batch_norm_eval((), hand.RunningStatistics((), ()))


def test_rows_of_two_lengths_are_refused():
    with pytest.raises(hand.LengthMismatch) as caught:
        hand.batch_norm_train(((1, 2), (3,)))
    assert "batch_norm_train: row 0 has length 2 and row 1 has length 1; the lengths must agree." == str(caught.value)


@pytest.mark.parametrize("given", [{"gain": (1,)}, {"bias": (1,)}])
def test_a_gain_or_bias_of_another_length_is_refused(given):
    with pytest.raises(hand.LengthMismatch, match=r"^layer_norm: x has length 2 and (gain|bias) has length 1;"):
        hand.layer_norm((1, 2), **given)


def test_an_upstream_gradient_of_another_length_is_refused():
    with pytest.raises(hand.LengthMismatch, match=r"^layer_norm_backward: x has length 2 and upstream has length 3;"):
        hand.layer_norm_backward((1, 2), (1, 2, 3))


def test_a_memory_of_another_length_is_refused():
    with pytest.raises(hand.LengthMismatch, match=r"^batch_norm_eval: a row has length 2 and the mean has length 1;"):
        hand.batch_norm_eval(((1, 2),), hand.RunningStatistics((1,), (1,)))
    with pytest.raises(
        hand.LengthMismatch, match=r"^batch_norm_train: the memory has length 1 and a row has length 2;"
    ):
        hand.batch_norm_train(((1, 2), (3, 4)), running=hand.RunningStatistics((1,), (1,)))


def test_a_momentum_above_one_is_refused():
    with pytest.raises(DomainError, match=r"^batch_norm_train: momentum is 2; it must be at most 1\.$"):
        hand.batch_norm_train(((1, 2), (3, 4)), momentum=2)


def test_a_negative_eps_is_refused():
    with pytest.raises(DomainError, match=r"^layer_norm: x: eps is -1; it must be at least 0\.$"):
        hand.layer_norm((1, 2), eps=-1)
