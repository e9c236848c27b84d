"""A computational graph as plain data: what is drawn, listed and asked about, without any value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Graph", "Node"]


@dataclass(frozen=True)
class Node:
    """One node: `op` is an operation's name, or `leaf(wr)`; `inputs` are labels, left operand first.

    A node used twice by the same operation (`z1*z1`) stands twice in `inputs`: these are two edges.
    """

    label: str
    op: str
    inputs: tuple[str, ...] = ()

    @property
    def is_leaf(self) -> bool:
        return not self.inputs

    @property
    def leaf_name(self) -> str:
        """The variable a leaf holds (`wr` for `leaf(wr)`); empty for an operation."""
        return self.op[len("leaf(") : -1] if self.is_leaf else ""

    def __str__(self) -> str:
        return f"{self.label}:{self.op}"


@dataclass(frozen=True)
class Graph:
    """Nodes in depth-first postorder from the output: every input before its user, the output last."""

    nodes: tuple[Node, ...]

    @property
    def output(self) -> Node:
        return self.nodes[-1]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(node.label for node in self.nodes)

    def node(self, label: str) -> Node:
        """The node of that label; raises KeyError when there is none."""
        for node in self.nodes:
            if node.label == label:
                return node
        raise KeyError(label)

    def is_topological(self, labels: Iterable[str]) -> bool:
        """Whether `labels` names every node once, each after all of its inputs."""
        listed = tuple(labels)
        place = {label: position for position, label in enumerate(listed)}
        if len(place) != len(listed) or set(place) != set(self.labels):
            return False
        return all(place[source] < place[node.label] for node in self.nodes for source in node.inputs)

    def to_json(self) -> dict[str, Any]:
        return {"nodes": [[node.label, node.op, list(node.inputs)] for node in self.nodes]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Graph:
        return cls(tuple(Node(label, op, tuple(inputs)) for label, op, inputs in stored["nodes"]))
