"""Comparisons and definitions, function by function: expected values by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.sizes.polynomial import ONE, Polynomial
from engine.sizes.polynomial import Symbol as SizeSymbol
from grader.equality import comparison
from grader.equality.comparison import Comparison, Reference, compare, slack_of, values_at
from grader.equality.domains import Assumption, Domain
from grader.equality.evaluation import compiled
from grader.equality.normal_form import Quotient
from grader.reading.formulas.formula import author_formula
from grader.reading.formulas.names import Names
from grader.reading.formulas.printing import formula_text
from grader.reading.tree import Expression, Literal, Symbol

NAMES = Names(["n", "m", "k", "x"], {})
WHOLE, NATURAL, ANY, REAL = Domain(True, 1), Domain(True, 0), Domain(True, None), Domain(False, None)
DOMAINS = {"n": WHOLE, "m": WHOLE}
N: Polynomial = (((SizeSymbol(0, "n", 1),), 1),)
NN: Polynomial = (((SizeSymbol(0, "n", 1),) * 2, 1),)


def tree_of(text: str) -> Expression:
    return author_formula(text, NAMES)


def times(form: Polynomial, factor: int) -> Polynomial:
    return tuple((monomial, factor * coefficient) for monomial, coefficient in form)


def reference(text: str, *assumptions: Assumption, domains: dict[str, Domain] | None = None) -> Reference:
    return Reference(tree_of(text), DOMAINS if domains is None else domains, assumptions, b"seed")


SLACK = [
    ("0.333", Fraction(5, 3330)), ("0.33", 0), ("3", 0), ("300", 0), ("1.00", 0), ("0.1", 0),
    ("3.142", Fraction(5, 31420)),
    ("3.1415927 + 0.333", Fraction(5, 3330)), ("0.333 * 3.142", Fraction(5, 3330)), ("-0.333", Fraction(5, 3330)),
    ("100.5", Fraction(5, 10050)),
    ("floor(0.333*n)", Fraction(5, 3330)), ("1.01", Fraction(1, 202)), ("n + 0.500", Fraction(1, 1000)),
    ("max(2, 3.142)", Fraction(5, 31420)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SLACK)
def test_rounded_decimals_of_three_digits_leave_half_of_their_last_place(text, expected):
    assert expected == slack_of(tree_of(text))


def test_the_slack_of_a_decimal_is_half_a_percent_at_most_and_needs_two_hundred_halves():
    half = Fraction(1, 2)
    found = [
        slack_of(Literal(Fraction(201, 2), half, 0)),
        slack_of(Literal(Fraction(199, 2), half, 0)),
        slack_of(Literal(Fraction(-201, 2), half, 0)),
    ]

    assert [half / Fraction(201, 2), 0, half / Fraction(201, 2)] == found
    assert Fraction(1, 200) == slack_of(Literal(Fraction(400, 3), Fraction(2, 3), 0))


INEXACT = [
    ("n", False), ("sqrt(n)", True), ("exp(n)", True), ("log(n)", True), ("-log2(n)", True), ("1 + log10(n)", True),
    ("n^2", False), ("n^m", True),
    ("n^0.5", True), ("e^n", True), ("e^2", True), ("floor(n/2)", False), ("max(n, sqrt(m))", True),
    ("max(sqrt(n), m)", True), ("sigmoid(n)", True),
    ("tanh(n)", True), ("n^2 + e^2", True), ("e^2 + n^2", True), ("(n + e^2)^2", True), ("-n", False),
    ("n*sqrt(m) + 1", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), INEXACT)
def test_roots_logarithms_and_open_powers_are_inexact(text, expected):
    assert expected is comparison._is_inexact(tree_of(text))


THRESHOLDS = [
    ("n + 100", []), ("max(n, 100)", [100]), ("n // 100", [100]), ("n % 100", [100]), ("n % 30", []),
    ("n % 31", [31]), ("n/100", []),
    ("max(n, 100) - min(50, n)", [50, 100]), ("-(n % 77) + 99", [77, 99]), ("99 + -(n//n)", [99]),
    ("-100 + max(n, m)", [100]),
    ("max(n, 41 + 42 + 43 + 44 + 45 + 46 + 47)", [41, 42, 43, 44, 45, 46]), ("n//2 + 100*m", [100]),
    ("(n//2 + 3)*100 + n", [100]), ("max(n, 100.5)", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), THRESHOLDS)
def test_the_larger_numbers_of_a_formula_with_bends_are_its_thresholds(text, expected):
    assert expected == comparison._thresholds(tree_of(text))


COMPARED = [
    ("n*(m + 1)", "n*m + n", True), ("n*m", "n + m", False), ("n//2 + 1", "(n + 2)//2", True),
    ("ceil(n/m)", "(n + m - 1)//m", True),
    ("ceil(n/m)", "n//m + 1", False), ("sqrt(n*n)", "n", True), ("2^n", "e^(n*log(2))", True),
    ("2^n", "2.001^n", False), ("3", "3", True), ("3", "4", False),
    ("max(n, m)", "(n + m + abs(n - m))/2", True), ("max(n, 1000)", "1000", False), ("n", "min(n, 777777)", False),
    ("n", "n + 1//(n + m)", True),
    ("n", "n + 3//(n + m)", False), ("n*m", "n*m + 0*max(n, 1)", True), ("1/3", "0.333", True),
    ("n/3", "0.333*n", True), ("n/3", "0.33*n", False),
    ("n/3", "0.335*n", False), ("n", "n + (n//(10^9))", False), ("n", "n/(n - 3)*(n - 3)", False),
    ("n", "n/(m - 7)*(m - 7)", False), ("n", "n^(4001)/n^(4000)", None),
    ("n^4001/n^4000", "n", True), ("log(n)", "log(10)*log10(n)", True), ("log(n)", "log2(n)", False),
    ("n", "factorial(400 + n)*n", None), ("factorial(400 + n)", "n", None), ("3", "factorial(401)", None),
    ("factorial(401)", "3", None), ("n", "n + 0*log(n - 1)", False), ("(n + m)*(n - m)", "n^2 - m^2", True),
    ("exp(-n)", "exp(-n)*(1 + 10^-20)", False),
    ("n", "n + 1/10^50", False), ("n", "n - (n//1500)*(m//1500)", False), ("2*n", "n + m", False),
]  # fmt: skip


@pytest.mark.parametrize(("key", "response", "expected"), COMPARED)
def test_two_formulas_are_equal_different_or_undecided(key, response, expected):
    assert expected is compare(tree_of(response), reference(key)).is_equal


ALONE = [
    ("3", "3", True),
    ("3", "4", False),
    ("3", "factorial(401)", None),
    ("1/3", "0.333", True),
    ("factorial(401)", "3", None),
]


@pytest.mark.parametrize(("key", "response", "expected"), ALONE)
def test_two_numbers_are_compared_at_the_one_point_that_there_is(key, response, expected):
    assert expected is compare(tree_of(response), reference(key, domains={})).is_equal


HIDDEN = [
    ("2^(n*m*1000)", "2^(1000*m*n)", True),  # by its normal form; hardly a point can be computed
    ("n", "n + ((n + 5) % 9973)//9972", False),  # at the edge of the response's own quotient
    ("n", "n + max(0, 1 - abs(n - 777777))", False),  # at the response's own bend
    ("n", "n + 1 + 0*factorial(402 - n)", False),  # beyond a point that is too large to compute
]


@pytest.mark.parametrize(("key", "response", "expected"), HIDDEN)
def test_rare_differences_are_found_and_proofs_need_no_points(key, response, expected):
    assert expected is compare(tree_of(response), reference(key)).is_equal


def test_a_difference_comes_with_a_point_at_which_it_shows():
    found = compare(tree_of("n*m + 1"), reference("n*m"))
    late = compare(tree_of("min(n, 777777) + m"), reference("n + m"))

    assert Comparison(False, {"n": 1, "m": 1}) == found
    assert late.point["n"] > 777777
    assert ["n", "m"] == list(late.point)


def test_an_answer_may_be_off_by_the_tolerance_and_no_more():
    off = tree_of("(101/100)*n")
    found = [compare(off, reference("n"), rel_tol=Fraction(1, most)).is_equal for most in (99, 200)]

    assert [True, False] == found
    assert compare(off, reference("n")).is_equal is False


def test_assumptions_hold_at_every_point_that_is_compared():
    ordered = Assumption(Symbol("m", 0), "<=", Symbol("n", 0))

    assert compare(tree_of("n"), reference("max(n, m)", ordered)).is_equal
    assert compare(tree_of("max(n, m) + (3*m)//(10^9)*0"), reference("n", ordered)).is_equal
    assert compare(tree_of("n"), reference("max(n, m)")).is_equal is False


def test_a_reference_keeps_its_points_and_values():
    key = reference("n*m + 1")
    values = key.values(9)

    assert 9 == len(values)
    assert all(found == n * m + 1 for (n, m), found in values)
    assert values[:4] == key.values(4)
    assert values == key.values(9)
    assert 1 == len(reference("7", domains={}).values(9))
    assert [((), 7)] == reference("7", domains={}).values(9)
    assert {"n": 0, "m": 1} == key.places


def test_points_without_a_value_are_passed_over():
    values = reference("1/(n - 2)").values(30)

    assert 30 == len(values)
    assert all(n != 2 and found == Fraction(1, n - 2) for (n, _), found in values)


def test_at_most_twice_as_many_points_are_tried_as_are_wanted():
    never = comparison._Points(iter([(place,) for place in range(9)]), compiled(tree_of("1/(n - n)"), {"n": 0}))
    late = comparison._Points(iter([(place,) for place in range(9)]), compiled(tree_of("1 + 0*sqrt(n - 3)"), {"n": 0}))

    assert [] == never.take(2)
    assert [((8,), 0)] == comparison._Points(never.source, compiled(tree_of("0*n"), {"n": 0})).take(9)[-1:]
    assert [((3,), 1)] == late.take(2)


def test_values_beside_a_threshold_lie_at_it_just_above_and_at_three_times_it():
    key = reference("n + m")
    (first, _), (second, _) = key.values(2)
    expected = [(100 + step, first[1]) for step in (0, 1, 200)] + [(first[0], 100 + step) for step in (0, 1, 200)]
    expected += [(50 + step, second[1]) for step in (0, 1, 100)] + [(second[0], 50 + step) for step in (0, 1, 100)]

    assert [(point, sum(point)) for point in expected] == key.beside([100, 50])
    assert [] == key.beside([])


def test_points_beside_a_threshold_are_admissible():
    ordered = Assumption(Symbol("m", 0), "<=", Symbol("n", 0))
    far = reference("n + m", ordered, domains={"n": Domain(True, 500), "m": ANY}).beside([100])

    assert far
    assert all(n >= 500 and m <= n for (n, m), _ in far)
    assert {500, 501, 700} <= {n for (n, _), _ in far}
    assert {100, 101, 300} <= {m for (_, m), _ in far}


def test_corners_are_those_that_the_assumptions_admit_with_values():
    ordered = Assumption(Symbol("m", 0), "<=", Symbol("n", 0))
    corners = reference("n + m", ordered).corners()
    near = reference("sqrt(n + m)", ordered).corners()

    assert ((10**12, 3), 10**12 + 3) in corners
    assert all(m <= n and found == n + m for (n, m), found in corners)
    assert max(max(point) for point, _ in near) <= 30
    assert [] == reference("n", Assumption(Symbol("n", 0), "==", Literal(777, None, 0))).corners()


def test_inexact_formulas_are_compared_near_and_exact_ones_far_away():
    assert max(n for (n, _), _ in reference("exp(-n)").values(60)) <= 31
    assert max(n for (n, _), _ in reference("n").values(60)) > 10**9


def test_points_laid_for_other_quotients_meet_their_edges():
    quotients = [(tree_of("n + 1"), tree_of("m"))]
    laid = reference("n").laid_for(quotients)

    assert 60 == len(laid)
    assert len([1 for (n, m), _ in laid if m > 1 and (n + 1) % m == m - 1]) >= 15
    assert [point for point, _ in laid] != [point for point, _ in reference("n").values(60)]


def test_values_at_points_are_the_responses_own():
    key = reference("n + m")

    assert [n * m for (n, m), _ in key.values(5)] == values_at(tree_of("n*m"), key, 5)
    assert [None] * 5 == values_at(tree_of("1/(n - n)"), key, 5)
    assert [None] * 3 == values_at(tree_of("factorial(400 + n)"), key, 3)


def test_a_reference_knows_its_normal_form_and_quotients():
    assert Quotient(N, ONE) == reference("n").form
    assert reference("sqrt(n)").form is None
    assert ["n"] == [formula_text(top) for top, _ in reference("n//m").quotients]
