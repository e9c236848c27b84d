"""What the forward pass holds, from ledgers of the listing's run: as a formula and at the question's numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import engine as ag
from engine.checkpointing import LedgerOptions
from engine.sizes import evaluator, symbol
from question_templates.lab import Lab

_UNITS = MappingProxyType({"held_mb": 10**6, "held_mib": 2**20, "GB": 10**9, "GiB": 2**30})


def answer(lab: Lab, field: str, way: str = "right") -> Any:
    """What a field asks for, if the bytes are counted in a certain way."""
    held = _WAYS[way](lab)
    if field == "held":
        return held
    if field == "most_layers":
        return _most_layers(lab, held)
    return Fraction(_at(lab, held), _UNITS[field])


def explain(lab: Lab) -> dict[str, Any]:
    """What one layer makes, from a run with one layer, and the bytes that are asked for at some numbers."""
    told: dict[str, Any] = {
        "made": [
            {"operation": done.operation.name, "shape": done.result, "bytes": done.value_bytes}
            for done in _one_layer(lab).computations
        ],
        "a_layer": _of_one_layer(lab),
    }
    if lab.parameters["ask_most"]:
        part = _UNITS["held_mb" if lab.parameters["room_unit"] == "GB" else "held_mib"]
        amounts = {"a_layer_in_unit": _at(lab, _of_one_layer(lab)), "room_in_unit": _room(lab)}
        return told | {name: _decimal(Fraction(amount, part)) for name, amount in amounts.items()}
    if lab.parameters["loss_counts"]:
        return told
    in_all = _at(lab, _held(lab))
    unit = "held_mb" if lab.parameters["ask_mb"] else "held_mib"
    return told | {"bytes_at_numbers": in_all, "in_unit": _decimal(Fraction(in_all, _UNITS[unit]))}


def _held(lab: Lab) -> Any:
    """What is held at the end, with the loss if it counts."""
    return lab.run.ledger.held_after_forward + (_of_operation(lab, "sum") if lab.parameters["loss_counts"] else 0)


def _one_layer(lab: Lab, *, ledger: LedgerOptions | None = None) -> ag.Trace:
    """The same listing with a single layer; the other sizes stay open."""
    sizes: dict[str, int | None] = dict.fromkeys(lab.variant.program.sizes)
    return lab.again(sizes=sizes | {lab.parameters["layers"]: 1}, ledger=ledger)


def _of_one_layer(lab: Lab) -> Any:
    return _one_layer(lab).ledger.held_after_forward


def _of_operation(lab: Lab, name: str) -> Any:
    """The bytes of all results of one operation in a run with one layer."""
    return sum(done.value_bytes for done in _one_layer(lab).computations if done.operation.name == name)


def _of_products(lab: Lab) -> Any:
    """As if only matrix products made tensors."""
    return _of_operation(lab, "matmul") * symbol(lab.parameters["layers"])


def _of_weights(lab: Lab) -> Any:
    """The bytes of the weights, which with their gradients are what leaves add to the input's."""
    leaves = _one_layer(lab, ledger=LedgerOptions(leave_out=("sum",))).ledger.held_after_forward - _of_one_layer(lab)
    return (leaves - _of_input(lab)) // 2 * symbol(lab.parameters["layers"])


def _of_input(lab: Lab) -> Any:
    return lab.run.binding("X").value_bytes


_WAYS: Mapping[str, Callable[[Lab], Any]] = MappingProxyType(
    {
        "right": _held,
        "entries": lambda lab: _held(lab) // lab.parameters["itemsize"],
        "float64": lambda lab: _held(lab) * 2,  # asked of float32 alone
        "gradients": lambda lab: _held(lab) * 2,
        "input": lambda lab: _held(lab) + _of_input(lab),
        "one layer": _of_one_layer,
        "products": _of_products,
        "weights": _of_weights,
    }
)


def _at(lab: Lab, size: Any, **more: int) -> int:
    """A formula at the question's numbers, and at some more."""
    return int(evaluator(size)({**lab.parameters["numbers"], **more}))


def _decimal(number: Fraction) -> str:
    """The number as people write it; its denominator divides a power of 10."""
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"


def _room(lab: Lab) -> int:
    return int(lab.parameters["room"] * _UNITS[lab.parameters["room_unit"]])


def _most_layers(lab: Lab, held: Any) -> int:
    """The most layers whose activations fit into the room."""
    few, many = 0, 2**34  # `few` layers fit, `many` do not
    while many - few > 1:
        middle = (few + many) // 2
        fits = _at(lab, held, **{lab.parameters["layers"]: middle}) <= _room(lab)
        few, many = (middle, many) if fits else (few, middle)
    return few
