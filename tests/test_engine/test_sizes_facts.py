"""Facts about sizes: what is declared or recorded, what follows from it, and that nothing else does."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sizes import (
    Facts,
    Size,
    SizeError,
    UndecidedComparison,
    UnreadableSize,
    as_size,
    ceil_divide,
    decide,
    declare,
    evaluate,
    evaluator,
    facts_hold,
    record,
    same,
    size_max,
    size_min,
    stated,
    symbol,
    to_python,
)

H, K, S, W, N, M, L = (symbol(name) for name in ("Hin", "K", "S", "Win", "N", "M", "L"))
HOUT = (H - K) // S + 1
WOUT = (W - K) // S + 1
WINDOW = declare("S <= K <= Hin", "K <= Win")

DECIDED = [
    (H, ">=", 1, True),
    (H, "<", 1, False),
    (N, "==", N + 1, False),
    (N, "!=", 0, True),
    (N * M, ">=", N, True),
    (2 * N, "==", N, False),
    (N + M, ">", N, True),
    (N // M, ">=", 0, True),
    (N // M, "<=", N, True),
    (N % M, "<", M, True),
    (N % M, ">=", 0, True),
    (ceil_divide(N, M) * M, ">=", N, True),
    (ceil_divide(N, M) * M, "<", N + M, True),
    (size_max(N, M), ">=", size_min(N, M), True),
    (size_max(N, M), "<=", N + M, True),
    (size_min(N, M), ">", N, False),
    (2**L, ">", L, True),
    (as_size(3), "<", 5, True),
    (H, ">=", K, True),
    (H, "<", K, False),
    (H, ">=", S, True),
    (HOUT, ">=", 1, True),
    (WOUT, ">=", 1, True),
    (HOUT * WOUT, ">=", 1, True),
    (8 * N * HOUT * WOUT, ">", 0, True),
    (HOUT, "<=", H, True),
    (HOUT * S + K, "<=", H + S, True),
    ((HOUT - 1) * S + K, "<=", H, True),
    (HOUT * WOUT, "<=", H * W, True),
    (H * W, ">=", K * K, True),
    (H + W, ">=", 2 * K, True),
    (N, ">", N // 2, True),
    (N % 2, "<=", 1, True),
    ((H - K) // 2, ">=", 0, True),
    ((H - K) // 3 + 1, ">=", 1, True),
    (((H - K) // 2 + 1) // 2, ">=", 0, True),
    (K, "==", H, None),
    (K, "<", H, None),
    (H, "<=", W, None),
    (HOUT, "==", WOUT, None),
    (HOUT, ">=", 2, None),
    (N // M, ">=", 1, None),
    (size_max(N, M), ">=", 2 * N - M, None),
    (size_max(N, M), ">=", 2 * M - N, None),
]


@pytest.mark.parametrize("question", DECIDED, ids=lambda q: f"{q[0]} {q[1]} {q[2]}")
def test_a_question_is_decided_or_left_open(question: tuple[Size, Any, Any, bool | None]) -> None:
    left, relation, right, expected = question

    assert expected is decide(left, relation, right, facts=WINDOW)


def test_without_facts_a_window_may_be_larger_than_its_image() -> None:
    assert decide(H, ">=", K) is None
    assert decide(HOUT, ">=", 1) is None


def test_an_undecided_comparison_says_both_sides_and_what_to_declare() -> None:
    with pytest.raises(UndecidedComparison, match=r"K <= Hin depends on the sizes; declare 'K <= Hin' or 'K > Hin'"):
        bool(K <= H)
    with pytest.raises(UndecidedComparison, match=r"declare 'K == Hin' or 'K != Hin'"):
        bool(K == H)


def test_equal_tuples_of_sizes_are_equal_and_doubtful_ones_raise() -> None:
    assert (N, HOUT) == (N, (H - K + S) // S)
    assert (N, H) != (N + 1, H)
    with pytest.raises(UndecidedComparison):
        bool((N, H) == (N, W))


def test_sizes_carry_the_facts_of_their_symbols() -> None:
    height, kernel = symbol("Hin", facts=WINDOW), symbol("K", facts=WINDOW)

    assert kernel <= height
    assert (height - kernel) // 2 + 1 >= 1
    assert not kernel > height
    assert (height - kernel) // 2 + 1 != 0


def test_facts_of_both_sides_count() -> None:
    small = symbol("a", facts=declare("a <= b"))
    large = symbol("c", facts=declare("b <= c"))

    assert small <= large


def test_a_declared_equality_makes_one_normal_form() -> None:
    facts = declare("C == Cin")
    channels = symbol("C", facts=facts)

    assert same(8 * channels, 8 * symbol("Cin", facts=facts))
    assert "8*C" == to_python(8 * channels)
    assert 40 == evaluate(8 * channels, {"Cin": 5})


def test_a_declared_equality_decides_sizes_that_were_made_before() -> None:
    assert decide(symbol("C"), "==", symbol("Cin")) is None
    assert decide(symbol("C"), "==", symbol("Cin"), facts=declare("C == Cin")) is True
    assert decide(2 * symbol("C"), ">", symbol("Cin"), facts=declare("C == Cin")) is True


def test_chained_equalities_reach_the_last_name() -> None:
    facts = declare("a == b", "b == c + 1")

    assert same(symbol("a", facts=facts), symbol("c") + 1)
    assert decide(symbol("a"), ">=", 2, facts=facts) is True


def test_the_replaced_symbol_keeps_its_least_value() -> None:
    assert decide(symbol("b"), ">=", 4, facts=declare("a == b - 3")) is True
    assert decide(symbol("b"), ">=", 2, facts=declare("a == b")) is None


def test_a_symbol_inside_a_floor_is_not_replaced_by_it() -> None:
    assert same(L, symbol("L", facts=declare("L == Hin // L")))


def test_strictly_larger_is_larger_by_one() -> None:
    assert decide(N, ">=", M + 1, facts=declare("N > M")) is True
    assert decide(M, ">=", N + 1, facts=declare("N < M")) is True


def test_an_equality_that_gives_no_symbol_still_helps() -> None:
    facts = declare("S * M == Hin * K")

    assert decide(S * M, "<=", H * K, facts=facts) is True
    assert decide(S * M, "==", H * K, facts=facts) is True


def test_divisibility_can_be_declared() -> None:
    facts = declare("L % S == 0")

    assert decide(L // S * S, "==", L, facts=facts) is True
    assert decide(L // S * S, "==", L) is None


def test_inequalities_met_on_the_way_are_recorded_and_printed() -> None:
    facts = record(K <= H, facts=declare("S <= K"))

    assert ("S <= K", "K <= Hin") == stated(facts)
    assert ("K <= Hin",) == stated(facts, origin="recorded")
    assert decide(HOUT, ">=", 1, facts=facts) is True


def test_what_is_proven_already_is_not_recorded_again() -> None:
    facts = record(K <= H)

    assert ("K <= Hin",) == stated(record(H >= K, facts=record(N >= 1, facts=facts)))


def test_an_equality_met_on_the_way_is_refused() -> None:
    from engine.sizes import Comparison

    with pytest.raises(SizeError, match="K == Hin is not proven; an equality is never assumed on the way"):
        record(Comparison(K, "==", H))


def test_a_fact_that_contradicts_is_refused() -> None:
    with pytest.raises(SizeError, match=r"K > Hin contradicts the facts: K <= Hin\."):
        declare("K <= Hin", "K > Hin")
    with pytest.raises(SizeError, match="contradicts the facts: sizes are whole"):
        declare("N < 1")


def test_a_difference_is_no_fact() -> None:
    with pytest.raises(SizeError, match="N != M cannot be a fact"):
        declare("N != M")


def test_facts_can_be_held_against_numbers() -> None:
    assert facts_hold(WINDOW, {"S": 1, "K": 3, "Hin": 3, "Win": 9})
    assert not facts_hold(WINDOW, {"S": 1, "K": 3, "Hin": 2, "Win": 9})
    assert not facts_hold(declare("C == Cin"), {"C": 3, "Cin": 4})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("K <= Hin", "K <= Hin"),
        ("2*K<=Hin", "2*K <= Hin"),
        ("1 + 2 * N ** 2 < M", "2*N**2 + 1 < M"),
        ("-(-N // M) * 3 > K", "3*(-(-N//M)) > K"),
        ("max(N, min(M, K)) % 7 == 3", "max(N, min(M, K)) % 7 == 3"),
        ("N - M - K >= 1", "N - M - K >= 1"),
        ("2 ** K ** 2 <= M", "2**(K**2) <= M"),
        ("-K ** 2 + 9 >= N", "9 - (K**2) >= N"),
        ("(N - 1) // S >= +2", "(N - 1)//S >= 2"),
    ],
)
def test_facts_are_read_with_the_precedence_of_python(text: str, expected: str) -> None:
    (fact,) = stated(declare(text))

    assert _point_values(expected) == _point_values(fact)


def _point_values(text: str) -> list[bool]:
    facts = declare(text)
    return [
        facts_hold(facts, {"N": n, "M": m, "K": k, "S": s, "Hin": h})
        for n, m, k, s, h in [(1, 1, 1, 1, 1), (9, 2, 3, 2, 7), (4, 40, 2, 3, 4), (3, 5, 9, 1, 18), (10, 3, 3, 3, 8)]
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("K", "cannot be read at the end; expected a comparison such as K <= Hin"),
        ("K <= ", "cannot be read at the end; expected a name, a number or"),
        ("K <= Hin)", r"cannot be read at '\)'"),
        ("(K <= Hin", r"cannot be read at '<='; expected \)"),
        ("K ≤ Hin", "has '≤', which is no part of a comparison"),
        ("K = Hin", "has '=', which is no part"),
        ("K <= __import__('os')", r"cannot be read at '\('|has \"'\""),
        ("(" * 100 + "K", "nests deeper than"),
        ("K <= " + "1" * 600, "characters; facts have at most 500"),
        ("max() < K", "expected a name, a number or"),
    ],
)
def test_an_unreadable_fact_says_where(text: str, words: str) -> None:
    with pytest.raises(UnreadableSize, match=words):
        declare(text)


RELATIONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
NAMES = ("N", "M", "K", "S")
FACT_TEXTS = (
    "K <= N",
    "S <= K",
    "2*K <= N",
    "M <= N",
    "S < M",
    "M * S <= N",
    "N % S == 0",
    "K == S + 1",
    "N // K >= 2",
)


def formulas() -> st.SearchStrategy[Size]:
    leaves = st.sampled_from([symbol(name) for name in NAMES]) | st.integers(-3, 3).map(as_size)

    def grow(children: st.SearchStrategy[Size]) -> st.SearchStrategy[Size]:
        divisors = st.sampled_from([symbol("K"), symbol("S"), as_size(2), as_size(3)])
        return (
            st.builds(operator.add, children, children)
            | st.builds(operator.sub, children, children)
            | st.builds(operator.mul, children, children)
            | st.builds(operator.floordiv, children, divisors)
            | st.builds(operator.mod, children, divisors)
            | st.builds(lambda a, b: size_max(a, b), children, children)
            | st.builds(lambda a: 2**a, st.sampled_from([symbol("K"), symbol("S")]))
        )

    return st.recursive(leaves, grow, max_leaves=5)


POINTS = [
    {"N": n, "M": m, "K": k, "S": s}
    for n in (1, 2, 3, 6, 7, 12)
    for m in (1, 2, 5)
    for k in (1, 2, 3, 5)
    for s in (1, 2, 4)
]


def consistent(texts: list[str]) -> Facts:
    """The facts that do not contradict those before them."""
    facts = declare()
    for text in texts:
        try:
            facts = declare(text, facts=facts)
        except SizeError:
            continue
    return facts


@given(formulas(), formulas(), st.sampled_from(sorted(RELATIONS)), st.lists(st.sampled_from(FACT_TEXTS), max_size=3))
def test_what_is_decided_holds_wherever_the_facts_do(left: Size, right: Size, relation: Any, texts: list[str]) -> None:
    facts = consistent(texts)
    answer = decide(left, relation, right, facts=facts)
    if answer is None:
        return

    one, other = evaluator(left), evaluator(right)
    for point in POINTS:
        if RELATIONS[relation](one(point), other(point)) != answer:
            assert not facts_hold(facts, point), point


@given(formulas(), st.integers(0, 2), st.lists(st.sampled_from(FACT_TEXTS), max_size=3))
def test_true_bounds_that_touch_are_never_called_false(size: Size, slack: int, texts: list[str]) -> None:
    facts = consistent(texts)
    value_at = evaluator(size)
    values = [value_at(point) for point in POINTS[::3] if facts_hold(facts, point)]
    if not values:
        return

    # The lowest value is reached, so neither "always above it" nor "never at it" may be proven.
    assert decide(size, ">", min(values) + slack, facts=facts) is not True
    assert decide(size, "<", max(values) - slack, facts=facts) is not True
