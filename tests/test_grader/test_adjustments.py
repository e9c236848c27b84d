"""Adjustments of a whole exam: what they make of points, recounted here by hand from the plain verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import Decision, Grade, apply_decisions, grade
from grader.adjustments import NO_ADJUSTMENTS, Action, Adjustment, Adjustments
from grader.grade import FieldGrade
from question_templates.answers import Key, Number
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
from question_templates.mistaking import mistakes_of
from question_templates.paper import Item, Paper
from question_templates.solving import solve_item
from submissions import Submission

BANK = open_bank()
FAMILIES = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}
EXAM = read_exam(
    """\
format: chainrule-exam/1
title: T
slots:
  - {points: 6, family: im2col/entry, level: 1}
  - {points: 7, family: graph/optimizer-step, level: 1}
  - {points: 2, family: static/number-example}
""",
    BANK,
)
PAPERS = {name: make_paper(EXAM, BANK, secret=b"s", paper_id=name) for name in ("ABCD-2345", "WXYZ-6789")}
PAPER, OTHER = PAPERS.values()


@cache
def keys(paper_id: str) -> Mapping[str, Key]:
    return {item.slot: solve_item(item, FAMILIES) for item in PAPERS[paper_id].items}


def solve(item: Item) -> Key:
    paper_id = next(paper.id for paper in PAPERS.values() if any(item is one for one in paper.items))
    return keys(paper_id)[item.slot]


def numbers(paper: Paper) -> dict[str, str]:
    """The key of every number on a paper, as a student would write it."""
    answers = {
        f"{item.number}.{name}": answer
        for item in paper.items
        for name, answer in keys(paper.id)[item.slot].answers.items()
    }
    return {name: str(answer.expected) for name, answer in answers.items() if isinstance(answer, Number)}


RIGHT = {paper.id: numbers(paper) for paper in PAPERS.values()}
SOME = next(name for name in RIGHT[PAPER.id] if name.startswith("1."))
ONE, FIELD = SOME.split(".")
NOTHING: Mapping[str, str] = MappingProxyType({})


def graded(*every: Adjustment, paper: Paper = PAPER, given: Mapping[str, str] = NOTHING) -> Grade:
    """The grade of a paper that is right but for some responses, by the ids of fields."""
    submission = Submission("a.json", paper.id, {**RIGHT[paper.id], **given})
    return grade(paper, submission, FAMILIES, adjustments=Adjustments(every), solve=solve)


def adjustment(action: Action, slot: str = "1", field: str = "", **more: object) -> Adjustment:
    plain = Adjustment(action, slot, field, reason="The question was unclear.", author="Ada")
    return replace(plain, **more)  # type: ignore[arg-type]


def fields(grade_of: Grade) -> dict[str, FieldGrade]:
    return {field.id: field for field in grade_of.fields}


def of_slot(found: Grade, slot: str) -> list[FieldGrade]:
    return [field for field in found.fields if field.slot == slot]


WRONG = dict.fromkeys(RIGHT[PAPER.id], "123456789")
BLANK = dict.fromkeys(WRONG, "")
WRONG_ONE = {SOME: "123456789"}


def test_the_witness_is_a_paper_that_is_wholly_right() -> None:
    assert {"right"} == {field.verdict.outcome for field in graded().fields}
    assert 15 == graded().points == graded().out_of
    assert "wrong" == fields(graded(given=WRONG_ONE))[SOME].verdict.outcome


@pytest.mark.parametrize("responses", [{}, WRONG, BLANK], ids=["right", "wrong", "blank"])
def test_a_voided_question_counts_for_nobody(responses: dict[str, str]) -> None:
    plain, found = graded(given=responses), graded(adjustment("void", "2"), given=responses)
    others = [field for field in plain.fields if field.slot != "2"]

    assert 15 - 7 == found.out_of
    assert sum(field.points for field in others) == sum(field.points for field in found.fields)
    assert {("voided", Fraction(0), Fraction(0))} == {
        (field.verdict.outcome, field.points, field.out_of) for field in of_slot(found, "2")
    }


def test_one_field_may_be_voided_and_its_points_go_to_no_other_field() -> None:
    plain, found = fields(graded()), fields(graded(adjustment("void", ONE, FIELD)))

    assert "voided" == found.pop(SOME).verdict.outcome
    assert {name: field for name, field in plain.items() if name != SOME} == found
    assert 15 - plain[SOME].out_of == graded(adjustment("void", ONE, FIELD)).out_of


def test_full_credit_is_given_to_what_is_wrong_blank_or_unreadable_and_says_so() -> None:
    half = {**BLANK, "2.w1": "7 or 8 or so", "3.steps": "123456789"}
    found = graded(adjustment("full_credit", "2"), adjustment("full_credit", "3", "steps"), given=half)
    outcomes = {field.id: field.verdict.outcome for field in found.fields}
    steps = fields(found)["3.steps"]

    assert {"credited"} == {field.verdict.outcome for field in of_slot(found, "2")}
    assert 7 + steps.out_of == sum(field.points for field in found.fields)
    assert ("credited", "blank") == (outcomes["3.steps"], outcomes[SOME])
    assert "Everybody gets the full points here. The question was unclear." == steps.verdict.reason
    assert () == found.open_fields


def test_what_is_right_by_itself_is_touched_by_no_credit() -> None:
    assert graded().fields == graded(adjustment("full_credit", "2"), adjustment("full_credit", "1")).fields


def test_a_field_says_what_adjusted_it_and_keeps_the_verdict_without_that() -> None:
    plain, found = (
        fields(graded(given=WRONG_ONE))[SOME],
        fields(graded(adjustment("full_credit"), given=WRONG_ONE))[SOME],
    )
    stored = found.to_json()

    assert plain.verdict == found.unadjusted
    assert [{"action": "full_credit", "reason": "The question was unclear.", "author": "Ada"}] == stored["adjustments"]
    assert ("credited", "wrong") == (stored["outcome"], stored["unadjusted"])


def drawn(paper: Paper, slot: str = "1") -> Mapping[str, int]:
    return next(item.variant.parameters for item in paper.items if item.slot == slot)


@pytest.mark.parametrize("paper", PAPERS.values(), ids=list(PAPERS))
def test_a_further_answer_in_parameters_is_worked_out_on_every_paper(paper: Paper) -> None:
    accept = adjustment("accept", "3", "steps", answer="7000 + 77")
    by_names = adjustment("accept", ONE, FIELD, answer="1000*batch + channels")
    own = str(1000 * drawn(paper)["batch"] + drawn(paper)["channels"])
    found = fields(graded(accept, by_names, paper=paper, given={"3.steps": "7077", SOME: own}))

    assert ("right", "right") == (found["3.steps"].verdict.outcome, found[SOME].verdict.outcome)
    assert found[SOME].out_of == found[SOME].points


@pytest.mark.parametrize("written", ["7077", "7077.0", "14154/2", "7000 + 77", "$7077$", "steps = 7077"])
def test_every_notation_of_a_further_answer_is_accepted(written: str) -> None:
    found = fields(graded(adjustment("accept", "3", "steps", answer="7077"), given={"3.steps": written}))["3.steps"]

    assert ("right", found.out_of) == (found.verdict.outcome, found.points)
    assert "This answer is accepted as well. The question was unclear." == found.verdict.reason


def test_a_further_answer_may_earn_a_share() -> None:
    accept = adjustment("accept", "3", "steps", answer="7077", share=Fraction(1, 3))
    found = fields(graded(accept, given={"3.steps": "7077"}))["3.steps"]

    assert ("partly", found.out_of / 3) == (found.verdict.outcome, found.points)
    assert "This answer earns 33.33% of the points. The question was unclear." == found.verdict.reason


def test_a_further_answer_does_not_take_from_the_keys_own() -> None:
    accept = adjustment("accept", "3", "steps", answer="7077", share=Fraction(1, 2))

    assert graded().fields == graded(accept).fields


def test_what_is_neither_the_keys_nor_a_further_answer_stays_wrong() -> None:
    plain = graded(given={"3.steps": "7078"})

    assert plain.fields == graded(adjustment("accept", "3", "steps", answer="7077"), given={"3.steps": "7078"}).fields


def test_adjustments_may_hold_for_some_papers_or_families_only() -> None:
    here = adjustment("full_credit", papers=frozenset({PAPER.id}))
    there = adjustment("full_credit", papers=frozenset({OTHER.id}))
    of_family = adjustment("full_credit", "", families=frozenset({"im2col/entry"}))

    assert graded(adjustment("full_credit"), given=BLANK).fields == graded(here, given=BLANK).fields
    assert graded(given=BLANK).fields == graded(there, given=BLANK).fields
    assert graded(adjustment("full_credit"), given=BLANK).points == graded(of_family, given=BLANK).points == 6


def follows_from(wrong: int) -> tuple[str, str, Mapping[str, str]]:
    """A field, one that builds on it, and responses: a wrong number, and what the listing makes of that number."""
    item = PAPER.items[1]
    second = next(asked for asked in item.question.fields if asked.builds_on)
    first = item.question.field(second.builds_on[-1])
    pinned = keys(PAPER.id)["2"].pinned
    assert pinned is not None
    answer = pinned({first.asks.removesuffix(".value"): Fraction(wrong)})[second.name]
    assert isinstance(answer, Number)
    return first.name, second.name, {f"2.{first.name}": str(wrong), f"2.{second.name}": str(answer.expected)}


def test_what_follows_from_a_field_still_follows_when_its_answer_is_accepted() -> None:
    first, second, responses = follows_from(77)
    accept = adjustment("accept", "2", first, answer="77")
    plain, found = fields(graded(given=responses)), fields(graded(accept, given=responses))

    assert ["wrong", "follows"] == [plain[f"2.{name}"].verdict.outcome for name in (first, second)]
    assert "right" == found[f"2.{first}"].verdict.outcome
    assert plain[f"2.{second}"] == found[f"2.{second}"]


def slipping() -> tuple[str, str, str]:
    """A field of the first question, a mistake of its family, and what that answers where it shows."""
    for mistake in mistakes_of(PAPER.items[0], FAMILIES):
        for name, answer in mistake.answers.items():
            assert isinstance(answer, Number)
            responses = {f"1.{name}": str(answer.expected)}
            if fields(graded(given=responses))[f"1.{name}"].verdict.mal_rule == mistake.tag:
                return name, mistake.tag, str(answer.expected)
    raise AssertionError("no mistake shows on this paper")


def test_a_known_mistake_may_earn_a_share() -> None:
    name, tag, response = slipping()
    share = adjustment("mistake_share", "", mistake=tag, share=Fraction(1, 4))
    found = fields(graded(share, given={f"1.{name}": response}))[f"1.{name}"]

    assert ("partly", tag, found.out_of / 4) == (found.verdict.outcome, found.verdict.mal_rule, found.points)
    assert found.verdict.reason.endswith("This answer earns 25% of the points. The question was unclear.")


def test_a_mistakes_share_is_not_for_what_is_wrong_in_another_way() -> None:
    share = adjustment("mistake_share", "", mistake=slipping()[1], share=Fraction(1, 4))

    assert graded(given=WRONG).fields == graded(share, given=WRONG).fields


def test_what_a_known_mistake_answers_may_be_accepted_as_right() -> None:
    name, tag, response = slipping()
    found = fields(graded(adjustment("accept", "1", name, mistake=tag), given={f"1.{name}": response}))[f"1.{name}"]

    assert ("right", "", found.out_of) == (found.verdict.outcome, found.verdict.mal_rule, found.points)
    assert found.unadjusted is not None
    assert tag == found.unadjusted.mal_rule


def test_a_mistakes_share_holds_in_its_question_alone() -> None:
    name, tag, response = slipping()
    elsewhere = adjustment("mistake_share", "2", mistake=tag, share=Fraction(1, 4))

    assert graded(given={f"1.{name}": response}).fields == graded(elsewhere, given={f"1.{name}": response}).fields


def test_a_void_stands_above_full_credit_and_that_above_a_share() -> None:
    half = adjustment("accept", "3", "steps", answer="7077", share=Fraction(1, 2))
    full, void = adjustment("full_credit", "3"), adjustment("void", "3", "steps")
    actions = [
        [one.action for one in fields(graded(*every, given={"3.steps": "7077"}))["3.steps"].adjustments]
        for every in ([half], [half, full], [full, half], [half, full, void], [void, half])
    ]

    assert [["accept"], ["accept", "full_credit"], ["accept", "full_credit"], ["void"], ["void"]] == actions


def test_of_two_further_answers_that_fit_the_better_one_counts() -> None:
    half = adjustment("accept", "3", "steps", answer="7077", share=Fraction(1, 2))
    whole = adjustment("accept", "3", "steps", answer="7000 + 77", author="Bob")
    found = [fields(graded(*every, given={"3.steps": "7077"}))["3.steps"] for every in ([half, whole], [whole, half])]

    assert found[0] == found[1]
    assert ["Bob"] == [one.author for one in found[0].adjustments]
    assert found[0].out_of == found[0].points


POOL = (
    adjustment("accept", "3", "steps", answer="7077", share=Fraction(1, 2)),
    adjustment("accept", ONE, FIELD, answer="batch"),
    adjustment("accept", ONE, FIELD, answer="123456789", share=Fraction(1, 3)),
    adjustment("mistake_share", "", mistake=slipping()[1], share=Fraction(1, 4)),
    adjustment("full_credit", "2", "w1"),
    adjustment("void", "3", "memory"),
)
RESPONSES = st.fixed_dictionaries(
    {name: st.sampled_from(["", "123456789", "7077", "1/2n", slipping()[2]]) for name in WRONG}
)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(POOL[:-1])), RESPONSES)
def test_nothing_but_a_void_ever_takes_points(every: list[Adjustment], responses: dict[str, str]) -> None:
    plain, found = graded(given=responses), graded(*every, given=responses)

    assert all(
        before.points <= after.points <= after.out_of for before, after in zip(plain.fields, found.fields, strict=True)
    )
    assert plain.out_of == found.out_of


@settings(max_examples=25)
@given(st.permutations(POOL), RESPONSES)
def test_the_order_in_which_adjustments_are_written_makes_no_difference(
    every: list[Adjustment], responses: dict[str, str]
) -> None:
    assert graded(*POOL, given=responses) == graded(*every, *every[:2], given=responses)


def test_the_digest_is_that_of_the_adjustments_and_not_of_how_they_were_written_down() -> None:
    assert Adjustments(POOL).digest == Adjustments((*POOL[::-1], POOL[0])).digest
    assert "" == NO_ADJUSTMENTS.digest == Adjustments(()).digest


@pytest.mark.parametrize(
    "change",
    [
        {"action": "full_credit"},
        {"slot": "2"},
        {"field": "memory"},
        {"answer": "7078"},
        {"mistake": "doubled"},
        {"share": Fraction(1, 3)},
        {"papers": frozenset({"ABCD-2345"})},
        {"families": frozenset({"im2col/entry"})},
        {"reason": "Another one."},
        {"author": "Bob"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_digest_changes_with_everything_that_matters(change: dict[str, object]) -> None:
    assert Adjustments((POOL[0],)).digest != Adjustments((replace(POOL[0], **change),)).digest  # type: ignore[arg-type]


def test_a_grade_names_the_adjustments_that_produced_it_and_says_nothing_where_there_are_none() -> None:
    void = adjustment("void")
    plain = graded().to_json()

    assert Adjustments((void,)).digest == graded(void).to_json()["produced_by"]["adjustments"]
    assert "adjustments" not in plain["produced_by"]
    assert not any("adjustments" in field or "unadjusted" in field for field in plain["fields"])


def test_a_persons_decision_stands_above_an_adjustment() -> None:
    decision = Decision(PAPER.id, SOME, Fraction(0), "copied", "ab")
    found = fields(apply_decisions(graded(adjustment("full_credit"), given=WRONG_ONE), [decision]))[SOME]

    assert ("decided", Fraction(0)) == (found.verdict.outcome, found.points)
    assert found.overruled is not None
    assert "credited" == found.overruled.outcome


def test_an_answer_that_is_none_on_some_paper_is_our_fault_and_costs_nobody_anything() -> None:
    nonsense = adjustment("accept", ONE, FIELD, answer="N times nobody")
    found = graded(nonsense, given=WRONG_ONE)

    assert graded(given=WRONG_ONE).fields == found.fields
    assert f"{SOME}: 'N times nobody' could not be accepted here: NoFurtherAnswer: " in found.faults[0]


def test_what_could_not_be_graded_may_still_be_voided_or_credited() -> None:
    def broken(item: Item) -> Key:
        raise RuntimeError("no key today")

    every = Adjustments((adjustment("void", "1"), adjustment("full_credit", "2"), POOL[0]))
    found = grade(PAPER, Submission("a.json", PAPER.id, {}), FAMILIES, adjustments=every, solve=broken)

    assert ["voided", "credited", "pending"] == list(dict.fromkeys(field.verdict.outcome for field in found.fields))
    assert (Fraction(7), Fraction(9)) == (found.points, found.out_of)
    assert ["1: could not be graded", "2: could not be graded", "3: could not be graded"] == [
        fault[:22] for fault in found.faults
    ]


def test_a_caller_may_keep_the_keys_that_it_derived() -> None:
    asked: list[str] = []

    def solving(item: Item) -> Key:
        asked.append(item.slot)
        return solve(item)

    submission = Submission("a.json", PAPER.id, RIGHT[PAPER.id])
    found = grade(PAPER, submission, FAMILIES, solve=solving)

    assert ["1", "2", "3"] == asked
    assert grade(PAPER, submission, FAMILIES) == found
