"""A key's answers as students write them: five notations of every kind, each of which has to earn full marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from engine import exact
from engine.sizes import Size, spelled_out, to_python, to_tex, to_text
from question_templates.answers import (
    Answer,
    Bytes,
    Choice,
    Code,
    Expression,
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

__all__ = ["notations", "spelled_out_text"]


def notations(answer: Answer) -> tuple[str, ...]:
    """Five different ways to write an answer, or more; none for a text, which a person reads."""
    texts = list(dict.fromkeys(_WAYS[type(answer)](answer)))
    further = (way.format(texts[0]) for way in _WAYS_OF_ALL if texts)
    while texts and len(texts) < _FEWEST:
        texts.append(next(further))
    return tuple(texts)


#: What students put around any answer, for answers that are so short that their own notations are alike.
_WAYS_OF_ALL = ("Answer: {}", "`{}`", "{}.", "**{}**", "The answer is {}.")
_FEWEST = 5


def spelled_out_text(answer: Answer) -> str:
    """One way to write an answer that uses no name of the listing; a few words for a text."""
    if isinstance(answer, Shape):
        return _shape(answer)[2]
    texts = notations(answer)
    return texts[1] if isinstance(answer, Formula) else texts[0] if texts else "a few words"


def _number(answer: Number) -> list[str]:
    text = _python(answer.expected)
    unit = f" {answer.unit}" if answer.unit else ""
    if unit and re.search(r"[-+]", text[1:]):
        text = f"({text})"
    whole = isinstance(answer.expected, int)
    other = f"{text}.0" if whole else f"{text} = {text}"
    name = answer.asked or "answer"
    tex = f"${_tex(answer.expected)}$"
    texts = [text, f"= {text}{unit}", f"{name} = {text}{unit}", f"{other}{unit}", f"**{text}**"]
    return texts if unit and isinstance(answer.expected, exact.Exact) else [*texts, tex]


def _vector(answer: Vector) -> list[str]:
    entries = list(map(_python, answer.expected))
    tex = r" \\ ".join(map(_tex, answer.expected))
    return [
        ", ".join(entries),
        f"[{', '.join(entries)}]",
        f"({', '.join(entries)})" if len(entries) > 1 else f"({entries[0]},)",
        "\n".join(entries),
        rf"\begin{{pmatrix}} {tex} \end{{pmatrix}}",
        f"np.array([{', '.join(entries)}])",
    ]


def _matrix(answer: Matrix) -> list[str]:
    rows = [list(map(_python, row)) for row in answer.expected]
    tex = r" \\ ".join(" & ".join(map(_tex, row)) for row in answer.expected)
    return [
        "[" + ", ".join(map(_listed, rows)) + "]",
        "\n".join(", ".join(row) for row in rows),
        "; ".join(", ".join(row) for row in rows),
        rf"\begin{{pmatrix}} {tex} \end{{pmatrix}}",
        "np.array([" + ", ".join(map(_listed, rows)) + "])",
    ]


def _listed(row: Sequence[str]) -> str:
    return f"[{', '.join(row)}]"


def _shape(answer: Shape) -> list[str]:
    expected: Any = answer.expected
    axes = list(expected) if not isinstance(expected, str) else _axes_of(expected)
    python, spelled = list(map(_python, axes)), [_python(axis, spelled=True) for axis in axes]
    tex = ", ".join(map(_tex, axes))
    end = "," if len(axes) == 1 else ""
    return [
        f"({', '.join(python)}{end})",
        f"[{', '.join(python)}]",
        f"({', '.join(spelled)}{end})",
        f"({', '.join(map(_plain, axes))}{end})",
        f"$({tex}{end})$",
    ]


def _axes_of(text: str) -> list[str]:
    return [axis.strip() for axis in text.strip("() ").split(",") if axis.strip()]


def _expression(answer: Formula) -> list[str]:
    size = answer.expected
    name = answer.asked or "answer"
    return [
        _python(size),
        _python(size, spelled=True),
        f"${_tex(size)}$",
        _plain(size),
        f"{name} = {_python(size)}",
        _python(size).replace("**", "^"),
    ]


def _bytes(answer: Bytes) -> list[str]:
    python, spelled = _python(answer.expected), _python(answer.expected, spelled=True)
    return [*_expression(answer)[:4], f"{python} bytes", f"{spelled} B"]


def _growth(answer: Growth) -> list[str]:
    size = answer.expected
    return [
        f"O({_python(size)})",
        f"O({_python(size, spelled=True)})",
        rf"$\Theta({_tex(size)})$",
        f"Θ({_plain(size)})",
        _python(size),
    ]


def _order(answer: Order) -> list[str]:
    labels = list(answer.expected)
    return [
        ", ".join(labels),
        f"[{', '.join(labels)}]",
        " → ".join(labels),
        "\n".join(f"{place}. {label}" for place, label in enumerate(labels, start=1)),
        " ".join(labels),
    ]


def _trace(answer: Trace) -> list[str]:
    steps = [step for step in answer.expected.walk if not step.skipped]
    lines = [
        f"{step.node}: " + ", ".join(f"{label}.grad = {exact.text(total)}" for label, total in step.changes.items())
        for step in steps
    ]
    tidy = "\n".join(lines)
    in_words = "\n".join(
        f"Iteration {step.iteration}: Output node is {step.node}. The op is {step.op}.\n"
        + "\n".join(f"{rule.target}.grad += {rule.symbols}" for rule in step.rules)
        + "".join(f"\nand so {label}.grad == {exact.text(total)}" for label, total in step.changes.items())
        for step in steps
    )
    return [tidy, "; ".join(lines), tidy.replace("-", "\u2212"), tidy.replace(" = ", " == "), in_words]


def _graph(answer: Graph) -> list[str]:
    nodes = [(label, op, list(inputs)) for label, (op, inputs) in answer.nodes.items()]
    calls = [f"{label} = {op}({', '.join(inputs)})" for label, op, inputs in nodes]
    kept = ", ".join(f'"{label}": ["{op}", {_quoted(inputs)}]' for label, op, inputs in nodes if op != "leaf")
    return [
        "\n".join(calls),
        "; ".join(calls),
        ", ".join(f"{label}:{op}({', '.join(inputs)})" for label, op, inputs in nodes),
        "\n".join(reversed(calls)),
        f"{{{kept}}}",
    ]


def _quoted(inputs: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in inputs) + "]"


def _schedule(answer: Schedule) -> list[str]:
    layers = [str(layer + answer.first_layer) for layer in answer.best().checkpoints]
    if not layers:
        return ["none", "no checkpoints", "{}", "[]", "None"]
    listed = ", ".join(layers)
    return [
        f"{{{listed}}}",
        f"[{listed}]",
        f"checkpoints = [{', '.join(reversed(layers))}]",
        " and ".join(f"layer {layer}" for layer in layers),
        ", ".join(f"L{layer}" for layer in layers),
    ]


def _choice(answer: Choice) -> list[str]:
    letters = [letter for letter in answer.options if letter in answer.expected]
    if not letters:
        return ["none of them", "none", "none of these", "None of the options.", "none of the above"]
    if not answer.several:
        (letter,) = letters
        return [letter, f"{letter.lower()})", f"({letter})", f"Option {letter}", f"The answer is {letter}."]
    boxes = "\n".join(f"[{'x' if letter in letters else ' '}] {letter}" for letter in answer.options)
    joined = " and ".join(letters)
    return [", ".join(letters), ", ".join(letters).lower(), joined, boxes, ", ".join(reversed(letters))]


def _code(answer: Code) -> list[str]:
    program = answer.program.strip("\n")
    lines = program.split("\n")
    return [
        program,
        f"```python\n{program}\n```",
        "\n".join([f"In [1]: {lines[0]}", *(f"   ...: {line}" for line in lines[1:])]),
        f"# My solution.\n\n{program}\n\nprint('done')",
        program.replace("    ", "\t"),
    ]


def _python(value: Any, *, spelled: bool = False) -> str:
    if isinstance(value, Size):
        return to_python(spelled_out(value) if spelled else value)
    return value if isinstance(value, str) else exact.text(value)


def _tex(value: Any) -> str:
    if isinstance(value, Size):
        return to_tex(value)
    if isinstance(value, Fraction) and value.denominator != 1:
        sign = "-" if value < 0 else ""
        return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    return value if isinstance(value, str) else exact.tex(value)


def _plain(value: Any) -> str:
    return to_text(value) if isinstance(value, Size) else _python(value)


_WAYS: Mapping[type, Callable[[Any], list[str]]] = MappingProxyType(
    {
        Number: _number,
        Vector: _vector,
        Matrix: _matrix,
        Shape: _shape,
        Expression: _expression,
        Bytes: _bytes,
        Growth: _growth,
        Order: _order,
        Trace: _trace,
        Graph: _graph,
        Schedule: _schedule,
        Choice: _choice,
        Code: _code,
        Text: lambda answer: [],
    }
)
