"""Follow-through: the key is worked out anew with the student's own earlier values, by running the listing again."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import engine as ag
from engine.sizes import symbol
from grader import judge_all, judge_question
from question_templates.answers import Answer, Bytes, Expression, Growth, Key, Number, Shape
from question_templates.question import Field, Question

NAMES = ["N", "C", "Hin", "Win", "K", "S"]
SIZES = {name: symbol(name) for name in NAMES}
FITS = ["K <= Hin", "K <= Win"]
LISTING = """
def patches(X, K, S):
    N, C, Hin, Win = X.shape
    Hout = (Hin - K)//S + 1
    Wout = (Win - K)//S + 1
    P = Hout*Wout
    return ag.Tensor(np.zeros((N, P, C*K*K)))
"""
CALL = "patches(ag.Tensor(np.zeros((N, C, Hin, Win))), K, S)"


def answers_of(run: ag.Trace) -> dict[str, Answer]:
    """What a run answers to three fields."""
    result = run.result
    return {
        "height": Expression(run.binding("Hout").size, NAMES, domain=FITS),
        "shape": Shape(result.shape, NAMES, domain=FITS),
        "memory": Bytes(result.value_bytes, NAMES, domain=FITS),
    }


def pinned(pins: Mapping[str, Any]) -> dict[str, Answer]:
    return answers_of(ag.run_listing(LISTING, CALL, SIZES, pins=dict(pins)))


def field(name: str, kind: str, asks: str, *builds_on: str) -> Field:
    return Field(name, kind, asks, "", Fraction(1), builds_on)


QUESTION = Question(
    title="Patches",
    body="",
    listing=LISTING,
    names=(),
    figures=(),
    fields=(
        field("height", "expression", "Hout"),
        field("shape", "shape", "result.shape", "height"),
        field("memory", "bytes", "result.bytes", "height"),
    ),
)
RUN = ag.run_listing(LISTING, CALL, SIZES)
KEY = Key(answers_of(RUN), RUN, pinned)


def outcomes(responses: Mapping[str, str]) -> dict[str, str]:
    return {name: verdict.outcome for name, verdict in judge_question(QUESTION, KEY, responses).items()}


def test_the_listing_is_run_with_a_wrong_height_and_gives_the_bytes_that_follow():
    responses = {
        "height": "(Hin - K)//S",
        "shape": "(N, ((Hin-K)//S) * ((Win-K)//S + 1), C*K*K)",
        "memory": "8*N*C*K^2 * ((Hin-K)//S) * ((Win-K)//S + 1)",
    }

    assert {"height": "wrong", "shape": "follows", "memory": "follows"} == outcomes(responses)


def test_what_does_not_follow_is_wrong():
    responses = {"height": "(Hin - K)//S", "shape": "(N, C*K*K)", "memory": "4*N*C*K^2 * ((Hin-K)//S)"}

    assert {"height": "wrong", "shape": "wrong", "memory": "wrong"} == outcomes(responses)


def test_a_right_answer_stays_right_after_a_slip():
    responses = {"height": "Hin - K", "shape": "(N, P, C*K*K), P = ((Hin-K)//S+1)*((Win-K)//S+1)", "memory": "8*N"}

    assert {"height": "wrong", "shape": "right", "memory": "wrong"} == outcomes(responses)


def test_a_height_of_zero_earns_nothing_further_on():
    responses = {"height": "0", "shape": "", "memory": "0"}

    assert {"height": "wrong", "shape": "blank", "memory": "wrong"} == outcomes(responses)


def test_the_feedback_says_which_answer_it_followed_from():
    verdicts = judge_question(
        QUESTION, KEY, {"height": "Hin//S", "memory": "8*N*C*K^2*(Hin//S)*((Win-K)//S + 1)"}
    )

    assert "your answer to height" in verdicts["memory"].reason
    assert Fraction(1, 2) == verdicts["memory"].share


def test_a_wrong_number_is_carried_into_the_next_number():
    where = {"Hin": 28, "K": 5}
    answers = {
        "Hout": Number("Hin - K + 1", where=where),
        "cells": Number("Hout**2", where={"Hout": "Hin - K + 1", **where}),
    }

    assert "follows" == judge_all(answers, {"Hout": "23", "cells": "529"})["cells"].outcome
    assert "wrong" == judge_all(answers, {"Hout": "23", "cells": "530"})["cells"].outcome


def test_a_wrong_height_is_carried_into_an_order_of_growth():
    where = {"Hout": "Hin - K + 1"}
    answers: dict[str, Answer] = {
        "Hout": Expression("Hin - K + 1", ["Hin", "K"], domain=["2*K <= Hin"]),
        "time": Growth("N*Hout*K", ["N", "Hin", "K"], where=where, domain=["2*K <= Hin"]),
    }

    verdicts = judge_all(answers, {"Hout": "Hin^2", "time": "O(N*Hin^2*K)"})

    assert ["wrong", "follows"] == [verdicts[name].outcome for name in answers]


def test_the_same_slip_twice_is_no_follow_through():
    answers = {name: Bytes("8*n*m", ["n", "m"]) for name in ("first", "second")}

    verdicts = judge_all(answers, {"first": "n*m", "second": "n*m"})

    assert ["wrong", "wrong"] == [verdict.outcome for verdict in verdicts.values()]


def test_a_definition_holds_in_later_fields_until_it_is_made_anew():
    answer = Bytes("8*n*m", ["n", "m"])
    answers = dict.fromkeys("abc", answer)

    verdicts = judge_all(answers, {"a": "8*P where P = n*m", "b": "8 P", "c": "4*P where P = 2*n*m"})

    assert ["right", "right", "right"] == [verdict.outcome for verdict in verdicts.values()]
