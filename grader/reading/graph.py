"""Reads a computational graph as students type it: nodes with their operands, edges with operations, or both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import engine as ag
from grader.reading.graph_draft import Draft, Edge
from grader.reading.graph_statements import read_statements
from grader.reading.graph_words import cut
from grader.reading.limits import is_blank, screen
from grader.reading.number import located
from grader.reading.unreadable import Refusal, Unreadable, refusal

__all__ = ["GraphReading", "read_graph"]

# A graph of a hundred nodes takes some 3,000 characters, with its edges once more.
MAX_GRAPH_CHARACTERS: Final = 8_000
MAX_GRAPH_NODES: Final = 200


@dataclass(frozen=True, slots=True)
class GraphReading:
    """The nodes as written, leaves included; `unordered` are those whose operands stand only in a list of edges.

    A leaf that is used without a line of its own has its variable's name as its label.
    """

    nodes: tuple[ag.Node, ...]
    read_as: str
    unordered: frozenset[str] = frozenset()


def read_graph(text: str, *, leaves: Mapping[str, str]) -> GraphReading | Unreadable:
    """The graph in `text`; `leaves` maps every way to call a leaf, label or variable, to the variable's name."""
    try:
        return _read(text, leaves)
    except Refusal as refused:
        return located(refused.unreadable, text)


def _read(text: str, leaves: Mapping[str, str]) -> GraphReading:
    if is_blank(text):
        raise refusal(0, "There is nothing to read here yet; please write one node a line, as in z3 = mul(z1, z2).")
    draft = read_statements(cut(screen(text, longest=MAX_GRAPH_CHARACTERS)), leaves)
    if not draft.operations and not draft.edges:
        raise refusal(0, "We found no operation here; please write one node a line, as in z3 = mul(z1, z2).")
    if len(draft.places) > MAX_GRAPH_NODES:
        raise refusal(0, f"We read at most {MAX_GRAPH_NODES} nodes and this graph has {len(draft.places)}.")
    return _Graph(draft, leaves).reading()


class _Graph:
    """A draft being turned into nodes: every name resolved, every operation with its operands."""

    def __init__(self, draft: Draft, leaves: Mapping[str, str]) -> None:
        self.draft = draft
        self.leaves = leaves
        self.edges: dict[str, list[Edge]] = {}
        for edge in draft.edges:
            self.edges.setdefault(edge.target, []).append(edge)
        # `x: leaf` beside `z1 = x` is the same node once more, called by its variable.
        self.own_label = {leaf: label for label, leaf in reversed(draft.leaves.items())}
        self.own_label.update({leaf: label for label, leaf in reversed(draft.leaves.items()) if label != leaf})

    def reading(self) -> GraphReading:
        self._check_names()
        made = [self._made(label, made_by) for label, made_by in self.draft.operations.items()]
        used = dict.fromkeys(name for node in made for name in node.inputs)
        declared = {self._node(label): leaf for label, leaf in self.draft.leaves.items()}
        implied = {name: name for name in used if name not in declared and name not in self.draft.operations}
        held = {**declared, **implied}
        leaves = [ag.Node(label, f"leaf({leaf})") for label, leaf in held.items()]
        several = {leaf for leaf, count in Counter(held.values()).items() if count > 1}
        shown = {label: label if leaf in several else leaf for label, leaf in held.items()}
        lines = [f"{label} = leaf({leaf})" for label, leaf in held.items() if leaf in several or label not in used]
        lines += [f"{n.label} = {n.op}({', '.join(shown.get(name, name) for name in n.inputs)})" for n in made]
        unordered = frozenset(node.label for node in made if self._is_unordered(node))
        return GraphReading((*leaves, *made), "; ".join(lines), unordered)

    def _check_names(self) -> None:
        """An operation has a name of its own, and whatever has edges into it is an operation."""
        variables = set(self.leaves.values())
        for label in [*self.draft.operations, *self.edges]:
            if label in variables or label in self.draft.leaves:
                raise refusal(
                    self.draft.places.get(label, 0),
                    f'We read "{label}" as the result of an operation, but it is a variable; '
                    "please give the node another name.",
                )
            if label not in self.draft.operations:
                raise refusal(
                    self.draft.places.get(label, 0),
                    f"We read edges into {label}, but nothing says which operation it is; "
                    f"please add a line such as {label}: mul.",
                )
        for name in self.draft.places:
            self._node(name)

    def _made(self, label: str, made_by: str) -> ag.Node:
        """The node with its operands, from its definition, or from the edges into it."""
        edges = self.edges.get(label, [])
        written = self.draft.operands.get(label)
        operands = tuple(self._node(name) for name in written or _in_order(edges))
        if not operands:
            raise refusal(
                self.draft.places[label],
                f"We read {label} as {made_by}, but nothing says what goes into it; "
                f"please write its operands, as in {label} = {made_by}(...).",
            )
        if written and edges and {self._node(edge.source) for edge in edges} != set(operands):
            raise refusal(
                self.draft.places[label],
                f"We read {label} = {made_by}({', '.join(written)}), and edges from other nodes into {label}; "
                "please write only one of the two.",
            )
        return ag.Node(label, made_by, operands)

    def _node(self, name: str) -> str:
        """The label of the node that a name stands for."""
        if name in self.draft.operations:
            return name
        leaf = self.draft.leaves.get(name)
        if leaf is not None:
            return self.own_label[leaf] if name == leaf else name
        if name in self.leaves:
            return self.own_label.get(self.leaves[name], self.leaves[name])
        if name.lstrip("-")[:1].isdecimal():
            return self.own_label.get(name, name)
        raise refusal(
            self.draft.places.get(name, 0),
            f'We read "{name}" as an operand, but nothing says what it is; please add a line such as '
            f"{name} = mul(...), or use a variable of the listing: {', '.join(sorted(set(self.leaves.values())))}.",
        )

    def _is_unordered(self, node: ag.Node) -> bool:
        """Whether only a list of edges says what goes in: it does not tell the left operand from the right one."""
        told = node.label in self.draft.operands or any(e.side is not None for e in self.edges.get(node.label, []))
        return not told and len(set(node.inputs)) > 1


def _in_order(edges: list[Edge]) -> list[str]:
    """The sources, left operand first where sides are told, else as written."""
    taken = {edge.side for edge in edges}
    rest = 1 if taken == {0, None} else 0
    return [edge.source for edge in sorted(edges, key=lambda edge: rest if edge.side is None else edge.side)]
