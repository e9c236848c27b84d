"""Checks a graph: the same operations on the same operands, with every other name free, and the first difference named.

A reason speaks only about the student's own nodes, by the names that the student gave them; it never says which node
the listing's graph has in that place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

import engine as ag
from engine.operations import STANDARD
from grader.checkers.isomorphism import Drawn, Keys, TooAlike, same_uses
from grader.reading.graph import GraphReading
from grader.reading.graph_draft import number_name
from grader.verdict import Verdict, unreadable
from question_templates.answers.graphs import Graph

__all__ = ["check_graph"]

_FREE: Final = ("add", "mul")
_ARITY: Final = {row.name: row.arity for row in STANDARD.operations.values()}


def check_graph(answer: Graph, reading: GraphReading) -> Verdict:
    """Whether what was read is the graph asked for, up to the names of the nodes that are no leaves.

    Where only a list of edges tells the operands, and the graph would be right with some of them exchanged, it is
    unreadable: the student did not say which one is the left operand.
    """
    keys = Keys(() if answer.operand_order else _FREE)
    expected = _drawn((label, *stated) for label, stated in answer.nodes.items())
    own = _drawn((node.label, *_stated(node)) for node in reading.nodes)
    try:
        if same_uses(own, expected, keys):
            return Verdict("right", Fraction(1), reading.read_as)
        turned, exchanged = _turned(own, expected, keys, reading.unordered)
        if turned and same_uses(exchanged, expected, keys):
            reason = (
                f"The edges into {turned[0]} don't say which operand is the left one; please write the node as "
                f"{turned[0]} = {own[turned[0]][0]}(left operand, right operand)."
            )
            return unreadable(reason, read_as=reading.read_as)
    except TooAlike:
        reason = "Many nodes of your graph look alike, so a person will compare it with the listing."
        return Verdict("pending", read_as=reading.read_as, reason=reason)
    fault = _Difference(own, expected, keys, reading).in_words()
    return Verdict("wrong", read_as=reading.read_as, reason=fault, counterexample=fault)


def _stated(node: ag.Node) -> tuple[str, tuple[str, ...]]:
    return ("leaf", (node.leaf_name,)) if node.is_leaf else (node.op, node.inputs)


def _drawn(nodes: Iterable[tuple[str, str, Iterable[str]]]) -> Drawn:
    """The nodes with a leaf's name in its operation; equal numbers become one constant, however often they stand."""
    graph: dict[str, tuple[str, tuple[str, ...]]] = {}
    constants: dict[str, str] = {}
    merged: dict[str, str] = {}
    for label, operation, inputs in nodes:
        if operation != "leaf":
            graph[label] = operation, tuple(inputs)
            continue
        name = number_name(next(iter(inputs)))
        if name.lstrip("-")[:1].isdecimal():
            merged[label] = constants.setdefault(name, label)
        if merged.get(label, label) == label:
            graph[label] = f"leaf {name}", ()
    return {label: (op, tuple(merged.get(name, name) for name in inputs)) for label, (op, inputs) in graph.items()}


def _turned(own: Drawn, expected: Drawn, keys: Keys, unordered: frozenset[str]) -> tuple[list[str], Drawn]:
    """The unordered nodes that are nodes of the listing only with their operands exchanged, and the graph with that."""
    known = set((keys.of(expected) or {}).values())
    graph = dict(own)
    turned: list[str] = []
    while True:
        found = keys.of(graph) or {}
        for label in own:
            operation, operands = graph[label]
            if label not in unordered or label in turned or found.get(label) in known or label not in found:
                continue
            if keys.of_node(operation, tuple(found[name] for name in reversed(operands))) in known:
                graph[label] = operation, operands[::-1]
                turned.append(label)
                break
        else:
            return turned, graph


class _Difference:
    """The first place where the student's graph differs, in words."""

    def __init__(self, own: Drawn, expected: Drawn, keys: Keys, reading: GraphReading) -> None:
        self.own, self.keys = own, keys
        self.found = keys.of(own)
        self.known = Counter((keys.of(expected) or {}).values())
        self.nodes = {node.label: node for node in reading.nodes}

    def in_words(self) -> str:
        if self.found is None:
            return "Your graph has a cycle: some node depends on itself, directly or through others."
        seen: dict[int, str] = {}
        counts: Counter[int] = Counter()
        for label, key in self.found.items():
            counts[key] += 1
            if counts[key] > self.known[key]:
                return self._surplus(label, seen.get(key))
            seen.setdefault(key, label)
        missing = self.known - counts
        again = next((seen[key] for key in missing if key in seen), None)
        if again is not None:
            return (
                f"{self._text(again)} stands in your graph only once; the listing computes it anew each time, "
                "and that makes a node of its own each time."
            )
        if missing:
            count = missing.total()
            return f"Your graph is not complete: {count} {'nodes are' if count > 1 else 'node is'} missing."
        alike = next(label for label, key in self.found.items() if counts[key] > 1)
        return f"Your graph has the right nodes, but {self._text(alike)} is not used where the listing uses it."

    def _surplus(self, label: str, twin: str | None) -> str:
        """A node that the listing's graph does not have, or not once more."""
        operation, operands = self.own[label]
        if not operands:
            name = operation.removeprefix("leaf ")
            if twin is None:
                return f"The graph of the listing has no leaf {name}."
            return f"Your graph has the leaf {name} twice, as {twin} and as {label}; one variable is one node."
        if twin is not None:
            return (
                f"Your nodes {twin} and {label} are the same computation, {self._call(label)}; "
                "the listing does not compute it so often, but uses the result again."
            )
        takes = _ARITY.get(operation, len(operands))
        if len(operands) != takes:
            has = f"{len(operands)} operand{'s' if len(operands) > 1 else ''}"
            return f"Your node {self._text(label)} has {has}; {operation} takes {'two' if takes == 2 else 'one'}."
        if self._is_turned(label):
            return f"Your node {self._text(label)} has its operands the other way round."
        return f"Your node {self._text(label)}: the graph of the listing has no node like it."

    def _is_turned(self, label: str) -> bool:
        operation, operands = self.own[label]
        found = self.found or {}
        return self.known[self.keys.of_node(operation, tuple(found[name] for name in reversed(operands)))] > 0

    def _text(self, label: str) -> str:
        return f"{label} = {self._call(label)}"

    def _call(self, label: str) -> str:
        operation, operands = self.own[label]
        shown = (self.nodes[name].leaf_name or name for name in operands)
        return f"{operation}({', '.join(shown)})"
