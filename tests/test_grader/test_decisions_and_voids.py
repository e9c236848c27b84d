"""A void stands above what a person decided: the decision is kept, and counts nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.decisions import Decision, apply_decisions, await_typing, unfit
from grader.grade import Adjusted, FieldGrade, Grade
from grader.verdict import Verdict

VOID = (Adjusted("void", "It was unclear.", "Ada"),)
VOIDED = FieldGrade(
    "1.a", "number", "7", Verdict("voided"), Fraction(0), Fraction(0), adjustments=VOID, unadjusted=Verdict("wrong")
)
OPEN = FieldGrade("2.a", "text", "so", Verdict("pending"), Fraction(0), Fraction(4))
GRADE = Grade("ABCD-2345", "a.json", "", (VOIDED, OPEN))


def decided(field: str, points: int, who: str = "ab") -> Decision:
    return Decision("ABCD-2345", field, Fraction(points), "well argued", who)


@pytest.mark.parametrize("decisions", [[decided("1.a", 3)], [decided("1.a", 3), decided("1.a", 1, "cd")]])
def test_a_decision_on_a_voided_field_is_kept_and_counts_nothing(decisions: list[Decision]) -> None:
    found = apply_decisions(GRADE, decisions)

    assert "voided" == found.fields[0].verdict.outcome
    assert decisions[0] == found.fields[0].decision
    assert 0 == found.fields[0].points == found.points
    assert () == unfit(GRADE, decisions)


def test_decisions_on_other_fields_hold_as_ever_and_holding_again_changes_nothing() -> None:
    every = [decided("1.a", 3), decided("2.a", 3)]
    found = apply_decisions(GRADE, every)

    assert 3 == found.points
    assert found == apply_decisions(found, every)


@pytest.mark.parametrize("outcome", ["voided", "credited"])
def test_what_is_the_same_for_everybody_does_not_wait_to_be_typed_in(outcome: str) -> None:
    same = FieldGrade("1.a", "number", "", Verdict(outcome), Fraction(0), Fraction(0))  # type: ignore[arg-type]
    found = await_typing(Grade("ABCD-2345", "a.json", "", (same, OPEN)), ["1.a", "2.a"])

    assert [outcome, "pending"] == [field.verdict.outcome for field in found.fields]
