"""Where a student's text meets the key: a frozen paper and a submission in, a grade out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial

import engine as ag
from grader.grade import FieldGrade, Grade
from grader.judging import judge_question
from grader.scoring import points_for
from grader.verdict import Verdict
from question_templates.family import Family
from question_templates.mistaking import mistakes_of
from question_templates.paper import Item, Paper, field_id
from question_templates.solving import solve_item
from submissions import Submission

__all__ = ["grade"]


def grade(paper: Paper, submission: Submission, families: Mapping[str, Family]) -> Grade:
    """Grade a submission against a paper; each item's key is derived anew by running its listing.

    An item that can't be graded is our fault: its fields are `pending`, and the other items are graded.
    """
    fields: list[FieldGrade] = []
    faults: list[str] = []
    for item in paper.items:
        responses = {f.name: submission.responses.get(field_id(item.number, f.name), "") for f in item.question.fields}
        verdicts = _verdicts(item, families, responses, faults)
        for asked in item.question.fields:
            verdict, out_of = verdicts[asked.name], item.points_of(asked.name)
            points = points_for(verdict, out_of)
            response = responses[asked.name]
            name = field_id(item.number, asked.name)
            fields.append(FieldGrade(name, asked.kind, response, verdict, points, out_of, slot=item.slot))
    strays = _strays(paper, submission)
    told = tuple(f"The paper has no field {name!r}{_meant(name, paper)}" for name in strays)
    return Grade(
        paper=paper.id,
        source=submission.source,
        digest=submission.digest,
        fields=tuple(fields),
        warnings=(*submission.warnings, *told),
        faults=tuple(faults),
        produced_by=_produced_by(paper),
        strays=strays,
    )


def _verdicts(
    item: Item, families: Mapping[str, Family], responses: Mapping[str, str], faults: list[str]
) -> Mapping[str, Verdict]:
    try:
        key, mistakes = solve_item(item, families), partial(mistakes_of, item, families)
        return judge_question(item.question, key, responses, mistakes=mistakes, policy=item.policy)
    except Exception as fault:  # noqa: BLE001 - whatever goes wrong here is our fault, and costs this question only
        # The fault may quote numbers of the key, so it goes to staff and not into the verdict.
        faults.append(f"{item.number}: could not be graded: {type(fault).__name__}: {fault}")
        pending = Verdict("pending", reason="This question could not be graded yet. A person will look at it.")
        return {asked.name: pending for asked in item.question.fields}


def _strays(paper: Paper, submission: Submission) -> dict[str, str]:
    """What was written under a name that the paper does not have; a person decides where it belongs."""
    known = set(paper.field_ids())
    return {name: text for name, text in submission.responses.items() if name not in known and text.strip()}


def _meant(name: str, paper: Paper) -> str:
    near = get_close_matches(name, paper.field_ids(), n=1)
    return f"; perhaps {near[0]!r} was meant." if near else "."


def _produced_by(paper: Paper) -> dict[str, str]:
    families = {item.variant.family: item.variant.version for item in paper.items}
    return {"engine": ag.__version__, **families}
