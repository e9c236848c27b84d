"""Verdicts on everyday mistakes, numbers, growth and orders, field by field: outcome, share and words by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import exp

import pytest

from engine.sizes import as_size
from grader import generic_mistakes, judge, preparing
from grader.checkers.number import agrees, check_number, expected_value
from grader.checkers.order import check_order
from grader.reading import NumberReading, OrderReading, Unreadable, read_number
from grader.reading.tree import Literal, Operation, Symbol
from grader.scoring import points_for, total_points
from grader.verdict import Verdict
from question_templates.answers import Answer, Bytes, Expression, Growth, Number, Order, Shape

NAMES = ["N", "P", "K"]
SAME = "The axes are the right ones, in another order."
MANY = "This can be read in more than one way:"
BESIDES = "and your text holds another answer besides; please write only the one that you mean."
HALF, ONE = Fraction(1, 2), Fraction(1)


def verdict_of(answer: Answer, text: str) -> Verdict:
    return judge(answer, text)


AREA = Expression("N*P", NAMES)
# The mistakes that everybody makes, one by one


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What earlier tests prepared would hide a change of the code from mutation testing."""
    preparing._prepared.cache_clear()
    generic_mistakes._wrong_formulas.cache_clear()


MEMORY, HEIGHT = Bytes("8*N*P", NAMES), Expression("(N - K)//P + 1", NAMES, domain=["K <= N"])
MISTAKES = [
    (MEMORY, "N*P", "bytes-per-entry-missing", "The number of bytes of one entry is missing."),
    (MEMORY, "4*N*P", "four-bytes-per-entry", "That is the amount for entries of 4 bytes."),
    (MEMORY, "16*N*P", "doubled", "That is twice the amount: only one array is asked for, without its gradient."),
    (MEMORY, "64*N*P", "bits-for-bytes", "That is the number of bits."),
    (MEMORY, "8*N*P*1024/1000", "kilo-1024", "KB is 1000 bytes and KiB is 1024."),
    (MEMORY, "8*N*P*1000/1024", "kilo-1000", "KB is 1000 bytes and KiB is 1024."),
    (MEMORY, "8*N*P*1024^2/1000^2", "mega-1024", "MB is 1000^2 bytes and MiB is 1024^2."),
    (MEMORY, "8*N*P*1000^2/1024^2", "mega-1000", "MB is 1000^2 bytes and MiB is 1024^2."),
    (MEMORY, "8*N*P*1024^3/1000^3", "giga-1024", "GB is 1000^3 bytes and GiB is 1024^3."),
    (MEMORY, "8*N*P*1000^3/1024^3", "giga-1000", "GB is 1000^3 bytes and GiB is 1024^3."),
    (HEIGHT, "(N - K)/P + 1", "division-not-rounded", "The quotient has to be rounded down."),
    (HEIGHT, "ceil((N - K)/P) + 1", "rounded-up", "The quotient is rounded down, not up."),
    (HEIGHT, "(N - K)//P", "off-by-one", "A number of positions is off by one."),
    (HEIGHT, "(N - K)//P + 2", "off-by-one", "A number of positions is off by one."),
    (MEMORY, "8*N", "factor-missing", "One factor is missing."),
    (MEMORY, "8*P", "factor-missing", "One factor is missing."),
    (MEMORY, "8*N*P*P", "factor-too-many", "There is one factor too many."),
    (MEMORY, "8*N*N*P", "factor-too-many", "There is one factor too many."),
    (MEMORY, "3*N*P", "", ""),
    (AREA, "2*N*P", "doubled", "That is twice the amount: only one array is asked for, without its gradient."),
    (AREA, "8*N*P", "", ""), (AREA, "N*P/8", "", ""), (HEIGHT, "(N - K)//P + 3", "", ""),
    (Expression("floor(N/P)*K", NAMES), "N/P*K", "division-not-rounded",
     "The quotient has to be rounded down."), (Expression("ceil(N/P)*K", NAMES), "N/P*K", "division-not-rounded",
    "The quotient has to be rounded down."),
    (Expression("floor(N/P)*K", NAMES), "ceil(N/P)*K", "rounded-up", "The quotient is rounded down, not up."),
    (Expression("floor(N/P)*K", NAMES), "(floor(N/P) + 1)*K", "off-by-one", "A number of positions is off by one."),
    (Expression("ceil(N/P)*K", NAMES), "(ceil(N/P) - 1)*K", "off-by-one", "A number of positions is off by one."),
    (Expression("-(N//P)*(K//P) + max(N//P, 0)", NAMES), "-(N/P)*(K/P) + max(N/P, 0)", "division-not-rounded",
     "The quotient has to be rounded down."),
    (Expression("N//P + abs(K - N//P)", NAMES), "(N//P - 1) + abs(K - (N//P - 1))", "off-by-one",
     "A number of positions is off by one."),
    (Expression("max(N//P, K)", NAMES), "max(ceil(N/P), K)", "rounded-up", "The quotient is rounded down, not up."),
    (Growth("N*P", NAMES), "O(N)", "", ""), (Shape("(N, P, 7)", NAMES), "(P, N, 8)", "", ""),
    (Shape("(N, P, 7)", NAMES), "(N, 7, P)", "axes-swapped", SAME),
    (Shape("(N, P, 7)", NAMES), "(7, N, P)", "axes-swapped", SAME), (Shape("(N, P, 7)", NAMES), "(P, 7)", "", ""),
    (Shape("(1,2,3,4,5)", []), "(5,4,3,2,1)", "axes-swapped", SAME),
    (Shape("(1,2,3,4,5,6)", []), "(6,5,4,3,2,1)", "", ""),
    (Shape("(N, N + 0, P)", NAMES), "(P, N, N)", "axes-swapped", SAME), (Shape("(N, P)", NAMES), "(N, N)", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text", "tag", "feedback"), MISTAKES)
def test_a_mistake_that_everybody_makes_is_named_by_its_tag(answer, text, tag, feedback):
    found = verdict_of(answer, text)

    assert Verdict("wrong", mal_rule=tag) == replace(found, read_as="", reason="", counterexample="")
    assert found.reason.endswith(feedback)
    assert found.reason.startswith("We read ")


def test_a_wrong_amount_is_the_right_one_times_a_number():
    tree = Operation("*", Literal(3, None, 0), Symbol("N", 0), 0)

    assert [tree] == list(generic_mistakes._times(3)(Symbol("N", 0)))


def test_a_mistake_is_told_by_the_names_that_the_student_gave():
    assert "factor-missing" == verdict_of(MEMORY, "8*Q where Q = N").mal_rule
    assert "axes-swapped" == verdict_of(Shape("(N, P)", NAMES), "(P, Q) where Q = N").mal_rule
    assert "doubled" == verdict_of(AREA, "N*P*2").mal_rule
    assert "" == verdict_of(AREA, "N P 2 + Q").mal_rule


# Numbers


def reading(value: object, half_unit: Fraction | None = None) -> NumberReading:
    return NumberReading(value, str(value), half_unit)  # type: ignore[arg-type]


AGREED = [
    (3, None, 3, 0, True), (4, None, 3, 0, False), (Fraction(333, 1000), Fraction(1, 2000), Fraction(1, 3), 0, True),
    (Fraction(33, 100), Fraction(1, 200), Fraction(1, 3), 0, False),
    (Fraction(334, 1000), Fraction(1, 2000), Fraction(1, 3), 0, False),
    (Fraction(333, 1000), None, Fraction(1, 3), 0, False), (Fraction(3001, 1000), Fraction(1, 2000), 3, 0, False),
    (101, None, 100, Fraction(1, 100), True), (99, None, 100, Fraction(1, 100), True),
    (102, None, 100, Fraction(1, 100), False),
    (98, None, 100, Fraction(1, 100), False), (-101, None, -100, Fraction(1, 100), True),
    (Fraction(1, 3), None, 1 / 3, 0, True),
    (Fraction(1001, 3000), None, 1 / 3, 0, False), (-1, None, 1, Fraction(1, 100), False),
    (Fraction(-333, 1000), Fraction(1, 2000), Fraction(-1, 3), 0, True),
    (Fraction(27183, 10000), Fraction(1, 20000), exp(1), 0, False),
    (Fraction(1, 2), Fraction(1, 20), Fraction(10, 21), 0, False),
    (10**400, None, 5, 0, False), (10**400, None, 5, Fraction(1, 100), False),
    (Fraction(1005, 1000), Fraction(1, 200), Fraction(201, 200), 0, True),
    (1, Fraction(1, 200), Fraction(201, 200), 0, True), (1, Fraction(1, 200), Fraction(199, 200), 0, False),
    (Fraction(1000000000, 3 * 10**9 + 1), None, 1 / 3, 0, True),
]  # fmt: skip


@pytest.mark.parametrize(("value", "half_unit", "expected", "tolerance", "agreed"), AGREED)
def test_a_number_agrees_to_the_digits_that_it_shows(value, half_unit, expected, tolerance, agreed):
    assert agreed is agrees(reading(value, half_unit), expected, rel_tol=Fraction(tolerance))
    if not tolerance:
        assert agreed is agrees(reading(value, half_unit), expected)


def test_the_verdict_on_a_number_says_what_was_asked():
    assert Verdict("right", ONE, "3") == check_number(Number(3), reading(3))
    assert Verdict("wrong", read_as="4", reason="We read 4. That is not the number asked for.") == check_number(
        Number(3), reading(4)
    )
    assert "We read 4. That is not x.grad." == check_number(Number(3, asked="x.grad"), reading(4)).reason
    assert "right" == check_number(Number(100, Fraction(1, 50)), reading(101)).outcome


def test_the_key_may_be_a_size_a_text_or_a_number():
    assert [7, Fraction(3, 4), 5] == [expected_value(Number(key)) for key in (as_size(7), "3/4", 5)]
    with pytest.raises(ValueError) as caught:
        expected_value(Number("what?"))
    unread = read_number("what?")
    assert isinstance(unread, Unreadable)
    assert f"the key 'what?' is not a number: {unread.reason}" == str(caught.value)


QUANTITY = Number("8*N*P/2**20", unit="MiB", where={"N": 2**20, "P": 9}, asked="the memory")
QUANTITIES = [
    (QUANTITY, "72 MiB", "right"), (QUANTITY, "72", "right"), (QUANTITY, "75497472 bytes", "right"),
    (QUANTITY, "72 MB", "wrong"), (QUANTITY, "73", "wrong"),
    (QUANTITY, "8*N*P/2^20", "right"), (QUANTITY, "8*N*P bytes", "right"), (QUANTITY, "N*Q", "unreadable"),
    (QUANTITY, "72 * 2^20 bytes", "right"),
    (Number("100/3", unit="MiB"), "33.3 MiB", "right"), (Number("100/3", unit="MiB"), "33.4 MiB", "wrong"),
    (Number("100/3", Fraction(1, 100), unit="MiB"), "33.4 MiB", "right"),
    (Number("N + 1", where={"N": 5}), "6", "right"), (Number("N + 1", where={"N": 5}), "N + 1", "right"),
    (Number("N + 1", where={"N": 5}), "N", "wrong"),
    (Number(7), "floor(15/2)", "right"), (Number(7), "floor(17/2)", "wrong"), (Number(7), "7", "right"),
    (Number(Fraction(1, 3)), "0.333", "right"),
    (Number(3, asked="x"), "x = 3", "right"), (Number("100/3", unit="MiB"), "100/3 = 33.3 MiB", "right"),
    (Number("100/3", unit="MiB"), "100/3 MiB = about 33 MiB", "right"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text", "expected"), QUANTITIES)
def test_numbers_with_units_and_names_are_what_they_come_to(answer, text, expected):
    assert expected == verdict_of(answer, text).outcome


def test_the_verdict_on_a_quantity_says_what_was_asked():
    assert Verdict("right", ONE, "72") == verdict_of(QUANTITY, "72")
    assert Verdict("wrong", read_as="73", reason="We read 73. That is not the memory.") == verdict_of(QUANTITY, "73")
    assert "We read 7. That is not the number asked for." == verdict_of(Number("N", where={"N": 5}), "7").reason


# Orders of growth

GROWTHS = [
    (Growth("N*P", NAMES), "O(N*P)", "right", 1), (Growth("N*P", NAMES), "O(N^2*P)", "wrong", 0),
    (Growth("N*P", NAMES), "O(N)", "wrong", 0),
    (Growth("N*P", NAMES, looser_share=HALF), "O(N^2*P)", "partly", HALF),
    (Growth("N*P", NAMES, looser_share=HALF), "O(N)", "wrong", 0),
    (Growth("max(N, P)", NAMES, domain=["P <= N"]), "N", "right", 1),
    (Growth("N*P", NAMES), "O(N*Q)", "unreadable", 0),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text", "expected", "share"), GROWTHS)
def test_a_tight_bound_is_right_and_a_looser_one_earns_its_share(answer, text, expected, share):
    found = verdict_of(answer, text)

    assert (expected, share) == (found.outcome, found.share)


def test_the_verdict_on_a_bound_says_how_it_grows():
    faster, slower = verdict_of(Growth("N*P", NAMES), "N^2*P"), verdict_of(Growth("N*P", NAMES), "N")
    loose = verdict_of(Growth("N*P", NAMES, looser_share=HALF), "N^2*P")

    assert "O(P*N)" == verdict_of(Growth("N*P", NAMES), "P*N").read_as
    assert f"We read O(N^2*P). {faster.counterexample}, this grows faster than what we expected." == faster.reason
    assert f"We read O(N). {slower.counterexample}, this grows more slowly than what we expected." == slower.reason
    assert f"{faster.reason} It is an upper bound, but not a tight one." == loose.reason
    assert ("O(N^2*P)", "O(N^2*P)", faster.counterexample) == (loose.read_as, faster.read_as, loose.counterexample)
    assert faster.counterexample
    assert slower.counterexample


# Orders of nodes

NODES = Order(("a", "b", "c", "d"), inputs={"c": ("a", "b"), "d": ("c",)})
ANOTHER = (
    "This is a valid topological order, but not the one asked for: depth-first postorder from the output, with "
    "everything that the left operand needs before the right operand."
)
BACKWARD = "This is the order in which backward visits the nodes; the topological order is the reverse of it."
ORDERS = [
    ("abcd", ""), ("abccd", "c stands in the list more than once; each node stands there once."),
    ("abc", "The list is not complete: 1 node is missing."),
    ("ab", "The list is not complete: 2 nodes are missing."),
    ("abcdx", "x is in the listing, but the output does not depend on it; leave it out."),
    ("dcba", BACKWARD), ("acbd", "c stands before b, which is one of its inputs."),
    ("abdc", "d stands before c, which is one of its inputs."),
]  # fmt: skip


@pytest.mark.parametrize(("labels", "fault"), ORDERS)
def test_an_order_is_right_or_its_first_fault_is_named(labels, fault):
    found = check_order(NODES, OrderReading(tuple(labels), "as read"), other_valid_order=HALF)

    assert (
        Verdict("wrong", Fraction(0), "as read", fault, fault) if fault else Verdict("right", ONE, "as read")
    ) == found


def test_another_valid_order_earns_what_the_policy_says_or_all():
    written = OrderReading(("b", "a", "c", "d"), "as read")
    free = Order(NODES.expected, any_valid=True, inputs=NODES.inputs)

    assert Verdict("partly", HALF, "as read", ANOTHER) == check_order(NODES, written, other_valid_order=HALF)
    assert Verdict("right", ONE, "as read") == check_order(free, written, other_valid_order=HALF)


# Points

POINTS = [
    (Fraction(1, 3), 6, 2),
    (Fraction(-1), 6, 0),
    (Fraction(3, 2), 6, 6),
    (ONE, 6, 6),
    (Fraction(0), 6, 0),
    (HALF, 0, 0),
]


@pytest.mark.parametrize(("share", "worth", "expected"), POINTS)
def test_points_are_the_share_of_the_field(share, worth, expected):
    assert expected == points_for(Verdict("partly", share), Fraction(worth))


def test_totals_are_rounded_to_quarters():
    thirds = [Fraction(1, 3)] * 2

    assert Fraction(3, 4) == total_points(thirds)
    assert [Fraction(1, 4), 0, Fraction(2)] == [total_points([Fraction(*one)]) for one in ((1, 8), (1, 9), (2, 1))]
    assert 0 == total_points([])
