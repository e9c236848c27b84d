"""Traces as students write them: the statements that a line makes, their steps, and what stays unread."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.reading import Statement, TraceReading, Unreadable, read_trace

CELL = {f"z{i}": f"z{i}" for i in range(1, 11)} | {"x1": "z1", "h0": "z2", "wr": "z3", "wi": "z4", "wo": "z9"}


def statements(text: str, names: dict[str, str] = CELL) -> tuple[Statement, ...]:
    reading = read_trace(text, names=names)
    assert isinstance(reading, TraceReading), reading
    return reading.statements


def claims(text: str, names: dict[str, str] = CELL) -> list[tuple[str, object]]:
    return [(f"{s.node}.{s.quantity}{'+' * s.adds}", s.value) for s in statements(text, names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("z2.grad = 8", [("z2.grad", 8)]),
        ("z2.grad == 8", [("z2.grad", 8)]),
        ("z2.grad: 8", [("z2.grad", 8)]),
        ("z2.grad is 8", [("z2.grad", 8)]),
        ("z2.grad -> 8", [("z2.grad", 8)]),
        ("z2.grad becomes 8.", [("z2.grad", 8)]),
        ("Z2. Grad = 8", [("z2.grad", 8)]),
        ("the value of z4.grad is 1/4 at the end of iteration 0.", [("z4.grad", Fraction(1, 4))]),
        ("z8.grad = 6*1 = 6", [("z8.grad", 6)]),
        ("z8.grad = z9.value * z10.grad = 6*1 = 6", [("z8.grad", 6)]),
        ("z3.grad = 3*6\n = 18", [("z3.grad", 18)]),
        ("z1.grad == x1.grad == z2.value == 3", [("z1.grad", 3), ("z2.value", 3)]),
        ("wr.grad = z3.grad = 18", [("z3.grad", 18)]),
        ("z3.grad += 3*6 and then z3.grad = 18", [("z3.grad+", 18), ("z3.grad", 18)]),
        ("z3.grad += z2.value*z5.grad = 3*6 = 18", [("z3.grad+", 18)]),
        ("z8.grad += z9.value * z10.grad\nz8.grad = 6", [("z8.grad", 6)]),
        ("z10 = 132 # wo*h1", [("z10.bare", 132)]),
        ("z5: z3*z2 = 12", [("z5.bare", 12)]),
        ("z7 = z5+z6 = 22", [("z7.bare", 22)]),
        ("z5.grad = 6, z6.grad = 6", [("z5.grad", 6), ("z6.grad", 6)]),
        ("z5.grad = 6; z6.grad = 6.", [("z5.grad", 6), ("z6.grad", 6)]),
        ("z5.grad=6 z6.grad=7", [("z5.grad", 6), ("z6.grad", 7)]),
        ("z5.grad, z6.grad = 6, 7", [("z5.grad", 6), ("z6.grad", 7)]),
        ("z5.grad and z6.grad are 6", [("z5.grad", 6), ("z6.grad", 6)]),
        ("z5 and z6: both 5", [("z5.bare", 5), ("z6.bare", 5)]),
        ("z2.grad = 8 => z1.grad = 32", [("z2.grad", 8), ("z1.grad", 32)]),
        ("z10 -> z8: z8.grad = 6", [("z8.grad", 6)]),
        ("d z10/d z2 = 24", [("z2.grad", 24)]),
        ("∂L/∂z2 = 24", [("z2.grad", 24)]),
        (r"\frac{\partial L}{\partial z_2} = 24", [("z2.grad", 24)]),
        ("grad z2 = 24; grad(z3) = 18", [("z2.grad", 24), ("z3.grad", 18)]),
        ("z2_grad = 24, dz3 = 18", [("z2.grad", 24), ("z3.grad", 18)]),
        ("The gradient of wr is 18.", [("z3.grad", 18)]),
        ("z_{10}.grad = 1", [("z10.grad", 1)]),
        ("$z_8.\\text{grad} = 6 \\cdot 1 = 6$", [("z8.grad", 6)]),
        ("- z5.grad = −0.5", [("z5.grad", Fraction(-1, 2))]),
        ("After step 1 z3.grad = 6", [("z3.grad", 6)]),
        ("dz8/dz7 = 1, so z7.grad = 6", [("z7.grad", 6)]),
        ("z3.grad = 18 (since 3*6 = 18)", [("z3.grad", 18)]),
        ("we visited 3 nodes so far and z3.grad = 18", [("z3.grad", 18)]),
        ("the local gradient of z7 is 1; z7.grad = 6", [("z7.grad", 6)]),
        ("z9 = z8 = 10", [("z9.bare", 10)]),
        ("z2.grad 16", [("z2.grad", 16)]),
        ("z3.grad -3, z2.grad 16", [("z3.grad", -3), ("z2.grad", 16)]),
        ("z3.grad = 18 (3*6)", [("z3.grad", 18)]),
        ("z3.grad = -3 (z5 is mul)", [("z3.grad", -3)]),
        ("z2 += 16", [("z2.grad+", 16)]),
        ("Here z7.value = 22 > 0, so relu passes the gradient on.", [("z7.value", 22)]),
        ("z7.value = -22 < 0, z7.grad = 0", [("z7.value", -22), ("z7.grad", 0)]),
    ],
)
def test_a_trace_line_gives_these_statements(text: str, expected: list[tuple[str, object]]) -> None:
    assert expected == claims(text)


@pytest.mark.parametrize(
    ("marker", "step"),
    [
        ("Iteration 3: Output node is z7. The op is add", "z7"),
        ("Step z7:", "z7"),
        ("z7:", "z7"),
        ("z7: relu", "z7"),
        ("3. z7 (add):", "z7"),
        ("output z7 (add):", "z7"),
        ("Iteration 3 (z7):", "z7"),
        ("Iteration 3 - z7 - add", "z7"),
        ("node wr is a leaf, skipped", "z3"),
        ("Output node 25. Op mul. Thus", None),
        ("Step z7:\nIteration 4", None),
        ("We go on with", None),
    ],
)
def test_a_step_marker_holds_for_the_statements_after_it(marker: str, step: str | None) -> None:
    assert [step] == [s.step for s in statements(f"{marker}\nz5.grad = 6")]


@pytest.mark.parametrize(
    "text",
    [
        "z10: z8: 6, z9: 22\nz8: z7: 6",
        "z10: z8 = 6, z9 = 22\nz8: z7 = 6",
        "z10: z8 = 6, z9 = 22; z8: z7 = 6",
        "z10 -> z8 = 6, z9 = 22\nz8 -> z7 = 6",
        "z10 -> z8: 6, z10 -> z9: 22, z8 -> z7: 6",
    ],
)
def test_bare_nodes_keep_the_step_before_their_colon_or_arrow(text: str) -> None:
    found = [(s.quantity, s.node, s.value, s.step) for s in statements(text)]

    assert [("bare", "z8", 6, "z10"), ("bare", "z9", 22, "z10"), ("bare", "z7", 6, "z8")] == found


@pytest.mark.parametrize("of", ["grad z8 = 6", "grad of z8 is 6", "grad(z8) = 6", "gradient of node z8 = 6"])
def test_a_step_before_the_word_grad_is_no_gradient_of_that_step(of: str) -> None:
    found = [(s.quantity, s.node, s.step) for s in statements(f"z10: {of}")]

    assert [("grad", "z8", "z10")] == found


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("Gradients: z8 = 6, z9 = 22", ["grad", "grad"]),
        ("Gradients:\nz8 = 6\n\nz9 = 22", ["grad", "grad"]),
        ("## Gradients\nz8 = 6", ["grad"]),
        ("grads z8 = 6, z9 = 22", ["grad", "grad"]),
        ("grad: z8 = 6", ["grad"]),
        ("Backward pass\nz10: z8 = 6", ["grad"]),
        ("Final answer: the gradients are z8 = 6", ["grad"]),
        ("Forward: z8 = 22, z10 = 132\nz7 = 6", ["value", "value", "bare"]),
        ("Forward pass:\nz8 = 22\nz10 = 132\n\nz7 = 6", ["value", "value", "bare"]),
        ("Values: z8 = 22. Gradients: z8 = 6", ["value", "grad"]),
        ("Forward\nz8 = 22\nBackward\nz8 = 6", ["value", "grad"]),
        ("Gradients: z8.value = 22, z8 = 6", ["value", "grad"]),
        ("Iteration 0 (of backward): The backward function\nz8 = 6", ["bare"]),
        ("We go backward from here and z8 = 6", ["bare"]),
        ("the value of z8.grad is 6 and z9 = 22", ["grad", "bare"]),
    ],
)
def test_a_heading_says_what_the_bare_nodes_under_it_are_about(text: str, quantities: list[str]) -> None:
    assert quantities == [s.quantity for s in statements(text)]


CHANGED = [
    *("-12 twice", "-12 (x2)", "-12 and again -12", "-12, no -24", "24 (negative)", "-24 or -12", "-24 not 24"),
    *("2x -12", "16 -24", "-12, -24", "-12 and -24", "-24 probably", "-12 each", "-24 nonsense", "-24\nor -12"),
    *("-24. Or -12.", "-12\n(twice)", "-24 (or -12)", "-12 by symmetry twice", "-24 since it is so, or -12"),
    *("-24 (2 edges)", "24 minus", "-24, the other is -12", "-24 or z8.grad = -12", "-24 (not 24)"),
]


@pytest.mark.parametrize("value", CHANGED)
def test_a_remark_that_may_change_a_number_makes_it_unreadable(value: str) -> None:
    found = statements(f"z9.grad = 22\nz8.grad = {value}\nz7.grad = 6")

    assert isinstance(found[1].value, Unreadable)
    assert [("z9", 22), ("z7", 6)] == [(found[0].node, found[0].value), (found[-1].node, found[-1].value)]


@pytest.mark.parametrize(
    "text", ["z8.grad is not -24", "z8.grad isn't -24", "maybe z8.grad = -24", "z8.grad: half of 6"]
)
def test_a_hedge_before_a_number_makes_it_unreadable(text: str) -> None:
    assert isinstance(statements(text)[0].value, Unreadable)


@pytest.mark.parametrize(
    "remark",
    [
        *("after iteration 0", "at the end of iteration 0", "(leaf)", "since z7 is used twice", "by the chain rule"),
        *("because 2*3 = 6", "# twice, or not", "and so", "as z3.grad = 2", "(both edges add)", "(both from 1*6)"),
        *("after the 1-st iteration of backward.", "(z10 is mul)", ", z9 is a leaf", ", then we go on", ". Nice", "."),
        *("from z10", "; the 3 others follow", "\nNot needed: z1", "\nNo operation at leaf z9, skipped", ", done"),
    ],
)
def test_a_remark_that_explains_a_number_leaves_it_alone(remark: str) -> None:
    assert ("z8", 6) == (statements(f"z8.grad = 6 {remark}")[0].node, statements(f"z8.grad = 6 {remark}")[0].value)


@pytest.mark.parametrize(
    "rule",
    [
        "z7.grad += (1 if z7.value > 0 else 0)*z8.grad",
        "z7.grad += z8.grad*(1 if z7.value > 0 else 0)   # 6*(1 if 22 > 0 else 0) = 6",
        "z7.grad += (z7.value > 0)*z8.grad",
        "Here z7.value > 0: z7.grad += (1 if (-3) > 0 else 0)*z8.grad",
    ],
)
def test_the_rule_of_relu_is_working_and_set_aside(rule: str) -> None:
    assert [("z8.grad", 6), ("z7.grad", 6)] == claims(f"z8.grad = 6\n{rule}\nz7.grad = 6")


def test_a_step_can_stand_on_the_line_of_its_statements() -> None:
    found = [(s.node, s.step, s.line) for s in statements("z7: z5.grad = 6, z6.grad = 6\nz8: z7.grad = 6")]

    assert [("z5", "z7", 1), ("z6", "z7", 1), ("z7", "z8", 2)] == found


def test_lines_are_counted_in_the_students_own_text() -> None:
    assert [2, 5] == [s.line for s in statements("So\nz8.grad = 6\n\n# note\nz9.grad = 22")]


def test_a_rounded_value_keeps_half_of_its_last_place() -> None:
    assert Fraction(1, 200) == statements("z4.grad = 0.25")[0].half_unit


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("z8.grad = 6*", "miss what comes after it"),
        ("z8.grad =", "nothing after it"),
        ("z7.value = 22 < 0", 'could not read "<"'),
        ("z8.grad = 6 = 7", "We read 6 and 7"),
        ("z8.grad = 1,234", "could not tell the comma"),
        ("z8.grad = 1/0", "division by 0"),
        ("z5.grad, z6.grad, z4.grad = 6, 7", "another count of numbers"),
    ],
)
def test_a_statement_with_an_unreadable_right_side_keeps_the_reason(text: str, part: str) -> None:
    value = statements(text)[0].value

    assert isinstance(value, Unreadable)
    assert part in value.reason


def test_an_unreadable_statement_leaves_its_neighbours_alone() -> None:
    found = statements("z8.grad = 6*\nz9.grad = 22")

    assert isinstance(found[0].value, Unreadable)
    assert ("z9", 22) == (found[1].node, found[1].value)


@pytest.mark.parametrize(
    "text",
    ["", "  \n ", "I don't know", "z8.grad += z9.value * z10.grad", "dz8/dz7 = 1", "32"],
)
def test_a_text_without_a_statement_is_unreadable(text: str) -> None:
    reading = read_trace(text, names=CELL)

    assert isinstance(reading, Unreadable)
    assert "z2.grad = 8" in reading.reason


def test_a_trace_is_said_back_in_one_notation() -> None:
    reading = read_trace("wr.grad is 18, and z4.grad += 0.50", names=CELL)

    assert isinstance(reading, TraceReading)
    assert "z3.grad = 18; z4.grad += 0.50" == reading.read_as


def test_a_trace_that_is_too_long_is_refused_with_its_length() -> None:
    reading = read_trace("z8.grad = 6\n" * 2_000, names=CELL)

    assert isinstance(reading, Unreadable)
    assert "24,000" in reading.reason
