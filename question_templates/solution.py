"""The worked solution of a variant, generated from its run; for keys and, when released, for feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import exact
from question_templates.answers import Key
from question_templates.bank import Bank, Shelf
from question_templates.paper import Paper
from question_templates.question import Figure
from question_templates.variant import Variant
from question_templates.wording import render

__all__ = ["Solution", "solutions_of", "write_solution"]


@dataclass(frozen=True)
class Solution:
    """Markdown, and the graph with what to write at each node: value and gradient by label, as text."""

    body: str
    figure: Figure
    values: dict[str, str]
    gradients: dict[str, str]


def write_solution(shelf: Shelf, variant: Variant, key: Key) -> Solution:
    """The solution in the practice exam's manner: order, forward pass, backward walk, result."""
    run = key.run
    return Solution(
        body=render(shelf, "solution.md.j2", {**variant.parameters, "trace": run}),
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
