"""Checks an order of growth: tight bounds are right, looser upper bounds earn what the field says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.checkers.formula import spelled
from grader.equality.comparison import Reference
from grader.equality.domains import Assumption
from grader.growth.growth import GrowthComparison, compare_growth
from grader.reading.formulas.formula import FormulaReading
from grader.reading.tree import Expression
from grader.reading.unreadable import Refusal
from grader.verdict import Verdict, unreadable
from question_templates.answers import Growth

__all__ = ["check_growth"]


def check_growth(
    answer: Growth,
    reference: Reference,
    assumed: Sequence[Assumption],
    reading: FormulaReading,
    bindings: Mapping[str, Expression],
) -> Verdict:
    """Whether what was read grows as fast as the reference, with the names in `bindings` put in."""
    try:
        trees = [spelled(tree, bindings, reference.places) for tree in reading.readings]
    except Refusal as refused:
        return unreadable(refused.unreadable.reason, read_as=reading.read_as)
    assumptions = [(one.left, one.relation, one.right) for one in assumed]
    found = [
        compare_growth(tree, reference.tree, variables=tuple(reference.places), assumptions=assumptions)
        for tree in trees
    ]
    verdicts = [_verdict(answer, comparison, f"O({reading.read_as})") for comparison in found]
    doubted = verdicts[0].outcome == "wrong" and _says_it_besides(reading, reference, assumptions, bindings)
    if len({verdict.outcome for verdict in verdicts}) == 1 and not doubted:
        return verdicts[0]
    return unreadable(
        f"This can be read in more than one way: {reading.read_as}; please write * and parentheses where they belong.",
        read_as=reading.read_as,
    )


def _says_it_besides(
    reading: FormulaReading,
    reference: Reference,
    assumptions: Sequence[tuple[Expression, str, Expression]],
    bindings: Mapping[str, Expression],
) -> bool:
    """Whether the text holds another order that is tight; then it is not for us to say which was meant."""
    for tree in reading.others:
        try:
            other = spelled(tree, bindings, reference.places)
        except Refusal:
            continue
        places = tuple(reference.places)
        if compare_growth(other, reference.tree, variables=places, assumptions=assumptions).is_tight:
            return True
    return False


def _verdict(answer: Growth, comparison: GrowthComparison, read_as: str) -> Verdict:
    if comparison.is_tight:
        return Verdict("right", Fraction(1), read_as)
    if comparison.is_tight is None:
        return unreadable("We could not decide how fast this grows; a person will look at it.", read_as=read_as)
    path = comparison.outgrows or comparison.lags
    shown = path.words if path is not None else ""
    reason = f"We read {read_as}. {comparison.sentence()}"
    if answer.looser_share is not None and comparison.at_least:
        return Verdict(
            "partly",
            Fraction(answer.looser_share),
            read_as,
            f"{reason} It is an upper bound, but not a tight one.",
            shown,
        )
    return Verdict("wrong", read_as=read_as, reason=reason, counterexample=shown)
