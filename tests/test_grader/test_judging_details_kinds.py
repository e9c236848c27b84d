"""How answers are prepared, read and checked by kind, function by function: expected values by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

import engine as ag
from engine.sizes import symbol
from grader import generic_mistakes, judge, judge_all, kinds, preparing
from grader.equality.domains import Domain
from grader.kinds import Context, bindings_for, check, definitions_in, kind_of, read
from grader.preparing import prepared
from grader.reading import Unreadable
from grader.reading.formulas.formula import FormulaReading, ShapeReading
from grader.reading.formulas.printing import formula_text
from grader.reading.tree import Literal, Symbol
from grader.verdict import Judgement, Verdict
from question_templates.answers import (
    Answer,
    BrokenAnswer,
    Bytes,
    Expression,
    Growth,
    Number,
    Order,
    Shape,
)
from question_templates.paper import Policy

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


# Kinds


def test_nothing_written_is_blank_and_what_could_not_be_read_says_so():
    assert read(AREA, "  ", Context()) is None
    assert Verdict("blank", reason="Nothing was written here.") == check(AREA, None, Context()).verdict
    assert Verdict("unreadable", read_as="N", reason="why") == check(AREA, Unreadable(3, "N", "why"), Context()).verdict


def test_what_nests_too_deeply_is_for_a_person(monkeypatch):
    def sink(*anything: object) -> None:
        raise RecursionError

    monkeypatch.setattr(kinds, "_KINDS", {Expression: kinds.Kind(sink, sink)})  # type: ignore[arg-type]
    deep = "This answer is nested too deeply for us to read; please write it more simply."

    assert Unreadable(0, "", deep) == read(AREA, "N", Context())
    assert Verdict("unreadable", reason=deep) == check(AREA, 1, Context()).verdict
    assert kind_of(AREA).read is sink
    with pytest.raises(TypeError, match=r"^answers of type Shape have no row in grader\.kinds\.$"):
        kind_of(Shape("(N,)", NAMES))


def test_definitions_are_those_of_formulas_and_shapes():
    n = Symbol("N", 0)

    assert {"Q": n} == definitions_in(FormulaReading((n,), {"Q": n}, ""))
    assert {"Q": n} == definitions_in(ShapeReading(((n,),), {"Q": n}, ""))
    assert {} == definitions_in(None)


def test_the_students_own_names_come_before_the_questions_and_never_before_variables():
    one, two, three, four = (Literal(value, None, 0) for value in (1, 2, 3, 4))
    answer = Expression("Q", NAMES, where={"Q": "N*P"})
    reading = FormulaReading((one,), {"R": one, "N": one}, "")
    context = Context({"R": two, "S": two, "P": two}, {"Q": three, "T": four, "K": four})
    found = bindings_for(answer, reading, context)

    assert {"T": four, "Q": prepared(answer).where["Q"], "R": one, "S": two} == found
    assert {"Q": one} == bindings_for(answer, FormulaReading((one,), {"Q": one}, ""), Context())


def test_two_meanings_of_a_name_that_lead_to_different_answers_are_for_a_person():
    q, right, wrong = Symbol("Q", 0), prepared(AREA).expected[0], Symbol("N", 0)
    both = FormulaReading((q,), {"Q": right}, "Q", alternatives=(("Q", wrong),))
    same = FormulaReading((q,), {"Q": right}, "Q", alternatives=(("Q", right), ("N", wrong)))
    open_name = FormulaReading((q,), {"Q": right}, "Q", alternatives=(("Q", Symbol("Z", 0)),))
    variable = FormulaReading((prepared(AREA).expected[0],), {"N": Symbol("K", 0)}, "N*P")
    own = FormulaReading((prepared(AREA).expected[0],), {"N": Symbol("N", 0), "P": Literal(3, None, 0)}, "N*P")
    why = "We read two meanings of {}, and they lead to different answers; please keep one."

    assert Verdict("unreadable", read_as="Q", reason=why.format("Q")) == check(AREA, both, Context()).verdict
    assert ["right", "right", "right"] == [
        check(AREA, one, Context()).verdict.outcome for one in (same, open_name, own)
    ]
    assert why.format("N") == check(AREA, variable, Context()).verdict.reason


READ = [
    (Number(3), "3", "right"), (Number(3, asked="x"), "x = 3", "right"), (Number(3), "floor(7/2)", "right"),
    (Number("N", where={"N": 5}), "N", "right"), (Number(8, unit="bytes"), "64 bits", "right"),
    (Number(8, unit="bytes", asked="M"), "M = 8", "right"),
    (Expression("N*P", NAMES, asked="A"), "A = P*N", "right"),
    (Bytes("N*P", NAMES, asked="A"), "A = 8*P*N bits", "right"), (AREA, "8*N*P bits", "wrong"),
    (Growth("N*P", NAMES, asked="T"), "T = O(P*N)", "right"), (Growth("N*P", NAMES), "3*P*N", "right"),
    (Shape("(N, P)", NAMES, asked="s"), "s = (N, P)", "right"),
    (Order(("a", "b")), "a, b", "right"), (Order(("a", "b"), names={"first": "a"}), "first, b", "right"),
    (Order(("a", "b", "c")), "b, a, c", "partly"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text", "expected"), READ)
def test_every_kind_is_read_its_own_way(answer, text, expected):
    assert expected == judge(answer, text).outcome


def test_rows_made_by_a_function_read_and_check_with_what_they_were_given():
    reads = kinds._read_formula("expression")
    row = kinds._alone(lambda answer, text: (answer, text), lambda answer, reading: Verdict(answer, read_as=reading))
    named = Expression("N*P", NAMES, asked="A")
    found = reads(named, "A = Q*R", Context({"Q": Symbol("N", 0)}, {"R": Symbol("P", 0)}))

    assert ("a", "t") == row.read("a", "t", Context())
    assert Judgement(Verdict("wrong", read_as="r")) == row.check("wrong", "r", Context())
    assert "Q*R" == found.read_as


def test_a_share_is_what_the_policy_says():
    order = Order(("a", "b", "c"))
    policy = Policy(follows=Fraction(1, 3), other_valid_order=Fraction(1, 5))

    assert [Fraction(1, 5), HALF] == [judge(order, "b, a, c", policy=policy).share, judge(order, "b, a, c").share]
    slips: dict[str, Answer] = {"A": Expression("N*P", NAMES), "V": Expression("A*K", NAMES, {"A": "N*P"})}
    followed = judge_all(slips, {"A": "N*K", "V": "N*K*K"}, policy=policy)["V"]
    assert Verdict("follows", Fraction(1, 3), "N*K*K", "We read N*K*K. It follows from your answer to A.") == followed


# Preparing


def test_an_answer_is_prepared_once_with_its_names_domains_and_assumptions():
    answer = Expression(
        "A + K", {"N": "nonnegative integer", "K": "real"}, {"A": "N*2"}, domain=["1 <= N < 9", "K = 2*A"]
    )
    ready = prepared(answer)

    assert ready is prepared(answer)
    assert {"N": Domain(True, 0), "K": Domain(False, None)} == ready.domains
    assert ["A + K"] == [formula_text(tree) for tree in ready.expected]
    assert ["N*2 + K"] == [formula_text(one.tree) for one in ready.references]
    assumed = [(formula_text(one.left), one.relation, formula_text(one.right)) for one in ready.assumptions]
    assert [("1", "<=", "N"), ("N", "<", "9"), ("K", "==", "2*N*2")] == [
        (a, b, c.replace("2*(N*2)", "2*N*2")) for a, b, c in assumed
    ]
    assert ready.references is ready.references
    assert ["3 + K"] == [formula_text(one.tree) for one in ready.pinned({"A": Literal(3, None, 0)})]
    assert ready.seed == ready.references[0].seed


def test_answers_that_differ_are_compared_at_points_of_their_own():
    one, other = prepared(AREA), prepared(Expression("N*P", NAMES, domain=["N <= P"]))

    assert one.seed != other.seed
    assert 64 == len(one.seed)


def test_names_without_domains_are_positive_and_sizes_name_their_own():
    size = Expression(symbol("n")*2 + symbol("m"))  # fmt: skip
    shape = Shape((symbol("n"), 3))

    assert {"N": Domain(True, 1)} == prepared(Expression("N", ["N"])).domains
    assert {"m": Domain(True, 1), "n": Domain(True, 1)} == prepared(size).domains
    assert ["n", "3"] == [formula_text(tree) for tree in prepared(shape).expected]
    assert ["n"] == list(prepared(shape).domains)
    assert ["n"] == [formula_text(tree) for tree in prepared(Shape((symbol("n"),))).expected]
    assert ["right", "wrong"] == [judge(size, text).outcome for text in ("m + n + n", "m + n")]
    assert ["3*N"] == [formula_text(tree) for tree in prepared(Number("3*N", where={"N": 4})).expected]
    assert ["7"] == [formula_text(tree) for tree in prepared(Number(7)).expected]
    assert {} == prepared(Number("3*N", where={"N": 4})).domains


def test_other_spellings_of_a_name_are_its_own():
    answer = Expression("N*P", NAMES, aliases={"N": "batch", "P": ("patches", "places")})

    assert ["right"] * 3 == [judge(answer, text).outcome for text in ("batch*P", "N*patches", "batch*places")]


BROKEN = [
    (Expression("N*Q*R", NAMES), "'N*Q*R' is no formula: "), (Expression("N +", NAMES), "'N +' is no formula: "),
    (Expression("N", NAMES, domain=["N"]), "'N' is no assumption; write one such as 'K <= Hin'."),
    (Expression("N", NAMES, {"A": "(("}), "'((' is no formula: "),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "message"), BROKEN)
def test_an_authors_text_that_cannot_be_read_is_an_error(answer, message):
    with pytest.raises(BrokenAnswer) as caught:
        prepared(answer)

    assert str(caught.value).startswith(message)
