"""One variant of a family as a page for authors: the question as students see it and, on demand, its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from chainrule.pages.figures import question_drawings, solution_drawings
from chainrule.pages.markdown import inline_html, to_html
from chainrule.pages.result_frame import render_result_page
from question_templates.paper import Item
from question_templates.question import Question
from question_templates.solution import Solution
from question_templates.variant import Variant

__all__ = ["variant_page"]


@dataclass(frozen=True)
class VariantField:
    """What the template needs of a field; `answer` is empty where no answers are shown."""

    kind: str
    prompt: Markup
    weight: str
    options: tuple[tuple[str, Markup], ...]
    answer: str


def variant_page(
    variant: Variant, question: Question, answers: Mapping[str, str], solution: Solution | None, *, note: str
) -> str:
    """The variant as one self-contained HTML document, the same bytes for the same input.

    `answers` by field name as text, and `solution`: empty and None for the question alone. `note` says which variant
    this is.
    Raises: BrokenPage when a text can't be shown; BrokenGraph when a figure can't.
    """
    item = Item("1", Fraction(1), variant, question)
    shown = question_drawings(item, 1)
    solved = solution_drawings(solution, 1) if solution else {}
    return render_result_page(
        "variant.html.j2",
        drawings=[*shown.values(), *solved.values()],
        title=f"{question.title} · {variant.family}",
        heading=inline_html(question.title),
        note=note,
        body=to_html(question.body, figures=shown),
        fields=tuple(
            VariantField(
                asked.kind,
                inline_html(asked.prompt),
                f"{float(asked.weight):g}",
                tuple((letter, inline_html(text)) for letter, text in asked.options.items()),
                answers.get(asked.name, ""),
            )
            for asked in question.fields
        ),
        solution=to_html(solution.body, figures=solved) if solution else None,
    )
