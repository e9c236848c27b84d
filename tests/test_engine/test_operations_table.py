"""One law that every row of the table of operations passes through: the wording is the derivative, and it is right."""

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
from engine.operations import STANDARD, WITHOUT_VALUES, Operation

ROWS = sorted(STANDARD.operations)
IN_DOMAIN = st.fractions(min_value=Fraction(1, 4), max_value=4, max_denominator=4)

OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: exact.divide,
    ast.Pow: exact.power,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": exact.exp,
    "log": exact.log,
    "tanh": exact.tanh,
    "sigmoid": exact.sigmoid,
    "relu": lambda a: max(a, 0),
}


def evaluated(text: str, names: Mapping[str, Any]) -> Any:
    def number(node: ast.AST) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -number(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATORS[type(op)](number(left), number(right))
            case ast.IfExp(test=ast.Compare(left=left, comparators=[right]), body=body, orelse=orelse):
                return number(body) if number(left) > number(right) else number(orelse)
            case ast.Call(func=ast.Name(id=name), args=[argument]):
                return FUNCTIONS[name](number(argument))
        raise AssertionError(f"a row says {ast.unparse(node)}")

    return number(ast.parse(text, mode="eval").body)


def value_of(row: Operation, left: exact.Value, right: exact.Value) -> exact.Value:
    return row.value(*(left, right)[: row.arity])


@pytest.mark.parametrize("key", ROWS)
@given(left=IN_DOMAIN, right=IN_DOMAIN)
def test_the_expression_says_the_value(key: str, left: Fraction, right: Fraction):
    row = STANDARD.operations[key]

    assert evaluated(row.expression, {"left": left, "right": right}) == value_of(row, left, right)


@pytest.mark.parametrize("key", ROWS)
@given(left=IN_DOMAIN, right=IN_DOMAIN)
def test_the_factors_say_the_vector_jacobian_product(key: str, left: Fraction, right: Fraction):
    row = STANDARD.operations[key]
    output = value_of(row, left, right)
    names = {"left": left, "right": right, "output": output}
    words = {"": "1", "-": "-1"}
    said = [float(evaluated(words.get(factor, factor), names)) for factor in row.factors]
    products = [float(product) for product in row.vjp(left, right, output, 1)]
    if key == "pow_constant":
        said[1] = 0.0  # the exponent is a number, which takes no gradient

    assert said == pytest.approx(products)


@pytest.mark.parametrize("key", ROWS)
@given(left=IN_DOMAIN, right=IN_DOMAIN)
def test_the_derivative_is_the_slope_of_the_value(key: str, left: Fraction, right: Fraction):
    row, h = STANDARD.operations[key], 1e-6
    a, b = float(left), float(right)

    def slope(da: float, db: float) -> float:
        return float(value_of(row, a + da, b + db) - value_of(row, a - da, b - db)) / (2 * h)

    slopes = [slope(h, 0), slope(0, h)][: row.arity]
    products = [float(product) for product in row.vjp(a, b, value_of(row, a, b), 1)]
    if key == "pow_constant":
        slopes[1] = 0.0

    assert slopes == pytest.approx(products, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("key", ROWS)
@given(left=IN_DOMAIN, right=IN_DOMAIN, gradient=st.integers(-5, 5))
def test_the_product_is_linear_in_the_incoming_gradient(key: str, left: Fraction, right: Fraction, gradient: int):
    row = STANDARD.operations[key]
    output = value_of(row, left, right)
    scaled = [float(gradient * product) for product in row.vjp(left, right, output, 1)]

    assert scaled == pytest.approx([float(product) for product in row.vjp(left, right, output, gradient)])


def test_the_table_without_values_has_the_same_rows():
    assert {(key, row.name, row.arity) for key, row in STANDARD.operations.items()} == {
        (key, row.name, row.arity) for key, row in WITHOUT_VALUES.operations.items()
    }


def test_the_table_cannot_be_changed_in_place():
    with pytest.raises(TypeError):
        STANDARD.operations["add"] = STANDARD.operations["sub"]  # type: ignore[index]


def test_a_changed_table_leaves_the_standard_one_alone():
    backwards = Operation("sub", "right - left", lambda a, b: b - a, lambda a, b, out, g: (-g, g), ("-", ""))
    face = ag.face(STANDARD.changed(backwards))

    assert -4 == (face.Scalar(7) - face.Scalar(3)).value
    assert 4 == (ag.Scalar(7) - ag.Scalar(3)).value


def test_what_was_not_computed_cannot_be_calculated_with():
    uncomputed = ag.face(WITHOUT_VALUES).Scalar(2).value

    assert "(not computed)" == repr(uncomputed)
    with pytest.raises(TypeError):
        uncomputed + 1
