"""Laws of the exact numbers, with mpmath at 60 digits and more as the second witness."""

from __future__ import annotations

import ast
import math
import operator
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import exact
from engine.errors import DomainError

WITNESS = mpmath.mp.clone()
# Far more digits than the witness's own cancellations can eat at these sizes.
WITNESS.dps = 200
SAME = WITNESS.mpf(10) ** -60

RATIONALS = st.builds(Fraction, st.integers(-12, 12), st.integers(1, 6))
ENGINE = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": exact.divide}
MPMATH = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
FUNCTIONS = ("exp", "log", "sqrt", "tanh", "sigmoid")


def computed(tree: Any) -> exact.Value:
    """The tree's value in the engine."""
    if isinstance(tree, Fraction):
        return exact.literal(str(tree.numerator)) if tree.denominator == 1 else tree
    parts = [computed(part) for part in tree[1:]]
    return ENGINE[tree[0]](*parts) if tree[0] in ENGINE else getattr(exact, tree[0])(*parts)


def witnessed(tree: Any) -> Any:
    """The tree's value in mpmath."""
    if isinstance(tree, Fraction):
        return WITNESS.mpf(tree.numerator) / tree.denominator
    parts = [witnessed(part) for part in tree[1:]]
    if tree[0] in MPMATH:
        return MPMATH[tree[0]](*parts)
    if tree[0] == "sigmoid":
        return 1 / (1 + WITNESS.exp(-parts[0]))
    return getattr(WITNESS, tree[0])(*parts)


def spoken(node: Any) -> Any:
    """The value of printed Python syntax in mpmath: our own walk over its tree, no eval."""
    if isinstance(node, ast.Expression):
        return spoken(node.body)
    if isinstance(node, ast.Constant):
        return WITNESS.mpf(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -spoken(node.operand)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        return getattr(WITNESS, node.func.id)(spoken(node.args[0]))
    if isinstance(node, ast.BinOp):
        words = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
        left, right = spoken(node.left), spoken(node.right)
        return left**right if isinstance(node.op, ast.Pow) else MPMATH[words[type(node.op)]](left, right)
    raise AssertionError(ast.dump(node))


def same(expected: Any, actual: Any) -> bool:
    return bool(abs(expected - actual) <= SAME * max(1, abs(expected)))


@st.composite
def numbers(draw: st.DrawFn) -> tuple[Any, Any]:
    """(tree, exact value): a few random steps; one that leaves the exact domain is not taken."""
    pool: list[tuple[Any, Any]] = [
        (leaf, computed(leaf)) for leaf in draw(st.lists(RATIONALS, min_size=2, max_size=3))
    ]
    for operation in draw(st.lists(st.sampled_from((*ENGINE, *FUNCTIONS, "exp", "log")), max_size=6)):
        count = 2 if operation in ENGINE else 1
        operands = [pool[draw(st.integers(0, len(pool) - 1))] for _ in range(count)]
        apply = ENGINE[operation] if operation in ENGINE else getattr(exact, operation)
        try:
            value = apply(*(number for _, number in operands))
        except DomainError:
            continue
        if exact.is_exact(value):
            pool.append(((operation, *(tree for tree, _ in operands)), value))
    return pool[-1]


@given(numbers())
def test_the_printed_number_is_the_number_that_mpmath_computes(number):
    tree, value = number

    assert same(witnessed(tree), spoken(ast.parse(exact.text(value), mode="eval")))


@given(numbers())
def test_approximate_is_the_float_nearest_to_what_mpmath_computes(number):
    tree, value = number
    expected = float(witnessed(tree)) if value != 0 else 0.0

    assert abs(expected - exact.approximate(value)) <= math.ulp(expected)


@given(numbers())
def test_the_sign_is_the_one_that_mpmath_sees(number):
    tree, value = number
    expected = witnessed(tree)
    sign = 0 if abs(expected) < SAME else (1 if expected > 0 else -1)

    assert sign == exact.sign(value)


@given(numbers(), st.sampled_from(FUNCTIONS))
def test_a_function_is_close_to_mpmath_also_where_it_answers_with_a_float(number, function):
    tree, value = number
    try:
        actual = getattr(exact, function)(value)
    except DomainError:
        assume(False)
    expected = float(witnessed((function, tree)))

    assert exact.approximate(actual) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(numbers(), numbers())
def test_equality_and_order_are_those_that_mpmath_sees(left, right):
    (tree_a, a), (tree_b, b) = left, right
    equal, below = same(witnessed(tree_a), witnessed(tree_b)), witnessed(tree_a) < witnessed(tree_b)

    assert (equal, not equal, not equal and below) == (a == b, a != b, a < b)
    assert (not equal and not below, equal or below, equal or not below) == (a > b, a <= b, a >= b)


@given(numbers(), numbers())
def test_numbers_that_are_equal_in_another_form_hash_alike(left, right):
    (_, a), (_, b) = left, right
    again = (a + b) - b
    assume(exact.is_exact(again))

    assert (a, hash(a)) == (again, hash(again))
    assert a != b or hash(a) == hash(b)


@given(numbers(), numbers(), numbers())
def test_ring_laws(left, middle, right):
    a, b, c = left[1], middle[1], right[1]
    sides = [
        (a + b, b + a),
        (a * b, b * a),
        ((a + b) + c, a + (b + c)),
        ((a * b) * c, a * (b * c)),
        (a * (b + c), a * b + a * c),
        (a - b, a + (-b)),
    ]
    unequal = [pair for pair in sides if all(map(exact.is_exact, pair)) and pair[0] != pair[1]]

    assert [] == unequal
    assert (a, a, 0, 0) == (a + 0, a * 1, a - a, a * 0)


@given(numbers(), numbers())
def test_dividing_and_multiplying_undo_each_other(left, right):
    a, b = left[1], right[1]
    quotient = exact.divide(a, b) if b != 0 else 0.0

    assert not exact.is_exact(quotient) or a == quotient * b


@given(numbers())
def test_a_number_divided_by_itself_is_the_int_1(number):
    assume(number[1] != 0)
    ratio = exact.divide(number[1], number[1])

    assert (1, int) == (ratio, type(ratio))


@given(numbers())
def test_the_logarithm_of_the_exponential_is_the_number(number):
    value = number[1]
    assume(abs(exact.approximate(value)) < 50)
    grown = exact.exp(value)

    assert not exact.is_exact(grown) or value == exact.log(grown)


@given(numbers())
def test_the_exponential_of_the_logarithm_is_the_number(number):
    value = abs(number[1])
    assume(value != 0)
    logarithm = exact.log(value)
    back = exact.exp(logarithm)

    assert not exact.is_exact(back) or value == back


@given(numbers(), st.integers(-4, 6))
def test_a_whole_power_is_a_repeated_product(number, exponent):
    value = number[1]
    assume(value != 0)
    raised: exact.Value = exact.power(value, exponent)
    repeated: exact.Value = 1
    for _ in range(abs(exponent)):
        repeated = repeated * value
    if exponent < 0:
        repeated = exact.divide(1, repeated)

    assert not exact.is_exact(raised) or not exact.is_exact(repeated) or repeated == raised


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_the_square_of_a_square_root_is_the_number(top, bottom):
    number = exact.divide(top, bottom)
    root = exact.sqrt(number)

    assert not exact.is_exact(root) or number == root * root


@given(st.integers(1, 10**4), st.integers(1, 10**4))
def test_the_logarithm_of_a_product_is_the_sum_of_the_logarithms(a, b):
    assert exact.log(a * b) == exact.log(a) + exact.log(b)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**6), max_value=10**6))
def test_a_printed_decimal_is_read_exactly(number):
    assert Fraction(number) == exact.literal(str(number))
