"""How a listing's nodes get their names: assignments, aliases, inner results, functions, loops and numbers."""

import engine as ag


def lines(*statements: str) -> str:
    return "\n".join(statements) + "\n"


LEAVES = ("x = ag.Scalar(2.0)", "w = ag.Scalar(3.0)")


def graph_of(*statements: str) -> list[str]:
    """`label:op(inputs)` of every node of a listing about x = 2 and w = 3, in order, without these two leaves."""
    nodes = ag.run_listing(lines(*LEAVES, *statements)).graph.nodes
    return [f"{node}({', '.join(node.inputs)})" for node in nodes if not node.is_leaf]


def test_inner_results_are_called_n1_n2_in_the_order_of_their_making():
    assert ["n1:mul(x, w)", "n2:mul(w, w)", "n3:add(n1, n2)", "h:relu(n3)"] == graph_of("h = ag.relu(x*w + w*w)")


def test_the_order_of_making_is_not_the_order_in_the_graph():
    assert ["n2:mul(w, w)", "n1:mul(x, x)", "h:sub(n2, n1)"] == graph_of(
        "parts = [x*x, w*w]", "h = parts[1] - parts[0]"
    )


def test_a_name_bound_again_is_numbered():
    assert ["h:mul(x, w)", "h_2:mul(h, w)"] == graph_of("h = x*w", "h = h*w")


def test_an_augmented_assignment_makes_a_new_node():
    assert ["h:mul(x, w)", "h_2:add(h, x)"] == graph_of("h = x*w", "h += x")


def test_an_augmented_assignment_to_a_place_makes_an_inner_result():
    assert ["n1:mul(x, w)", "n2:add(n1, x)", "y:neg(n2)"] == graph_of("cells = [x*w]", "cells[0] += x", "y = -cells[0]")


def test_an_assignment_to_a_place_is_an_inner_result():
    assert ["n1:mul(x, w)", "y:neg(n1)"] == graph_of("cells = [0]", "cells[0] = x*w", "y = -cells[0]")


def test_a_tuple_assignment_names_each_of_its_results():
    assert ["a:mul(x, w)", "b:add(x, w)", "y:mul(a, b)"] == graph_of("a, b = x*w, x + w", "y = a*b")


def test_an_annotated_assignment_names_its_result():
    assert ["y:mul(x, w)"] == graph_of("y: object = x*w")


def test_an_annotation_alone_binds_nothing():
    assert ["y:mul(x, w)"] == graph_of("y: object", "y = x*w")


def test_an_alias_adds_a_name_and_no_node():
    trace = ag.run_listing(lines(*LEAVES, "y = x*w", "z = y"))

    assert {"y": "y", "z": "y"} == {name: trace.names[name] for name in ("y", "z")}


def test_one_value_for_two_names_is_labelled_by_the_first():
    trace = ag.run_listing(lines(*LEAVES, "a = b = x*w"))

    assert ("a", "a") == (trace.names["a"], trace.names["b"])


CELL = ("def cell(h, x):", "    product = w*h", "    return product + x")


def test_a_function_names_its_inner_results_and_its_caller_the_last():
    assert ["product:mul(w, x)", "y:add(product, x)"] == graph_of(*CELL, "y = cell(x, x)")


def test_a_function_called_twice_numbers_its_names():
    assert ["product:mul(w, x)", "a:add(product, x)", "product_2:mul(w, a)", "b:add(product_2, x)"] == graph_of(
        *CELL, "a = cell(x, x)", "b = cell(a, x)"
    )


def test_a_functions_two_results_are_named_by_the_caller():
    assert ["a:mul(w, x)", "b:neg(x)", "y:add(a, b)"] == graph_of(
        "def pair():", "    return w*x, -x", "a, b = pair()", "y = a + b"
    )


def test_the_result_of_a_call_inside_an_expression_is_an_inner_result():
    assert ["product:mul(w, x)", "n1:add(product, x)", "y:neg(n1)"] == graph_of(*CELL, "y = -cell(x, x)")


def test_a_lambdas_result_is_named_by_its_caller():
    assert ["y:mul(x, x)"] == graph_of("square = lambda a: a*a", "y = square(x)")


def test_a_loop_numbers_what_it_binds():
    assert ["h:mul(x, w)", "h_2:mul(h, w)", "h_3:mul(h_2, w)"] == graph_of(
        "h = x*w", "for _ in range(2):", "    h = h*w"
    )


def test_numbers_in_expressions_are_called_c1_c2():
    nodes = ag.run_listing(lines(*LEAVES, "y = 2*x + 5")).graph.nodes

    assert ["c1:leaf(2)", "x:leaf(x)", "n1:mul", "c2:leaf(5)", "y:add"] == [str(node) for node in nodes]


def test_bindings_say_function_name_count_line_and_label():
    bindings = ag.run_listing(lines(*LEAVES, *CELL, "y = cell(x, x)", "y = y*y")).bindings

    assert [
        ag.Binding("", "x", 1, 1, "x"),
        ag.Binding("", "w", 1, 2, "w"),
        ag.Binding("cell", "product", 1, 4, "product"),
        ag.Binding("", "y", 1, 6, "y"),
        ag.Binding("", "y", 2, 7, "y_2"),
    ] == list(bindings)


def test_a_listing_knows_zip_and_enumerate():
    assert ["y:mul(x, w)", "y_2:add(y, x)"] == graph_of(
        "for place, (a, b) in enumerate(zip([x, 0], [w, 0])):",
        "    if place == 0:",
        "        y = a*b",
        "y = y + x",
    )
