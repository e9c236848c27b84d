"""Staff's key of a paper as Typst source: the question as shown, each answer in a green box, a worked solution."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.pages.markdown import BrokenPage
from chainrule.pdf.boxes import options_typst
from chainrule.pdf.frame import document, field_block, figure_drawings, question_blocks, question_body
from chainrule.pdf.listing import wrapped
from chainrule.pdf.literals import block, call, string
from chainrule.pdf.markup import Place, body_typst
from chainrule.pdf.sheets import Sheet
from chainrule.wording import AnswerTexts
from question_templates.paper import Item, Paper, field_id
from question_templates.question import Field
from question_templates.solution import Solution

__all__ = ["key_source"]

_FOR_STAFF, _FOR_STUDENTS = "Solution key, staff only", "Worked solutions"
_LETTERS = 76  # that fit on a line of an answer's box
_LONG = 30  # lines of an answer that need not keep together


def key_source(
    paper: Paper, sheet: Sheet, solutions: Mapping[str, Solution], answers: AnswerTexts, *, for_staff: bool = True
) -> str:
    """The key; `solutions` by item number, `answers` by item number and field name, as text.

    One that is not `for_staff` is for practice, and its student has it.

    Raises: BrokenPage when an item has no solution, a field no answer, or a text can't be shown; BrokenGraph.
    """

    def body(item: Item, level: int) -> str:
        if item.number not in solutions:
            raise BrokenPage(f"paper {paper.id}: question {item.number} has no solution.")
        known = answers.get(item.number, {})
        fields = [_field(paper, item, place, known, sheet) for place in range(len(item.question.fields))]
        return block([question_body(item, sheet, level), *fields, _solution(solutions[item.number], sheet, level)])

    questions = question_blocks(paper, sheet, body)
    return document(paper, sheet, questions, warning=_FOR_STAFF if for_staff else _FOR_STUDENTS)


def _solution(solution: Solution, sheet: Sheet, level: int) -> str:
    figures = [solution.figure] if solution.figure else []
    drawings = figure_drawings(
        solution.body, figures, sheet, values=solution.values, gradients=solution.gradients
    )
    heading = call("heading", string("Worked solution"), level=str(level + 1))
    return block([heading, body_typst(solution.body, Place(sheet, sheet.width, level + 1, drawings))])


def _field(paper: Paper, item: Item, place: int, known: Mapping[str, str], sheet: Sheet) -> str:
    field = item.question.fields[place]
    if field.name not in known:
        raise BrokenPage(
            f"paper {paper.id}: field {field.name!r} of question {item.number} has no answer; "
            f"there are answers to {', '.join(sorted(known)) or 'no field'}."
        )
    answer = known[field.name]
    area = block([*_options(item, field, answer, sheet), _answer(answer)])
    return field_block(item, place, field, area, is_long=answer.count("\n") > _LONG)


def _options(item: Item, field: Field, answer: str, sheet: Sheet) -> list[str]:
    if not field.options:
        return []
    return [options_typst(field_id(item.number, field.name), field, sheet, ticked=answer)]


def _answer(answer: str) -> str:
    parts = [(line, part) for line in answer.split("\n") for part in wrapped(line, _LETTERS)]
    lines = [" " * part.indent + line[part.start : part.end] for line, part in parts]
    return call("answer-box", string("\n".join(lines)))
