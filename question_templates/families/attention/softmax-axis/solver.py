"""What is read from a run on exact numbers: the weights, their zeros and sums, one row of the output, and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from types import MappingProxyType
from typing import Any

from question_templates.lab import Lab

Rows = list[list[Any]]

_LARGEST_DENOMINATOR = 60  # with larger ones it is the fractions that are tested


def answer(lab: Lab, field: str, way: str = "right") -> Any:
    """What a field asks for, if the weights come about in a certain way."""
    weights = _WAYS[way](lab)
    if field == "weights":
        return weights
    if field == "zeros":
        return [place for place, entry in enumerate(chain.from_iterable(weights)) if entry == 0]
    if field == "sums":
        return _sums(weights)
    if way == "right":
        return _values(lab.run.returned[3])[lab.parameters["row"]]
    return _output(lab, weights, turned=way == "turned weights")


def objection(lab: Lab) -> str:
    """Fractions that are unfit for pen and paper."""
    numbers = [entry for matrix in lab.run.returned[2:] for row in _values(matrix) for entry in row]
    if any(Fraction(number).denominator > _LARGEST_DENOMINATOR for number in numbers):
        return f"a denominator is larger than {_LARGEST_DENOMINATOR}"
    return ""


def explain(lab: Lab) -> dict[str, Any]:
    """What the worked solution says besides: the exponentials, the mask, and the sums that are divided by."""
    exps, axis = _exps(lab), lab.parameters["axis"]
    summed = exps if lab.parameters["late"] else _masked(lab, exps)
    sums = [sum(line) for line in (summed if axis == 1 else _transposed(summed))]
    told = {"exps": exps, "kept": summed, "divided": _normalized(summed, axis), "keep": _keep(lab), "sums": sums}
    if lab.parameters["has_output"]:
        weights = _transposed(_weights(lab)) if lab.parameters["keys_first"] else _weights(lab)
        told["mixing"] = list(zip(weights[lab.parameters["row"]], lab.parameters["v"], strict=True))
    return told


def _weights(lab: Lab) -> Rows:
    """The matrix of weights, as the program has it."""
    return _values(lab.run.returned[2])


def _exps(lab: Lab) -> Rows:
    return _values(lab.run.returned[0])


def _keep(lab: Lab) -> Rows:
    """The mask; ones where there is none."""
    keep: Rows = lab.run.returned[1]
    return keep or [[1] * lab.parameters["n_columns"]] * lab.parameters["n_rows"]


def _masked(lab: Lab, matrix: Rows, *, turned: bool = False) -> Rows:
    """A matrix with 0 where the mask is 0, or where the mask turned round is."""
    keep = _transposed(_keep(lab)) if turned else _keep(lab)
    return [
        [entry * kept for entry, kept in zip(row, kept_row, strict=True)]
        for row, kept_row in zip(matrix, keep, strict=True)
    ]


def _softmax(lab: Lab, *, axis: int | None = None, late: bool | None = None, turned: bool = False) -> Rows:
    """The weights with another axis, the mask at another time, or the mask turned round."""
    exps, axis = _exps(lab), lab.parameters["axis"] if axis is None else axis
    if lab.parameters["late"] if late is None else late:
        return _masked(lab, _normalized(exps, axis), turned=turned)
    return _normalized(_masked(lab, exps, turned=turned), axis)


def _normalized(matrix: Rows, axis: int) -> Rows:
    if axis == 0:
        return _transposed(_normalized(_transposed(matrix), 1))
    return [[Fraction(entry) / sum(row) for entry in row] for row in matrix]


def _without_division(lab: Lab) -> Rows:
    return _masked(lab, _exps(lab))


def _by_one_sum(lab: Lab) -> Rows:
    """All entries divided by the sum of all that the program sums."""
    exps = _exps(lab)
    summed = exps if lab.parameters["late"] else _masked(lab, exps)
    total = sum(map(sum, summed))
    return _masked(lab, [[Fraction(entry) / total for entry in row] for row in exps])


_WAYS: Mapping[str, Callable[[Lab], Rows]] = MappingProxyType(
    {
        "right": _weights,
        "turned weights": _weights,
        "other axis": lambda lab: _softmax(lab, axis=1 - lab.parameters["axis"]),
        "not divided": _without_division,
        "one sum": _by_one_sum,
        "no mask": lambda lab: _normalized(_exps(lab), lab.parameters["axis"]),
        "turned mask": lambda lab: _softmax(lab, turned=True),
        "masked afterwards": lambda lab: _softmax(lab, late=True),
        "masked before": lambda lab: _softmax(lab, late=False),
    }
)


def _sums(weights: Rows) -> int:
    """Which option about the sums is right: rows alone, columns alone, both, neither."""
    rows, columns = _are_one(weights), _are_one(_transposed(weights))
    return 2 if rows and columns else 0 if rows else 1 if columns else 3


def _output(lab: Lab, weights: Rows, *, turned: bool) -> list[Any]:
    """One row of the output with other weights, or with a row of weights for a column or the other way round."""
    is_row = lab.parameters["keys_first"] == turned
    row, values = lab.parameters["row"], lab.parameters["v"]
    shares = weights[row] if is_row else _transposed(weights)[row]
    return [sum(share * value for share, value in zip(shares, column, strict=True)) for column in _transposed(values)]


def _values(matrix: Sequence[Sequence[Any]]) -> Rows:
    return [[entry.value for entry in row] for row in matrix]


def _are_one(rows: Rows) -> bool:
    return all(sum(row) == 1 for row in rows)


def _transposed(matrix: Rows) -> Rows:
    return [list(column) for column in zip(*matrix, strict=True)]
