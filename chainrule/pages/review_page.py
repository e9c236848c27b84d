"""The page on which a person decides open answers: offline, without names, keeping its state in the browser.

It is for staff: it shows keys and worked solutions. What it downloads is the table that `chainrule review` takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from markupsafe import Markup

from chainrule.amount_words import count
from chainrule.pages.figures import question_drawings, solution_drawings
from chainrule.pages.markdown import inline_html, to_html
from chainrule.pages.result_frame import verbatim, with_code
from chainrule.pages.templates import embedded_json, render_page
from chainrule.review.group_table import COLUMNS, decimal, group_cells, suggestion_words
from chainrule.review.grouping import Group
from question_templates.paper import Item
from question_templates.question import Field
from question_templates.solution import Solution

__all__ = ["Sheet", "review_page"]

SolutionOf = Callable[[Item], "Solution | None"]


@dataclass(frozen=True)
class Sheet:
    """What stands around the groups: the exam's title, whose page it is, the table's name, and what tells runs apart.

    `run` keeps apart what a browser keeps of several exams.
    """

    title: str
    file_name: str
    run: str
    course: str = ""
    who: str = ""


@dataclass(frozen=True)
class GroupView:
    """What the template needs of a group; `full` and `half` are points as the table has them."""

    id: str
    place: int
    papers: tuple[str, ...]
    worth: str
    full: str
    half: str
    response: str
    earlier: tuple[tuple[str, str], ...]
    reading: str
    why: Markup
    suggested: str
    suggested_points: str
    suggested_reason: str


@dataclass(frozen=True)
class FieldView:
    """What the template needs of a field and of the answers to it."""

    prompt: Markup
    kind: str
    options: tuple[tuple[str, Markup], ...]
    key: str
    groups: tuple[GroupView, ...]


@dataclass(frozen=True)
class QuestionView:
    """A question as printed on some papers; `body` is empty for answers that belong to no question."""

    body: Markup
    solution: Markup | None
    fields: tuple[FieldView, ...]


@dataclass(frozen=True)
class SlotView:
    """A question of the exam with its variants."""

    number: str
    title: Markup
    waiting: str
    questions: tuple[QuestionView, ...]


def review_page(groups: Sequence[Group], sheet: Sheet, solution_of: SolutionOf) -> str:
    """One self-contained HTML document, the same bytes for the same input; the groups stand in the exam's order.

    `solution_of` gives a question's worked solution, or None where it has none.
    """
    drawings: list[str] = []
    slots = tuple(_slots(_numbered(groups), solution_of, drawings))
    rows = [group_cells(group) for group in groups]
    return render_page(
        "review.html.j2",
        styles=("page.css", "math.css", "staff.css", "review.css"),
        scripts=("review.js",),
        drawings=drawings,
        title=f"Review · {sheet.title}",
        sheet=sheet,
        n_groups=len(groups),
        n_answers=sum(len(group.waiting) for group in groups),
        slots=slots,
        table=embedded_json({"run": sheet.run, "file": sheet.file_name, "columns": COLUMNS, "rows": rows}),
    )


def _numbered(groups: Sequence[Group]) -> list[tuple[int, Group]]:
    return list(enumerate(groups, start=1))


def _slots(numbered: list[tuple[int, Group]], solution_of: SolutionOf, drawings: list[str]) -> Iterator[SlotView]:
    for slot, mine in groupby(numbered, key=lambda pair: pair[1].slot):
        alike = list(mine)
        first = alike[0][1].item
        yield SlotView(
            number=slot,
            title=inline_html(first.question.title) if first else Markup("Under names that the paper does not have"),
            waiting=count(len(alike), "decision"),
            questions=tuple(_questions(alike, solution_of, drawings)),
        )


def _questions(
    numbered: list[tuple[int, Group]], solution_of: SolutionOf, drawings: list[str]
) -> Iterator[QuestionView]:
    """The variants of a slot, each with its fields; a variant is printed once above all that was answered to it."""
    by_question: dict[str, list[tuple[int, Group]]] = {}
    for pair in numbered:
        by_question.setdefault(_printed(pair[1].item), []).append(pair)
    for mine in by_question.values():
        place, group = mine[0]
        fields = tuple(_field(list(alike)) for _, alike in groupby(mine, key=lambda pair: pair[1].field))
        if group.item is None:
            yield QuestionView(Markup(""), None, fields)
            continue
        shown = question_drawings(group.item, place)
        solution = solution_of(group.item)
        solved = solution_drawings(solution, place) if solution else {}
        drawings += [*shown.values(), *solved.values()]
        body = to_html(group.item.question.body, figures=shown)
        yield QuestionView(body, to_html(solution.body, figures=solved) if solution else None, fields)


def _printed(item: Item | None) -> str:
    return repr(item.question.to_json()) if item else ""


def _field(numbered: list[tuple[int, Group]]) -> FieldView:
    group = numbered[0][1]
    asked = group.asked
    return FieldView(
        prompt=inline_html(asked.prompt) if asked else Markup("<code>{}</code>").format(verbatim(group.field)),
        kind=asked.kind if asked else "stray",
        options=_options(asked) if asked else (),
        key="" if asked is None or asked.kind == "text" else verbatim(group.key),
        groups=tuple(_group(place, one) for place, one in numbered),
    )


def _options(asked: Field) -> tuple[tuple[str, Markup], ...]:
    return tuple((letter, inline_html(text)) for letter, text in asked.options.items())


def _group(place: int, group: Group) -> GroupView:
    kind = group.asked.kind if group.asked else "stray"
    suggested = group.suggested[0] if len({one.points for one in group.suggested}) == 1 else None
    return GroupView(
        id=group.id,
        place=place,
        papers=tuple(one.paper for one in group.waiting),
        worth=count(decimal(group.out_of), "point"),
        full=_exact(group.out_of),
        half=_exact(group.out_of / 2),
        response=verbatim(group.response),
        earlier=tuple((name, verbatim(response).strip()) for name, response in group.earlier),
        reading="" if kind in ("text", "stray") else verbatim(group.read_as),
        why=Markup("") if kind == "text" else with_code(group.why),
        suggested=verbatim(suggestion_words(group.suggested)),
        suggested_points=_exact(suggested.points) if suggested else "",
        suggested_reason=suggested.reason if suggested else "",
    )


def _exact(points: Fraction) -> str:
    """Points as a table has them: `0.625`, and `5/3` where decimals would not end."""
    written = decimal(points)
    return written if Fraction(written) == points else str(points)
