"""Checks formulas, amounts of memory and shapes: every reading of a response is compared, and all must say the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from grader.equality.comparison import Comparison, Reference, compare
from grader.equality.substitution import inlined, symbols_of
from grader.reading.formulas.formula import FormulaReading, ShapeReading
from grader.reading.tree import Expression, Literal, Operation
from grader.reading.unreadable import Refusal, refusal
from grader.verdict import Verdict, unreadable

__all__ = ["check_formula", "check_shape", "digits_shown", "spelled"]

_ANOTHER = "We read {read_as}, and your text holds another answer besides; please write only the one that you mean."
_BADLY_ROUNDED = "We read {read_as}, and a rounded number beside it that is another one; please keep the one you mean."
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def check_formula(
    references: Sequence[Reference], reading: FormulaReading, bindings: Mapping[str, Expression]
) -> Verdict:
    """Whether what was read equals the reference, with the names in `bindings` put in."""
    try:
        found = [compare(spelled(tree, bindings, references[0].places), references[0]) for tree in reading.readings]
    except Refusal as refused:
        return unreadable(refused.unreadable.reason, read_as=reading.read_as)
    verdict = _verdict(found, reading.read_as, "")
    if verdict.outcome == "right" and not _is_rounded_rightly(reading, references[0]):
        return unreadable(_BADLY_ROUNDED.format(read_as=reading.read_as), read_as=reading.read_as)
    if verdict.outcome == "wrong" and any(_equals(tree, bindings, references[0]) for tree in reading.others):
        return unreadable(_ANOTHER.format(read_as=reading.read_as), read_as=reading.read_as)
    return verdict


def _is_rounded_rightly(reading: FormulaReading, reference: Reference) -> bool:
    """Whether every "about" number is the answer's to the digits that it shows, where the answer is a number."""
    if reference.places:
        return True
    return all(compare(tree, reference, rel_tol=digits_shown(tree)).is_equal for tree in reading.rounded)


def digits_shown(tree: Expression) -> Fraction:
    """Half a unit of the last written digit, relative to the number; a whole number is rounded to its last digit."""
    if isinstance(tree, Operation):
        return max(digits_shown(tree.left), digits_shown(tree.right)) if tree.sign == "*" else digits_shown(tree.left)
    if not isinstance(tree, Literal) or not tree.value:
        return Fraction(0)
    scale = tree.half_unit if tree.half_unit is not None else Fraction(1, 2)
    return 2 * scale / abs(Fraction(tree.value))


def _equals(tree: Expression, bindings: Mapping[str, Expression], reference: Reference) -> bool:
    """Whether something else that the text says is right; then it is not for us to say which of the two was meant."""
    try:
        return bool(compare(spelled(tree, bindings, reference.places), reference).is_equal)
    except Refusal:
        return False


def check_shape(
    references: Sequence[Reference], reading: ShapeReading, bindings: Mapping[str, Expression], places: Collection[str]
) -> Verdict:
    """Whether every axis of what was read equals the reference's."""
    verdicts = []
    for shape in reading.readings:
        try:
            axes = [spelled(axis, bindings, places) for axis in shape]
        except Refusal as refused:
            return unreadable(refused.unreadable.reason, read_as=reading.read_as)
        verdicts.append(_shape_verdict(references, axes, reading.read_as))
    verdict = _agreed(verdicts, reading.read_as)
    if verdict.outcome == "wrong" and reading.loose:
        axes = [spelled(axis, bindings, places) for axis in reading.loose]
        if _shape_verdict(references, axes, reading.read_as).outcome == "right":
            return unreadable(
                f"We read {reading.read_as}, one axis; if that is a shape, please write its axes with commas.",
                read_as=reading.read_as,
            )
    if verdict.outcome == "wrong" and (reading.in_pieces or _says_the_shape(references, reading, bindings, places)):
        return unreadable(_ANOTHER.format(read_as=reading.read_as), read_as=reading.read_as)
    return verdict


def _says_the_shape(
    references: Sequence[Reference], reading: ShapeReading, bindings: Mapping[str, Expression], places: Collection[str]
) -> bool:
    """Whether a shape that the text holds besides is the one asked for."""
    for shape in reading.others:
        try:
            axes = [spelled(axis, bindings, places) for axis in shape]
        except Refusal:
            continue
        if _shape_verdict(references, axes, reading.read_as).outcome == "right":
            return True
    return False


def _shape_verdict(references: Sequence[Reference], axes: Sequence[Expression], read_as: str) -> Verdict:
    if len(axes) != len(references):
        counted = f"{len(axes)} axis" if len(axes) == 1 else f"{len(axes)} axes"
        return Verdict(
            "wrong", read_as=read_as, reason=f"We read {read_as}, which has {counted}; the array has more or fewer."
        )
    for place, (axis, reference) in enumerate(zip(axes, references, strict=True)):
        verdict = _verdict(
            [compare(axis, reference)], read_as, f"The {_ORDINALS[place]} axis is not right. " if place < 6 else ""
        )
        if verdict.outcome != "right":
            return verdict
    return Verdict("right", Fraction(1), read_as)


def spelled(tree: Expression, bindings: Mapping[str, Expression], places: Collection[str]) -> Expression:
    """The tree with its definitions put in. Raises Refusal for a name that nothing defines."""
    whole = inlined(tree, bindings)
    unknown = sorted(symbols_of(whole) - set(places))
    if unknown:
        raise refusal(
            tree.start,
            f'We do not know the name "{unknown[0]}"; please say what it stands for, such as {unknown[0]} = ..., '
            "or write the names given in the question.",
        )
    return whole


def _verdict(found: Sequence[Comparison], read_as: str, what: str) -> Verdict:
    return _agreed([_one_verdict(comparison, read_as, what) for comparison in found], read_as)


def _one_verdict(comparison: Comparison, read_as: str, what: str) -> Verdict:
    if comparison.is_equal is None:
        return unreadable("This formula grows too large to be compared; a person will look at it.", read_as=read_as)
    if comparison.is_equal:
        return Verdict("right", Fraction(1), read_as)
    where = ", ".join(f"{name} = {value}" for name, value in comparison.point.items())
    example = f"It gives another value than the answer, for example at {where}." if where else ""
    reason = f"We read {read_as}. {what}{example or 'That is not the value asked for.'}"
    return Verdict("wrong", read_as=read_as, reason=reason, counterexample=where)


def _agreed(verdicts: Sequence[Verdict], read_as: str) -> Verdict:
    """The one verdict of all readings; where only some of them are right, a person has to say which was meant."""
    if len({verdict.outcome for verdict in verdicts}) == 1:
        return verdicts[0]
    return unreadable(
        f"This can be read in more than one way: {read_as}; please write the one you mean, with * and parentheses.",
        read_as=read_as,
    )
