"""What may be asked of a person with pen and paper: a table, limits as parameters, and the reason when not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import hand
from engine.errors import DomainError
from engine.exact import Value, add, approximate, divide, exp, log, multiply, power, sqrt, text

TEN_LOGITS = tuple(range(10))

FINE: list[Value] = [
    0,
    -7,
    999,
    Fraction(3, 4),
    Fraction(-17, 100),
    Fraction(999, 1000),
    Fraction(1, 1000),
    Fraction(249, 25),
    exp(-6),
    exp(Fraction(1, 2)),
    divide(1, add(1, exp(-2))),
    sqrt(6),
    divide(sqrt(6), 12),
    add(-1, divide(multiply(7, sqrt(57)), 57)),
    *hand.softmax((0, 1, 2)),
    *hand.cross_entropy_gradient((0, 1, 2), 1),
    hand.cross_entropy((0, 1, 2), 1),
    *hand.layer_norm((1, 2, 3)),
]

REFUSED: list[tuple[Value, str]] = [
    (0.5, "0.5 is a float, not an exact number."),
    (1000, "1000 is too long; at most 3 digits are asked for by hand."),
    (-1000, "-1000 is too long; at most 3 digits are asked for by hand."),
    (Fraction(1001, 2), "1001/2 is too long; at most 3 digits are asked for by hand."),
    (
        Fraction(1, 101),
        "1/101 has the denominator 101 and is no decimal of 3 digits; at most 100 is asked for by hand.",
    ),
    (
        Fraction(1001, 1000),
        "1001/1000 has the denominator 1000 and is no decimal of 3 digits; at most 100 is asked for by hand.",
    ),
    (multiply(1234, exp(1)), "1234*exp(1) has 4 digits in one integer; at most 3 is asked for by hand."),
    (divide(exp(1), 101), "exp(1)/101 has 101 as a denominator; at most 100 is asked for by hand."),
    (
        multiply(divide(1, 101), exp(-1)),
        "1/(101*exp(1)) has 101 as a denominator; at most 100 is asked for by hand.",
    ),
    (exp(21), "exp(21) has 21 as an exponent; at most 20 is asked for by hand."),
    (exp(-21), "1/exp(21) has 21 as an exponent; at most 20 is asked for by hand."),
    (exp(Fraction(41, 2)), "exp(41/2) has 41/2 as an exponent; at most 20 is asked for by hand."),
    (
        hand.softmax(TEN_LOGITS)[0],
        "1/(exp(9) + exp(8) + exp(7) + exp(6) + exp(5) + exp(4) + ... has 10 terms; at most 4 is asked for by hand.",
    ),
    (
        multiply(multiply(multiply(exp(1), log(2)), multiply(log(3), log(5))), multiply(sqrt(2), log(7))),
        "exp(1)*log(2)*log(3)*log(5)*log(7)*sqrt(2) has 6 functions; at most 5 is asked for by hand.",
    ),
]


@pytest.mark.parametrize("value", FINE, ids=text)
def test_a_short_exact_value_may_be_asked(value: Value):
    assert "" == hand.objection(value)
    assert hand.printable(value)
    assert value is hand.exact_or_float(value)


@pytest.mark.parametrize(("value", "reason"), REFUSED, ids=[reason[:30] for _, reason in REFUSED])
def test_any_other_value_is_refused_with_the_reason(value: Value, reason: str):
    assert reason == hand.objection(value)
    assert not hand.printable(value)
    assert approximate(value) == hand.exact_or_float(value)
    assert isinstance(hand.exact_or_float(value), float)


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        (12345, {"most_digits": 5}),
        (Fraction(1, 101), {"largest_denominator": 101}),
        (Fraction(99999, 100000), {"most_digits": 5}),
        (hand.softmax(TEN_LOGITS)[0], {"most_terms": 10, "most_functions": 9}),
        (exp(21), {"largest_exponent": 21}),
        (divide(exp(1), 101), {"largest_denominator": 101}),
    ],
)
def test_limits_are_parameters(value: Value, limits: dict[str, int]):
    assert not hand.printable(value)
    assert hand.printable(value, **limits)
    assert value is hand.exact_or_float(value, **limits)


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        (10, {"most_digits": 1}),
        (Fraction(1, 3), {"largest_denominator": 2}),
        (add(exp(1), 1), {"most_terms": 1}),
        (exp(1), {"most_functions": 0}),
        (exp(2), {"largest_exponent": 1}),
    ],
)
def test_stricter_limits_refuse_more(value: Value, limits: dict[str, int]):
    assert hand.printable(value)
    assert not hand.printable(value, **limits)


@given(st.fractions(), st.integers(1, 5))
def test_a_rational_and_its_negative_are_judged_alike(value: Fraction, most_digits: int):
    assert hand.printable(value, most_digits=most_digits) == hand.printable(-value, most_digits=most_digits)


@given(st.integers(0, 5), st.data())
def test_every_decimal_of_so_many_digits_may_be_asked(digits: int, data: st.DataObject):
    value = Fraction(data.draw(st.integers(0, 10**digits - 1)), 10 ** data.draw(st.integers(0, digits)))

    assert hand.printable(value, most_digits=digits, largest_denominator=1)


def test_a_value_beyond_every_float_has_no_stand_in():
    with pytest.raises(DomainError, match=r"too large for a float"):
        hand.exact_or_float(power(10, 400))
