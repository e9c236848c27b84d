"""The written-down walk: what it says, evaluated by an evaluator of our own, is what `backward` computes."""

import ast
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine as ag
from engine import exact
from engine.scalar import label_node

OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: exact.divide,
    ast.Pow: exact.power,
    ast.Gt: operator.gt,
}
FUNCTIONS = {
    "exp": exact.exp,
    "log": exact.log,
    "tanh": exact.tanh,
    "sigmoid": exact.sigmoid,
    "relu": lambda a: max(a, 0),
}


def evaluated(text: str, names: Mapping[str, Any]) -> Any:
    """The number that an expression of a trace says; `z1.value` is looked up as a whole."""

    def number(node: ast.AST) -> Any:
        match node:
            case ast.Constant(value=float()):
                return exact.literal(ast.unparse(node))
            case ast.Constant(value=value):
                return value
            case ast.Name() | ast.Attribute():
                return names[ast.unparse(node)]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -number(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATORS[type(op)](number(left), number(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return OPERATORS[type(op)](number(left), number(right))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return number(body) if number(test) else number(orelse)
            case ast.Call(func=ast.Name(id=name), args=[argument]):
                return FUNCTIONS[name](number(argument))
        raise AssertionError(f"a trace says {ast.unparse(node)}")

    return number(ast.parse(text, mode="eval").body)


APPLIED: dict[str, Callable[[ag.Scalar, ag.Scalar], ag.Scalar]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / (b * b + 1),
    "neg": lambda a, _: -a,
    "relu": lambda a, _: ag.relu(a),
    "cube": lambda a, _: a**3,
    "inverse": lambda a, _: (a * a + 1) ** -1,
    "minus": lambda a, _: 2 - a,
    "half": lambda a, _: Fraction(1, 2) * a,
    "third": lambda a, _: a / Fraction(-1, 3),
}


@st.composite
def graphs(draw: st.DrawFn) -> list[ag.Scalar]:
    """Exact scalars with labels, made from each other; the last one is the output."""
    values = st.fractions(min_value=-3, max_value=3, max_denominator=2)
    nodes = [ag.Scalar(draw(values)) for _ in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(1, 6))):
        left, right = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(APPLIED[draw(st.sampled_from(sorted(APPLIED)))](left, right))
    for place, node in enumerate(nodes[-1].postorder(), start=1):
        label_node(node, f"z{place}")
    return nodes


def values_by_name(output: ag.Scalar) -> dict[str, exact.Value]:
    nodes = output.postorder()
    return {f"{node.label}.value": node.value for node in nodes} | {node.label: node.value for node in nodes}


@given(graphs())
def test_the_amounts_of_all_steps_add_up_to_the_gradients_of_backward(nodes: list[ag.Scalar]):
    output = nodes[-1]
    walk = ag.backward_walk(output)
    totals: dict[str, exact.Value] = {output.label: 1}
    for step in walk:
        for rule in step.rules:
            totals[rule.target] = totals.get(rule.target, 0) + rule.amount

    output.backward()

    assert {node.label: node.grad for node in output.postorder()} == {
        node.label: totals.get(node.label, 0) for node in output.postorder()
    }


@given(graphs())
def test_the_last_total_of_a_node_is_its_gradient(nodes: list[ag.Scalar]):
    output = nodes[-1]
    walk = ag.backward_walk(output)
    last = {target: total for step in walk for target, total in step.changes.items()}

    output.backward()

    assert {node.label: node.grad for node in output.postorder() if node.label in last} == last


@given(graphs())
def test_each_rule_says_in_symbols_and_in_numbers_what_it_adds(nodes: list[ag.Scalar]):
    names = values_by_name(nodes[-1])
    for step in ag.backward_walk(nodes[-1]):
        for rule in step.rules:
            known = {**names, f"{step.node}.grad": step.gradient}

            assert rule.amount == evaluated(rule.symbols, known)
            assert rule.amount == evaluated(rule.numbers, {})
            assert rule.amount == rule.factor * step.gradient


@given(graphs())
def test_each_forward_line_says_how_its_value_comes_about(nodes: list[ag.Scalar]):
    names = values_by_name(nodes[-1])
    for line in ag.forward_lines(nodes[-1]):
        if line.symbols:
            assert line.value == evaluated(line.symbols, names)
            assert line.value == evaluated(line.numbers, {})


@given(graphs())
def test_the_walk_visits_the_postorder_reversed_and_skips_leaves(nodes: list[ag.Scalar]):
    order = nodes[-1].postorder()
    walk = ag.backward_walk(nodes[-1])

    assert list(range(len(order))) == [step.iteration for step in walk]
    assert [node.label for node in reversed(order)] == [step.node for step in walk]
    assert all(step.skipped for step in walk if step.op.startswith("leaf("))


def labelled(**values: exact.Value) -> list[ag.Scalar]:
    return [ag.Scalar(value, label=name) for name, value in values.items()]


def first_rules(output: ag.Scalar) -> list[tuple[str, str, str]]:
    label_node(output, "y")
    return [(rule.target, rule.symbols, rule.numbers) for rule in ag.backward_walk(output)[0].rules]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda a, b: a + b, [("a", "y.grad", "1"), ("b", "y.grad", "1")]),
        (lambda a, b: a - b, [("a", "y.grad", "1"), ("b", "-y.grad", "-1")]),
        (lambda a, b: a * b, [("a", "b.value*y.grad", "4*1"), ("b", "a.value*y.grad", "(-3)*1")]),
        (lambda a, b: a * a, [("a", "a.value*y.grad", "(-3)*1")] * 2),
        (
            lambda a, b: a / b,
            [("a", "1/b.value*y.grad", "1/4*1"), ("b", "-a.value/b.value**2*y.grad", "-(-3)/4**2*1")],
        ),
        (lambda a, b: -a, [("a", "-y.grad", "-1")]),
        (lambda a, b: a**2, [("a", "2*a.value**(2 - 1)*y.grad", "2*(-3)**(2 - 1)*1")]),
        (lambda a, b: 2 * a, [("a", "2*y.grad", "2*1")]),
        (lambda a, b: a / Fraction(1, 2), [("a", "1/(1/2)*y.grad", "1/(1/2)*1")]),
        (lambda a, b: ag.exp(a), [("a", "exp(a.value)*y.grad", "exp(-3)*1")]),
        (lambda a, b: ag.log(b), [("b", "1/b.value*y.grad", "1/4*1")]),
        (lambda a, b: ag.relu(a), [("a", "(1 if a.value > 0 else 0)*y.grad", "(1 if (-3) > 0 else 0)*1")]),
    ],
)
def test_the_wording_of_each_operation(
    function: Callable[[ag.Scalar, ag.Scalar], ag.Scalar], expected: list[tuple[str, str, str]]
):
    assert expected == first_rules(function(*labelled(a=-3, b=4)))


def test_an_exponential_is_put_in_without_further_parentheses():
    (x,) = labelled(x=6)
    e = ag.exp(x)
    label_node(e, "e")

    assert [("e", "1/e.value*y.grad", "1/exp(6)*1")] == first_rules(ag.log(e))


@pytest.mark.parametrize(
    ("value", "because"),
    [
        (22, "x.value = 22 > 0, so relu passes the gradient on"),
        (0, "x.value = 0 = 0, so relu stops the gradient"),
        (-1, "x.value = -1 < 0, so relu stops the gradient"),
    ],
)
def test_relu_says_what_its_derivative_depends_on(value: int, because: str):
    assert because == ag.backward_walk(ag.relu(ag.Scalar(value, label="x")))[0].because


def test_an_unlabelled_node_is_named_by_its_place():
    x = ag.Scalar(2)

    assert ["v1", "v0"] == [step.node for step in ag.backward_walk(x * x)]


def test_the_walk_leaves_no_gradient_behind():
    x = ag.Scalar(2)
    ag.backward_walk(x * x)

    assert 0 == x.grad
