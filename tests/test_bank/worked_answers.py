"""What a worked example's source says, read without any code that a key comes from: the second witness of `solve`."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import mpmath

from engine import exact
from engine.checkpointing import measure_placement
from engine.sizes import Size, spelled_out, to_python
from grader.judging import judge
from question_templates import answers
from tests.test_grader.formula_witness import Question, counterexample, parse, question, value_of

__all__ = ["agrees"]

_CLOSE = mpmath.mpf(10) ** -12


def agrees(answer: answers.Answer, said: str) -> bool:
    """Whether the engine's answer is what a source says."""
    if isinstance(answer, answers.Number):
        return _same_number(answer.expected, said, Fraction(answer.rel_tol))
    if isinstance(answer, answers.Vector):
        return _same_numbers(list(answer.expected), said.split(","))
    if isinstance(answer, answers.Matrix):
        rows = said.split(";")
        return len(rows) == len(answer.expected) and all(
            _same_numbers(list(row), told.split(",")) for row, told in zip(answer.expected, rows, strict=True)
        )
    if isinstance(answer, answers.Growth):
        return judge(answer, f"O({said})").outcome == "right"
    if isinstance(answer, answers.Formula):
        return _same_formula(answer, said)
    if isinstance(answer, answers.Order):
        return list(answer.expected) == said.replace(",", " ").split()
    if isinstance(answer, answers.Trace):
        walked = [(step.node, dict(step.changes)) for step in answer.expected.walk if not step.skipped]
        return walked == _steps(said)
    if isinstance(answer, answers.Graph):
        return {label: (op, tuple(inputs)) for label, (op, inputs) in answer.nodes.items()} == _nodes(said)
    if isinstance(answer, answers.Choice):
        chosen = "" if said == "none" else said
        return {letter.strip().upper() for letter in chosen.split(",") if letter.strip()} == set(answer.expected)
    if isinstance(answer, answers.Schedule):
        return _is_as_good(answer, [int(layer) for layer in re.findall(r"\d+", said)])
    if isinstance(answer, answers.Code):
        return judge(answer, said).outcome == "right"
    assert isinstance(answer, answers.Text)
    return True


def _same_number(expected: Any, said: str, rel_tol: Fraction = Fraction(0)) -> bool:
    text = expected if isinstance(expected, str) else to_python(expected) if isinstance(expected, Size) else None
    ours, theirs = _value(text if text is not None else exact.text(expected)), _value(said)
    if isinstance(ours, (int, Fraction)) and isinstance(theirs, (int, Fraction)) and not rel_tol:
        return ours == theirs
    return bool(abs(_mpf(ours) - _mpf(theirs)) <= max(_CLOSE, _mpf(rel_tol)) * max(1, abs(_mpf(ours))))


def _value(text: str) -> Any:
    with mpmath.workdps(60):
        return value_of(parse(text.replace("^", "**")), Question(parse("0"), {}, {}, ()))({})


def _mpf(value: Any) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else mpmath.mpf(value)


def _same_numbers(expected: list[Any], said: list[str]) -> bool:
    return len(expected) == len(said) and all(map(_same_number, expected, said))


def _same_formula(answer: answers.Formula, said: str) -> bool:
    expected: Any = answer.expected
    axes = list(expected) if isinstance(answer, answers.Shape) else [expected]
    ours = [to_python(spelled_out(axis)) if isinstance(axis, Size) else str(axis) for axis in axes]
    text = f"({', '.join(ours)},)" if isinstance(answer, answers.Shape) else ours[0]
    told = said if not isinstance(answer, answers.Shape) else f"({said.strip('() ').rstrip(',')},)"
    where = {
        name: to_python(spelled_out(size)) if isinstance(size, Size) else str(size)
        for name, size in answer.where.items()
    }
    stated = {"expected": told, "variables": list(answer.variables), "where": where, "domain": list(answer.domain)}
    if not answer.variables:
        return _axes(text) == _axes(told)
    return counterexample(question(stated), text) is None


def _axes(text: str) -> list[Any]:
    return [_value(axis) for axis in text.strip("() ").split(",") if axis.strip()]


def _steps(text: str) -> list[tuple[str, dict[str, Any]]]:
    """`z3: z2.grad = 8; z2: ...`"""
    steps = []
    for step in text.split(";"):
        node, _, changes = step.partition(":")
        pairs = [change.split("=") for change in changes.split(",")]
        steps.append((node.strip(), {name.strip().removesuffix(".grad"): _exact(told) for name, told in pairs}))
    return steps


def _exact(told: str) -> Any:
    """A gradient of a trace; exact forms are compared by what they print as."""
    text = told.strip()
    try:
        return Fraction(text)
    except ValueError:
        return _Printed(text)


class _Printed:
    """An exact form in a source, equal to the engine's number of the same value to sixty digits."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return _same_number(other, self.text)

    def __hash__(self) -> int:
        return hash(self.text)


def _nodes(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """`z3 = mul(z1, z2); ...`"""
    found = re.findall(r"(\w+)\s*=\s*(\w+)\(([^()]*)\)", text)
    return {label: (op, tuple(name.strip() for name in inputs.split(","))) for label, op, inputs in found}


def _is_as_good(answer: answers.Schedule, layers: list[int]) -> bool:
    kept = [layer - answer.first_layer for layer in layers]
    placed = measure_placement(answer.chain, kept, strategy=answer.strategy)
    within = answer.limit is None or placed.peak <= answer.limit
    few = answer.most_checkpoints is None or len(kept) <= answer.most_checkpoints
    return within and few and placed.cost == answer.best().cost
