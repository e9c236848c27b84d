"""Answers that are computational graphs, to be drawn or listed node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TypeAlias

import engine as ag
from question_templates.answers.errors import BrokenAnswer

__all__ = ["Graph", "StatedNode"]

#: A node as (operation, labels of its operands, left operand first); a leaf as ("leaf", (its name,)).
StatedNode: TypeAlias = tuple[str, Sequence[str]]

_LEAF = "leaf"


@dataclass(frozen=True)
class Graph:
    """A graph of operations: label -> (operation, operands), and a leaf as `"z1": ("leaf", ("x",))`.

    Leaves are known by their names, all other nodes may be renamed. With `operand_order` the left operand has to stand
    on the left everywhere; without it the two operands of `add` and `mul` may change places.
    Raises: BrokenAnswer if an operand is no node, a node depends on itself, or two leaves have one name.
    """

    nodes: Mapping[str, StatedNode]
    _: KW_ONLY
    operand_order: bool = True

    def __post_init__(self) -> None:
        self._check_leaves()
        self._check_operands()

    @classmethod
    def of(cls, graph: ag.Graph, *, operand_order: bool = True) -> Graph:
        """The answer that a run's graph is."""
        nodes: dict[str, StatedNode] = {
            node.label: (_LEAF, (node.leaf_name,)) if node.is_leaf else (node.op, node.inputs) for node in graph.nodes
        }
        return cls(nodes, operand_order=operand_order)

    @property
    def leaves(self) -> Mapping[str, str]:
        """Every way to call a leaf, by its label or by its name -> its name."""
        labels = {label: inputs[0] for label, (operation, inputs) in self.nodes.items() if operation == _LEAF}
        return {**labels, **{name: name for name in labels.values()}}

    def _check_leaves(self) -> None:
        seen: set[str] = set()
        for label, (operation, inputs) in self.nodes.items():
            if operation != _LEAF:
                continue
            if len(inputs) != 1:
                raise BrokenAnswer(f"Graph: leaf {label} has {len(inputs)} names; exactly one is right.")
            name = inputs[0]
            if name in seen and not name.lstrip("-")[:1].isdecimal():
                raise BrokenAnswer(f"Graph: leaf {label} is the second one called {name}; leaves have different names.")
            seen.add(name)

    def _check_operands(self) -> None:
        """Every operand is a node; taking away nodes without open operands, again and again, leaves none."""
        waiting = {label: set(inputs) for label, (operation, inputs) in self.nodes.items() if operation != _LEAF}
        for label, inputs in waiting.items():
            strangers = sorted(inputs - self.nodes.keys())
            if strangers:
                raise BrokenAnswer(f"Graph: operand {strangers[0]} of {label} is no node; list it as a node as well.")
            if not inputs:
                raise BrokenAnswer(f"Graph: node {label} has no operand; a leaf is written (leaf, (name,)).")
        while waiting:
            ready = {label for label, inputs in waiting.items() if not inputs & waiting.keys()}
            if not ready:
                raise BrokenAnswer(f"Graph: {min(waiting)} depends on itself; a graph of operations has no cycle.")
            for label in ready:
                del waiting[label]
