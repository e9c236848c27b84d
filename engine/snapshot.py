"""What a tape holds below one node, by label: the graph, the values and the gradients."""

from __future__ import annotations

from dataclasses import dataclass

from engine.exact import Value
from engine.graph import Graph, Node
from engine.scalar import Scalar, settle
from engine.tape import postorder

__all__ = ["Snapshot", "all_labelled", "take_snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """A graph with its values and gradients by label; every node has a label of its own."""

    graph: Graph
    values: dict[str, Value]
    gradients: dict[str, Value]


def all_labelled(output: Scalar) -> bool:
    """Whether every node of the output's tape has a label, so that none has to be named before a snapshot."""
    tape, _ = settle(output)
    return len(tape.labels) == len(tape.values)


def take_snapshot(output: Scalar) -> Snapshot:
    """Everything that `output` depends on, in postorder. Every node must have a label."""
    tape, root = settle(output)
    lefts, rights, labels = tape.lefts, tape.rights, tape.labels
    nodes, values, gradients = [], {}, {}
    for node in postorder(lefts, rights, root):
        label = labels[node]
        inputs = tuple(labels[k] for k in (lefts[node], rights[node]) if k >= 0)
        nodes.append(Node(label, tape.op(node), inputs))
        values[label], gradients[label] = tape.values[node], tape.gradient(node)
    return Snapshot(Graph(tuple(nodes)), values, gradients)
