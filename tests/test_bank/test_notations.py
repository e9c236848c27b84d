"""A key's answers as students write them: five different texts of every kind, each of which the grader finds right."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.bank.notations import notations, spelled_out_text
from engine import exact
from engine.sizes import Size, as_size, named, size_max, symbol
from grader.judging import judge
from question_templates import answers
from question_templates.answers.graphs import StatedNode
from question_templates.lab import run_of
from question_templates.question import KINDS
from tests.test_code.asked_functions import code_of
from tests.test_question_templates.toy_programs import CUBE, variant_of

NAMES = ("N", "D", "K", "Cin")
N, D, K, C = map(symbol, NAMES)
PATCHES = (N - K) // 2 + 1
P = named(PATCHES, "P")
PRINTED = {"P": PATCHES}

#: z = x*x - 5*x at x = 2: x.grad is -5 after z's product and -5 + 2 + 2 at the end.
SLOPE = 'x = ag.Scalar(2.0, label="x")\ny = x*x\nw = x*(0 - 5)\nz = y + w\nz.backward()\n'
OPTIONS = {"A": "four times as long", "B": "twice as long", "C": "half as long", "D": "just as long"}
DIAMOND: dict[str, StatedNode] = {
    "z1": ("leaf", ("x",)),
    "z2": ("exp", ("z1",)),
    "z3": ("relu", ("z1",)),
    "z4": ("mul", ("z3", "z2")),
}

#: One answer of every kind, made by hand.
BY_HAND: dict[str, answers.Answer] = {
    "number": answers.Number(27, asked="x.grad", names={"x": "x"}),
    "vector": answers.Vector((1, Fraction(-1, 2), 3)),
    "matrix": answers.Matrix(((1, 2), (Fraction(1, 3), 0))),
    "shape": answers.Shape((N, 8 * P, 3), NAMES, PRINTED),
    "expression": answers.Expression(8 * N * K**2 + C, NAMES),
    "bytes": answers.Bytes(8 * N * D, NAMES),
    "growth": answers.Growth(P * D**2, NAMES, PRINTED, domain=("K <= N", "2*K <= N")),
    "order": answers.Order(("z1", "z2", "z10")),
    "graph": answers.Graph(DIAMOND),
    "trace": answers.Trace(run_of(variant_of(SLOPE))),
    "schedule": answers.Schedule(9, most_checkpoints=2, first_layer=1),
    "choice": answers.Choice(OPTIONS, ("A", "C"), several=True),
    "code": code_of("double"),
    "text": answers.Text(),
}


def refused(answer: answers.Answer) -> dict[str, str]:
    """The texts that do not earn full marks, with what was found instead."""
    verdicts = {text: judge(answer, text) for text in notations(answer)}
    return {text: f"{found.outcome}: {found.reason}" for text, found in verdicts.items() if found.outcome != "right"}


def test_every_kind_has_its_answer_here():
    assert set(KINDS) == set(BY_HAND)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "text"])
def test_every_kind_has_five_different_texts(kind: str):
    texts = notations(BY_HAND[kind])

    assert len(set(texts)) >= 5
    assert all(text.strip() == text != "" for text in texts)


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_them_is_right(kind: str):
    assert {} == refused(BY_HAND[kind])


def test_a_text_has_none():
    assert () == notations(answers.Text())


OTHERS: list[answers.Answer] = [
    answers.Number(0),
    answers.Number(Fraction(-7, 3)),
    answers.Number("1/exp(6)"),
    answers.Number(exact.divide(1, exact.exp(6))),
    answers.Number(exact.add(exact.exp(2), 1), asked="b.grad", names={"b": "b"}),
    answers.Number(as_size(24), asked="P"),
    answers.Number(12, unit="MiB"),
    answers.Number(Fraction(3, 2), unit="GB"),
    answers.Number(0.25, Fraction(1, 100)),
    answers.Vector((5,)),
    answers.Vector((exact.log(2), exact.exp(3))),
    answers.Matrix(((5,),)),
    answers.Matrix(((1,), (2,))),
    answers.Matrix(((1, 2, 3),)),
    answers.Shape((5,)),
    answers.Shape(()),
    answers.Shape("(N, D)", NAMES),
    answers.Expression("8*N*D", NAMES),
    answers.Expression(2**N, NAMES),
    answers.Expression(8 * P * D, NAMES, PRINTED, asked="rows"),
    answers.Bytes(-(-N // 8) * 4, NAMES),
    answers.Bytes(4096, NAMES),
    answers.Growth("N*D**2", NAMES),
    answers.Growth(N + D, NAMES),
    answers.Order(("x",)),
    answers.Order(("b", "a", "c"), any_valid=True, inputs={"a": (), "b": (), "c": ("a", "b")}),
    answers.Trace(run_of(variant_of(CUBE))),
    answers.Graph.of(run_of(variant_of(CUBE)).graph),
    answers.Graph.of(run_of(variant_of(SLOPE)).graph),
    answers.Schedule(4, most_checkpoints=0),
    answers.Schedule(4, most_checkpoints=1),
    answers.Schedule(12, limit=12),
    answers.Choice(OPTIONS, tuple(OPTIONS), several=True),
]


@pytest.mark.parametrize("answer", OTHERS, ids=str)
def test_smaller_and_larger_answers_are_right_too(answer: answers.Answer):
    assert len(notations(answer)) >= 5
    assert {} == refused(answer)


def test_formulas_are_written_in_the_listings_names_and_without_them():
    texts = notations(answers.Bytes(8 * P * D, NAMES, PRINTED))

    assert {"8*P*D", "8*((N - K)//2 + 1)*D", "$8 P D$", "8·P·D"} <= set(texts)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (answers.Bytes(8 * P * D, NAMES, PRINTED), "8*((N - K)//2 + 1)*D"),
        (answers.Shape((N, P), NAMES, PRINTED), "(N, (N - K)//2 + 1)"),
        (answers.Growth(P * D, NAMES, PRINTED), "O(((N - K)//2 + 1)*D)"),
        (answers.Number(27), "27"),
    ],
    ids=str,
)
def test_an_answer_is_written_without_the_listings_names(answer: answers.Answer, text: str):
    assert text == spelled_out_text(answer)


def test_a_quantity_may_stand_before_its_number():
    assert "x.grad = 27" in notations(BY_HAND["number"])
    assert "rows = 8*N" in notations(answers.Expression(8 * N, NAMES, asked="rows"))


def test_a_unit_is_written_and_left_out():
    texts = notations(answers.Number(12, unit="MiB"))

    assert {"12", "= 12 MiB", "12.0 MiB"} <= set(texts)


# Random answers.

WHOLE = st.integers(-(10**9), 10**9)
POWERS = st.integers(-9, 9).filter(bool)
EXACT = st.builds(lambda power, by: exact.divide(exact.exp(power), by), POWERS, st.integers(1, 12))
FRACTIONS = st.fractions(-1000, 1000, max_denominator=99)
NUMBERS = st.one_of(WHOLE, FRACTIONS, EXACT)
FACTORS = st.lists(st.sampled_from([N, D, K, C]), min_size=1, max_size=4).map(lambda names: reduce(mul, names))
TERMS = st.builds(mul, st.integers(1, 64), FACTORS)
SUMS = st.lists(TERMS, min_size=1, max_size=3).map(lambda terms: as_size(reduce(add, terms)))
FORMULAS = st.one_of(
    SUMS,
    st.builds(mul, SUMS, SUMS),
    st.builds(lambda size, by: size // by + 1, SUMS, st.integers(2, 8)),
    st.builds(size_max, SUMS, TERMS),
)
LABELS = st.lists(st.integers(1, 30).map(lambda number: f"z{number}"), min_size=2, max_size=7, unique=True)


@given(NUMBERS)
def test_numbers_are_right(number: Any):
    assert {} == refused(answers.Number(number))


@given(st.one_of(WHOLE, FRACTIONS), st.sampled_from(["bytes", "KiB", "MB", "GiB"]))
def test_numbers_with_a_unit_are_right(number: Any, unit: str):
    assert {} == refused(answers.Number(number, unit=unit))


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_vectors_are_right(entries: list[Any]):
    assert {} == refused(answers.Vector(entries))


@given(st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=1)))
def test_matrices_are_right(rows: list[list[Any]]):
    assert {} == refused(answers.Matrix(rows[:3]))


@settings(max_examples=40)
@given(FORMULAS)
def test_formulas_are_right(size: Size):
    assert {} == refused(answers.Expression(size, NAMES))
    assert {} == refused(answers.Bytes(size, NAMES))


@given(st.lists(st.one_of(FACTORS, st.integers(1, 99)), min_size=1, max_size=4))
def test_shapes_are_right(axes: list[Any]):
    assert {} == refused(answers.Shape(axes, NAMES))


@settings(max_examples=40)
@given(SUMS)
def test_orders_of_growth_are_right(size: Size):
    assert {} == refused(answers.Growth(size, NAMES))


@given(LABELS)
def test_orders_are_right(labels: list[str]):
    assert {} == refused(answers.Order(labels))


@given(st.integers(2, 8), st.data())
def test_choices_are_right(count: int, data: st.DataObject):
    options = {letter: f"{number} seconds" for number, letter in enumerate("ABCDEFGH"[:count])}
    chosen = data.draw(st.lists(st.sampled_from(list(options)), min_size=1, unique=True))

    assert {} == refused(answers.Choice(options, chosen, several=True))
    assert {} == refused(answers.Choice(options, data.draw(st.sampled_from(list(options)))))


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["x*x", "x + y", "y*x", "y - x", "ag.relu(y)", "y*3"]), min_size=1, max_size=5))
def test_traces_and_graphs_of_random_programs_are_right(lines: list[str]):
    source = "\n".join(['x = ag.Scalar(2.0, label="x")', "y = x", *(f"y = {line}" for line in lines)])
    run = run_of(variant_of(f"{source}\ny.backward()\n"))

    assert {} == refused(answers.Trace(run))
    assert {} == refused(answers.Graph.of(run.graph))
    assert {} == refused(answers.Order(run.graph.labels, names=run.names))


@given(st.integers(1, 9), st.integers(0, 4), st.integers(0, 1))
def test_schedules_are_right(layers: int, checkpoints: int, first: int):
    assert {} == refused(answers.Schedule(layers, most_checkpoints=min(checkpoints, layers - 1), first_layer=first))
