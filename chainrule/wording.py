"""Words for answers and outcomes, as staff and students read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from engine import exact
from engine.sizes import Size, definitions, growth_of, to_python
from question_templates.answers import (
    Answer,
    Choice,
    Code,
    Formula,
    Graph,
    Growth,
    Key,
    Matrix,
    Number,
    Order,
    Schedule,
    Shape,
    Trace,
    Vector,
)

__all__ = ["AnswerTexts", "answer_text", "answer_texts"]

#: The answers of a key as text, by field name.
FieldTexts = Mapping[str, str]

#: Those of a paper's keys, by item number.
AnswerTexts = Mapping[str, FieldTexts]

_DECIMALS = 4


def answer_texts(key: Key) -> FieldTexts:
    """Every answer of a key in the notation that a student would write, by field name."""
    return {name: answer_text(answer) for name, answer in key.answers.items()}


def answer_text(answer: Answer) -> str:
    """A key's answer in the notation that a student would write; a trace has a line for every step."""
    if isinstance(answer, Number):
        return _number_text(answer)
    if isinstance(answer, Formula):
        return _formula_text(answer)
    if isinstance(answer, Order):
        return ", ".join(answer.expected)
    if isinstance(answer, Trace):
        return _trace_text(answer)
    if isinstance(answer, Vector):
        return _row_text(answer.expected)
    if isinstance(answer, Matrix):
        return f"[{', '.join(map(_row_text, answer.expected))}]"
    if isinstance(answer, Choice):
        return ", ".join(key for key in answer.options if key in answer.expected) or "none"
    if isinstance(answer, Code):
        return answer.program.strip("\n")
    if isinstance(answer, Graph):
        return _graph_text(answer.nodes)
    return _schedule_text(answer) if isinstance(answer, Schedule) else "read by a person"


def _number_text(answer: Number) -> str:
    """A number; an amount with a unit as a decimal where that ends soon."""
    value = answer.expected
    if not answer.unit or not isinstance(value, Fraction) or 10**_DECIMALS % value.denominator:
        return _text(value)
    return f"{float(value):.{_DECIMALS}f}".rstrip("0").rstrip(".")


def _schedule_text(answer: Schedule) -> str:
    """One set of layers that does best; there may be others."""
    layers = [layer + answer.first_layer for layer in answer.best().checkpoints]
    return f"{{{', '.join(map(str, layers))}}}" if layers else "none"


def _text(value: object) -> str:
    if isinstance(value, Size):
        return to_python(value)
    return value if isinstance(value, str) else exact.text(value)  # type: ignore[arg-type]  # what is left is a number


def _formula_text(answer: Formula) -> str:
    """The formula with the names that it uses behind it; an order of growth inside its O."""
    is_growth = isinstance(answer, Growth) and isinstance(answer.expected, Size)
    expected = growth_of(answer.expected) if is_growth else answer.expected  # type: ignore[arg-type]  # a Size, as just seen
    is_shape = isinstance(answer, Shape) and not isinstance(expected, (str, int, Size))
    text = _row_text(expected).replace("[", "(").replace("]", ")") if is_shape else _text(expected)
    text = f"O({text})" if isinstance(answer, Growth) else text
    named = {name: to_python(size) for part in _parts(expected) for name, size in definitions(part)}
    named |= {name: _text(value) for name, value in answer.where.items() if isinstance(value, str)}
    bindings = ", ".join(f"{name} = {meaning}" for name, meaning in named.items())
    return f"{text} with {bindings}" if bindings else text


def _parts(expected: object) -> list[Size]:
    """The sizes of a formula, or of the axes of a shape."""
    parts = expected if isinstance(expected, (list, tuple)) else [expected]
    return [part for part in parts if isinstance(part, Size)]


def _row_text(row: object) -> str:
    return f"[{', '.join(map(_text, row))}]"  # type: ignore[call-overload]  # a sequence of entries


def _graph_text(nodes: Mapping[str, tuple[str, Sequence[str]]]) -> str:
    return "\n".join(f"{label} = {op}({', '.join(inputs)})" for label, (op, inputs) in nodes.items())


def _trace_text(answer: Trace) -> str:
    steps = [step for step in answer.expected.walk if not step.skipped]
    return "\n".join(
        f"{step.node}: " + ", ".join(f"{label}.grad = {exact.text(total)}" for label, total in step.changes.items())
        for step in steps
    )
