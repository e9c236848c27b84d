"""Bytes of a layer's arrays, with and without a slip; all are read from runs of the printed program."""

from __future__ import annotations

from typing import Any

from question_templates.lab import Lab

_SINGLE = 4  # bytes of a float32


def both(lab: Lab, name: str) -> Any:
    """Bytes of an array's value and gradient."""
    found = lab.run.binding(name)
    return found.value_bytes + found.gradient_bytes


# Answers as they come out with a slip, by the name of the field.


def numbers(lab: Lab, field: str) -> Any:
    """How many numbers there are, of value and gradient where both are asked, and of the matrix its entries alone."""
    if field == "matrix_bytes":
        return lab.run.binding(lab.parameters["matrix"]).size
    return _numbers(lab, field) * (2 if lab.parameters["both"] else 1)


def all_single(lab: Lab, field: str) -> Any:
    """Four bytes for each number of an array; the matrix is float32 as it is."""
    if field == "matrix_bytes":
        return lab.run.binding(lab.parameters["matrix"]).value_bytes
    return numbers(lab, field) * _SINGLE


def value_alone(lab: Lab, field: str) -> Any:
    """Bytes of the value."""
    name = lab.parameters["matrix"] if field == "matrix_bytes" else field.removesuffix("_bytes")
    return lab.run.binding(name).value_bytes


def per_place(lab: Lab, field: str, power: str) -> Any:
    """The answer without the kernel's side, once or squared; other arrays than those of the patches do not have it."""
    name, parameters = field.removesuffix("_bytes"), lab.parameters
    if field == "matrix_bytes":
        return value_alone(lab, field)
    found = {"value": value_alone, "both": _both_of, "gradient": _gradient_alone}[parameters["part"]](lab, field)
    if name not in (parameters["columns"], parameters["patches"], "weight"):
        return found
    return found // lab.run.binding(parameters["k"]).size ** int(power)


def dense_matrix(lab: Lab) -> Any:
    """Bytes of the matrix with its zeros."""
    n_rows, n_columns = lab.run.binding(lab.parameters["matrix"]).shape
    return n_rows * n_columns * _SINGLE


def matrix_values(lab: Lab) -> Any:
    """Bytes of the matrix's `data`."""
    return lab.run.binding(lab.parameters["matrix"]).size * _SINGLE


def _both_of(lab: Lab, field: str) -> Any:
    return both(lab, field.removesuffix("_bytes"))


def _gradient_alone(lab: Lab, field: str) -> Any:
    return lab.run.binding(field.removesuffix("_bytes")).gradient_bytes


def _numbers(lab: Lab, field: str) -> Any:
    found = lab.run.binding(field.removesuffix("_bytes"))
    return found.value_bytes // (_SINGLE if found.dtype == "float32" else 2 * _SINGLE)


def explain(lab: Lab) -> dict[str, Any]:
    """Shapes, types and bytes of the arrays that are asked."""
    run, parameters = lab.run, lab.parameters
    return {
        "arrays": {name: run.binding(name) for name in parameters["asked"]},
        "sparse": run.binding(parameters["matrix"]),
        "patch_size": run.binding(parameters["patches"]).shape[2],
    }
