"""The forward pass and the backward walk, written down: each rule in symbols and with the numbers put in.

The walk back has one step an iteration; it visits the postorder reversed, leaves included (they are skipped,
and the walk says so). It applies the same rows of the operations' table as `Scalar.backward`; it only keeps
what happens on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import exact
from engine.exact import Value
from engine.operations import Operation
from engine.scalar import Scalar, settle
from engine.tape import Tape, postorder

__all__ = ["ForwardLine", "LocalRule", "Step", "backward_walk", "forward_lines"]


@dataclass(frozen=True)
class ForwardLine:
    """How one operation's value came about: `z6 = z4*z1 = 5*2 = 10`; a leaf has a value only."""

    node: str
    op: str
    symbols: str
    numbers: str
    value: Value


@dataclass(frozen=True)
class LocalRule:
    """One line `target.grad += factor * node.grad` of a step.

    `factor` is the local derivative, `amount` the contribution, `total` the target's gradient afterwards. The line's
    right side is written when it is asked for, from `pattern` (of the operations' table), the names and values of
    left operand, right operand and output, and the gradient that comes in.
    """

    node: str
    target: str
    factor: Value
    amount: Value
    total: Value
    pattern: str
    names: tuple[str, ...]
    values: tuple[Value, ...]
    gradient: Value

    @property
    def symbols(self) -> str:
        """The right side in symbols: `z9.value*z10.grad`."""
        return _product(_filled(self.pattern, self.names), f"{self.node}.grad")

    @property
    def numbers(self) -> str:
        """The right side with the numbers put in: `6*1`."""
        values = [exact.text(value) for value in self.values]
        return _product(_filled(self.pattern, values), _atomic(exact.text(self.gradient)))


@dataclass(frozen=True)
class Step:
    """Iteration `iteration` of backward, at the output node `node`; a leaf has no rules and is skipped."""

    iteration: int
    node: str
    op: str
    gradient: Value
    rules: tuple[LocalRule, ...]
    because: str = ""

    @property
    def skipped(self) -> bool:
        return not self.rules

    @property
    def changes(self) -> Mapping[str, Value]:
        """Label -> gradient after this step, for the nodes that the step changes."""
        return {rule.target: rule.total for rule in self.rules}


def forward_lines(output: Scalar) -> tuple[ForwardLine, ...]:
    """Every node that `output` depends on with its value, inputs before their users."""
    tape, root = settle(output)
    return tuple(_forward_line(tape, node) for node in postorder(tape.lefts, tape.rights, root))


def _forward_line(tape: Tape, node: int) -> ForwardLine:
    name, value, operation = _name(tape, node), tape.values[node], tape.operations[node]
    if operation is None:
        return ForwardLine(name, tape.op(node), "", "", value)
    operands = [k for k in (tape.lefts[node], tape.rights[node]) if k >= 0]
    symbols = _filled(operation.expression, [_name(tape, k) for k in operands])
    numbers = _filled(operation.expression, [exact.text(tape.values[k]) for k in operands])
    return ForwardLine(name, operation.name, symbols, numbers, value)


def backward_walk(output: Scalar) -> tuple[Step, ...]:
    """The steps of `output.backward()` on a graph whose gradients are still zero.

    Nodes are named by their labels; an unlabelled node by `v` and its number on the tape.
    """
    tape, root = settle(output)
    return tuple(_steps(tape, root))


def _steps(tape: Tape, root: int) -> Iterator[Step]:
    gradients: dict[int, Any] = {root: tape.rules.leaf(1)}
    for iteration, node in enumerate(reversed(postorder(tape.lefts, tape.rights, root))):
        operation, name, gradient = tape.operations[node], _name(tape, node), gradients.get(node, 0)
        rules = tuple(_local_rules(tape, node, operation, gradients)) if operation else ()
        because = _because(tape, node, operation) if operation else ""
        yield Step(iteration, name, tape.op(node), gradient, rules, because)


def _because(tape: Tape, node: int, operation: Operation) -> str:
    operand = tape.lefts[node]
    return operation.because(_value_name(tape, operand), tape.values[operand]) if operation.because else ""


def _local_rules(tape: Tape, node: int, operation: Operation, gradients: dict[int, Any]) -> Iterator[LocalRule]:
    """Apply one node's rules to `gradients`, left operand first, and write each of them down."""
    operands = (tape.lefts[node], tape.rights[node])[: operation.arity]
    places = (operands[0], operands[-1], node)
    left, right, value = values = tuple(tape.values[k] for k in places)
    gradient = gradients.get(node, 0)
    factors, amounts = operation.vjp(left, right, value, 1), operation.vjp(left, right, value, gradient)
    names = tuple(_value_name(tape, k) for k in places)
    for operand, pattern, factor, amount in zip(operands, operation.factors, factors, amounts, strict=True):
        if operand not in tape.constants:
            gradients[operand] = total = tape.rules.accumulate(gradients.get(operand, 0), amount)
            target = _name(tape, operand)
            yield LocalRule(_name(tape, node), target, factor, amount, total, pattern, names, values, gradient)


def _filled(pattern: str, words: Sequence[str]) -> str:
    """A pattern of the operations' table with words put in for `left`, `right` and `output`."""
    word = dict(zip(("left", "right", "output"), words, strict=False))

    def put_in(found: re.Match[str]) -> str:
        enclosed, bare = found.groups()
        return f"({word[enclosed]})" if enclosed else _atomic(word[bare])

    return re.sub(r"\((left|right|output)\)|\b(left|right|output)\b", put_in, pattern)


def _product(factor: str, gradient: str) -> str:
    """`factor*gradient`, with nothing for a factor of 1 and a bare minus sign for -1."""
    return f"{factor}{gradient}" if factor in ("", "-") else f"{factor}*{gradient}"


def _atomic(text: str) -> str:
    """A name or number as it can stand inside a product: `z1.value`, `6`, `exp(6)`, but `(-3)`, `(1/2)`."""
    return text if re.fullmatch(r"[\w.]+(\(\w+\))?", text) else f"({text})"


def _name(tape: Tape, node: int) -> str:
    return tape.labels.get(node) or f"v{node}"


def _value_name(tape: Tape, node: int) -> str:
    return exact.text(tape.values[node]) if node in tape.constants else f"{_name(tape, node)}.value"
