"""A second witness for questions about graphs: it runs a printed listing, and knows no rule of differentiation.

A listing is executed with a stand-in for `ag` that only remembers which operation took which operands. Derivatives are
differences: 60 digits and a step of 1e-25 leave about thirty right ones.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeAlias

import mpmath

from engine import exact
from question_templates.drawing import Issue
from tests.test_bank.oracle_draws import N_SEEDS, issued

__all__ = ["MATH", "Node", "Program", "Steps", "blocks", "close", "drawn", "named", "number", "run"]

MATH = mpmath.mp.clone()
MATH.dps = 60
STEP = MATH.mpf(10) ** -25

#: Every step of a backward pass: the node, and the gradients after it of the nodes that it adds to.
Steps: TypeAlias = list[tuple[str, dict[str, Any]]]

OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "add": lambda left, right: left + right,
    "sub": lambda left, right: left - right,
    "mul": lambda left, right: left * right,
    "div": lambda left, right: left / right,
    "neg": lambda operand: -operand,
    "exp": MATH.exp,
    "log": MATH.log,
    "relu": lambda operand: max(operand, MATH.mpf(0)),
}


@cache
def drawn(family: str) -> tuple[tuple[str, Issue], ...]:
    """All variants that are looked at, each with the words that say how to draw it again."""
    made = [issued(f"graph/{family}", seed) for seed in range(N_SEEDS)]
    return tuple(
        (f"{family}, seed {seed}, level {one.variant.parameters['level']}", one) for seed, one in enumerate(made)
    )


def blocks(body: str, language: str) -> list[str]:
    """The fenced blocks of a question's text."""
    return re.findall(rf"^```{language}\n(.*?)^```", body, re.MULTILINE | re.DOTALL)


def named(text: str, attribute: str) -> list[str]:
    """What a text names with an attribute: `x` for x.grad in backticks."""
    return re.findall(rf"`(\w+)\.{attribute}`", text)


def number(told: Any) -> Any:
    """A key's number: a fraction where it is one, else sixty digits of it."""
    if isinstance(told, (int, Fraction)):
        return Fraction(told)
    text = re.sub(r"\d+", r"whole(\g<0>)", told if isinstance(told, str) else exact.text(told))
    return eval(text, {"whole": MATH.mpf, "exp": MATH.exp, "log": MATH.log, "sqrt": MATH.sqrt})  # noqa: S307


def close(ours: Any, told: Any) -> bool:
    """Whether a key's number is ours, to 18 digits."""
    theirs = number(told)
    theirs = MATH.mpf(theirs.numerator) / theirs.denominator if isinstance(theirs, Fraction) else theirs
    return bool(abs(ours - theirs) <= MATH.mpf(10) ** -18 * max(1, abs(ours)))


@dataclass(eq=False)
class Node:
    """One node of a listing; a leaf has a number, a constant also has no label in any graph."""

    tape: list[Node]
    op: str
    operands: tuple[Node, ...] = ()
    number: Any = None
    label: str = ""
    leaf: str = ""

    def __post_init__(self) -> None:
        self.tape.append(self)

    def made(self, op: str, *operands: Any) -> Node:
        """A node of an operation; plain numbers become constants."""
        known = [node if isinstance(node, Node) else Node(self.tape, "constant", number=node) for node in operands]
        return Node(self.tape, op, tuple(known))

    def __add__(self, other: Any) -> Node:
        return self.made("add", self, other)

    def __sub__(self, other: Any) -> Node:
        return self.made("sub", self, other)

    def __mul__(self, other: Any) -> Node:
        return self.made("mul", self, other)

    def __rmul__(self, other: Any) -> Node:
        return self.made("mul", other, self)

    def __truediv__(self, other: Any) -> Node:
        return self.made("div", self, other)

    def __neg__(self) -> Node:
        return self.made("neg", self)


@dataclass
class Program:
    """A listing that was executed: its nodes in the order of their creation, names, and the node of `backward`."""

    nodes: list[Node] = field(default_factory=list)
    names: dict[str, Node] = field(default_factory=dict)
    output: Node | None = None

    def values(self, bumped: Node | None = None, step: Any = 0) -> dict[Node, Any]:
        """Every node's value, when one of them is raised by a step."""
        found: dict[Node, Any] = {}
        for node in self.nodes:
            plain = OPERATIONS[node.op](*(found[one] for one in node.operands)) if node.operands else node.number
            # A float stands for what is printed: 0.1 is one tenth.
            found[node] = MATH.mpf(str(plain) if isinstance(plain, float) else plain) + (step if node is bumped else 0)
        return found

    def slope(self, of: Node | None, by: Node) -> Any:
        """The derivative of one node by another."""
        assert of is not None, "the listing calls no backward"
        return (self.values(by, STEP)[of] - self.values(by, -STEP)[of]) / (2 * STEP)

    def gradient(self, node: Node) -> Any:
        """The derivative of the output by a node."""
        return self.slope(self.output, node)

    def postorder(self) -> list[Node]:
        """Depth first from the output, left operand first, each node once; constants are none."""
        order: list[Node] = []

        def visit(node: Node) -> None:
            for operand in node.operands:
                if operand not in order and operand.op != "constant":
                    visit(operand)
            order.append(node)

        assert self.output is not None
        visit(self.output)
        return order

    def contributions(self, node: Node) -> list[tuple[Node, Any]]:
        """Each operand of an operation, left first, with the operation's derivative at its place."""
        values = self.values()
        numbers = [values[operand] for operand in node.operands]
        slopes = []
        for place, operand in enumerate(node.operands):
            up, down = (
                OPERATIONS[node.op](*numbers[:place], numbers[place] + step, *numbers[place + 1 :])
                for step in (STEP, -STEP)
            )
            slopes.append((operand, (up - down) / (2 * STEP)))
        return slopes

    def backward(self) -> Steps:
        """The steps of backpropagation through the reversed postorder."""
        gradients: dict[Node, Any] = {node: MATH.mpf(0) for node in self.nodes}
        order = self.postorder()
        gradients[order[-1]] = MATH.mpf(1)
        steps: Steps = []
        for node in reversed(order):
            contributions = self.contributions(node)
            for operand, slope in contributions:
                gradients[operand] += slope * gradients[node]
            if contributions:
                steps.append((node.label, {operand.label: gradients[operand] for operand, _ in contributions}))
        return steps

    def graph(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """label -> (operation, labels of its operands), in postorder."""
        return {
            node.label: (node.op if node.operands else f"leaf({node.leaf})", tuple(one.label for one in node.operands))
            for node in self.postorder()
        }


@cache
def run(listing: str) -> Program:
    """Execute a listing line by line; a node is called by its label, else its first name, else n1, n2, ..."""
    program = Program()
    scope: dict[str, Any] = {"ag": _stand_in(program), "print": lambda *shown: None}
    for statement in ast.parse(listing).body:
        if isinstance(statement, ast.Expr):
            called = statement.value
            assert isinstance(called, ast.Call)
            if isinstance(called.func, ast.Attribute) and called.func.attr == "backward":
                program.output = scope[ast.unparse(called.func.value)]
            continue
        exec(compile(ast.Module([statement], []), "listing", "exec"), scope)
        assert isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        name = statement.targets[0].id
        node = program.names[name] = scope[name]
        node.label = node.label or name
        node.leaf = node.leaf or name
    for place, node in enumerate(_nameless(program.nodes), start=1):
        node.label = f"n{place}"
    return program


def _nameless(nodes: Sequence[Node]) -> Iterator[Node]:
    return (node for node in nodes if node.operands and not node.label)


def _stand_in(program: Program) -> SimpleNamespace:
    def scalar(value: Any, label: str = "") -> Node:
        return Node(program.nodes, "leaf", number=value, label=label.partition(":")[0])

    functions = {op: lambda node, op=op: node.made(op, node) for op in ("exp", "log", "relu")}
    return SimpleNamespace(Scalar=scalar, **functions)
