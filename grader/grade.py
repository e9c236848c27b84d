"""Grades: what a submission earned, field by field, with all that is needed to explain it; and their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any

from grader.lateness import Late
from grader.scoring import total_points
from grader.verdict import OPEN_OUTCOMES, Cell, Verdict

__all__ = ["GRADE_FORMAT", "Adjusted", "Decision", "FieldGrade", "Grade", "number"]

GRADE_FORMAT = "chainrule-grade/1"


def number(points: Fraction) -> int | float:
    """Points as JSON and people write them: 7, 7.25, 3.3333."""
    return int(points) if points.denominator == 1 else round(float(points), 4)


@dataclass(frozen=True)
class Decision:
    """What a person decided about one field of one paper: the points, why, and who (initials will do).

    It says no time: grading the same again gives the same, whatever the day.
    """

    paper: str
    field: str
    points: Fraction
    reason: str = ""
    who: str = ""


@dataclass(frozen=True)
class Adjusted:
    """An adjustment that touched a field: what it does (`void`, `full_credit`, `accept`, ...), why, whose it is."""

    action: str
    reason: str
    author: str


@dataclass(frozen=True)
class FieldGrade:
    """One field: the response as it was written, the verdict on it and the points it earns.

    Where a person decided, `decision` says so and `overruled` is the verdict that it stands in place of. `slot` is the
    exam's own number of the question, by which papers are compared; the id has the number that the paper prints.
    `adjustments` are those of the whole exam that touched it, and `unadjusted` is the verdict without them.
    """

    id: str
    kind: str
    response: str
    verdict: Verdict
    points: Fraction
    out_of: Fraction
    decision: Decision | None = None
    overruled: Verdict | None = None
    slot: str = ""
    adjustments: tuple[Adjusted, ...] = ()
    unadjusted: Verdict | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "slot", self.slot or self.id.rpartition(".")[0])

    def to_json(self) -> dict[str, Any]:
        verdict = self.verdict
        decided = {"decision": _decision_json(self.decision, self.overruled)} if self.decision else {}
        return {
            "id": self.id,
            "kind": self.kind,
            "response": self.response,
            "outcome": verdict.outcome,
            "points": number(self.points),
            "out_of": number(self.out_of),
            "read_as": verdict.read_as,
            "reason": verdict.reason,
            "counterexample": verdict.counterexample,
            "mal_rule": verdict.mal_rule,
            "cells": [_cell_json(cell) for cell in verdict.cells],
            **decided,
            **_adjustments_json(self.adjustments, self.unadjusted),
        }


def _adjustments_json(adjustments: tuple[Adjusted, ...], unadjusted: Verdict | None) -> dict[str, Any]:
    """What adjusted a field and the outcome without that; no key at all where nothing did."""
    if not adjustments:
        return {}
    without = {"unadjusted": unadjusted.outcome} if unadjusted else {}
    return {"adjustments": [dict(vars(adjusted)) for adjusted in adjustments], **without}


def _decision_json(decision: Decision, overruled: Verdict | None) -> dict[str, Any]:
    """Who decided, and the outcome that the decision stands in place of."""
    instead_of = overruled.outcome if overruled else ""
    return {"who": decision.who, "reason": decision.reason, "instead_of": instead_of}


def _cell_json(cell: Cell) -> dict[str, str]:
    return {"step": cell.step, "target": cell.target, "written": cell.written, "outcome": cell.outcome}


@dataclass(frozen=True)
class Grade:
    """The grade of one submission for one paper.

    `faults` are ours and for staff alone: why fields are pending. `produced_by` names what a regrade needs to know:
    the engine's version, each family's version and the digest of adjustments. `strays` are answers under names that
    the paper does not have. `late` is None for what came in time, and where nobody asked.
    """

    paper: str
    source: str
    digest: str
    fields: tuple[FieldGrade, ...]
    warnings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    produced_by: Mapping[str, str] | None = None
    strays: Mapping[str, str] = field(default_factory=dict)
    late: Late | None = None

    @property
    def points(self) -> Fraction:
        """The total, less what lateness costs: exact up to here, rounded once, and never above what there was."""
        kept = 1 - self.late.deduction if self.late else Fraction(1)
        return min(total_points(kept * graded.points for graded in self.fields), self.out_of)

    @property
    def deducted(self) -> Fraction:
        """What lateness costs, as it shows in the rounded total."""
        return min(total_points(graded.points for graded in self.fields), self.out_of) - self.points

    @property
    def out_of(self) -> Fraction:
        return sum((graded.out_of for graded in self.fields), Fraction(0))

    @property
    def open_fields(self) -> tuple[str, ...]:
        """Fields that wait for a person, answers under a name that the paper does not have among them."""
        open_fields = tuple(graded.id for graded in self.fields if graded.verdict.outcome in OPEN_OUTCOMES)
        return (*open_fields, *self.strays)

    @property
    def is_complete(self) -> bool:
        return not self.open_fields

    def to_json(self) -> dict[str, Any]:
        return {
            "format": GRADE_FORMAT,
            "paper": self.paper,
            "source": self.source,
            "digest": self.digest,
            "points": number(self.points),
            "out_of": number(self.out_of),
            "state": "complete" if self.is_complete else "incomplete",
            "open_fields": list(self.open_fields),
            "fields": [graded.to_json() for graded in self.fields],
            "warnings": list(self.warnings),
            "faults": list(self.faults),
            "strays": dict(self.strays),
            "produced_by": dict(self.produced_by or {}),
            **self._late_json(),
        }

    def _late_json(self) -> dict[str, Any]:
        """How late it was and what that costs; no key at all for what came in time."""
        if self.late is None:
            return {}
        told = {"by_seconds": number(Fraction(self.late.by // timedelta(microseconds=1), 1_000_000))}
        return {"late": {**told, "deducted": number(self.deducted), "words": self.late.words}}
