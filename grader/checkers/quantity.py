"""Reads and checks numbers with units, and numbers written in the names that the question gives values for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from grader.checkers.formula import digits_shown, spelled
from grader.equality.comparison import Reference, compare
from grader.equality.substitution import inlined, symbols_of
from grader.preparing import prepared
from grader.reading.formulas.formula import FormulaKind, FormulaReading, read_formula
from grader.reading.formulas.units import bytes_in
from grader.reading.tree import Expression, Literal, Operation
from grader.reading.unreadable import Refusal, Unreadable
from grader.verdict import Verdict, unreadable
from question_templates.answers import Number

__all__ = ["check_quantity", "is_consistent", "read_quantity"]


def read_quantity(answer: Number, text: str, defined: Iterable[str]) -> FormulaReading | Unreadable:
    """The number in `text`, as a formula in the question's names or as a number with a unit."""
    names = prepared(answer).names.with_defined(defined)
    kind: FormulaKind = "count" if answer.unit is None else "number"
    whole = bool(answer.unit) and bytes_in(answer.unit or "") == 1
    return read_formula(text, names, kind, asked=frozenset({answer.asked} - {""}), whole=whole)


def is_consistent(reading: FormulaReading) -> bool:
    """Whether all sides that were read are one number."""
    if any(symbols_of(tree) for tree in reading.readings):
        return len(reading.readings) == 1
    own = Reference(reading.readings[0], {}, (), b"constant")
    return all(compare(tree, own).is_equal for tree in reading.readings)


def check_quantity(answer: Number, reading: FormulaReading, bindings: Mapping[str, Expression]) -> Verdict:
    """Whether every reading is the number asked for; one without a unit has the answer's."""
    reference = prepared(answer).references[0]
    scale = bytes_in(answer.unit) if answer.unit else None
    outcomes = set()
    for tree in reading.readings:
        try:
            whole = spelled(tree, bindings, reference.places)
        except Refusal as refused:
            return unreadable(refused.unreadable.reason, read_as=reading.read_as)
        if reading.has_unit and scale is not None:
            whole = Operation("/", whole, Literal(scale, None, tree.start), tree.start)
        outcomes.add(compare(whole, reference, rel_tol=Fraction(answer.rel_tol)).is_equal)
    if outcomes == {True} and not all(_is_near(tree, scale, reading, reference) for tree in reading.rounded):
        outcomes.add(None)
    if outcomes == {True}:
        return Verdict("right", Fraction(1), reading.read_as)
    besides = [tree for tree in reading.others if not symbols_of(inlined(tree, bindings))]
    if outcomes == {False} and any(compare(inlined(tree, bindings), reference).is_equal for tree in besides):
        outcomes.add(None)
    if outcomes == {False}:
        asked = answer.asked or "the number asked for"
        return Verdict("wrong", read_as=reading.read_as, reason=f"We read {reading.read_as}. That is not {asked}.")
    return unreadable(
        f"This can be read in more than one way: {reading.read_as}; please write only the number.",
        read_as=reading.read_as,
    )


def _is_near(tree: Expression, scale: Fraction | None, reading: FormulaReading, reference: Reference) -> bool:
    """Whether an "about" number is the answer's to the digits that it shows."""
    whole: Expression = tree
    if reading.has_unit and scale is not None:
        whole = Operation("/", tree, Literal(scale, None, tree.start), tree.start)
    return bool(compare(whole, reference, rel_tol=digits_shown(tree)).is_equal)
