"""Verdicts on formulas, shapes and quantities, field by field: outcome, share, words, counterexample by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader import judge
from grader.checkers import formula, growth
from grader.checkers.formula import check_formula, check_shape, digits_shown, spelled
from grader.checkers.growth import check_growth
from grader.checkers.quantity import check_quantity, is_consistent
from grader.equality.comparison import Comparison
from grader.growth.growth import GrowthComparison
from grader.preparing import prepared
from grader.reading.formulas.formula import FormulaReading, ShapeReading
from grader.reading.tree import Literal, Negative, Operation, Symbol
from grader.reading.unreadable import Refusal
from grader.verdict import Verdict
from question_templates.answers import Answer, Expression, Growth, Number, Shape

NAMES = ["N", "P", "K"]
SAME = "The axes are the right ones, in another order."
MANY = "This can be read in more than one way:"
BESIDES = "and your text holds another answer besides; please write only the one that you mean."
HALF, ONE = Fraction(1, 2), Fraction(1)


def verdict_of(answer: Answer, text: str) -> Verdict:
    return judge(answer, text)


AREA = Expression("N*P", NAMES)
QUANTITY = Number("8*N", unit="MiB", where={"N": 2})
FORMULAS = [
    (AREA, "P*N", Verdict("right", ONE, "P*N")),
    (AREA, "N + P + 1", Verdict("wrong", read_as="N + P + 1",
     reason="We read N + P + 1. It gives another value than the answer, "
     "for example at N = 1, P = 1, K = 1.", counterexample="N = 1, P = 1, K = 1")),
    (Expression("6", []), "7", Verdict("wrong", read_as="7", reason="We read 7. That is not the value asked for.")),
    (Expression("6", []), "6", Verdict("right", ONE, "6")),
    (AREA, "N*Q", Verdict("unreadable", read_as="N*",
     reason='We do not know the name "Q"; please say what it stands for, such as Q = ..., or write '
     "the names given in the question.")),
    (AREA, "", Verdict("blank", reason="Nothing was written here.")),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text", "expected"), FORMULAS)
def test_the_verdict_on_a_formula_says_what_was_read_and_where_it_differs(answer, text, expected):
    assert expected == verdict_of(answer, text)


def test_a_formula_too_large_to_compare_is_for_a_person():
    found = verdict_of(Expression("6", []), "6 + 0*factorial(399 + 2)")

    assert "unreadable" == found.outcome


_UNKNOWN = (
    'We do not know the name "{0}"; please say what it stands for, such as {0} = ..., or write the names given in the '
    "question."
)
UNKNOWN = _UNKNOWN.format("Q")
REFUSED = Verdict("unreadable", read_as="as read", reason=UNKNOWN)


def test_a_name_that_nothing_defines_leaves_it_to_a_person():
    unknown, known = Symbol("Q", 0), Symbol("N", 0)
    one, shape = FormulaReading((unknown,), {}, "as read"), ShapeReading(((unknown,),), {}, "as read")
    area, memory = prepared(AREA).references, prepared(Growth("N*P", NAMES))

    assert REFUSED == check_formula(area, one, {})
    assert REFUSED == check_shape(area, shape, {}, ["N"])
    assert REFUSED == check_growth(Growth("N*P", NAMES), memory.references[0], (), one, {})
    assert REFUSED == check_quantity(QUANTITY, one, {})
    assert "right" == check_formula(area, one, {"Q": Operation("*", known, Symbol("P", 0), 0)}).outcome
    assert "right" == check_shape(area, shape, {"Q": Operation("*", known, Symbol("P", 0), 0)}, ["N", "P"]).outcome


def test_readings_that_differ_and_other_answers_besides_are_for_a_person():
    n, p = Symbol("N", 0), Symbol("P", 0)
    right, wrong = Operation("*", n, p, 0), Operation("+", n, p, 0)
    references = prepared(AREA).references
    two = FormulaReading((right, wrong), {}, "N P")
    besides = FormulaReading((wrong,), {}, "N + P", others=(Symbol("Q", 0), right))
    many = f"{MANY} N P; please write the one you mean, with * and parentheses."
    answer = Growth("N*P", NAMES)
    grown = [check_growth(answer, references[0], (), one, {}) for one in (two, besides)]

    assert Verdict("unreadable", read_as="N P", reason=many) == check_formula(references, two, {})
    assert Verdict("unreadable", read_as="N + P", reason=f"We read N + P, {BESIDES}") == check_formula(
        references, besides, {}
    )
    starred = "please write * and parentheses where they belong."
    assert [Verdict("unreadable", read_as=one, reason=f"{MANY} {one}; {starred}") for one in ("N P", "N + P")] == grown
    assert (
        "wrong"
        == check_formula(references, FormulaReading((wrong,), {}, "", others=(wrong, Symbol("Q", 0))), {}).outcome
    )
    assert (
        "wrong"
        == check_growth(
            answer, references[0], (), FormulaReading((wrong,), {}, "", others=(wrong, Symbol("Q", 0))), {}
        ).outcome
    )


def test_what_cannot_be_decided_is_for_a_person():
    large = "This formula grows too large to be compared; a person will look at it."
    fast = "We could not decide how fast this grows; a person will look at it."
    nothing = "We read r. This is not positive for large sizes, so it is no order of growth."
    answer = Growth("N", NAMES)

    assert Verdict("unreadable", read_as="r", reason=large) == formula._one_verdict(Comparison(None), "r", "")
    assert Verdict("unreadable", read_as="r", reason=fast) == growth._verdict(answer, GrowthComparison(None, None), "r")
    assert Verdict("wrong", read_as="r", reason=nothing) == growth._verdict(answer, GrowthComparison(False, False), "r")


def test_names_in_what_stands_besides_mean_what_the_student_says():
    n, p, q = (Symbol(name, 0) for name in "NPQ")
    own, area = {"Q": Operation("*", n, p, 0)}, prepared(AREA).references
    besides = FormulaReading((n,), {}, "N", others=(q,))
    shape = ShapeReading(((n,),), {}, "(N,)", others=((q,),))
    loose = ShapeReading(((n,),), {}, "(N,)", loose=(n, q))
    two = prepared(Shape("(N, N*P)", NAMES)).references

    assert "unreadable" == check_formula(area, besides, own).outcome
    assert "unreadable" == check_growth(Growth("N*P", NAMES), area[0], (), besides, own).outcome
    assert "right" == check_growth(Growth("N*P", NAMES), area[0], (), FormulaReading((q,), {}, "Q"), own).outcome
    assert "unreadable" == check_shape(area, shape, own, NAMES).outcome
    assert "unreadable" == check_shape(two, loose, own, NAMES).outcome
    assert "right" == check_shape(area, ShapeReading(((q,),), {}, "", loose=(n, q)), own, NAMES).outcome


def test_a_shape_in_pieces_or_beside_another_is_for_a_person():
    n, p, q = (Symbol(name, 0) for name in "NPQ")
    references = prepared(Shape("(N, P)", NAMES)).references
    pieces = ShapeReading(((p, n),), {}, "(P, N)", in_pieces=True)
    besides = ShapeReading(((p, n),), {}, "(P, N)", others=((q, n), (p,), (n, p)))
    two = ShapeReading(((p, n), (n, p)), {}, "(P, N) or (N, P)")
    loose = ShapeReading(((Operation("*", n, p, 0),),), {}, "(N*P,)", loose=(p, n))
    found = [check_shape(references, one, {}, NAMES) for one in (pieces, besides, two, loose)]
    doubt = Verdict("unreadable", read_as="(P, N)", reason=f"We read (P, N), {BESIDES}")
    many = f"{MANY} (P, N) or (N, P); please write the one you mean, with * and parentheses."

    assert [doubt, doubt, Verdict("unreadable", read_as="(P, N) or (N, P)", reason=many)] == found[:3]
    assert "wrong" == found[3].outcome
    assert "right" == check_shape(references, ShapeReading(((n, p),), {}, "", in_pieces=True), {}, NAMES).outcome
    assert "wrong" == check_shape(references, ShapeReading(((p, n),), {}, "", others=((q,), (p, n))), {}, NAMES).outcome


def test_about_numbers_must_be_the_answers_to_their_digits():
    references = prepared(Expression("100/3", [])).references
    third = Operation("/", Literal(100, None, 0), Literal(3, None, 0), 0)
    found = [
        check_formula(references, FormulaReading((third,), {}, "as read", rounded=(Literal(n, None, 0),)), {})
        for n in (33, 35)
    ]
    wrong = "We read as read, and a rounded number beside it that is another one; please keep the one you mean."
    size = Number("100/3", unit="MiB")
    near = [
        check_quantity(size, FormulaReading((third,), {}, "as read", rounded=(Literal(n, None, 0),)), {}).outcome
        for n in (33, 35)
    ]
    inside = Operation("*", third, Literal(2**20, None, 0), 0)
    units = [
        check_quantity(
            size, FormulaReading((inside,), {}, "as read", has_unit=True, rounded=(Literal(n, None, 0),)), {}
        ).outcome
        for n in (33 * 2**20, 33)
    ]

    assert [Verdict("right", ONE, "as read"), Verdict("unreadable", read_as="as read", reason=wrong)] == found
    assert [["right", "unreadable"], ["right", "unreadable"]] == [near[:], [near[0], units[1]]]


def test_a_number_read_in_two_ways_or_beside_the_right_one_is_for_a_person():
    one, two = Literal(1, None, 0), Literal(2, None, 0)
    why = f"{MANY} as read; please write only the number."
    readings = [
        FormulaReading((one, two), {}, "as read"), FormulaReading((two,), {}, "as read", others=(Symbol("N", 0), one)),
        FormulaReading((two,), {}, "as read", others=(two,)),
    FormulaReading((two,), {}, "as read", others=(Symbol("Q", 0), Symbol("n", 0))),
    ]  # fmt: skip
    found = [check_quantity(Number("N", unit="B", where={"N": 1}), reading, {"n": one}) for reading in readings]

    assert [Verdict("unreadable", read_as="as read", reason=why)] * 2 == found[:2]
    assert ["wrong", "unreadable"] == [verdict.outcome for verdict in found[2:]]
    assert [True, False] == [is_consistent(FormulaReading(trees, {}, "")) for trees in ((one, one), (one, two))]
    assert [True, False] == [is_consistent(FormulaReading((Symbol("N", 0),) * count, {}, "")) for count in (1, 2)]


def test_names_that_nothing_defines_are_refused():
    with pytest.raises(Refusal) as caught:
        spelled(Operation("*", Symbol("b", 3), Symbol("a", 5), 4), {}, ["N"])

    assert _UNKNOWN.format("a") == caught.value.unreadable.reason
    assert 4 == caught.value.unreadable.position


IMAGE = Shape("(N, P, K)", NAMES)
SHAPES = [
    (IMAGE, "(N, P, K)", Verdict("right", ONE, "(N, P, K)")),
    (IMAGE, "(N, P)", Verdict("wrong", read_as="(N, P)",
     reason="We read (N, P), which has 2 axes; the array has more or fewer.")),
    (IMAGE, "(N,)", Verdict("wrong", read_as="(N,)",
     reason="We read (N,), which has 1 axis; the array has more or fewer.")),
    (IMAGE, "(N, P+1, K)", Verdict("wrong", read_as="(N, P + 1, K)",
     reason="We read (N, P + 1, K). The second axis is not right. It gives "
     "another value than the answer, for example at N = 1, P = 1, K = 1.", counterexample="N = 1, P = 1, K = 1")),
    (Shape("(4, 3)", []), "(4, 2)", Verdict("wrong", read_as="(4, 2)",
     reason="We read (4, 2). The second axis is not right. "
     "That is not the value asked for.")),
    (Shape("(N, 2*P)", NAMES), "(2*P, N)", Verdict("wrong", read_as="(2*P, N)",
     reason="We read (2*P, N). The first axis is not right. It gives "
     f"another value than the answer, for example at N = 1, P = 1, K = 1. {SAME}",
    counterexample="N = 1, P = 1, K = 1", mal_rule="axes-swapped")),
    (Shape("(1,2,3,4,5,6,7)", []), "(1,2,3,4,5,6,8)", Verdict("wrong", read_as="(1, 2, 3, 4, 5, 6, 8)",
     reason="We read (1, 2, 3, 4, 5, 6, 8). That is not the value asked for.")),
    (Shape("(1,2,3,4,5,6,7)", []), "(1,2,3,4,5,7,7)", Verdict("wrong", read_as="(1, 2, 3, 4, 5, 7, 7)",
     reason="We read (1, 2, 3, 4, 5, 7, 7). The sixth axis is not right. That is not the value asked for.")),
    (IMAGE, "N*P*K", Verdict("unreadable", read_as="(N*P*K,)",
     reason="We read (N*P*K,), one axis; if that is a shape, please write its "
     "axes with commas.")),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text", "expected"), SHAPES)
def test_the_verdict_on_a_shape_names_the_axis(answer, text, expected):
    assert expected == verdict_of(answer, text)


SHOWN = [
    (Literal(Fraction(314, 100), Fraction(1, 200), 0), Fraction(1, 314)), (Literal(50, None, 0), Fraction(1, 50)),
    (Literal(0, None, 0), 0),
    (Literal(-50, None, 0), Fraction(1, 50)), (Symbol("x", 0), 0), (Negative(Literal(50, None, 0), 0), 0),
    (Operation("*", Literal(50, None, 0), Literal(20, None, 0), 0), Fraction(1, 20)),
    (Operation("*", Literal(20, None, 0), Literal(50, None, 0), 0), Fraction(1, 20)),
    (Operation("/", Literal(50, None, 0), Literal(20, None, 0), 0), Fraction(1, 50)),
    (Operation("^", Literal(20, None, 0), Literal(3, None, 0), 0), Fraction(1, 20)),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "expected"), SHOWN)
def test_a_rounded_number_shows_its_digits(tree, expected):
    assert expected == digits_shown(tree)
