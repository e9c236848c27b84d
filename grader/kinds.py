"""How each kind of answer is read and checked: one row a kind, and nothing about a kind anywhere else in judging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from grader.checkers.choice import check_choice
from grader.checkers.code import check_code
from grader.checkers.formula import check_formula, check_shape
from grader.checkers.graph import check_graph
from grader.checkers.growth import check_growth
from grader.checkers.matrix import check_matrix, check_vector
from grader.checkers.number import check_number
from grader.checkers.order import check_order
from grader.checkers.quantity import check_quantity, is_consistent, read_quantity
from grader.checkers.schedule import check_schedule
from grader.checkers.text import check_text
from grader.checkers.trace import check_trace
from grader.equality.substitution import symbols_of
from grader.preparing import prepared
from grader.reading import (
    Unreadable,
    is_blank,
    read_number,
    read_order,
    read_trace,
)
from grader.reading.choice import read_choice
from grader.reading.code import read_code
from grader.reading.formulas.formula import FormulaReading, ShapeReading, read_formula, read_shape
from grader.reading.graph import read_graph
from grader.reading.matrix import read_matrix
from grader.reading.number import puts_in_doubt
from grader.reading.schedule import read_schedule
from grader.reading.text import read_text
from grader.reading.tree import Expression
from grader.verdict import Judgement, Verdict, blank, unreadable
from question_templates.answers import (
    Answer,
    Bytes,
    Choice,
    Code,
    Formula,
    Graph,
    Growth,
    Matrix,
    Number,
    Order,
    Schedule,
    Shape,
    Text,
    Trace,
    Vector,
)
from question_templates.answers import Expression as ExpressionAnswer
from question_templates.paper import DEFAULT_POLICY, Policy

__all__ = ["Context", "bindings_for", "check", "definitions_in", "kind_of", "read"]


_TOO_DEEP: Final = "This answer is nested too deeply for us to read; please write it more simply."


@dataclass(frozen=True)
class Context:
    """What the rest of the submission adds to one field, and the exam's policy.

    `definitions` are names defined in the fields before it, which override the question's; `answered` are the fields
    before it by their own names, for a question that does not give these.
    """

    definitions: Mapping[str, Expression] = field(default_factory=dict)
    answered: Mapping[str, Expression] = field(default_factory=dict)
    policy: Policy = DEFAULT_POLICY


class Kind(NamedTuple):
    """Text to reading, and reading to judgement. A reading is this kind's own type; nobody else looks inside."""

    read: Callable[[Any, str, Context], Any]
    check: Callable[[Any, Any, Context], Judgement]


def read(answer: Answer, text: str, context: Context) -> Any:
    """What a response says, Unreadable, or None when nothing was written."""
    if is_blank(text):
        return None
    try:
        return kind_of(answer).read(answer, text, context)
    except RecursionError:
        return Unreadable(0, "", _TOO_DEEP)


def check(answer: Answer, reading: Any, context: Context) -> Judgement:
    """The judgement on what `read` gave."""
    if reading is None:
        return Judgement(blank())
    if isinstance(reading, Unreadable):
        return Judgement(unreadable(reading.reason, read_as=reading.understood))
    try:
        return kind_of(answer).check(answer, reading, context)
    except RecursionError:
        return Judgement(unreadable(_TOO_DEEP))


def kind_of(answer: Answer) -> Kind:
    """The row of an answer's type. Raises TypeError for a type without one."""
    try:
        return _KINDS[type(answer)]
    except KeyError:
        raise TypeError(f"answers of type {type(answer).__name__} have no row in grader.kinds.") from None


def definitions_in(reading: Any) -> Mapping[str, Expression]:
    """The names that a reading defines for the fields behind it."""
    return reading.definitions if isinstance(reading, (FormulaReading, ShapeReading)) else {}


def bindings_for(
    answer: Formula | Number, reading: FormulaReading | ShapeReading, context: Context
) -> dict[str, Expression]:
    """What the names in a response stand for: the student's answers, the question's bindings, the student's own."""
    ready = prepared(answer)
    variables = set(ready.domains)
    own = {**context.definitions, **reading.definitions}
    answered = {name: tree for name, tree in context.answered.items() if name not in variables}
    return {**answered, **ready.where, **{name: tree for name, tree in own.items() if name not in variables}}


def _checked(
    answer: Formula,
    reading: FormulaReading | ShapeReading,
    context: Context,
    check_with: Callable[[dict[str, Expression]], Verdict],
) -> Judgement:
    """The verdict, if every meaning that the text gives to a name leads to it; else a person has to decide."""
    bindings = bindings_for(answer, reading, context)
    verdict = check_with(bindings)
    for name, tree in _other_meanings(answer, reading):
        other = check_with({**bindings, name: tree})
        if other.outcome not in (verdict.outcome, "unreadable"):
            reason = f"We read two meanings of {name}, and they lead to different answers; please keep one."
            return Judgement(unreadable(reason, read_as=reading.read_as))
    return Judgement(verdict)


def _other_meanings(answer: Formula, reading: FormulaReading | ShapeReading) -> list[tuple[str, Expression]]:
    """Second definitions of a name, and formulas given for one of the question's variables."""
    domains = prepared(answer).domains
    given = [(name, tree) for name, tree in reading.definitions.items() if name in domains]
    meant = [(name, tree) for name, tree in given if symbols_of(tree) - {name} and not symbols_of(tree) - set(domains)]
    return [*meant, *(pair for pair in reading.alternatives if pair[0] not in domains)]


def _read_formula(kind: Any) -> Callable[[Formula, str, Context], Any]:
    def read_it(answer: Formula, text: str, context: Context) -> FormulaReading | Unreadable:
        names = prepared(answer).names.with_defined([*context.definitions, *context.answered])
        return read_formula(text, names, kind, asked=frozenset({answer.asked} - {""}))

    return read_it


def _read_shape(answer: Shape, text: str, context: Context) -> ShapeReading | Unreadable:
    names = prepared(answer).names.with_defined([*context.definitions, *context.answered])
    return read_shape(text, names, asked=frozenset({answer.asked} - {""}))


def _check_formula(answer: Formula, reading: FormulaReading, context: Context) -> Judgement:
    references = prepared(answer).references
    return _checked(answer, reading, context, lambda bindings: check_formula(references, reading, bindings))


def _check_shape(answer: Shape, reading: ShapeReading, context: Context) -> Judgement:
    ready = prepared(answer)
    references, domains = ready.references, ready.domains
    return _checked(answer, reading, context, lambda names: check_shape(references, reading, names, domains))


def _check_growth(answer: Growth, reading: FormulaReading, context: Context) -> Judgement:
    ready = prepared(answer)
    reference, assumed = ready.references[0], ready.assumptions
    return _checked(
        answer, reading, context, lambda bindings: check_growth(answer, reference, assumed, reading, bindings)
    )


def _read_number(answer: Number, text: str, context: Context) -> Any:
    if answer.unit is None and not answer.where:
        found = read_number(text, asked=answer.asked, names=answer.names)
        if not isinstance(found, Unreadable) or answer.names:
            return found
        # What its words and signs put in doubt stays so; floors, brackets and derivations are read as formulas are.
        second = (
            found if puts_in_doubt(text) else read_quantity(answer, text, [*context.definitions, *context.answered])
        )
        return found if isinstance(second, Unreadable) or not is_consistent(second) else second
    return read_quantity(answer, text, [*context.definitions, *context.answered])


def _check_number(answer: Number, reading: Any, context: Context) -> Judgement:
    if isinstance(reading, FormulaReading):
        return Judgement(check_quantity(answer, reading, bindings_for(answer, reading, context)))
    return Judgement(check_number(answer, reading))


def _alone(read_it: Callable[[Any, str], Any], check_it: Callable[[Any, Any], Verdict]) -> Kind:
    """The row of a kind that nothing else of the submission or the exam has a part in."""
    return Kind(
        lambda answer, text, context: read_it(answer, text),
        lambda answer, reading, context: Judgement(check_it(answer, reading)),
    )


_KINDS: Final[Mapping[type, Kind]] = {
    Number: Kind(_read_number, _check_number),
    ExpressionAnswer: Kind(_read_formula("expression"), _check_formula),
    Bytes: Kind(_read_formula("bytes"), _check_formula),
    Shape: Kind(_read_shape, _check_shape),
    Growth: Kind(_read_formula("growth"), _check_growth),
    Order: Kind(
        lambda answer, text, context: read_order(
            text, names={**{label: label for label in answer.expected}, **answer.names}
        ),
        lambda answer, reading, context: Judgement(
            check_order(answer, reading, other_valid_order=context.policy.other_valid_order)
        ),
    ),
    Trace: Kind(
        lambda answer, text, context: read_trace(text, names=answer.expected.names),
        lambda answer, reading, context: check_trace(answer, reading, follows_share=context.policy.follows_in_traces),
    ),
    Graph: _alone(lambda answer, text: read_graph(text, leaves=answer.leaves), check_graph),
    Schedule: _alone(
        lambda answer, text: read_schedule(text, layers=answer.layers, first_layer=answer.first_layer), check_schedule
    ),
    Vector: _alone(lambda answer, text: read_matrix(text), check_vector),
    Matrix: _alone(lambda answer, text: read_matrix(text), check_matrix),
    Choice: _alone(
        lambda answer, text: read_choice(text, options=answer.options, several=answer.several), check_choice
    ),
    Code: _alone(
        lambda answer, text: read_code(
            text, function=answer.question.function, allowed=answer.question.imports
        ),
        check_code,
    ),
    Text: _alone(lambda answer, text: read_text(text), check_text),
}
