"""How exact numbers are written, in Python syntax and LaTeX, and how printed decimals are read."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.errors import DomainError
from engine.exact import exp, literal, log, sigmoid, sqrt, tanh, tex, text

E = exp(1)

TABLE = [
    (0, "0", "0"),
    (-3, "-3", "-3"),
    (Fraction(-3, 4), "-3/4", r"-\frac{3}{4}"),
    (0.1, "0.1", "0.1"),
    (-1e-7, "-1e-07", r"-1 \cdot 10^{-7}"),
    (E, "exp(1)", "e"),
    (1 / exp(6), "1/exp(6)", r"\frac{1}{e^{6}}"),
    (-1 / exp(6), "-1/exp(6)", r"-\frac{1}{e^{6}}"),
    (2 * exp(6) + 1, "2*exp(6) + 1", "2 e^{6} + 1"),
    (1 - exp(6), "-exp(6) + 1", "-e^{6} + 1"),
    (1 + 1 / E, "1 + 1/exp(1)", r"1 + \frac{1}{e}"),
    (exp(Fraction(1, 2)), "exp(1/2)", "e^{1/2}"),
    (exp(2) * Fraction(3, 4), "3*exp(2)/4", r"\frac{3 e^{2}}{4}"),
    (log(2), "log(2)", r"\log\left(2\right)"),
    (log(6), "log(6)", r"\log\left(6\right)"),
    (log(12), "2*log(2) + log(3)", r"2 \log\left(2\right) + \log\left(3\right)"),
    (log(Fraction(1, 10)), "-log(10)", r"-\log\left(10\right)"),
    (1 / log(2), "1/log(2)", r"\frac{1}{\log\left(2\right)}"),
    (log(2) ** 2, "log(2)**2", r"\log\left(2\right)^{2}"),
    (3 * log(2) / (4 * exp(6)), "3*log(2)/(4*exp(6))", r"\frac{3 \log\left(2\right)}{4 e^{6}}"),
    (sqrt(2), "sqrt(2)", r"\sqrt{2}"),
    (1 / sqrt(2), "sqrt(2)/2", r"\frac{\sqrt{2}}{2}"),
    (sqrt(Fraction(3, 8)), "sqrt(6)/4", r"\frac{\sqrt{6}}{4}"),
    (log(1 + exp(2)), "log(exp(2) + 1)", r"\log\left(e^{2} + 1\right)"),
    (log(log(2)), "log(log(2))", r"\log\left(\log\left(2\right)\right)"),
    (tanh(1), "(exp(2) - 1)/(exp(2) + 1)", r"\frac{e^{2} - 1}{e^{2} + 1}"),
    (sigmoid(-2), "1/(exp(2) + 1)", r"\frac{1}{e^{2} + 1}"),
    (-sigmoid(2), "-exp(2)/(exp(2) + 1)", r"-\frac{e^{2}}{e^{2} + 1}"),
    (1 / (2 * E + 1) / 3, "1/(6*exp(1) + 3)", r"\frac{1}{6 e + 3}"),
    (1 / (exp(4) + exp(2)), "1/(exp(4) + exp(2))", r"\frac{1}{e^{4} + e^{2}}"),
    (1 / (2 * log(2) + 2 * log(3)), "1/(2*log(6))", r"\frac{1}{2 \log\left(6\right)}"),
    (1 / (log(2) + log(3)), "1/log(6)", r"\frac{1}{\log\left(6\right)}"),
]


@pytest.mark.parametrize(("value", "python", "latex"), TABLE)
def test_a_number_in_python_syntax(value, python, latex):
    assert python == text(value)


@pytest.mark.parametrize(("value", "python", "latex"), TABLE)
def test_a_number_in_latex(value, python, latex):
    assert latex == tex(value)


def test_the_order_of_terms_does_not_depend_on_how_they_came():
    terms = [exp(2), log(3) * 2, sqrt(5), exp(-1), log(2)]
    forward, backward = sum(terms, start=0), sum(reversed(terms), start=0)

    assert "exp(2) + log(2) + 2*log(3) + sqrt(5) + 1/exp(1)" == text(forward) == text(backward)


def test_the_representation_for_programmers_shows_the_number():
    assert "<Exact 1/exp(6)>" == repr(1 / exp(6))
    assert "1/exp(6)" == str(1 / exp(6))


def test_a_whole_number_of_5000_digits_is_still_written():
    assert "1" + "0" * 5000 == text(10**5000)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2.0", 2),
        ("2.", 2),
        (".5", Fraction(1, 2)),
        ("0.1", Fraction(1, 10)),
        ("1e-3", Fraction(1, 1000)),
        ("1E3", 1000),
        ("-1.50", Fraction(-3, 2)),
        ("+7", 7),
        ("1_000.5", Fraction(2001, 2)),
        ("-0.0", 0),
        ("1e308", 10**308),
    ],
)
def test_a_printed_decimal_is_read_as_printed(printed, expected):
    number = literal(printed)

    assert (type(expected), expected) == (type(number), number)


@pytest.mark.parametrize(
    "printed", ["", "abc", "1,5", "0x10", "1e", ".", "1__0", "inf", "nan", "1/2", "\u0661"]
)
def test_anything_else_is_no_printed_decimal(printed):
    with pytest.raises(DomainError, match=r"is no printed decimal; write it like 2\.0, 0\.1 or 1e-3\."):
        literal(printed)


@pytest.mark.parametrize("printed", ["1e1001", "1e-99999999999999999999", "9" * 1001, "0." + "1" * 1001])
def test_a_decimal_with_too_many_digits_is_refused(printed):
    with pytest.raises(DomainError, match=r"has too many digits; write at most 1000, with an exp"):
        literal(printed)
