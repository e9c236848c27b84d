"""Values and gradients of random scalar graphs, against dual numbers, central differences and torch."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

import engine as ag

BINARY = ("add", "sub", "mul", "div")
UNARY = ("neg", "relu", "cube", "square", "inverse")
EXPONENTS = {"cube": 3, "square": 2, "inverse": -1}


@dataclass(frozen=True)
class Program:
    """Leaves, then steps (operation, left, right) on any earlier nodes; the last node is the output."""

    leaves: tuple[Fraction, ...]
    steps: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Dual:
    """A value and its derivative with respect to one leaf: forward mode, the second witness."""

    value: Fraction
    slope: Fraction

    def apply(self, operation: str, other: "Dual") -> "Dual":
        a, b, da, db = self.value, other.value, self.slope, other.slope
        if operation in EXPONENTS:
            n = EXPONENTS[operation]
            return Dual(a**n, n * a ** (n - 1) * da)
        return {
            "add": lambda: Dual(a + b, da + db),
            "sub": lambda: Dual(a - b, da - db),
            "mul": lambda: Dual(a * b, da * b + a * db),
            "div": lambda: Dual(a / b, (da * b - a * db) / b**2),
            "neg": lambda: Dual(-a, -da),
            "relu": lambda: Dual(a, da) if a > 0 else Dual(Fraction(0), Fraction(0)),
        }[operation]()


SCALAR_OPERATIONS: dict[str, Callable[[ag.Scalar, ag.Scalar], ag.Scalar]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a, _: -a,
    "relu": lambda a, _: ag.relu(a),
    "cube": lambda a, _: a**3,
    "square": lambda a, _: ag.pow(a, 2),
    "inverse": lambda a, _: a**-1,
}

small_fractions = st.fractions(min_value=-4, max_value=4, max_denominator=3)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    leaves = tuple(draw(st.lists(small_fractions, min_size=1, max_size=4)))
    steps = []
    for place in range(draw(st.integers(1, 7))):
        node = st.integers(0, len(leaves) + place - 1)
        steps.append((draw(st.sampled_from(BINARY + UNARY)), draw(node), draw(node)))
    return Program(leaves, tuple(steps))


def dual_run(program: Program, leaf: int) -> list[Dual]:
    nodes = [Dual(value, Fraction(place == leaf)) for place, value in enumerate(program.leaves)]
    for operation, left, right in program.steps:
        nodes.append(nodes[left].apply(operation, nodes[right]))
    return nodes


def witness(program: Program) -> tuple[list[Fraction], list[Fraction]]:
    """Every node's value, and the gradient of every leaf; programs that divide by 0 are no programs."""
    try:
        runs = [dual_run(program, leaf) for leaf in range(len(program.leaves))]
    except ZeroDivisionError:
        reject()
    return [node.value for node in runs[0]], [run[-1].slope for run in runs]


def scalar_run(program: Program) -> list[ag.Scalar]:
    nodes = [ag.Scalar(value) for value in program.leaves]
    for operation, left, right in program.steps:
        nodes.append(SCALAR_OPERATIONS[operation](nodes[left], nodes[right]))
    return nodes


@given(programs())
def test_values_and_gradients_equal_exact_forward_mode(program: Program):
    values, gradients = witness(program)
    nodes = scalar_run(program)

    nodes[-1].backward()

    assert values == [node.value for node in nodes]
    assert gradients == [node.grad for node in nodes[: len(program.leaves)]]


@given(programs(), st.data())
def test_graphs_may_meet_in_any_order_and_early_handles_stay_valid(program: Program, data: st.DataObject):
    values, gradients = witness(program)
    n_leaves = len(program.leaves)
    nodes = {place: ag.Scalar(value) for place, value in enumerate(program.leaves)}
    waiting = dict(enumerate(program.steps, start=n_leaves))
    while waiting:
        ready = [k for k, (_, left, right) in waiting.items() if left in nodes and right in nodes]
        place = data.draw(st.sampled_from(ready))
        operation, left, right = waiting.pop(place)
        nodes[place] = SCALAR_OPERATIONS[operation](nodes[left], nodes[right])

    nodes[len(values) - 1].backward()

    assert values == [nodes[place].value for place in range(len(values))]
    assert gradients == [nodes[place].grad for place in range(n_leaves)]


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=7), st.data())
def test_a_sum_of_separate_graphs_may_be_bracketed_in_any_way(numbers: list[int], data: st.DataObject):
    leaves = [ag.Scalar(number) for number in numbers]
    parts = [leaf * leaf for leaf in leaves]
    while len(parts) > 1:
        place = data.draw(st.integers(0, len(parts) - 2))
        parts[place : place + 2] = [parts[place] + parts[place + 1]]

    parts[0].backward()

    assert sum(number**2 for number in numbers) == parts[0].value
    assert [2 * number for number in numbers] == [leaf.grad for leaf in leaves]


SMOOTH: dict[str, tuple[Callable[[float, float], float], Callable[[ag.Scalar, ag.Scalar], ag.Scalar]]] = {
    "exp": (lambda a, b: math.exp(a), lambda a, b: ag.exp(a)),
    "log": (lambda a, b: math.log(a * a + 1), lambda a, b: ag.log(a * a + 1)),
    "tanh": (lambda a, b: math.tanh(a), lambda a, b: ag.tanh(a)),
    "sigmoid": (lambda a, b: 1 / (1 + math.exp(-a)), lambda a, b: ag.sigmoid(a)),
    "mul": (lambda a, b: a * b, lambda a, b: a * b),
    "sub": (lambda a, b: a - b, lambda a, b: a - b),
    "ratio": (lambda a, b: a / (b * b + 1), lambda a, b: a / (b * b + 1)),
    "power": (lambda a, b: (a * a + 1) ** b, lambda a, b: (a * a + 1) ** b),
}


@st.composite
def smooth_programs(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    count = draw(st.integers(1, 5))
    node = [st.integers(0, place + 1) for place in range(count)]
    return [(draw(st.sampled_from(sorted(SMOOTH))), draw(node[k]), draw(node[k])) for k in range(count)]


def float_run(steps: list[tuple[str, int, int]], leaves: Sequence[float]) -> float:
    nodes = list(leaves)
    for name, left, right in steps:
        nodes.append(SMOOTH[name][0](nodes[left], nodes[right]))
        assume(abs(nodes[-1]) < 30)
    return nodes[-1]


@given(smooth_programs(), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_smooth_gradients_equal_central_differences(steps: list[tuple[str, int, int]], x: float, y: float):
    h = 1e-5
    slopes = [
        (float_run(steps, (x + h, y)) - float_run(steps, (x - h, y))) / (2 * h),
        (float_run(steps, (x, y + h)) - float_run(steps, (x, y - h))) / (2 * h),
    ]
    nodes = [ag.Scalar(x), ag.Scalar(y)]
    for name, left, right in steps:
        nodes.append(SMOOTH[name][1](nodes[left], nodes[right]))

    nodes[-1].backward()

    assert slopes == pytest.approx([float(leaf.grad) for leaf in nodes[:2]], rel=1e-4, abs=1e-4)


@given(smooth_programs(), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_smooth_gradients_equal_torch(steps: list[tuple[str, int, int]], x: float, y: float):
    torch = pytest.importorskip("torch", reason="torch is an optional second witness")
    float_run(steps, (x, y))
    named = {"exp": torch.exp, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
    theirs = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in (x, y)]
    ours = [ag.Scalar(x), ag.Scalar(y)]
    for name, left, right in steps:
        a, b = theirs[left], theirs[right]
        log = torch.log(a * a + 1)
        theirs.append(named[name](a) if name in named else log if name == "log" else SMOOTH[name][0](a, b))
        ours.append(SMOOTH[name][1](ours[left], ours[right]))

    theirs[-1].backward()
    ours[-1].backward()

    expected = [0.0 if leaf.grad is None else float(leaf.grad) for leaf in theirs[:2]]
    assert expected == pytest.approx([float(leaf.grad) for leaf in ours[:2]], rel=1e-9, abs=1e-9)
