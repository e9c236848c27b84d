"""How much work a variant is: features that an exam's slots keep within a band, so that nobody's variant is easier."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import engine as ag
from engine import exact
from engine.sizes import Size, spelled_out, to_python
from question_templates.answers import Answer, Formula, Graph, Key, Matrix, Number, Order, Trace, Vector
from question_templates.question import Question

__all__ = ["FEATURES", "features"]

#: What is counted, in the words of a report.
FEATURES: Mapping[str, str] = {
    "nodes": "nodes of the graph",
    "fan_outs": "nodes that are used more than once",
    "multiplications": "multiplications of the forward and the backward pass",
    "lines": "lines of the printed listing",
    "fields": "fields to fill in",
    "digits": "digits to write in numbers",
    "factors": "names and numbers to write in formulas",
    "work": "all of it as one number: what has to be computed and written",
}
_FACTOR = re.compile(r"\w+")


def features(key: Key, question: Question) -> dict[str, int]:
    """The features of one variant, by the names of `FEATURES`; 0 for what it does not have."""
    found = dict.fromkeys(FEATURES, 0)
    if key.run is not None and key.run.graph.nodes:
        found |= _of_graph(key.run)
    found["lines"] = sum(bool(line.strip()) for line in question.listing.splitlines())
    found["fields"] = len(question.fields)
    for answer in key.answers.values():
        found["digits"] += sum(letter.isdigit() for text in _numbers(answer) for letter in text)
        found["factors"] += sum(len(_FACTOR.findall(text)) for text in _formulas(answer))
    found["work"] = found["nodes"] + found["multiplications"] + found["fields"] + found["digits"] + found["factors"]
    return found


def _of_graph(run: ag.Trace) -> dict[str, int]:
    uses = Counter(label for node in run.graph.nodes if not node.is_leaf for label in node.inputs)
    products = sum(node.op in ("mul", "div", "pow") for node in run.graph.nodes)
    back = sum(rule.factor not in (1, -1) for step in run.walk for rule in step.rules)
    return {
        "nodes": len(run.graph.nodes),
        "fan_outs": sum(count > 1 for count in uses.values()),
        "multiplications": products + back,
    }


def _numbers(answer: Answer) -> Iterable[str]:
    """Every number that an answer has to write down."""
    if isinstance(answer, Number):
        yield _text(answer.expected)
    elif isinstance(answer, Vector):
        yield from map(_text, answer.expected)
    elif isinstance(answer, Matrix):
        yield from (_text(entry) for row in answer.expected for entry in row)
    elif isinstance(answer, Trace):
        yield from (exact.text(total) for step in answer.expected.walk for total in step.changes.values())


def _formulas(answer: Answer) -> Iterable[str]:
    """Every formula, and every name of an order or a graph."""
    if isinstance(answer, Formula):
        expected: Any = answer.expected
        yield from map(_text, expected if isinstance(expected, (list, tuple)) else [expected])
    elif isinstance(answer, Order):
        yield from answer.expected
    elif isinstance(answer, Graph):
        yield from answer.nodes


def _text(value: Any) -> str:
    if isinstance(value, Size):
        return to_python(spelled_out(value))
    return value if isinstance(value, str) else exact.text(value)
