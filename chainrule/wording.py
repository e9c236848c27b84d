"""Words for answers and outcomes, as staff and students read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine import exact
from engine.sizes import Size, spelled_out, to_python
from question_templates.answers import (
    Answer,
    Choice,
    Formula,
    Graph,
    Growth,
    Matrix,
    Number,
    Order,
    Schedule,
    Shape,
    Trace,
    Vector,
)

__all__ = ["answer_text"]


def answer_text(answer: Answer) -> str:
    """A key's answer in the notation that a student would write; a trace has a line for every step."""
    if isinstance(answer, Number):
        return _text(answer.expected)
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
        return ", ".join(key for key in answer.options if key in answer.expected)
    if isinstance(answer, Graph):
        return _graph_text(answer.nodes)
    return "the best placement under the limit" if isinstance(answer, Schedule) else "read by a person"


def _text(value: object) -> str:
    if isinstance(value, Size):
        return to_python(spelled_out(value))
    return value if isinstance(value, str) else exact.text(value)  # type: ignore[arg-type]  # what is left is a number


def _formula_text(answer: Formula) -> str:
    """The formula with the question's own bindings behind it; an order of growth inside its O."""
    expected = answer.expected
    is_shape = isinstance(answer, Shape) and not isinstance(expected, (str, int, Size))
    text = _row_text(expected).replace("[", "(").replace("]", ")") if is_shape else _text(expected)
    text = f"O({text})" if isinstance(answer, Growth) else text
    bindings = ", ".join(f"{name} = {_text(value)}" for name, value in answer.where.items())
    return f"{text} with {bindings}" if bindings else text


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
