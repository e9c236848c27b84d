"""Random programs over tensors: values, gradients and postorder agree with PyTorch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.tensors import Tensor, functions

torch = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")

LARGEST = 1e4  # values beyond are not interesting, and rounding would drown the comparison


class TorchFunctions:
    """PyTorch under the names that `ag` uses."""

    exp, log, relu, tanh, sigmoid = torch.exp, torch.log, torch.relu, torch.tanh, torch.sigmoid
    matmul, maximum, moveaxis = torch.matmul, torch.maximum, torch.movedim

    @staticmethod
    def sum(a, axis=None, keepdims=False):
        return torch.sum(a, dim=_axes(a, axis), keepdim=keepdims)

    @staticmethod
    def mean(a, axis=None, keepdims=False):
        return torch.mean(a, dim=_axes(a, axis), keepdim=keepdims)

    @staticmethod
    def max(a, axis=None, keepdims=False):
        return torch.amax(a, dim=_axes(a, axis), keepdim=keepdims)

    @staticmethod
    def logsumexp(a, axis=None, keepdims=False):
        return torch.logsumexp(a, dim=_axes(a, axis), keepdim=keepdims)

    @staticmethod
    def softmax(a, axis=-1):
        return torch.softmax(a, dim=axis)

    @staticmethod
    def concatenate(parts, axis=0):
        return torch.cat(parts, dim=axis)

    @staticmethod
    def transpose(a, axes=None):
        return torch.permute(a, axes or tuple(reversed(range(a.ndim))))

    @staticmethod
    def embedding(weight, indices):
        return torch.nn.functional.embedding(torch.as_tensor(indices), weight)

    @staticmethod
    def conv2d(x, weight, stride=1, padding=0, dilation=1):
        return torch.nn.functional.conv2d(x, weight, stride=stride, padding=padding, dilation=dilation)


def _axes(a, axis):
    return tuple(range(a.ndim)) if axis is None else axis


@dataclass
class Program:
    """Leaves, and steps that a function of (ag, earlier values) each describes."""

    leaves: list[np.ndarray]
    steps: list = field(default_factory=list)

    def run(self, ag, leaves):
        values = list(leaves)
        for step in self.steps:
            values.append(step(ag, values))
        return values


UNARY = {
    "neg": lambda ag, a: -a,
    "exp": lambda ag, a: ag.exp(a),
    "log": lambda ag, a: ag.log(a * a + 0.5),
    "relu": lambda ag, a: ag.relu(a),
    "tanh": lambda ag, a: ag.tanh(a),
    "sigmoid": lambda ag, a: ag.sigmoid(a),
    "scale": lambda ag, a: 2 * a - 0.5,
    "one over": lambda ag, a: 1 / (a**2 + 1),
    "cube": lambda ag, a: a**3,
    "twice": lambda ag, a: a * a,
}
BINARY = {
    "add": lambda ag, a, b: a + b,
    "sub": lambda ag, a, b: a - b,
    "mul": lambda ag, a, b: a * b,
    "div": lambda ag, a, b: a / (b * b + 1),
    "maximum": lambda ag, a, b: ag.maximum(a, b),
    "pow": lambda ag, a, b: ag.exp(ag.tanh(a)) ** b,
}


@st.composite
def programs(draw):
    n_axes = draw(st.integers(0, 3))
    full = draw(st.lists(st.integers(1, 3), min_size=n_axes, max_size=n_axes))
    seed = draw(st.integers(0, 2**16))
    leaves = [_leaf(np.random.default_rng([seed, k]), draw(_fitting(full))) for k in range(draw(st.integers(1, 3)))]
    program = Program(leaves)
    values = list(leaves)
    for _ in range(draw(st.integers(1, 6))):
        step = draw(_step(values))
        program.steps.append(step)
        values = [value.value for value in program.run(functions, [Tensor(leaf) for leaf in leaves])]
        assume(all(np.isfinite(value).all() and np.abs(value).max(initial=0) < LARGEST for value in values))
    return program


def _leaf(rng, shape):
    # Halves meet each other and 0 often: ties and the corner of relu are part of what is compared.
    return rng.integers(-4, 5, shape) / 2 if rng.random() < 0.5 else rng.standard_normal(shape)


@st.composite
def _fitting(draw, full):
    """A shape that broadcasts to `full`: leading axes left out, sizes replaced by 1."""
    start = draw(st.integers(0, len(full)))
    return tuple(draw(st.sampled_from([size, 1])) for size in full[start:])


@st.composite
def _step(draw, values):
    places = st.integers(0, len(values) - 1)
    kind = draw(st.sampled_from(["unary", "binary", "matmul", "reduce", "move", "index", "join"]))
    i, j = draw(places), draw(places)
    if kind == "binary":
        op = BINARY[draw(st.sampled_from(sorted(BINARY)))]
        if _broadcasts(values[i].shape, values[j].shape):
            return lambda ag, v: op(ag, v[i], v[j])
    if kind == "matmul" and _multiplies(values[i].shape, values[j].shape):
        return lambda ag, v: v[i] @ v[j]
    if kind == "matmul" and values[i].ndim >= 2:
        return lambda ag, v: v[i] @ ag.moveaxis(v[i], -1, -2)
    if kind == "reduce" and values[i].ndim:
        return draw(_reduction(i, values[i].ndim))
    if kind == "move" and values[i].ndim:
        return draw(_movement(i, values[i]))
    if kind == "index" and values[i].ndim:
        return draw(_indexing(i, values[i].shape))
    if kind == "join" and values[i].ndim:
        axis = draw(st.integers(-values[i].ndim, values[i].ndim - 1))
        return lambda ag, v: ag.concatenate([v[i], v[i] * 2, v[i]], axis=axis)
    unary = UNARY[draw(st.sampled_from(sorted(UNARY)))]
    return lambda ag, v: unary(ag, v[i])


def _broadcasts(left, right):
    return all(m == n or 1 in (m, n) for m, n in zip(reversed(left), reversed(right), strict=False))


def _multiplies(left, right):
    if not left or not right or left[-1] != right[-2 if len(right) > 1 else -1]:
        return False
    return _broadcasts(left[:-2], right[:-2])


@st.composite
def _reduction(draw, i, n_axes):
    name = draw(st.sampled_from(["sum", "mean", "max", "logsumexp", "softmax"]))
    one = st.integers(-n_axes, n_axes - 1)
    if name == "softmax":
        axis = draw(one)
        return lambda ag, v: ag.softmax(v[i], axis=axis)
    several = st.lists(st.integers(0, n_axes - 1), min_size=1, max_size=n_axes, unique=True).map(tuple)
    axis, keepdims = draw(st.one_of(st.none(), one, several)), draw(st.booleans())
    return lambda ag, v: getattr(ag, name)(v[i], axis=axis, keepdims=keepdims)


@st.composite
def _movement(draw, i, value):
    kind = draw(st.sampled_from(["reshape", "moveaxis", "transpose"]))
    n_axes = value.ndim
    if kind == "reshape":
        shape = (-1, value.shape[0]) if draw(st.booleans()) else (1, *reversed(value.shape))
        return lambda ag, v: v[i].reshape(shape)
    if kind == "moveaxis":
        source, destination = (draw(st.integers(-n_axes, n_axes - 1)) for _ in range(2))
        return lambda ag, v: ag.moveaxis(v[i], source, destination)
    axes = draw(st.one_of(st.none(), st.permutations(range(n_axes)).map(tuple)))
    return lambda ag, v: ag.transpose(v[i], axes)


@st.composite
def _indexing(draw, i, shape):
    kind = draw(st.sampled_from(["slice", "int", "array", "rows", "ellipsis"]))
    place = st.integers(-shape[0], shape[0] - 1)
    if kind == "slice":
        start, step = draw(st.integers(0, shape[0] - 1)), draw(st.integers(1, 2))
        return lambda ag, v: v[i][start::step]
    if kind == "int":
        k = draw(place)
        return lambda ag, v: v[i][k]
    if kind == "ellipsis":
        return lambda ag, v: v[i][..., None, 0]
    places = np.array(draw(st.lists(st.integers(0, shape[0] - 1), min_size=1, max_size=4)))
    if kind == "rows" and len(shape) == 2:
        return lambda ag, v: ag.embedding(v[i], places)
    return lambda ag, v: v[i][places]


def _both(program):
    ours = program.run(functions, [Tensor(leaf, requires_grad=True) for leaf in program.leaves])
    theirs = program.run(
        TorchFunctions, [torch.tensor(leaf, dtype=torch.float64, requires_grad=True) for leaf in program.leaves]
    )
    return ours, theirs


@given(programs())
def test_values_and_gradients_are_those_of_torch(program):
    ours, theirs = _both(program)
    seed = np.random.default_rng(7).standard_normal(ours[-1].shape)
    ours[-1].backward(seed)
    theirs[-1].backward(torch.tensor(seed))

    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.value, other.detach().numpy(), rtol=1e-9, atol=1e-12)
    for leaf, other in zip(ours[: len(program.leaves)], theirs, strict=False):
        expected = np.zeros(leaf.shape) if other.grad is None else other.grad.numpy()
        scale = 1 + np.abs(expected).max(initial=0)
        np.testing.assert_allclose(leaf.grad, expected, rtol=1e-8, atol=1e-10 * scale)


@given(programs())
def test_the_postorder_is_that_of_torchs_own_graph(program):
    ours, theirs = _both(program)
    known = {id(node): place for place, node in enumerate(ours)}
    mine = [known[id(node)] for node in ours[-1].postorder() if id(node) in known]

    assert _torch_postorder(theirs) == mine


def _torch_postorder(values):
    """The numbers of the program's values in the postorder of PyTorch's graph, left operand first."""
    functions_of = [value.grad_fn for value in values]
    places = {function: place for place, function in enumerate(functions_of) if function is not None}
    leaves = {id(value): place for place, value in enumerate(values) if value.grad_fn is None}
    order, done = [], set()

    def visit(function):
        if function is None or function in done:
            return
        done.add(function)
        for source, _ in function.next_functions:
            visit(source)
        place = leaves[id(function.variable)] if hasattr(function, "variable") else places.get(function)
        if place is not None:
            order.append(place)

    if values[-1].grad_fn is None:
        return [len(values) - 1]
    visit(values[-1].grad_fn)
    return order


@st.composite
def convolutions(draw):
    kernel, dilation, padding = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(0, 2))
    reach = dilation * (kernel - 1) + 1
    height, width = (draw(st.integers(max(1, reach - 2 * padding), 8)) for _ in range(2))
    x = draw(st.integers(1, 3)), draw(st.integers(1, 3)), height, width
    weight = draw(st.integers(1, 3)), x[1], kernel, kernel
    return x, weight, {"stride": draw(st.integers(1, 3)), "padding": padding, "dilation": dilation}


@given(convolutions(), st.integers(0, 100))
def test_convolution_and_its_gradients_are_those_of_torch(sizes, seed):
    x_shape, weight_shape, options = sizes
    rng = np.random.default_rng(seed)
    program = Program(
        [rng.standard_normal(x_shape), rng.standard_normal(weight_shape)],
        [lambda ag, v: ag.conv2d(v[0], v[1], **options)],
    )
    ours, theirs = _both(program)
    upstream = rng.standard_normal(ours[-1].shape)
    ours[-1].backward(upstream)
    theirs[-1].backward(torch.tensor(upstream))

    np.testing.assert_allclose(ours[2].value, theirs[2].detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(ours[0].grad, theirs[0].grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(ours[1].grad, theirs[1].grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("name", ["relu", "max", "maximum"])
def test_ties_share_the_gradient_as_torch_does(name):
    numbers = np.array([[0.0, 1.0, 1.0], [2.0, 2.0, 2.0]])
    steps = {
        "relu": lambda ag, v: ag.relu(v[0]),
        "max": lambda ag, v: ag.max(v[0], axis=1),
        "maximum": lambda ag, v: ag.maximum(v[0], v[0] * 0 + 1),
    }
    ours, theirs = _both(Program([numbers], [steps[name]]))
    ours[-1].backward(np.ones(ours[-1].shape))
    theirs[-1].backward(torch.ones_like(theirs[-1]))

    np.testing.assert_array_equal(ours[0].grad, theirs[0].grad.numpy())
