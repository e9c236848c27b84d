"""Points and domains, function by function: expected values by hand or from the hash itself."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from hashlib import blake2b
from itertools import islice

import pytest

from grader.equality import points as laying
from grader.equality.domains import Assumption, Domain, Relation
from grader.equality.evaluation import compiled
from grader.equality.points import holds, points, rounded_quotients
from grader.reading.formulas.formula import author_formula
from grader.reading.formulas.names import Names
from grader.reading.formulas.printing import formula_text
from grader.reading.tree import Call, Expression

NAMES = Names(["H", "K", "S", "n", "m"], {})
WHOLE, NATURAL, ANY = Domain(True, 1), Domain(True, 0), Domain(True, None)
REAL, POSITIVE, LARGE = Domain(False, None), Domain(False, 0, is_open=True), Domain(True, 5)
PLACES = {"H": 0, "K": 1}
SEED = b"seed"


def tree_of(text: str) -> Expression:
    return author_formula(text, NAMES)


def assumed(left: str, relation: Relation, right: str) -> Assumption:
    return Assumption(tree_of(left), relation, tree_of(right))


ROUNDED = [
    ("(H-K)//S + 1", {("H - K", "S")}), ("H % K", {("H", "K")}), ("floor(H/K)", {("H", "K")}),
    ("ceil((H+1)/K)", {("H + 1", "K")}), ("round(H/K)", {("H", "K")}), ("trunc(H/K)", {("H", "K")}),
    ("floor(H/K + 1)", {("H", "K")}), ("floor(1 - H/K)", {("H", "K")}), ("floor(H)", {("H", "1")}),
    ("floor(H*K)", {("H*K", "2")}), ("floor(3)", {("3", "1")}), ("floor(sqrt(H))", {("sqrt(H)", "1")}), ("H/K", set()),
    ("-(H//K)", {("H", "K")}), ("max(H//K, H//S)", {("H", "K"), ("H", "S")}), ("H//K + H//K", {("H", "K")}),
    ("(H//K)//S", {("H//K", "S"), ("H", "K")}), ("max(H, K)", set()), ("S*(H//(K//n))", {("H", "K//n"), ("K", "n")}),
    ("floor(H + K)", {("H + K", "2")}),
    ("+".join(f"H//{k}" for k in range(2, 9)), {("H", str(k)) for k in range(3, 9)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ROUNDED)
def test_what_a_formula_rounds_is_found_and_at_most_six_of_them(text, expected):
    assert expected == {(formula_text(top), formula_text(bottom)) for top, bottom in rounded_quotients(tree_of(text))}


@pytest.mark.parametrize("function", ["floor", "ceil", "round", "trunc"])
def test_every_way_of_rounding_counts(function):
    halves = Call(function, (tree_of("H/2"),), 0)

    assert ["H"] == [formula_text(top) for top, _ in rounded_quotients(halves)]


def stream(seed: bytes) -> Iterator[int]:
    """The hash's numbers: eight bytes each, block by block."""
    for block in range(100):
        digest = blake2b(block.to_bytes(8, "big"), key=seed).digest()
        yield from (int.from_bytes(digest[start : start + 8], "big") for start in range(0, 64, 8))


REACHES = [3, 5, 9, 4, 30, 7, 1_000, 12, 10**6, 6, 10**12, 3, 5]


def test_points_of_one_size_are_what_the_hash_says_with_the_smallest_first():
    drawn = [1 + number % (reach + 1) for number, reach in zip(stream(SEED), REACHES, strict=False)]

    assert [1, *drawn[1:]] == [point[0] for point in islice(points([WHOLE], [], [], {"H": 0}, seed=SEED), len(REACHES))]


def test_points_of_any_whole_number_lie_on_both_sides_of_zero():
    drawn = [number % (2 * reach) - reach for number, reach in zip(stream(SEED), REACHES, strict=False)]

    assert [1, *drawn[1:]] == [point[0] for point in islice(points([ANY], [], [], {"H": 0}, seed=SEED), len(REACHES))]


@pytest.mark.parametrize("domain", [REAL, POSITIVE])
def test_points_of_real_numbers_are_fractions_with_small_denominators(domain):
    numbers, drawn = stream(SEED), []
    for reach in REACHES:
        denominator = (1, 2, 3, 8)[next(numbers) % 4]
        number = Fraction(next(numbers) % (denominator * reach) + 1, denominator)
        drawn.append(-number if domain is REAL and next(numbers) % 2 else number)

    assert [1, *drawn[1:]] == [p[0] for p in islice(points([domain], [], [], {"H": 0}, seed=SEED), len(REACHES))]


def test_two_sizes_are_alike_at_every_seventh_point():
    numbers, expected = stream(SEED), []
    for turn, reach in enumerate(REACHES):
        point = [1 + next(numbers) % (reach + 1) for _ in PLACES]
        if turn % 7 == 1:
            one, other = next(numbers) % 2, next(numbers) % 2
            point[one] = point[other]
        expected.append(tuple(point) if turn else (1, 1))

    assert expected == list(islice(points([WHOLE, WHOLE], [], [], PLACES, seed=SEED), len(REACHES)))


def test_variables_of_different_kinds_are_never_made_alike():
    drawn = list(islice(points([WHOLE, LARGE], [], [], PLACES, seed=SEED), 1_000))

    assert all(one >= 1 and other >= 5 for one, other in drawn)
    assert (1, 5) == drawn[0]


def test_the_first_point_is_the_least_admissible_one():
    domains = [WHOLE, NATURAL, ANY, REAL, POSITIVE, Domain(False, 0)]
    first = next(points(domains, [], [], {}, seed=SEED))

    assert (1, 0, 1, 1, 1, 0) == first


def test_points_stay_within_the_reach():
    drawn = [point[0] for point in islice(points([WHOLE], [], [], {"H": 0}, seed=SEED, reach=30), 200)]

    assert 31 >= max(drawn) > 20


KEPT = [
    ("H", ">=", "K"), ("H", ">", "K"), ("K", "<=", "H"), ("K", "<", "H"), ("H", "==", "K"), ("H", "!=", "K"),
    ("H % K", "==", "0"), ("2*K", "<=", "H"), ("H", ">=", "3*K"), ("K + 5", "<", "H"), ("H", "==", "2*K"),
    ("H", "==", "7"),
]  # fmt: skip


@pytest.mark.parametrize("assumption", KEPT)
def test_every_point_satisfies_the_assumption_and_there_are_enough(assumption):
    compared = {">=": "__ge__", ">": "__gt__", "<=": "__le__", "<": "__lt__", "==": "__eq__", "!=": "__ne__"}
    drawn = list(islice(points([WHOLE, WHOLE], [assumed(*assumption)], [], PLACES, seed=SEED), 100))
    sides = [[eval(side, {"H": h, "K": k}) for side in assumption[::2]] for h, k in drawn]  # noqa: S307 of this file

    assert 100 == len(drawn)
    assert all(getattr(left, compared[assumption[1]])(right) for left, right in sides)
    assert 3 <= len({point[1] for point in drawn})


def test_what_cannot_be_met_gives_no_points():
    assert [] == list(points([WHOLE], [assumed("H", "<", "1")], [], {"H": 0}, seed=SEED))


@pytest.mark.parametrize("assumptions", [[], [assumed("K", "<=", "H")]])
def test_every_quotient_is_met_at_its_edges_a_third_of_the_points_each(assumptions):
    quotients = rounded_quotients(tree_of("(H - 1)//K"))
    drawn = list(islice(points([WHOLE, WHOLE], assumptions, quotients, PLACES, seed=SEED), 91))[1:]
    rests = [(turn % 3, (h - 1) % k, k) for turn, (h, k) in enumerate(drawn, 1) if k > 1]

    assert len(rests) > 50
    assert all(rest == 0 for edge, rest, _ in rests if edge == 0)
    assert all(rest == k - 1 for edge, rest, k in rests if edge == 1)
    assert any(0 < rest < k - 1 for edge, rest, k in rests if edge == 2)


class Given(laying._Draws):
    """The numbers given, one after the other."""

    def __init__(self, *numbers: int) -> None:
        super().__init__(SEED)
        self.numbers = list(numbers)

    def below(self, bound: int) -> int:
        return self.numbers.pop(0) % bound


LAID = [  # top // bottom at a point, the edge wanted, and where the point is moved to
    ("H//K", (7, 3), 0, (9, 3)), ("H//K", (7, 3), 1, (8, 3)), ("H//K", (7, 3), 2, (8, 3)), ("H//K", (7, 1), 0, (7, 1)),
    ("H//K", (7, 2), 0, (8, 2)), ("(5*K - H)//7", (7, 3), 0, (8, 3)), ("(2*H)//K", (7, 3), 0, (7, 3)),
    ("K//H", (3, 8), 0, (3, 9)), ("H//(K - 5)", (7, 3), 0, (7, 3)), ("H//(1//(K - 3))", (7, 3), 0, (7, 3)),
    ("(H/2)//K", (7, 3), 0, (7, 3)), ("(3*H + K)//5", (1, 1), 0, (1, 2)), ("(H - K)//3", (7, 5), 1, (7, 5)),
    ("(4*H)//10", (7, 5), 0, (7, 5)), ("H//(K/2)", (7, 5), 0, (7, 5)), ("(H//(n))//4", (7, 5), 0, (7, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "point", "edge", "expected"), LAID)
def test_one_variable_is_raised_to_the_edge(text, point, edge, expected):
    places = {"H": 0, "K": 1, "n": 2}
    top, bottom = rounded_quotients(tree_of(text))[0]
    moved: list[int | Fraction] = [*point, 0]
    quotient = laying._Quotient(compiled(top, places), compiled(bottom, places))
    laying._lay(moved, quotient, edge, Given(2), [WHOLE, WHOLE, REAL])

    assert [*expected, 0] == moved
    assert all(type(one) is int for one in moved)


def test_only_whole_numbers_are_raised_to_an_edge():
    top, bottom = rounded_quotients(tree_of("(H + K)//5"))[0]
    moved: list[int | Fraction] = [1, 1]
    laying._lay(moved, laying._Quotient(*(compiled(t, PLACES) for t in (top, bottom))), 0, Given(0), [REAL, WHOLE])

    assert [1, 4] == moved


MENDED = [  # an assumption, a point that breaks it, the numbers drawn, and the mended point
    (("H", ">=", "K"), (2, 7), [3], (10, 7)), (("H", ">", "K"), (2, 7), [3], (11, 7)),
    (("H", "==", "K"), (2, 7), [], (2, 2)),
    (("K", "<=", "H"), (2, 7), [0], (7, 7)), (("K", "<", "H"), (2, 7), [5], (13, 7)),
    (("H", "!=", "K"), (7, 7), [0], (7, 8)),
    (("H", ">", "7"), (2, 7), [0], (8, 7)), (("2*H", ">=", "K"), (2, 7), [0], (2, 4)),
    (("2*H", ">", "K"), (2, 7), [0], (2, 3)),
    (("2*H", ">", "K - 1"), (2, 7), [0], (2, 7)), (("H % K", "==", "0"), (9, 7), [3], (28, 7)),
    (("H % K", "==", "0"), (9, 7), [5], (7, 7)), (("H", ">=", "K"), (2, 7), [6], (7, 7)),
    (("H % (1//(K-7))", "==", "0"), (9, 7), [3], (9, 7)), (("H % K", "==", "1"), (9, 7), [4], (35, 7)),
    (("H % K", ">", "5"), (9, 7), [0], (9, 7)), (("(2*H) % K", "==", "0"), (9, 7), [0], (9, 7)),
    (("H - 5", ">", "H"), (2, 7), [0], (2, 7)), (("H", ">=", "1/(K - 7)"), (2, 7), [0], (2, 7)),
    (("H", ">=", "K/2"), (2, 7), [0], (2, 7)),
    (("K", "<=", "3"), (2, 7), [2], (2, 3)), (("H", ">", "sqrt(2)*K"), (2, 7), [0], (2, 7)),
    (("K", "<", "H*0 - 9"), (2, 7), [0], (2, 7)),
]  # fmt: skip


@pytest.mark.parametrize(("assumption", "point", "drawn", "expected"), MENDED)
def test_a_variable_alone_on_one_side_is_moved(assumption, point, drawn, expected):
    moved = list(point)
    laying._Check(assumed(*assumption), PLACES).repair(moved, [WHOLE, WHOLE], Given(*drawn))

    assert list(expected) == moved


SET = [
    (7, 0, WHOLE, 7),
    (7, 2, WHOLE, 21),
    (3, 0, LARGE, 1),
    (Fraction(1, 2), 0, WHOLE, 1),
    (Fraction(1, 2), 1, WHOLE, 1),
    (0, 0, WHOLE, 1),
]


@pytest.mark.parametrize(("divisor", "more", "domain", "expected"), SET)
def test_a_variable_becomes_a_multiple_where_its_domain_admits_one(divisor, more, domain, expected):
    point: list[int | Fraction] = [1]
    laying._set(point, 0, divisor, more, [domain])

    assert [expected] == point


def test_a_point_that_breaks_nothing_is_left_alone():
    check = laying._Check(assumed("H", ">=", "K"), PLACES)

    assert laying._repaired([7, 2], [check], [WHOLE, WHOLE], Given()) is False
    assert laying._repaired([2, 7], [check], [WHOLE, WHOLE], Given(0)) is True


def test_only_the_first_bytes_of_a_long_seed_count():
    drawn = [list(islice(points([WHOLE], [], [], {"H": 0}, seed=b"x" * length), 9)) for length in (64, 70)]

    assert drawn[0] == drawn[1]


HELD = [
    (("H", "<", "K"), (2, 3), True), (("H", "<", "K"), (3, 3), False), (("H", "<=", "K"), (3, 3), True),
    (("H", "==", "K"), (3, 3), True),
    (("H", "!=", "K"), (3, 3), False), (("H", ">=", "K"), (2, 3), False), (("H", ">", "1/(K - 3)"), (2, 3), False),
    (("H^5000", ">", "K"), (2, 3), False), (("H", ">", "K"), (4, 3), True),
]  # fmt: skip


@pytest.mark.parametrize(("assumption", "point", "expected"), HELD)
def test_an_assumption_holds_where_both_sides_have_values_that_compare_so(assumption, point, expected):
    assert expected is holds(assumed(*assumption), point, PLACES)


ADMITTED = [
    (WHOLE, 1, True), (WHOLE, 0, False), (WHOLE, Fraction(3, 2), False), (ANY, -5, True),
    (REAL, Fraction(-1, 2), True),
    (POSITIVE, 0, False), (POSITIVE, Fraction(1, 9), True), (Domain(False, 0), 0, True), (NATURAL, 0, True),
    (NATURAL, -1, False),
]  # fmt: skip


@pytest.mark.parametrize(("domain", "value", "expected"), ADMITTED)
def test_a_domain_admits_its_numbers(domain, value, expected):
    assert expected is laying._admits(domain, value)
