"""Further answers: read like a student's, compared like the key, refused where they can't be either."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from grader.further import NoFurtherAnswer, further_answer, judge_further, try_further
from grader.judging import judge_question
from grader.preparing import prepared
from grader.verdict import Verdict
from question_templates.answers import Choice, Formula, Graph, Key, Order
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Item
from question_templates.solving import solve_item

BANK = open_bank()
FAMILIES = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}
EXAM = read_exam(
    """\
format: chainrule-exam/1
title: T
shuffle: choices
slots:
  - {points: 1, family: im2col/entry, level: 1}
  - {points: 1, family: im2col/shape, level: 1}
  - {points: 1, family: im2col/conv-time, level: 1}
  - {points: 1, family: checkpointing/held-after-forward, level: 1}
  - {points: 1, family: graph/softmax-cross-entropy, where: {ask_jacobian: true}}
  - {points: 1, family: graph/power-chain, level: 1, where: {ask_graph: true, ask_order: false}}
  - {points: 1, family: graph/power-chain, level: 1, where: {ask_order: true}}
  - {points: 1, family: checkpointing/placement, level: 1}
  - {points: 1, family: static/choice-example}
  - {points: 1, family: static/essay-example}
""",
    BANK,
)
PAPER = make_paper(EXAM, BANK, secret=b"further", paper_id="ABCD-2345")
KEYS = {item.number: solve_item(item, FAMILIES) for item in PAPER.items}


def of_kind(kind: str) -> tuple[Item, Key, str]:
    """The first field of a kind: its item, the item's key, the field's name."""
    return next(
        (item, KEYS[item.number], asked.name)
        for item in PAPER.items
        for asked in item.question.fields
        if asked.kind == kind
    )


def verdicts(kind: str, text: str, response: str) -> tuple[Verdict, Verdict]:
    """The verdict by the key, and that by `text` in its place."""
    item, key, name = of_kind(kind)
    responses: Mapping[str, str] = {asked.name: "" for asked in item.question.fields} | {name: response}
    return judge_question(item.question, key, responses)[name], judge_further(item, key, name, text, responses)


def own_names(kind: str) -> tuple[str, str]:
    """Two of the sizes that the question of a kind leaves open."""
    _, key, name = of_kind(kind)
    answer = key.answers[name]
    assert isinstance(answer, Formula)
    first, second, *_ = prepared(answer).domains
    return first, second


@pytest.mark.parametrize(
    ("kind", "text", "responses"),
    [
        ("number", "1000 - 1/3", ["2999/3", "999 + 2/3"]),
        ("expression", "7*A*B", ["7 B A", r"$7 \cdot A \cdot B$", "B*A + 6*A*B"]),
        ("expression", "7 A B", ["7*A*B"]),
        ("bytes", "3000*A", ["A*3000", "3000*A bytes", "3*10^3*A"]),
        ("growth", "O(A^9*B)", ["A**9*B", "Theta(7 * A^9 * B)"]),
        ("shape", "(B, A*A)", ["B x A^2", "[B, A*A]"]),
        ("vector", "[7, 1/2, 7]", ["(7, 0.5, 7)", "7, 1/2, 7"]),
        ("matrix", "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]", ["1 2 3; 4 5 6; 7 8 9", "1 2 3\n4 5 6\n7 8 9"]),
        ("schedule", "{0, 1, 2, 3}", ["0, 1, 2, 3", "layers 3, 2, 1 and 0"]),
    ],
)
def test_a_further_answer_is_accepted_in_every_notation(kind: str, text: str, responses: list[str]) -> None:
    a, b = own_names(kind) if kind in ("expression", "bytes", "growth", "shape") else ("", "")
    named = [answer.translate({ord("A"): a, ord("B"): b}) if a else answer for answer in (text, *responses)]
    for response in named:
        by_key, by_text = verdicts(kind, named[0], response)

        assert ("right", Fraction(1)) == (by_text.outcome, by_text.share), response
        assert "right" != by_key.outcome


def leaves() -> list[str]:
    _, key, name = of_kind("graph")
    answer = key.answers[name]
    assert isinstance(answer, Graph)
    return [inputs[0] for op, inputs in answer.nodes.values() if op == "leaf"]


def test_a_further_graph_is_compared_up_to_the_names_of_its_nodes() -> None:
    left, right, *_ = leaves()
    by_key, by_text = verdicts("graph", f"n = mul({left}, {right})", f"z1 = {left}*{right}")

    assert ("wrong", "right") == (by_key.outcome, by_text.outcome)


def test_an_order_may_be_accepted_that_is_not_the_asked_one() -> None:
    _, key, name = of_kind("order")
    answer = key.answers[name]
    assert isinstance(answer, Order)
    backwards = list(answer.expected)[::-1]
    by_key, by_text = verdicts("order", " ".join(backwards), ", ".join(backwards))

    assert ("wrong", "right") == (by_key.outcome, by_text.outcome)


def test_letters_are_those_of_the_familys_own_order_and_stand_for_the_printed_ones() -> None:
    item, key, name = of_kind("choice")
    asked = item.question.field(name)
    texts = dict(zip(asked.shuffled, asked.options.values(), strict=True))
    answer = further_answer(item, key.answers[name], name, "A")

    assert isinstance(answer, Choice)
    assert [texts[0]] == [asked.options[letter] for letter in answer.expected]
    assert tuple(range(len(asked.options))) != asked.shuffled


def test_an_answer_in_parameters_is_worked_out_with_the_numbers_of_the_paper() -> None:
    item, key, name = of_kind("number")
    numbers = {n: v for n, v in item.variant.parameters.items() if isinstance(v, int)}
    answer: Any = further_answer(item, key.answers[name], name, "batch*channels + 7")

    assert numbers["batch"] * numbers["channels"] + 7 == answer.expected


@pytest.mark.parametrize("kind", ["expression", "shape"])
def test_braces_stand_for_the_names_that_a_paper_gives_to_sizes(kind: str) -> None:
    item, *_ = of_kind(kind)
    axis = str(item.variant.parameters["c"])
    own = f"7*{axis}" if kind == "expression" else f"(7, {axis})"
    _, by_text = verdicts(kind, own.replace(axis, "{c}"), own)

    assert "right" == by_text.outcome


def test_a_parameter_that_is_a_formula_stays_one_operand() -> None:
    item, *_ = of_kind("shape")
    rows, columns = (str(item.variant.parameters[name]) for name in ("down", "right"))
    _, by_text = verdicts("shape", "({down}*{right}, 1)", f"(({rows})*({columns}), 1)")

    assert "-" in rows and "-" in columns
    assert "right" == by_text.outcome


def test_an_irrational_answer_stays_what_it_is() -> None:
    item, key, name = of_kind("number")
    responses = {asked.name: "" for asked in item.question.fields} | {name: "1/e^6"}

    assert "right" == judge_further(item, key, name, "exp(-6)", responses).outcome


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("number", "", "nothing to read"),
        ("number", "3 or 4", "can't tell"),
        ("number", "nobody*2", "nobody"),
        ("expression", "7*Qqq", 'the name "Qqq"'),
        ("expression", "no idea", "no formula"),
        ("growth", "O(", "miss what comes after"),
        ("shape", "(2, Qqq)", 'the name "Qqq"'),
        ("shape", "2 x Qqq", 'the name "Qqq"'),
        ("vector", "[1, x]", "x"),
        ("order", "z1, z999", "z999"),
        ("choice", "Q", "Q"),
        ("choice", "", "nothing"),
        ("graph", "hello", "no operation"),
        ("schedule", "many", "many"),
        ("trace", "z1: x.grad = 2", "answers of kind trace can't be accepted by their text"),
        ("text", "because", "answers of kind text can't be accepted by their text"),
    ],
)
def test_what_is_no_answer_is_refused_with_the_reason(kind: str, text: str, told: str) -> None:
    item, key, name = of_kind(kind)

    with pytest.raises(NoFurtherAnswer) as caught:
        try_further(item, key, name, text)
    assert told in str(caught.value)


def test_a_graph_of_edges_has_to_say_which_operand_is_the_left_one() -> None:
    item, key, name = of_kind("graph")
    left, right, *_ = leaves()
    edges = f"{left} -> n\n{right} -> n\nn: mul"

    with pytest.raises(NoFurtherAnswer, match="which operand is the left one"):
        try_further(item, key, name, edges)


def test_a_name_in_braces_that_is_no_parameter_is_named_with_those_that_are() -> None:
    item, key, name = of_kind("growth")
    names = sorted(name for name, value in item.variant.parameters.items() if type(value) in (str, int))

    with pytest.raises(NoFurtherAnswer) as caught:
        try_further(item, key, name, "O({zzz})")
    known = ", ".join(f"{{{one}}}" for one in names)
    assert f"{{zzz}} is no parameter of this question; there are {known}" == str(caught.value)


def test_one_checkpoint_in_braces_is_a_set_and_no_parameter() -> None:
    item, key, name = of_kind("schedule")

    with pytest.raises(NoFurtherAnswer) as caught:
        try_further(item, key, name, "{many}")
    assert "parameter" not in str(caught.value)
