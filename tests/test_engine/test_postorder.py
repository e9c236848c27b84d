"""The order of a graph: inputs before users, left operand first, each node once, and no depth too deep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine as ag
from engine.scalar import label_node

Edges = list[tuple[int, ...]]


@st.composite
def graphs(draw: st.DrawFn) -> Edges:
    """Each node's operands among the earlier ones: none, one, or two that may be the same."""
    edges: Edges = [()]
    for node in range(1, draw(st.integers(2, 25))):
        edges.append(tuple(draw(st.lists(st.integers(0, node - 1), max_size=2))))
    return edges


def build(edges: Edges) -> list[ag.Scalar]:
    nodes: list[ag.Scalar] = []
    for place, operands in enumerate(edges):
        match [nodes[operand] for operand in operands]:
            case [left, right]:
                nodes.append(left + right)
            case [operand]:
                nodes.append(-operand)
            case _:
                nodes.append(ag.Scalar(1))
        label_node(nodes[-1], str(place))
    return nodes


def recursive_postorder(edges: Edges, root: int) -> list[str]:
    order: list[str] = []

    def visit(node: int) -> None:
        for operand in edges[node]:
            if str(operand) not in order:
                visit(operand)
        if str(node) not in order:
            order.append(str(node))

    visit(root)
    return order


@given(graphs())
def test_the_order_is_that_of_the_plain_recursive_search(edges: Edges):
    output = build(edges)[-1]

    assert recursive_postorder(edges, len(edges) - 1) == [node.label for node in output.postorder()]


@given(graphs())
def test_every_node_stands_once_and_after_its_inputs(edges: Edges):
    order = build(edges)[-1].postorder()
    place = {node.label: position for position, node in enumerate(order)}

    assert len(order) == len(place)
    assert all(place[source.label] < place[node.label] for node in order for source in node.inputs)


def test_the_left_operand_comes_first():
    a, b = ag.Scalar(1, label="a"), ag.Scalar(2, label="b")

    assert ["b", "a"] == [node.label for node in (b * a).postorder()[:2]]


def test_a_shared_node_comes_at_its_first_use():
    a, b = ag.Scalar(1, label="a"), ag.Scalar(2, label="b")
    left = b * a
    label_node(left, "left")

    assert ["b", "a", "left"] == [node.label for node in (left + a).postorder()[:3]]


def test_a_lone_leaf_is_its_own_order():
    assert ["a"] == [node.label for node in ag.Scalar(1, label="a").postorder()]


def test_nodes_that_do_not_lead_to_the_output_are_left_out():
    a = ag.Scalar(1, label="a")
    middle = a + a
    middle * a

    assert 2 == len(middle.postorder())


def test_a_chain_of_100_000_nodes_is_no_depth_problem():
    node = leaf = ag.Scalar(1)
    for _ in range(100_000):
        node = node + leaf
    node.backward()

    assert 100_001 == leaf.grad
    assert 100_001 == len(node.postorder())


def test_a_chain_that_leans_to_the_right_is_no_depth_problem():
    node = leaf = ag.Scalar(1)
    for _ in range(100_000):
        node = leaf - node
    node.backward()

    assert 1 == leaf.grad
    assert 100_001 == len(node.postorder())


@pytest.mark.slow
def test_a_graph_of_a_million_nodes_is_built_sorted_and_walked():
    row = leaves = [ag.Scalar(0.5) for _ in range(1000)]
    for _ in range(999):  # a row of 1000 sums of neighbours: whatever reaches a node reaches two of the row before
        row = [left + right for left, right in zip(row, row[1:] + row[:1], strict=True)]
    total = row[0]
    for node in row[1:]:
        total = total + node
    output = total * ag.Scalar(1.0)
    output.backward()

    assert 1_001_001 == len(output.postorder())
    assert [2.0**999] * 1000 == [leaf.grad for leaf in leaves]
