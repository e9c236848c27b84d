"""A computational graph in plain characters: one line a node, with the lanes along which values flow down.

    o           z1:leaf(x)
    |  o        z2:leaf(w)
    +--o        z3:mul(z1, z2)
    o--'        z4:add(z1, z3)

A lane runs from a node down to its last user; `+` is where it also feeds a node on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from engine.graph import Graph, Node

__all__ = ["graph_by_depth", "graph_list", "graph_text"]

_Texts = Mapping[str, str]
_NONE: _Texts = MappingProxyType({})


def graph_text(graph: Graph, *, values: _Texts = _NONE, gradients: _Texts = _NONE) -> str:
    """The drawing; with `values` and `gradients`, by label, beside the nodes."""
    rails = _rails(graph.nodes)
    wide = max(map(len, rails))
    names = [_named(node) for node in graph.nodes]
    longest = max(map(len, names))
    notes = _notes(graph, values, gradients)
    return "\n".join(
        f"{rail:{wide}}   {name:{longest}}   {note}".rstrip()
        for rail, name, note in zip(rails, names, notes, strict=True)
    )


def graph_list(graph: Graph, *, values: _Texts = _NONE, gradients: _Texts = _NONE) -> str:
    """The graph as a Markdown list of its nodes."""
    lines = []
    for node in graph.nodes:
        notes = [f"value {values[node.label]}"] if node.label in values else []
        notes += [f"grad {gradients[node.label]}"] if node.label in gradients else []
        lines.append(f"- `{_named(node)}`" + (f": {', '.join(notes)}" if notes else ""))
    return "\n".join(lines)


def graph_by_depth(graph: Graph) -> Graph:
    """The same graph in layers, leaves first: it shows the edges and gives no depth-first postorder away."""
    depths: dict[str, int] = {}
    for node in graph.nodes:
        depths[node.label] = 1 + max((depths[source] for source in node.inputs), default=-1)
    # Labels are sorted by length first, so that z10 stands behind z9.
    return Graph(tuple(sorted(graph.nodes, key=lambda node: (depths[node.label], len(node.label), node.label))))


def _named(node: Node) -> str:
    return str(node) if node.is_leaf else f"{node}({', '.join(node.inputs)})"


def _notes(graph: Graph, values: _Texts, gradients: _Texts) -> list[str]:
    """`value 3  grad 12` for each node, in columns."""
    columns = [
        _column("value", [values.get(label, "") for label in graph.labels]),
        _column("grad", [gradients.get(label, "") for label in graph.labels]),
    ]
    return ["  ".join(part for part in parts if part).rstrip() for parts in zip(*columns, strict=True)]


def _column(title: str, texts: Sequence[str]) -> list[str]:
    wide = max(map(len, texts))
    return [f"{title} {text:{wide}}" if text else "" for text in texts]


def _rails(nodes: Sequence[Node]) -> list[str]:
    """The lanes beside each node."""
    last_use = {source: place for place, node in enumerate(nodes) for source in node.inputs}
    lanes: list[str] = []  # label of the node whose value runs there; empty where nothing does
    rails = []
    for place, node in enumerate(nodes):
        feeding = sorted({lanes.index(source) for source in node.inputs})
        ending = [lane for lane in feeding if last_use[lanes[lane]] == place]
        own = ending[0] if ending else lanes.index("") if "" in lanes else len(lanes)
        rails.append(_row(lanes, feeding, ending, own))
        for lane in ending:
            lanes[lane] = ""
        lanes += [""] * (own + 1 - len(lanes))
        lanes[own] = node.label if node.label in last_use else ""
    return rails


def _row(lanes: Sequence[str], feeding: Sequence[int], ending: Sequence[int], own: int) -> str:
    """One line of lanes: the node's own is `o`, and a line joins it with those that feed it."""
    left, right = min([own, *feeding]), max([own, *feeding])
    signs = []
    for lane in range(max(len(lanes), own + 1)):
        inside = left < lane < right
        sign = "-" if inside else " "
        if lane < len(lanes) and lanes[lane]:
            sign = "|"
        if lane in feeding:
            sign = "'" if lane in ending else "+"
        signs.append(("o" if lane == own else sign) + ("--" if left <= lane < right else "  "))
    return "".join(signs).rstrip()
