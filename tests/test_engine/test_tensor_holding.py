"""What a Tensor holds and says: its own float buffer, its operators, and clear messages."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import EngineError
from engine.tensors import STANDARD_TENSOR_RULES, ShapeMismatch, Tensor, first_non_finite
from engine.tensors import functions as ag


@pytest.mark.parametrize(
    ("given_type", "kept"),
    [("int64", "float64"), ("bool", "float64"), ("uint8", "float64"), ("float32", "float32"), ("float16", "float16")],
)
def test_whole_numbers_become_float64_and_floats_stay(given_type, kept):
    assert kept == Tensor(np.ones((2, 2), given_type)).dtype


@pytest.mark.parametrize("number", [3, 3.0, True, np.float64(3), [[1, 2]]])
def test_plain_numbers_and_lists_become_float64(number):
    assert np.float64 == Tensor(number).dtype


def test_a_view_becomes_an_owned_buffer():
    array = np.zeros((4, 6))
    view = array[::2].T
    tensor = Tensor(view)

    assert tensor.value.flags.owndata
    assert view.size * 8 == tensor.value.nbytes
    assert not np.shares_memory(array, tensor.value)


@pytest.mark.parametrize("number", [2, 2.5])
@pytest.mark.parametrize("shape", [(), (2, 3)])
def test_a_plain_number_does_not_widen_float32(number, shape):
    x = Tensor(np.ones(shape, np.float32))

    results = [x + number, number - x, x * number, number / x, x**number, ag.maximum(number, x), -x, ag.sigmoid(x)]

    assert {np.dtype(np.float32)} == {result.dtype for result in results}


def test_an_array_on_the_left_becomes_a_constant_leaf():
    x = Tensor([1.0, 2.0], requires_grad=True)
    output = np.array([3.0, 4.0]) * x
    output.backward(np.ones(2))

    assert output.inputs[0].op == "leaf()"
    np.testing.assert_array_equal([3.0, 4.0], x.grad)


def test_operators_are_the_arrays_own():
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    x, y = Tensor(a), Tensor(b)
    pairs = [
        (a + b, x + y), (a - b, x - y), (a * b, x * y), (a / b, x / y), (a @ b, x @ y), (a**b, x**y), (-a, -x),
        (2 + a, 2 + x), (2 - a, 2 - x), (2 * a, 2 * x), (2 / a, 2 / x), (2**a, 2**x), (b @ a, b @ x),
        (a.T, x.T), (a[0], x[0]), (a[[1, 0], 1:], x[[1, 0], 1:]), (a.reshape(-1), x.reshape(-1)),
        (a.sum(0), x.sum(0)), (a.mean(1), x.mean(1)), (a.max(), x.max()), (a.transpose(1, 0), x.transpose((1, 0))),
    ]  # fmt: skip

    for expected, actual in pairs:
        np.testing.assert_allclose(actual.value, expected)


def test_iterating_takes_the_first_axis():
    assert [3.0, 7.0] == [float(ag.sum(row)) for row in Tensor([[1.0, 2.0], [3.0, 4.0]])]


def test_the_text_of_a_node_is_its_operation_or_its_leafs_name():
    w = Tensor(1.0, label="w")

    assert ["leaf(w)", "exp"] == [node.op for node in ag.exp(w).postorder()]
    assert "Tensor(exp, shape=(), dtype=float64)" == repr(ag.exp(w))


@given(st.data())
def test_slices_of_sizes_follow_arithmetic_where_they_stay_inside(data):
    size = data.draw(st.integers(1, 9))
    start = data.draw(st.integers(-size, size))
    stop = data.draw(st.integers(-size, size))
    step = data.draw(st.integers(1, 3))
    row = STANDARD_TENSOR_RULES.operations["getitem"]

    assert row.shape((size,), index=(slice(start, stop, step),)) == np.zeros(size)[start:stop:step].shape


@given(st.data())
def test_the_shape_of_an_index_is_numpys(data):
    shape = (3, 1, 4)
    arrays = st.sampled_from([np.array([0, 0]), np.array([[0], [0]]), np.array([0])])
    item = st.one_of(st.none(), st.just(slice(None)), st.just(slice(1)), st.just(0), st.just(-1), arrays)
    index = tuple(data.draw(st.lists(item, max_size=4)))
    if data.draw(st.booleans()):
        index = (*index, ..., *data.draw(st.lists(item, max_size=2)))
    try:
        expected = np.zeros(shape)[index].shape
    except IndexError:
        with pytest.raises(EngineError):
            Tensor(np.zeros(shape))[index]
    else:
        assert expected == Tensor(np.zeros(shape))[index].shape
        assert expected == STANDARD_TENSOR_RULES.operations["getitem"].shape(shape, index=index)


def test_arrays_apart_in_an_index_come_first_in_the_shape():
    index = (slice(None), np.array([0, 0]), None, np.array([0, 1]))

    assert (2, 3, 1) == np.zeros((3, 1, 4))[index].shape
    assert (2, 3, 1) == STANDARD_TENSOR_RULES.operations["getitem"].shape((3, 1, 4), index=index)


@pytest.mark.parametrize("function", [ag.exp, ag.log, ag.relu, ag.tanh, ag.sigmoid, ag.neg])
def test_a_function_takes_a_scalar_or_a_tensor(function):
    assert isinstance(function(engine.Scalar(1)), engine.Scalar)
    assert isinstance(function(Tensor(1.0)), Tensor)


@pytest.mark.parametrize("function", [ag.sub, ag.div, ag.pow])
def test_a_function_of_two_takes_scalars_or_tensors(function):
    assert isinstance(function(engine.Scalar(1), 2), engine.Scalar)
    assert isinstance(function(2, Tensor(1.0)), Tensor)


X, Y = Tensor(np.ones((3, 4))), Tensor(np.ones((5, 2)))
IMAGES = Tensor(np.ones((1, 2, 5, 5)))
MESSAGES = [
    (lambda: X @ Y, "matmul: left is (3, 4), right is (5, 2); the inner sizes 4 and 5 must agree."),
    (lambda: X @ 2, "matmul: left is (3, 4), right is (); a single number is multiplied with *."),
    (
        lambda: Tensor(np.ones((2, 3, 4))) @ Tensor(np.ones((3, 4, 5))),
        "matmul: left is (2, 3, 4), right is (3, 4, 5); "
        "aligned at the end, the sizes 2 and 3 must agree or one of them be 1.",
    ),
    (
        lambda: X + Y,
        "add: left is (3, 4), right is (5, 2); aligned at the end, the sizes 3 and 5 must agree or one of them be 1.",
    ),
    (lambda: X.reshape(5, 2), "reshape: the operand is (3, 4) with 12 elements; it cannot become (5, 2) with 10."),
    (
        lambda: X.reshape(5, -1),
        "reshape: the operand is (3, 4) with 12 elements; it cannot become (5, -1): 12 is not a multiple of 5.",
    ),
    (
        lambda: X.reshape(-1, -1),
        "reshape: the operand is (3, 4) with 12 elements; it cannot become (-1, -1), "
        "which leaves more than one size open.",
    ),
    (lambda: X.sum(2), "sum: the operand is (3, 4); it has 2 axes and no axis 2."),
    (lambda: X.max((0, -2)), "max: the operand is (3, 4); an axis is named twice in (0, -2)."),
    (lambda: ag.softmax(X, 3), "softmax: the operand is (3, 4); it has 2 axes and no axis 3."),
    (lambda: ag.moveaxis(X, (0, 1), 0), "moveaxis: the operand is (3, 4); (0, 1) cannot go to 0."),
    (lambda: X.transpose(0, 0), "transpose: the operand is (3, 4); (0, 0) does not name each axis once."),
    (lambda: X[3], "getitem: the operand is (3, 4); axis 0 has 3 entries and no entry 3."),
    (lambda: X[0, 0, 0], "getitem: the operand is (3, 4); it has 2 axes, the index names more."),
    (lambda: X[..., ...], "getitem: the operand is (3, 4); an index has at most one '...'."),
    (
        lambda: ag.concatenate([X, Y]),
        "concatenate: left is (3, 4), right is (5, 2); all sizes but that of axis 0 must agree.",
    ),
    (
        lambda: ag.conv2d(IMAGES, np.ones((1, 3, 2, 2))),
        "conv2d: x is (1, 2, 5, 5), weight is (1, 3, 2, 2); the numbers of input channels 2 and 3 must agree.",
    ),
    (
        lambda: ag.conv2d(IMAGES, np.ones((1, 2, 4, 4)), dilation=2),
        "conv2d: x is (1, 2, 5, 5), weight is (1, 2, 4, 4); the kernel reaches over 7 pixels, the padded input has 5.",
    ),
    (
        lambda: ag.conv2d(IMAGES, np.ones((1, 2, 2, 2)), stride=0),
        "conv2d: x is (1, 2, 5, 5), weight is (1, 2, 2, 2), stride 0, padding 0, dilation 1; "
        "stride and dilation are 1 or more, padding is 0 or more.",
    ),
    (
        lambda: ag.conv2d(X, Y),
        "conv2d: x is (3, 4), weight is (5, 2); (N, Cin, H, W) and (Cout, Cin, K, K) were expected.",
    ),
    (
        lambda: ag.embedding(Tensor(2.0), [0]),
        "embedding: the table is (); it has no rows to look up, (rows, width) was expected.",
    ),
    (
        lambda: Tensor(np.ones(3), requires_grad=True).backward(np.ones(2)),
        "backward: the output is (3,), its gradient is (2,); both shapes must agree.",
    ),
]


@pytest.mark.parametrize(("mistake", "message"), MESSAGES, ids=lambda case: case if isinstance(case, str) else "")
def test_a_shape_error_names_the_shapes_and_the_rule(mistake, message):
    with pytest.raises(ShapeMismatch, match=f"^{re.escape(message)}$"):
        mistake()


OTHER_MESSAGES = [
    (lambda: X.backward(), "backward: no leaf below this node requires a gradient; make one with requires_grad=True."),
    (
        lambda: Tensor(np.ones((2, 3)), requires_grad=True).backward(),
        "backward: the output has shape (2, 3), not one entry; hand in its gradient, for instance np.ones((2, 3)).",
    ),
    (lambda: Tensor("x"), "Tensor: the value is 'x'; a real number or an array of them was expected."),
    (lambda: Tensor(1j), "Tensor: the value is 1j; a real number or an array of them was expected."),
    (lambda: Tensor(X), "Tensor: the value is a Tensor; use its .value, or detach()."),
    (
        lambda: X * Fraction(1, 2),
        "Tensor: the value is Fraction(1, 2); a real number or an array of them was expected.",
    ),
    (
        lambda: X[np.ones(3, bool)],
        "getitem: an index is of type bool; slices, ints and integer arrays can be used.",
    ),
    (lambda: X[np.array([7])], "getitem: index 7 is out of bounds for axis 0 with size 3"),
    (lambda: ag.embedding(X, [0.5]), "embedding: the indices are of type float64; integers were expected."),
    (lambda: ag.concatenate([]), "concatenate: there are no tensors to join; at least one was expected."),
    (lambda: len(Tensor(1.0)), "len: the tensor is a single number; it has no first axis."),
    (
        lambda: ag.sub(engine.Scalar(1), X),
        "sub: a Scalar and a Tensor met in one operation; use one of them for a graph.",
    ),
    (
        lambda: Tensor(1.0, True, None, (Tensor(1.0),), "z").backward(),
        "backward: node z:leaf(z) has inputs but no operation; its derivative is unknown.",
    ),
]


@pytest.mark.parametrize(("mistake", "message"), OTHER_MESSAGES, ids=lambda case: case if isinstance(case, str) else "")
def test_an_error_says_what_is_wrong_and_what_would_be_right(mistake, message):
    with pytest.raises(EngineError, match=f"^{re.escape(message)}$"):
        mistake()


def test_a_rebuilt_value_of_another_shape_is_refused():
    x = Tensor([1.0, 2.0], requires_grad=True)
    inner = x * x
    inner.label, inner.rematerializer = "inner", lambda: np.ones(3)
    output = ag.sum(ag.exp(inner) * inner)
    inner.discard_value_if_has_rematerializer()

    with pytest.raises(ShapeMismatch, match=r"node inner:mul: the node is \(2,\), the rebuilt value is \(3,\)"):
        output.backward()


def test_a_value_that_cannot_be_rebuilt_is_refused():
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    output = ag.sum(x * x)
    x.value = None

    with pytest.raises(EngineError, match=r"node x:leaf\(x\) has no value and no rematerializer"):
        output.backward()


def test_the_node_that_overflowed_is_named_with_its_operands():
    z3 = Tensor([[1.0, 2.0], [800.0, -3.0]], label="z3")
    z5 = ag.exp(z3)
    z5.label = "z5"

    assert (
        "z5:exp holds inf at (1, 0) (1 of 4 entries are not finite); "
        "its operand z3:leaf(z3) is finite, between -3 and 800." == first_non_finite(ag.sum(z5 * 2))
    )


def test_a_leaf_with_nan_is_named():
    output = Tensor(float("nan"), label="x") + 1

    assert "x:leaf(x) holds nan (1 of 1 entries are not finite)." == first_non_finite(output)


def test_nothing_is_reported_where_all_is_finite():
    assert None is first_non_finite(ag.exp(Tensor(1.0)))


def test_softmax_and_logsumexp_do_not_overflow():
    large = Tensor([1000.0, 1000.0, -1000.0])

    np.testing.assert_allclose(ag.softmax(large).value, [0.5, 0.5, 0.0])
    assert 1000 + np.log(2) == pytest.approx(float(ag.logsumexp(large)))
    assert float("-inf") == float(ag.logsumexp(Tensor([-np.inf, -np.inf])))
