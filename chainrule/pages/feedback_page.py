"""What one student sees after grading, by paper id only: how answers were read, and what more is released.

A release law holds here: at `readable` nothing on the page depends on whether a response is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from chainrule.amount_words import count, points_text
from chainrule.outcome_words import OUTCOMES, OutcomeWords
from chainrule.pages.figures import question_drawings, solution_drawings
from chainrule.pages.markdown import BrokenPage, inline_html, to_html
from chainrule.pages.result_frame import (
    points_of,
    render_result_page,
    verbatim,
    with_code,
)
from grader.grade import FieldGrade, Grade
from grader.verdict import OPEN_OUTCOMES, Outcome, Verdict
from question_templates.paper import Item, Paper, field_id
from question_templates.question import Field
from question_templates.solution import Solution

__all__ = ["RELEASES", "feedback_page"]

#: What feedback may say, from least to most.
RELEASES = ("readable", "verdict", "full")

_UNCOUNTED = "does not count"


@dataclass(frozen=True)
class CellView:
    """One entry of a trace as the student wrote it."""

    step: str
    target: str
    written: str
    outcome: Outcome
    shown: OutcomeWords


@dataclass(frozen=True)
class Judged:
    """What is said about a response once verdicts are released."""

    outcome: Outcome
    shown: OutcomeWords
    points: str
    reason: Markup
    counterexample: Markup
    cells: tuple[CellView, ...]


@dataclass(frozen=True)
class FieldFeedback:
    """What the template needs of a response; `judged` is None where verdicts are not released."""

    id: str
    kind: str
    prompt: Markup
    worth: str
    response: str
    reading: str | Markup
    remark: Markup
    judged: Judged | None


@dataclass(frozen=True)
class ItemFeedback:
    """What the template needs of an item; `worth` is what it is worth, or what was earned of it."""

    number: str
    title: Markup
    worth: str
    body: Markup
    fields: tuple[FieldFeedback, ...]
    solution: Markup | None


def feedback_page(paper: Paper, grade: Grade, solutions: Mapping[str, Solution] | None, release: str) -> str:
    """One student's feedback as a self-contained HTML document, the same bytes for the same input.

    `solutions` by item number are shown at release `full` only, also when they are given at another one.
    Raises: BrokenPage for an unknown release, and when the grade does not belong to the paper.
    """
    if release not in RELEASES:
        raise BrokenPage(f"release is {release!r}; it must be one of {', '.join(RELEASES)}.")
    if grade.paper != paper.id or {field.id for field in grade.fields} != set(paper.field_ids()):
        raise BrokenPage(f"a grade of paper {grade.paper} with other fields than paper {paper.id} has.")
    released = (solutions or {}) if release == "full" else {}
    drawings: list[str] = []
    items = []
    for place, item in enumerate(paper.items, start=1):
        shown = question_drawings(item, place)
        solved = solution_drawings(released[item.number], place) if item.number in released else {}
        drawings += [*shown.values(), *solved.values()]
        body = to_html(item.question.body, figures=shown)
        solution = to_html(released[item.number].body, figures=solved) if item.number in released else None
        items.append(_item(item, grade, body, solution, has_verdicts=release != "readable"))
    return render_result_page(
        "feedback.html.j2",
        drawings=drawings,
        title=f"Feedback · {paper.exam.title} · Paper {paper.id}",
        paper=paper,
        has_verdicts=release != "readable",
        total=_total(grade),
        is_rounded=_is_rounded(grade),
        late=grade.late.words if grade.late else "",
        deducted=points_text(grade.deducted) if grade.deducted else "",
        waiting=_waiting(grade),
        items=items,
        warnings=[verbatim(warning) for warning in grade.warnings],
    )


def _total(grade: Grade) -> str:
    so_far = "" if grade.is_complete else " so far"
    return points_of(grade.points, grade.out_of) + so_far


def _is_rounded(grade: Grade) -> bool:
    kept = 1 - grade.late.deduction if grade.late else Fraction(1)
    return grade.points != sum((kept * field.points for field in grade.fields), Fraction(0))


def _waiting(grade: Grade) -> str:
    n_open = len(grade.open_fields)
    return f"{count(n_open, 'answer')} {'waits' if n_open == 1 else 'wait'} for a person" if n_open else ""


def _item(item: Item, grade: Grade, body: Markup, solution: Markup | None, *, has_verdicts: bool) -> ItemFeedback:
    grades = {field.id: field for field in grade.fields}
    mine = [grades[field_id(item.number, field.name)] for field in item.question.fields]
    fields = tuple(
        _field(item, asked, graded, has_verdicts=has_verdicts)
        for asked, graded in zip(item.question.fields, mine, strict=True)
    )
    out_of = sum((field.out_of for field in mine), Fraction(0))
    earned = points_of(sum((field.points for field in mine), Fraction(0)), out_of) if out_of else _UNCOUNTED
    if any(field.verdict.outcome in OPEN_OUTCOMES for field in mine):
        earned += " so far"
    worth = earned if has_verdicts else _worth(out_of)
    return ItemFeedback(item.number, inline_html(item.question.title), worth, body, fields, solution)


def _field(item: Item, asked: Field, graded: FieldGrade, *, has_verdicts: bool) -> FieldFeedback:
    verdict = graded.verdict
    return FieldFeedback(
        id=graded.id,
        kind=asked.kind,
        prompt=inline_html(asked.prompt),
        worth=_worth(graded.out_of),
        response=verbatim(graded.response) if verdict.outcome != "blank" else "",
        reading=_in_our_words(asked, _reading(graded, has_verdicts=has_verdicts)),
        remark=_remark(verdict),
        judged=_judged(graded) if has_verdicts else None,
    )


def _worth(out_of: Fraction) -> str:
    """What a question or a field is worth; one that was voided for everybody is worth nothing."""
    return points_text(out_of) if out_of else _UNCOUNTED


def _reading(graded: FieldGrade, *, has_verdicts: bool) -> str:
    """How the response was read; where there is more to say, only if that is not the same text once more."""
    read_as = graded.verdict.read_as
    is_said = read_as == graded.response.strip() or f"We read {read_as}." in graded.verdict.reason
    return "" if has_verdicts and is_said else read_as


def _in_our_words(asked: Field, reading: str) -> str | Markup:
    """A reading as the page shows it: a program is described, with its function as code; all else is the answer."""
    return with_code(reading) if asked.kind == "code" else verbatim(reading)


def _remark(verdict: Verdict) -> Markup:
    """What is said at every release about an open answer: that a person will look, and if possible why.

    Of an answer that a person read on paper, and nobody typed in, it is said that somebody read it.
    """
    if verdict.outcome == "decided" and not verdict.read_as:
        return Markup(OUTCOMES["decided"].note)
    if verdict.outcome not in OPEN_OUTCOMES:
        return Markup("")
    # Why we could not read it helps the student; why our key failed may hold the key's own numbers.
    why = verdict.reason if verdict.outcome == "unreadable" else ""
    return with_code(f"{why} {OUTCOMES[verdict.outcome].note}".strip())


def _judged(graded: FieldGrade) -> Judged:
    verdict = graded.verdict
    says_more = verdict.outcome not in (*OPEN_OUTCOMES, "blank")
    example = "" if verdict.counterexample == verdict.reason else verdict.counterexample
    cells = tuple(
        CellView(verbatim(cell.step), cell.target, verbatim(cell.written), cell.outcome, OUTCOMES[cell.outcome])
        for cell in verdict.cells
    )
    return Judged(
        outcome=verdict.outcome,
        shown=OUTCOMES[verdict.outcome],
        points="" if verdict.outcome in (*OPEN_OUTCOMES, "voided") else points_of(graded.points, graded.out_of),
        reason=with_code(verdict.reason if says_more else ""),
        counterexample=with_code(example if says_more else ""),
        cells=cells,
    )
