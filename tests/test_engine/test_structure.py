"""A listing's graph without a single number, and graphs as plain data."""

import json
from itertools import permutations

import pytest

import engine as ag

NESTED = """\
x = ag.Scalar(2.0, label="z1:leaf(x)")
w = ag.Scalar(3.0)
def cell(h):
    inner = w*h
    return ag.relu(inner + x)
h = cell(x)
h = cell(h)
y = 2*h - x**2
y.backward()
y.backward()
print(x.grad)
"""


def test_the_structure_is_the_graph_of_the_run():
    assert ag.run_listing(NESTED).graph == ag.read_structure(NESTED).graph


def test_the_structure_knows_the_names_that_the_listing_assigns():
    names = ag.read_structure(NESTED).names

    assert {"z1": "z1", "x": "z1", "w": "w", "inner": "inner_2", "inner_2": "inner_2", "y": "y"}.items() <= (
        names.items()
    )
    assert not [name for name in names if name.startswith(("n", "c"))]


@pytest.mark.parametrize("statement", ["y = ag.log(x)", "y = x/(x - x)", "y = (x - x)**-1", "y = x**0.5", "y = 0.0**x"])
def test_a_listing_whose_values_would_raise_still_has_its_structure(statement: str):
    source = f"x = ag.Scalar(-1.0)\n{statement}\ny.backward()\n"

    with pytest.raises(ag.ListingError):
        ag.run_listing(source)
    assert "y" == ag.read_structure(source).graph.output.label


@pytest.mark.parametrize("use", ["k = x.value + 1", "if x.value > 0:\n    k = 1", "k = -x.grad*x.value"])
def test_a_listing_that_calculates_with_values_has_no_structure_to_read(use: str):
    with pytest.raises(ag.ListingError, match=r"^line 3: .*_Uncomputed"):
        ag.read_structure(f"x = ag.Scalar(1.0)\ny = x*x\n{use}\n")


def test_an_error_of_the_structure_shows_no_value():
    slip = 'a = ag.Scalar(41.0, label="z1")\nb = ag.Scalar(43.0, label="z1")\n'

    with pytest.raises(ag.ListingError) as caught:
        ag.read_structure(slip)
    assert "41" not in str(caught.value)
    assert "(not computed)" in str(caught.value)


def test_a_structure_without_nodes_is_refused():
    with pytest.raises(ag.ListingError, match=r"^line 1: no Scalar is assigned to a name"):
        ag.read_structure("k = 3\n")


DIAMOND = ag.Graph(
    (
        ag.Node("a", "leaf(x)"),
        ag.Node("b", "exp", ("a",)),
        ag.Node("c", "mul", ("a", "a")),
        ag.Node("d", "add", ("b", "c")),
    )
)


def test_a_graph_survives_json():
    assert DIAMOND == ag.Graph.from_json(json.loads(json.dumps(DIAMOND.to_json())))


def test_the_valid_orders_of_the_diamond_are_two():
    valid = {order for order in permutations("abcd") if DIAMOND.is_topological(order)}

    assert {("a", "b", "c", "d"), ("a", "c", "b", "d")} == valid


@pytest.mark.parametrize("labels", ["abc", "abcdd", "aabcd", "abce", ""])
def test_an_order_names_every_node_once(labels: str):
    assert not DIAMOND.is_topological(labels)


def test_a_node_is_found_by_its_label():
    assert ("a", "a") == DIAMOND.node("c").inputs
    with pytest.raises(KeyError):
        DIAMOND.node("q")


def test_a_leaf_knows_its_name_and_an_operation_has_none():
    assert ("x", "") == (DIAMOND.node("a").leaf_name, DIAMOND.node("d").leaf_name)


def test_the_output_is_the_last_node():
    assert "d" == DIAMOND.output.label
