"""What functions return, compared: numbers, texts, lists, dictionaries, arrays and sparse matrices.

A difference is told without what would have been right, for it may be shown to whoever wrote the function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

__all__ = ["EXACT", "Sparse", "Tolerance", "difference", "is_sparse", "plain"]

_NUMBER: Final = (bool, int, float, complex, np.generic)


class Sparse(NamedTuple):
    """A sparse matrix by its entries; an entry that stands twice is the sum of both."""

    shape: tuple[int, ...]
    rows: Any
    cols: Any
    values: Any


@dataclass(frozen=True)
class Tolerance:
    """How far numbers may be apart, and whether whole numbers may stand where floating-point numbers should."""

    relative: float = 1e-6
    absolute: float = 1e-9
    any_dtype: bool = False


EXACT: Final = Tolerance(0.0, 0.0)
_WRONG: Final = "goes wrong at "


def plain(value: Any) -> Any:
    """A value as a sandbox hands it over: SciPy's sparse matrices by their entries, other things as they are."""
    if hasattr(value, "tocoo"):
        entries = value.tocoo()
        return Sparse(tuple(map(int, entries.shape)), entries.row, entries.col, entries.data)
    return value


def is_sparse(value: Any) -> bool:
    """Whether a value is a sparse matrix by its entries, whoever's type it is."""
    return all(hasattr(value, name) for name in ("shape", "rows", "cols", "values")) and not callable(value.values)


def difference(expected: Any, got: Any, tolerance: Tolerance = EXACT) -> str:
    """What is wrong with a value, as the end of a sentence that begins with "it"; empty when nothing is."""
    if is_sparse(expected):
        return _sparse_difference(expected, got, tolerance)
    if isinstance(expected, np.ndarray):
        return _array_difference(expected, got, tolerance)
    if expected is None or isinstance(expected, str):
        return _plain_difference(expected, got)
    if isinstance(expected, _NUMBER):
        return _number_difference(expected, got, tolerance)
    if isinstance(expected, Mapping):
        return _mapping_difference(expected, got, tolerance)
    return _list_difference(list(expected), got, tolerance)


def _plain_difference(expected: Any, got: Any) -> str:
    if type(expected) is not type(got):
        return f"is {_named(got)}, which is not what is asked for"
    return "" if expected == got else "is not the right text"


def _number_difference(expected: Any, got: Any, tolerance: Tolerance) -> str:
    if isinstance(got, np.ndarray) and got.shape == ():
        got = got[()]
    if not isinstance(got, _NUMBER) or isinstance(expected, (bool, np.bool_)) != isinstance(got, (bool, np.bool_)):
        return f"is {_named(got)}, and not {_named(expected)}"
    return "" if _is_close(np.asarray(expected), np.asarray(got), tolerance) else "is not the right number"


def _list_difference(expected: list[Any], got: Any, tolerance: Tolerance) -> str:
    if not isinstance(got, (list, tuple)):
        return f"is {_named(got)}, and not a list"
    if len(got) != len(expected):
        return f"has {len(got)} {'entry' if len(got) == 1 else 'entries'}, which is not the right number of them"
    for place, (right, value) in enumerate(zip(expected, got, strict=True)):
        told = difference(right, value, tolerance)
        if told:
            return _at(f"[{place}]", told)
    return ""


def _at(place: str, told: str) -> str:
    """A difference of an entry as one of the whole: `goes wrong at [2][0]`, and what is odd about that entry."""
    before, wrong, rest = told.partition(_WRONG)
    if wrong and not before:
        return f"{_WRONG}{place}{rest}"
    return f"{_WRONG}{place}" if told.startswith("is not the right") else f"{_WRONG}{place}, which {told}"


def _mapping_difference(expected: Mapping[Any, Any], got: Any, tolerance: Tolerance) -> str:
    if not isinstance(got, Mapping):
        return f"is {_named(got)}, and not a dictionary"
    if set(expected) != set(got):
        return "does not have the right keys"
    told = ((key, difference(right, got[key], tolerance)) for key, right in expected.items())
    return next((_at(f"[{key!r}]", what) for key, what in told if what), "")


def _array_difference(expected: Any, got: Any, tolerance: Tolerance) -> str:
    if not isinstance(got, (np.ndarray, np.generic)):
        return f"is {_named(got)}, and not an array"
    got = np.asarray(got)
    if got.shape != expected.shape:
        return f"has the shape {got.shape}, which is not the right one"
    return _kind_difference(expected, got, tolerance) or _entry_difference(expected, got, tolerance)


def _kind_difference(expected: Any, got: Any, tolerance: Tolerance) -> str:
    """Whole numbers in place of floating-point ones and the like; all floating-point types are alike."""
    if tolerance.any_dtype or expected.dtype.kind == got.dtype.kind or not expected.size:
        return ""
    return f"holds numbers of the type {got.dtype}, which is not the right one"


def _entry_difference(expected: Any, got: Any, tolerance: Tolerance) -> str:
    if got.dtype.kind not in "biufc":
        return f"holds {got.dtype.name} and not numbers"
    if not np.all(np.isfinite(got)) and np.all(np.isfinite(expected)):
        return "holds numbers that are not finite"
    return "" if _is_close(expected, got, tolerance) else "does not hold the right numbers"


def _sparse_difference(expected: Any, got: Any, tolerance: Tolerance) -> str:
    if not is_sparse(got):
        return f"is {_named(got)}, and not a sparse matrix"
    if tuple(got.shape) != tuple(expected.shape):
        return f"has the shape {tuple(got.shape)}, which is not the right one"
    kinds = _kind_difference(np.asarray(expected.values), np.asarray(got.values), tolerance)
    if kinds:
        return kinds
    (places, right), (found, value) = _entries(expected), _entries(got)
    if not np.array_equal(places, found):
        return "does not have its entries in the right places"
    return "" if _is_close(right, value, tolerance) else "does not hold the right numbers"


def _entries(matrix: Any) -> tuple[Any, Any]:
    """The places of the entries as numbers in order, and the entries; those that stand twice are added."""
    places = np.asarray(matrix.rows, dtype=np.int64) * matrix.shape[1] + np.asarray(matrix.cols, dtype=np.int64)
    found, which = np.unique(places, return_inverse=True)
    totals = np.bincount(which, weights=np.asarray(matrix.values, dtype=float), minlength=len(found))
    return found[totals != 0], totals[totals != 0]


def _is_close(expected: Any, got: Any, tolerance: Tolerance) -> bool:
    """Entry by entry; what is not finite, or no number, is close to itself alone."""
    if expected.dtype.kind == "b" or got.dtype.kind == "b":
        return bool(np.all(expected == got))
    try:
        with np.errstate(all="ignore"):
            same = (got == expected) | ((got != got) & (expected != expected))
            if np.all(same):
                return True
            bound = tolerance.absolute + tolerance.relative * np.abs(expected)
            return bool(np.all((np.abs(got - expected) <= bound) | same))
    except (ArithmeticError, TypeError, ValueError):  # a whole number beyond every float, or an entry that is none
        return False


def _named(value: Any) -> str:
    """What kind of thing a value is, in a student's words."""
    if is_sparse(value):
        return "a sparse matrix"
    for kind, words in _WORDS:
        if isinstance(value, kind):
            return words
    return f"a {type(value).__name__}"


_WORDS: Final[tuple[tuple[Any, str], ...]] = (
    (type(None), "None"),
    ((bool, np.bool_), "a truth value"),
    ((int, np.integer), "a whole number"),
    ((float, np.floating), "a number"),
    (str, "a text"),
    (list, "a list"),
    (tuple, "a tuple"),
    (dict, "a dictionary"),
    (np.ndarray, "an array"),
)
