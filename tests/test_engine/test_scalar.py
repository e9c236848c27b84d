"""Values and gradients of scalar graphs, against forward-mode dual numbers, central differences and hand results."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

import engine as ag
from engine import exact

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
    with pytest.raises(ag.EngineError, match=r"exp: the operand is 2; a Scalar was expected\."):
        ag.exp(2)  # type: ignore[arg-type]


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
