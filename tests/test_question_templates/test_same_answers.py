"""Whether two answers are the same: laws over random formulas and numbers, and pairs that were chosen by hand."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import exact
from engine.sizes import Size, as_size, ceil_divide, same, size_max, size_min, symbol
from question_templates import answers
from question_templates.comparing import same_answer, same_answers
from question_templates.lab import run_of
from tests.test_question_templates.toy_programs import CUBE, variant_of

NAMES = ("N", "D", "K")
N, D, K = map(symbol, NAMES)
SYMBOLS = st.sampled_from([N, D, K])
MONOMIALS = st.lists(SYMBOLS, min_size=1, max_size=4).map(lambda factors: reduce(mul, factors))
CONSTANTS = st.integers(1, 64)
NUMBERS = st.one_of(
    st.integers(-1000, 1000), st.fractions(-100, 100, max_denominator=50), st.sampled_from([exact.exp(3), exact.log(2)])
)


def combined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Sums, products, floors and extremes of sizes."""
    return st.one_of(
        st.builds(add, parts, parts),
        st.builds(mul, parts, st.one_of(SYMBOLS, CONSTANTS)),
        st.builds(lambda part, by: part // by, parts, st.integers(2, 8)),
        st.builds(lambda one, other: size_max(one, other), parts, SYMBOLS),
        st.builds(lambda one, other: size_min(one, other), parts, SYMBOLS),
    )


FORMULAS = st.recursive(MONOMIALS, combined, max_leaves=4)


def expression(size: Any) -> answers.Expression:
    return answers.Expression(size, NAMES)


def growth(size: Any) -> answers.Growth:
    return answers.Growth(size, NAMES)


def shape(*axes: Any) -> answers.Shape:
    return answers.Shape(axes, NAMES)


def total(terms: list[tuple[int, Size]]) -> Size:
    return as_size(reduce(add, (coefficient * monomial for coefficient, monomial in terms)))


# Laws.


@given(FORMULAS)
def test_a_formula_is_the_same_as_itself(size: Size):
    assert same_answer(expression(size), expression(size))
    assert same_answer(shape(size, 3), shape(size, 3))
    assert same_answer(answers.Bytes(size, NAMES), answers.Bytes(size, NAMES))
    assert same_answer(growth(size), growth(size))


@given(NUMBERS, st.sampled_from([Fraction(0), Fraction(1, 100)]))
def test_a_number_is_the_same_as_itself(number: Any, rel_tol: Fraction):
    assert same_answer(answers.Number(number, rel_tol), answers.Number(number, rel_tol))


@given(FORMULAS, FORMULAS)
def test_it_does_not_matter_which_formula_stands_first(one: Size, other: Size):
    assert same_answer(expression(one), expression(other)) == same_answer(expression(other), expression(one))
    assert same_answer(growth(one), growth(other)) == same_answer(growth(other), growth(one))


@given(NUMBERS, NUMBERS)
def test_it_does_not_matter_which_number_stands_first(one: Any, other: Any):
    left, right = answers.Number(one), answers.Number(other)

    assert (one == other) == same_answer(left, right) == same_answer(right, left)


@given(FORMULAS, FORMULAS, FORMULAS)
def test_the_written_form_does_not_matter(one: Size, other: Size, third: Size):
    left, right = (one + other) * third, third * other + one * third

    assert same_answer(expression(left), expression(right))
    assert same_answer(shape(left, one), shape(right, one))
    assert same_answer(growth(left), growth(right))


@given(FORMULAS, st.integers(2, 9))
def test_a_floor_may_be_written_with_the_remainder(size: Size, by: int):
    assert same_answer(expression(size // by * by), expression(size - size % by))


@given(FORMULAS, CONSTANTS)
def test_another_value_is_another_formula(size: Size, more: int):
    assert not same_answer(expression(size), expression(size + more))
    assert not same_answer(expression(size), expression(size * (more + 1)))
    assert not same_answer(shape(3, size), shape(3, size + more))


TERMS = st.lists(st.tuples(CONSTANTS, MONOMIALS), min_size=1, max_size=3)


@given(TERMS, st.integers(1, 10_000))
def test_a_constant_factor_does_not_change_an_order_of_growth(terms: list[tuple[int, Size]], factor: int):
    assert same_answer(growth(total(terms)), growth(factor * total(terms)))


@given(TERMS, st.lists(st.booleans(), min_size=3, max_size=3))
def test_nor_do_the_coefficients_of_its_terms(terms: list[tuple[int, Size]], doubled: list[bool]):
    others = [(2 * number if twice else number, size) for (number, size), twice in zip(terms, doubled, strict=False)]

    assert same_answer(growth(total(terms)), growth(total(others)))


@given(TERMS)
def test_nor_does_a_term_that_another_one_exceeds(terms: list[tuple[int, Size]]):
    assert same_answer(growth(N * total(terms)), growth(N * total(terms) + total(terms)))


@given(TERMS, MONOMIALS)
def test_a_power_more_is_another_order_of_growth(terms: list[tuple[int, Size]], power: Size):
    assert not same_answer(growth(total(terms)), growth(total(terms) * power))
    assert not same_answer(growth(total(terms) * power), growth(total(terms)))


@given(MONOMIALS, MONOMIALS)
def test_two_monomials_grow_alike_only_if_they_are_equal(one: Size, other: Size):
    assert same(one, other) == same_answer(growth(one), growth(other))


@given(st.integers(1, 10**6), st.integers(1, 50), st.integers(0, 100))
def test_numbers_within_twice_the_tolerance_are_the_same(number: int, percent: int, part: int):
    rel_tol = Fraction(percent, 100)
    near = number + number * 2 * rel_tol * Fraction(part, 100)

    assert same_answer(answers.Number(number, rel_tol), answers.Number(near, rel_tol))


@given(st.integers(1, 10**6), st.integers(1, 50), st.integers(1, 100))
def test_numbers_farther_away_are_not(number: int, percent: int, part: int):
    rel_tol = Fraction(percent, 100)
    far = number * (1 + 2 * rel_tol) + Fraction(part, 100)

    assert not same_answer(answers.Number(number, rel_tol), answers.Number(far, rel_tol))
    assert not same_answer(answers.Number(number), answers.Number(number + Fraction(part, 10**9)))


@given(st.permutations("abcd"), st.permutations("abcd"))
def test_orders_are_the_same_label_by_label(one: list[str], other: list[str]):
    assert (one == other) == same_answer(answers.Order(one), answers.Order(tuple(other)))


# Pairs chosen by hand.


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (N**2 - D**2, (N + D) * (N - D)),
        (size_max(N, D), (N + D + abs(N - D)) // 2),
        (ceil_divide(N, 4), (N + 3) // 4),
        (size_max(N, D) * size_min(N, D), N * D),  # this and the next are equal at all points, not by normal form
        (N * (N + 1) // 2 * 2, N * (N + 1)),
        (as_size(8), 8),
        (60 // N * N, 60 - 60 % N),
        (7 % (N - 3), 7 - 7 // (N - 3) * (N - 3)),  # at N = 3 neither has a value, which says nothing
    ],
)
def test_these_formulas_are_the_same(left: Any, right: Any):
    assert same_answer(expression(left), expression(right))
    assert same_answer(expression(right), expression(left))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (N * D, N + D),
        (N * D, N * K),
        (N, N // 2 * 2),
        (ceil_divide(N, 4), N // 4),
        (ceil_divide(N, 4), N // 4 + 1),
        (size_max(N, D), N),
        (size_min(N, D), D),
        (as_size(8), 9),
        (8 * N * D, 8 * N * D + 8),
    ],
)
def test_these_formulas_differ(left: Any, right: Any):
    assert not same_answer(expression(left), expression(right))
    assert not same_answer(expression(right), expression(left))


def test_formulas_without_a_value_anywhere_are_not_the_same():
    nowhere = 5 // (N * (N + 1) % 2)

    assert not same_answer(expression(nowhere), expression(nowhere + 1))


def test_shapes_with_another_number_of_axes_differ():
    assert not same_answer(shape(N, D), shape(N, D, 1))
    assert not same_answer(shape(N, D), shape(D, N))
    assert same_answer(shape(2, 4), shape(2, as_size(4)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (N + D, size_max(N, D)),
        (N**2 + N * D + D**2, N**2 + D**2),
        (2 * N**2 * D + 4 * N * D**2, N**2 * D + N * D**2),
        (N // 8, N),
        ((N - 3) // 2 + 1, N),
        (as_size(5), as_size(7)),
    ],
)
def test_these_grow_alike(left: Size, right: Size):
    assert same_answer(growth(left), growth(right))
    assert same_answer(growth(right), growth(left))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (N * D, N + D),
        (N * D, size_max(N, D)),
        (N**2 * D + N * D**2, N**2 * D),
        (size_min(N, D), N),
        (N, as_size(1)),
        (N * D, N**2 + D**2),
        (size_max(N * D, K), N * D * K),
    ],
)
def test_these_do_not(left: Size, right: Size):
    assert not same_answer(growth(left), growth(right))
    assert not same_answer(growth(right), growth(left))


def test_traces_are_the_same_if_they_end_with_the_same_gradients():
    trace = answers.Trace(run_of(variant_of(CUBE)))
    without_sum = answers.Trace(run_of(variant_of(CUBE), mistake="treats a sum as a product"))
    overwritten = answers.Trace(run_of(variant_of(CUBE), mistake="overwrites instead of adding"))

    assert same_answer(trace, without_sum)
    assert not same_answer(trace, overwritten)


def test_schedules_are_the_same_if_their_best_placements_are():
    # With one checkpoint in four layers of one size, any limit that the best placement keeps gives the same one.
    assert same_answer(answers.Schedule(4, most_checkpoints=1), answers.Schedule(4, most_checkpoints=1, unit="MiB"))
    assert not same_answer(answers.Schedule(4, most_checkpoints=1), answers.Schedule(4, most_checkpoints=2))


CHOICES = {"A": "yes", "B": "no", "C": "never"}


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        (answers.Choice(CHOICES, ("A",)), answers.Choice(CHOICES, ("A",)), True),
        (answers.Choice(CHOICES, ("A",)), answers.Choice(CHOICES, ("B",)), False),
        (answers.Choice(CHOICES, ("A", "B"), several=True), answers.Choice(CHOICES, ("A",), several=True), False),
        (answers.Vector((1, 2)), answers.Vector((1, 2)), True),
        (answers.Vector((1, 2)), answers.Vector((2, 1)), False),
        (answers.Matrix(((1, 2), (3, 4))), answers.Matrix(((1, 3), (2, 4))), False),
        (answers.Text(), answers.Text(), True),
        (answers.Number(1), answers.Text(), False),
        (answers.Number(as_size(6)), answers.Number(6), True),
        (answers.Number(exact.exp(2)), answers.Number("exp(2)"), False),
    ],
)
def test_other_answers_are_compared_as_they_are(left: answers.Answer, right: answers.Answer, *, is_same: bool):
    assert is_same is same_answer(left, right)


def test_sets_of_answers_are_compared_on_the_fields_of_both():
    key = {"a": answers.Number(1), "b": answers.Number(2)}

    assert same_answers({"a": answers.Number(1), "c": answers.Number(5)}, key)
    assert not same_answers({"a": answers.Number(1), "b": answers.Number(5)}, key)
    assert same_answers({}, key)
