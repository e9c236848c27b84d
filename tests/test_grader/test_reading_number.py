"""Numbers as students write them: what each text is read as, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine import exact
from grader.reading import NumberReading, is_blank, read_number

NAMES = {"x": "z1", "z1": "z1", "y": "z2", "z2": "z2", "z3": "z3"}
ONE_OVER_E6 = exact.exp(-6)
HALF = Fraction(1, 2)


def read(text: str, asked: str = "x.grad") -> NumberReading:
    reading = read_number(text, asked=asked, names=NAMES)
    assert isinstance(reading, NumberReading), reading
    return reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # plain numbers
        ("32", 32), (" 32. ", 32), ("+32", 32), ("−32", -32), ("–32", -32), ("032", 32),
        ("32.0", 32), (".5", HALF), ("-.5", -HALF), ("3.2e1", 32), ("1e-3", Fraction(1, 1000)), ("1E3", 1000),
        ("3.2 × 10^1", 32), ("4.54 × 10⁻⁵", Fraction(454, 10**7)), ("4.54*10**-5", Fraction(454, 10**7)),
        ("½", HALF), ("1½", Fraction(3, 2)), ("50%", HALF), ("12.5 %", Fraction(1, 8)), ("1_000", 1000),
        # commas, points and spaces in numbers
        ("1,234.5", Fraction(2469, 2)), ("1.234,5", Fraction(2469, 2)), ("1,5", Fraction(3, 2)),
        ("0,123", Fraction(123, 1000)), ("1,2345", Fraction(12345, 10000)), ("1234,567", Fraction(1234567, 1000)),
        ("1,234,567", 1234567), ("1.234.567", 1234567), ("1\u202f234", 1234), ("1\u00a0234", 1234),
        ("32\u00a0", 32), ("32．", 32), ("x.grad\u202f=\u00a032", 32),
        # arithmetic, with Python's precedence
        ("4*8", 32), ("4·8", 32), ("4 × 8", 32), ("4 x 8", 32), ("4x8", 32), ("2^5", 32), ("2**5", 32), ("2⁵", 32),
        ("64/2", 32), ("64÷2", 32), ("2*(3+1)*4", 32), ("-2^2", -4), ("(-2)^2", 4), ("2^2^3", 256), ("2^-1", HALF),
        ("1^400", 1),
        ("1/2/2", Fraction(1, 4)), ("6-2-1", 3), ("2*-3", -6), ("(2)(3)", 6), ("2(3)", 6),
        ("2*2*2*2*2", 32), ("4 times 8", 32), ("16 plus 16", 32), ("minus 5", -5),
        # exact forms
        ("1/exp(6)", ONE_OVER_E6), ("exp(-6)", ONE_OVER_E6), ("e^-6", ONE_OVER_E6), ("e**(-6)", ONE_OVER_E6),
        ("e⁻⁶", ONE_OVER_E6), ("1/e^6", ONE_OVER_E6), ("e^{-6}", ONE_OVER_E6), ("2exp(6)", 2 * exact.exp(6)),
        ("exp(6)*(1/exp(6))", 1), ("log(exp(6))", 6), ("ln(e)", 1), ("sqrt(16)", 4), ("√16", 4), ("tanh(0)", 0),
        ("sigmoid(0)", HALF), ("relu(-3)", 0), ("relu(22)", 22),
        # LaTeX and Markdown
        ("$32$", 32), (r"\(32\)", 32), (r"\frac{1}{e^6}", ONE_OVER_E6), (r"$\frac{1}{\exp(6)}$", ONE_OVER_E6),
        (r"4 \cdot 8", 32), (r"4.54\times 10^{-5}", Fraction(454, 10**7)), (r"\sqrt{16}", 4),
        (r"\left(4\right) \cdot 8", 32), (r"\text{x.grad} = 32", 32), ("`32`", 32), ("**32**", 32),
        # words
        ("three", 3), ("Zero.", 0), ("x.grad is twelve", 12), ("x.grad = one", 1),
    ],
)  # fmt: skip
def test_a_number_is_read_in_any_notation(text: str, value: object) -> None:
    assert value == read(text).value


@pytest.mark.parametrize(
    "text",
    [
        "z1.grad == 32", "x.grad = 32", "x.grad: 32", "x.grad is 32", "x.grad is equal to 32", "x.grad -> 32",
        "x.grad equals 32.", "x.grad → 32", "X. grad = 32", "Z1.grad=32", "x.Grad = 32", "x grad = 32",
        "x_grad = 32", "grad x = 32", "grad(x) = 32", "the gradient of x is 32", "dz/dx = 32", "d z3/d x = 32",
        "∂L/∂x = 32", r"\frac{\partial L}{\partial x} = 32", r"\frac{dz}{dx} = 32", "L' = 32", "answer: 32",
        "the value of x.grad is 32", "the answer is 32", "so x.grad is equal to 32.", "donc x.grad = 32",
        "Thus, the final answer x.grad is equal to 32.", "I get 32", "I think it's 32", "= 32", "is 32",
        "x.grad = 4*8 = 32", "x.grad = 4*8", "4*8 = 32", "32 = x.grad", "z1.grad = x.grad = 32", "x = 32",
        "z1.grad == x.grad == 2*z3.value == 32", "x.grad = 2*z2.grad*2 = 2*8*2 = 32", "x.grad = 16 + 16\n= 32",
        "x.grad =\n32", "z2.grad = 8\nx.grad = 32", "16 + 16 = 32\nanswer: 32", "z2.grad = 8, so the answer is 32",
        "8 + 8 = 16 and 16 + 16 = 32, total: 32", "x.grad = 32 (since both edges add)", "32 (both edges add)",
        "32 (= 16 + 16)", "x.grad = 32, because z2.grad = 8", "32, because z2.grad = 8", "(x.grad = 32)",
        "x.grad = 32 # checked", "After iteration 2, x.grad = 32", "Iteration 1\nx.grad = 32", "x.grad = 32 √",
        "x.grad comes to 32", "x.grad = 32 = 32.0", "x.grad ⇒ 32", "step 3: x.grad = 32",
        "32 (e.g. by hand)", "Response:\n32", "• 32", "- x.grad = 32",
        "x.grad = 48 -16 = 32", "48 - 16", "48-16", "2*(17 -1)", "x.grad 32", "32 (2*16)",
        "after the 1-st iteration x.grad is 32", "“32”", "32;", "32,", "x.grad = 32 — done",
    ],
)  # fmt: skip
def test_words_and_left_sides_around_32_are_set_aside(text: str) -> None:
    assert 32 == read(text).value


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("z1.grad == 32", "32"), ("32.00", "32.00"), ("3.2e1", "32"), ("1,5", "1.5"), ("−0.50", "-0.50"),
        ("1.234,5", "1234.5"), ("e^-6", "1/exp(6)"), ("6/4", "3/2"), ("4.54e-15", "4.54e-15"), ("2⁵", "32"),
        ("5e-13", "5e-13"),
    ],
)  # fmt: skip
def test_a_number_is_said_back_in_one_notation(text: str, read_as: str) -> None:
    assert read_as == read(text).read_as


@pytest.mark.parametrize(
    ("text", "half_unit"),
    [
        ("32", None), ("32.", None), ("1,234,567", None), ("1/3", None), ("exp(2)", None), ("50%", None),
        ("½", None), ("1e3", None), ("4*8", None), ("2 × 10^3", None),
        ("32.0", Fraction(1, 20)), ("0.25", Fraction(1, 200)), ("-0.25", Fraction(1, 200)),
        ("(0.25)", Fraction(1, 200)), ("3.2e1", HALF), ("3.2 × 10^1", HALF), ("1e-3", Fraction(1, 2000)),
        ("12.5%", Fraction(1, 2000)), ("1,5", Fraction(1, 20)), ("x.grad ≈ 20", HALF), ("x.grad is about 20", HALF),
    ],
)  # fmt: skip
def test_half_of_the_last_written_place_is_kept_for_decimals_only(text: str, half_unit: Fraction | None) -> None:
    assert half_unit == read(text).half_unit


@pytest.mark.parametrize(
    "text", ["1/exp(6) = 0.00248", "x.grad = 0.0025 = 1/exp(6)", "1/exp(6) ≈ 2.48e-3", "exp(-6) = 0.00247"]
)
def test_a_rounded_link_is_checked_to_its_digits_and_the_exact_member_kept(text: str) -> None:
    reading = read(text)

    assert (ONE_OVER_E6, None) == (reading.value, reading.half_unit)


def test_a_chain_of_decimals_keeps_the_last_one() -> None:
    reading = read("x.grad = 0.2*32 = 6.4")

    assert (Fraction(64, 10), Fraction(1, 20)) == (reading.value, reading.half_unit)


def test_a_chain_may_name_other_quantities_beside_the_one_asked() -> None:
    text = "Final answer, z1.grad == x.grad == z2.value == 3 and z2.grad == y.grad == z1.value == 2."

    assert 3 == read(text).value
    assert 2 == read(text, asked="y.grad").value


def test_a_value_can_be_asked_for_as_well_as_a_gradient() -> None:
    assert 16 == read("z3.value = 4*4 = 16", asked="z3.value").value


def test_without_a_quantity_asked_any_left_side_is_set_aside() -> None:
    reading = read_number("1/exp(6)")

    assert isinstance(reading, NumberReading)
    assert ONE_OVER_E6 == reading.value


@pytest.mark.parametrize(("text", "expected"), [("", True), (" \t\n\u00a0", True), ("0", False), (".", False)])
def test_only_white_space_is_blank(text: str, expected: bool) -> None:
    assert expected == is_blank(text)
