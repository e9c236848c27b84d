"""What is computed again in backward, from the ledger and the costs of a run that walks forward and backward."""

from __future__ import annotations

from typing import Any

from question_templates.lab import Lab
from question_templates.shared.chain_mistakes import Drawn, products
from question_templates.shared.ledgers import rebuilds


def answer(lab: Lab, field: str, way: str = "right") -> Any:
    """What a field asks for, if the products are counted in a certain way."""
    if field == "multiply_adds" and way == "right":
        return _multiply_adds(lab)
    counts = products(way, _right(lab), Drawn.of(lab.parameters))
    if field == "one":
        return counts[lab.parameters["asked_layer"]]
    if field == "total":
        return sum(counts)
    if field == "multiply_adds":
        return sum(_costs(lab, counts))
    return counts[: lab.parameters["n_layers"] - 1]


def explain(lab: Lab) -> dict[str, Any]:
    """Layer by layer, in the order in which backward asks: what is computed again, and its multiply-adds."""
    counts = _right(lab)
    rows = [
        {"layer": layer, "count": count, "first": layer - count + 1, "cost": cost}
        for layer, (count, cost) in enumerate(zip(counts, _costs(lab, counts), strict=True))
    ]
    columns = Drawn.of(lab.parameters).widths
    return {"rows": rows[::-1], "in_all": lab.run.ledger.recomputed_operations, "columns": columns}


def _right(lab: Lab) -> list[int]:
    return rebuilds(lab.run.ledger, lab.parameters["n_layers"])


def _multiply_adds(lab: Lab) -> int:
    """The multiply-adds of all calls of the rematerializer."""
    words = lab.parameters["words"]
    return int(lab.run.of_function(f"{words['forward']}.{words['remake']}").multiply_adds)


def _costs(lab: Lab, counts: list[int]) -> list[int]:
    """The multiply-adds of each rebuilding, which runs through so many layers up to its own."""
    columns, rows = Drawn.of(lab.parameters).widths, lab.parameters["n_samples"]
    return [
        sum(rows * columns[redone] * columns[redone + 1] for redone in range(layer - count + 1, layer + 1))
        for layer, count in enumerate(counts)
    ]
