"""Normal forms, definitions, domains, closeness and corners, function by function: expected values by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.sizes.polynomial import ONE, Polynomial, constant
from engine.sizes.polynomial import Symbol as SizeSymbol
from grader.equality.comparison import Reference
from grader.equality.domains import Assumption, Domain, domain_of, places_of
from grader.equality.evaluation import exactly, is_close
from grader.equality.normal_form import Quotient, are_proven_equal, normal_form
from grader.equality.points import corners
from grader.equality.substitution import MAX_NODES, inlined, symbols_of
from grader.reading.formulas.formula import author_formula
from grader.reading.formulas.names import Names
from grader.reading.formulas.printing import formula_text
from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Operation, Symbol
from grader.reading.unreadable import Refusal

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


FORMS = [
    ("3", constant(3), ONE), ("n", N, ONE), ("-n", times(N, -1), ONE), ("0.5", ONE, constant(2)),
    ("n + n", times(N, 2), ONE),
    ("n - 3*n", times(N, -2), ONE), ("n*n", NN, ONE), ("n/2", N, constant(2)), ("2/n", constant(2), N),
    ("n^2", NN, ONE),
    ("n^-2", ONE, NN), ("(n/2)^2", NN, constant(4)), ("n^0", ONE, ONE), ("n/2 + n/2", times(N, 2), constant(2)),
    ("n/2 - n/3", N, constant(6)), ("(n/2)*(n/3)", NN, constant(6)), ("(n/2)*3", times(N, 3), constant(2)),
    ("(n/2)/(3/n)", NN, constant(6)), ("(2*n)//2", N, ONE), ("(2*n + 1)//2", N, ONE), ("(n + 7) % n", None, None),
    ("7 // 2", constant(3), ONE), ("7 % 4", constant(3), ONE), ("(4*n + 3) % 4", constant(3), ONE),
    ("floor(7/2)", constant(3), ONE),
    ("ceil(7/2)", constant(4), ONE), ("ceil(n)", N, ONE), ("floor((2*n + 1)/2)", N, ONE),
    ("ceil((2*n + 1)/2)", N + constant(1), ONE),
    ("min(3, 5)", constant(3), ONE), ("max(3, 5)", constant(5), ONE), ("min(n, n + 1)", N, ONE),
    ("max(n, n + 1)", N + constant(1), ONE),
    ("2^12", constant(4096), ONE), ("2^-1", ONE, constant(2)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "above", "below"), FORMS)
def test_a_normal_form_is_this_quotient_of_polynomials(text, above, below):
    found = normal_form(tree_of(text), DOMAINS)

    assert above is None or Quotient(above, below) == found


NO_FORM = [
    "2^13",
    "2^-13",
    "sqrt(n)",
    "log(n)",
    "min(n/2, n)",
    "n/0",
    "n//0",
    "n % 0",
    "2^(n/2)",
    "2^0.5",
    "e^n",
    "abs(n)",
    "n/(m - m)",
]


@pytest.mark.parametrize("text", NO_FORM)
def test_what_sizes_cannot_say_has_no_normal_form(text):
    assert normal_form(tree_of(text), DOMAINS) is None


def test_only_whole_numbers_with_a_least_one_have_normal_forms():
    least = [
        normal_form(tree_of("n"), {"n": domain}) for domain in (Domain(True, 5), NATURAL, Domain(True, -3), ANY, REAL)
    ]
    atoms = [(((SizeSymbol(0, "n", start),), 1),) for start in (1, 0, -3)]

    assert [*(Quotient(atom, ONE) for atom in atoms), None, None] == least
    assert normal_form(tree_of("n"), {"n": Domain(False, 0)}) is None


EQUAL = [
    ("2^n * 2^n", "2^(2*n)", True), ("2^n/3^n", "1/(3^n/2^n)", True), ("n/m + m/n", "(n^2 + m^2)/(n*m)", True),
    ("n/2", "n/3", False),
    ("n", "m", False), ("(n + m)^2", "n^2 + 2*n*m + m^2", True), ("2^n", "2^m", False), ("n/2", "2*n/4", True),
    ("n*m/n", "m", True),
    ("(n/m)^n", "n^n/m^n", True), ("max(n, m)", "min(n, m)", False), ("max(n, m)", "max(m, n)", True),
    ("(n/m)^-2", "m^2/n^2", True),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "expected"), EQUAL)
def test_equal_forms_are_proven_equal_by_cross_multiplying(left, right, expected):
    forms = [normal_form(tree_of(text), DOMAINS) for text in (left, right)]

    assert all(forms)
    assert expected is are_proven_equal(forms[0], forms[1])  # type: ignore[arg-type]


def test_forms_too_large_to_multiply_prove_nothing():
    many = tuple(((SizeSymbol(0, f"n{place}", 1),), 1) for place in range(150))

    assert are_proven_equal(Quotient(many, ONE), Quotient(many, many)) is False


# Definitions

PUT_IN = [
    ("n + m", {"n": "2*k"}, "2*k + m"), ("-n", {"n": "m"}, "-m"), ("max(n, 3)", {"n": "m"}, "max(m, 3)"),
    ("n^n", {"n": "m"}, "m^m"),
    ("n", {"n": "m + 1", "m": "k"}, "k + 1"), ("n", {"n": "n - 1"}, "n - 1"),
    ("n + n", {"n": "n + 1"}, "n + 1 + n + 1"), ("n", {}, "n"),
    ("k", {"n": "m"}, "k"), ("m", {"n": "m", "m": "n - n + k", "k": "x"}, None), ("3", {"n": "m"}, "3"),
    ("n*n + m", {"n": "m", "m": "k"}, "k*k + k"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "definitions", "expected"), PUT_IN)
def test_names_are_replaced_by_what_they_stand_for(text, definitions, expected):
    trees = {name: tree_of(definition) for name, definition in definitions.items()}
    if expected is not None:
        assert expected == formula_text(inlined(tree_of(text), trees))
        return
    with pytest.raises(Refusal) as caught:
        inlined(tree_of(text), trees)

    assert "The definitions of m and n go round in a circle; please write one out." == caught.value.unreadable.reason
    assert caught.value.unreadable.position is not None


def test_the_replaced_tree_keeps_its_places_in_the_text():
    tree = Operation("+", Negative(Symbol("n", 5), 4), Call("abs", (Symbol("n", 9),), 8), 7)
    done = inlined(tree, {"n": Symbol("m", 2)})

    assert Operation("+", Negative(Symbol("m", 2), 4), Call("abs", (Symbol("m", 2),), 8), 7) == done


def test_trees_outgrow_what_is_read_at_one_node_above_five_hundred():
    def wide(nodes: int) -> Expression:
        """A tree that has so many nodes once its name is put in."""
        return Call("max", (Symbol("n", 0), *(Literal(place, None, 3) for place in range(nodes - 3))), 0)

    assert MAX_NODES == 500
    assert inlined(wide(500), {"n": Constant(0)})
    with pytest.raises(Refusal) as caught:
        inlined(wide(501), {"n": Constant(0)})
    assert (
        "With all its definitions this formula is larger than we read; please shorten it."
        == caught.value.unreadable.reason
    )


def test_the_names_in_a_tree_are_found_wherever_they_stand():
    assert {"n", "m", "k", "x"} == symbols_of(tree_of("-n + max(m, 3^k)*e^2 + abs(x)"))
    assert frozenset() == symbols_of(tree_of("3 + e^2"))


# Domains

POSITIVE = Domain(False, 0, is_open=True)

WORDS = [
    ("positive integer", WHOLE), ("nonnegative integer", NATURAL), ("integer", ANY), ("non-negative integer", NATURAL),
    ("natural number", WHOLE), ("whole number", ANY), ("Positive_Integer", WHOLE), ("int >= 0", NATURAL),
    ("int >= 1", WHOLE), ("int > 0", WHOLE), ("real", REAL), ("positive real", POSITIVE), ("positive", POSITIVE),
    ("nonnegative real", Domain(False, 0)), ("float", REAL), ("number", REAL), ("rational", REAL), ("negative", REAL),
    ("real > 0", POSITIVE), ("real_>_0", POSITIVE), ("non_negative number", REAL),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_words_name_a_domain(words, expected):
    assert expected == domain_of(words)


def test_words_that_name_no_domain_are_refused():
    with pytest.raises(ValueError) as caught:
        domain_of("Matrix")

    assert "'Matrix' names no domain; write 'positive integer', 'nonnegative integer' or 'real'." == str(caught.value)


def test_variables_have_their_places_in_order():
    assert {"b": 0, "a": 1} == places_of(["b", "a"])


# Closeness

CLOSE = [
    (1, 1, 0, True), (1, Fraction(1001, 1000), 0, False), (2, 3, 0, False), (100, 99, Fraction(1, 100), True),
    (99, 100, Fraction(1, 100), True), (100, 98, Fraction(1, 100), False), (98, 100, Fraction(1, 100), False),
    (-100, -99, Fraction(1, 100), True), (-99, -100, Fraction(1, 100), True), (-100, 100, Fraction(1, 100), False),
    (Decimal(1), Decimal("1") + Decimal("1e-31"), 0, True), (Decimal(1), Decimal("1") + Decimal("1e-20"), 0, False),
    (Decimal("1.5"), Fraction(3, 2), 0, True), (Fraction(3, 2), Decimal("1.5"), 0, True),
    (0, Decimal("1e-31"), 0, True),
    (Decimal("1e-31"), 0, 0, True), (0, Decimal("1e-30"), 0, True), (0, Decimal("2e-30"), 0, False),
    (Decimal("1e-31"), Decimal("2e-31"), 0, False), (0, Fraction(1, 10**31), 0, False),
    (0, 1, Fraction(1, 100), False),
    (Decimal(100), 99, Fraction(1, 100), True), (Fraction(1, 3), Decimal("0.333"), Fraction(1, 100), True),
    (Decimal("1e40"), 10**40 + 10**5, 0, True), (Decimal("1e40"), 10**40 + 10**15, 0, False),
    (10**40, Decimal("1e40") + Decimal("1e15"), 0, False), (Decimal(-1), 1, 0, False),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "slack", "expected"), CLOSE)
def test_closeness_is_equality_but_for_noise_and_written_digits(left, right, slack, expected):
    with exactly():
        assert expected is is_close(left, right, Fraction(slack))
    if not slack:
        with exactly():
            assert expected is is_close(left, right)


# Corners


def test_corners_of_one_and_two_sizes_are_these():
    far = (40, 1_009, 10**7, 10**12)
    small, low = [(1, 1), (1, 2), (2, 1), (2, 2)], far[:3]
    two = [*((v, 3) for v in far), *((3, v) for v in far), *((1, v + 1) for v in low), *((v, 1) for v in low), (7, 7)]

    assert [(1,), (2,), *((v,) for v in far), *[(1,)] * 3] == corners([WHOLE], 10**12)
    assert [*small, *two] == corners([WHOLE, WHOLE], 10**12)


def test_corners_of_three_sizes_lie_one_far_from_the_others():
    found = corners([WHOLE] * 3, 40)

    assert [
        (40, 3, 3),
        (3, 40, 3),
        (2, 2, 40),
        (1, 41, 41),
        (40, 1, 41),
        (40, 40, 1),
        (7, 7, 4),
        (7, 3, 7),
        (2, 7, 7),
    ] == found[8:]


def test_corners_are_admissible_and_few():
    assert [(40,), (1_009,)] == corners([Domain(True, 5)], 1_009)
    assert 64 == len(corners([WHOLE] * 7, 30)) - 21
