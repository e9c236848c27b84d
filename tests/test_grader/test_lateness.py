"""Lateness: what is late, by how much, what it costs, and how that reads."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grade import FieldGrade, Grade
from grader.lateness import Late, LatePolicy, TimesNotComparable, lateness
from grader.verdict import Verdict

DUE = datetime(2026, 5, 12, 10, 15, tzinfo=timezone(timedelta(hours=2)))
TENTH_A_DAY = LatePolicy(timedelta(minutes=5), Fraction(1, 10), "day", Fraction(1, 2))
TENTH_AN_HOUR = LatePolicy(timedelta(0), Fraction(1, 10), "hour", Fraction(1))


def late(after: timedelta, policy: LatePolicy = TENTH_A_DAY) -> Late | None:
    return lateness(DUE + after, DUE, policy)


def cost(after: timedelta, policy: LatePolicy = TENTH_A_DAY) -> Fraction | None:
    found = late(after, policy)
    return None if found is None else found.deduction


@pytest.mark.parametrize("after", [timedelta(days=-3), timedelta(0), timedelta(minutes=5)])
def test_what_comes_before_the_grace_is_over_is_in_time(after: timedelta) -> None:
    assert late(after) is None


def test_without_grace_a_microsecond_is_late() -> None:
    assert Late(timedelta(microseconds=1)) == late(timedelta(microseconds=1), LatePolicy())


@pytest.mark.parametrize(
    ("after", "deduction"),
    [
        (timedelta(minutes=5, microseconds=1), "1/10"),
        (timedelta(days=1), "1/10"),
        (timedelta(days=1, microseconds=1), "2/10"),
        (timedelta(days=4, hours=1), "1/2"),
        (timedelta(days=900), "1/2"),
    ],
)
def test_every_day_that_has_begun_since_the_due_time_costs_its_share_up_to_the_most(
    after: timedelta, deduction: str
) -> None:
    assert Fraction(deduction) == cost(after)


def test_hours_are_counted_in_hours_and_never_cost_more_than_all_points() -> None:
    costs = [cost(timedelta(hours=n), TENTH_AN_HOUR) for n in (1, 2, 10, 11, 1000)]

    assert [Fraction(n, 10) for n in (1, 2, 10, 10, 10)] == costs


def test_grace_forgives_and_does_not_move_the_due_time() -> None:
    found = late(timedelta(minutes=6))

    assert found is not None
    assert timedelta(minutes=6) == found.by


def test_by_default_nothing_is_deducted() -> None:
    assert Late(timedelta(days=3)) == late(timedelta(days=3), LatePolicy())


def test_times_of_other_zones_are_compared_as_the_moments_that_they_are() -> None:
    same_moment = datetime(2026, 5, 12, 8, 15, tzinfo=timezone.utc)

    assert lateness(same_moment, DUE) is None
    assert Late(timedelta(minutes=1)) == lateness(same_moment + timedelta(minutes=1), DUE)


def test_two_times_without_a_zone_are_compared_as_clocks_show_them() -> None:
    due = datetime(2026, 5, 12, 10, 15)

    assert Late(timedelta(hours=1)) == lateness(due + timedelta(hours=1), due)


@pytest.mark.parametrize(
    ("submitted", "due", "told"),
    [
        (datetime(2026, 5, 12, 10, 20), DUE, "the submission's time names no zone and the other does"),
        (DUE, datetime(2026, 5, 12, 10, 15), "the due time names no zone and the other does"),
    ],
)
def test_times_of_which_one_names_no_zone_are_not_compared(submitted: datetime, due: datetime, told: str) -> None:
    with pytest.raises(TimesNotComparable, match=told):
        lateness(submitted, due)


@pytest.mark.parametrize(
    ("by", "deduction", "words"),
    [
        (timedelta(microseconds=1), "0", "1 second late; nothing is deducted"),
        (timedelta(seconds=59), "0", "59 seconds late; nothing is deducted"),
        (timedelta(seconds=61), "0.1", "2 minutes late; 10% of the points are deducted"),
        (timedelta(hours=2, minutes=5), "0.125", "2 hours and 5 minutes late; 12.5% of the points are deducted"),
        (timedelta(days=1, minutes=3), "1/3", "1 day and 3 minutes late; 33.33% of the points are deducted"),
        (timedelta(days=2, hours=1, minutes=3), "1", "2 days and 1 hour late; 100% of the points are deducted"),
    ],
)
def test_lateness_in_words(by: timedelta, deduction: str, words: str) -> None:
    assert words == Late(by, Fraction(deduction)).words


def field(points: str, out_of: int = 5) -> FieldGrade:
    return FieldGrade("1.a", "number", "7", Verdict("partly"), Fraction(points), Fraction(out_of))


def graded(*points: str, deduction: str = "0") -> Grade:
    how = Late(timedelta(hours=1), Fraction(deduction))
    return Grade("ABCD-2345", "a.json", "", tuple(map(field, points)), late=how)


@pytest.mark.parametrize(
    ("points", "deduction", "total"),
    [
        (["5", "5"], "0.1", "9"),
        (["10/3", "10/3"], "0.1", "6"),  # 20/3 less 2/3 is 6; a sum rounded first, 6.75, would give 6
        (["1/9", "1/9"], "0.1", "1/4"),  # 0.2 is nearer to 0.25 than to 0; rounded twice it would be 0.25 less 0.025
        (["5", "0"], "1", "0"),
        ([], "0.5", "0"),
    ],
)
def test_the_deduction_is_taken_from_the_exact_sum_which_is_rounded_once(
    points: list[str], deduction: str, total: str
) -> None:
    assert Fraction(total) == graded(*points, deduction=deduction).points


@given(st.lists(st.fractions(0, 5, max_denominator=12), max_size=6), st.fractions(0, 1, max_denominator=20))
def test_points_and_what_is_deducted_add_up_to_the_points_without_lateness(
    points: list[Fraction], deduction: Fraction
) -> None:
    grade = graded(*map(str, points), deduction=str(deduction))
    on_time = graded(*map(str, points))

    assert on_time.points == grade.points + grade.deducted
    assert 0 <= grade.points <= on_time.points


@given(st.timedeltas(timedelta(0), timedelta(days=40)), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_who_comes_later_never_loses_less(first: timedelta, second: timedelta) -> None:
    earlier, later = sorted((first, second))

    assert (cost(earlier) or 0) <= (cost(later) or 0) <= TENTH_A_DAY.at_most


def test_a_late_grade_says_by_how_much_and_an_early_one_says_nothing() -> None:
    stored = graded("5", deduction="0.1").to_json()

    assert {"by_seconds": 3600, "deducted": 0.5, "words": "1 hour late; 10% of the points are deducted"} == stored[
        "late"
    ]
    assert 4.5 == stored["points"]
    assert "late" not in Grade("ABCD-2345", "a.json", "", ()).to_json()
