"""Inputs of calls: listed by size without a gap, drawn the same way every time, and made smaller step by step."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from question_templates.coding.inputs import Picks, drawn, made_by, size_of, smaller, smallest

CHOICES = st.lists(st.integers(0, 9), max_size=12).map(tuple)


def matrix(picks: Picks) -> tuple[Any, ...]:
    rows, columns = picks.integer(1, 3), picks.integer(1, 2)
    return (picks.numbers(rows, columns, of=(0.0, 1.0, -1.0)), picks.integer(0, 2))


def pair(picks: Picks) -> tuple[Any, ...]:
    return (picks.integer(0, 3), picks.integer(0, 4))


def test_every_input_is_listed_once_and_in_order_of_size():
    expected = sorted(product(range(4), range(5)), key=size_of)

    assert expected == [one.choices for one in smallest(pair, 1000)]
    assert expected[:7] == [one.choices for one in smallest(pair, 7)]


def test_inputs_whose_number_of_choices_depends_on_choices_are_listed_too():
    listed = [one.choices for one in smallest(matrix, 5000)]
    shapes = [(rows, columns) for rows in range(3) for columns in range(2)]
    brute = {(r, c, *rest) for r, c in shapes for rest in product(*[range(3)] * ((r + 1) * (c + 1) + 1))}

    assert sorted(brute, key=size_of) == listed


def test_the_smallest_input_has_nothing_but_first_choices():
    (array, number), *_ = (one.arguments for one in smallest(matrix, 1))

    assert ([[0.0]], 0) == (array.tolist(), number)
    assert np.float64 == array.dtype


def test_the_same_seed_draws_the_same_inputs():
    first, again = drawn(matrix, b"seed", 20), drawn(matrix, b"seed", 20)

    assert [one.choices for one in first] == [one.choices for one in again]
    assert [one.choices for one in first] != [one.choices for one in drawn(matrix, b"other", 20)]


def test_what_is_drawn_for_a_seed_never_changes():
    assert [(0, 1), (0, 2), (3, 0), (2, 2), (2, 2)] == [one.choices for one in drawn(pair, b"chainrule", 5)]


@given(CHOICES)
def test_any_choices_make_an_input_and_make_it_again(choices: tuple[int, ...]):
    made = made_by(matrix, choices)

    assert made.choices == made_by(matrix, made.choices).choices
    assert made.arguments[0].shape == (made.choices[0] + 1, made.choices[1] + 1)


@given(CHOICES)
def test_a_step_down_is_a_step_down(choices: tuple[int, ...]):
    made = made_by(matrix, choices)
    steps = [one.choices for one in smaller(matrix, made.choices)]

    assert all(size_of(step) < size_of(made.choices) for step in steps)
    assert sorted(set(steps), key=size_of) == steps
    assert bool(steps) == (sum(made.choices) > 0)
