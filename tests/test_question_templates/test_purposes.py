"""What a variant is for: exams and practice never share one, whatever is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from question_templates.bank import Bank, Shelf
from question_templates.dice import Dice
from question_templates.drawing import Purpose, draw, issue, purpose_of, variant_from
from question_templates.exam import Exam, Slot, make_paper
from question_templates.paper import ExamHead
from question_templates.variant import Variant

ToyShelf = Callable[..., Shelf]

PURPOSES: tuple[Purpose, ...] = ("exam", "practice")


@pytest.fixture
def wide(toy_shelf: ToyShelf) -> Shelf:
    """The toy family with four hundred numbers to draw."""
    return toy_shelf(old="[1, 9]", new="[1, 400]")


def parameters_of(variant: Variant) -> str:
    return json.dumps(dict(variant.parameters), sort_keys=True)


def test_exams_and_practice_never_share_a_variant(wide: Shelf):
    drawn = {
        purpose: {
            parameters_of(issue(wide, Dice(f"{purpose} {seed}".encode()), purpose=purpose).variant)
            for seed in range(150)
        }
        for purpose in PURPOSES
    }

    assert not drawn["exam"] & drawn["practice"]
    assert min(map(len, drawn.values())) > 50


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_variant_that_is_drawn_for_a_purpose_has_it(wide: Shelf, purpose: Purpose):
    issues = [issue(wide, Dice(bytes([seed])), purpose=purpose) for seed in range(30)]

    assert {purpose} == {purpose_of(made.variant) for made in issues}
    assert {} == {reason: count for made in issues for reason, count in made.refused.items()}


def test_about_half_of_all_variants_are_for_exams(wide: Shelf):
    purposes = [purpose_of(variant_from(wide, {"level": 1, "value": value})) for value in range(1, 401)]

    assert 160 <= purposes.count("exam") <= 240


def test_without_a_purpose_both_are_drawn(wide: Shelf):
    assert {"exam", "practice"} == {purpose_of(issue(wide, Dice(bytes([seed]))).variant) for seed in range(30)}


def test_a_purpose_does_not_depend_on_the_version(wide: Shelf):
    for value in range(1, 30):
        variant = variant_from(wide, {"level": 1, "value": value})

        assert purpose_of(variant) == purpose_of(replace(variant, version="2", digest="another"))


def test_a_purpose_survives_json(wide: Shelf):
    for seed in range(30):
        variant = draw(wide, Dice(bytes([seed])))

        assert purpose_of(variant) == purpose_of(Variant.from_json(json.loads(json.dumps(variant.to_json()))))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_family_without_chance_serves_every_purpose(toy_shelf: ToyShelf, purpose: Purpose):
    shelf = toy_shelf(
        {"listing.py.j2": "x = ag.Scalar(3.0)\ny = x + x\ny.backward()\n"},
        old="parameters:\n  value: {integer: [1, 9]}\n",
        new="",
    )

    assert "x = ag.Scalar(3.0)" in issue(shelf, Dice(b"1"), level=1, purpose=purpose).variant.listing


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_generator_makes_a_family_random_too(toy_shelf: ToyShelf, purpose: Purpose):
    generator = "def draw(dice, level, drawn):\n    return {'value': dice.integer(1, 400)}\n"
    shelf = toy_shelf({"generator.py": generator}, old="parameters:\n  value: {integer: [1, 9]}\n", new="")

    assert {purpose} == {purpose_of(issue(shelf, Dice(bytes([seed])), purpose=purpose).variant) for seed in range(20)}


def test_a_paper_has_exam_variants_alone(wide: Shelf):
    exam = Exam(ExamHead("Midterm"), (Slot(Fraction(1), family="toy/doubling"),))
    bank = Bank({"toy/doubling": wide})
    papers = [make_paper(exam, bank, secret=b"secret", paper_id=str(number)) for number in range(20)]

    assert {"exam"} == {purpose_of(item.variant) for paper in papers for item in paper.items}
