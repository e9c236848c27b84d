"""Laws of equality: no proof is false, values are exact, points are admissible and meet every floor at its edges."""

from __future__ import annotations

import ast
import itertools
import operator
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import mpmath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader import judge
from grader.equality.domains import domain_of
from grader.equality.evaluation import NoValue, TooLarge, compiled, exactly
from grader.equality.normal_form import are_proven_equal, normal_form
from grader.equality.points import Point, points, rounded_quotients
from grader.preparing import prepared
from grader.reading.formulas.formula import author_formula
from grader.reading.formulas.names import Names
from grader.reading.tree import Expression as Tree
from question_templates.answers import Expression
from tests.test_grader import formula_witness as witness
from tests.test_grader.example_rows import rows

NAMES = ("N", "K", "S", "Hin", "Cin", "d")
VARIABLES = dict.fromkeys(NAMES, "positive integer")
TURNS = st.integers(0, 10_000)

# Formulas, as Python text


def divisors() -> st.SearchStrategy[str]:
    """What may stand below a fraction: never 0, and a whole number."""
    name, number = st.sampled_from(NAMES), st.sampled_from("234")
    return name | number | st.builds("{} + {}".format, name, number) | st.builds("2*{}".format, name)


def formulas(*, most: int = 7) -> st.SearchStrategy[str]:
    """Random formulas with at most so many leaves."""
    below, leaves = divisors(), st.sampled_from(NAMES) | st.sampled_from(NAMES) | st.integers(1, 9).map(str)

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        made = st.sampled_from(("({})+({})", "({})-({})", "({})*({})", "({})*({})", "min({}, {})", "max({}, {})"))
        divided = st.sampled_from(("({})/({})", "({})//({})", "floor(({})/({}))", "ceil(({})/({}))"))
        power = st.builds("({})**{}".format, inner, st.sampled_from("23"))
        return st.builds(str.format, made, inner, inner) | st.builds(str.format, divided, inner, below) | power

    return st.recursive(leaves, grown, max_leaves=most).map(tidy)


def tidy(text: str) -> str:
    return ast.unparse(parsed(text))


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def parts(node: ast.expr) -> Iterator[ast.expr]:
    """A formula and all its parts, without exponents."""
    yield node
    match node:
        case ast.BinOp(left=left, op=operation, right=right):
            yield from parts(left)
            yield from () if isinstance(operation, ast.Pow) else parts(right)
        case ast.Call(args=arguments):
            yield from itertools.chain.from_iterable(map(parts, arguments))
        case ast.UnaryOp(operand=operand):
            yield from parts(operand)


def changed(text: str, table: Mapping[str, Sequence[str]], turn: int, term: str = "1") -> str:
    """The formula with one of its parts as the table says that parts of its kind, or just this part, may become."""
    tree = parsed(text)
    possible = [(part, form) for part in parts(tree) for form in forms_of(part, table, f"({term})")]
    place, form = possible[turn % len(possible)]

    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return parsed(form) if node is place else self.generic_visit(node)

    return ast.unparse(Swap().visit(tree))


def forms_of(part: ast.expr, table: Mapping[str, Sequence[str]], term: str) -> list[str]:
    """The forms for a part; {a} and {b} are its operands, {c} and {d} those of the first one."""
    a = b = c = d = part
    kinds = ["any", ast.unparse(part), type(part).__name__]
    match part:
        case ast.BinOp(left=a, op=operation, right=b):
            kinds.append(type(operation).__name__)
        case ast.Call(func=ast.Name(id=name), args=[a, *others]):
            kinds.append(name)
            b = others[0] if others else a
    if isinstance(a, ast.BinOp) and a is not part:
        c, d = a.left, a.right
        kinds.append(f"{kinds[-1]} {type(a.op).__name__}")
    named = {key: f"({ast.unparse(value)})" for key, value in zip("abcd", (a, b, c, d), strict=True)}
    forms = [form for kind in kinds for form in table.get(kind, ())]
    return [form.format(**named, t=term, whole=f"({ast.unparse(part)})") for form in forms]


# Values and proofs, where parts are 0, negative or fractions

FEW = ("n", "m", "k")
LOWEST = {"positive integer": 1, "nonnegative integer": 0, "integer": -3}
FORMS = (
    "({})+({})", "({})-({})", "({})*({})", "({})*({})", "({})/({})", "({})//({})", "({})%({})", "floor(({})/({}))",
    "ceil(({})/({}))", "min({}, {})", "max({}, {})",
)  # fmt: skip


def wild(exponents: Sequence[str] = ("0", "1", "2", "3", "-1"), *, most: int = 6) -> st.SearchStrategy[str]:
    """Formulas whose divisors may be anything, 0 included."""
    leaves = st.sampled_from(FEW) | st.integers(0, 4).map(str)

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        power = st.builds("({})**({})".format, inner, st.sampled_from(exponents))
        return st.builds(str.format, st.sampled_from(FORMS), inner, inner) | power

    return st.recursive(leaves, grown, max_leaves=most).map(tidy)


def tree_of(text: str) -> Tree:
    return author_formula(text, Names(FEW, {}))


def brute_force(text: str, names: Sequence[str], places: Sequence[Sequence[Any]]) -> list[Any]:
    """What a formula is worth at each place, by the second witness; None where it is worth nothing."""
    formula = witness.value_of(parsed(text), witness.Question(parsed(text), dict.fromkeys(names, ""), {}, ()))
    found = []
    with mpmath.workdps(witness.DIGITS):
        for place in places:
            try:
                found.append(formula(dict(zip(names, place, strict=True))))
            except witness.Undefined:
                found.append(None)
    return found


ALIKE = (
    "({a}) + ({b}) - ({b})", "({a})*({b})/({b})", "({a})*({b})//({b})", "({b})*(({a})//({b})) + ({a}) % ({b})",
    "({a}) - max({a}, {b}) + max({b}, {a})", "-max(-({a}), -({a}))", "(({a}) + ({b})*({b}))//({b}) - ({b})",
    "min({a}, {b}) + max({a}, {b}) - ({b})", "-(-({a})//({b}))", "({a})**2/({a})", "({a})//1", "({a}) + 0//({b})",
)  # fmt: skip


@example("0", "0 ** (-1)", "integer")
@given(wild(["0", "1", "2", "-1", "n", "k - 1"]), wild(most=4), st.sampled_from(sorted(LOWEST)))
def test_equal_normal_forms_are_equal_wherever_both_have_a_value(text: str, other: str, kind: str) -> None:
    domains, dice = dict.fromkeys(FEW, domain_of(kind)), random.Random(7)
    places = [*itertools.product(range(LOWEST[kind], LOWEST[kind] + 4), repeat=3)]
    places += [(dice.randint(1, 60), dice.randint(1, 60), dice.randint(1, 9)) for _ in range(40)]
    texts = dict.fromkeys([text, other, *(form.format(a=text, b=other) for form in ALIKE)])
    forms = {one: normal_form(tree_of(one), domains) for one in texts}
    worth = {one: brute_force(one, FEW, places) for one, form in forms.items() if form is not None}
    for left, right in itertools.combinations(worth, 2):
        one, another = forms[left], forms[right]
        if one is not None and another is not None and are_proven_equal(one, another):
            pairs = zip(worth[left], worth[right], strict=True)

            assert all(a == b for a, b in pairs if a is not None and b is not None), (left, right)


SIGNED = [*range(-4, 6), 17, 40, *(Fraction(number, 6) for number in (-27, -9, -4, -1, 1, 3, 10, 25))]
PLACES = [tuple(random.Random(seed).choices(SIGNED, k=3)) for seed in range(30)]
INEXACT = ("exp(({})/9) + ({})", "sqrt(({})**2 + ({})**2)", "log(({})**2 + 1)", "sqrt({}) + log({})", "2**({})", "{}")


@given(st.builds(str.format, st.sampled_from(INEXACT), wild(), wild(most=4)))
def test_a_value_is_what_fractions_and_sixty_digits_say(text: str) -> None:
    formula = compiled(tree_of(text), {name: number for number, name in enumerate(FEW)})
    for place, expected in zip(PLACES, brute_force(text, FEW, PLACES), strict=True):
        try:
            with exactly():
                found = formula(place)
        except NoValue:
            assert expected is None, place
        except TooLarge:
            continue
        else:
            assert expected is not None and is_near(expected, found), (place, expected, found)


def is_near(expected: Any, found: Any) -> bool:
    """Equal where exact, else to nearly thirty digits."""
    if not isinstance(expected, mpmath.mpf):
        return bool(expected == found)
    with mpmath.workdps(witness.DIGITS):
        exact = hasattr(found, "numerator")
        number = mpmath.mpf(found.numerator) / found.denominator if exact else mpmath.mpf(str(found))
        return bool(abs(number - expected) <= mpmath.mpf(10) ** -28 * max(1, abs(expected)))


# Points


class Case(NamedTuple):
    """A key; its quotients are met at least `fewest` times without remainder, and unless `whole` with the largest."""

    text: str
    names: str
    domain: Sequence[str]
    fewest: int = 5
    whole: Sequence[str] = ()
    kind: str = "positive integer"


CASES = (
    Case("(Hin - K)//S + 1", "Hin K S", ["K <= Hin"]),
    Case("((Hin - K)//S + 1)*((Win - K)//S + 1)", "Hin Win K S", ["K <= Hin", "2*K <= Win", "S <= K"]),
    Case("((Hin - K)//S + 1 - K)//S + 1", "Hin K S", ["K <= Hin", "2*K <= Hin", "S <= K"]),
    Case("(Hin + 2*pad - gap*(K-1) - 1)//S + 1", "Hin pad gap K S", ["gap*(K-1) + 1 <= Hin"]),
    Case("N*(d//h) + (N + h - 1)//h", "N d h", ["d % h == 0"], fewest=3, whole=["d // h"]),
    Case("(n_hidden + N)//n_features", "n_hidden N n_features", ["n_hidden == 4*n_features"]),
    Case("E*ceil(N/B) + T//(B*E)", "E N B T", []),
    # No step of one name changes these tops by 1, so they are met by luck.
    Case("ceil(N*K/4096) + N//64", "N K", ["N > K"], fewest=1),
    Case("N % K + (3*N + 1)//K", "N K", ["1 <= K < N"], fewest=1, kind="nonnegative integer"),
    Case("a//(b + 4) + floor(c/2)", "a b c", ["a <= c", "c != b", "-3 < b"], kind="integer"),
)  # fmt: skip


def drawn(case: Case, seed: bytes) -> list[Point]:
    key = prepared(Expression(case.text, dict.fromkeys(case.names.split(), case.kind), domain=case.domain))
    places = {name: place for place, name in enumerate(key.domains)}
    quotients = rounded_quotients(key.expected[0])
    return list(itertools.islice(points([*key.domains.values()], key.assumptions, quotients, places, seed=seed), 200))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
@given(seed=st.binary(min_size=1, max_size=40))
@settings(max_examples=5)
def test_points_are_admissible_and_the_same_for_a_seed(case: Case, seed: bytes) -> None:
    found, names = drawn(case, seed), case.names.split()

    assert len(found) == 200 and len(set(found)) > 30
    assert found == drawn(case, seed) != drawn(case, seed + b"x")
    assert case.kind == "integer" or min(map(min, found)) >= LOWEST[case.kind]
    for condition in map(parsed, case.domain):
        assert isinstance(condition, ast.Compare)
        sides = [brute_force(ast.unparse(side), names, found) for side in (condition.left, *condition.comparators)]
        for sign, left, right in zip(condition.ops, sides, sides[1:], strict=False):
            compares = operator.ne if isinstance(sign, ast.NotEq) else witness.COMPARISONS[type(sign)]

            assert all(map(compares, left, right)), ast.unparse(condition)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
@given(seed=st.binary(min_size=1, max_size=40))
@settings(max_examples=5)
def test_every_quotient_is_met_without_remainder_and_with_the_largest_one(case: Case, seed: bytes) -> None:
    found = drawn(case, seed)
    for part in parts(parsed(case.text)):
        match part:
            case ast.BinOp(left=top, op=ast.FloorDiv() | ast.Mod() | ast.Div(), right=bottom):
                pass
            case _:
                continue
        above, below = (brute_force(ast.unparse(side), case.names.split(), found) for side in (top, bottom))
        met = Counter((a % b == 0, a % b == b - 1) for a, b in zip(above, below, strict=True) if b > 1)

        assert met[True, False] >= case.fewest, (ast.unparse(part), met)
        assert ast.unparse(part) in case.whole or met[False, True] >= case.fewest, (ast.unparse(part), met)


# The same verdicts, whatever came before

SAMPLE = [row for kind in ("expression", "bytes", "growth", "shape", "number") for row in rows("tables", kind)]
PRINTED = """
import sys
from tests.test_grader.test_equality_laws import SAMPLE, judge
verdicts = {row.place: repr(judge(row.answer, row.response)) for row in SAMPLE[:: int(sys.argv[1])]}
sys.stdout.buffer.write("\\n".join(verdicts[row.place] for row in SAMPLE).encode())
"""


def test_verdicts_depend_neither_on_hash_seeds_nor_on_what_was_judged_before(repository: Path) -> None:
    forwards, backwards = (
        subprocess.check_output(
            [sys.executable, "-c", PRINTED, step], cwd=repository, env={**os.environ, "PYTHONHASHSEED": seed}
        ).decode()
        for seed, step in (("0", "1"), ("4711", "-1"))
    )
    here = "\n".join(repr(judge(row.answer, row.response)) for row in SAMPLE)

    assert len(SAMPLE) >= 200
    assert [forwards, forwards] == [backwards, here]
