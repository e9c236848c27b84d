"""Further answers: what staff write in a student's notation, made into an answer of the key's own type.

A response is then read and compared as it would be if that were the key, so that every notation of it is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from engine.exact import Value
from grader.checkers.quantity import read_quantity
from grader.equality.comparison import Reference
from grader.equality.substitution import inlined, symbols_of
from grader.judging import judge_question
from grader.kinds import Context, read
from grader.preparing import prepared
from grader.reading import NumberReading, OrderReading, Unreadable
from grader.reading.choice import read_choice
from grader.reading.formulas.formula import FormulaReading, ShapeReading
from grader.reading.formulas.printing import formula_text
from grader.reading.formulas.units import bytes_in
from grader.reading.graph import GraphReading
from grader.reading.matrix import MatrixReading
from grader.reading.schedule import ScheduleReading
from grader.reading.tree import Expression, Literal, Operation
from grader.reading.unreadable import Refusal
from grader.verdict import Verdict
from question_templates.answers import (
    Answer,
    BrokenAnswer,
    Bytes,
    Choice,
    Formula,
    Graph,
    Growth,
    Key,
    Matrix,
    Number,
    Order,
    Schedule,
    Shape,
    Vector,
)
from question_templates.answers import Expression as ExpressionAnswer
from question_templates.paper import Item
from question_templates.question import LETTERS, Field

__all__ = ["NoFurtherAnswer", "further_answer", "judge_by", "judge_further", "try_further"]

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")
_NAME = re.compile(r"[A-Za-z_]\w*")


class NoFurtherAnswer(ValueError):
    """A text can't be accepted as a further answer of a field; the message says why, and what would be right."""


def judge_further(item: Item, key: Key, field: str, text: str, responses: Mapping[str, str]) -> Verdict:
    """The verdict on one field's response if `text` were the key's answer to it.

    Raises: NoFurtherAnswer where the text is no answer to that field of this paper.
    """
    answer = key.answers[field]
    if isinstance(answer, Schedule):
        return _same_checkpoints(item, answer, text, responses[field])
    return judge_by(item, key, field, further_answer(item, answer, field, text), responses)


def try_further(item: Item, key: Key, field: str, text: str) -> None:
    """Nothing where a text may be accepted as a further answer. Raises: NoFurtherAnswer, as judging by it would."""
    answer = key.answers[field]
    try:
        if isinstance(answer, Schedule):
            _read(answer, _filled(text, item), item)
        else:
            further_answer(item, answer, field, text)
    except NoFurtherAnswer as wrong:
        unknown = _unknown_parameter(text, item) if type(answer) in _MAKING else ""
        raise NoFurtherAnswer(unknown or str(wrong)) from wrong


def judge_by(item: Item, key: Key, field: str, answer: Answer, responses: Mapping[str, str]) -> Verdict:
    """The verdict on one field's response if `answer` were the key's, among the responses to the other fields."""
    other = replace(key, answers={**key.answers, field: answer})
    return judge_question(item.question, other, responses, policy=item.policy)[field]


def further_answer(item: Item, answer: Answer, field: str, text: str) -> Answer:
    """The answer of the key's own type that a text is, in the names and with the numbers of this paper.

    `{n}` is what the variant's parameter n says, a number or a name; parameters that are numbers may also stand there
    without braces, besides all that a student may write.
    Raises: NoFurtherAnswer where the text can't be read with certainty, or the kind has no answers to compare with.
    """
    make = _MAKING.get(type(answer))
    if make is None:
        kind = item.question.field(field).kind
        raise NoFurtherAnswer(f"answers of kind {kind} can't be accepted by their text; decide them in the review")
    try:
        return make(item, answer, item.question.field(field), _filled(text, item))
    except Refusal as refused:
        raise NoFurtherAnswer(refused.unreadable.reason) from refused
    except BrokenAnswer as broken:
        raise NoFurtherAnswer(str(broken)) from broken


def _filled(text: str, item: Item) -> str:
    """The text with what this paper's parameters say; braces around anything else stay."""
    told = _parameters(item)
    return _PLACEHOLDER.sub(lambda found: told.get(found[1], found[0]), text)


def _parameters(item: Item) -> Mapping[str, str]:
    """What a name in braces stands for on this paper."""
    drawn = item.variant.parameters
    return {name: _operand(str(value)) for name, value in drawn.items() if type(value) in (str, int)}


def _unknown_parameter(text: str, item: Item) -> str:
    """What is wrong with a name in braces that is no parameter; empty where there is none."""
    known = _parameters(item)
    strange = [name for name in _PLACEHOLDER.findall(text) if name not in known]
    listed = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
    return f"{{{strange[0]}}} is no parameter of this question; there are {listed}" if strange else ""


def _operand(told: str) -> str:
    """A parameter such as `H - K + 1`, so that it stays one operand wherever it is put."""
    return told if told.isidentifier() or told.isdecimal() else f"({told})"


def _read(answer: Answer, text: str, item: Item) -> Any:
    """What a text says as an answer; the variant's parameters are names like any that a student may define."""
    reading = read(answer, text, Context(definitions={name: Literal(n, None, 0) for name, n in _numbers(item).items()}))
    if reading is None:
        raise NoFurtherAnswer("there is nothing to read")
    if isinstance(reading, Unreadable):
        raise NoFurtherAnswer(reading.reason)
    return reading


def _formula(item: Item, answer: Formula, field: Field, text: str) -> Answer:
    reading: FormulaReading = _read(answer, text, item)
    return _sound(replace(answer, expected=_written(_only(reading, text), answer, reading, item)))


def _shape(item: Item, answer: Shape, field: Field, text: str) -> Answer:
    reading: ShapeReading = _read(answer, text, item)
    n_commas = text.strip().rstrip("),] ").count(",")
    # Of `(N, foo)` a student's reader may take the second part for a remark; staff are asked to write it again.
    if n_commas and n_commas != len(_only(reading, text)) - 1:
        raise NoFurtherAnswer(f"we read {reading.read_as}; write the shape alone, in the names of the question")
    axes = tuple(_written(axis, answer, reading, item) for axis in _only(reading, text))
    return _sound(replace(answer, expected=axes))


def _number(item: Item, answer: Number, field: Field, text: str) -> Answer:
    """A number as its exact value where it has one, else as the formula that it was written as."""
    plain = read(answer, text, Context())
    if isinstance(plain, NumberReading):
        return replace(answer, expected=plain.value)
    reading = read_quantity(answer, text, _numbers(item))
    if isinstance(reading, Unreadable):
        raise NoFurtherAnswer(reading.reason)
    tree = _inlined(_only(reading, text), answer, reading, item)
    if reading.has_unit and answer.unit:
        tree = Operation("/", tree, Literal(bytes_in(answer.unit) or 1, None, 0), 0)
    return _sound(replace(answer, expected=_exact_value(tree)))


def _exact_value(tree: Expression) -> Value | str:
    """The value of a formula without names; where it is irrational, the formula."""
    values = [value for _, value in Reference(tree, {}, (), b"further").values(1)]
    exact = values[0] if values else None
    return exact if isinstance(exact, (int, Fraction)) else formula_text(tree)


def _sound(answer: Formula | Number) -> Answer:
    prepared(answer)
    return answer


def _only(reading: Any, text: str) -> Any:
    """The one thing that a text says. Raises: NoFurtherAnswer where it says several."""
    if len(reading.readings) == 1 and not reading.alternatives and not reading.others:
        return reading.readings[0]
    raise NoFurtherAnswer(f"{text!r} can be read in more than one way, as {reading.read_as}; write one answer alone")


def _written(tree: Expression, answer: Formula, reading: Any, item: Item) -> str:
    return formula_text(_inlined(tree, answer, reading, item))


def _inlined(tree: Expression, answer: Formula | Number, reading: Any, item: Item) -> Expression:
    """The formula in names of this paper's question alone. Raises: NoFurtherAnswer for any other name."""
    ready = prepared(answer)
    numbers = {name: Literal(n, None, 0) for name, n in _numbers(item).items()}
    meant = {**numbers, **ready.where, **reading.definitions}
    whole = inlined(tree, {name: stands_for for name, stands_for in meant.items() if name not in ready.domains})
    strangers = sorted(symbols_of(whole) - set(ready.domains))
    if strangers:
        known = ", ".join(sorted({*ready.domains, *ready.where, *numbers})) or "none"
        raise NoFurtherAnswer(f"{strangers[0]!r} is no name of this question; there are {known}")
    return whole


def _numbers(item: Item) -> Mapping[str, int]:
    """The variant's parameters that are whole numbers with a name, which staff may write instead of them."""
    drawn = item.variant.parameters.items()
    return {name: n for name, n in drawn if isinstance(n, int) and not isinstance(n, bool) and _NAME.fullmatch(name)}


def _vector(item: Item, answer: Vector, field: Field, text: str) -> Answer:
    rows = _matrix_rows(item, answer, text)
    return replace(answer, expected=tuple(entry for row in rows for entry in row))


def _matrix(item: Item, answer: Matrix, field: Field, text: str) -> Answer:
    return replace(answer, expected=_matrix_rows(item, answer, text))


def _matrix_rows(item: Item, answer: Vector | Matrix, text: str) -> tuple[tuple[Value, ...], ...]:
    """The entries, with the numbers of this paper in place of its parameters' names."""
    numbers = _numbers(item)
    reading: MatrixReading = _read(answer, _NAME.sub(lambda found: str(numbers.get(found[0], found[0])), text), item)
    return tuple(tuple(entry.value for entry in row) for row in reading.rows)


def _order(item: Item, answer: Order, field: Field, text: str) -> Answer:
    """The order that was written, alone; a valid one in another convention has the exam's policy."""
    reading: OrderReading = _read(answer, text, item)
    inputs = {node: [one for one in answer.inputs.get(node, ()) if one in reading.labels] for node in reading.labels}
    return replace(answer, expected=reading.labels, any_valid=False, inputs=inputs)


def _choice(item: Item, answer: Choice, field: Field, text: str) -> Answer:
    """Letters are those of the family's own order, which stand for other letters where options are shuffled."""
    printed = dict(zip(field.shuffled or range(len(field.options)), field.options.values(), strict=True))
    own = {LETTERS[place]: printed[place] for place in sorted(printed)}
    reading = read_choice(text, options=own, several=answer.several)
    if isinstance(reading, Unreadable):
        raise NoFurtherAnswer(reading.reason)
    return replace(answer, expected=field.letters_of(LETTERS.index(letter) for letter in reading.chosen))


def _graph(item: Item, answer: Graph, field: Field, text: str) -> Answer:
    reading: GraphReading = _read(answer, text, item)
    if reading.unordered:
        node = sorted(reading.unordered)[0]
        raise NoFurtherAnswer(f"the edges into {node} don't say which operand is the left one; write {node} = op(a, b)")
    nodes = {
        node.label: ("leaf", (node.leaf_name,)) if node.is_leaf else (node.op, node.inputs) for node in reading.nodes
    }
    return replace(answer, nodes=nodes)


def _same_checkpoints(item: Item, answer: Schedule, text: str, response: str) -> Verdict:
    """Sets of checkpoints are judged by simulation, whatever is expected; a further one is accepted as it stands."""
    accepted: ScheduleReading = _read(answer, _filled(text, item), item)
    own = read(answer, response, Context())
    if isinstance(own, ScheduleReading) and set(own.checkpoints) == set(accepted.checkpoints):
        return Verdict("right", Fraction(1), own.read_as)
    return Verdict("wrong")


_MAKING: Mapping[type, Callable[[Item, Any, Field, str], Answer]] = MappingProxyType(
    {
        Number: _number,
        ExpressionAnswer: _formula,
        Bytes: _formula,
        Growth: _formula,
        Shape: _shape,
        Vector: _vector,
        Matrix: _matrix,
        Order: _order,
        Choice: _choice,
        Graph: _graph,
    }
)
