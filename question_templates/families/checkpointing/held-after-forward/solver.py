"""What is held at the end of the forward pass, from the ledger of the listing's run and what it says of each layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from engine.checkpointing import Event
from engine.sizes import evaluator, total
from question_templates.lab import Lab


def answer(lab: Lab, field: str, way: str = "right") -> Any:
    """What a field asks for, if the held bytes are counted in a certain way."""
    held = _WAYS[way](lab)
    if field == "held":
        return held
    if field == "saved":
        return _stored(lab) - held if way != "entries" else (_stored(lab) - _held(lab)) // lab.parameters["itemsize"]
    return Fraction(_at_numbers(lab, held), 10**6)


def explain(lab: Lab) -> dict[str, Any]:
    """What each layer's activation is and whether it is still held; nothing where the layers are not counted out."""
    in_all = _at_numbers(lab, _held(lab))
    rows = [
        {"layer": layer, "bytes": event.bytes, "kept": event.name not in _freed(lab)}
        for layer, event in enumerate(_made(lab))
    ]
    return {
        "rows": [] if lab.parameters["is_counted"] else rows,
        "kept": [row["layer"] for row in rows if row["kept"]],
        "stored": _stored(lab),
        "bytes_at_numbers": in_all,
        "in_mb": f"{Decimal(in_all) / 10**6:f}",
    }


def _held(lab: Lab) -> Any:
    return lab.run.ledger.held_after_forward


def _made(lab: Lab) -> list[Event]:
    """How each layer's activation was allocated; with a number of checkpoints that is open, of a run with one."""
    run = lab.run
    if lab.parameters["is_counted"]:
        sizes: dict[str, int | None] = dict.fromkeys(lab.variant.program.sizes)
        run = lab.again(sizes={**sizes, "n_checkpoints": 1})
    return [event for event in run.ledger.events if event.kind == "allocate"]


def _freed(lab: Lab) -> set[str]:
    return {event.name for event in lab.run.ledger.events if event.kind == "free"}


def _stored(lab: Lab) -> Any:
    """What is held if every layer is a checkpoint: whatever the layers make."""
    return total([event.bytes for event in _made(lab)])


def _inputs_of_layers(lab: Lab) -> Any:
    """The inputs of the layers that are checkpoints."""
    made = _made(lab)
    before = [lab.run.binding("X").value_bytes, *(event.bytes for event in made)]
    return total([size for size, event in zip(before, made, strict=False) if event.name not in _freed(lab)])


_WAYS: Mapping[str, Callable[[Lab], Any]] = MappingProxyType(
    {
        "right": _held,
        "entries": lambda lab: _held(lab) // lab.parameters["itemsize"],
        "float64": lambda lab: _held(lab) * 2,  # asked of float32 alone
        "all": _stored,
        "discarded": lambda lab: _stored(lab) - _held(lab),
        "input": lambda lab: _held(lab) + lab.run.binding("X").value_bytes,
        "inputs of layers": _inputs_of_layers,
    }
)


def _at_numbers(lab: Lab, size: Any) -> int:
    """A formula at the question's numbers."""
    return int(evaluator(size)(lab.parameters["numbers"]))
