"""People's decisions: they override verdicts, survive every regrade, and what does not fit is never guessed at."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import ClassResult, Decision, Grade, TypedIn, apply_decisions, grade, grade_class
from grader.decisions import await_typing, unfit
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
from submissions import Submission

BANK = open_bank()
FAMILIES = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}
EXAM = read_exam(
    "format: chainrule-exam/1\ntitle: T\nslots:\n  - {family: graph/power-chain, level: 1, points: 5}\n", BANK
)
PAPER = make_paper(EXAM, BANK, secret=b"s", paper_id="ABCD-2345")
FIELDS = PAPER.field_ids()
TRACE = "1.trace"
ODD = {TRACE: "7 or 8 or so", "1.tracee": "z1.grad = 2"}
GRADE = grade(PAPER, Submission("a.json", PAPER.id, ODD), FAMILIES)
WORTH = {field.id: field.out_of for field in GRADE.fields}


def decided(points: Fraction | int, *, field: str = TRACE, reason: str = "half of it", who: str = "ab") -> Decision:
    return Decision(PAPER.id, field, Fraction(points), reason, who)


def outcomes(graded: Grade) -> dict[str, str]:
    return {field.id: field.verdict.outcome for field in graded.fields}


def graded(*typed: TypedIn, files: tuple[Submission, ...] = (), decisions: tuple[Decision, ...] = ()) -> ClassResult:
    return grade_class({PAPER.id: PAPER}, files, FAMILIES, typed_in=typed, decisions=decisions)


def typed(responses: dict[str, str], *decisions: Decision, untyped: tuple[str, ...] = ()) -> TypedIn:
    return TypedIn(Submission("transcript of ABCD-2345", PAPER.id, responses), decisions, untyped)


def test_a_decision_gives_its_points_and_closes_the_field() -> None:
    before, after = GRADE, apply_decisions(GRADE, [decided(2)])

    assert TRACE in before.open_fields and TRACE not in after.open_fields
    assert "decided" == outcomes(after)[TRACE]
    assert before.points + 2 == after.points


def test_a_decision_is_stored_with_who_why_and_what_it_stands_in_place_of() -> None:
    stored = apply_decisions(GRADE, [decided(2)]).to_json()
    field = next(field for field in stored["fields"] if field["id"] == TRACE)

    assert {"who": "ab", "reason": "half of it", "instead_of": "unreadable"} == field["decision"]
    assert ("decided", 2, "half of it") == (field["outcome"], field["points"], field["reason"])


def test_a_field_that_nobody_decided_says_nothing_of_decisions() -> None:
    stored = apply_decisions(GRADE, [decided(2)]).to_json()

    assert [TRACE] == [field["id"] for field in stored["fields"] if "decision" in field]


def test_a_decision_on_another_paper_changes_nothing() -> None:
    assert apply_decisions(GRADE, [Decision("WXYZ-2345", TRACE, Fraction(1))]) == GRADE


@given(st.dictionaries(st.sampled_from(FIELDS), st.fractions(0, 1, max_denominator=12)))
def test_decisions_change_their_own_fields_alone_and_doing_it_twice_changes_nothing(
    shares: dict[str, Fraction],
) -> None:
    decisions = [decided(share * WORTH[name], field=name) for name, share in shares.items()]
    once = apply_decisions(GRADE, decisions)

    assert once == apply_decisions(once, decisions)
    for before, after in zip(GRADE.fields, once.fields, strict=True):
        expected = shares[before.id] * WORTH[before.id] if before.id in shares else before.points
        assert expected == after.points
        assert (before == after) == (before.id not in shares)


def test_two_people_who_disagree_leave_the_field_open_and_both_are_named() -> None:
    decisions = [decided(1, who="ab"), decided(2, who="cd")]
    after = apply_decisions(GRADE, decisions)

    assert "pending" == outcomes(after)[TRACE]
    assert TRACE in after.open_fields
    reasons = [reason for _, reason in unfit(GRADE, decisions)]
    assert ["people gave different points, 1 by ab and 2 by cd; keep one decision."] * 2 == reasons
    assert "1 by ab and 2 by cd" in after.faults[-1]


def test_two_people_who_agree_are_one_decision() -> None:
    after = apply_decisions(GRADE, [decided(1, who="ab"), decided(1, who="cd")])

    assert ("decided", ()) == (outcomes(after)[TRACE], unfit(GRADE, [decided(1), decided(1, who="cd")]))


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        (decided(100), f"100 points were given; this field has 0 to {float(WORTH[TRACE]):g}."),
        (decided(-1), f"-1 points were given; this field has 0 to {float(WORTH[TRACE]):g}."),
        (decided(1, field="9.shape"), "the paper has no such field"),
        (decided(1, field="1.tracee"), "can only be settled with 0 points"),
    ],
)
def test_a_decision_that_does_not_fit_is_reported_and_earns_nothing(decision: Decision, reason: str) -> None:
    after = apply_decisions(GRADE, [decision])

    assert reason in unfit(GRADE, [decision])[0][1]
    assert GRADE.points == after.points
    assert not after.is_complete


def test_a_decision_that_comes_to_fit_later_stands_in_place_of_the_first_verdict() -> None:
    odd = apply_decisions(GRADE, [decided(100)])
    after = apply_decisions(odd, [decided(1)])

    assert GRADE.fields[FIELDS.index(TRACE)].verdict == after.fields[FIELDS.index(TRACE)].overruled


def test_an_answer_under_an_unknown_name_is_settled_with_no_points() -> None:
    after = apply_decisions(GRADE, [decided(0, field="1.tracee"), decided(0)])

    assert ((), True) == (after.open_fields, after.is_complete)


def test_a_paper_graded_on_paper_alone_has_its_points_and_is_complete() -> None:
    decisions = [decided(worth / 2, field=name) for name, worth in WORTH.items()]
    result = graded(typed({}, *decisions))

    assert Fraction(5, 2) == result.grades[PAPER.id].points
    assert result.grades[PAPER.id].is_complete and not result.set_aside


def test_fields_that_nobody_has_typed_are_not_called_blank() -> None:
    rest = tuple(name for name in FIELDS if name != TRACE)
    result = graded(typed({TRACE: ""}, untyped=rest)).grades[PAPER.id]

    assert {TRACE: "blank", **dict.fromkeys(rest, "pending")} == outcomes(result)
    assert rest == result.open_fields


def test_an_untyped_field_keeps_no_points() -> None:
    right = await_typing(apply_decisions(GRADE, [decided(2)]), [TRACE])

    assert 0 == right.fields[FIELDS.index(TRACE)].points


def test_the_same_paper_as_a_file_and_typed_in_alike_counts_once() -> None:
    file = Submission("a.json", PAPER.id, {TRACE: "z3: z2.grad = 4\n", **dict.fromkeys(FIELDS[2:], "")})
    result = graded(typed({TRACE: "z3: z2.grad = 4"}), files=(file,))

    assert "a.json" == result.grades[PAPER.id].source
    assert [("transcript of ABCD-2345", True)] == [
        (one.source, "same answers" in one.reason) for one in result.set_aside
    ]


def test_the_same_paper_as_a_file_and_typed_in_differently_is_set_aside() -> None:
    result = graded(typed({TRACE: "z3: z2.grad = 5"}), files=(Submission("a.json", PAPER.id, {TRACE: "4"}),))

    assert not result.grades
    assert ["a.json", "transcript of ABCD-2345"] == [one.source for one in result.set_aside]


def test_points_given_on_paper_stand_with_the_answers_of_a_file() -> None:
    result = graded(typed({}, decided(2), untyped=FIELDS[1:]), files=(Submission("a.json", PAPER.id, ODD),))

    assert ("a.json", "decided") == (result.grades[PAPER.id].source, outcomes(result.grades[PAPER.id])[TRACE])
    assert "pending" not in outcomes(result.grades[PAPER.id]).values()


def test_a_transcript_of_another_exam_is_set_aside() -> None:
    alien = TypedIn(Submission("transcript of WXYZ-2345", "WXYZ-2345", {}), ())
    result = graded(alien)

    assert ["There is no paper 'WXYZ-2345' in this exam."] == [one.reason[:43] for one in result.set_aside]


def test_a_decision_without_a_graded_paper_is_kept_and_said() -> None:
    result = graded(decisions=(decided(1), decided(1, field="1.order")))

    assert [f"decisions on 1.order, {TRACE} of {PAPER.id}"] == [one.source for one in result.set_aside]


def test_a_decision_that_does_not_fit_is_listed_with_the_files_set_aside() -> None:
    result = graded(files=(Submission("a.json", PAPER.id, ODD),), decisions=(decided(100),))

    assert [f"decision on {TRACE} of {PAPER.id}"] == [one.source for one in result.set_aside]
    assert result.set_aside[0].reason.startswith("100 points were given")
