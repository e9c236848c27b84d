"""Scalars by hand: single operations, numbers among Scalars, several backward calls, labels and every message."""

import math
from collections.abc import Callable
from fractions import Fraction

import pytest

import engine as ag
from engine import exact


def test_a_node_used_twice_keeps_two_edges():
    x = ag.Scalar(3)

    assert 2 == len((x * x).inputs)


def test_exp_of_6_times_its_inverse_is_1():
    e = ag.exp(ag.Scalar(6))

    assert 1 == (e * (1 / e)).value


def test_log_of_exp_is_exact():
    assert 6 == ag.log(ag.exp(ag.Scalar(6))).value


def test_relu_has_derivative_0_at_0():
    x = ag.Scalar(0)
    ag.relu(x).backward()

    assert 0 == x.grad


@pytest.mark.parametrize(("x", "value", "slope"), [(-2, 0, 0), (0, 0, 0), (3, 3, 1), (0.5, 0.5, 1)])
def test_relu_by_hand(x: float, value: float, slope: int):
    leaf = ag.Scalar(x)
    output = ag.relu(leaf)
    output.backward()

    assert (value, slope) == (output.value, leaf.grad)


def test_a_float_stays_a_float_in_relu():
    assert isinstance(ag.relu(ag.Scalar(-1.5)).value, float)


def one_leaf(function: Callable[[ag.Scalar], ag.Scalar], at: exact.Value) -> tuple[exact.Value, exact.Value]:
    x = ag.Scalar(at)
    output = function(x)
    output.backward()
    return output.value, x.grad


@pytest.mark.parametrize(
    ("function", "at", "value", "slope"),
    [
        (lambda x: 2 * x, 5, 10, 2),
        (lambda x: x * 2, 5, 10, 2),
        (lambda x: 2 + x, 5, 7, 1),
        (lambda x: 2 - x, 5, -3, -1),
        (lambda x: x - 2, 5, 3, 1),
        (lambda x: 2 / x, 4, Fraction(1, 2), Fraction(-1, 8)),
        (lambda x: x / 4, 3, Fraction(3, 4), Fraction(1, 4)),
        (lambda x: x**3, -2, -8, 12),
        (lambda x: x**0, 0, 1, 0),
        (lambda x: x**-2, 2, Fraction(1, 4), Fraction(-1, 4)),
        (lambda x: x**x, 1, 1, 1),
        (lambda x: ag.sub(x, 2), 5, 3, 1),
        (lambda x: ag.neg(x), 5, -5, -1),
        (lambda x: ag.div(x, x), 5, 1, 0),
        (lambda x: ag.pow(x, 2), -3, 9, -6),
        (lambda x: ag.sigmoid(x), 0, Fraction(1, 2), Fraction(1, 4)),
        (lambda x: ag.tanh(x), 0, 0, 1),
        (lambda x: sum([x, x, x]), 2, 6, 3),
    ],
)
def test_numbers_and_scalars_mix_by_hand(
    function: Callable[[ag.Scalar], ag.Scalar], at: int, value: exact.Value, slope: exact.Value
):
    assert (value, slope) == one_leaf(function, at)


def test_a_number_to_the_power_of_a_scalar():
    value, slope = one_leaf(lambda x: 2**x, 3)

    assert 8 == value
    assert 8 * math.log(2) == pytest.approx(float(slope))


def test_a_scalar_to_the_power_of_a_scalar():
    x, y = ag.Scalar(2), ag.Scalar(3)
    (x**y).backward()

    assert 12 == x.grad
    assert 8 * math.log(2) == pytest.approx(float(y.grad))


def test_numbers_in_an_expression_take_no_gradient():
    x = ag.Scalar(3)
    output = 2 * x
    output.backward()

    assert [0, 2] == [operand.grad for operand in output.inputs]


def test_leaves_add_up_over_two_backward_calls_and_inner_nodes_do_not():
    x = ag.Scalar(3)
    inner = x * x
    output = inner * 2
    output.backward()
    output.backward()

    assert (24, 2) == (x.grad, inner.grad)


def test_two_outputs_of_one_graph_add_up_in_the_leaves():
    x = ag.Scalar(3)
    first, second = x * 2, x * 5
    first.backward()
    second.backward()

    assert 7 == x.grad


def test_a_leaf_is_its_own_output():
    x = ag.Scalar(3)
    x.backward()
    x.backward()

    assert 2 == x.grad


def test_gradients_survive_a_later_merge():
    x, w = ag.Scalar(3), ag.Scalar(2)
    (x * x).backward()
    small, large = w * w, x * x * x * x
    joined = small + large

    assert 6 == x.grad
    assert 4 + 81 == joined.value


def test_gradients_of_the_smaller_graph_survive_a_merge():
    x = ag.Scalar(3)
    square = x * x
    square.backward()
    large = ag.Scalar(1) + ag.Scalar(1) + ag.Scalar(1) + ag.Scalar(1)
    joined = square + large

    assert (6, 13) == (x.grad, joined.value)


def test_the_gradient_is_0_before_backward_and_off_the_path():
    x, unused = ag.Scalar(3), ag.Scalar(4)
    off = x * unused
    before = x.grad
    (x * x).backward()

    assert (0, 0, 0) == (before, unused.grad, off.grad)


def test_a_label_as_the_practice_exam_writes_it():
    x = ag.Scalar(2, label="z1:leaf(x)")

    assert ("z1", "leaf(x)") == (x.label, x.op)


def test_a_bare_label_is_the_name_of_its_leaf_too():
    w = ag.Scalar(2, label="w")

    assert ("w", "leaf(w)") == (w.label, w.op)


def test_a_number_in_an_expression_is_a_leaf_named_by_the_number():
    operands = (Fraction(1, 2) * ag.Scalar(2)).inputs

    assert "leaf(1/2)" == operands[0].op


def test_the_representation_shows_label_operation_and_value():
    assert "<Scalar z1:leaf(x) value=2>" == repr(ag.Scalar(2, label="z1:leaf(x)"))


def test_operands_stand_in_their_order():
    a, b = ag.Scalar(1, label="a"), ag.Scalar(2, label="b")

    assert ["b", "a"] == [node.label for node in (b - a).inputs]


def test_what_is_no_number_is_refused():
    with pytest.raises(ag.EngineError, match=r"Scalar: the value is '2'; a number was expected\."):
        ag.Scalar("2")  # type: ignore[arg-type]


def test_an_operand_that_is_no_number_is_refused():
    with pytest.raises(ag.EngineError, match=r"an operand is 'a'; a Scalar or a number was expected\."):
        ag.Scalar(2) + "a"  # type: ignore[operator]


def test_a_function_of_a_plain_number_is_refused_by_name():
    with pytest.raises(ag.EngineError, match=r"exp: the operand is 2; a Scalar or a Tensor was expected\."):
        ag.exp(2)


def test_two_faces_do_not_mix():
    other = ag.face(ag.STANDARD.changed(accumulate=lambda earlier, new: new))

    with pytest.raises(ag.EngineError, match="different rule tables"):
        ag.Scalar(2) * other.Scalar(3)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: ag.log(x), "log: the operand is 0; log needs an operand above 0"),
        (lambda x: 1 / x, "divide: the divisor is 0"),
        (lambda x: x**-1, "power: the base is 0"),
        (lambda x: (x - 2) ** Fraction(1, 2), "power: the base is -2"),
    ],
)
def test_a_domain_error_names_its_operand(function: Callable[[ag.Scalar], ag.Scalar], message: str):
    with pytest.raises(ag.DomainError, match=message):
        function(ag.Scalar(0))


def test_a_failed_operation_leaves_the_graph_as_it_was():
    x = ag.Scalar(3)
    zero = x - x
    with pytest.raises(ag.DomainError):
        ag.log(zero)
    output = x * x
    output.backward()

    assert 6 == x.grad
