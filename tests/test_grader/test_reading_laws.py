"""Laws of reading: any text gives a reading or Unreadable, at once; notation does not change a number."""

from __future__ import annotations

import string
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reading import (
    NumberReading,
    OrderReading,
    TraceReading,
    Unreadable,
    read_number,
    read_order,
    read_trace,
)

NAMES = {f"z{i}": f"z{i}" for i in range(1, 11)} | {"x": "z1", "h0": "z2", "wr": "z3", "wi": "z4", "wo": "z9"}
RIGHT_ANSWERS = (
    "x.grad == 32",
    "x.grad = 4*8 = 32",
    "z1.grad == x.grad == z2.value == 3",
    "the value of x.grad is 1/exp(6) at the end.",
    r"$\frac{1}{e^{6}} \approx 2.48 \times 10^{-3}$",
    "[z3:leaf(wr), z2:leaf(h0), z5:mul, z10:mul]",
    "Iteration 3: Output node is z7. The op is add\nz5.grad = 6\nz6.grad = 6*1 = 6",
    "Gradients: z8 = 6, z9 = 22\nz8 -> z7 = (1 if 22 > 0 else 0)*6 since z8 is 22, or not twice -12 (x2)",
    "z7: z5.grad, z6.grad = 6, 6 (both from 1*6)",
    "1,234.5 − 2⁵ + ½·√16",
)
FRAGMENTS = (
    *(
        "x.grad",
        "z1",
        "wr",
        "z9.value",
        "d",
        "grad",
        "exp(",
        "log(",
        "sqrt(",
        "e",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
    ),
    *(
        "+",
        "-",
        "*",
        "/",
        "^",
        "**",
        "=",
        "==",
        "+=",
        ":",
        "->",
        "≈",
        ",",
        ".",
        ";",
        "\n",
        " ",
        "%",
        "|",
        "'",
        '"',
    ),
    *(
        "1",
        "32",
        "0.5",
        "1,5",
        "1e3",
        "⁻²",
        "½",
        "\\frac{",
        "\\text{",
        "is",
        "and",
        "answer",
        "not",
        "Iteration 3",
    ),
    *("output", "leaf", "mul", "×", "∂", "$", "**", "#", "√", "\u00a0"),
)


def read_every_way(text: str) -> None:
    number = read_number(text, asked="x.grad", names=NAMES)
    order = read_order(text, names=NAMES)
    trace = read_trace(text, names=NAMES)
    assert isinstance(number, (NumberReading, Unreadable))
    assert isinstance(order, (OrderReading, Unreadable))
    assert isinstance(trace, (TraceReading, Unreadable))
    for reading in (number, order, trace):
        if isinstance(reading, Unreadable):
            assert 0 <= reading.position <= len(text)
            assert reading.reason.endswith(".")


@given(st.text())
def test_any_text_gives_a_reading_or_unreadable(text: str) -> None:
    read_every_way(text)


@given(st.text(alphabet=string.printable, max_size=200))
def test_any_keyboard_text_gives_a_reading_or_unreadable(text: str) -> None:
    read_every_way(text)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_any_pile_of_mathematics_gives_a_reading_or_unreadable(text: str) -> None:
    read_every_way(text)


@given(st.sampled_from(RIGHT_ANSWERS), st.data())
def test_a_mutated_right_answer_gives_a_reading_or_unreadable(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    read_every_way(text[:start] + data.draw(st.sampled_from(FRAGMENTS) | st.text(max_size=4)) + text[end:])


DECIMALS = st.decimals(min_value=-(10**6), max_value=10**6, places=3, allow_nan=False, allow_infinity=False)


@given(DECIMALS)
def test_a_decimal_is_the_same_number_in_ten_notations(decimal: object) -> None:
    plain = f"{decimal:f}"
    value = Fraction(plain)
    whole, _, places = plain.partition(".")
    thousandths = f"{value * 1000}"
    notations = [
        plain,
        f"  {plain} ",
        plain.replace("-", "−"),
        f"${plain}$",
        f"({plain})",
        f"x.grad == {plain}",
        f"the answer is {plain}.",
        f"{thousandths}e-3",
        f"{thousandths} × 10⁻³",
        f"{thousandths}/1000",
        f"{plain}0",
    ]
    if len(whole.lstrip("-")) > 3 or whole.lstrip("-") == "0":
        notations.append(f"{whole},{places}")

    assert {value} == {read_value(text) for text in notations}


@given(st.integers(-(10**9), 10**9))
def test_a_whole_number_is_the_same_in_ten_notations(number: int) -> None:
    notations = [
        f"{number}", f"{number}.", f"{number}.0", f"+{number}" if number >= 0 else f"{number}", f"{number:,}.0",
        f"{number:,}".replace(",", "\u202f"), f"{number}*1", f"2*{number}/2", f"x.grad = {number}",
        f"{number:_}", f"z1.grad: {number}", f"x.grad = {number} (done)",
    ]  # fmt: skip

    assert {number} == {read_value(text) for text in notations}


def read_value(text: str) -> object:
    reading = read_number(text, asked="x.grad", names=NAMES)
    assert isinstance(reading, NumberReading), (text, reading)
    return reading.value


@given(st.sampled_from(("x.grad = 4 * 8 = 32", "z1.grad == 1 / exp(6)", "x.grad is 0.5 + 2 ^ 5")), st.data())
def test_spaces_and_case_do_not_change_a_number(text: str, data: st.DataObject) -> None:
    spaces = st.sampled_from((" ", "  ", "\t", "\u00a0"))
    spaced = "".join(data.draw(spaces) if character == " " else character for character in text)
    written = data.draw(st.sampled_from((spaced, spaced.upper().replace("EXP", "exp"), spaced.capitalize())))

    assert read_value(text) == read_value(written)


@given(st.permutations(["z1", "z2", "z3", "z5", "z10"]), st.sampled_from((", ", " ", "\n", " -> ", "; ", ",")))
def test_an_order_is_the_same_with_any_separator_and_case(labels: list[str], separator: str) -> None:
    reading = read_order(separator.join(labels).upper(), names=NAMES)

    assert isinstance(reading, OrderReading)
    assert tuple(labels) == reading.labels


HOSTILE = (
    *("9**9**9", "9**9**9**9", "2^2^2^2^2^2^2^2^2", "1e999999999", "(9**999999)**999999", "10**10**10"),
    *("exp(exp(exp(exp(100))))", "((10^39)^400)^400", "exp(1/0)", "0^-1", "log(0)", "sqrt(0-1)"),
    *("(" * 1_990, "-" * 1_990, "1+" * 290, "2^" * 300, "log(" * 70 + "2" + ")" * 70, "1" * 41),
    *("[32][0]", "lambda: 32", "exec('x=32')", "(x:=32)", "__import__('os').getpid()", "32; import os"),
    *(
        "32' OR '1'='1",
        "sum([1]*32)",
        "32j",
        "<= 32",
        "32\x00",
        "3\u202e2",
        "<script>32</script>",
        "eval(32)",
    ),
    *(
        "\u0445.grad = 32",
        "x.gr\u0430d = 32",
        "\uff13\uff12",
        "\u0663\u0662",
        "32\u200b",
        "\ud800",
        "nan",
        "inf",
    ),
    *("x" * 10**6, "9" * 10**6, "\x00" * 10**6, "(" * 10**6, "é" * 10**6, "z1.grad = 6\n" * 80_000),
)


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{text[:24]!r}-{len(text)}" for text in HOSTILE])
def test_hostile_text_is_refused_with_a_sentence(text: str) -> None:
    reading = read_number(text, asked="x.grad", names=NAMES)

    assert isinstance(reading, Unreadable)
    assert reading.reason.endswith(".")
    assert len(reading.reason) < 500


@pytest.mark.parametrize("text", ["x" * 10**6, "z1.grad = 6\n" * 80_000, "\x00" * 10**6, "((" * 5_999])
def test_a_huge_trace_or_order_is_refused(text: str) -> None:
    readings = [read_trace(text, names=NAMES), read_order(text, names=NAMES)]

    assert all(isinstance(reading, Unreadable) for reading in readings)
