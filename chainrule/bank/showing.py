"""`bank show`: one variant of a family as JSON, Markdown, terminal text or a page; with its answers on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule.pages.variant_page import variant_page
from chainrule.terminal.graph_text import graph_by_depth, graph_list, graph_text
from chainrule.terminal.ink import PLAIN, Ink
from chainrule.terminal.markdown_text import line_text, to_text
from chainrule.terminal.tables import wrapped
from chainrule.wording import answer_texts
from engine.graph import Graph
from question_templates.bank import Shelf
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue
from question_templates.family import Family
from question_templates.question import Field, Question
from question_templates.solution import Solution, write_solution

__all__ = [
    "Shown",
    "draw_shown",
    "field_lines",
    "question_figures",
    "shown_as_html",
    "shown_as_json",
    "shown_as_markdown",
    "shown_as_text",
    "solution_figures",
]

_IMAGE = re.compile(r"!\[([^\]]*)\]\(figure:([^)\s]+)\)")


@dataclass(frozen=True)
class Shown:
    """One variant of a family and what belongs to it; `answers` by field name, as text."""

    family: Family
    seed: int
    issued: Issue
    answers: Mapping[str, str]
    solution: Solution

    @property
    def question(self) -> Question:
        return self.issued.question

    @property
    def level(self) -> int:
        return int(self.issued.variant.parameters["level"])


def draw_shown(shelf: Shelf, seed: int, *, level: int | None = None) -> Shown:
    """The variant that a seed gives; the same one every time for one version of a family.

    Raises: NoAdmissibleDraw when the family refuses every draw.
    """
    issued = issue(shelf, Dice(f"seed {seed}".encode()), level=level)
    answers = answer_texts(issued.key)
    return Shown(shelf.family, seed, issued, answers, write_solution(shelf, issued.variant, issued.key))


def shown_as_json(shown: Shown, *, answers: bool = False) -> str:
    """One JSON object with sorted keys, the same bytes for the same seed."""
    question, variant = shown.question, shown.issued.variant
    told: dict[str, Any] = {
        "id": variant.family,
        "version": variant.version,
        "seed": shown.seed,
        "level": shown.level,
        "parameters": dict(variant.parameters),
        "title": question.title,
        "question": question.body,
        "listing": question.listing,
        "fields": [_field_json(asked) for asked in question.fields],
    }
    if answers:
        told |= {"answers": dict(shown.answers), "solution": shown.solution.body}
    return json.dumps(told, indent=2, sort_keys=True)


def _field_json(asked: Field) -> dict[str, Any]:
    weight = int(asked.weight) if asked.weight == int(asked.weight) else float(asked.weight)
    told = {"name": asked.name, "kind": asked.kind, "prompt": asked.prompt, "weight": weight}
    return {**told, "options": dict(asked.options)} if asked.options else told


def shown_as_markdown(shown: Shown, *, answers: bool = False) -> str:
    """A Markdown document; figures become lists of their nodes."""
    question = shown.question
    parts = [f"# {question.title}", f"*{_headline(shown)}*", _listed(question.body, _graphs(question))]
    parts += ["## To fill in", "\n".join(map(_markdown_field, question.fields))]
    if answers:
        values, gradients = shown.solution.values, shown.solution.gradients
        figure = shown.solution.figure
        drawings = {figure.name: graph_list(figure.graph, values=values, gradients=gradients)} if figure else {}
        parts += ["## Answers", "\n".join(f"- `{name}`:{_as_code(text)}" for name, text in shown.answers.items())]
        parts += ["## Worked solution", _listed(shown.solution.body, drawings)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _headline(shown: Shown) -> str:
    """Which variant this is, in one line."""
    family = shown.family
    return f"{family.id}, version {family.version}, level {shown.level}, seed {shown.seed}, {family.minutes} minutes"


def _graphs(question: Question) -> dict[str, str]:
    return {figure.name: graph_list(_shown_graph(figure.graph, question)) for figure in question.figures}


def _listed(body: str, drawings: Mapping[str, str]) -> str:
    """The text with each image replaced by its caption and the figure's list of nodes."""

    def as_list(found: re.Match[str]) -> str:
        caption = f"{found[1]}:\n\n" if found[1] else ""
        return caption + drawings.get(found[2], "")

    return _IMAGE.sub(as_list, body)


def _markdown_field(asked: Field) -> str:
    options = "".join(f"\n  - {letter}) {text}" for letter, text in asked.options.items())
    return f"- `{asked.name}` ({asked.kind}, weight {_weight(asked.weight)}): {asked.prompt}{options}"


def _as_code(text: str) -> str:
    if "\n" not in text:
        return f" `{text}`"
    inside = "\n".join(f"  {line}" for line in text.split("\n"))
    return f"\n\n  ```text\n{inside}\n  ```"


def shown_as_html(shown: Shown, *, answers: bool = False) -> str:
    """One self-contained page, figures as SVG."""
    told, solution = (shown.answers, shown.solution) if answers else ({}, None)
    return variant_page(shown.issued.variant, shown.question, told, solution, note=_headline(shown))


def shown_as_text(shown: Shown, *, answers: bool = False, width: int = 88, ink: Ink = PLAIN) -> str:
    """The variant for a terminal: wrapped, its graph drawn in plain characters."""
    question = shown.question
    lines = [ink.strong(question.title), ink.quiet(_headline(shown)), ""]
    lines += [to_text(question.body, width=width, figures=question_figures(question), ink=ink)]
    lines += ["", _rule("To fill in", width, ink)]
    for asked in question.fields:
        lines += ["", *field_lines(asked, width=width, ink=ink)]
    if answers:
        lines += ["", _rule("Answers", width, ink), "", *_answer_lines(shown, ink)]
        figures = solution_figures(shown.solution)
        lines += ["", _rule("Worked solution", width, ink), ""]
        lines += [to_text(shown.solution.body, width=width, figures=figures, ink=ink)]
    return "\n".join(lines)


def question_figures(question: Question) -> dict[str, str]:
    """The figures of a question in plain characters."""
    return {figure.name: graph_text(_shown_graph(figure.graph, question)) for figure in question.figures}


def solution_figures(solution: Solution) -> dict[str, str]:
    """The figure of a worked solution in plain characters, with every value and gradient; none for arrays."""
    if solution.figure is None:
        return {}
    drawing = graph_text(solution.figure.graph, values=solution.values, gradients=solution.gradients)
    return {solution.figure.name: drawing}


def _shown_graph(graph: Graph, question: Question) -> Graph:
    """The graph in an order that is no answer: where an order is asked for, layer by layer."""
    is_asked = any(asked.kind in ("order", "graph") for asked in question.fields)
    return graph_by_depth(graph) if is_asked else graph


def field_lines(asked: Field, *, width: int, ink: Ink) -> list[str]:
    """What one field asks, with its options."""
    name = ink.strong(asked.name)
    kind = ink.quiet(f"({asked.kind}, weight {_weight(asked.weight)})")
    lines = [f"{name}  {kind}"]
    lines += wrapped(line_text(asked.prompt, ink=ink), width, first="  ", rest="  ")
    for letter, text in asked.options.items():
        lines += wrapped(line_text(text, ink=ink), width, first=f"    {letter})  ", rest=" " * 8)
    return lines


def _answer_lines(shown: Shown, ink: Ink) -> list[str]:
    wide = max(map(len, shown.answers))
    lines: list[str] = []
    for name, text in shown.answers.items():
        first, *rest = text.split("\n")
        lines += [f"{ink.strong(name)}{' ' * (wide - len(name))}  {ink.good(first)}"]
        lines += [f"{' ' * wide}  {ink.good(line)}" for line in rest]
    return lines


def _rule(title: str, width: int, ink: Ink) -> str:
    """A heading that runs across the terminal."""
    return ink.quiet("-- ") + ink.strong(title) + ink.quiet(" " + "-" * max(3, width - len(title) - 4))


def _weight(weight: Fraction) -> str:
    return f"{float(weight):g}"
