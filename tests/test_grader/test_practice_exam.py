"""The practice exam's own printed solutions, typed into the form as printed, earn full marks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from grader import Grade, grade
from question_templates.bank import Bank, open_bank
from question_templates.drawing import variant_from
from question_templates.paper import ExamHead, Item, Paper
from question_templates.wording import write_question
from submissions import Submission

BANK = open_bank()
FAMILIES = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}

# Problem 1.1, from "Iteration 0" to the end; the lines are the document's, without its code box.
QUARTIC = """\
Iteration 0 (of backward): The backward function during the 0-th iteration of backward is
- output is z3
- self and other are both z2
z2.grad += z2.value * z3.grad
z2.grad += z2.value * z3.grad
z2.grad == 8
after the 0-th iteration of backward.
Iteration 1: The operation is mul again, however
- output is z2
- self and other are both z1
z1.grad += z1.value * z2.grad
z1.grad += z1.value * z2.grad
z1.grad == 32
after the 1-st iteration of backward.
Iteration 2: There is no operation at z1, which is a leaf node.
"""

# Problem 1.3; "node 25" is the document's misprint of z5.
RNN = """\
Iteration 0: Output node is z10. The op is mul and so
z8.grad += z9.value * z10.grad
z9.grad += z8.value * z10.grad
Substituting in values:
z8.grad = 6*1 = 6
z9.grad = 22*1 = 22
Iteration 1: Output node z9 is a leaf, skipped.
Iteration 2: Output node z8: relu. The op is relu.
Since z7.value > 0, the derivative is:
z7.grad += z8.grad
and so
z7.grad = 1*6 = 6
Iteration 3: Output node z7. The op is add:
z5.grad += z7.grad
z6.grad += z7.grad
and so
z5.grad = 6
z6.grad = 6
Iteration 4: Output node z6. The op is mul.
z4.grad += z1.value*z6.grad
z1.grad += z4.value*z6.grad
Substitute in
z4.grad = 2*6 = 12
z1.grad = 5*6 = 30
Iteration 5 and 6: Output nodes z1 and z4 are leaves. Skipped.
Iteration 7: Output node 25. Op mul. Thus
z3.grad += z2.value * z5.grad
z2.grad += z3.value * z5.grad
Substituting in values:
z3.grad = 3*6 = 18
z2.grad = 4*6 = 24
Iteration 8 and 9: Output nodes z2 and z3 are leaves. Skipped.
"""

SECOND_ORDER_LIST = """\
z3: leaf(wr), z2: leaf(h0), z5: mul, z4: leaf(wi), z1: leaf(x1), z6: mul, z7: add, z8: relu, z9: leaf(wo), z10: mul"""

FIRST_ORDER_LIST = """\
[z3:leaf(wr), z2:leaf(h0), z5:mul, z4:leaf(wi), z1:leaf(x1), z6:mul, z7:add, z8:relu, z5:leaf(wo), z10:mul]"""


def paper_with(family_id: str, bank: Bank = BANK) -> Paper:
    """A paper whose only item is the practice exam's problem, as the family's first worked example has it."""
    shelf = bank.shelf(family_id)
    variant = variant_from(shelf, shelf.family.worked_examples[0].parameters)
    item = Item("1", Fraction(12), variant, write_question(shelf, variant))
    return Paper("TEST-2345", ExamHead("Practice"), (item,))


def graded(family_id: str, responses: dict[str, str]) -> Grade:
    return grade(paper_with(family_id), Submission("typed.json", "TEST-2345", responses), FAMILIES)


def test_the_printed_solution_to_the_quartic_earns_full_marks() -> None:
    final = "Thus, the final answer x.grad is equal to 32."
    earned = graded("graph/power-chain", {"1.trace": QUARTIC, "1.x_grad": final})

    assert ["right", "right"] == [field.verdict.outcome for field in earned.fields]
    assert Fraction(12) == earned.points


def test_the_short_form_of_the_quartic_earns_full_marks() -> None:
    earned = graded("graph/power-chain", {"1.trace": "z2.grad == 8\nz1.grad == 32", "1.x_grad": "z1.grad == 32"})

    assert Fraction(12) == earned.points


def test_the_printed_solution_to_the_recurrent_cell_earns_full_marks() -> None:
    earned = graded(
        "graph/rnn-cell",
        {
            "1.order": SECOND_ORDER_LIST,
            "1.trace": RNN,
            "1.wr_grad": "wr.grad = z3.grad = 18",
            "1.wi_grad": "wi.grad = z4.grad = 12",
            "1.wo_grad": "wo.grad = z9.grad = 22",
        },
    )

    assert {"right"} == {field.verdict.outcome for field in earned.fields}
    assert Fraction(12) == earned.points


def test_the_misprinted_order_list_goes_to_a_person_and_the_message_names_the_slip() -> None:
    earned = graded("graph/rnn-cell", {"1.order": FIRST_ORDER_LIST})

    (order,) = [field for field in earned.fields if field.kind == "order"]
    assert "unreadable" == order.verdict.outcome
    assert "z5" in order.verdict.reason and "wo" in order.verdict.reason


@pytest.mark.parametrize("response", ["wi.grad = 12", "z4.grad == 12"])
def test_another_gradient_than_the_asked_one_is_not_taken_for_it(response: str) -> None:
    earned = graded("graph/rnn-cell", {"1.wr_grad": response})

    (asked,) = [field for field in earned.fields if field.id == "1.wr_grad"]
    assert "unreadable" == asked.verdict.outcome
    assert "wr.grad" in asked.verdict.reason


def test_a_key_that_can_not_be_derived_leaves_its_fields_pending_and_grades_the_others() -> None:
    sound = paper_with("graph/power-chain").items[0]
    impossible = "x = ag.Scalar(2.0)\ny = ag.log(x - x)\n"
    broken = replace(sound, number="2", variant=replace(sound.variant, listing=impossible))
    paper = Paper("TEST-2345", ExamHead("Practice"), (sound, broken))
    earned = grade(paper, Submission("typed.json", "TEST-2345", {"1.x_grad": "32", "2.x_grad": "32"}), FAMILIES)

    assert ["right", "pending"] == [field.verdict.outcome for field in earned.fields if field.kind == "number"]
    assert not earned.is_complete
    assert "line 2" in earned.faults[0]
    assert "log" not in earned.fields[-1].verdict.reason
