"""The worked solution of a variant, generated from its run; for keys and, when released, for feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import exact
from question_templates.answers import Key
from question_templates.asking import value_of
from question_templates.bank import Bank, Shelf
from question_templates.bank_code import load
from question_templates.lab import Lab
from question_templates.paper import Paper
from question_templates.question import Figure
from question_templates.variant import Variant
from question_templates.wording import render

__all__ = ["Solution", "solutions_of", "write_solution"]


@dataclass(frozen=True)
class Solution:
    """Markdown, and for Scalars the graph with what to write at each node: value and gradient by label, as text."""

    body: str
    figure: Figure | None
    values: dict[str, str]
    gradients: dict[str, str]


def write_solution(shelf: Shelf, variant: Variant, key: Key) -> Solution:
    """The solution in the practice exam's manner, from the key's run and from what `explain(lab)` in solver.py adds."""
    run, family = key.run, shelf.family
    values: dict[str, Any] = {
        **dict.fromkeys(family.switches, False),
        **variant.parameters,
        "shown": variant.shown,
        "sizes": {name: size.means for name, size in variant.program.sizes.items()},
        "listing": variant.listing.rstrip("\n"),
        "trace": run,
        "answers": key.answers,
    }
    if family.solver and hasattr(load(family.solver, f"{family.id}/solver.py"), "explain"):
        values |= value_of("solver.explain", Lab(variant), family)
    body = render(shelf, "solution.md.j2", values)
    if run is None or not run.graph.nodes:
        return Solution(body, None, {}, {})
    return Solution(
        body=body,
        figure=Figure("graph", run.graph),
        values={label: exact.text(value) for label, value in run.values.items()},
        gradients={label: exact.text(gradient) for label, gradient in run.gradients.items()},
    )


def solutions_of(paper: Paper, keys: Mapping[str, Key], bank: Bank) -> dict[str, Solution]:
    """The worked solution of every item of a paper, by item number like its `keys`."""
    return {
        item.number: write_solution(bank.shelf(item.variant.family), item.variant, keys[item.number])
        for item in paper.items
    }
