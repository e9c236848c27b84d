"""Follow-through: a wrong response that is right for the student's own earlier values follows from them.

The key is worked out anew with those values in place of the question's bindings; nothing is inferred from a likeness
of two responses alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from engine.errors import EngineError
from engine.exact import Value
from engine.sizes import symbol
from grader.checkers.formula import check_formula, check_shape, spelled
from grader.checkers.growth import check_growth
from grader.checkers.number import agrees
from grader.equality.as_size import size_of_tree
from grader.equality.comparison import Reference, compare
from grader.equality.substitution import inlined, symbols_of
from grader.kinds import Context, bindings_for, check
from grader.preparing import Prepared, prepared
from grader.reading import NumberReading
from grader.reading.formulas.formula import FormulaReading, ShapeReading
from grader.reading.tree import Expression, Literal, Operation
from grader.reading.unreadable import Refusal
from grader.verdict import Judgement, Verdict
from question_templates.answers import Answer, Bytes, Formula, Growth, Key, Number, Shape
from question_templates.answers import Expression as ExpressionAnswer
from question_templates.question import Field

# Points at which an answer is looked at to see whether it has become trivial.
_LOOK = 60
__all__ = ["Earlier", "follow_formula", "follow_gradient", "follow_pinned"]


@dataclass(frozen=True)
class Earlier:
    """One field before the one in question: what it asks, what the student wrote, and how that was judged."""

    name: str
    answer: Answer
    reading: Any
    judgement: Judgement
    asks: str = ""  # what of the listing's run it asks for, such as z5.value or Hout
    context: Context = field(default_factory=Context)


def follow_gradient(
    answer: Answer, asks: str, reading: Any, builds_on: Sequence[str], earlier: Mapping[str, Earlier], share: Fraction
) -> Verdict | None:
    """The verdict on a wrong gradient that is what the student's own trace ends with, unless it became 0."""
    name, _, part = asks.rpartition(".")
    if part != "grad" or not isinstance(reading, NumberReading):
        return None
    for field_name in builds_on:
        label = answer.names[name] if isinstance(answer, Number) else name
        own = _own_gradient(earlier[field_name].judgement, label) if field_name in earlier else None
        if own is not None and own != 0 and agrees(reading, own):
            reason = f"We read {reading.read_as}. It follows from your own trace."
            return Verdict("follows", share, reading.read_as, reason)
    return None


def _own_gradient(trace: Judgement, label: str) -> Value | None:
    """What a trace ends with for one node, if its last entry there is sound; a guess repeated is no derivation."""
    cells = [cell for cell in trace.verdict.cells if cell.target == f"{label}.grad"]
    sound = bool(cells) and cells[-1].outcome in ("right", "follows")
    return trace.state.get(label) if sound else None


def follow_formula(answer: Answer, reading: Any, earlier: Sequence[Earlier], context: Context) -> Verdict | None:
    """The verdict `follows` for a wrong formula, shape or number that is right given earlier slips; None otherwise."""
    if not isinstance(reading, (FormulaReading, ShapeReading)) or not isinstance(answer, (Formula, Number)):
        return None
    ready = prepared(answer)
    for source, pins in _pins(ready, earlier, context):
        if _is_right_with(answer, ready, reading, pins, context):
            return _follows(reading.read_as, source, context)
    if isinstance(answer, (Bytes, ExpressionAnswer)) and isinstance(reading, FormulaReading):
        for field in reversed(earlier):
            if _is_size_of_wrong_shape(field, answer, reading, context):
                return _follows(reading.read_as, f"your shape in {field.name}", context)
    return None


def _follows(read_as: str, source: str, context: Context) -> Verdict:
    reason = f"We read {read_as}. It follows from {source}."
    return Verdict("follows", context.policy.follows, read_as, reason)


def _pins(ready: Prepared, earlier: Sequence[Earlier], context: Context) -> list[tuple[str, Mapping[str, Expression]]]:
    """The student's own values for names that the key is built from: from fields of that name, or from definitions."""
    fields = {field.name: value for field in earlier if (value := _wrong_value(field, context)) is not None}
    used = {name for name in ready.where if name not in ready.domains}
    from_fields = {name: tree for name, tree in fields.items() if name in used}
    defined = {name: tree for name, tree in context.definitions.items() if name in used}
    helping = {name: tree for name, tree in context.definitions.items() if name not in ready.domains}
    pins: list[tuple[str, Mapping[str, Expression]]] = []
    if from_fields:
        pins.append((f"your answer to {' and '.join(sorted(from_fields))}", {**helping, **from_fields}))
    if defined:
        pins.append((f"your own {' and '.join(sorted(defined))}", {**helping, **defined}))
    return pins


def _wrong_value(field: Earlier, context: Context) -> Expression | None:
    """What a student gave in a field that was not right, where that is one value."""
    reading = field.reading
    if field.judgement.verdict.outcome not in ("wrong", "partly", "follows"):
        return None
    if isinstance(reading, NumberReading):
        return Literal(reading.value, None, 0) if isinstance(reading.value, (int, Fraction)) else None
    if not isinstance(reading, FormulaReading) or not isinstance(field.answer, (Formula, Number)):
        return None
    ready = prepared(field.answer)
    trees = [inlined(tree, bindings_for(field.answer, reading, context)) for tree in reading.readings]
    if len(trees) == 1:
        return trees[0]
    if any(symbols_of(tree) - set(ready.domains) for tree in trees):
        return None
    own = Reference(trees[0], ready.domains, ready.assumptions, ready.seed)
    return trees[0] if all(compare(tree, own).is_equal for tree in trees[1:]) else None


def _is_right_with(
    answer: Formula | Number, ready: Prepared, reading: Any, pins: Mapping[str, Expression], context: Context
) -> bool:
    bindings = {**ready.where, **pins}
    try:
        trees = [inlined(tree, bindings) for tree in ready.expected]
    except Refusal:
        return False
    if any(symbols_of(tree) - set(ready.domains) for tree in trees):
        return False
    references = ready.pinned(pins)
    if _is_trivial(references, ready):
        return False
    own = {**bindings_for(answer, reading, context), **pins}
    if isinstance(reading, ShapeReading):
        return check_shape(references, reading, own, ready.domains).outcome == "right"
    if isinstance(answer, Growth):
        return check_growth(answer, references[0], ready.assumptions, reading, own).outcome == "right"
    return check_formula(references, reading, own).outcome == "right"


def _is_trivial(references: Sequence[Reference], ready: Prepared) -> bool:
    """Whether a slip has made the question one about nothing: always 0, or one number where the key is none."""
    for own, key in zip(references, ready.references, strict=True):
        values = {value for _, value in own.values(_LOOK)}
        if values <= {0} or (len(values) == 1 and len({value for _, value in key.values(_LOOK)}) > 1):
            return True
    return False


def _is_size_of_wrong_shape(field: Earlier, answer: Formula, reading: FormulaReading, context: Context) -> bool:
    """Whether the key is the size of that field's shape times a number, and the response that of the student's own."""
    if not isinstance(field.answer, Shape) or not isinstance(field.reading, ShapeReading):
        return False
    if field.judgement.verdict.outcome != "wrong" or len(field.reading.readings) != 1:
        return False
    reference, shape = prepared(answer).references[0], prepared(field.answer)
    right_size = _product([one.tree for one in shape.references])
    factor = _constant_ratio(reference, right_size)
    if factor is None:
        return False
    own_bindings = bindings_for(field.answer, field.reading, context)
    try:
        own_size = inlined(_product(field.reading.readings[0]), own_bindings)
        trees = [spelled(tree, bindings_for(answer, reading, context), reference.places) for tree in reading.readings]
    except Refusal:
        return False
    if symbols_of(own_size) - set(reference.places) or not symbols_of(own_size):
        return False
    own = Reference(
        Operation("*", Literal(factor, None, 0), own_size, 0), reference.domains, reference.assumptions, reference.seed
    )
    return all(compare(tree, own).is_equal for tree in trees)


def _constant_ratio(reference: Reference, size: Expression) -> int | Fraction | None:
    """key / size where that is one number everywhere; None otherwise."""
    if symbols_of(size) - set(reference.places):
        return None
    probe = Reference(size, reference.domains, reference.assumptions, reference.seed)
    values = [(whole, part) for (_, whole), (_, part) in zip(reference.values(4), probe.values(4), strict=False)]
    ratios = {
        Fraction(whole) / Fraction(part)
        for whole, part in values
        if isinstance(whole, (int, Fraction)) and isinstance(part, (int, Fraction)) and part
    }
    if len(ratios) != 1:
        return None
    factor = ratios.pop()
    scaled = Operation("*", Literal(factor, None, 0), size, 0)
    return factor if compare(scaled, reference).is_equal else None


def _product(trees: Sequence[Expression]) -> Expression:
    whole = trees[0]
    for tree in trees[1:]:
        whole = Operation("*", whole, tree, 0)
    return whole


def follow_pinned(
    asked: Field, reading: Any, key: Key, earlier: Mapping[str, Earlier], context: Context
) -> Verdict | None:
    """The verdict `follows` for a response that the listing gives when it runs with the student's own earlier values.

    A run that raises, or whose answer has become trivial, earns nothing.
    """
    pins = _own_values(asked, earlier)
    if not pins or key.pinned is None:
        return None
    try:
        answer = key.pinned(pins)[asked.name]
    except EngineError:
        return None
    if is_trivial_answer(answer):
        return None
    if check(answer, reading, context).verdict.outcome != "right":
        return None
    built_on = [name for name in asked.builds_on if name in earlier]
    return _follows(reading.read_as, f"your answer to {' and '.join(built_on)}", context)


def _own_values(asked: Field, earlier: Mapping[str, Earlier]) -> dict[str, Any]:
    """The values that the student gave for what a field builds on, by their names in the listing."""
    pins: dict[str, Any] = {}
    for name in asked.builds_on:
        field = earlier.get(name)
        if field is None or field.judgement.verdict.outcome not in ("wrong", "partly", "follows"):
            continue
        value = _value_of(field)
        if value is not None and field.asks:
            pins[field.asks.removesuffix(".value")] = value
    return pins


def _value_of(field: Earlier) -> Any:
    reading = field.reading
    if isinstance(reading, NumberReading):
        return reading.value
    if not isinstance(reading, FormulaReading) or not isinstance(field.answer, (Formula, Number)):
        return None
    if len(reading.readings) == 1:
        ready = prepared(field.answer)
        tree = inlined(reading.readings[0], bindings_for(field.answer, reading, Context()))
        if isinstance(field.answer, Number) and isinstance(tree, Literal) and not reading.has_unit:
            return tree.value
        return size_of_tree(tree, {name: symbol(name) for name in ready.domains})
    return None


def is_trivial_answer(answer: Answer) -> bool:
    """Whether a slip has left nothing to work out: the number 0, or a formula without any name."""
    if isinstance(answer, Number):
        return answer.expected == 0
    if isinstance(answer, Formula):
        return not any(symbols_of(inlined(tree, prepared(answer).where)) for tree in prepared(answer).expected)
    return False
