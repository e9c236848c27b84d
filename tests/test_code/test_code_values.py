"""What is said of a value that is not the right one: its type, its shape, its numbers, never what would be right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from question_templates.coding.properties import FLOATS
from question_templates.coding.values import EXACT, Sparse, Tolerance, difference, plain

ROW = np.array([1.0, 2.0])
EYE = Sparse((2, 2), np.array([0, 1]), np.array([0, 1]), np.array([1.0, 1.0]))


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (ROW, ROW + 1e-12),
        (ROW, ROW.astype(np.float32)),
        (3, 3.0),
        (3.0, np.array(3.0)),
        (0.1 + 0.2, 0.3),
        ([1, 2], (1, 2)),
        ((ROW, 2), [ROW, 2]),
        ({"a": [1.0]}, {"a": (1.0,)}),
        (None, None),
        ("z", "z"),
        (True, np.bool_(True)),
        (np.zeros((0, 3)), np.zeros((0, 3), int)),
        (EYE, plain(csr_matrix(np.eye(2)))),
        (EYE, Sparse((2, 2), np.array([0, 1, 1, 0]), np.array([0, 1, 1, 1]), np.array([1.0, 0.5, 0.5, 0.0]))),
        (np.array([np.nan]), np.array([np.nan])),
        (10**400, 10**400),
        ([10**400, "a"], [10**400, "a"]),
    ],
    ids=range(17),
)
def test_values_are_alike(expected: Any, got: Any):
    assert "" == difference(expected, got, FLOATS)


@pytest.mark.parametrize(
    ("expected", "got", "said"),
    [
        (ROW, [1.0, 2.0], "is a list, and not an array"),
        (ROW, None, "is None, and not an array"),
        (ROW, ROW[:, None], "has the shape (2, 1), which is not the right one"),
        (ROW, np.array([1, 2]), "holds numbers of the type int64, which is not the right one"),
        (ROW, np.array([1.0, 2.001]), "does not hold the right numbers"),
        (ROW, np.array([1.0, np.inf]), "holds numbers that are not finite"),
        (ROW, np.array([1.0, np.nan]), "holds numbers that are not finite"),
        (2, 3, "is not the right number"),
        (2, True, "is a truth value, and not a whole number"),
        (2.0, "2.0", "is a text, and not a number"),
        (2.0, 10**400, "is not the right number"),
        (10**400, 10**400 + 1, "is not the right number"),
        ("z", "y", "is not the right text"),
        ("z", None, "is None, which is not what is asked for"),
        ([1, 2], [1], "has 1 entry, which is not the right number of them"),
        ([1, 2], [1, 3], "goes wrong at [1]"),
        ([[1], [2, 3]], [[1], [2, 4]], "goes wrong at [1][1]"),
        ([ROW], [ROW[:1]], "goes wrong at [0], which has the shape (1,), which is not the right one"),
        ({"a": 1}, {"b": 1}, "does not have the right keys"),
        ({"a": 1}, {"a": 2}, "goes wrong at ['a']"),
        ({"a": 1}, [1], "is a list, and not a dictionary"),
        (EYE, np.eye(2), "is an array, and not a sparse matrix"),
        (EYE, EYE._replace(shape=(2, 3)), "has the shape (2, 3), which is not the right one"),
        (EYE, EYE._replace(cols=np.array([1, 0])), "does not have its entries in the right places"),
        (EYE, EYE._replace(values=np.array([1.0, 2.0])), "does not hold the right numbers"),
    ],
    ids=range(25),
)
def test_a_difference_is_told(expected: Any, got: Any, said: str):
    assert said == difference(expected, got, FLOATS)


def test_the_right_value_is_never_told():
    assert "7" not in difference([7, 77.5], [1, 2], EXACT) + difference(np.array([7.5]), np.array([1.0]), EXACT)


def test_whole_numbers_may_do_where_the_question_says_so():
    assert "" == difference(ROW, np.array([1, 2]), Tolerance(any_dtype=True))
