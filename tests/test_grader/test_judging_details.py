"""Values of formulas and their closeness, function by function: expected values by hand or from mpmath."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import factorial
from typing import Any

import mpmath
import pytest

from grader.equality import evaluation
from grader.equality.evaluation import Amount, NoValue, TooLarge, compiled, exactly
from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Operation, Symbol

X, Y = Symbol("x", 0), Symbol("y", 0)
PLACES = {"x": 0, "y": 1}
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
ROOT = Call("sqrt", (Literal(2, None, 0),), 0)


def number(value: int | Fraction) -> Literal:
    return Literal(value, None, 0)


def value(tree: Expression, *point: int | Fraction) -> Amount:
    with exactly():
        return compiled(tree, PLACES)(point)


def step(sign: str, left: int | Fraction, right: int | Fraction) -> Amount:
    return value(Operation(sign, X, Y, 0), left, right)


def applied(function: str, *arguments: Any) -> Amount:
    trees = [number(one) if isinstance(one, (int, Fraction)) else one for one in arguments]
    return value(Call(function, tuple(trees), 0))


def digits(found: Amount, expected: mpmath.mpf) -> bool:
    """Whether both agree to 55 significant digits."""
    with mpmath.workdps(75):
        return bool(abs(mpmath.mpf(str(found)) - expected) <= mpmath.mpf(10) ** -55 * max(1, abs(expected)))


def precise(text: str) -> mpmath.mpf:
    """What mpmath, an implementation of its own, makes of a formula."""
    with mpmath.workdps(75):
        names = {name: getattr(mpmath, name) for name in ("sqrt", "exp", "log", "tanh", "mpf", "pi", "e")}
        return +eval(text, names)  # noqa: S307 a formula of this file


EXACT = [
    ("+", 2, 3, 5), ("-", 2, 3, -1), ("*", 2, 3, 6), ("/", 6, 3, 2), ("/", 7, 2, Fraction(7, 2)),
    ("/", -7, 2, Fraction(-7, 2)), ("/", 0, 5, 0), ("/", HALF, THIRD, Fraction(3, 2)),
    ("+", HALF, THIRD, Fraction(5, 6)),
    ("//", 7, 2, 3), ("//", -7, 2, -4), ("//", 7, -2, -4), ("//", 6, 3, 2), ("//", Fraction(7, 2), 1, 3),
    ("//", 7, Fraction(3, 2), 4), ("//", Fraction(-7, 2), 1, -4), ("%", 7, 3, 1), ("%", -7, 3, 2), ("%", 7, -3, -2),
    ("%", Fraction(7, 2), 1, HALF), ("^", 2, 10, 1024), ("^", 2, -2, Fraction(1, 4)), ("^", -2, 3, -8),
    ("^", -2, -3, Fraction(-1, 8)), ("^", Fraction(9, 4), HALF, Fraction(3, 2)), ("^", 4, Fraction(3, 2), 8),
    ("^", 4, Fraction(-1, 2), HALF), ("^", 5, 0, 1), ("^", 0, 0, 1), ("^", 0, 3, 0), ("^", 0, THIRD, 0),
    ("^", 3, Fraction(4, 2), 9), ("^", 1, 10**9, 1), ("^", -1, 10**9 + 1, -1), ("^", 0, 10**9, 0),
    ("^", THIRD, 2, Fraction(1, 9)), ("^", THIRD, -2, 9), ("^", 1, -(10**9), 1), ("^", 10, -1, Fraction(1, 10)),
    ("^", 3, 1, 3),
]  # fmt: skip


@pytest.mark.parametrize(("sign", "left", "right", "expected"), EXACT)
def test_arithmetic_of_whole_numbers_and_fractions_is_exact(sign, left, right, expected):
    found = step(sign, left, right)

    assert expected == found
    assert isinstance(found, (int, Fraction))


def test_a_quotient_that_divides_is_a_whole_number():
    assert int is type(step("/", 6, 3))


CALLED = [
    ("floor", Fraction(7, 2), 3), ("floor", Fraction(-7, 2), -4), ("ceil", Fraction(7, 2), 4),
    ("ceil", Fraction(-7, 2), -3),
    ("ceil", 4, 4), ("trunc", Fraction(7, 2), 3), ("trunc", Fraction(-7, 2), -3), ("trunc", 0, 0), ("trunc", HALF, 0),
    ("trunc", Fraction(-1, 2), 0), ("round", Fraction(5, 2), 3), ("round", Fraction(-5, 2), -2),
    ("round", Fraction(7, 3), 2), ("round", Fraction(8, 3), 3), ("abs", -3, 3), ("abs", 0, 0), ("abs", 3, 3),
    ("abs", HALF, HALF), ("relu", 3, 3),
    ("relu", 0, 0), ("relu", -3, 0), ("relu", HALF, HALF), ("exp", 0, 1), ("log", 1, 0), ("sqrt", 9, 3),
    ("sqrt", Fraction(9, 4), Fraction(3, 2)), ("sqrt", 0, 0), ("sigmoid", 0, HALF), ("tanh", 0, 0),
    ("factorial", 5, 120),
    ("factorial", 0, 1), ("factorial", 1, 1), ("O", 7, 7), ("factorial", 400, factorial(400)),
]  # fmt: skip


@pytest.mark.parametrize(("function", "argument", "expected"), CALLED)
def test_functions_are_exact_where_their_value_is_a_fraction(function, argument, expected):
    found = applied(function, argument)

    assert expected == found
    assert not isinstance(found, Decimal)


ROUGH = [
    ("exp", 1, "exp(1)"), ("exp", -2, "exp(-2)"), ("exp", THIRD, "exp(mpf(1)/3)"), ("log", 2, "log(2)"),
    ("log", HALF, "log(mpf(1)/2)"), ("log2", 8, "mpf(3)"), ("log2", 10, "log(10)/log(2)"), ("log10", 1000, "mpf(3)"),
    ("log10", 2, "log(2)/log(10)"), ("sqrt", 2, "sqrt(2)"), ("sqrt", Fraction(2, 9), "sqrt(2)/3"),
    ("sqrt", Fraction(4, 3), "2/sqrt(3)"), ("sigmoid", 1, "1/(1 + exp(-1))"), ("sigmoid", -3, "1/(1 + exp(3))"),
    ("tanh", 1, "tanh(1)"), ("tanh", -1, "tanh(-1)"), ("tanh", THIRD, "tanh(mpf(1)/3)"),
    ("exp", 100_000, "exp(100000)"),
    ("exp", -100_000, "exp(-100000)"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "argument", "expected"), ROUGH)
def test_irrational_values_have_fifty_five_right_digits(function, argument, expected):
    assert digits(applied(function, argument), precise(expected))


MIXED = [
    (Operation("+", ROOT, number(THIRD), 0), "sqrt(2) + mpf(1)/3"),
    (Operation("+", number(THIRD), ROOT, 0), "sqrt(2) + mpf(1)/3"),
    (Operation("-", ROOT, number(THIRD), 0), "sqrt(2) - mpf(1)/3"),
    (Operation("-", number(THIRD), ROOT, 0), "mpf(1)/3 - sqrt(2)"),
    (Operation("*", ROOT, number(THIRD), 0), "sqrt(2)/3"), (Operation("*", number(THIRD), ROOT, 0), "sqrt(2)/3"),
    (Operation("/", ROOT, number(THIRD), 0), "sqrt(2)*3"), (Operation("/", number(3), ROOT, 0), "3/sqrt(2)"),
    (Operation("^", number(8), number(THIRD), 0), "mpf(2)"),
    (Operation("^", number(2), ROOT, 0), "exp(sqrt(2)*log(2))"),
    (Operation("^", ROOT, number(3), 0), "2*sqrt(2)"), (Operation("^", ROOT, number(-1), 0), "1/sqrt(2)"),
    (Operation("^", ROOT, number(HALF), 0), "sqrt(sqrt(2))"),
    (Operation("^", number(2), number(Fraction(-1, 3)), 0), "1/mpf(2)**(mpf(1)/3)"),
    (Operation("^", ROOT, ROOT, 0), "sqrt(2)**sqrt(2)"), (Operation("^", Constant(0), number(2), 0), "exp(2)"),
    (Operation("^", number(2), number(HALF), 0), "sqrt(2)"),
    (Operation("^", number(2), number(Fraction(3, 2)), 0), "2*sqrt(2)"),
    (Operation("^", Constant(3), number(5000), 4), "exp(5000)"), (Operation("+", Constant(0), number(1), 0), "e + 1"),
    (Operation("*", Constant(0), number(2), 0), "2*e"), (Operation("^", number(2), Constant(5), 0), "exp(e*log(2))"),
    (Constant(0), "e"), (Constant(0, "pi"), "+pi"), (Operation("^", Constant(0, "pi"), number(2), 0), "pi**2"),
    (Negative(ROOT, 0), "-sqrt(2)"), (Operation("%", number(5), ROOT, 0), "5 - 3*sqrt(2)"),
    (Operation("^", Constant(7), Negative(Constant(9), 8), 8), "exp(-e)"),
    (Operation("^", ROOT, number(2000), 0), "mpf(2)**1000"),
    (Operation("^", ROOT, number(-2000), 0), "mpf(2)**-1000"), (Call("abs", (Negative(ROOT, 0),), 0), "sqrt(2)"),
    (Call("relu", (ROOT,), 0), "sqrt(2)"), (Call("max", (ROOT, number(1)), 0), "sqrt(2)"),
    (Call("tanh", (ROOT,), 0), "tanh(sqrt(2))"), (Call("sigmoid", (ROOT,), 0), "1/(1 + exp(-sqrt(2)))"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "expected"), MIXED)
def test_roots_and_fractions_mix_without_losing_digits(tree, expected):
    assert digits(value(tree), precise(expected))


ROOTS = [
    ("floor", ROOT, 1), ("floor", Negative(ROOT, 0), -2), ("ceil", ROOT, 2), ("ceil", Negative(ROOT, 0), -1),
    ("trunc", Negative(ROOT, 0), -1), ("round", ROOT, 1), ("floor", Call("log2", (number(8),), 0), 3),
    ("floor", Negative(Call("log2", (number(8),), 0), 0), -3), ("ceil", Call("log10", (number(1000),), 0), 3),
    ("floor", Call("log2", (number(7),), 0), 2), ("ceil", Call("log2", (number(9),), 0), 4),
    ("floor", Call("exp", (number(-50),), 0), 0), ("floor", Negative(Call("exp", (number(-50),), 0), 0), -1),
    ("floor", Operation("*", Call("log2", (number(8),), 0), number(10**30), 0), 3 * 10**30),
    *(("floor", Operation("*", Operation("^", Call("sqrt", (number(k),), 0), number(2), 0), number(10**30), 0),
       k * 10**30) for k in (2, 3, 5, 6, 7, 10, 11, 13)),
    ("floor", Call("exp", (number(-93),), 0), 0), ("ceil", Call("exp", (number(-92),), 0), 1),
]  # fmt: skip


@pytest.mark.parametrize(("function", "argument", "expected"), ROOTS)
def test_rounding_forgives_only_the_noise_of_the_last_digits(function, argument, expected):
    found = applied(function, argument)

    assert expected == found
    assert int is type(found)


def test_a_floor_lets_noise_of_forty_digits_pass_and_no_more():
    tiny: list[Expression] = [
        Operation("-", ROOT, Operation("-", ROOT, number(1 - Fraction(1, 10**place)), 0), 0) for place in (41, 39)
    ]

    assert [1, 0] == [value(Call("floor", (tree,), 0)) for tree in tiny]


def test_parts_are_computed_at_the_same_point():
    trees: list[Expression] = [
        Negative(X, 0),
        Call("min", (X, Y), 0),
        Call("max", (X, Y), 0),
        Call("abs", (Negative(Y, 0),), 0),
    ]

    assert [-3, 3, 5, 5] == [value(tree, 3, 5) for tree in trees]
    assert digits(value(Operation("^", Constant(0), X, 0), 3, 5), precise("exp(3)"))


def test_a_logarithm_to_a_base_is_the_quotient_of_two():
    with exactly():
        assert digits(evaluation._log_to(3)(10), precise("log(10)/log(3)"))


def test_the_smallest_and_the_largest_are_picked():
    assert -1 == applied("min", 2, -1, 3)
    assert 3 == applied("max", 2, -1, 3)


def test_variables_stand_at_their_places():
    assert [3, 5] == [value(tree, 3, 5) for tree in (X, Y)]
    with pytest.raises(KeyError, match="z"):
        compiled(Symbol("z", 0), PLACES)


NOTHING = [
    (Operation("/", number(1), number(0), 0), "a divisor is 0"),
    (Operation("//", number(1), number(0), 0), "a divisor is 0"),
    (Operation("%", number(1), number(0), 0), "a divisor is 0"),
    (Operation("/", ROOT, number(0), 0), "a divisor is 0"),
    (Operation("^", number(0), number(-1), 0), "0 to a negative power"),
    (Operation("^", number(0), Operation("-", ROOT, ROOT, 0), 0), "0 to a negative power"),
    (Operation("^", number(0), number(Fraction(-1, 3)), 0), "0 to a negative power"),
    (Operation("^", number(-8), number(THIRD), 0), "a root of a negative number"),
    (Operation("^", number(-1), number(HALF), 0), "a root of a negative number"),
    (Call("sqrt", (number(-1),), 0), "a root of a negative number"),
    (Call("log", (number(0),), 0), "a logarithm of a number that is not positive"),
    (Call("log2", (number(-1),), 0), "a logarithm of a number that is not positive"),
    (Call("factorial", (number(-1),), 0), "a factorial of no whole number"),
    (Call("factorial", (number(HALF),), 0), "a factorial of no whole number"),
    (Call("factorial", (ROOT,), 0), "a factorial of no whole number"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "why"), NOTHING)
def test_what_has_no_value_says_why(tree, why):
    with pytest.raises(NoValue, match=f"^{why}$"):
        value(tree)


NUMBER, POWER = "a number outgrows what is computed", "a power outgrows what is computed"
# 4000 bits are computed and 4001 are not; an exponent times the bits of its base counts in the same way.
LARGEST = [
    (Operation("+", number(2**3999), number(0), 0), Operation("+", number(2**3999), number(2**3999), 0), NUMBER),
    (Operation("-", number(2**3999), number(0), 0), Operation("-", number(-(2**3999)), number(2**3999), 0), NUMBER),
    (Operation("*", number(2**3998), number(2), 0), Operation("*", number(2**3999), number(2), 0), NUMBER),
    (
        Operation("*", number(Fraction(2**3996, 3)), number(2), 0),
        Operation("*", number(Fraction(2**3997, 3)), number(2), 0),
        NUMBER,
    ),
    (Operation("/", number(2**3997), number(3), 0), Operation("/", number(2**3998), number(3), 0), NUMBER),
    (Operation("^", number(4), number(1000), 0), Operation("^", number(4), number(1001), 0), POWER),
    (Operation("^", number(4), number(-1000), 0), Operation("^", number(4), number(-1001), 0), POWER),
    (Operation("^", number(HALF), number(1333), 0), Operation("^", number(HALF), number(1334), 0), POWER),
    (
        Operation("^", ROOT, number(2000), 0),
        Operation("^", ROOT, number(2001), 0),
        "an exponent outgrows what is computed",
    ),
    (
        Operation("^", ROOT, number(-2000), 0),
        Operation("^", ROOT, number(-2001), 0),
        "an exponent outgrows what is computed",
    ),
    (
        Call("exp", (number(100_000),), 0),
        Call("exp", (number(100_001),), 0),
        "an exponential outgrows what is computed",
    ),
    (
        Call("exp", (number(-100_000),), 0),
        Call("exp", (number(-100_001),), 0),
        "an exponential outgrows what is computed",
    ),
    (
        Call("factorial", (number(400),), 0),
        Call("factorial", (number(401),), 0),
        "a factorial outgrows what is computed",
    ),
]


@pytest.mark.parametrize(("largest", "beyond", "why"), LARGEST)
def test_values_are_computed_up_to_their_limit(largest, beyond, why):
    assert value(largest) is not None
    with pytest.raises(TooLarge, match=f"^{why}$"):
        value(beyond)


def test_values_have_sixty_digits():
    with exactly():
        assert 60 == len((Decimal(1) / 3).as_tuple().digits)
