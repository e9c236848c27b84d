"""The exact simplex against SciPy's, and its answers against what they claim."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from grader.growth.simplex import Combination, Number, Separation, separate


def inner(left: Sequence[Number], right: Sequence[Number]) -> Number:
    return sum(a * b for a, b in zip(left, right, strict=True))


def is_reached(
    point: Sequence[Number], generators: Sequence[Sequence[Number]], narrowing: Sequence[Sequence[Number]]
) -> bool:
    """SciPy's answer: weights of sum 1 and multiples with weights*generators - multiples*narrowing >= point."""
    count, extra = len(generators), len(narrowing)
    rows = [
        [*(-float(generator[axis]) for generator in generators), *(float(one[axis]) for one in narrowing)]
        for axis in range(len(point))
    ]
    found = linprog(
        [0.0] * (count + extra),
        A_ub=rows,
        b_ub=[-float(entry) for entry in point],
        A_eq=[[1.0] * count + [0.0] * extra],
        b_eq=[1.0],
    )
    return bool(found.status == 0)


# Halves and thirds: small enough that SciPy's tolerance never blurs a tie.
entries = st.builds(Fraction, st.integers(-3, 6), st.sampled_from([1, 1, 2, 3]))


@st.composite
def problems(draw):
    width = draw(st.integers(1, 5))
    vectors = st.lists(entries, min_size=width, max_size=width)
    generators = draw(st.lists(vectors, min_size=1, max_size=7))
    narrowing = draw(st.lists(vectors, max_size=3))
    return draw(vectors), generators, narrowing


@given(problems())
def test_scipy_gives_the_same_answer(problem):
    point, generators, narrowing = problem

    answer = separate(point, generators, narrowing=narrowing)

    assert is_reached(point, generators, narrowing) == isinstance(answer, Combination)


@given(problems())
def test_a_direction_is_a_proof(problem):
    point, generators, narrowing = problem
    answer = separate(point, generators, narrowing=narrowing)
    if isinstance(answer, Combination):
        return

    assert min(answer.direction) >= 0
    assert all(inner(one, answer.direction) >= 0 for one in narrowing)
    assert inner(point, answer.direction) > max(inner(one, answer.direction) for one in generators)


@given(problems())
def test_weights_are_a_proof(problem):
    point, generators, _ = problem
    answer = separate(point, generators)
    if isinstance(answer, Separation):
        return

    average = [inner(answer.weights, column) for column in zip(*generators, strict=True)]
    assert 1 == sum(answer.weights)
    assert min(answer.weights) >= 0
    assert all(here >= there for here, there in zip(average, point, strict=True))


@given(problems())
def test_weights_reach_the_point_but_for_what_narrows(problem):
    point, generators, narrowing = problem
    answer = separate(point, generators, narrowing=narrowing)
    if isinstance(answer, Separation):
        return

    average = [inner(answer.weights, column) for column in zip(*generators, strict=True)]
    assert is_reached(point, [average], narrowing)


@pytest.mark.parametrize(
    ("point", "generators", "narrowing", "expected"),
    [
        ((1, 1), [(2, 0), (0, 2)], [], Combination((Fraction(1, 2), Fraction(1, 2)))),
        ((2, 2), [(3, 0), (0, 3)], [], Separation((1, 1))),
        ((2, 0), [(1, 3)], [], Separation((1, 0))),
        ((1, 0), [(0, 1)], [(-1, 1)], Combination((1,))),
        ((0, 1), [(1, 0)], [(-1, 1)], Separation((0, 1))),
        ((0, 0), [(0, 0)], [], Combination((1,))),
        ((), [()], [], Combination((1,))),
    ],
)
def test_worked_by_hand(point, generators, narrowing, expected):
    assert expected == separate(point, generators, narrowing=narrowing)


def test_a_tie_is_not_blurred_by_a_billionth():
    above = Fraction(1) + Fraction(1, 10**9)

    assert isinstance(separate((1, 1), [(2, 0), (0, 2)]), Combination)
    assert isinstance(separate((1, above), [(2, 0), (0, 2)]), Separation)


def test_bland_s_rule_ends_where_every_step_is_degenerate():
    corners = [[int(axis == place) * 6 for axis in range(6)] for place in range(6)]

    answer = separate([1] * 6, corners, narrowing=[[1, -1, 0, 0, 0, 0], [0, 1, -1, 0, 0, 0], [0, 0, 1, -1, 0, 0]])

    assert isinstance(answer, Combination)
