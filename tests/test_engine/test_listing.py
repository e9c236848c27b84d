"""Running a printed listing: the practice exam's programs, the names of nodes, pins, and the lines of mistakes."""

from fractions import Fraction

import pytest

import engine as ag
from engine import exact

QUARTIC = """\
x = ag.Scalar(2.0, label="z1:leaf(x)")
z1 = x
z2 = z1*z1
z3 = z2*z2
z3.backward()
print(x.grad)
"""

LOG_EXP = """\
x = ag.Scalar(2.0, label="z1:leaf(x)")
y = ag.Scalar(3.0, label="z2:leaf(y)")
z1 = x
z2 = y
z3 = z1*z2
z4 = ag.exp(z3)
z5 = ag.log(z4)
z5.backward()
print(x.grad, y.grad)
"""

RECURRENT = """\
x1 = ag.Scalar(2.0, label="z1:leaf(x1)")
h0 = ag.Scalar(3.0, label="z2:leaf(h0)")
wr = ag.Scalar(4.0, label="z3:leaf(wr)")
wi = ag.Scalar(5.0, label="z4:leaf(wi)")
wo = ag.Scalar(6.0, label="z9:leaf(wo)")
z1 = x1
z2 = h0
z3 = wr
z4 = wi
z5 = z3*z2 # wr*h0
z6 = z4*z1 # wi*x1
z7 = z5 + z6
z8 = ag.relu(z7) # relu(wr*h0 + wi*x1)
z9 = wo
z10 = z8*z9
z10.backward()
print(wr.grad, wi.grad, wo.grad)
"""


def gradients(source: str, **pins: exact.Value) -> dict[str, exact.Value]:
    return dict(ag.run_listing(source, pins=pins).gradients)


def lines(*statements: str) -> str:
    return "\n".join(statements) + "\n"


LEAVES = ("x = ag.Scalar(2.0)", "w = ag.Scalar(3.0)")


def test_the_quartic_has_the_gradient_32():
    trace = ag.run_listing(QUARTIC)

    assert ((32,),) == trace.printed
    assert ("z1", "z2", "z3") == trace.graph.labels
    assert {"z1": 2, "z2": 4, "z3": 16} == trace.values


def test_the_quartic_is_walked_as_the_practice_exam_walks_it():
    walk = ag.run_listing(QUARTIC).walk

    assert [{"z2": 8}, {"z1": 32}, {}] == [step.changes for step in walk]
    assert ["z2.value*z3.grad"] * 2 == [rule.symbols for rule in walk[0].rules]
    assert ["4*1"] * 2 == [rule.numbers for rule in walk[0].rules]
    assert [False, False, True] == [step.skipped for step in walk]


def test_log_of_exp_has_the_gradients_3_and_2():
    trace = ag.run_listing(LOG_EXP)

    assert ((3, 2),) == trace.printed
    assert exact.divide(1, exact.exp(6)) == trace.look_up("z4.grad")
    assert "1/exp(6)" == exact.text(trace.look_up("z4.grad"))
    assert 1 == trace.look_up("z3.grad")
    assert 6 == trace.look_up("z5.value")


def test_the_recurrent_cell_has_the_gradients_18_12_and_22():
    trace = ag.run_listing(RECURRENT)

    assert ((18, 12, 22),) == trace.printed
    assert (30, 24) == (trace.look_up("x1.grad"), trace.look_up("h0.grad"))
    assert (132, 22) == (trace.look_up("z10.value"), trace.look_up("z8.value"))


def test_the_recurrent_cell_has_the_practice_exams_order():
    order = "z3 z2 z5 z4 z1 z6 z7 z8 z9 z10"

    assert tuple(order.split()) == ag.run_listing(RECURRENT).graph.labels


def test_the_recurrent_cell_is_walked_in_the_practice_exams_ten_iterations():
    steps = [
        ("z10", {"z8": 6, "z9": 22}),
        ("z9", {}),
        ("z8", {"z7": 6}),
        ("z7", {"z5": 6, "z6": 6}),
        ("z6", {"z4": 12, "z1": 30}),
        ("z1", {}),
        ("z4", {}),
        ("z5", {"z3": 18, "z2": 24}),
        ("z2", {}),
        ("z3", {}),
    ]
    walk = ag.run_listing(RECURRENT).walk

    assert steps == [(step.node, step.changes) for step in walk]
    assert [not changes for _, changes in steps] == [step.skipped for step in walk]


def test_the_nodes_are_written_as_the_practice_exam_writes_them():
    nodes = ag.run_listing(RECURRENT).graph.nodes

    assert ["z3:leaf(wr)", "z2:leaf(h0)", "z5:mul"] == [str(node) for node in nodes[:3]]


def test_the_practice_exams_printed_slip_is_refused_with_its_line():
    slip = RECURRENT.replace("z9:leaf(wo)", "z5:leaf(wo)")

    with pytest.raises(ag.ListingError, match=r"^line 10: two nodes would be called z5: .*z5:leaf\(wo\)"):
        ag.run_listing(slip)


def test_two_leaves_of_one_label_are_refused_with_their_line():
    twice = lines('a = ag.Scalar(1.0, label="z1:leaf(a)")', 'b = ag.Scalar(2.0, label="z1:leaf(b)")')

    with pytest.raises(ag.ListingError, match=r"^line 2: two nodes are called z1: .*leaf\(a\).*leaf\(b\)"):
        ag.run_listing(twice)


def test_a_decimal_is_read_as_printed():
    trace = ag.run_listing(lines("x = ag.Scalar(0.1 + 0.2)", "y = x*1.5e-1"))

    assert Fraction(3, 10) == trace.values["x"]
    assert Fraction(9, 200) == trace.values["y"]


def test_a_decimal_behind_other_letters_on_its_line_is_read_as_printed():
    trace = ag.run_listing('x = ag.Scalar(0.5, label="größe"); y = x*0.25')

    assert Fraction(1, 8) == trace.look_up("y.value")


def test_print_is_kept_and_shows_nothing(capsys: pytest.CaptureFixture[str]):
    trace = ag.run_listing(lines(*LEAVES, "print(x.value, 'and', w.value)", "print()"))

    assert ((2, "and", 3), ()) == trace.printed
    assert "" == capsys.readouterr().out


def test_the_graph_is_that_of_backward_although_other_nodes_follow():
    trace = ag.run_listing(lines(*LEAVES, "y = x*w", "y.backward()", "later = y*y", "lone = ag.Scalar(1.0)"))

    assert ("x", "w", "y") == trace.graph.labels
    assert 3 == trace.look_up("x.grad")


def test_without_backward_the_graph_is_that_of_the_last_node_and_there_is_no_walk():
    trace = ag.run_listing(lines(*LEAVES, "y = x*w"))

    assert ("x", "w", "y") == trace.graph.labels
    assert () == trace.walk


def test_forward_lines_stand_in_the_graphs_order():
    lines_ = ag.run_listing(RECURRENT).forward

    assert [("z5", "z3*z2", "4*3", 12), ("z10", "z8*z9", "22*6", 132)] == [
        (line.node, line.symbols, line.numbers, line.value) for line in lines_ if line.node in ("z5", "z10")
    ]


def test_a_pinned_label_changes_what_is_computed_from_it_and_nothing_before():
    trace = ag.run_listing(RECURRENT, pins={"z5": 20})

    assert {"z1": 2, "z2": 3, "z3": 4, "z4": 5, "z5": 20, "z6": 10, "z7": 30, "z8": 30, "z9": 6, "z10": 180} == (
        trace.values
    )
    assert 30 == trace.look_up("wo.grad")


def test_a_pinned_name_of_a_leaf_counts_from_its_first_use():
    assert {"z1": 108, "z2": 18, "z3": 1} == gradients(QUARTIC, x=3)


def test_a_pinned_inner_result_is_found_by_its_n_label():
    trace = ag.run_listing(lines(*LEAVES, "y = x*w + x", "y.backward()"), pins={"n1": 100})

    assert {"x": 2, "w": 3, "n1": 100, "y": 102} == trace.values


def test_a_pin_stays_exact():
    trace = ag.run_listing(QUARTIC, pins={"z2": Fraction(1, 3)})

    assert Fraction(1, 9) == trace.look_up("z3.value")


def test_a_run_with_pins_leaves_other_runs_alone():
    ag.run_listing(QUARTIC, pins={"z2": 7})

    assert 16 == ag.run_listing(QUARTIC).look_up("z3.value")


@pytest.mark.parametrize("name", ["open", "__import__", "eval", "exec", "getattr", "input", "globals"])
def test_a_listing_does_not_know_other_builtins(name: str):
    with pytest.raises(ag.ListingError, match=f"^line 3: name '{name}' is not defined$"):
        ag.run_listing(lines(*LEAVES, f"y = {name}('x')"))


def test_a_listing_imports_nothing():
    with pytest.raises(ag.ListingError, match=r"^line 1: __import__ not found$"):
        ag.run_listing("import math")


@pytest.mark.parametrize("call", ["range(3)", "len([1])", "list((1,))", "min(1, 2)", "max(1, 2)"])
def test_a_listing_knows_what_exam_listings_need(call: str):
    assert "x" == ag.run_listing(lines("x = ag.Scalar(1.0)", f"k = {call}")).graph.output.label


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (lines("x = ag.Scalar(2.0)", "y = x*"), "^line 2: this is no Python: invalid syntax$"),
        (lines("x = ag.Scalar(2.0)", "", "y = x*q"), "^line 3: name 'q' is not defined$"),
        (lines("x = ag.Scalar(-2.0)", "y = ag.log(x)"), "^line 2: log: the operand is -2; log needs"),
        (lines("x = ag.Scalar(0.0)", "def f():", "    return 1/x", "y = f()"), "^line 3: divide: the divisor is 0"),
        (lines("x = ag.Scalar(2.0)", "y = ag.exp(2)"), "^line 2: exp: the operand is 2; a Scalar or a Tensor"),
        (lines("x = ag.Scalar(2.0)", "assert x.value == 3"), "^line 2: AssertionError$"),
        (lines("x = ag.Scalar(2.0)", "y = x.nothing"), "^line 2: 'Scalar' object has no attribute 'nothing'$"),
        ("k = 3", "^line 1: no Scalar is assigned to a name, so there is no graph to show.$"),
        ("x = 1\0", "^line 1: this .* null bytes$"),
        ("x = " + "(" * 400 + ")" * 400, "^line 1: this "),
        ("x = " + "-" * 20_000 + "1", "^line 1: this "),
    ],
)
def test_a_mistake_in_a_listing_is_told_with_its_line(source: str, message: str):
    with pytest.raises(ag.ListingError, match=message):
        ag.run_listing(source)


def test_a_domain_error_is_the_cause_of_its_listing_error():
    with pytest.raises(ag.ListingError) as caught:
        ag.run_listing(lines("x = ag.Scalar(-2.0)", "y = ag.log(x)"))

    assert isinstance(caught.value.__cause__, ag.DomainError)


def test_endless_recursion_in_a_listing_is_a_listing_error():
    with pytest.raises(ag.ListingError, match=r"^line 2: maximum recursion depth exceeded"):
        ag.run_listing(lines("def f(a):", "    return f(a)", "f(1)"))


@pytest.mark.parametrize("quantity", ["q.grad", "x.size", "x", ""])
def test_a_quantity_that_is_not_there_is_told_with_those_that_are(quantity: str):
    with pytest.raises(ag.EngineError, match=r"is not a quantity of this listing; its nodes are z1, z2, z3, x\."):
        ag.run_listing(QUARTIC).look_up(quantity)


def test_two_runs_of_a_listing_say_the_same():
    first, second = ag.run_listing(RECURRENT), ag.run_listing(RECURRENT)

    assert first == second
    assert first.walk == second.walk


def test_the_graph_stays_that_of_backward_when_its_tape_joins_a_larger_one():
    trace = ag.run_listing(lines("x = ag.Scalar(3.0)", "y = x*x", "y.backward()", *LEAVES[1:], "z = w*w*w*w + y"))

    assert ("x", "y") == trace.graph.labels
    assert 6 == trace.look_up("x.grad")
