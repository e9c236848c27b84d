"""Bytes of a training step, read from the arrays that the run of the listing made."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engine.sizes import Size, evaluate, rewritten
from question_templates.lab import Lab

_UNITS = {"total_mib": 1024**2, "total_mb": 1000**2}
_SINGLE, _HALF = 4, 2  # bytes of a number


def asked(lab: Lab, field: str) -> Any:
    """The answer to a field: bytes as a formula, or an amount at the printed sizes in the field's unit."""
    return _answer(lab, field, "")


def mistaken(lab: Lab, slip: str, field: str) -> Any:
    """The answer to a field of somebody who counts with this slip."""
    return _answer(lab, field, slip)


def _answer(lab: Lab, field: str, slip: str) -> Any:
    parts = _parts(lab, slip)
    kept = sum(parts[group] for group in lab.parameters["kept"])
    if field in ("weights", "activations"):
        return parts[field]
    if field == "optimizer":
        return kept
    total = parts["weights"] + parts["gradients"] + kept + parts["activations"]
    if field == "total":
        return total
    bytes_there = evaluate(total, lab.parameters["numbers"]) if isinstance(total, Size) else total
    return Fraction(bytes_there, _UNITS[field])


def _parts(lab: Lab, slip: str) -> dict[str, Any]:
    """Bytes of every group of arrays, and of the results of the forward pass, as the slip has them."""
    parameters, run = lab.parameters, lab.run
    arrays = dict(zip(parameters["groups"], run.returned, strict=True))
    parts = {group: sum(array.nbytes for array in found) for group, found in arrays.items()}
    results = {name: run.binding(name).value_bytes for name, _ in parameters["forward"]}
    parts["activations"] = sum(results.values())
    if slip == "no_gradients":
        parts["gradients"] = 0
    elif slip == "one_state":
        parts[parameters["states"][1]] = 0
    elif slip == "no_masters":
        parts["masters"] = 0
    elif slip == "half_states":
        parts |= {group: parts[group] * _HALF // _SINGLE for group in parameters["kept"]}
    elif slip == "single_activations":
        parts["activations"] *= _SINGLE // _HALF
    elif slip == "double":
        parts |= {group: parts[group] * 2 for group in parts}
    elif slip == "in_place":
        parts["activations"] -= results["Z"]
    elif slip == "with_input":
        parts["activations"] += run.binding(parameters["x"]).value_bytes
    return parts


def explain(lab: Lab) -> dict[str, Any]:
    """Every group and every result with its bytes, and the totals at the printed sizes."""
    numbers, parts = lab.parameters["numbers"], _parts(lab, "")
    results = [lab.run.binding(name) for name, _ in lab.parameters["forward"]]
    at = {group: evaluate(amount, numbers) for group, amount in parts.items()} if numbers else {}
    one_copy = sum(weight.size for weight in lab.run.returned[0])
    return {
        "parts": {group: rewritten(amount) for group, amount in parts.items()},
        "total": rewritten(sum(parts.values())),
        "results": results,
        "at": at,
        "at_all": sum(at.values()),
        "one_copy": rewritten(one_copy),
    }
