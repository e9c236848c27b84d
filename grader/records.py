"""Grades as records to be kept and read back exactly: every fraction as it is, nothing rounded and nothing left out.

`Grade.to_json` is for people and other programs and rounds; this is for a journal, out of which the same grade comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from grader.grade import Adjusted, Decision, FieldGrade, Grade
from grader.lateness import Late
from grader.verdict import Cell, Verdict

__all__ = ["grade_from", "grade_record"]

_MICROSECOND = timedelta(microseconds=1)


def grade_record(grade: Grade) -> dict[str, Any]:
    """The grade in what JSON can hold."""
    return {
        **vars(grade),
        "fields": [_field_record(graded) for graded in grade.fields],
        "warnings": list(grade.warnings),
        "faults": list(grade.faults),
        "produced_by": None if grade.produced_by is None else dict(grade.produced_by),
        "strays": dict(grade.strays),
        "late": None if grade.late is None else _late_record(grade.late),
    }


def grade_from(record: Mapping[str, Any]) -> Grade:
    """The grade that a record was made of. Raises: KeyError, TypeError or ValueError for what is no such record."""
    late = record["late"]
    return Grade(
        **{
            **record,
            "fields": tuple(_field_from(graded) for graded in record["fields"]),
            "warnings": tuple(record["warnings"]),
            "faults": tuple(record["faults"]),
            "late": None if late is None else Late(late["by"] * _MICROSECOND, Fraction(late["deduction"])),
        }
    )


def _late_record(late: Late) -> dict[str, Any]:
    return {"by": late.by // _MICROSECOND, "deduction": str(late.deduction)}


def _field_record(graded: FieldGrade) -> dict[str, Any]:
    return {
        **vars(graded),
        "verdict": _verdict_record(graded.verdict),
        "points": str(graded.points),
        "out_of": str(graded.out_of),
        "decision": graded.decision and {**vars(graded.decision), "points": str(graded.decision.points)},
        "overruled": graded.overruled and _verdict_record(graded.overruled),
        "adjustments": [dict(vars(adjusted)) for adjusted in graded.adjustments],
        "unadjusted": graded.unadjusted and _verdict_record(graded.unadjusted),
    }


def _field_from(record: Mapping[str, Any]) -> FieldGrade:
    decision, overruled, unadjusted = record["decision"], record["overruled"], record["unadjusted"]
    return FieldGrade(
        **{
            **record,
            "verdict": _verdict_from(record["verdict"]),
            "points": Fraction(record["points"]),
            "out_of": Fraction(record["out_of"]),
            "decision": decision and Decision(**{**decision, "points": Fraction(decision["points"])}),
            "overruled": overruled and _verdict_from(overruled),
            "adjustments": tuple(Adjusted(**adjusted) for adjusted in record["adjustments"]),
            "unadjusted": unadjusted and _verdict_from(unadjusted),
        }
    )


def _verdict_record(verdict: Verdict) -> dict[str, Any]:
    return {**vars(verdict), "share": str(verdict.share), "cells": [dict(vars(cell)) for cell in verdict.cells]}


def _verdict_from(record: Mapping[str, Any]) -> Verdict:
    cells = tuple(Cell(**cell) for cell in record["cells"])
    return Verdict(**{**record, "share": Fraction(record["share"]), "cells": cells})
