"""Known mistakes that every formula invites, each a program on the key's formula: what it gives names the mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, partial
from itertools import permutations
from typing import Any, Final

from grader.checkers.formula import spelled
from grader.equality.comparison import Reference, compare, values_at
from grader.equality.evaluation import Amount, is_close
from grader.equality.substitution import symbols_of
from grader.kinds import Context, bindings_for
from grader.preparing import Prepared, prepared
from grader.reading.formulas.formula import FormulaReading, ShapeReading
from grader.reading.tree import Call, Expression, Literal, Negative, Operation, Symbol
from grader.reading.unreadable import Refusal
from grader.verdict import Verdict
from question_templates.answers import Answer, Bytes, Formula, Growth, Shape

__all__ = ["GENERIC_MISTAKES", "generic_mistake"]


@dataclass(frozen=True)
class GenericMistake:
    """A mistake by its tag, what to tell who makes it, and what it makes of the key's formula."""

    tag: str
    feedback: str
    variants: Callable[[Expression], Iterator[Expression]]
    only_bytes: bool = False


def generic_mistake(answer: Answer, reading: Any, verdict: Verdict, context: Context) -> Verdict:
    """The verdict with the first mistake, if any, that gives this very response; the share stays as it was."""
    if not isinstance(answer, Formula) or isinstance(answer, Growth):
        return verdict
    try:
        if isinstance(answer, Shape) and isinstance(reading, ShapeReading):
            return _shape_mistake(answer, reading, verdict, context)
        if isinstance(reading, FormulaReading) and len(reading.readings) == 1:
            return _formula_mistake(answer, reading, verdict, context)
    except Refusal:
        pass
    return verdict


def _formula_mistake(answer: Formula, reading: FormulaReading, verdict: Verdict, context: Context) -> Verdict:
    ready = prepared(answer)
    reference = ready.references[0]
    response = spelled(reading.readings[0], bindings_for(answer, reading, context), reference.places)
    values = values_at(response, reference, _LOOK)
    for mistake, variant, expected in _wrong_formulas(ready, isinstance(answer, Bytes)):
        if all(a is not None and b is not None and is_close(a, b) for a, b in zip(values, expected, strict=True)):
            own = Reference(variant, reference.domains, reference.assumptions, reference.seed)
            if compare(response, own).is_equal:
                return replace(verdict, mal_rule=mistake.tag, reason=f"{verdict.reason} {mistake.feedback}".strip())
    return verdict


@lru_cache(maxsize=1024)  # a pure function of an answer; every wrong response of a class is held against the same ones
def _wrong_formulas(
    ready: Prepared, is_bytes: bool
) -> tuple[tuple[GenericMistake, Expression, list[Amount | None]], ...]:
    """What each generic mistake makes of the key's formula, with its values at the key's first points."""
    reference = ready.references[0]
    return tuple(
        (mistake, variant, values_at(variant, reference, _LOOK))
        for mistake in GENERIC_MISTAKES
        if is_bytes or not mistake.only_bytes
        for variant in mistake.variants(reference.tree)
    )


def _shape_mistake(answer: Shape, reading: ShapeReading, verdict: Verdict, context: Context) -> Verdict:
    references = prepared(answer).references
    bindings = bindings_for(answer, reading, context)
    shape = reading.readings[0]
    if len(reading.readings) != 1 or len(shape) != len(references) or len(shape) > 5:
        return verdict
    axes = [spelled(axis, bindings, references[0].places) for axis in shape]
    fits = [[bool(compare(axis, reference).is_equal) for reference in references] for axis in axes]
    for order in permutations(range(len(axes))):
        if order != tuple(range(len(axes))) and all(fits[place][turn] for place, turn in enumerate(order)):
            feedback = "The axes are the right ones, in another order."
            return replace(verdict, mal_rule="axes-swapped", reason=f"{verdict.reason} {feedback}")
    return verdict


def _times(factor: int | Fraction) -> Callable[[Expression], Iterator[Expression]]:
    def variants(tree: Expression) -> Iterator[Expression]:
        yield Operation("*", Literal(factor, None, 0), tree, 0)

    return variants


def _without_one_factor(tree: Expression) -> Iterator[Expression]:
    """The formula divided by each of its names in turn: a missing batch factor, K for K^2."""
    for name in sorted(symbols_of(tree)):
        yield Operation("/", tree, Symbol(name, 0), 0)


def _with_one_factor(tree: Expression) -> Iterator[Expression]:
    for name in sorted(symbols_of(tree)):
        yield Operation("*", tree, Symbol(name, 0), 0)


def _plain_division(tree: Expression) -> Iterator[Expression]:
    changed = _rewritten(tree, _unrounded)
    if changed != tree:
        yield changed


def _rounded_up(tree: Expression) -> Iterator[Expression]:
    changed = _rewritten(tree, _ceiling)
    if changed != tree:
        yield changed


def _off_by_one(tree: Expression) -> Iterator[Expression]:
    """Every +1 or -1 beside a quotient left out, or one too many."""
    for shift in (-1, 1):
        changed = _rewritten(tree, partial(_shifted, shift=shift))
        if changed != tree:
            yield changed


def _unrounded(node: Expression) -> Expression:
    if isinstance(node, Operation) and node.sign == "//":
        return replace(node, sign="/")
    return node.arguments[0] if isinstance(node, Call) and node.function in ("floor", "ceil") else node


def _ceiling(node: Expression) -> Expression:
    if isinstance(node, Operation) and node.sign == "//":
        return Call("ceil", (replace(node, sign="/"),), node.start)
    return replace(node, function="ceil") if isinstance(node, Call) and node.function == "floor" else node


def _shifted(node: Expression, *, shift: int) -> Expression:
    rounds = (isinstance(node, Operation) and node.sign == "//") or (
        isinstance(node, Call) and node.function in ("floor", "ceil")
    )
    return Operation("+", node, Literal(shift, None, 0), 0) if rounds else node


def _rewritten(tree: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The tree with every node changed, the inner ones first."""
    if isinstance(tree, Negative):
        tree = Negative(_rewritten(tree.operand, change), tree.start)
    elif isinstance(tree, Operation):
        tree = Operation(tree.sign, _rewritten(tree.left, change), _rewritten(tree.right, change), tree.start)
    elif isinstance(tree, Call):
        tree = Call(tree.function, tuple(_rewritten(argument, change) for argument in tree.arguments), tree.start)
    return change(tree)


# Points at which a response is held against a mistake before it is compared in full.
_LOOK: Final = 6
_STEP = Fraction(1024, 1000)

#: In this order: the first that gives the response names it.
GENERIC_MISTAKES: Final[Sequence[GenericMistake]] = (
    GenericMistake(
        "bytes-per-entry-missing", "The number of bytes of one entry is missing.", _times(Fraction(1, 8)), True
    ),
    GenericMistake("four-bytes-per-entry", "That is the amount for entries of 4 bytes.", _times(Fraction(1, 2)), True),
    GenericMistake(
        "doubled", "That is twice the amount: only one array is asked for, without its gradient.", _times(2)
    ),
    GenericMistake("bits-for-bytes", "That is the number of bits.", _times(8), True),
    GenericMistake("kilo-1024", "KB is 1000 bytes and KiB is 1024.", _times(_STEP), True),
    GenericMistake("kilo-1000", "KB is 1000 bytes and KiB is 1024.", _times(1 / _STEP), True),
    GenericMistake("mega-1024", "MB is 1000^2 bytes and MiB is 1024^2.", _times(_STEP**2), True),
    GenericMistake("mega-1000", "MB is 1000^2 bytes and MiB is 1024^2.", _times(1 / _STEP**2), True),
    GenericMistake("giga-1024", "GB is 1000^3 bytes and GiB is 1024^3.", _times(_STEP**3), True),
    GenericMistake("giga-1000", "GB is 1000^3 bytes and GiB is 1024^3.", _times(1 / _STEP**3), True),
    GenericMistake("division-not-rounded", "The quotient has to be rounded down.", _plain_division),
    GenericMistake("rounded-up", "The quotient is rounded down, not up.", _rounded_up),
    GenericMistake("off-by-one", "A number of positions is off by one.", _off_by_one),
    GenericMistake("factor-missing", "One factor is missing.", _without_one_factor),
    GenericMistake("factor-too-many", "There is one factor too many.", _with_one_factor),
)
