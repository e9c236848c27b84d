"""Convolution and the im2col matrix beside plain loops written anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix

from engine import EngineError
from engine.tensors import ShapeMismatch, Tensor, im2col_matrix_sparse
from engine.tensors import functions as ag


@st.composite
def layers(draw):
    kernel, dilation, padding = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(0, 3))
    reach = dilation * (kernel - 1) + 1
    height, width = (draw(st.integers(max(1, reach - 2 * padding), 10)) for _ in range(2))
    images = draw(st.integers(1, 2)), draw(st.integers(1, 3)), height, width
    return images, kernel, draw(st.integers(1, 3)), padding, dilation


def positions(size, kernel, stride, padding, dilation):
    return range(-padding, size + padding - dilation * (kernel - 1), stride)


def looped_im2col(shape, kernel, stride, padding, dilation):
    """Entry after entry: patch rows, patch columns, channels, kernel rows, kernel columns."""
    _, n_channels, height, width = shape
    entries, column = [], 0
    for top in positions(height, kernel, stride, padding, dilation):
        for left in positions(width, kernel, stride, padding, dilation):
            for channel in range(n_channels):
                for i in range(kernel):
                    for j in range(kernel):
                        y, x = top + i * dilation, left + j * dilation
                        if 0 <= y < height and 0 <= x < width:
                            entries.append((channel * height * width + y * width + x, column))
                        column += 1
    rows, columns = zip(*entries, strict=True) if entries else ((), ())
    return coo_matrix(
        (np.ones(len(entries)), (np.array(rows, int), np.array(columns, int))), (n_channels * height * width, column)
    ).tocsr()


def looped_conv2d(x, weight, stride, padding, dilation):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    reach = dilation * (weight.shape[2] - 1) + 1
    tops, lefts = range(0, padded.shape[2] - reach + 1, stride), range(0, padded.shape[3] - reach + 1, stride)
    output = np.zeros((x.shape[0], weight.shape[0], len(tops), len(lefts)))
    for n, c, i, j in np.ndindex(output.shape):
        patch = padded[n, :, tops[i] : tops[i] + reach : dilation, lefts[j] : lefts[j] + reach : dilation]
        output[n, c, i, j] = np.sum(patch * weight[c])
    return output


@given(layers())
def test_the_im2col_matrix_is_the_loops(layer):
    shape, kernel, stride, padding, dilation = layer
    expected = looped_im2col(*layer)
    matrix = im2col_matrix_sparse(shape, kernel, stride, padding=padding, dilation=dilation)

    assert expected.shape == matrix.shape
    np.testing.assert_array_equal(expected.indptr, matrix.indptr)
    np.testing.assert_array_equal(expected.indices, matrix.indices)
    np.testing.assert_array_equal(expected.data, matrix.data)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(5, 7), (4, 4), (9, 5)])
def test_without_padding_every_column_holds_one_1(stride, kernel, size):
    matrix = im2col_matrix_sparse((2, 3, *size), kernel, stride)

    assert (looped_im2col((2, 3, *size), kernel, stride, 0, 1) != matrix).nnz == 0
    np.testing.assert_array_equal(np.ones(matrix.shape[1]), np.asarray(matrix.sum(axis=0)).ravel())


@given(layers())
def test_the_im2col_matrix_is_canonical_as_it_says(layer):
    shape, kernel, stride, padding, dilation = layer
    matrix = im2col_matrix_sparse(shape, kernel, stride, padding=padding, dilation=dilation)
    matrix.check_format(full_check=True)

    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)).astype(np.int64)
    assert (np.diff(rows * matrix.shape[1] + matrix.indices) > 0).all()
    assert np.int32 == matrix.indices.dtype == matrix.indptr.dtype


@pytest.mark.parametrize(
    ("images", "dtype"),
    [
        (np.zeros((1, 1, 3, 3), np.float32), "float32"),
        (Tensor(np.zeros((1, 1, 3, 3))), "float64"),
        (np.zeros((1, 1, 3, 3), int), "float64"),
        ((1, 1, 3, 3), "float64"),
        ((1, 3, 3), "float64"),
    ],
)
def test_images_are_an_array_a_tensor_or_a_shape(images, dtype):
    matrix = im2col_matrix_sparse(images, 2)

    assert (9, 16) == matrix.shape
    assert dtype == matrix.dtype


def test_images_of_another_kind_are_refused():
    with pytest.raises(EngineError, match=r"the images are 5; an array \(N, Cin, H, W\) or its shape was expected."):
        im2col_matrix_sparse(5, 2)


def test_a_kernel_that_does_not_fit_is_refused():
    with pytest.raises(ShapeMismatch, match="the kernel reaches over 4 pixels, the padded input has 3"):
        im2col_matrix_sparse((1, 1, 3, 3), 4)


@given(layers(), st.integers(0, 99))
def test_convolution_is_the_sum_over_each_patch(layer, seed):
    shape, kernel, stride, padding, dilation = layer
    rng = np.random.default_rng(seed)
    x, weight = rng.standard_normal(shape), rng.standard_normal((2, shape[1], kernel, kernel))

    expected = looped_conv2d(x, weight, stride, padding, dilation)

    np.testing.assert_allclose(ag.conv2d(x, weight, stride, padding, dilation).value, expected, atol=1e-12)


@pytest.mark.parametrize("n_filters", [2, 20])
def test_convolution_of_many_images_goes_through_several_batches(n_filters):
    rng = np.random.default_rng(1)
    x, weight = rng.standard_normal((5, 16, 60, 60)), rng.standard_normal((n_filters, 16, 3, 3))
    seed = rng.standard_normal((5, n_filters, 58, 58))
    whole, ones = Tensor(x, True), [Tensor(x[k : k + 1], True) for k in range(5)]
    kernel, kernel_of_ones = Tensor(weight, True), Tensor(weight, True)
    output = ag.conv2d(whole, kernel)
    output.backward(seed)
    for k, one in enumerate(ones):
        ag.conv2d(one, kernel_of_ones).backward(seed[k : k + 1])

    np.testing.assert_allclose(whole.grad, np.concatenate([one.grad for one in ones]), atol=1e-12)
    np.testing.assert_allclose(kernel.grad, kernel_of_ones.grad, atol=1e-9)


@given(layers(), st.integers(0, 99))
def test_convolution_and_its_gradients_are_those_of_a_product_with_the_im2col_matrix(layer, seed):
    shape, kernel, stride, padding, dilation = layer
    rng = np.random.default_rng(seed)
    x, weight = (
        Tensor(rng.standard_normal(shape), True),
        Tensor(rng.standard_normal((2, shape[1], kernel, kernel)), True),
    )
    direct = ag.conv2d(x, weight, stride, padding, dilation)
    upstream = rng.standard_normal(direct.shape)
    direct.backward(upstream)
    grads, x.grad, weight.grad = (x.grad, weight.grad), None, None

    matrix = im2col_matrix_sparse(shape, kernel, stride, padding=padding, dilation=dilation)
    patches = ag.spcmatmul(x.reshape(shape[0], -1), matrix).reshape(shape[0], -1, shape[1] * kernel**2)
    through_matrix = ag.moveaxis(patches @ weight.reshape(2, -1).T, 1, 2).reshape(direct.shape)
    through_matrix.backward(upstream)

    np.testing.assert_allclose(direct.value, through_matrix.value, atol=1e-12)
    np.testing.assert_allclose(grads[0], x.grad, atol=1e-12)
    np.testing.assert_allclose(grads[1], weight.grad, atol=1e-11)


@given(layers(), st.integers(0, 99))
def test_the_adjoint_of_a_sparse_product_is_the_transpose(layer, seed):
    shape, kernel, stride, padding, dilation = layer
    matrix = im2col_matrix_sparse(shape, kernel, stride, padding=padding, dilation=dilation)
    rng = np.random.default_rng(seed)
    x = Tensor(rng.standard_normal((shape[0], matrix.shape[0])), requires_grad=True)
    y = rng.standard_normal((shape[0], matrix.shape[1]))
    output = ag.spcmatmul(x, matrix)
    output.backward(y)

    assert np.sum(output.value * y) == pytest.approx(np.sum(x.value * x.grad), abs=1e-9)


def test_a_sparse_matrix_of_whole_numbers_does_not_widen_float32():
    x = Tensor(np.ones((2, 9), np.float32), requires_grad=True)
    output = ag.spcmatmul(x, im2col_matrix_sparse((1, 1, 3, 3), 2).astype(int))
    output.backward(np.ones((2, 16)))

    assert np.float32 == output.dtype == x.grad.dtype


@pytest.mark.parametrize("shape", [(2, 8), (2, 2, 9), ()])
def test_a_sparse_product_of_other_sizes_is_refused(shape):
    with pytest.raises(ShapeMismatch, match=r"spcmatmul: dense is .*, sparse is \(9, 16\); "):
        ag.spcmatmul(np.ones(shape), im2col_matrix_sparse((1, 1, 3, 3), 2))
