"""Every row of the table: its derivative, shape, cost, type and buffer, each beside a second witness."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tensors import STANDARD_TENSOR_RULES, Cost, Tensor
from engine.tensors.counting import Counter, counted
from engine.tensors.tensor import apply

STEP = 1e-5


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).uniform(0.4, 1.6, shape)


def sparse_matrix():
    from scipy.sparse import csr_matrix

    return csr_matrix(np.array([[1.0, 0, 2], [0, 3, 4]]))


FLAT = {"axis": None, "keepdims": False}
# Operation -> (operands' shapes, options); several cases where one does not reach every branch.
CASES = [
    *((name, [(2, 3), (3,)], {}) for name in ("add", "sub", "mul", "div", "pow", "maximum")),
    *((name, [(3, 1), (2, 1, 4)], {}) for name in ("add", "sub", "mul", "div", "pow", "maximum")),
    *((name, [(2, 3)], {}) for name in ("neg", "exp", "log", "relu", "tanh", "sigmoid")),
    *((name, [()], {}) for name in ("neg", "exp", "log", "relu", "tanh", "sigmoid")),
    ("matmul", [(2, 3), (3, 4)], {}),
    ("matmul", [(3,), (3,)], {}),
    ("matmul", [(3,), (2, 3, 4)], {}),
    ("matmul", [(2, 4, 3), (3,)], {}),
    ("matmul", [(2, 4, 3), (3, 2)], {}),
    ("matmul", [(4, 3), (2, 3, 2)], {}),
    ("matmul", [(2, 1, 2, 3), (3, 3, 2)], {}),
    ("spcmatmul", [(4, 2)], {"matrix": sparse_matrix()}),
    ("conv2d", [(2, 2, 5, 4), (3, 2, 2, 2)], {"stride": 2, "padding": 1, "dilation": 1}),
    ("conv2d", [(1, 1, 5, 6), (1, 1, 3, 2)], {"stride": 1, "padding": 0, "dilation": 2}),
    *((name, [(2, 3, 2)], FLAT) for name in ("sum", "mean", "max", "logsumexp")),
    *((name, [(2, 3, 2)], {"axis": 1, "keepdims": True}) for name in ("sum", "mean", "max", "logsumexp")),
    *((name, [(2, 3, 2)], {"axis": (0, -1), "keepdims": False}) for name in ("sum", "mean", "max", "logsumexp")),
    ("softmax", [(2, 3)], {"axis": 0}),
    ("softmax", [(2, 3)], {"axis": None}),
    ("pad", [(2, 2, 3)], {"padding": 2, "value": 0.5}),
    ("reshape", [(2, 6)], {"shape": (3, -1)}),
    ("moveaxis", [(2, 3, 4)], {"source": (0, 1), "destination": (-1, 0)}),
    ("transpose", [(2, 3, 4)], {"axes": (1, 2, 0)}),
    ("getitem", [(4, 3)], {"index": (slice(1, None, 2), None, -1)}),
    ("getitem", [(4, 3, 2)], {"index": (np.array([1, 1, 0]), slice(None), 1)}),
    ("concatenate", [(2, 3), (2, 1), (2, 2)], {"axis": -1}),
    ("embedding", [(4, 2)], {"indices": np.array([[0, 3], [3, 3]])}),
]


def test_every_row_of_the_table_has_a_case():
    assert set(STANDARD_TENSOR_RULES.operations) == {name for name, _, _ in CASES}


@pytest.mark.parametrize(("name", "operand_shapes", "options"), CASES)
def test_a_derivative_is_the_slope_between_close_points(name, operand_shapes, options):
    leaves = [Tensor(numbers(*shape, seed=place), requires_grad=True) for place, shape in enumerate(operand_shapes)]
    output = apply(name, *leaves, **options)
    seed = numbers(*output.shape, seed=9)
    output.backward(seed)

    for leaf in leaves:
        np.testing.assert_allclose(leaf.grad, slopes(leaf, leaves, name, options, seed), rtol=1e-6, atol=1e-8)


def slopes(leaf, leaves, name, options, seed):
    """(f(x + h) - f(x - h)) / 2h for every entry of a leaf, f being the output weighted by the seed."""
    row = STANDARD_TENSOR_RULES.operations[name]
    found = np.zeros(leaf.shape)
    for place in np.ndindex(leaf.shape):
        ends = []
        for step in (STEP, -STEP):
            values = [other.value.copy() if other is leaf else other.value for other in leaves]
            values[leaves.index(leaf)][place] += step
            ends.append(np.sum(row.value(*values, **options) * seed))
        found[place] = (ends[0] - ends[1]) / (2 * STEP)
    return found


def applied(name, operand_shapes, options, dtype=np.float64, **leaf):
    leaves = [Tensor(numbers(*shape, seed=k).astype(dtype), **leaf) for k, shape in enumerate(operand_shapes)]
    return leaves, apply(name, *leaves, **options)


@pytest.mark.parametrize(("name", "operand_shapes", "options"), CASES)
def test_the_shape_rule_gives_the_arrays_shape(name, operand_shapes, options):
    _, output = applied(name, operand_shapes, options)

    assert output.value.shape == STANDARD_TENSOR_RULES.operations[name].shape(*operand_shapes, **options)


@pytest.mark.parametrize(("name", "operand_shapes", "options"), CASES)
def test_the_cost_rule_counts_bytes_of_operands_and_result(name, operand_shapes, options):
    leaves, output = applied(name, operand_shapes, options)
    cost = STANDARD_TENSOR_RULES.operations[name].cost(output.shape, *operand_shapes, itemsize=8, **options)
    read = sum(leaf.value.nbytes for leaf in leaves)
    if name in ("pad", "reshape", "moveaxis", "transpose", "getitem", "concatenate", "embedding"):
        read = output.value.nbytes
    if name == "spcmatmul":
        matrix = options["matrix"]
        read += matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes

    assert read + output.value.nbytes == cost.bytes_moved


@pytest.mark.parametrize(("name", "operand_shapes", "options"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_stays(name, operand_shapes, options, dtype):
    leaves, output = applied(name, operand_shapes, options, dtype, requires_grad=True)
    output.backward(np.ones(output.shape))

    assert {np.dtype(dtype)} == {array.dtype for array in (output.value, *(leaf.grad for leaf in leaves))}


@pytest.mark.parametrize(("name", "operand_shapes", "options"), CASES)
def test_a_result_owns_its_buffer(name, operand_shapes, options):
    leaves, output = applied(name, operand_shapes, options)

    assert [False] * len(leaves) == [np.shares_memory(output.value, leaf.value) for leaf in leaves]


COUNTED = [case for case in CASES if case[0] not in ("logsumexp", "getitem", "embedding")]


@pytest.mark.parametrize(("name", "operand_shapes", "options"), COUNTED)
def test_the_cost_rule_counts_what_a_run_does(name, operand_shapes, options):
    counter = Counter()
    row = STANDARD_TENSOR_RULES.operations[name]
    output = row.value(*(counted(numbers(*shape), counter) for shape in operand_shapes), **options)
    cost = row.cost(np.shape(output), *operand_shapes, itemsize=8, **options)

    if cost.multiply_adds:
        # A product's first term is added to nothing, so multiplications are what is compared.
        assert cost.multiply_adds == counter.multiplications
    else:
        assert cost.elementwise == counter.total


class Unknown:
    """A size that can be added, subtracted, multiplied, floor-divided and compared, and nothing else."""

    def __init__(self, size):
        self.size = getattr(size, "size", size)

    def __add__(self, other):
        return Unknown(self.size + Unknown(other).size)

    def __sub__(self, other):
        return Unknown(self.size - Unknown(other).size)

    def __rsub__(self, other):
        return Unknown(Unknown(other).size - self.size)

    def __mul__(self, other):
        return Unknown(self.size * Unknown(other).size)

    def __floordiv__(self, other):
        return Unknown(self.size // Unknown(other).size)

    def __eq__(self, other):
        return self.size == Unknown(other).size

    def __lt__(self, other):
        return self.size < Unknown(other).size

    def __gt__(self, other):
        return self.size > Unknown(other).size

    def __ge__(self, other):
        return self.size >= Unknown(other).size

    def __le__(self, other):
        return self.size <= Unknown(other).size

    __radd__, __rmul__ = __add__, __mul__


@pytest.mark.parametrize(("name", "operand_shapes", "options"), CASES)
def test_shapes_and_costs_are_arithmetic_that_unknown_sizes_go_through(name, operand_shapes, options):
    row = STANDARD_TENSOR_RULES.operations[name]
    unknown = [tuple(size if size == 1 else Unknown(size) for size in shape) for shape in operand_shapes]
    shape, expected = row.shape(*unknown, **options), row.shape(*operand_shapes, **options)
    cost, expected_cost = (
        row.cost(*case, itemsize=8, **options) for case in ((shape, *unknown), (expected, *operand_shapes))
    )

    assert expected == shape
    assert expected_cost == cost


def test_logsumexp_costs_a_maximum_a_difference_an_exponential_and_a_sum_an_entry():
    cost = STANDARD_TENSOR_RULES.operations["logsumexp"].cost((2,), (2, 3), itemsize=8, axis=1, keepdims=False)

    by_hand = (2 * 2) + 6 + 6 + (2 * 2) + 2 + 2  # maxima, differences, exponentials, sums, logarithms, shifts
    assert by_hand == cost.elementwise


def test_a_sparse_product_costs_a_multiply_add_for_each_stored_entry_and_row():
    cost = STANDARD_TENSOR_RULES.operations["spcmatmul"].cost((4, 3), (4, 2), itemsize=8, matrix=sparse_matrix())

    assert 4 * 4 == cost.multiply_adds


def test_costs_add_up():
    assert Cost(11, 22, 33) == Cost(1, 2, 3) + Cost(10, 20, 30)


@pytest.mark.parametrize("row", STANDARD_TENSOR_RULES.operations.values(), ids=lambda row: row.name)
def test_every_row_words_each_derivative(row):
    assert len(row.vjp) == len(row.contributions)
    assert row.expression and row.tex


@pytest.mark.parametrize(("name", "operand_shapes", "options"), CASES)
def test_a_row_says_whether_a_derivative_reads_the_result(name, operand_shapes, options):
    row = STANDARD_TENSOR_RULES.operations[name]
    leaves = [Tensor(numbers(*shape, seed=place)) for place, shape in enumerate(operand_shapes)]
    output = apply(name, *leaves, **options)
    reads = []

    class Output:
        shape = output.shape

        @property
        def value(self):
            reads.append(name)
            return output.value

    for place in range(len(leaves)):
        row.contribution(place, numbers(*output.shape), Output(), leaves, options)

    assert row.reads_output is bool(reads)
