"""Bare statements such as `z2 = 16` in a trace: gradients, forward values, or unreadable with both readings."""

from __future__ import annotations

from fractions import Fraction

import pytest

import engine as ag
from grader import judge
from question_templates.answers import Trace

# By hand: z1 = x = 4, z2 = y = -3, z3 = 16, z4 = -48; z2.grad = z3 = 16, z3.grad = z2 = -3, z1.grad = 2*4*(-3) = -24.
SQUARE = Trace(
    ag.run_listing(
        'x = ag.Scalar(4.0, label="z1:leaf(x)")\ny = ag.Scalar(-3.0, label="z2:leaf(y)")\n'
        "z1 = x\nz2 = y\nz3 = z1*z1\nz4 = z3*z2\nz4.backward()\n"
    )
)
VALUES = "z1 = 4, z2 = -3, z3 = 16, z4 = -48"


@pytest.mark.parametrize(
    "text",
    [
        "z4: z2: 16, z3: -3\nz3: z1: -24",
        "z2 = 16, z3 = -3, z1 = -24",
        "z2: 16\nz3: -3\nz1: -24",
        "y = 16, z3 = -3, x = -24",
        "Gradients: z2 = 16, z3 = -3, z1 = -24",
        "Gradients:\nz2 = 16\nz3 = -3\nz1 = -24",
        "z4 -> z2 = 16, z3 = -3\nz3 -> z1 = -24",
        "z4 -> z2 = 16; z4 -> z3 = -3; z3 -> z1 = -24",
        "z4: grad z2 = 16, grad z3 = -3\nz3: grad z1 = -24",
        "Step z4: grad of z2 is 16 and grad of z3 is -3.\nStep z3: grad of z1 is -24.",
        "z4 = 1, z2 = 16, z3 = -3, z1 = -24",
        f"{VALUES}\nz4 = 1, z2 = 16, z3 = -3, z1 = -24",
        f"Forward: {VALUES}\nBackward: z2 = 16, z3 = -3, z1 = -24",
        f"Forward: {VALUES}\nz2 = 16, z3 = -3, z1 = -24",
        f"{VALUES}\nz2.grad = 16, z3.grad = -3, z1.grad = -24",
        f"Values: {VALUES}\nz2.grad = 16, z3.grad = -3, z1.grad = -24",
        "z4 (mul): z2 += 16, z3 += -3\nz3 (mul): z1 += -12, z1 += -12",
        "z2.grad 16\nz3.grad -3\nz1.grad -24",
        "z2.grad = 16 by the chain rule\nz3.grad = -3 as z4.grad = 1\nz1.grad = -24 (2*4*(-3))",
    ],
)
def test_gradients_are_read_however_they_are_named(text: str) -> None:
    verdict = judge(SQUARE, text)

    assert ("right", Fraction(1)) == (verdict.outcome, verdict.share)


def test_the_reading_says_what_bare_statements_were_taken_for() -> None:
    assert "z2.grad = 16; z3.grad = -3; z1.grad = -24" == judge(SQUARE, "z2 = 16, z3 = -3, z1 = -24").read_as
    assert "z1.value = 4; z2.value = -3; z2.grad = 16" == judge(SQUARE, "z1 = 4, z2 = -3\nz2.grad = 16").read_as


def test_a_wrong_bare_gradient_costs_its_cell_and_is_carried_onward() -> None:
    verdict = judge(SQUARE, "z2 = 16, z3 = -5, z1 = -40")

    assert ["wrong", "right", "follows"] == [cell.outcome for cell in sorted(verdict.cells, key=_place)]


def _place(cell: object) -> int:
    return ["z3.grad", "z2.grad", "z1.grad"].index(getattr(cell, "target", ""))


def test_a_gradient_that_is_the_forward_value_by_chance_is_still_a_gradient() -> None:
    # z2 = x*x = 4, z3 = z2*y = 16: z2.grad = y = 4, y.grad = z2 = 4, x.grad = 4*2*2 = 16; z2 and y are 4 themselves.
    source = 'x = ag.Scalar(2.0, label="x")\ny = ag.Scalar(4.0, label="y")\nz2 = x*x\nz3 = z2*y\nz3.backward()\n'

    assert "right" == judge(Trace(ag.run_listing(source)), "z2 = 4, y = 4, x = 16").outcome


def test_true_forward_values_alone_earn_nothing() -> None:
    verdict = judge(SQUARE, VALUES)

    assert {"blank"} == {cell.outcome for cell in verdict.cells}
    assert verdict.read_as.count(".value") == 4


@pytest.mark.parametrize("slip", ["z3 = 15", "z4 = 13"])
def test_beside_gradients_a_bare_slip_is_a_forward_slip(slip: str) -> None:
    verdict = judge(SQUARE, f"{slip}\nz2.grad = 16, z3.grad = -3, z1.grad = -24")

    assert ("forward", "wrong") == (verdict.cells[0].step, verdict.cells[0].outcome)
    assert Fraction(3, 4) == verdict.share


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("z3.grad = -3\nz2 = 9", "line 2: z2 = 9 could mean z2.value or z2.grad; please write z2.grad = 9 if"),
        ("z2.grad = 16, z3.grad = -3\nz1 = -24", "line 2: z1 = -24 could mean z1.value or z1.grad"),
        ("z2 = 16, z3 = -3, z1 = 4", "line 1: z1 = 4 could mean"),
        ("z2 -> z4: 16\nz3 -> z4: -3\nz1 -> z3: -24", "line 1: z4 = 16 could mean"),
        ("z3.grad = -3\nz2 = 6*", "line 2: We read as far as"),
        ("Values: z2 = 16, z3 = -3, z1 = -24", "line 1: we read z2 = 16 as a forward value and found no gradient"),
        ("z2.value = 16, z3.value = -3", "please write z2.grad = ... where you mean a gradient"),
        ("z2.grad = 16, z3.grad = -3\nz1.grad = -24 or -12", 'line 2: We read the word "or" beside a number'),
        ("z2.grad = 16, z3.grad = -3, z1.grad = -12 twice", 'We read the word "twice" beside a number'),
        ("z2.grad = 16, z3.grad = -3, z1.grad is not -24", 'We read the word "not" beside a number'),
        ("z2.grad = 16, z3.grad = -3, z1.grad = -12, -24", "We read -12 and -24 for one quantity"),
    ],
)
def test_what_could_mean_two_things_goes_to_a_person_with_its_line(text: str, part: str) -> None:
    verdict = judge(SQUARE, text)

    assert ("unreadable", Fraction(0)) == (verdict.outcome, verdict.share)
    assert part in verdict.reason
