"""What is held at the end of forward and at the most, from the ledger of a run that walks forward and backward."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from question_templates.lab import Lab
from question_templates.shared.chain_mistakes import Drawn, figures
from question_templates.shared.ledgers import moments


def answer(lab: Lab, field: str, way: str = "right") -> Any:
    """What a field asks for, if the held bytes are counted in a certain way."""
    drawn = Drawn.of(lab.parameters)
    found = figures(way, lab.run.ledger, drawn, unit=_sizes(lab)[0] // drawn.widths[1])
    amount = Fraction(getattr(found, field.removesuffix("_kib")), _unit(lab))
    return int(amount) if amount.denominator == 1 else amount


def explain(lab: Lab) -> dict[str, Any]:
    """The steps of the run, amounts in the question's unit, and the sizes of the activations."""
    unit = _unit(lab)
    steps = moments(lab.run.ledger, lab.parameters["n_layers"])
    rows = [{**vars(step), "most": step.most // unit, "after": step.after // unit} for step in steps]
    return {
        "forward_rows": [row for row in rows if row["phase"] == "forward"],
        "backward_rows": [row for row in rows if row["phase"] == "backward"],
        "sizes_in_unit": [size // unit for size in _sizes(lab)],
    }


def _unit(lab: Lab) -> int:
    """The bytes of an activation where all are alike, and of a KiB elsewhere."""
    return 1024 if lab.parameters["in_kib"] else _sizes(lab)[0]


def _sizes(lab: Lab) -> list[int]:
    """The bytes of every activation: in forward an allocation is an activation."""
    return [e.bytes for e in lab.run.ledger.events if e.kind == "allocate" and e.phase == "forward"]
