"""Exact numbers by hand: what they are, how they behave as values, how close their floats are."""

from __future__ import annotations

import copy
import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

from engine import exact
from engine.exact import Exact, divide, exp, log, power, sigmoid, sqrt, tanh


def shown(value):
    """A value with its type, so that 1 and 1.0 and Fraction(1) differ."""
    return type(value).__name__, value


@pytest.mark.parametrize("k", range(41))
def test_an_exponential_times_its_reciprocal_is_the_int_1(k):
    assert ("int", 1) == shown(exp(k) * divide(1, exp(k)))


def test_floats_fail_where_the_exact_domain_does_not():
    assert [9, 13, 29, 31] == [k for k in range(41) if math.exp(k) * (1 / math.exp(k)) != 1]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (Fraction(7, 3), divide(7, 3)),
        (2, divide(6, 3)),
        (1, exp(0)),
        (5, exp(log(5))),
        (6, log(exp(6))),
        (Fraction(1, 3), log(exp(Fraction(1, 3)))),
        (0, log(1)),
        (3, sqrt(9)),
        (Fraction(2, 3), sqrt(Fraction(4, 9))),
        (2, sqrt(2) * sqrt(2)),
        (6, sqrt(6) ** 2),
        (1, (sqrt(2) + 1) * (sqrt(2) - 1)),
        (0, tanh(0)),
        (Fraction(1, 2), sigmoid(0)),
        (Fraction(3, 5), tanh(log(2))),
        (Fraction(2, 3), sigmoid(log(2))),
        (1, sigmoid(3) + sigmoid(-3)),
        (0, log(6) - log(2) - log(3)),
        (1024, power(2, 10)),
        (Fraction(1, 8), power(2, -3)),
        (2, power(8, Fraction(1, 3))),
        (1, power(0, 0)),
        (0, power(0, Fraction(1, 2))),
        (-8, power(-2, 3)),
        (10**30, power(10, 30)),
    ],
)
def test_rational_results_come_back_as_int_or_fraction(expected, actual):
    assert shown(expected) == shown(actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (exp(2) + 1, (exp(4) - 1) / (exp(2) - 1)),
        (exp(1) + exp(Fraction(1, 2)) + 1, (exp(Fraction(3, 2)) - 1) / (exp(Fraction(1, 2)) - 1)),
        (exp(6), exp(2) * exp(4)),
        (exp(6), exp(2) ** 3),
        (exp(-6), 1 / exp(6)),
        (log(2) + log(3), log(6)),
        (log(2) * 10, log(1024)),
        (-log(10), log(exact.literal("0.1"))),
        (log(2) / 2, log(sqrt(2))),
        (1 + log(2), log(2 * exp(1))),
        (log(1 + exp(2)) - 2, log(1 + exp(-2))),
        (log(1 + exp(2)) - log(3 + exp(1)), log((1 + exp(2)) / (3 + exp(1)))),
        (-log(3 - exp(1)), log(-1 / (exp(1) - 3))),
        (1 + exp(2), exp(log(1 + exp(2)))),
        (2 * exp(3), exp(3 + log(2))),
        (sqrt(2), exp(log(2) / 2)),
        (2 * sqrt(2), power(2, Fraction(3, 2))),
        (sqrt(2) / 2, 1 / sqrt(2)),
        (sqrt(2) - 1, 1 / (1 + sqrt(2))),
        (sqrt(6), sqrt(2) * sqrt(3)),
        (sqrt(6) / 4, sqrt(Fraction(3, 8))),
        (3 * exp(2), sqrt(9 * exp(4))),
        (log(3), sqrt(log(3) ** 2)),
        (-log(log(2)), sqrt(log(log(2)) ** 2)),
        (4 * exp(2) / (exp(2) + 1) ** 2, 1 - tanh(1) ** 2),
        (sigmoid(2) * (1 - sigmoid(2)), exp(2) / (1 + exp(2)) ** 2),
        (exp(3), power(exp(1), 3)),
        ((1 + log(2)) / log(3), (2 + log(4)) / log(9)),
    ],
)
def test_different_ways_to_one_number_meet(expected, actual):
    assert expected == actual
    assert hash(expected) == hash(actual)
    assert isinstance(actual, Exact)


@pytest.mark.parametrize(
    "value",
    [exp(exp(1)), sqrt(1 + exp(1)), power(2, Fraction(1, 3)), power(2, log(3)), tanh(tanh(1)), exp(1) + 0.5],
)
def test_what_has_no_exact_form_is_a_float(value):
    assert not exact.is_exact(value)


@pytest.mark.parametrize("value", [1, Fraction(1, 2), exp(1), log(2)])
def test_everything_else_is_exact(value):
    assert exact.is_exact(value)


def test_a_float_operand_gives_a_float():
    results = [divide(1.0, 4), exp(1) * 2.0, 2.0 / sqrt(4), power(2, 0.5), exp(0.0), log(1.0), tanh(0.0)]

    assert [float] * 7 == [type(result) for result in results]


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        (Fraction(271828, 100000), exp(1)),
        (exp(1), Fraction(271829, 100000)),
        (exp(3), power(3, 3)),
        (-exp(2), -exp(1)),
        (log(2), sqrt(2)),
        (log(log(2)), 0),
        (1 / (exp(1) - 3), 0),
        (1 / (exp(1) - 3), 1 / (exp(2) + 1)),
        (-4, 1 / (exp(1) - 3)),
        (1, exp(Fraction(1, 10**9))),
        (log(1 + exp(-200)), exp(-200)),
        (exp(700) - 1, exp(700)),
        (2.718281828459045, exp(1)),
        (exp(1), 2.7182818284590455),
    ],
)
def test_order_is_decided_however_close_the_numbers_are(smaller, larger):
    assert (True, True, False, False) == (
        smaller < larger,
        smaller <= larger,
        smaller > larger,
        smaller >= larger,
    )


def cut_off(power: int, digits: int) -> Fraction:
    """e**power with so many decimals, the rest cut off."""
    mp = mpmath.mp.clone()
    mp.dps = digits + 10
    return Fraction(int(mp.floor(mp.exp(power) * mp.mpf(10) ** digits)), 10**digits)


@pytest.mark.parametrize("power", [1, -1, 2, -2, 13, -5])
@pytest.mark.parametrize("digits", [16, 30, 100, 190])
def test_a_rational_that_agrees_in_many_digits_is_still_told_apart(power, digits):
    rest = exp(power) - cut_off(power, digits)

    assert (1, -1) == (exact.sign(rest), exact.sign(rest - Fraction(1, 10**digits)))


def test_the_reciprocal_of_a_tiny_logarithm_keeps_its_sign():
    barely_below_1 = 1 + exp(1) - cut_off(1, 40) - Fraction(1, 10**40)

    assert exact.sign(1 / log(barely_below_1) - 1) == -1


def test_numbers_that_agree_in_1000_digits_count_as_equal_though_no_normal_form_shows_it():
    left, right = log(exp(2) - 1), log(exp(1) - 1) + log(exp(1) + 1)

    assert left == right
    assert hash(left) == hash(right)
    assert not left < right and not left > right
    assert 0 == exact.sign(left - right)
    assert 1 == left / right
    assert hash(1) == hash(left / right)
    assert hash(Fraction(1, 3)) == hash(left / (3 * right))


def test_a_difference_that_counts_as_zero_is_no_divisor():
    zero = log(exp(2) - 1) - log(exp(1) - 1) - log(exp(1) + 1)

    with pytest.raises(exact.DomainError, match=r"divide: the divisor is -log.*; division needs a divisor"):
        divide(1, zero)
    with pytest.raises(exact.DomainError, match="needs a divisor other than 0"):
        1 / zero
    with pytest.raises(exact.DomainError, match="needs a divisor other than 0"):
        zero**-1


def test_logarithms_of_products_of_large_primes_are_recognised_by_their_digits():
    assert log(1000003) + log(10**9 + 7) == log(1000003 * (10**9 + 7))


@pytest.mark.parametrize(
    ("value", "witness"),
    [
        (exp(6), lambda mp: mp.exp(6)),
        (exp(-700), lambda mp: mp.exp(-700)),
        (tanh(1), lambda mp: mp.tanh(1)),
        (sigmoid(Fraction(1, 3)), lambda mp: 1 / (1 + mp.exp(-mp.mpf(1) / 3))),
        (log(1 + exp(-30)), lambda mp: mp.log(1 + mp.exp(-30))),
        (
            sqrt(2) + sqrt(3) - Fraction(314626437, 10**8),
            lambda mp: mp.sqrt(2) + mp.sqrt(3) - mp.mpf(314626437) / 10**8,
        ),
        (exp(1) - Fraction(27182818284590452, 10**16), lambda mp: mp.e - mp.mpf(27182818284590452) / 10**16),
    ],
)
def test_floats_are_the_nearest_ones_even_after_cancellation(value, witness):
    mp = mpmath.mp.clone()
    mp.dps = 400

    assert float(witness(mp)) == exact.approximate(value) == float(value)


def test_exact_numbers_mix_with_int_and_fraction_on_both_sides():
    e = exp(1)

    assert (e + 1, e * Fraction(1, 2), e - 1) == (1 + e, Fraction(1, 2) * e, -(1 - e))
    assert 1 == (Fraction(1, 2) / e) * (2 * e)
    assert (True, False, True) == (Fraction(3) > e, 2 > e, e != Fraction(1, 2))


def test_unary_operators_and_truth():
    e = exp(1)

    assert (e, e, True) == (+e, abs(-e), bool(-e))
    assert -1 * e == -e


def test_an_exact_number_meets_infinities_and_nan_as_other_numbers_do():
    e = exp(1)

    assert (True, True, False, False) == (e < math.inf, e > -math.inf, e < math.nan, e == math.nan)


def test_an_exact_number_is_neither_a_word_nor_comparable_with_one():
    e: Any = exp(1)

    with pytest.raises(TypeError):
        e < "e"  # noqa: B015
    with pytest.raises(TypeError):
        e + "e"
    with pytest.raises(TypeError):
        e**e
    assert e != "e"


def test_an_exact_number_cannot_be_changed():
    e: Any = exp(1)

    with pytest.raises(AttributeError):
        e.numerator = ()
    with pytest.raises((AttributeError, TypeError)):
        e.label = "e"


def test_an_exact_number_survives_copying_and_serves_as_a_key():
    e = exp(1)

    assert e == copy.deepcopy(e)
    assert {e: "found"}[exp(3) / exp(2)] == "found"


def test_the_exact_domain_loads_only_the_standard_library():
    program = (
        "import sys, types; engine = types.ModuleType('engine'); engine.__path__ = [sys.argv[1]];"
        "sys.modules['engine'] = engine; import engine.exact;"
        "own = {m.split('.')[0] for m in sys.modules} - {'engine', '__main__'};"
        "print(sorted(m for m in own - set(sys.stdlib_module_names) if not m.startswith('_')))"
    )
    command = [sys.executable, "-c", program, str(Path(exact.__file__).parent.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
