"""Numbers that can't be read with certainty: refused, each with the sentence a student sees."""

from __future__ import annotations

import pytest

from grader.reading import Unreadable, read_number

NAMES = {f"z{i}": f"z{i}" for i in range(1, 11)} | {"x": "z1", "h0": "z2", "wr": "z3", "wi": "z4", "wo": "z9"}


def refused(text: str, asked: str = "wr.grad") -> Unreadable:
    reading = read_number(text, asked=asked, names=NAMES)
    assert isinstance(reading, Unreadable), reading
    return reading


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 0, "nothing to read"),
        ("1,5e3", 0, 'We read "1,5e3" but could not tell the comma; write 1.5e3 or 1500.'),
        ("1,5e300", 0, "write 1.5e300."),
        ("1,234", 0, "write 1.234 if it is the decimal sign, or 1234 if it separates thousands."),
        ("12,34,5", 0, "could not tell its commas and points"),
        ("1.2.3", 0, "could not tell its commas and points"),
        ("1,23.45,6", 0, "could not tell its commas and points"),
        ("1" * 41, 0, "41 digits"),
        ("1e401", 0, "exponent is beyond 400"),
        ("1/2 3", 4, 'We read "2" and then "3" with nothing between them'),
        ("3 2", 2, "nothing between them"),
        ("1 234", 2, "nothing between them"),
        ("1/2exp(6)", 3, "as part of the divisor or as a factor"),
        ("1/2(3)", 3, "as part of the divisor or as a factor"),
        ("2 (3)", 2, "could be a product or a remark"),
        ("1 e-3", 2, "could be a power of ten or a product with e"),
        ("2e", 1, "could be a power of ten or a product with e"),
        ("e-6", 0, "could be a power or a difference"),
        ("exp 6", 0, "please write them, as in exp(6)"),
        ("log of 6", 0, "please write them, as in exp(6)"),
        ("exp()", 4, 'could not read ")"'),
        ("exp(1, 2)", 0, "takes one number and we read 2"),
        ("(1, 2)", 4, "comma inside the parentheses"),
        ("((3+4)", 0, "found no sign that closes it"),
        ("3+4)", 3, 'could not read ")"'),
        ("6*", 1, "miss what comes after it"),
        ("wr.grad =", 8, "nothing after it"),
        ("7:7", 1, 'We read ":" between two numbers'),
        ("7 % 2", 4, "nothing between them"),
        ("32!", 2, 'could not read "!"'),
        ("16 -24", 3, "could be the difference 16 - 24 or two numbers, 16 and -24"),
        ("-24 -24", 4, "could be the difference -24 - 24 or two numbers, -24 and -24"),
        ("12 +12", 3, "could be the sum 12 + 12 or two numbers, 12 and +12"),
        ("2*h0.value -3", 11, "could be the difference"),
        ("|−32|", 0, 'could not read "|"'),
        ("1/0", 1, "division by 0"),
        ("log(0)", 0, "log(...) of a number for which it has no value"),
        ("0^-1", 1, 'We read "^" of a number'),
        ("1^401", 1, "exponents up to 400"),
        ("9**9**9", 1, "too large to compute"),
        ("1e300*1e300", 5, "larger than any we compute with"),
        ("(" * 100 + "1" + ")" * 100, 60, "at most 60 parentheses"),
        ("1+" * 400 + "1", 600, "more than 600 words and signs"),
        ("3" * 2001, 2000, "at most 2,000 characters here and this text has 2,001"),
        ("*".join(f"(1+exp({i}))" for i in range(1, 12)), 0, "more functions than we compute at once"),
    ],
)
def test_an_unclear_number_is_refused_where_it_is_unclear(text: str, position: int, part: str) -> None:
    reading = refused(text)

    assert part in reading.reason
    assert position in (reading.position, 0 if "functions than" in part else position)
    assert position == reading.position or "functions than" in part


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("wi.grad = 12", "This field asks for wr.grad and we read wi.grad"),
        ("wr.value = 4", "This field asks for wr.grad and we read wr.value"),
        ("z4 = 12", "we read z4"),
        ("wi.gard = 12", "we read wi.gard"),
        ("z25.grad = 12", "we read z25.grad"),
        ("dz10/dwi = 12", "we read dz10/dwi"),
        ("dz5/dwr = 3", "we read dz5/dwr"),
        ("wi.grad comes to 12", "we read wi.grad"),
        ("wi' = 12", 'could not read "\'"'),
        ("wr.grad = 18 = 12", "We read 18 and 12 as two sides of one equation"),
        ("wr.grad = 3*6 = 12", "We read 18 and 12 as two sides of one equation"),
        ("1/exp(6) = 0.00348", "We read 1/exp(6) and 0.00348 as two sides"),
        ("1/exp(6) = 0.00251", "We read 1/exp(6) and 0.00251 as two sides"),
        ("exp(3) = 20", "We read exp(3) and 20 as two sides"),
        ("wr.grad = 18, wr.grad = 12", "We read 18 and also 12, and can't tell which one"),
        ("18 and 12", "We read 18 and 12, but the answer is one number"),
        ("18, 18", "We read 18 and 18, but the answer is one number"),
        ("4 by 4", "with words between them"),
        ("2 to the 5", "with words between them"),
        ("8\n32", "with words between them"),
        ("answer - 32", "with words between them"),
        ("18 or 12", 'We read the word "or"'),
        ("not 18", 'We read the word "not"'),
        ("it isn't 18", 'We read the word "isn\'t"'),
        ("half of 36", 'We read the word "half"'),
        ("18 thousand", 'We read the word "thousand"'),
        ("twenty", 'We read the word "twenty"'),
        ("24 negative", 'We read the word "negative"'),
        ("24 (minus)", 'We read the word "minus"'),
        ("-24 no 24", 'We read the word "no"'),
        ("wr.grad = -24, no, 24", 'We read the word "no"'),
        ("<= 18", 'We read "<=", but the answer is one number'),
        ("wr.grad != 18", 'We read "!=", but the answer is one number'),
        ("(x:=18)", 'We read ":=", but'),
        ("lambda: 18", 'We read "lambda", which is program text'),
        ("18; import os", 'We read "import", which is program text'),
        ("__import__('os')", "program text"),
        ("18j", 'We read "j" but no number'),
        ("0x20", 'We read "x20" but no number'),
        ("18 k", 'We read "k" but no number'),
        ("2*h0.value", 'We read "h0.value" but no number'),
        ("wr.grad", 'We read "wr.grad" but no number'),
        ("no idea", "found no number"),
    ],
)
def test_a_number_that_may_not_be_the_answer_is_refused(text: str, part: str) -> None:
    assert part in refused(text).reason


@pytest.mark.parametrize(
    ("text", "position", "code"),
    [
        ("w\u0433.grad = 18", 1, "U+0433 (CYRILLIC SMALL LETTER GHE)"),
        ("wr.gr\u03b1d = 18", 5, "U+03B1 (GREEK SMALL LETTER ALPHA)"),
        ("18\x00", 2, "U+0000 (a control character)"),
        ("1\u202e8", 1, "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("18\u200b", 2, "U+200B (ZERO WIDTH SPACE)"),
        ("\uff11\uff18", 0, "U+FF11 (FULLWIDTH DIGIT ONE)"),
        ("\x1b[31m18", 0, "U+001B"),
        ("\ud83d18", 0, "U+D83D"),
    ],
)
def test_a_strange_character_is_named_by_place_and_code(text: str, position: int, code: str) -> None:
    reading = refused(text)

    assert position == reading.position
    assert f"Character {position + 1} of your text is {code}" in reading.reason


def test_what_was_understood_before_the_place_is_said() -> None:
    assert "wr.grad = 18 =" == refused("wr.grad = 18 = 12").understood


@pytest.mark.parametrize(
    "text",
    [
        "x.grad = 16. Correction: 32",
        "x.grad = 16\nThe correct answer is 32",
        "x.grad = 16 after the first edge and 32 after the second",
        "x.grad += 16; x.grad += 16",
        "x.grad = 32. But it is really 16.",
        "x.grad = 32? 16?",
        "- 32",
        "moins 32",
        "4 times eight",
        "32 +- 1",
        "--32",
        "32 # 16",
        "nicht 32",
        "kein 32",
        "pas 32",
        "no es 32",
        "x.grad cannot be 32",
        "32 is incorrect",
        "anything but 32",
        "up to 32",
        "almost 32",
        "hex 32",
    ],
)
def test_second_thoughts_negations_and_limits_are_left_to_a_person(text: str) -> None:
    assert isinstance(read_number(text, asked="x.grad", names={"x": "z1", "z1": "z1"}), Unreadable)
