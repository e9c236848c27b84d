"""Where everything stands in the drawing of a computational graph: a layout as plain data, for any emitter.

Laws: inputs left, outputs right; at every node port k lies strictly above port k+1, and the first operand
ends at port 0; a node used twice sends two lines; no box overlaps another and no line runs through a box,
because a line that passes a column has a waypoint there, which keeps its distance like a box. The same
graph always gets the same layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chainrule.drawing.columns import Skeleton, Strand, build_skeleton
from chainrule.drawing.heights import Room, choose_heights
from chainrule.drawing.lines import Column, Point, line_points, spread_columns
from chainrule.drawing.ordering import order_columns
from chainrule.drawing.ports import port_offset, start_offsets
from chainrule.drawing.typography import CAPTION_SIZE, NOTE_SIZE, TEXT_SIZE, node_text, text_width
from engine.graph import Graph, Node

__all__ = ["Box", "BrokenGraph", "Edge", "Layout", "Point", "lay_out"]

# Lengths are CSS pixels.
BOX_WIDTH, BOX_HEIGHT = 92.0, 48.0
CORNER = 6.0
PADDING = 14.0
CAPTION_ROOM = 18.0
NOTE_ROOM = 16.0
WAYPOINT_ROOM = 3.0
MARGIN = 8.0


class BrokenGraph(ValueError):
    """The nodes are not a computational graph in postorder, so there is nothing to draw."""


@dataclass(frozen=True)
class Box:
    """A node: (x, y) is the upper left corner, `kind` is "leaf" or "operation", `notes` stand below it."""

    label: str
    x: float
    y: float
    width: float
    height: float
    kind: str
    text: str
    caption: str
    radius: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """A line from `source` to port `port` (0 is on top) of the `ports` ports of `target`.

    `points` are joined cubic Bezier curves: the start, then three points a curve. The last curve is level.
    """

    source: str
    target: str
    port: int
    ports: int
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Layout:
    """Boxes in the graph's order, edges by target and port, on a sheet of `width` by `height`."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float


@dataclass(frozen=True)
class _Arrangement:
    """What texts have no part in: a skeleton, room and heights for its vertices, and the starts of its strands."""

    skeleton: Skeleton
    rooms: Sequence[Room]
    starts: Mapping[Strand, float]
    heights: Sequence[float]


@dataclass(frozen=True)
class _Placed(_Arrangement):
    """An arrangement with a strip for every column, as wide as its texts ask for."""

    columns: Sequence[Column]


def lay_out(graph: Graph, *, notes: Mapping[str, Sequence[str]] | None = None) -> Layout:
    """The layout of a graph; `notes` are short lines of text below a node, by label.

    Units: CSS pixels, y grows downwards.
    Raises: BrokenGraph when there are no nodes, two share a label, or an input does not precede its user.
    """
    inputs = _operands(graph)
    written = [tuple((notes or {}).get(node.label, ())) for node in graph.nodes]
    arranged = _arranged(inputs, tuple(map(len, written)))
    skeleton, heights = arranged.skeleton, arranged.heights
    columns = spread_columns(_widths(graph, skeleton, written), _climbs(skeleton, heights), margin=MARGIN)
    placed = _Placed(**vars(arranged), columns=columns)
    boxes = tuple(_box(placed, index, graph.nodes[index], lines) for index, lines in enumerate(written))
    bottom = max(height + room[1] for height, room in zip(heights, arranged.rooms, strict=True))
    return Layout(boxes, _edges(placed, graph), columns[-1].right + MARGIN, bottom + MARGIN)


@lru_cache(maxsize=256)  # a pure function; a class gets the same graphs with other names and numbers
def _arranged(inputs: tuple[tuple[int, ...], ...], n_notes: tuple[int, ...]) -> _Arrangement:
    skeleton = build_skeleton(inputs)
    rooms = _rooms(skeleton, n_notes)
    order = order_columns(skeleton)
    starts = start_offsets(skeleton, order, BOX_HEIGHT)
    heights = [height + MARGIN for height in choose_heights(skeleton, order, rooms, starts, BOX_HEIGHT)]
    return _Arrangement(skeleton, rooms, starts, heights)


def _operands(graph: Graph) -> tuple[tuple[int, ...], ...]:
    """Inputs by number in place of label."""
    if not graph.nodes:
        raise BrokenGraph("graph without nodes; a drawing needs one node or more.")
    number: dict[str, int] = {}
    inputs = []
    for node in graph.nodes:
        if node.label in number:
            raise BrokenGraph(f"node {node.label!r} stands twice in the graph; each label names one node.")
        for source in node.inputs:
            if source not in number:
                raise BrokenGraph(
                    f"node {node.label!r} uses {source!r}, which does not stand before it; "
                    "list every input before its user."
                )
        inputs.append(tuple(number[source] for source in node.inputs))
        number[node.label] = len(number)
    return tuple(inputs)


def _rooms(skeleton: Skeleton, n_notes: Sequence[int]) -> list[Room]:
    half = BOX_HEIGHT / 2
    nodes = [(half + CAPTION_ROOM, half + NOTE_ROOM * n_lines) for n_lines in n_notes]
    n_waypoints = len(skeleton.columns) - len(nodes)
    return nodes + [(WAYPOINT_ROOM, WAYPOINT_ROOM)] * n_waypoints


def _widths(graph: Graph, skeleton: Skeleton, written: Sequence[tuple[str, ...]]) -> list[float]:
    """Width of each column; all of its boxes are as wide as the widest text asks for."""
    widths = [BOX_WIDTH] * (max(skeleton.columns) + 1)
    for node, lines, column in zip(graph.nodes, written, skeleton.columns, strict=False):
        widths[column] = max(
            widths[column],
            text_width(node_text(node), font_size=TEXT_SIZE) + 2 * PADDING,
            text_width(node.label, font_size=CAPTION_SIZE),
            *(text_width(line, font_size=NOTE_SIZE) for line in lines),
        )
    return widths


def _climbs(skeleton: Skeleton, heights: Sequence[float]) -> list[float]:
    return [
        max((abs(heights[strand.target] - heights[strand.source]) for strand in strands), default=0.0)
        for strands in skeleton.strands
    ]


def _box(placed: _Placed, index: int, node: Node, notes: tuple[str, ...]) -> Box:
    column = placed.columns[placed.skeleton.columns[index]]
    return Box(
        label=node.label,
        x=column.left,
        y=placed.heights[index] - BOX_HEIGHT / 2,
        width=column.right - column.left,
        height=BOX_HEIGHT,
        kind="leaf" if node.is_leaf else "operation",
        text=node_text(node),
        caption=node.label,
        radius=_radius(node),
        notes=notes,
    )


def _radius(node: Node) -> float:
    return BOX_HEIGHT / 2 if node.is_leaf else CORNER


def _edges(placed: _Placed, graph: Graph) -> tuple[Edge, ...]:
    edges = []
    for target, routes in enumerate(placed.skeleton.routes):
        for port, route in enumerate(routes):
            source = graph.nodes[route[0]]
            points = _points(placed, route, Strand(route[-1], target, port, len(routes)), _radius(source))
            edges.append(Edge(source.label, graph.nodes[target].label, port, len(routes), points))
    return tuple(edges)


def _points(placed: _Placed, route: Sequence[int], last: Strand, radius: float) -> tuple[Point, ...]:
    """The line along a route whose last strand is `last`; `radius` is that of the box it leaves."""
    columns = placed.skeleton.columns
    start = placed.starts.get(Strand(route[0], route[1]) if len(route) > 1 else last, 0.0)
    heights = [placed.heights[vertex] for vertex in route]
    heights[0] += start
    heights.append(placed.heights[last.target] + port_offset(last.port, last.ports, BOX_HEIGHT))
    # How far the outline has curved away from the box's right border at that height.
    around_corner = max(0.0, abs(start) - (BOX_HEIGHT / 2 - radius))
    inset = radius - (radius**2 - around_corner**2) ** 0.5
    return line_points(placed.columns[columns[route[0]] : columns[last.target] + 1], heights, inset=inset)
