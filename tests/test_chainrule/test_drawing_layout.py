"""The laws of a drawing's layout, seen by sampling the curves that are drawn."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.drawing import ordering
from chainrule.drawing.columns import build_skeleton
from chainrule.drawing.layout import Box, BrokenGraph, Edge, Layout, Point, lay_out
from engine.graph import Graph, Node

OPERATIONS = ("mul", "add", "sub", "relu", "exp", "sigmoid")
SAMPLES = 16


def leaf(label: str, name: str) -> Node:
    return Node(label, f"leaf({name})")


RNN = Graph(
    (
        leaf("z3", "wr"),
        leaf("z2", "h0"),
        Node("z5", "mul", ("z3", "z2")),
        leaf("z4", "wi"),
        leaf("z1", "x1"),
        Node("z6", "mul", ("z4", "z1")),
        Node("z7", "add", ("z5", "z6")),
        Node("z8", "relu", ("z7",)),
        leaf("z9", "wo"),
        Node("z10", "mul", ("z8", "z9")),
    )
)
QUARTIC = Graph((leaf("z1", "x"), Node("z2", "mul", ("z1", "z1")), Node("z3", "mul", ("z2", "z2"))))
# The product z4 needs x a column after z2 and z3 have passed by: its two lines are long.
LONG_DOUBLE = Graph(
    (
        leaf("z1", "x"),
        Node("z2", "exp", ("z1",)),
        Node("z3", "exp", ("z2",)),
        Node("z4", "fma", ("z1", "z3", "z1")),
    )
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Graphs of 1 to 25 nodes in postorder, with sharing, and with nodes used twice by the same user."""
    n_nodes = draw(st.integers(1, 25))
    n_leaves = draw(st.integers(1, n_nodes))
    nodes = [leaf(f"z{number}", f"x{number}") for number in range(n_leaves)]
    for number in range(n_leaves, n_nodes):
        sources = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=3))
        op = draw(st.sampled_from(OPERATIONS))
        nodes.append(Node(f"z{number}", op, tuple(f"z{source}" for source in sources)))
    return in_postorder(nodes)


def in_postorder(nodes: list[Node]) -> Graph:
    """What the last node needs, depth first."""
    by_label = {node.label: node for node in nodes}
    found: dict[str, Node] = {}

    def visit(node: Node) -> None:
        for source in node.inputs:
            if source not in found:
                visit(by_label[source])
        found[node.label] = node

    visit(nodes[-1])
    return Graph(tuple(found.values()))


def boxes_of(layout: Layout) -> dict[str, Box]:
    return {box.label: box for box in layout.boxes}


def sampled(edge: Edge) -> list[Point]:
    """Points on the edge's curves by Bernstein's formula."""
    points = [edge.points[0]]
    for first in range(0, len(edge.points) - 1, 3):
        control = edge.points[first : first + 4]
        for step in range(1, SAMPLES + 1):
            t = step / SAMPLES
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x = sum(weight * point[0] for weight, point in zip(weights, control, strict=True))
            y = sum(weight * point[1] for weight, point in zip(weights, control, strict=True))
            points.append((x, y))
    return points


def turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def cross(first: list[Point], second: list[Point]) -> bool:
    return any(
        turn(a, b, c) * turn(a, b, d) < -1e-6 and turn(c, d, a) * turn(c, d, b) < -1e-6
        for a, b in pairwise(first)
        for c, d in pairwise(second)
        if a[0] < d[0] and c[0] < b[0]
    )


def count_crossings(layout: Layout) -> int:
    """Pairs of edges from different sources that cross."""
    lines = [(edge.source, sampled(edge)) for edge in layout.edges]
    return sum(
        cross(line, other) for (source, line), (second, other) in combinations(lines, 2) if source != second
    )


@given(graphs())
def test_the_first_operand_ends_on_top_and_every_port_above_the_next(graph: Graph) -> None:
    layout = lay_out(graph)

    for node in graph.nodes:
        arriving = sorted((edge.port, edge) for edge in layout.edges if edge.target == node.label)
        assert list(node.inputs) == [edge.source for _, edge in arriving]
        heights = [edge.points[-1][1] for _, edge in arriving]
        assert all(upper + 5 < lower for upper, lower in pairwise(heights))


@given(graphs())
def test_an_edge_leads_from_the_right_side_of_its_source_to_its_port(graph: Graph) -> None:
    layout = lay_out(graph)
    boxes = boxes_of(layout)

    for edge in layout.edges:
        source, target = boxes[edge.source], boxes[edge.target]
        (start_x, start_y), (end_x, end_y) = edge.points[0], edge.points[-1]
        middle = target.y + target.height / 2
        port_height = middle + (edge.port - (edge.ports - 1) / 2) * target.height / (edge.ports + 1)
        assert (target.x, port_height) == pytest.approx((end_x, end_y))
        assert source.y < start_y < source.y + source.height
        assert 0 <= source.x + source.width - start_x < source.radius


@given(graphs())
def test_an_edge_starts_on_the_rounded_outline_of_its_source(graph: Graph) -> None:
    layout = lay_out(graph)
    boxes = boxes_of(layout)

    for edge in layout.edges:
        box = boxes[edge.source]
        x, y = edge.points[0]
        up = max(0.0, abs(y - box.y - box.height / 2) - (box.height / 2 - box.radius))
        from_corner = ((x - (box.x + box.width - box.radius)) ** 2 + up**2) ** 0.5
        assert box.radius == pytest.approx(from_corner)


@given(graphs())
def test_sources_stand_strictly_left_of_their_users(graph: Graph) -> None:
    layout = lay_out(graph)
    boxes = boxes_of(layout)

    for edge in layout.edges:
        assert boxes[edge.source].x + boxes[edge.source].width + 20 < boxes[edge.target].x


@given(graphs(), st.integers(0, 2))
def test_no_two_boxes_touch_with_their_captions_and_notes(graph: Graph, n_notes: int) -> None:
    layout = lay_out(graph, notes={label: ["value 1"] * n_notes for label in graph.labels})

    room = 18 + 16 * n_notes
    for one, other in combinations(layout.boxes, 2):
        apart_x = one.x + one.width + 20 < other.x or other.x + other.width + 20 < one.x
        apart_y = one.y + one.height + room < other.y or other.y + other.height + room < one.y
        assert apart_x or apart_y


@given(graphs())
def test_every_operand_has_its_own_edge(graph: Graph) -> None:
    layout = lay_out(graph)

    assert sum(len(node.inputs) for node in graph.nodes) == len(layout.edges)
    assert len(layout.edges) == len({edge.points for edge in layout.edges})


@given(graphs())
def test_no_edge_runs_through_a_box(graph: Graph) -> None:
    layout = lay_out(graph)

    for edge in layout.edges:
        for x, y in sampled(edge):
            for box in layout.boxes:
                inside = box.x < x < box.x + box.width and box.y - 5 < y < box.y + box.height + 5
                assert not inside or (box.label == edge.source and x >= box.x + box.width - box.radius)


@given(graphs())
def test_everything_stands_on_the_sheet(graph: Graph) -> None:
    layout = lay_out(graph)

    for box in layout.boxes:
        assert 0 <= box.x <= layout.width - box.width and 0 <= box.y <= layout.height - box.height
    assert all(0 <= y <= layout.height for edge in layout.edges for _, y in sampled(edge))


@pytest.mark.parametrize("graph", [QUARTIC, LONG_DOUBLE], ids=["quartic", "long double"])
def test_a_node_used_twice_sends_two_lines_that_stay_apart(graph: Graph) -> None:
    doubles = [
        edge for edge in lay_out(graph).edges if graph.node(edge.target).inputs.count(edge.source) == 2
    ]

    for upper, lower in zip(doubles[::2], doubles[1::2], strict=True):
        assert (upper.source, upper.target) == (lower.source, lower.target)
        gaps = [below[1] - above[1] for above, below in zip(sampled(upper), sampled(lower), strict=True)]
        assert min(gaps) > 10


def test_the_two_lines_of_a_square_are_level() -> None:
    edges = lay_out(QUARTIC).edges

    assert 4 == len(edges)
    assert all(edge.points[0][1] == pytest.approx(edge.points[-1][1]) for edge in edges)


def test_the_recurrent_cell_is_drawn_without_crossings() -> None:
    assert 0 == count_crossings(lay_out(RNN))


def test_a_product_with_crossed_operands_shows_that_the_witness_sees_crossings() -> None:
    left, right = leaf("a", "a"), leaf("b", "b")
    first, second = Node("c", "mul", ("a", "b")), Node("d", "mul", ("b", "a"))
    crossed = Graph((left, right, first, second, Node("e", "add", ("c", "d"))))

    assert count_crossings(lay_out(crossed)) >= 1


def test_lines_that_leave_a_node_do_not_cross_each_other() -> None:
    cube = Graph((leaf("z1", "x"), Node("z2", "mul", ("z1", "z1")), Node("z3", "mul", ("z2", "z1"))))
    leaving = [sampled(edge) for edge in lay_out(cube).edges if edge.source == "z1"]

    assert not any(cross(one, other) for one, other in combinations(leaving, 2))


@given(graphs())
def test_no_exchange_of_neighbours_in_a_column_saves_a_crossing(graph: Graph) -> None:
    skeleton = build_skeleton([[graph.labels.index(label) for label in node.inputs] for node in graph.nodes])
    order = ordering.order_columns(skeleton)
    crossings = ordering.count_crossings(skeleton, order)

    for column in order:
        for place in range(len(column) - 1):
            column[place], column[place + 1] = column[place + 1], column[place]
            assert crossings <= ordering.count_crossings(skeleton, order)
            column[place], column[place + 1] = column[place + 1], column[place]


def test_the_leaves_of_the_recurrent_cell_stand_beside_their_users_in_reading_order() -> None:
    boxes = boxes_of(lay_out(RNN))

    assert boxes["z8"].x == boxes["z9"].x
    assert ["z3", "z2", "z4", "z1"] == sorted(["z1", "z2", "z3", "z4"], key=lambda label: boxes[label].y)


def test_each_step_of_a_recurrent_network_stands_one_operation_after_the_other() -> None:
    nodes = [leaf("wr", "wr"), leaf("wi", "wi"), leaf("h0", "h0")]
    for step in (1, 2, 3):
        nodes.append(leaf(f"x{step}", f"x{step}"))
        nodes.append(Node(f"r{step}", "mul", ("wr", f"h{step - 1}")))
        nodes.append(Node(f"i{step}", "mul", ("wi", f"x{step}")))
        nodes.append(Node(f"s{step}", "add", (f"r{step}", f"i{step}")))
        nodes.append(Node(f"h{step}", "relu", (f"s{step}",)))
    layout = lay_out(in_postorder(nodes))
    boxes = boxes_of(layout)

    assert all(boxes[f"r{step}"].x == boxes[f"i{step}"].x for step in (1, 2, 3))
    # x1's edge must cross the line of wi that goes on to i2 and i3, x2's edge the one that goes on to i3.
    assert 3 == count_crossings(layout)


def test_a_chain_far_beyond_the_recursion_limit_is_laid_out() -> None:
    nodes = [leaf("z0", "x"), *(Node(f"z{n}", "exp", (f"z{n - 1}",)) for n in range(1, 3000))]

    assert 3000 == len(lay_out(Graph(tuple(nodes))).boxes)


def test_the_same_graph_gets_the_same_layout() -> None:
    assert lay_out(RNN) == lay_out(Graph.from_json(RNN.to_json()))


def test_a_graph_without_nodes_is_refused() -> None:
    with pytest.raises(BrokenGraph, match="graph without nodes; a drawing needs one node or more"):
        lay_out(Graph(()))


def test_a_label_that_stands_twice_is_refused() -> None:
    with pytest.raises(BrokenGraph, match="node 'z1' stands twice in the graph"):
        lay_out(Graph((leaf("z1", "x"), leaf("z1", "y"))))


def test_an_input_that_does_not_stand_before_its_user_is_refused() -> None:
    with pytest.raises(BrokenGraph, match="node 'z2' uses 'z1', which does not stand before it"):
        lay_out(Graph((Node("z2", "exp", ("z1",)), leaf("z1", "x"))))
