"""The tape: a connected graph of scalars as flat columns, grown by the operations, one tape a graph.

Node k is `operations[k]` applied to nodes `lefts[k]` and `rights[k]` (-1: no operand), with value
`values[k]`; an operand always has a smaller number than its user. There are no closures and no node objects,
which is what makes a graph of a million nodes cheap (see benchmarks/scalar_graph.py). When an operation
connects two graphs the smaller tape is moved to the end of the larger one and points to it (`successor`,
`offset`) for the handles that still know the old place. A leaf that has met no other node has no tape yet
(`LoneLeaf`): most leaves never need one of their own.
"""

from __future__ import annotations

from array import array
from typing import Any

from engine import exact
from engine.exact import Value
from engine.operations import Operation, Rules

__all__ = ["NO_OPERAND", "LoneLeaf", "Tape", "backward", "postorder"]

NO_OPERAND = -1


class LoneLeaf:
    """A leaf before it is put on a tape, where it then is node `offset` of `successor`."""

    __slots__ = ("label", "leaf_name", "offset", "rules", "successor", "value")

    def __init__(self, value: Value, rules: Rules, label: str, leaf_name: str) -> None:
        self.value, self.rules, self.label, self.leaf_name = value, rules, label, leaf_name
        self.successor: Tape | None = None
        self.offset = 0


class Tape:
    """The nodes of one connected graph; closed (`is_open`) once it was moved to the end of another tape.

    `gradients` is as long as the tape was when `backward` last ran, from node `root`.
    """

    __slots__ = (
        "constants",
        "gradients",
        "is_open",
        "labels",
        "leaf_names",
        "lefts",
        "offset",
        "operations",
        "rights",
        "root",
        "rules",
        "successor",
        "values",
    )

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.operations: list[Operation | None] = []
        self.lefts = array("q")
        self.rights = array("q")
        self.values: list[Value] = []
        self.gradients: list[Value] = []
        self.labels: dict[int, str] = {}
        self.leaf_names: dict[int, str] = {}
        self.constants: dict[int, Value] = {}  # the numbers as they were written
        self.root: int | None = None
        self.is_open = True
        self.successor: Tape | None = None
        self.offset = 0

    def apply(self, name: str, left: int, right: int) -> int:
        """Append the result of an operation on one or two nodes, and return its number."""
        operation, values = self.rules.operations[name], self.values
        value = operation.value(values[left]) if right < 0 else operation.value(values[left], values[right])
        self.operations.append(operation)
        self.lefts.append(left)
        self.rights.append(right)
        values.append(value)
        return len(values) - 1

    def add_leaf(self, value: Value) -> int:
        """Append a leaf, which has neither operation nor operands, and return its number."""
        self.operations.append(None)
        self.lefts.append(NO_OPERAND)
        self.rights.append(NO_OPERAND)
        self.values.append(value)
        return len(self.values) - 1

    def plant(self, leaf: LoneLeaf) -> None:
        """Append a leaf that had no tape yet, and which from then on points here."""
        node = self.add_leaf(leaf.value)
        if leaf.label:
            self.labels[node] = leaf.label
        if leaf.leaf_name:
            self.leaf_names[node] = leaf.leaf_name
        leaf.successor, leaf.offset = self, node

    def absorb(self, other: Tape) -> None:
        """Append every node of `other`, which is empty from then on and only points here."""
        offset = len(self.values)
        if other.gradients:
            self.gradients += [0] * (offset - len(self.gradients)) + other.gradients
        if other.root is not None and self.root is None:
            self.root = other.root + offset
        self.operations += other.operations
        self.lefts.extend(k if k < 0 else k + offset for k in other.lefts)
        self.rights.extend(k if k < 0 else k + offset for k in other.rights)
        self.values += other.values
        self.labels.update((k + offset, label) for k, label in other.labels.items())
        self.leaf_names.update((k + offset, name) for k, name in other.leaf_names.items())
        self.constants.update((k + offset, number) for k, number in other.constants.items())
        other.successor, other.offset, other.is_open = self, offset, False
        # Old handles keep `other` alive, but all that they need of it is the pointer.
        other.operations, other.values, other.gradients = [], [], []
        other.lefts, other.rights = array("q"), array("q")

    def op(self, node: int) -> str:
        """The operation's name; `leaf(wr)` for a leaf, with a constant's number for its name."""
        operation = self.operations[node]
        if operation:
            return operation.name
        name = exact.text(self.constants[node]) if node in self.constants else self.leaf_names.get(node, "")
        return f"leaf({name})"

    def gradient(self, node: int) -> Value:
        """The gradient that the last `backward` left at a node; 0 where none arrived."""
        return self.gradients[node] if node < len(self.gradients) else 0


def postorder(lefts: array[int], rights: array[int], root: int) -> list[int]:
    """Depth-first postorder from `root`, left operand first, each node once; iterative: depth is no limit."""
    order: list[int] = []
    visited = bytearray(root + 1)
    stack: list[int] = []  # the way down: k while the left operand of k is being done, ~k for its right one
    node = root
    while True:
        while not visited[node]:
            visited[node] = 1
            left = lefts[node]
            if left < 0:
                order.append(node)
                break
            stack.append(node)
            node = left
        while stack:
            node = stack.pop()
            right = rights[node] if node >= 0 else NO_OPERAND
            if right >= 0 and not visited[right]:
                stack.append(~node)
                node = right
                break
            order.append(node if node >= 0 else ~node)
        else:
            return order


def backward(tape: Tape, root: int) -> None:
    """Leave d(root)/d(node) in `tape.gradients`, walking the postorder reversed.

    A further call starts its walk from zero; leaves alone add up over calls, as parameters do in PyTorch.
    Constants take no gradient.
    """
    lefts, rights, values, operations = tape.lefts, tape.rights, tape.values, tape.operations
    accumulate = tape.rules.accumulate
    gradients = _earlier_leaf_gradients(tape)
    gradients[root] = accumulate(gradients[root], tape.rules.leaf(1))
    for node in reversed(postorder(lefts, rights, root)):
        operation = operations[node]
        if operation is None:
            continue
        left, right = lefts[node], rights[node]
        flow = operation.vjp(values[left], values[right], values[node], gradients[node])
        gradients[left] = accumulate(gradients[left], flow[0])
        if right >= 0:
            gradients[right] = accumulate(gradients[right], flow[1])
    for constant in tape.constants:
        gradients[constant] = 0
    tape.gradients, tape.root = gradients, root


def _earlier_leaf_gradients(tape: Tape) -> list[Any]:
    """What the leaves hold from earlier calls; 0 for every other node."""
    kept = [0 if tape.operations[node] else earlier for node, earlier in enumerate(tape.gradients)]
    return kept + [0] * (len(tape.values) - len(kept))
