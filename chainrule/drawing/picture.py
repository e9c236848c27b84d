"""What is painted of a layout, as plain values for every emitter: curves, arrowheads, lines of text, words, colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from chainrule.drawing.layout import Box, Edge, Layout, Point, lay_out
from chainrule.drawing.typography import CAPTION_SIZE, NOTE_SIZE, TEXT_SIZE
from engine.graph import Graph, Node

__all__ = ["COLOURS", "LINE_WIDTH", "Label", "Picture", "alt_text", "arrowhead", "number", "picture", "strokes"]

ARROW_LENGTH, ARROW_HALF_WIDTH = 11.0, 4.4
CAPTION_LIFT = 6.0
NOTE_DROP, NOTE_LEADING = 15.0, 16.0
LINE_WIDTH = 1.4
SIGN_SIZE = 1.25 * TEXT_SIZE

# Light and dark. Contrast to what lies behind is at least 4.5 to 1 for all text; a test measures it.
COLOURS = MappingProxyType(
    {
        "paper": ("#ffffff", "#14171d"),
        "ink": ("#15181e", "#e9ecf2"),
        "muted": ("#5d6470", "#a3abb8"),
        "leaf": ("#eaf1ff", "#1d3158"),
        "box": ("#ffffff", "#222730"),
        "gradient": ("#9a3412", "#fdba74"),
    }
)


@dataclass(frozen=True)
class Label:
    """A line of text centred at `x` on the baseline `y`; `kind` is caption, name, word, sign, value or gradient."""

    kind: str
    x: float
    y: float
    size: float
    text: str

    @property
    def is_name(self) -> bool:
        """Whether the text is the name of a node or of a variable, which takes an index."""
        return self.kind in ("caption", "name")


@dataclass(frozen=True)
class Picture:
    """A layout, the lines of text at each of its boxes, and all of it in words."""

    layout: Layout
    title: str
    words: str

    def labels(self) -> Iterator[tuple[Box, list[Label]]]:
        """Each box with what stands above, in, and below it."""
        for box in self.layout.boxes:
            yield box, _labels(box)


def picture(
    graph: Graph, *, values: Mapping[str, str] | None = None, gradients: Mapping[str, str] | None = None
) -> Picture:
    """The graph laid out, with `values` and `gradients` (by label) below their nodes.

    Raises: BrokenGraph as in `lay_out`.
    """
    notes = {node.label: _notes(node, values or {}, gradients or {}) for node in graph.nodes}
    return Picture(lay_out(graph, notes=notes), _title(graph), alt_text(graph, values=values, gradients=gradients))


def alt_text(
    graph: Graph, *, values: Mapping[str, str] | None = None, gradients: Mapping[str, str] | None = None
) -> str:
    """Every node in words, inputs before users: `z3 = leaf(wr); z2 = leaf(h0); z5 = mul(z3, z2).`"""
    lines = []
    for node in graph.nodes:
        line = f"{node.label} = {node.op}"
        if not node.is_leaf:
            line += f"({', '.join(node.inputs)})"
        lines.append(", ".join([line, *_notes(node, values or {}, gradients or {})]))
    return "; ".join(lines) + "."


def _title(graph: Graph) -> str:
    n_nodes = len(graph.nodes)
    return f"Computational graph with {n_nodes} node{'s' * (n_nodes > 1)}; the output is {graph.output.label}"


def _notes(node: Node, values: Mapping[str, str], gradients: Mapping[str, str]) -> list[str]:
    """Each line below a node; its first word is its kind."""
    found = (("value", values), ("gradient", gradients))
    return [f"{kind} {texts[node.label]}" for kind, texts in found if node.label in texts]


def strokes(edges: Sequence[Edge]) -> Iterator[list[tuple[Point, ...]]]:
    """The Bezier curves of each edge, but for those that an earlier edge has: a trunk is no bolder than its branches.

    Curves end at the arrowhead's neck; the last one is level, so the head is too.
    """
    drawn: set[tuple[Point, ...]] = set()
    for edge in edges:
        curves = [curve for curve in _curves(edge) if curve not in drawn]
        drawn.update(curves)
        yield curves


def _curves(edge: Edge) -> list[tuple[Point, ...]]:
    neck = edge.points[-1][0] - ARROW_LENGTH + 1  # one pixel into the head: no hairline between them
    points = [(min(x, neck), y) for x, y in edge.points]
    return [tuple(points[index : index + 4]) for index in range(0, len(points) - 1, 3)]


def arrowhead(tip: Point) -> tuple[Point, Point, Point]:
    """The three corners of the head that ends in `tip`."""
    neck = tip[0] - ARROW_LENGTH
    return tip, (neck, tip[1] - ARROW_HALF_WIDTH), (neck, tip[1] + ARROW_HALF_WIDTH)


def _labels(box: Box) -> list[Label]:
    centre = box.x + box.width / 2
    labels = [Label("caption", centre, box.y - CAPTION_LIFT, CAPTION_SIZE, box.caption), _inside(box, centre)]
    for index, text in enumerate(box.notes):
        below = box.y + box.height + NOTE_DROP + NOTE_LEADING * index
        labels.append(Label(text.split(" ")[0], centre, below, NOTE_SIZE, text))
    return labels


def _inside(box: Box, centre: float) -> Label:
    # Baselines: text looks centred when it stands about 0.3 of its size below the middle.
    middle = box.y + box.height / 2
    if box.kind != "leaf" and len(box.text) == 1:
        return Label("sign", centre, middle + 0.34 * SIGN_SIZE, SIGN_SIZE, box.text)
    return Label("name" if box.kind == "leaf" else "word", centre, middle + 0.28 * TEXT_SIZE, TEXT_SIZE, box.text)


def number(value: float) -> str:
    """At most two decimals and no `-0`, so that the bytes don't depend on the last bits of a float."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
