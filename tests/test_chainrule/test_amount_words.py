"""Amounts in words: points, counts and the first of many."""

from fractions import Fraction

import pytest

from chainrule.amount_words import count, first_of, points_text


def test_one_has_no_s() -> None:
    assert ["1 point", "2 points", "0.5 points", "0 points"] == [
        points_text(Fraction(points)) for points in ("1", "2", "1/2", "0")
    ]
    assert ["1 field", "0 fields", "12 fields"] == [count(number, "field") for number in (1, 0, 12)]


@pytest.mark.parametrize(
    ("names", "told"), [("", ""), ("a", "a"), ("abc", "a, b, c"), ("abcd", "a, b, c and 1 more")]
)
def test_of_many_names_the_first_are_told_and_how_many_more_there_are(names: str, told: str) -> None:
    assert told == first_of(names, most=3)
