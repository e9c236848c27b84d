"""Where a student's text meets the key: a frozen paper and a submission in, a grade out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache, partial

import engine as ag
from grader.adjustments import NO_ADJUSTMENTS, Adjustment, Adjustments, adjusted
from grader.code.sandboxes import isolation
from grader.further import judge_by, judge_further
from grader.grade import FieldGrade, Grade
from grader.judging import judge_question
from grader.scoring import points_for
from grader.verdict import Verdict
from question_templates.answers import Key
from question_templates.family import Family
from question_templates.mistaking import mistakes_of
from question_templates.paper import Item, Paper, field_id
from question_templates.question import Field
from question_templates.solving import solve_item
from submissions import Submission

__all__ = ["grade"]

#: Outcomes of programs that were run.
_RUN = ("right", "partly", "wrong")

#: What is told of an answer's name that the paper does not have.
_LONGEST_NAME = 60


def grade(
    paper: Paper,
    submission: Submission,
    families: Mapping[str, Family],
    *,
    adjustments: Adjustments = NO_ADJUSTMENTS,
    solve: Callable[[Item], Key] | None = None,
) -> Grade:
    """Grade a submission against a paper; each item's key is derived anew by running its listing.

    `solve` derives an item's key in place of `solve_item`, for callers who keep the keys that they derived.
    An item that can't be graded is our fault: its fields are `pending`, and the other items are graded.
    """
    fields: list[FieldGrade] = []
    faults: list[str] = []
    for item in paper.items:
        responses = {f.name: submission.responses.get(field_id(item.number, f.name), "") for f in item.question.fields}
        own = _Judging(item, families, solve or partial(solve_item, families=families), responses, faults)
        verdicts = own.verdicts()
        for asked in item.question.fields:
            graded = _field_grade(item, asked, responses[asked.name], verdicts[asked.name])
            touching = adjustments.touching(paper.id, item, asked.name)
            fields.append(adjusted(graded, touching, partial(own.further, asked.name)) if touching else graded)
    strays = _strays(paper, submission)
    told = tuple(f"The paper has no field {name!r}{_meant(name, paper)}" for name in strays)
    return Grade(
        paper=paper.id,
        source=submission.source,
        digest=submission.digest,
        fields=tuple(fields),
        warnings=(*submission.warnings, *told),
        faults=tuple(faults),
        produced_by={**_produced_by(paper, families, adjustments), **_run_in(fields)},
        strays=strays,
    )


def _field_grade(item: Item, asked: Field, response: str, verdict: Verdict) -> FieldGrade:
    out_of = item.points_of(asked.name)
    name = field_id(item.number, asked.name)
    return FieldGrade(name, asked.kind, response, verdict, points_for(verdict, out_of), out_of, slot=item.slot)


class _Judging:
    """One item being judged: its key and what the known mistakes answer are derived at most once, and kept no longer.

    Whatever goes wrong is our fault and costs this item only; it is told in `faults`.
    """

    def __init__(
        self,
        item: Item,
        families: Mapping[str, Family],
        solve: Callable[[Item], Key],
        responses: Mapping[str, str],
        faults: list[str],
    ) -> None:
        self.item, self.responses, self.faults = item, responses, faults
        self.key = cache(partial(solve, item))
        self.mistakes = cache(partial(mistakes_of, item, families))

    def verdicts(self) -> Mapping[str, Verdict]:
        item = self.item
        try:
            return judge_question(item.question, self.key(), self.responses, mistakes=self.mistakes, policy=item.policy)
        except Exception as fault:  # noqa: BLE001 - see above
            # The fault may quote numbers of the key, so it goes to staff and not into the verdict.
            self.faults.append(f"{item.number}: could not be graded: {type(fault).__name__}: {fault}")
            pending = Verdict("pending", reason="This question could not be graded yet. A person will look at it.")
            return {asked.name: pending for asked in item.question.fields}

    def further(self, field: str, accepted: Adjustment) -> Verdict | None:
        """The verdict on a field if a further answer were the key's; None where that says nothing of this paper."""
        try:
            if not accepted.mistake:
                return judge_further(self.item, self.key(), field, accepted.answer, self.responses)
            answers = [
                one.answers[field] for one in self.mistakes() if one.tag == accepted.mistake and field in one.answers
            ]
            return judge_by(self.item, self.key(), field, answers[0], self.responses) if answers else None
        except Exception as fault:  # noqa: BLE001 - see above
            name = field_id(self.item.number, field)
            told = accepted.answer or accepted.mistake
            self.faults.append(f"{name}: {told!r} could not be accepted here: {type(fault).__name__}: {fault}")
            return None


def _strays(paper: Paper, submission: Submission) -> dict[str, str]:
    """What was written under a name that the paper does not have; a person decides where it belongs."""
    known = set(paper.field_ids())
    strange = {name: text for name, text in submission.responses.items() if name not in known and text.strip()}
    return {_cut(name): text for name, text in strange.items()}


def _cut(name: str) -> str:
    """A name that nobody reads in full is nobody's field."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


def _meant(name: str, paper: Paper) -> str:
    near = get_close_matches(name, paper.field_ids(), n=1)
    return f"; perhaps {near[0]!r} was meant." if near else "."


def _run_in(fields: Iterable[FieldGrade]) -> dict[str, str]:
    """The level of the sandbox that programs were run in, where any was."""
    were_run = any(field.kind == "code" and field.verdict.outcome in _RUN for field in fields)
    return {"sandbox": isolation()} if were_run else {}


def _produced_by(paper: Paper, families: Mapping[str, Family], adjustments: Adjustments) -> dict[str, str]:
    """The engine, the families that derived keys (which may be newer than those that drew), and adjustments."""
    drawn = {item.variant.family: item.variant.version for item in paper.items}
    used = {name: families[name].version if name in families else version for name, version in drawn.items()}
    adjusted = {"adjustments": adjustments.digest} if adjustments.digest else {}
    return {"engine": ag.__version__, **used, **adjusted}
