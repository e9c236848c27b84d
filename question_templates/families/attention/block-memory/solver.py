"""What is read from a run of the attention block: sums of memory, and what known mistakes make of one intermediate."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from engine.sizes import as_size, evaluator, substitute, symbol
from question_templates.lab import Lab

_MIB = 2**20


def together(lab: Lab) -> Any:
    """The bytes of the values that the question wants added up."""
    return sum(lab.run.binding(name).value_bytes for name in lab.parameters["together"])


def mebibytes(lab: Lab, name: str) -> Any:
    """The bytes of one intermediate at the question's numbers, in MiB."""
    return _at_numbers(lab, lab.run.binding(name).value_bytes)


def megabytes(lab: Lab, field: str) -> Any:
    """Millions of bytes where MiB are wanted."""
    return _read(lab, field) * (Fraction(_MIB, 10**6) if field.endswith("_mib") else 1)


def without_batch(lab: Lab, field: str) -> Any:
    """One sequence instead of all of them."""
    return _read(lab, field, widened={lab.parameters["n"]: 1})


def as_numbers(lab: Lab, field: str) -> Any:
    """Numbers instead of bytes."""
    return _read(lab, field, bytes_each=1)


def with_other_itemsize(lab: Lab, field: str) -> Any:
    """The bytes of float64 where the program has float32, and the other way round."""
    return _read(lab, field, bytes_each=4 if lab.parameters["double"] else 8)


def mixed_like_scores(lab: Lab, field: str) -> Any:
    """The slip that takes the weighted sums for another matrix of positions by positions."""
    names = lab.parameters["names"]
    return _read(lab, field, {names["mixed"]: names["scores"]})


def scores_like_queries(lab: Lab, field: str) -> Any:
    """Scores that keep the shape of the queries, as if they were multiplied entry by entry."""
    names = lab.parameters["names"]
    return _read(lab, field, {names[role]: names["queries"] for role in ("scores", "exps", "weights")})


def hidden_like_output(lab: Lab, field: str) -> Any:
    """Hidden units with the width of the MLP's output."""
    names = lab.parameters["names"]
    return _read(lab, field, {names["hidden"]: names["out"]})


def projections_like_input(lab: Lab, field: str) -> Any:
    """Queries and keys that are as wide as their input; the attention's output has that width."""
    return _read(lab, field, widened={lab.parameters["k"]: lab.parameters["d"]})


def memory_like_input(lab: Lab, field: str) -> Any:
    """One number of positions for both sequences."""
    return _read(lab, field, widened={lab.parameters["s"]: lab.parameters["t"]})


def _read(
    lab: Lab,
    field: str,
    instead: Mapping[str, str] | None = None,
    *,
    bytes_each: int = 0,
    widened: Mapping[str, str | int] | None = None,
) -> Any:
    """A field's answer with other intermediates in place of its own, other bytes an entry, or other sizes."""
    subject, _, part = field.rpartition("_")
    subjects = lab.parameters["together"] if field == "together_bytes" else [subject]
    found = [lab.run.binding((instead or {}).get(name, name)) for name in subjects]
    sizes = {old: symbol(new) if isinstance(new, str) else new for old, new in (widened or {}).items()}
    if part == "shape":
        return tuple(_changed(size, sizes) for size in found[0].shape)
    itemsize = bytes_each or (8 if lab.parameters["double"] else 4)
    in_all = sum(itemsize * _changed(_numbers(binding.shape), sizes) for binding in found)
    return _at_numbers(lab, in_all) if part == "mib" else in_all


def _at_numbers(lab: Lab, size: Any) -> Fraction:
    """An amount of bytes at the question's numbers, in MiB."""
    return Fraction(evaluator(as_size(size))(lab.parameters["numbers"]), _MIB)


def _numbers(shape: tuple[Any, ...]) -> Any:
    product: Any = 1
    for size in shape:
        product = product * size
    return product


def _changed(size: Any, sizes: Mapping[str, Any]) -> Any:
    return substitute(as_size(size), sizes) if sizes else size


def explain(lab: Lab) -> dict[str, Any]:
    """The bytes at the question's numbers, if it has some."""
    asked = lab.parameters["in_mib"]
    return {"total_bytes": int(mebibytes(lab, asked[0]) * _MIB)} if asked else {}
