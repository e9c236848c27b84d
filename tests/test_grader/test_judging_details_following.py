"""Follow-through and the naming of known mistakes, function by function: expected values by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

import engine as ag
from engine.sizes import symbol
from grader import following, generic_mistakes, judge_all, judge_question, judging, preparing
from grader.following import Earlier, follow_formula, follow_gradient, follow_pinned, is_trivial_answer
from grader.kinds import Context
from grader.reading import NumberReading, TraceReading, Unreadable
from grader.reading.formulas.formula import FormulaReading
from grader.reading.tree import Literal, Symbol
from grader.verdict import Cell, Judgement, Verdict
from question_templates.answers import (
    Answer,
    Bytes,
    Expression,
    Growth,
    Key,
    Mistake,
    Number,
    Order,
    Shape,
    Trace,
)
from question_templates.question import Field, Question

NAMES = ["N", "P", "K"]
AREA = Expression("N*P", NAMES)
HALF, ONE = Fraction(1, 2), Fraction(1)
WRONG, RIGHT = Judgement(Verdict("wrong")), Judgement(Verdict("right"))
RUN = ag.run_listing('x = ag.Scalar(3.0, label="x")\ny = x*x\ny.backward()')


def outcomes(answers: Mapping[str, Answer], responses: Mapping[str, str], **more: Any) -> list[str]:
    return [verdict.outcome for verdict in judge_all(answers, responses, **more).values()]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What earlier tests prepared would hide a change of the code from mutation testing."""
    preparing._prepared.cache_clear()
    generic_mistakes._wrong_formulas.cache_clear()


# Following


def earlier(name: str, answer: Answer, reading: Any, judgement: Judgement = WRONG, **more: Any) -> Earlier:
    return Earlier(name, answer, reading, judgement, **more)


def number(value: Any) -> NumberReading:
    return NumberReading(value, str(value), None)


def trace(outcome: Any, value: Any = 5) -> Earlier:
    cells = (Cell("y", "x.grad", "", "right"), Cell("x", "x.grad", "", outcome), Cell("x", "y.grad", "", "wrong"))
    return earlier("walk", Trace(RUN), None, Judgement(Verdict("partly", cells=cells), {"x": value, "y": 1}))


FOLLOWED = [
    ("right", 5, 5, "x.grad", True), ("follows", 5, 5, "x.grad", True), ("wrong", 5, 5, "x.grad", False),
    ("right", 5, 4, "x.grad", False),
    ("right", 0, 0, "x.grad", False), ("right", 5, 5, "x.value", False), ("right", 1, 1, "y.grad", False),
    ("right", 5, 5, "z.grad", False),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "own", "written", "asks", "follows"), FOLLOWED)
def test_a_gradient_follows_from_what_the_students_sound_trace_ends_with(outcome, own, written, asks, follows):
    expected = (
        Verdict("follows", HALF, str(written), f"We read {written}. It follows from your own trace.")
        if follows
        else None
    )
    answer = Number(7, names={"x": "x", "y": "y", "z": "z"})

    assert expected == follow_gradient(
        answer, asks, number(written), ["none", "walk"], {"walk": trace(outcome, own)}, HALF
    )
    assert follow_gradient(answer, asks, number(written), [], {"walk": trace(outcome, own)}, HALF) is None
    assert follow_gradient(answer, asks, None, ["walk"], {"walk": trace(outcome, own)}, HALF) is None


TRIVIAL = [
    (Number(0), True), (Number(3), False), (Expression("3", NAMES), True), (AREA, False),
    (Shape("(3, N)", NAMES), False), (Shape("(3, 4)", NAMES), True),
    (Expression("A", NAMES, {"A": "4"}), True), (Expression("A", NAMES, {"A": "N"}), False), (Order(("a",)), False),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "expected"), TRIVIAL)
def test_nothing_is_left_to_work_out_at_0_or_without_a_name(answer, expected):
    assert expected is is_trivial_answer(answer)


CHAIN: dict[str, Answer] = {
    "A": Expression("N*P", NAMES), "V": Expression("A*K", NAMES, {"A": "N*P"}),
    "s": Shape("(A, K)", NAMES, {"A": "N*P"}),
    "t": Growth("A*K", NAMES, {"A": "N*P"}), "m": Bytes("8*A*K", NAMES, {"A": "N*P"}),
}  # fmt: skip
CHAINS = [
    ({"A": "N*K", "V": "N*K^2", "s": "(N*K, K)", "t": "O(N*K^2)", "m": "8*N*K^2"}, ["wrong", "follows", "follows",
     "follows", "follows"]),
    ({"A": "N*P", "V": "N*K^2"}, ["right", "wrong", "blank", "blank", "blank"]),
    ({"A": "0", "V": "0"}, ["wrong", "wrong", "blank", "blank", "blank"]),
    ({"A": "N*K", "V": "N*K", "s": "(N*K, P)", "t": "O(N*K)", "m": "N*K^2"}, ["wrong", "wrong", "wrong", "wrong",
     "wrong"]),
    ({"A": "3", "V": "3*K"}, ["wrong", "follows", "blank", "blank", "blank"]),
    ({"A": "2/K", "V": "2"}, ["wrong", "wrong", "blank", "blank", "blank"]),
    ({"V": "A*K where A = N+P"}, ["blank", "wrong", "blank", "blank", "blank"]),
    ({"s": "(N, K)", "m": "8*N*K"}, ["blank", "blank", "wrong", "blank", "follows"]),
    ({"s": "(N, K)", "m": "4*N*K"}, ["blank", "blank", "wrong", "blank", "wrong"]),
    ({"s": "(N*P, K)", "m": "8*N*K"}, ["blank", "blank", "right", "blank", "wrong"]),
    ({"s": "(3, 4)", "m": "96"}, ["blank", "blank", "wrong", "blank", "wrong"]),
    ({"s": "(N, K)", "V": "N*K"}, ["blank", "follows", "wrong", "blank", "blank"]),
]  # fmt: skip


@pytest.mark.parametrize(("responses", "expected"), CHAINS)
def test_slips_are_carried_onward_and_nothing_else_is(responses, expected):
    assert expected == outcomes(CHAIN, responses)


def test_what_it_follows_from_is_said():
    found = judge_all(CHAIN, {"A": "N*K", "V": "N*K^2", "s": "(N, K)", "m": "8*N*K"})
    own = judge_all(CHAIN, {"V": "1 + A*K where A = N+P", "s": "(A, K)"})

    assert "We read N*K^2. It follows from your answer to A." == found["V"].reason
    assert "We read 8*N*K. It follows from your shape in s." == found["m"].reason
    assert "We read (A, K). It follows from your own A." == own["s"].reason


def test_two_slips_are_both_named():
    slips = {"A": "N*P", "B": "N + P"}
    answers: dict[str, Answer] = {name: Expression(text, NAMES) for name, text in slips.items()}
    answers["V"] = Expression("A*B", NAMES, slips)
    found = judge_all(answers, {"A": "N*K", "B": "N + K", "V": "N*K*(N + K)"})["V"]

    assert "We read N*K*(N + K). It follows from your answer to A and B." == found.reason


def test_wrong_values_are_those_of_one_meaning():
    n, p = Symbol("N", 0), Symbol("P", 0)
    value = following._wrong_value

    assert Literal(5, None, 0) == value(earlier("f", Number(3), number(5)), Context())
    assert [
        value(earlier("f", Number(3), number(5), Judgement(Verdict(o))), Context()) is None
        for o in ("partly", "follows", "right", "blank")
    ] == [False, False, True, True]
    assert value(earlier("f", Number(3), number(0.5)), Context()) is None
    assert value(earlier("f", AREA, None), Context()) is None
    assert n == value(earlier("f", AREA, FormulaReading((n,), {}, "")), Context())
    assert value(earlier("f", AREA, FormulaReading((n, p), {}, "")), Context()) is None
    assert n == value(earlier("f", AREA, FormulaReading((n, n), {}, "")), Context())
    assert value(earlier("f", AREA, FormulaReading((n, Symbol("Q", 0)), {}, "")), Context()) is None
    assert n == value(earlier("f", AREA, FormulaReading((Symbol("Q", 0),), {}, "")), Context({"Q": n}))
    assert value(earlier("f", Shape("(N,)", NAMES), FormulaReading((n,), {}, "")), Context()) == n


def test_only_formulas_and_shapes_follow_from_formulas():
    assert follow_formula(AREA, number(3), [], Context()) is None
    assert follow_formula(Order(("a",)), FormulaReading((Symbol("N", 0),), {}, ""), [], Context()) is None
    assert follow_formula(AREA, FormulaReading((Symbol("N", 0),), {}, ""), [], Context()) is None


# Pinned runs and known mistakes


def pinned(pins: Mapping[str, Any]) -> dict[str, Answer]:
    if pins == {"a": 9}:
        raise ag.EngineError("no such run")
    return {"second": Number(2 * pins["a"])}


def field(name: str, asks: str, *builds_on: str) -> Field:
    return Field(name, "number", asks, "", ONE, builds_on)


SECOND = field("second", "b", "first", "none")
PINNED = Key({"first": Number(3), "second": Number(6)}, RUN, pinned)
RUNS = [(5, 10, True), (5, 11, False), (9, 18, False), (0, 0, False)]


@pytest.mark.parametrize(("own", "written", "follows"), RUNS)
def test_a_run_with_the_students_own_value_is_followed(own, written, follows):
    before = {"first": earlier("first", Number(3), number(own), asks="a.value")}
    found = follow_pinned(SECOND, number(written), PINNED, before, Context())
    expected = Verdict("follows", HALF, str(written), f"We read {written}. It follows from your answer to first.")

    assert (expected if follows else None) == found


def test_nothing_is_pinned_without_a_wrong_value_that_the_listing_names():
    value, n = following._own_values, Symbol("N", 0)
    right = {"first": earlier("first", Number(3), number(5), RIGHT, asks="a")}
    unasked = {"first": earlier("first", Number(3), number(5))}
    formula = {"first": earlier("first", AREA, FormulaReading((n,), {}, ""), asks="a")}
    several = {"first": earlier("first", AREA, FormulaReading((n, n), {}, ""), asks="a")}

    assert [{}, {}, {}, {}] == [value(SECOND, one) for one in (right, unasked, {}, several)]
    assert {"a": 5} == value(SECOND, {"first": earlier("first", Number(3), number(5), asks="a.value")})
    assert str(symbol("N")) == str(value(SECOND, formula)["a"])
    assert (
        follow_pinned(
            SECOND, number(10), Key({}, RUN), {"first": earlier("first", Number(3), number(5), asks="a")}, Context()
        )
        is None
    )


def question(*fields: Field) -> Question:
    return Question(title="", body="", listing="", names=(), figures=(), fields=fields)


MISTAKEN = (
    Mistake("twice", "That is twice as much.", {"first": Number(6), "second": Number(6)}),
    Mistake("late", "", {"first": Number(6), "second": Number(8)}),
)


def test_known_mistakes_are_named_once_something_is_not_right():
    asked: list[int] = []

    def known() -> tuple[Mistake, ...]:
        asked.append(1)
        return MISTAKEN

    both = question(field("first", "a"), SECOND)
    key = Key(PINNED.answers, RUN)
    found = judge_question(both, key, {"first": "6", "second": "8"}, mistakes=known)

    assert [1] == asked
    assert (
        Verdict(
            "wrong",
            read_as="6",
            reason="We read 6. That is not the number asked for.",
            mal_rule="late",  # which explains the second answer too, as "twice" does not
        )
        == found["first"]
    )
    assert ("late", "We read 8. That is not the number asked for.") == (
        found["second"].mal_rule,
        found["second"].reason,
    )
    assert "right" == judge_question(both, key, {"first": "3", "second": "6"}, mistakes=known)["first"].outcome
    assert [1] == asked
    assert "" == judge_question(both, key, {"first": "7", "second": "6"}, mistakes=known)["first"].mal_rule
    assert "follows" == judge_question(both, PINNED, {"first": "5", "second": "10"})["second"].outcome


def test_a_mistake_is_recognised_only_where_it_shows():
    same, other = judging._is_its_answer, number(6)

    assert [True, False, False, False, False] == [
        same(Number(6), Number(3), other), same(Number(6), Number(6), other), same(Order(("a",)), Number(3), other),
        same(Number(6), Number(3), None), same(Number(6), Number(3), Unreadable(0, "", "")),
    ]  # fmt: skip


def walk(*statements: tuple[str, Any, bool, Any]) -> Any:
    made: Any = tuple(SimpleNamespace(node=n, value=v, adds=a, half_unit=h) for n, v, a, h in statements)
    return TraceReading(made, "")


def test_a_trace_is_looked_at_in_full_only_if_it_ends_like_the_mistake():
    wrong = Trace(RUN)  # x = 3, y = x*x: x.grad = 6
    ends = judging._ends_like

    assert ends(wrong, walk(("x", 6, False, None)))
    assert not ends(wrong, walk(("x", 5, False, None)))
    assert not ends(wrong, walk(("y", 6, False, None)))
    assert ends(wrong, walk(("x", 3, True, None)))
    assert ends(wrong, walk(("x", 5, False, HALF)))
    assert not ends(wrong, walk(("x", Unreadable(0, "", ""), False, None)))
    assert not judging._is_its_answer(wrong, Number(3), walk(("x", 5, False, None)))


def test_names_defined_in_a_field_hold_behind_it_but_not_its_own():
    answers: dict[str, Answer] = {"a": AREA, "b": AREA, "c": AREA}

    assert ["right"] * 3 == outcomes(answers, {"a": "Q where Q = N*P", "b": "Q", "c": "Q*1"})
    assert ["right", "right", "unreadable"] == outcomes(answers, {"a": "N*P", "b": "a", "c": "zz"})
    assert ["right", "unreadable", "blank"] == outcomes(
        {"a": Expression("N*P", NAMES, asked="Z"), "b": AREA, "c": AREA}, {"a": "N*P", "b": "a"}
    )
    assert ["right", "right", "blank"] == outcomes(
        {"a": Expression("N*P", NAMES, asked="Z"), "b": AREA, "c": AREA}, {"a": "N*P", "b": "Z"}
    )
