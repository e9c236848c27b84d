"""Staff's solution key of one paper: the question as shown, each answer in a green box, a worked solution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from chainrule.pages.figures import question_drawings, solution_drawings
from chainrule.pages.markdown import BrokenPage, inline_html, to_html
from chainrule.pages.result_frame import render_result_page
from chainrule.wording import AnswerTexts
from question_templates.paper import Item, Paper
from question_templates.solution import Solution

__all__ = ["key_page"]


@dataclass(frozen=True)
class KeyField:
    """What the template needs of a field."""

    kind: str
    prompt: Markup
    points: Fraction
    answer: str


@dataclass(frozen=True)
class KeyItem:
    """What the template needs of an item."""

    number: str
    title: Markup
    points: Fraction
    body: Markup
    fields: tuple[KeyField, ...]
    solution: Markup


def key_page(paper: Paper, solutions: Mapping[str, Solution], answers: AnswerTexts) -> str:
    """The key as one self-contained HTML document, the same bytes for the same input.

    `solutions` by item number; `answers` by item number and field name, as text.
    Raises: BrokenPage when an item has no solution, a field no answer, or a text can't be shown; BrokenGraph.
    """
    drawings: list[str] = []
    items = []
    for place, item in enumerate(paper.items, start=1):
        if item.number not in solutions:
            raise BrokenPage(f"paper {paper.id}: question {item.number} has no solution.")
        shown = question_drawings(item, place)
        solved = solution_drawings(solutions[item.number], place)
        drawings += [*shown.values(), *solved.values()]
        items.append(
            KeyItem(
                item.number,
                inline_html(item.question.title),
                item.points,
                to_html(item.question.body, figures=shown),
                _fields(paper, item, answers),
                to_html(solutions[item.number].body, figures=solved),
            )
        )
    title = f"Solution key · {paper.exam.title} · Paper {paper.id}"
    return render_result_page("key.html.j2", drawings=drawings, title=title, paper=paper, items=items)


def _fields(paper: Paper, item: Item, answers: AnswerTexts) -> tuple[KeyField, ...]:
    known = answers.get(item.number, {})
    fields = []
    for field in item.question.fields:
        if field.name not in known:
            raise BrokenPage(
                f"paper {paper.id}: field {field.name!r} of question {item.number} has no answer; "
                f"there are answers to {', '.join(sorted(known)) or 'no field'}."
            )
        points = item.points_of(field.name)
        fields.append(KeyField(field.kind, inline_html(field.prompt), points, known[field.name]))
    return tuple(fields)
