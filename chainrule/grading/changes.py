"""What differs between two grades of the same answers: whose points, in which field, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule.amount_words import amount, count
from grader import FieldGrade, Grade
from grader.grade import number
from grader.verdict import OPEN_OUTCOMES

__all__ = ["Change", "changes_between", "changes_text"]

#: Lines of a list that a terminal shows; --json has all.
_MOST_LINES = 60


@dataclass(frozen=True)
class Change:
    """One field of a paper that gets other points, or its total (`field` is empty); None where there is no grade."""

    paper: str
    field: str
    before: Fraction | None
    after: Fraction | None
    why: str

    def to_json(self) -> dict[str, Any]:
        points = {"before": self.before, "after": self.after}
        return {**vars(self), **{name: None if one is None else number(one) for name, one in points.items()}}


def changes_between(before: Mapping[str, Grade], after: Mapping[str, Grade]) -> Iterator[Change]:
    """Every difference that matters to somebody, paper by paper: fields first, then the total."""
    for paper in sorted({*before, *after}):
        one, other = before.get(paper), after.get(paper)
        if one is not None and other is not None:
            yield from _of_paper(one, other)
        elif one is not None:
            yield Change(paper, "", one.points, None, "none of its files can be chosen any more")
        elif other is not None:
            yield Change(paper, "", None, other.points, "a file of it counts now")


def _of_paper(before: Grade, after: Grade) -> Iterator[Change]:
    fields = {field.id: field for field in before.fields}
    pairs = [(fields[field.id], field) for field in after.fields if field.id in fields]
    changed = [(old, new) for old, new in pairs if _what_counts(old) != _what_counts(new)]
    for old, new in changed:
        yield Change(after.paper, new.id, old.points, new.points, _why(old, new, before, after))
    if (before.points, before.out_of) != (after.points, after.out_of):
        is_worth_other = before.out_of != after.out_of
        out_of = f"of {amount(after.out_of)} instead of {amount(before.out_of)}" if is_worth_other else ""
        lateness = "" if before.late == after.late else after.late.words if after.late else "no longer late"
        why = "; ".join(filter(None, (out_of, lateness))) or "the sum of its fields"
        yield Change(after.paper, "", before.points, after.points, why)


def _what_counts(field: FieldGrade) -> tuple[object, ...]:
    """Its points, what they are of, and whether it waits for a person."""
    return field.points, field.out_of, field.verdict.outcome in OPEN_OUTCOMES


def _why(before: FieldGrade, after: FieldGrade, one: Grade, other: Grade) -> str:
    """What made the difference, the most particular reason."""
    if (one.source, one.digest) != (other.source, other.digest):
        return f"{other.source} counts now"
    if after.decision != before.decision:
        return _decided(before, after)
    if after.adjustments != before.adjustments:
        new = [f"{adjusted.action}: {adjusted.reason} ({adjusted.author})" for adjusted in after.adjustments]
        return "; ".join(new) or "an adjustment was taken back"
    if versions := _other_versions(one, other):
        return f"another version of {', '.join(versions)}"
    return f"{before.verdict.outcome} before, {after.verdict.outcome} now"


def _decided(before: FieldGrade, after: FieldGrade) -> str:
    if after.decision is not None:
        return f"decided by {after.decision.who or 'somebody'}"
    by = before.decision.who if before.decision else ""
    return f"the decision by {by or 'somebody'} was taken back"


def _other_versions(one: Grade, other: Grade) -> list[str]:
    before, after = one.produced_by or {}, other.produced_by or {}
    return sorted(name for name in {*before, *after} - {"adjustments"} if before.get(name) != after.get(name))


def changes_text(changes: Sequence[Change], n_papers: int) -> str:
    """The differences for a terminal: how many and why, then one line each."""
    if not changes:
        return f"Nobody's points change ({count(n_papers, 'paper')})."
    n_changed = len({change.paper for change in changes})
    reasons = Counter(change.why for change in changes if change.field)
    told = [f"  {n:4} {'answer' if n == 1 else 'answers'}: {why}" for why, n in reasons.most_common()]
    lines = [_line(change) for change in changes]
    rest = [f"  and {len(lines) - _MOST_LINES} more; --json has all"] if len(lines) > _MOST_LINES else []
    return "\n".join([f"{n_changed} of {count(n_papers, 'paper')} change.", *told, "", *lines[:_MOST_LINES], *rest])


def _line(change: Change) -> str:
    before, after = ("no grade" if one is None else amount(one) for one in (change.before, change.after))
    return f"  {change.paper}  {change.field or 'total':16} {before:>8} -> {after:<8} {change.why}"
