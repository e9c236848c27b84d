"""The trace checker: cells, slips carried onward, forward slips, and which statement belongs to which step."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine as ag
from grader import judge
from question_templates.answers import Number, Trace
from question_templates.paper import Policy

# By hand: z3 = x*x = 9, z4 = z3*y = 18; dz4/dz3 = y = 2, dz4/dy = 9, dz4/dx = 2*(3+3) = 12.
SQUARE = Trace(
    ag.run_listing(
        'x = ag.Scalar(3.0, label="z1:leaf(x)")\ny = ag.Scalar(2.0, label="z2:leaf(y)")\n'
        "z1 = x\nz2 = y\nz3 = z1*z1\nz4 = z3*z2\nz4.backward()\n"
    )
)

# By hand: two steps with a shared weight u: h1 = 2*1 + 3 = 5, h2 = 2*5 + 4 = 14, y = 3*14;
# dy/dh2 = 3, dy/du = 3*5 + 6*1 = 21 with dy/dh1 = 3*2 = 6.
SHARED = Trace(
    ag.run_listing(
        'u = ag.Scalar(2.0, label="u")\nh0 = ag.Scalar(1.0, label="h0")\n'
        'a = ag.Scalar(3.0, label="a")\nb = ag.Scalar(4.0, label="b")\nw = ag.Scalar(3.0, label="w")\n'
        "p1 = u*h0\nh1 = p1 + a\np2 = u*h1\nh2 = p2 + b\ny = w*h2\ny.backward()\n"
    )
)


def share(answer: Trace, text: str) -> Fraction:
    return judge(answer, text).share


def outcome(answer: Trace, text: str) -> str:
    return judge(answer, text).outcome


@pytest.mark.parametrize(
    "text",
    [
        "z3.grad = 2, z2.grad = 9\nz1.grad = 12",
        "z4: z3.grad = 2, z2.grad = 9\nz3: z1.grad = 12",
        "z3: z1.grad = 12\nz4: z2.grad = 9, z3.grad = 2",
        "y.grad = 9; z3.grad = 2; x.grad = 12",
        "z4.grad = 1\nz3.grad = 2\nz2.grad = 9\nz1.grad = 12\nx.grad = 12",
        "z3.grad += 2*1\nz2.grad += 9*1\nz1.grad += 3*2\nz1.grad += 3*2",
        "z3: z1.grad += 6, z1.grad += 6\nz4: z3.grad += 2, z2.grad += 9",
        "z3.grad = 2\nz2.grad = 9\nz1.grad = 6\nz1.grad = 12",
        "z3.grad = 2\nz2.grad = 9\nz1.grad += 6\nz1.grad += 6",
        "z3.value = 9, z4.value = 18\nz3.grad = 2 z2.grad = 9\nz1.grad = 12",
    ],
)
def test_a_complete_trace_is_right_in_many_forms(text: str) -> None:
    assert "right" == outcome(SQUARE, text)


def test_a_slip_costs_one_cell_and_what_follows_from_it_earns_its_points() -> None:
    verdict = judge(SQUARE, "z3.grad = 5, z2.grad = 9\nz1.grad = 30")

    assert ["wrong", "right", "follows"] == [cell.outcome for cell in verdict.cells]
    assert Fraction(2, 3) == verdict.share
    assert "partly" == verdict.outcome


def test_the_share_of_what_follows_can_be_lowered() -> None:
    verdict = judge(SQUARE, "z3.grad = 5, z2.grad = 9\nz1.grad = 30", policy=Policy(follows_in_traces=Fraction(0)))

    assert Fraction(1, 3) == verdict.share


def test_a_slip_that_makes_everything_after_it_zero_earns_nothing_there() -> None:
    assert Fraction(1, 3) == share(SQUARE, "z3.grad = 0, z2.grad = 9\nz1.grad = 0")


def test_a_wrong_forward_value_is_carried_onward_and_costs_one_cell() -> None:
    # z3.value = 6 instead of 9: then z2.grad = 6; z3.grad and z1.grad don't depend on it.
    verdict = judge(SQUARE, "z3.value = 6\nz3.grad = 2, z2.grad = 6\nz1.grad = 12")

    assert ["wrong", "right", "follows", "right"] == [cell.outcome for cell in verdict.cells]
    assert Fraction(3, 4) == verdict.share
    assert "z3.value = 6" in verdict.reason


@pytest.mark.parametrize("start", ["1000", "2", "0", "-1", "18"])
def test_nothing_follows_from_a_wrong_start_of_the_walk(start: str) -> None:
    n = int(start)
    verdict = judge(SQUARE, f"z4.grad = {n}\nz3.grad = {2 * n}, z2.grad = {9 * n}")

    assert ["wrong", "wrong", "wrong", "blank"] == [cell.outcome for cell in verdict.cells]


def test_beside_a_wrong_start_the_cells_are_judged_with_the_true_one() -> None:
    verdict = judge(SQUARE, "z4.grad = 18\nz3.grad = 2, z2.grad = 9\nz1.grad = 12")

    assert ["wrong", "right", "right", "right"] == [cell.outcome for cell in verdict.cells]


@pytest.mark.parametrize("value", [0, 1, -1])
def test_nothing_follows_from_a_forward_value_that_makes_a_factor_trivial(value: int) -> None:
    verdict = judge(SQUARE, f"z3.value = {value}\nz3.grad = 2, z2.grad = {value}\nz1.grad = 12")

    assert ["wrong", "right", "wrong", "right"] == [cell.outcome for cell in verdict.cells]


@pytest.mark.parametrize(("slips", "outcome"), [(3, "follows"), (4, "wrong")])
def test_at_most_three_wrong_forward_values_are_carried_onward(slips: int, outcome: str) -> None:
    # p1 = 2, h1 = 5, p2 = 10, h2 = 14 in truth; w.grad is what the student has for h2.
    wrong = ["h2.value = 99", "p2.value = 77", "h1.value = 55", "p1.value = 33"][:slips]
    verdict = judge(SHARED, "\n".join([*wrong, "w.grad = 99, h2.grad = 3"]))

    assert [outcome] == [cell.outcome for cell in verdict.cells if cell.target == "w.grad"]
    assert slips == sum(cell.step == "forward" for cell in verdict.cells)


@pytest.mark.parametrize("number", [2, 7, 1000])
def test_one_number_in_every_cell_earns_nothing_by_copying(number: int) -> None:
    nodes = ("w", "h2", "p2", "b", "u", "h1", "p1", "a", "u", "h0")

    assert 0 == share(SHARED, "\n".join(f"{node}.grad = {number}" for node in nodes))


def test_copies_after_one_slip_follow_where_the_rest_shows_the_rules() -> None:
    # h2.grad = 4 for 3: then p2 = b = 4, u = 4*5 = 20, h1 = 8, p1 = a = 8, u = 20 + 8 = 28, h0 = 16.
    text = "w.grad = 14, h2.grad = 4\np2.grad = 4, b.grad = 4\nu.grad = 20, h1.grad = 8\np1.grad = 8, a.grad = 8\n"
    verdict = judge(SHARED, text + "u.grad = 28, h0.grad = 16")

    assert ["right", "wrong"] + ["follows"] * 8 == [cell.outcome for cell in verdict.cells]


def test_missing_cells_earn_nothing_and_are_named() -> None:
    verdict = judge(SQUARE, "z3.grad = 2")

    assert Fraction(1, 3) == verdict.share
    assert "No value was given for z2.grad at the step of z4 and 1 more." in verdict.reason


def test_a_cell_after_a_missing_one_is_judged_as_if_that_one_had_been_right() -> None:
    verdict = judge(SQUARE, "z2.grad = 9\nz1.grad = 12")

    assert ["blank", "right", "right"] == [cell.outcome for cell in verdict.cells]


def test_a_shared_weight_has_a_cell_for_every_step_that_changes_it() -> None:
    text = """\
        w.grad = 14, h2.grad = 3
        p2.grad = 3, b.grad = 3
        u.grad = 15, h1.grad = 6
        p1.grad = 6, a.grad = 6
        u.grad = 21, h0.grad = 12"""

    assert "right" == outcome(SHARED, text)


def test_only_the_final_sum_of_a_shared_weight_leaves_the_earlier_cell_blank() -> None:
    text = """\
        w.grad = 14, h2.grad = 3
        p2.grad = 3, b.grad = 3
        h1.grad = 6
        p1.grad = 6, a.grad = 6
        u.grad = 21, h0.grad = 12"""

    cells = [(cell.step, cell.outcome) for cell in judge(SHARED, text).cells if cell.target == "u.grad"]
    assert [("p2", "blank"), ("p1", "right")] == cells


def test_contributions_written_with_plus_equals_add_up() -> None:
    text = """\
        w.grad += 14, h2.grad += 3
        p2.grad += 3, b.grad += 3
        u.grad += 15, h1.grad += 6
        p1.grad += 6, a.grad += 6
        u.grad += 6, h0.grad += 12"""

    assert "right" == outcome(SHARED, text)


def test_plus_equals_lines_without_steps_are_added_up_cell_by_cell() -> None:
    # z2 = x*x = 4, z3 = x*z2 = 8: at z3 x gets z2 = 4, z2 gets 2; at z2 x gets 2*2 twice: 4, then 4 + 8 = 12.
    source = 'x = ag.Scalar(2.0, label="z1:leaf(x)")\nz2 = x*x\nz3 = x*z2\nz3.backward()\n'
    text = "x.grad += 4\nz2.grad += 2\nx.grad += 4\nx.grad += 4"

    assert "right" == outcome(Trace(ag.run_listing(source)), text)


def test_iteration_numbers_are_never_used() -> None:
    text = "Iteration 7\nz3.grad = 2, z2.grad = 9\nIteration 0\nz1.grad = 12"

    assert "right" == outcome(SQUARE, text)


def test_an_unfinished_line_makes_the_trace_unreadable_and_is_named() -> None:
    verdict = judge(SQUARE, "z3.grad = 2, z2.grad = 9\nz1.grad = 6*")

    assert "unreadable" == verdict.outcome
    assert "line 2" in verdict.reason


def test_no_reason_and_no_cell_gives_the_right_number_away() -> None:
    verdict = judge(SQUARE, "z3.grad = 5, z2.grad = 7\nz1.grad = 31")

    told = verdict.reason + verdict.counterexample + "".join(cell.written for cell in verdict.cells)
    assert not {"2", "9", "12"} & set(told.replace("z2", "").replace("z1", "").split())


@given(st.lists(st.integers(min_value=-50, max_value=50), min_size=3, max_size=3))
def test_the_share_is_that_of_a_recount_by_hand(written: list[int]) -> None:
    z3, z2, z1 = written
    cells = [z3 == 2, z2 == 9, z1 == 12 or (z1 == 6 * z3 and z1 != 0)]

    assert Fraction(sum(cells), 3) == share(SQUARE, f"z3.grad = {z3}, z2.grad = {z2}\nz1.grad = {z1}")


@given(st.text(max_size=200))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert 0 <= judge(SQUARE, text).share <= 1


@pytest.mark.parametrize("text", ["z4.grad = 1!\nz3.grad = 2", "z4.grad =", "z4.grad = [1]\nz3.grad = 2"])
def test_a_claim_about_the_output_that_can_not_be_read_makes_the_trace_unreadable(text: str) -> None:
    assert "unreadable" == outcome(SQUARE, text)


@pytest.mark.parametrize(
    "text",
    [
        "1 | z4 | z3.grad = 2, z2.grad = 9\n2 | z3 | z1.grad = 12",
        "z4 - z3.grad = 2, z2.grad = 9\nz3 - z1.grad = 12",
        "[z4] z3.grad = 2, z2.grad = 9\n[z3] z1.grad = 12",
    ],
)
def test_a_gradient_in_a_form_that_is_not_read_is_never_dropped(text: str) -> None:
    assert outcome(SQUARE, text) in ("right", "unreadable")


def test_numbers_beyond_every_float_get_a_verdict() -> None:
    assert "wrong" == outcome(SQUARE, "z4.grad = 1e308\nz3.grad = 1e308")
    assert "wrong" == judge(Number(32), "-1.7e308").outcome


# By hand: h = relu(-3) = 0, y = 2*h + x; dy/dh = 2, relu is off, so its operand and what is below gets nothing.
OFF = Trace(
    ag.run_listing(
        'x = ag.Scalar(3.0, label="x")\nw = ag.Scalar(-1.0, label="w")\nv = ag.Scalar(2.0, label="v")\n'
        "p = w*x\nh = ag.relu(p)\nq = v*h\ny = q + x\ny.backward()\n"
    )
)


def test_a_step_that_adds_nothing_needs_no_line() -> None:
    assert "right" == outcome(OFF, "y: q.grad = 1, x.grad = 1\nq: h.grad = 2")


def test_a_wrong_gradient_where_a_step_adds_nothing_is_wrong_all_the_same() -> None:
    verdict = judge(OFF, "y: q.grad = 1, x.grad = 1\nq: h.grad = 2\nh: p.grad = 2\np: w.grad = 6")

    assert "partly" == verdict.outcome
