"""The published examples and the larger collection agree with a second witness, never with the code under test."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_grader.formula_witness import Question, counterexample, parse, question

TESTS = Path(__file__).resolve().parent.parent
KINDS = ("expression", "bytes", "shape", "number")
FILES = [TESTS / folder / f"{kind}.yaml" for kind in KINDS for folder in ("tables", "collection")]
FILES = [path for path in FILES if path.is_file()]
#: Z3's own unit of work: the same on a busy machine.
EFFORT = 200_000


@cache
def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rows_that_mean_something(path: Path, verdict: str) -> list[tuple[str, Question, str]]:
    table = load(path)
    asked = {name: question(stated) for name, stated in table["answers"].items()}
    return [
        (f"{row['answer']}: {row['response']}", rounded(asked[row["answer"]], table, row), str(row["means"]))
        for row in table["examples"]
        if row["verdict"] == verdict and "means" in row
    ]


def rounded(asked: Question, table: dict[str, Any], row: dict[str, Any]) -> Question:
    """A number written with three significant digits or more may be off by half a unit of its last one."""
    written = re.fullmatch(r"[-+]?(\d*)\.(\d+)(?:[eE][-+]?\d+)?", str(row["means"]))
    if table["kind"] != "number" or not written or len((written[1] + written[2]).lstrip("0")) < 3:
        return asked
    half_a_unit = Fraction(1, 2) / int((written[1] + written[2]).lstrip("0"))
    return replace(asked, rel_tol=max(asked.rel_tol, half_a_unit))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_row_belongs_to_an_answer_and_says_why(path):
    table = load(path)

    assert ("chainrule-examples/1", path.stem) == (table["format"], table["kind"])
    assert [] == [row for row in table["examples"] if row["answer"] not in table["answers"] or not row["why"].strip()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_only_what_is_right_or_wrong_has_a_meaning(path):
    rows = load(path)["examples"]

    assert [] == [row for row in rows if row["verdict"] in ("unreadable", "blank") and "means" in row]
    if path.stem in ("expression", "bytes"):
        assert [] == [row for row in rows if row["verdict"] in ("right", "wrong") and "means" not in row]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_response_to_an_answer_stands_twice(path):
    counted = Counter((row["answer"], row["response"]) for row in load(path)["examples"])

    assert [] == [row for row, count in counted.items() if count > 1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_right_response_has_the_expected_value_wherever_it_was_looked_at(path):
    found = {row: counterexample(asked, means) for row, asked, means in rows_that_mean_something(path, "right")}

    assert {} == {row: point for row, point in found.items() if point is not None}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_wrong_response_differs_somewhere(path):
    found = {row: counterexample(asked, means) for row, asked, means in rows_that_mean_something(path, "wrong")}

    assert [] == [row for row, point in found.items() if point is None]


def test_a_number_with_three_digits_is_read_as_a_rounded_one():
    asked = question({"expected": "1/exp(6)"})

    assert counterexample(rounded(asked, {"kind": "number"}, {"means": "0.00248"}), "0.00248") is None
    assert {} == counterexample(rounded(asked, {"kind": "number"}, {"means": "0.0025"}), "0.0025")
    assert {} == counterexample(rounded(asked, {"kind": "bytes"}, {"means": "0.00248"}), "0.00248")


CONVOLUTION = {"expected": "(H-K)//S + 1", "variables": ["H", "K", "S"], "domain": ["K <= H"]}


@pytest.mark.parametrize("means", ["ceil((H-K)/S)", "(H-K+S-1)//S", "(H-K)/S + 1", "round((H-K)/S) + 1", "(H-K)//S"])
def test_the_witness_finds_what_wide_random_points_miss(means):
    point = counterexample(question(CONVOLUTION), means)

    assert point is not None
    assert point["K"] <= point["H"]


def test_the_witness_reads_what_it_does_not_know_as_a_mistake_of_the_table():
    with pytest.raises(ValueError, match="Hout: neither a declared name nor arithmetic"):
        counterexample(question(CONVOLUTION), "Hout")


@pytest.mark.parametrize(
    ("expected", "means", "same"),
    [
        ("(N, P*K)", "(N, K*P)", True),
        ("(N, P*K)", "(P*K, N)", False),
        ("(N,)", "(N, 1)", False),
        (["N", "P*K"], "(N, P*K)", True),
    ],
)
def test_shapes_are_compared_axis_by_axis(expected, means, same):
    asked = question({"expected": expected, "variables": dict.fromkeys("NPK", "positive integer")})

    assert same == (counterexample(asked, means) is None)


def test_a_number_may_differ_by_its_tolerance():
    asked = question({"expected": "N/exp(6)", "where": {"N": 2}, "rel_tol": 0.001})

    assert counterexample(asked, "0.00496") is None
    assert {} == counterexample(asked, "0.0051")


# Proofs of floor identities


class NotWholeNumbers(Exception):
    """The formula is not arithmetic on fractions of whole numbers with floors."""


class Proof:
    """A formula as a fraction of whole numbers for Z3: every floor is a new unknown with its two bounds.

    Divisors are taken to be positive; that they may not be is for the witness at points to see.
    """

    def __init__(self, z3: Any, asked: Question) -> None:
        self.z3, self.asked = z3, asked
        self.unknowns = {name: z3.Int(name) for name in asked.variables}
        self.facts = [unknown >= 1 for unknown in self.unknowns.values()]

    def fraction(self, node: ast.expr) -> tuple[Any, Any]:
        """Numerator and denominator; the denominator is positive."""
        match node:
            case ast.Constant(value=int() as number):
                return self.z3.IntVal(number), self.z3.IntVal(1)
            case ast.Name() | ast.Call() if ast.unparse(node) in self.unknowns:
                return self.unknowns[ast.unparse(node)], self.z3.IntVal(1)
            case ast.Name(id=name) if name in self.asked.where:
                return self.fraction(self.asked.where[name])
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                top, bottom = self.fraction(operand)
                return -top, bottom
            case ast.BinOp(left=left, op=operation, right=right):
                return self.operation(operation, left, right)
            case ast.Call(func=ast.Name(id="floor"), args=[argument]):
                return self.floor(*self.fraction(argument))
            case ast.Call(func=ast.Name(id="ceil"), args=[argument]):
                top, bottom = self.fraction(argument)
                floor, one = self.floor(-top, bottom)
                return -floor, one
        raise NotWholeNumbers(ast.unparse(node))

    def operation(self, operation: ast.operator, left: ast.expr, right: ast.expr) -> tuple[Any, Any]:
        a, b = self.fraction(left)
        match operation, right:
            case ast.Pow(), ast.Constant(value=int() as exponent) if 1 <= exponent <= 4:
                return self.product([a] * exponent), self.product([b] * exponent)
        c, d = self.fraction(right)
        match operation:
            case ast.Add():
                return a * d + c * b, b * d
            case ast.Sub():
                return a * d - c * b, b * d
            case ast.Mult():
                return a * c, b * d
            case ast.Div() | ast.FloorDiv() | ast.Mod():
                self.facts.append(c > 0)
                quotient = a * d, b * c
                if isinstance(operation, ast.Div):
                    return quotient
                floor = self.floor(*quotient)
                return floor if isinstance(operation, ast.FloorDiv) else (a * d - c * floor[0] * b, b * d)
        raise NotWholeNumbers(type(operation).__name__)

    def product(self, factors: list[Any]) -> Any:
        result = factors[0]
        for factor in factors[1:]:
            result = result * factor
        return result

    def floor(self, top: Any, bottom: Any) -> tuple[Any, Any]:
        floor = self.z3.FreshInt("floor")
        self.facts += [floor * bottom <= top, top < (floor + 1) * bottom]
        return floor, self.z3.IntVal(1)

    def outcome(self, means: str) -> str:
        """'unsat' when the formulas are equal everywhere, 'sat' with a point where they differ, or 'unknown'."""
        a, b = self.fraction(self.asked.expected)
        c, d = self.fraction(parse(means))
        solver = self.z3.Solver()
        solver.set("rlimit", EFFORT)
        for condition in self.asked.domain:
            assert isinstance(condition, ast.Compare) and isinstance(condition.ops[0], ast.LtE)
            smaller, larger = self.fraction(condition.left), self.fraction(condition.comparators[0])
            self.facts.append(smaller[0] * larger[1] <= larger[0] * smaller[1])
        solver.add(*self.facts, a * d != c * b)
        return str(solver.check())


def outcomes(z3: Any, verdict: str) -> dict[str, str]:
    found = {}
    for path in FILES:
        for row, asked, means in rows_that_mean_something(path, verdict):
            if asked.variables and ("//" in means or "floor" in means or "ceil" in means):
                try:
                    found[row] = Proof(z3, asked).outcome(means)
                except NotWholeNumbers:
                    continue
    return found


def test_floor_identities_of_right_responses_are_proven_for_all_sizes():
    z3 = pytest.importorskip("z3", reason="proofs need z3-solver, which is optional")
    found = Counter(outcomes(z3, "right").values())

    assert 0 == found["sat"]
    assert found["unsat"] >= 20
