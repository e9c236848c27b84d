"""Where the exact domain ends: the messages of DomainError, and growth that must not hang or overflow."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, cast

import pytest

from engine.errors import DomainError, EngineError
from engine.exact import (
    Exact,
    Value,
    add,
    approximate,
    divide,
    exp,
    is_exact,
    log,
    multiply,
    power,
    sigmoid,
    sign,
    sqrt,
    subtract,
    tanh,
    text,
)

HUGE = 10**400


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda: log(-3), "log: the operand is -3; log needs an operand above 0."),
        (lambda: log(0), "log: the operand is 0; log needs an operand above 0."),
        (lambda: log(0.0), "log: the operand is 0.0; log needs an operand above 0."),
        (lambda: log(1 - exp(1)), "log: the operand is -exp(1) + 1; log needs an operand above 0."),
        (lambda: sqrt(-2), "sqrt: the operand is -2; sqrt needs an operand of at least 0."),
        (lambda: sqrt(-exp(1)), "sqrt: the operand is -exp(1); sqrt needs an operand of at least 0."),
        (lambda: divide(1, 0), "divide: the divisor is 0; division needs a divisor other than 0."),
        (lambda: divide(1.5, 0.0), "divide: the divisor is 0.0; division needs a divisor other than 0."),
        (lambda: exp(1) / 0, "divide: the divisor is 0; division needs a divisor other than 0."),
        (
            lambda: power(0, -1),
            "power: the base is 0 and the exponent is -1; a negative power needs a base other than 0.",
        ),
        (
            lambda: power(0, -log(2)),
            "power: the base is 0 and the exponent is -log(2); a negative power needs a base other than 0.",
        ),
        (
            lambda: power(-2, Fraction(1, 2)),
            "power: the base is -2 and the exponent is 1/2; a fractional power needs a base of at least 0.",
        ),
        (lambda: exp(1000), "exp: the operand is 1000; exp needs an operand of at most 709."),
        (lambda: exp(1e300), "exp: the operand is 1e+300; exp needs an operand of at most 709."),
        (lambda: exp(math.nan), "exp: the operand is nan; exp needs a finite number."),
        (
            lambda: log(cast(Any, "2")),
            "log: the operand is '2', of type str; log needs an int, a Fraction, an exact number or a float.",
        ),
        (
            lambda: approximate(HUGE),
            "the result is outside the exact domain and too large for a float; "
            "results there must be below 1.8e308 in size.",
        ),
    ],
)
def test_the_message_says_what_is_wrong_and_what_would_be_right(compute, message):
    with pytest.raises(DomainError) as caught:
        compute()

    assert message == str(caught.value)


def test_a_domain_error_is_an_engine_error():
    assert issubclass(DomainError, EngineError)


def test_a_long_operand_is_cut_in_the_message():
    with pytest.raises(DomainError, match=r"log: the operand is -1000000000.*0\.\.\.; log needs"):
        log(-HUGE)


@pytest.mark.parametrize(
    "compute",
    [
        lambda: power(10, 10**9),
        lambda: power(2, 10**400),
        lambda: power(Fraction(3, 2), 10**12),
        lambda: power(Fraction(1, 10**300), -5 * 10**8),
        lambda: power(10.0, 400),
        lambda: exp(600) ** 2,
        lambda: exp(700) * exp(700),
        lambda: (1 + exp(600)) ** 5,
        lambda: exp(1) ** (10**9),
        lambda: (1 + sqrt(2)) ** (10**9),
        lambda: multiply(HUGE, 1.5),
        lambda: multiply(1e200, 1e200),
        lambda: add(HUGE, exp(1)),
        lambda: exp(HUGE),
        lambda: exp(multiply(HUGE, log(2))),
        lambda: divide(1.0, exp(-700) * Fraction(1, 10**100)),
        lambda: divide(1e300, Fraction(1, 10**1000)),
    ],
)
def test_growth_beyond_every_float_is_a_domain_error(compute):
    with pytest.raises(DomainError):
        compute()


@pytest.mark.parametrize(
    ("expected", "compute"),
    [
        (0.0, lambda: exp(-1000)),
        (0.0, lambda: exp(-HUGE)),
        (0.0, lambda: exp(-1e300)),
        (0.0, lambda: power(10, -(10**9))),
        (0.0, lambda: exp(-1) ** (10**9)),
        (0.0, lambda: exp(-600) * exp(-600)),
        (1.0, lambda: tanh(400)),
        (-1.0, lambda: tanh(-1e300)),
        (1.0, lambda: sigmoid(800)),
        (0.0, lambda: sigmoid(-800)),
        (math.exp(705), lambda: exp(705)),
        (3.0**640, lambda: power(3.0, 640)),
        (math.exp(50) ** 3, lambda: (exp(50) + Fraction(1, 3**500)) ** 3),
        ((1 + math.sqrt(2)) ** 700, lambda: (1 + sqrt(2)) ** 700),
        ((1 + math.e) ** 100, lambda: (1 + exp(1)) ** 100),
        ((1 + math.e) ** -100, lambda: (1 + exp(1)) ** -100),
        (400 * math.log(10) + math.log(7), lambda: log(7 * HUGE)),
    ],
)
def test_growth_that_a_float_can_hold_becomes_one(expected, compute):
    assert expected == pytest.approx(approximate(compute()), rel=1e-12)


def test_powers_of_one_may_be_as_high_as_they_like():
    assert (1, -1, 1) == (power(1, HUGE), power(-1, HUGE + 1), power(-1, -HUGE))


def test_repeated_squaring_of_a_whole_number_leaves_the_exact_domain_before_it_hangs():
    value: Value = 3
    with pytest.raises(DomainError):
        for _ in range(60):
            value = multiply(value, value)


def test_repeated_halving_of_a_fraction_becomes_a_float():
    value: Value = Fraction(1, 3)
    for _ in range(20):
        value = multiply(value, value)

    assert 0.0 == value


@pytest.mark.parametrize("step", [multiply, add, subtract, divide])
def test_bounded_arithmetic_agrees_with_the_operators(step):
    operands = [(7, 3), (Fraction(1, 2), 3), (0.5, 2), (exp(1), 2), (2, exp(1)), (True, 4)]
    plain = {multiply: lambda a, b: a * b, add: lambda a, b: a + b, subtract: lambda a, b: a - b}
    by_hand = plain.get(step, lambda a, b: (Fraction(a) if isinstance(a, int) else a) / b)

    assert [by_hand(a, b) for a, b in operands] == [step(a, b) for a, b in operands]


def test_nested_logarithms_leave_the_exact_domain_at_some_depth():
    value, depth = exp(2) + 1, 0
    while is_exact(value) and depth < 100:
        value, depth = log(3 + value) + exp(1), depth + 1

    assert 5 < depth < 100


def test_many_different_logarithms_leave_the_exact_domain():
    value: Value = 1
    for n in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43):
        value = value * (1 + log(n))

    assert not is_exact(value)
    assert math.prod(
        1 + math.log(n) for n in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43)
    ) == pytest.approx(value)


def test_one_product_of_many_different_logarithms_leaves_the_exact_domain():
    primes = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
    twelve = math.prod((log(p) for p in primes[:12]), start=exp(1))

    assert is_exact(twelve)
    assert not is_exact(twelve * log(41))


def test_a_root_with_a_huge_factor_is_a_float_unless_it_is_a_square():
    prime_like = 10**18 + 9

    assert math.sqrt(prime_like) == sqrt(prime_like)
    assert prime_like == sqrt(prime_like**2)


def test_a_quotient_of_wide_polynomials_stays_exact_without_lowest_terms():
    wide = (exp(600) - 1) / (exp(1) - 1)

    assert isinstance(wide, Exact)
    assert wide * (exp(1) - 1) == exp(600) - 1
    assert 1 == sign(wide)


def test_common_factors_with_long_coefficients_are_found():
    factor = 10**60 * exp(1) + 7
    product = factor * (exp(2) + 1) / (factor * (exp(3) + 2))

    assert (exp(2) + 1) / (exp(3) + 2) == product
    assert "(exp(2) + 1)/(exp(3) + 2)" == text(product)
