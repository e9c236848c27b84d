"""Heights of a drawing: the least total of distances, with SciPy's linear programming as the witness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from chainrule.drawing.placement import Distance, Pull, place_points

Problem = tuple[int, list[Pull], list[Distance]]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    n_points = draw(st.integers(2, 8))
    pairs = st.tuples(st.integers(0, n_points - 1), st.integers(0, n_points - 1)).filter(
        lambda pair: pair[0] != pair[1]
    )
    pulls = [
        Pull(first, second, draw(st.integers(-9, 9)), draw(st.sampled_from([0.02, 1.0, 2.0, 8.0])))
        for first, second in draw(st.lists(pairs, min_size=1, max_size=12))
    ]
    distances = [
        Distance(min(pair), max(pair), draw(st.integers(1, 40))) for pair in draw(st.lists(pairs, max_size=8))
    ]
    return n_points, pulls, distances


def total(heights: list[float], pulls: list[Pull]) -> float:
    return sum(pull.weight * abs(heights[pull.first] + pull.offset - heights[pull.second]) for pull in pulls)


def least_total(n_points: int, pulls: list[Pull], distances: list[Distance]) -> float:
    """The optimum by linear programming: each |d| is a variable above d and above -d."""
    rows, bounds = [], []
    for number, pull in enumerate(pulls):
        for sign in (1, -1):
            row = np.zeros(n_points + len(pulls))
            row[pull.first] += sign
            row[pull.second] -= sign
            row[n_points + number] = -1
            rows.append(row)
            bounds.append(-sign * pull.offset)
    for law in distances:
        row = np.zeros(n_points + len(pulls))
        row[law.upper], row[law.lower] = 1, -1
        rows.append(row)
        bounds.append(-law.least)
    weights = np.array([0.0] * n_points + [pull.weight for pull in pulls])
    limits = [(None, None)] * n_points + [(0, None)] * len(pulls)
    solution = linprog(weights, A_ub=np.array(rows), b_ub=np.array(bounds), bounds=limits)
    return float(weights @ solution.x)


@given(problems())
def test_no_placement_has_a_smaller_total(problem: Problem) -> None:
    n_points, pulls, distances = problem
    heights = place_points(n_points, pulls, distances)

    assert least_total(n_points, pulls, distances) == pytest.approx(total(heights, pulls), abs=1e-5)


@given(problems())
def test_neighbours_keep_their_distance(problem: Problem) -> None:
    n_points, pulls, distances = problem
    heights = place_points(n_points, pulls, distances)

    assert all(heights[law.lower] - heights[law.upper] >= law.least - 1e-6 for law in distances)
