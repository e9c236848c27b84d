"""Points come from verdicts by arithmetic only."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from grader.scoring import points_for, total_points
from grader.verdict import Verdict

shares = st.fractions(min_value=0, max_value=1, max_denominator=60)
worths = st.fractions(min_value=0, max_value=100, max_denominator=60)


@given(shares, worths)
def test_points_are_never_negative_and_never_more_than_the_field_is_worth(share: Fraction, worth: Fraction) -> None:
    assert 0 <= points_for(Verdict("partly", share), worth) <= worth


@given(st.lists(worths, max_size=8), st.randoms(use_true_random=False))
def test_the_total_does_not_depend_on_the_order_of_the_fields(points: list[Fraction], mixer: object) -> None:
    mixed = list(points)
    mixer.shuffle(mixed)  # type: ignore[attr-defined]

    assert total_points(points) == total_points(mixed)


@given(st.lists(worths, max_size=8))
def test_the_total_is_the_nearest_quarter(points: list[Fraction]) -> None:
    total = total_points(points)

    assert 1 == (total * 4).denominator
    assert abs(total - sum(points, Fraction(0))) <= Fraction(1, 8)


def test_halves_between_two_quarters_go_up() -> None:
    assert Fraction(1, 4) == total_points([Fraction(1, 8)])


def test_no_fields_are_worth_nothing() -> None:
    assert 0 == total_points([])
