"""Decisions by people: points with a reason and a name; they override a verdict and survive every regrade. Pure.

A decision that does not fit (two people disagree, more points than the field has) is never dropped and never guessed
at: its field becomes `pending`, and `unfit` says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.grade import Decision, FieldGrade, Grade, number
from grader.verdict import Verdict
from submissions import Submission

__all__ = ["Decision", "TypedIn", "apply_decisions", "await_typing", "unfit"]

_WAITS = "A person has to look at this answer once more."
_NOT_TYPED = "This answer has not been typed in from the paper yet."


@dataclass(frozen=True)
class TypedIn:
    """A paper that staff typed in: what stands on it, the points given on it, and the fields still to be typed.

    A paper that was graded on paper alone has decisions and no responses.
    """

    submission: Submission
    decisions: tuple[Decision, ...] = ()
    untyped: tuple[str, ...] = ()

    @property
    def has_responses(self) -> bool:
        return bool(self.submission.responses)


def apply_decisions(grade: Grade, decisions: Iterable[Decision]) -> Grade:
    """The grade with people's decisions in place of verdicts; those on other papers are passed over.

    A field of the paper gets the points of its decision and the outcome `decided`; a decision of 0 points on an answer
    under a name that the paper does not have settles it. A field that counts for nobody keeps its decision and has no
    points. Applying the same decisions again changes nothing.
    """
    mine = _by_field(grade, decisions)
    if not mine:
        return grade
    faults = (f"{decision.field}: {reason}" for decision, reason in _misfits(grade, mine))
    return replace(
        grade,
        fields=tuple(_decided(graded, mine[graded.id]) if graded.id in mine else graded for graded in grade.fields),
        strays={name: text for name, text in grade.strays.items() if not _settles(mine.get(name, ()))},
        faults=tuple(dict.fromkeys((*grade.faults, *faults))),
    )


def unfit(grade: Grade, decisions: Iterable[Decision]) -> tuple[tuple[Decision, str], ...]:
    """The decisions on this paper that can't be carried out, each with the reason."""
    return tuple(_misfits(grade, _by_field(grade, decisions)))


def await_typing(grade: Grade, untyped: Iterable[str]) -> Grade:
    """The grade of a paper that is not wholly typed in: those fields are not blank, they are `pending`."""
    waiting = set(untyped)
    pending = Verdict("pending", reason=_NOT_TYPED)
    return replace(
        grade,
        fields=tuple(
            replace(graded, verdict=pending, points=Fraction(0))
            if graded.id in waiting and _can_wait(graded)
            else graded
            for graded in grade.fields
        ),
    )


def _can_wait(graded: FieldGrade) -> bool:
    """Whether it matters what stands there: not where everybody gets the same, or nobody gets anything."""
    return graded.verdict.outcome not in ("credited", "voided")


def _by_field(grade: Grade, decisions: Iterable[Decision]) -> Mapping[str, Sequence[Decision]]:
    found: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.paper == grade.paper:
            found[decision.field].append(decision)
    return dict(found)


def _misfits(grade: Grade, by_field: Mapping[str, Sequence[Decision]]) -> Iterator[tuple[Decision, str]]:
    """What can't be carried out; of a field on which people disagree, every decision."""
    worth = {graded.id: graded.out_of for graded in grade.fields}
    voided = {graded.id for graded in grade.fields if graded.verdict.outcome == "voided"}
    for field, decisions in by_field.items():
        reason = "" if field in voided else _misfit(decisions, worth.get(field), is_settled=field in grade.strays)
        if reason:
            yield from ((decision, reason) for decision in decisions)


def _misfit(decisions: Sequence[Decision], worth: Fraction | None, *, is_settled: bool) -> str:
    """Why the decisions on one field can't be carried out; empty when they can."""
    points = [decision.points for decision in decisions]
    if len(set(points)) > 1:
        given = " and ".join(f"{_number(one.points)} by {one.who or 'somebody'}" for one in decisions)
        return f"people gave different points, {given}; keep one decision."
    if worth is None:
        known = "an answer under a name that the paper does not have can only be settled with 0 points"
        return "" if is_settled and not points[0] else f"the paper has no such field; {known}."
    if not 0 <= points[0] <= worth:
        return f"{_number(points[0])} points were given; this field has 0 to {_number(worth)}."
    return ""


def _settles(decisions: Sequence[Decision]) -> bool:
    return bool(decisions) and not any(decision.points for decision in decisions)


def _decided(graded: FieldGrade, decisions: Sequence[Decision]) -> FieldGrade:
    """The field with its decision; the verdict that it overrides is kept beside it."""
    if graded.verdict.outcome == "voided":
        return replace(graded, decision=decisions[0])
    found = graded.overruled or graded.verdict
    if _misfit(decisions, graded.out_of, is_settled=False):
        return replace(
            graded, verdict=Verdict("pending", reason=_WAITS), points=Fraction(0), decision=None, overruled=found
        )
    decision = decisions[0]
    share = decision.points / graded.out_of if graded.out_of else Fraction(0)
    verdict = Verdict("decided", share, read_as=found.read_as, reason=decision.reason)
    return replace(graded, verdict=verdict, points=decision.points, decision=decision, overruled=found)


def _number(points: Fraction) -> str:
    return str(number(points))
