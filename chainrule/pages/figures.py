"""The drawn figures of questions and solutions, with ids that are unique on a page."""

from __future__ import annotations

from chainrule.drawing import graph_svg
from question_templates.paper import Item
from question_templates.solution import Solution

__all__ = ["question_drawings", "solution_drawings"]


def question_drawings(item: Item, place: int) -> dict[str, str]:
    """The figures of a question as SVGs, by name; `place` makes their ids unique on the page."""
    return {
        figure.name: graph_svg(figure.graph, identifier=f"drawing-{place}-{index}")
        for index, figure in enumerate(item.question.figures, start=1)
    }


def solution_drawings(solution: Solution, place: int) -> dict[str, str]:
    """The figure of a worked solution, with every value and gradient written at its node; none for arrays."""
    if solution.figure is None:
        return {}
    svg = graph_svg(
        solution.figure.graph,
        values=solution.values,
        gradients=solution.gradients,
        identifier=f"solution-{place}",
    )
    return {solution.figure.name: svg}
