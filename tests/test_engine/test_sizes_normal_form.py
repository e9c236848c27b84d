"""Normal forms of sizes: identities that must be proven, near-misses that must not, and the laws behind them."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.sizes import (
    InexactDivision,
    Size,
    SizeError,
    SizeTooLarge,
    UndecidedComparison,
    as_size,
    ceil_divide,
    evaluate,
    evaluator,
    free_symbols,
    same,
    size_max,
    size_min,
    substitute,
    symbol,
)

H, K, S, N, M, B, E, L, W = (symbol(name) for name in "HKSNMBELW")
NAMES = ("H", "K", "S", "N", "M")

PROVEN = {
    "one added inside is S": ((H - K) // S + 1, (H - K + S) // S),
    "ceiling of the window": ((H - K) // S + 1, ceil_divide(H - K + 1, S)),
    "negated floor": ((H - K) // S + 1, -((K - H - 1) // S)),
    "remainder taken away": ((H - K) // S + 1, (H - K - (H - K) % S) / S + 1),
    "batches": (E * ((N + B - 1) // B), E * ceil_divide(N, B)),
    "ceiling idioms": (-(-N // B), (N + B - 1) // B),
    "ceiling by one less": (ceil_divide(N, B), (N - 1) // B + 1),
    "half and its rest": (N - ceil_divide(N, 2), N // 2),
    "two halves": ((N + 1) // 2 + N // 2, N),
    "absolute difference": ((N + M + abs(N - M)) / 2, size_max(N, M)),
    "absolute difference below": ((N + M - abs(N - M)) / 2, size_min(N, M)),
    "max and min": (size_max(N, M) + size_min(N, M), N + M),
    "max of three, nested": (size_max(N, size_max(M, K)), size_max(K, N, M)),
    "min of three, nested": (size_min(size_min(N, M), K), size_min(N, M, K)),
    "max of one": (size_max(N), N),
    "max is idempotent": (size_max(N, N, M), size_max(M, N)),
    "max with a proven larger": (size_max(N, N + M), N + M),
    "max with 1": (size_max(N, 1), N),
    "min with 0": (size_min(N, 0), as_size(0)),
    "absorption": (size_max(N, size_min(N, M)), N),
    "max of constants": (size_max(3, 5, N + 5), N + 5),
    "shifted max": (size_max(N + 3, M + 3), size_max(N, M) + 3),
    "scaled max": (size_max(2 * N, 2 * M), 2 * size_max(N, M)),
    "max times a size": (size_max(K * N, K * M), K * size_max(N, M)),
    "max of sums with a max": (size_max(K + size_max(N, M), K), K + size_max(N, M)),
    "powers": (K**2, K * K),
    "power of a product": ((2 * N * K) ** 3, 8 * N**3 * K * K * K),
    "square of a sum": ((N + M) ** 2, N**2 + 2 * N * M + M**2),
    "symbolic exponents add": (2**L * 2**N, 2 ** (L + N)),
    "symbolic exponents multiply": ((K**L) ** N, K ** (L * N)),
    "power of a power": ((K**2) ** L, (K**L) ** 2),
    "perfect powers": (4**L, 2**L * 2**L),
    "composite base": (6**L, 3**L * 2**L),
    "constants leave the exponent": (2 ** (L + 3), 8 * 2**L),
    "floor of a floor": (N // M // K, N // (M * K)),
    "floor of a floor in numbers": (N // 2 // 3, N // 6),
    "pooling after a window": (((H - K) // S + 1) // 2, (H - K + S) // (2 * S)),
    "two windows": (((H - K) // S + 1 - K) // S + 1, (H - K + S - K * S + S * S) // (S * S)),
    "common factor": ((6 * N) // (4 * M), (3 * N) // (2 * M)),
    "common symbol": ((N * K) // (M * K), N // M),
    "common sum": ((2 * N * (K + 1)) // (2 * (K + 1)), N),
    "numbers narrow": ((2 * N + 1) // 4, N // 2),
    "whole multiples come out": ((S * N + K) // S, N + K // S),
    "exact by a sum": ((N**2 - M**2) // (N + M), N - M),
    "negative divisor": (N // (-M), (-N) // M),
    "smaller than the divisor": (K // (K + 1), as_size(0)),
    "one less than the divisor": ((S - 1) // S, as_size(0)),
    "minus one": (as_size(-1) // S, as_size(-1)),
    "zero": (as_size(0) // S, as_size(0)),
    "modulo of a multiple": ((N * S) % S, as_size(0)),
    "modulo drops multiples": ((N + M * S) % S, N % S),
    "division with remainder": ((N // S) * S + N % S, N),
    "divmod": (sum([S * (N // S), N % S], start=as_size(0)), N),
    "modulo of a modulo": ((N % (2 * S)) % S, N % S),
    "im2col columns": (8 * N * (((H - K) // S + 1) * K * K), 8 * N * K**2 * ((H - K + S) // S)),
}

NOT_PROVEN_BUT_TRUE = {
    "a product of neighbours is even": (2 * ((N * (N + 1)) // 2), N * (N + 1)),
    "smaller of a product": (size_min(N, M) * size_max(N, M), N * M),
    "thirds": (N // 3 + (N + 1) // 3 + (N + 2) // 3, N),
}

NEAR_MISSES = {
    "ceiling for floor and one": (ceil_divide(H - K, S), (H - K) // S + 1),
    "one too many": ((H - K + S - 1) // S, (H - K) // S + 1),
    "one batch too many": (E * (N // B + 1), E * ceil_divide(N, B)),
    "padding once": ((H + M - K) // S + 1, (H + 2 * M - K) // S + 1),
    "no plus one": ((H - K) // S, (H - K) // S + 1),
    "product of floors": ((N // S) * (M // S), (N * M) // (S * S)),
    "floor of a sum": (N // S + M // S, (N + M) // S),
    "K squared": (N * K**2, N * K),
    "exponent for factor": (2**L, 2 * L),
    "max for sum": (size_max(N, M), N + M),
    "max for min": (size_max(N, M), size_min(N, M)),
    "modulo for floor": (N % S, N // S),
    "floor of a product": (2 * (N // 2), N),
    "floor by another": (N // M // K, N // (M + K)),
    "off by one in a power": (K ** (L + 1), K**L),
}


def drawn_points() -> list[dict[str, int]]:
    """Points at which floors are visited with remainder 0, S - 1 and others, and at which sizes are 1."""
    points = []
    for s, q, r, k in itertools.product((1, 2, 3, 7), (0, 1, 5), (0, 1, -1), (1, 2, 3)):
        h = k + q * s + r % s
        points.append({"H": h, "K": k, "S": s, "N": q * s + r % s + 1, "M": s + 1, "B": s, "E": k, "L": k, "W": h})
    return points


POINTS = drawn_points()


@pytest.mark.parametrize("pair", PROVEN.values(), ids=PROVEN)
def test_equal_formulas_are_proven_equal(pair: tuple[Size, Size]) -> None:
    left, right = pair

    assert same(left, right)
    assert left == right


@pytest.mark.parametrize("pair", PROVEN.values(), ids=PROVEN)
def test_the_table_of_identities_is_true_at_drawn_sizes(pair: tuple[Size, Size]) -> None:
    left, right = pair

    assert [evaluate(left, point) for point in POINTS] == [evaluate(right, point) for point in POINTS]


@pytest.mark.parametrize("pair", NOT_PROVEN_BUT_TRUE.values(), ids=NOT_PROVEN_BUT_TRUE)
def test_true_identities_beyond_the_normal_form_are_left_undecided(pair: tuple[Size, Size]) -> None:
    left, right = pair

    assert [evaluate(left, point) for point in POINTS] == [evaluate(right, point) for point in POINTS]
    with pytest.raises(UndecidedComparison):
        bool(left == right)


@pytest.mark.parametrize("pair", NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_near_misses_are_never_equal(pair: tuple[Size, Size]) -> None:
    left, right = pair

    assert not same(left, right)
    assert any(evaluate(left, point) != evaluate(right, point) for point in POINTS)


NUMBERS = st.integers(-4, 6)
SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
}


def trees(*, extrema: bool = True) -> st.SearchStrategy[Any]:
    """Formulas as nested tuples, known to neither side."""
    leaves = st.sampled_from(NAMES) | NUMBERS
    positive = st.sampled_from(("S", "K", 2, 3, ("*", "S", "K"), ("*", 2, "S"), ("+", "S", 1), -2, ("-", "N", 3)))

    def grow(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        extreme = st.tuples(st.sampled_from(("max", "min")), children, children, children)
        return (
            st.tuples(st.sampled_from("+-*"), children, children)
            | st.tuples(st.sampled_from(("//", "%", "ceil")), children, positive)
            | (extreme if extrema else st.nothing())
            | st.tuples(st.just("**"), children, st.integers(0, 3))
            | st.tuples(st.just("2**"), st.sampled_from(("S", "K", ("+", "S", "K"))))
        )

    return st.recursive(leaves, grow, max_leaves=10)


def as_formula(tree: Any) -> Size:
    """The tree computed with sizes."""
    if isinstance(tree, (int, str)):
        return symbol(tree) if isinstance(tree, str) else as_size(tree)
    kind, *parts = tree[0], *map(as_formula, tree[1:-1] if tree[0] == "**" else tree[1:])
    if kind in SIGNS:
        result: Size = SIGNS[kind](*parts)
        return result
    if kind == "**":
        return parts[0] ** tree[2]
    if kind == "2**":
        return 2 ** parts[0]
    if kind == "ceil":
        return ceil_divide(*parts)
    return size_max(*parts) if kind == "max" else size_min(*parts)


def at_point(tree: Any, point: dict[str, int]) -> int:
    """The tree computed with Python's own whole numbers."""
    if isinstance(tree, (int, str)):
        return point[tree] if isinstance(tree, str) else tree
    parts = [at_point(part, point) for part in tree[1:]]
    plain: dict[str, Callable[..., int]] = {
        **SIGNS,
        "**": operator.pow,
        "2**": lambda n: 2**n,
        "ceil": lambda a, b: -(-a // b),
        "max": max,
        "min": min,
    }
    return plain[tree[0]](*parts)


DIVISORS = st.sampled_from(("S", "K", 2, 3, ("*", 2, "S"), ("+", "S", 1)))
# Sizes up to 1 most often: that is where (N - 3) changes its sign and S divides everything.
VALUES = st.one_of(st.integers(1, 3), st.integers(1, 12), st.integers(1, 1000))
PLACES = st.fixed_dictionaries(
    {name: VALUES for name in NAMES if name not in "SK"} | {"S": st.integers(1, 9), "K": st.integers(1, 9)}
)


def formula_or_none(tree: Any) -> Size | None:
    try:
        return as_formula(tree)
    except SizeTooLarge:
        return None


def value_or_none(tree: Any, point: dict[str, int]) -> int | None:
    try:
        return at_point(tree, point)
    except ZeroDivisionError:
        return None


@given(trees(), st.lists(PLACES, min_size=5, max_size=5))
def test_a_formula_has_the_value_of_plain_python(tree: Any, points: list[dict[str, int]]) -> None:
    formula = formula_or_none(tree)
    assume(formula is not None)
    pairs = [(value_or_none(tree, point), point) for point in points]

    for expected, point in pairs:
        # Where a divisor is 0 nothing is promised.
        if expected is not None:
            assert expected == evaluate(formula, point)  # type: ignore[arg-type]


def small_formulas() -> list[Any]:
    """Every formula of up to two operations over a few leaves: many of them are equal."""
    leaves = ("S", "N", 1, 2)
    once = [(kind, a, b) for kind in ("+", "-", "*", "max") for a in leaves for b in leaves]
    once += [(kind, a, b) for kind in ("//", "ceil", "%") for a in leaves for b in ("S", 2)]
    twice = [(kind, a, b) for kind in ("+", "-", "//", "max", "min") for a in once for b in ("S", 2)]
    return [*once, *twice]


def test_equal_normal_forms_have_equal_values() -> None:
    points = [{"S": s, "N": n} for s in (1, 2, 3, 5) for n in (1, 2, 3, 4, 6, 11)]
    values: dict[Any, set[tuple[int, ...]]] = {}
    formulas = small_formulas()
    for tree in formulas:
        values.setdefault(as_formula(tree).form, set()).add(tuple(at_point(tree, point) for point in points))

    assert all(len(answers) == 1 for answers in values.values())
    # Many formulas fall together, or the law would say nothing.
    assert len(values) < 0.7 * len(formulas)


@given(trees(), trees(), trees())
def test_sizes_are_a_commutative_ring(a: Any, b: Any, c: Any) -> None:
    try:
        x, y, z = map(as_formula, (a, b, c))
        results = [
            (x + y, y + x),
            (x * y, y * x),
            (x * (y + z), x * y + x * z),
            (x - y, -(y - x)),
            (x + (y + z), x + y + z),
        ]
    except SizeTooLarge:
        return

    assert all(same(left, right) for left, right in results)


@given(trees(extrema=False), trees(extrema=False), trees(extrema=False))
def test_extrema_do_not_depend_on_order_or_nesting(a: Any, b: Any, c: Any) -> None:
    try:
        x, y, z = map(as_formula, (a, b, c))
        results = [
            (size_max(x, y, z), size_max(z, x, y)),
            (size_max(x, y) + size_min(x, y), x + y),
            (size_max(x + K * N, y + K * N), size_max(x, y) + K * N),
            (size_max(x, size_min(x, y)), x),
            (size_min(x, size_max(x, y, z)), x),
            (-size_min(-x, -y), size_max(x, y)),
        ]
    except SizeTooLarge:
        return

    assert all(same(left, right) for left, right in results)


@given(trees(), trees(), DIVISORS)
def test_whole_multiples_come_out_of_a_floor(a: Any, b: Any, divisor: Any) -> None:
    try:
        x, y, d = map(as_formula, (a, b, divisor))
        results = [((x + y * d) // d, x // d + y), (x // d * d + x % d, x)]
    except SizeTooLarge:
        return

    assert all(same(left, right) for left, right in results)


@given(st.sampled_from(("N", "H", ("+", "N", "H"), ("*", "N", "H"), ("-", "N", "K"))), DIVISORS, st.integers(-5, 5))
def test_every_way_to_round_up_is_one(top: Any, divisor: Any, shift: int) -> None:
    x, d = as_formula(top) + shift, as_formula(divisor)

    assert same(ceil_divide(x, d), (x + d - 1) // d) and same(ceil_divide(x, d), (x - 1) // d + 1)


@given(trees(), st.dictionaries(st.sampled_from(NAMES), st.integers(1, 9)), PLACES)
def test_substituting_numbers_first_gives_the_same_value(
    tree: Any, some: dict[str, int], point: dict[str, int]
) -> None:
    formula = formula_or_none(tree)
    expected = value_or_none(tree, {**point, **some})
    assume(formula is not None and expected is not None)
    try:
        result = substitute(formula, some)  # type: ignore[arg-type]
    except SizeError:
        assume(False)

    assert expected == evaluate(result, point)
    assert not free_symbols(result) & set(some)


@pytest.mark.parametrize("top", [-H, H, K - H, H - K, H // 2 - K, (H - N) // S, -(H // 2), 2 * H + 1, N - 4])
@pytest.mark.parametrize("bottom", [N - 3, 3 - N, 2 * N - 7, N - K - 9, -S, 4 - 2 * N])
def test_a_divisor_of_either_sign_rounds_as_python_does(top: Size, bottom: Size) -> None:
    floor, remainder = evaluator(top // bottom), evaluator(top % bottom)
    numerator, divisor = evaluator(top), evaluator(bottom)
    points = [{"H": h, "K": k, "N": n, "S": s} for h in (1, 2, 7) for k in (1, 3) for n in (1, 2, 4, 6) for s in (1, 2)]

    for point in points:
        if divisor(point):
            assert divmod(numerator(point), divisor(point)) == (floor(point), remainder(point)), point


def test_sizes_of_numbers_behave_as_numbers() -> None:
    seven = as_size(7)

    assert (3, 1, 49, -7) == (int(seven // 2), int(seven % 2), int(seven**2), int(-seven))
    assert [0, 1, 2] == list(range(as_size(3)))
    assert seven == 7 and seven != 8 and seven < 8 and not seven > 8
    assert hash(7) == hash(seven)
    assert bool(seven) and not as_size(0)


def test_numpy_integers_mix_with_sizes() -> None:
    numpy = pytest.importorskip("numpy")

    assert same(8 * N, numpy.int64(8) * N) and same(N * 8, N * numpy.int64(8))


def test_exact_division_is_refused_where_it_does_not_divide() -> None:
    assert same(2 * N, (8 * N * K) / (4 * K))
    with pytest.raises(InexactDivision, match=r"8\*N / K: does not divide exactly.*// rounds down"):
        _ = 8 * N / K


def test_division_by_zero_names_both_sides() -> None:
    with pytest.raises(SizeError, match=r"N \+ 1 // 0: the divisor is 0"):
        _ = (N + 1) // 0
    with pytest.raises(SizeError, match=r"N % M - M|N % 0: the divisor is 0"):
        _ = N % (M - M)


def test_a_symbolic_size_is_no_index() -> None:
    with pytest.raises(SizeError, match=r"H - K depends on symbols and is no plain number"):
        int(H - K)


def test_an_exponent_that_may_be_negative_is_refused() -> None:
    with pytest.raises(SizeError, match=r"K \*\* L - 2: the exponent of a power may be negative"):
        _ = K ** (L - 2)
    assert 8 == evaluate(2 ** (symbol("D", at_least=2) - 2), {"D": 5})


def test_zero_to_a_power_that_may_be_zero_is_refused() -> None:
    with pytest.raises(SizeError, match="0 to a power that may be 0"):
        _ = as_size(0) ** (L - 1)
    assert as_size(0) ** L == 0


@pytest.mark.parametrize(
    ("grow", "words"),
    [
        (lambda: K**1000, "degree"),
        (lambda: as_size(2) ** 5000, "bits"),
        (lambda: as_size(2) ** 10**9, "exponent 1000000000"),
        (lambda: (H + K + S + N + M + B) ** 20, "terms"),
        (lambda: size_max(*(symbol(f"x{i}") for i in range(20))), "20 arguments"),
        (lambda: _tower(60), "nest"),
    ],
    ids=["degree", "bits", "exponent", "terms", "arguments", "nesting"],
)
def test_what_outgrows_the_limits_is_refused_at_once(grow: Callable[[], Size], words: str) -> None:
    with pytest.raises(SizeTooLarge, match=words):
        grow()


def _tower(height: int) -> Size:
    size = N
    for _ in range(height):
        size = 5 // (size + K)
    return size


def test_values_are_asked_for_by_name_and_checked() -> None:
    with pytest.raises(SizeError, match="no value for K; values were given for: H"):
        evaluate(H - K, {"H": 3})
    with pytest.raises(SizeError, match="K is 0; it stands for a whole number of at least 1"):
        evaluate(H - K, {"H": 3, "K": 0})
    with pytest.raises(SizeError, match=r"K is 2\.0; a size is a whole number"):
        evaluate(H - K, {"H": 3, "K": 2.0})  # type: ignore[dict-item]
    with pytest.raises(SizeError, match="a divisor is 0"):
        evaluate(H // (K - 1), {"H": 3, "K": 1})
    with pytest.raises(SizeTooLarge, match="more than 65536 bits"):
        evaluate(9**H, {"H": 9**9})


def test_a_symbol_may_be_declared_to_reach_zero() -> None:
    padding = symbol("padding", at_least=0)

    assert 5 == evaluate(5 + 2 * padding, {"padding": 0})
    assert padding >= 0
    with pytest.raises(UndecidedComparison):
        bool(padding >= 1)
    # A symbol that may be 0 cannot be cancelled: 0 // 0 is nothing.
    assert not same((padding * N) // (padding * M), N // M)


def test_an_evaluator_is_planned_once_and_used_often() -> None:
    at = evaluator(8 * N * ((H - K) // S + 1))

    assert [8 * n * ((9 - 2) // s + 1) for n in (1, 2) for s in (1, 2, 3)] == [
        at({"N": n, "H": 9, "K": 2, "S": s}) for n in (1, 2) for s in (1, 2, 3)
    ]


def test_replacing_a_divisor_by_zero_is_refused() -> None:
    with pytest.raises(SizeError, match="a divisor is 0 after the replacement"):
        substitute(N // S, {"S": 0})


@pytest.mark.parametrize("name", ["", "2x", "a b", "a-b", "x.y"])
def test_names_are_identifiers(name: str) -> None:
    with pytest.raises(SizeError, match="is no name for a size"):
        symbol(name)


def test_a_symbol_below_zero_is_refused() -> None:
    with pytest.raises(SizeError, match="N is declared to be at least -1"):
        symbol("N", at_least=-1)


def test_sympy_agrees_that_expanded_products_are_equal() -> None:
    sympy = pytest.importorskip("sympy")
    h, k, n = sympy.symbols("H K N", positive=True, integer=True)
    ours = (H + K) ** 3 * (N - 2) - H * K * (N + 1)
    theirs = sympy.Poly((h + k) ** 3 * (n - 2) - h * k * (n + 1), h, k, n)

    powers = {tuple(m.count(s.form[0][0][0]) for s in (H, K, N)): coefficient for m, coefficient in ours.form}
    assert {monomial: int(coefficient) for monomial, coefficient in theirs.terms()} == powers
