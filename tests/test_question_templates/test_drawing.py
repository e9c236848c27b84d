"""Drawing: what is refused and why, the author's generator, and the wording of every mistake in a template."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import engine as ag
from question_templates.admitting import inadmissible
from question_templates.bank import Shelf
from question_templates.dice import Dice
from question_templates.drawing import draw, issue, variant_from
from question_templates.errors import BrokenFamily, NoAdmissibleDraw, QuestionError
from question_templates.lab import Lab
from question_templates.mistaking import known_mistakes
from question_templates.question import Field
from question_templates.solution import write_solution
from question_templates.solving import answer_to, solve
from question_templates.variant import Variant
from question_templates.wording import write_listing, write_question

ToyShelf = Callable[..., Shelf]


def refusal(toy_shelf: ToyShelf, *statements: str, **parameters: object) -> str:
    shelf = toy_shelf({"listing.py.j2": "\n".join(statements)})
    return refused(shelf, variant_from(shelf, parameters))


def refused(shelf: Shelf, variant: Variant) -> str:
    return inadmissible(variant, write_question(shelf, variant), shelf.family)


def expected_of(answer: Any) -> Any:
    """What is expected, of an answer that holds it."""
    return answer.expected


def test_a_good_draw_is_not_refused(toy_shelf: ToyShelf):
    assert "" == refusal(toy_shelf, "x = ag.Scalar(3.0)", "y = x + x", "y.backward()")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("y = x*1001", "a number is larger than 1000"),
        ("y = x*(0 - 1001)", "a number is larger than 1000"),
        ("y = x/3", "a number is not whole"),
        ("y = ag.exp(x)", "a number is not whole"),
        ("y = ag.exp(ag.exp(ag.exp(x)/10))", "a number leaves the exact domain"),
        ("y = ag.relu(x - x)", "relu sits at 0"),
        ("y = ag.log(x - x)", "the program leaves an operation's domain"),
        ("y = 1/(x - x)", "the program leaves an operation's domain"),
    ],
)
def test_an_ugly_draw_is_refused_with_its_reason(toy_shelf: ToyShelf, statement: str, reason: str):
    assert reason == refusal(toy_shelf, "x = ag.Scalar(1.0)", statement, "y.backward()")


def test_a_gradient_counts_as_a_number_too(toy_shelf: ToyShelf):
    assert "a number is not whole" == refusal(toy_shelf, "x = ag.Scalar(3.0)", "y = x/3", "y.backward()")


def test_whole_fractions_are_whole(toy_shelf: ToyShelf):
    assert "" == refusal(toy_shelf, "x = ag.Scalar(3.0)", "h = 2/x*x", "h = x + 1", "h.backward()")


MAL_RULES = """\
mal_rules:
  - {tag: overwrites, rule: overwrites instead of adding, feedback: Add.}
  - {tag: own, rule: multiplies by the operand itself, feedback: Mind the other one.}
"""


def test_a_mistake_that_gives_the_right_answer_refuses_the_draw(toy_shelf: ToyShelf):
    shelf = toy_shelf(old="fields:", new=MAL_RULES + "fields:")
    listing = "x = ag.Scalar(3.0)\ny = ag.Scalar(2.0)\nz = x*y\nz.backward()\n"
    variant = variant_from(shelf, {"value": 1})

    assert "the mistake 'own' gives the right answer" == refused(shelf, variant)
    assert "the mistake 'overwrites' gives the right answer" == refused(
        shelf, Variant.from_json({**variant.to_json(), "listing": listing})
    )


def test_two_mistakes_that_look_alike_refuse_the_draw(toy_shelf: ToyShelf):
    twice = MAL_RULES.replace("multiplies by the operand itself", "overwrites instead of adding")
    shelf = toy_shelf(old="fields:", new=twice + "fields:")

    assert "the mistake 'own' looks like another one" == refused(shelf, variant_from(shelf, {"value": 1}))


def test_a_broken_listing_is_no_ugly_draw(toy_shelf: ToyShelf):
    with pytest.raises(ag.ListingError, match=r"^line 1: name 'q' is not defined"):
        refusal(toy_shelf, "x = q")


def test_refused_draws_are_counted_by_reason(toy_shelf: ToyShelf):
    shelf = toy_shelf({"listing.py.j2": "x = ag.Scalar({{ value }}.0)\ny = x*x*100\ny.backward()\n"})
    issues = [issue(shelf, Dice(bytes([seed]))) for seed in range(20)]

    assert {"a number is larger than 1000"} == {reason for made in issues for reason in made.refused}
    assert {1, 2, 3} >= {made.variant.parameters["value"] for made in issues}


def test_a_family_that_refuses_every_draw_says_why(toy_shelf: ToyShelf):
    shelf = toy_shelf({"listing.py.j2": "x = ag.Scalar({{ value }}.0)\ny = x/11\ny.backward()\n"})

    with pytest.raises(
        NoAdmissibleDraw, match=r"^toy/doubling: 500 draws were refused \(a number is not whole: 500\)\.$"
    ):
        issue(shelf, Dice(b"1"))


def test_every_draw_rule_is_drawn_and_the_level_too(toy_shelf: ToyShelf):
    rules = "value: {integer: [3, 3]}\n  word: {one_of: [a]}\n  sure: {chance: 1}"
    shelf = toy_shelf(old="value: {integer: [1, 9]}", new=rules)
    drawn = draw(shelf, Dice(b"1")).parameters

    assert {"value": 3, "word": "a", "sure": True} == {name: drawn[name] for name in drawn if name != "level"}
    assert {1, 2} == {draw(shelf, Dice(bytes([seed]))).parameters["level"] for seed in range(20)}
    assert 2 == draw(shelf, Dice(b"1"), level=2).parameters["level"]


GENERATOR = """\
def draw(dice, level, drawn):
    return {"value": drawn["value"] + 10 * level}
"""


def test_a_generator_sees_what_was_drawn_and_has_the_last_word(toy_shelf: ToyShelf):
    shelf = toy_shelf({"generator.py": GENERATOR}, old="[1, 9]", new="[3, 3]")

    assert 23 == draw(shelf, Dice(b"1"), level=2).parameters["value"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def draw(:\n", r"^toy/doubling/generator\.py: SyntaxError: "),
        ("1/0\n", r"^toy/doubling/generator\.py: ZeroDivisionError: division by zero$"),
        ("pass\n", r"^toy/doubling/generator\.py: has no function 'draw\("),
    ],
)
def test_a_generator_that_cannot_be_loaded_is_told(toy_shelf: ToyShelf, code: str, message: str):
    shelf = toy_shelf({"generator.py": code})

    with pytest.raises(BrokenFamily, match=message):
        draw(shelf, Dice(b"1"))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("one\n\n{{ vlaue }}\n", r"^toy/doubling/question\.md\.j2:3: 'vlaue' is undefined$"),
        ("one\n{% if %}\n", r"^toy/doubling/question\.md\.j2:2: Expected an expression"),
        ("{% include 'part.md.j2' %}\n", r"^toy/doubling/part\.md\.j2:2: 'nothing' is undefined$"),
        ("{% include 'none.md.j2' %}\n", r"^toy/doubling/question\.md\.j2:1: .*none\.md\.j2"),
        ("\n{{ 1/0 }}\n", r"^toy/doubling/question\.md\.j2:2: division by zero$"),
        ("{{ listing.__class__.__mro__ }}\n", r"^toy/doubling/question\.md\.j2:1: access to attribute '__class__'"),
        ("{{ trace.values }}\n", r"^toy/doubling/question\.md\.j2:1: 'trace' is undefined$"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_file_and_line(toy_shelf: ToyShelf, template: str, message: str):
    shelf = toy_shelf({"question.md.j2": template, "part.md.j2": "part\n{{ nothing }}\n"})
    variant = variant_from(shelf, {"value": 3})

    with pytest.raises(BrokenFamily, match=message):
        write_question(shelf, variant)


def test_a_listing_with_an_undefined_name_is_told(toy_shelf: ToyShelf):
    with pytest.raises(BrokenFamily, match=r"^toy/doubling/listing\.py\.j2:1: 'value' is undefined$"):
        write_listing(toy_shelf(), {})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("asks: x.grad", 'asks: "{{ it }}"', "toy/doubling/family.yaml: field 'x_grad': 'it' is undefined"),
        ("kind: number", "kind: number\n    when: hrad", "toy/doubling/family.yaml: when: 'hrad' is no parameter"),
        ("kind: number", "kind: number\n    each: all", "field 'x_grad': each: 'all' is no parameter that holds a"),
        ("kind: number", "kind: number\n    each: value", "field 'x_grad': each: 'value' is no parameter that"),
    ],
)
def test_a_mistake_in_a_field_is_told(toy_shelf: ToyShelf, old: str, new: str, message: str):
    shelf = toy_shelf(old=old, new=new)

    with pytest.raises(BrokenFamily, match=message):
        write_question(shelf, variant_from(shelf, {"value": 3}))


def test_a_field_may_be_conditional_and_repeated(toy_shelf: ToyShelf):
    field = 'name: "{{ it }}_grad"\n    each: asked\n    when: wanted'
    shelf = toy_shelf(old="name: x_grad", new=field)
    question = write_question(shelf, variant_from(shelf, {"value": 3, "asked": ["x", "y"], "wanted": True}))
    without = write_question(shelf, variant_from(shelf, {"value": 3, "asked": ["x"], "wanted": False}))

    assert ["x_grad", "y_grad"] == [field.name for field in question.fields]
    assert () == without.fields


def test_the_key_comes_from_the_run(toy_shelf: ToyShelf):
    shelf = toy_shelf()
    variant = variant_from(shelf, {"value": 3})
    key = solve(write_question(shelf, variant), variant, shelf.family)

    assert 2 == expected_of(key.answers["x_grad"])
    assert {"x": "3", "y": "6"} == write_solution(shelf, variant, key).values
    assert {"x": "2", "y": "1"} == write_solution(shelf, variant, key).gradients


def test_a_known_mistake_answers_what_its_run_answers(toy_shelf: ToyShelf):
    shelf = toy_shelf(old="fields:", new=MAL_RULES + "fields:")
    variant = variant_from(shelf, {"value": 3})
    mistakes = known_mistakes(write_question(shelf, variant), variant, shelf.family)

    assert [("overwrites", "Add.", 1), ("own", "Mind the other one.", 2)] == [
        (mistake.tag, mistake.feedback, expected_of(mistake.answers["x_grad"])) for mistake in mistakes
    ]


def test_an_answer_follows_a_pinned_slip(toy_shelf: ToyShelf):
    shelf = toy_shelf({"listing.py.j2": "x = ag.Scalar(3.0)\nh = x*x\ny = h*h\ny.backward()\n"})
    variant = variant_from(shelf, {})
    field = Field("h", "number", "y.value", "?", weight=Fraction(1))

    assert 81 == expected_of(answer_to(field, Lab(variant), shelf.family))
    assert 100 == expected_of(answer_to(field, Lab(variant, pins={"h": 10}), shelf.family))


def test_a_kind_that_nobody_answers_is_told(toy_shelf: ToyShelf):
    field = Field("poem", "haiku", "x.grad", "?", weight=Fraction(1))
    shelf = toy_shelf()
    lab = Lab(variant_from(shelf, {"value": 3}))

    with pytest.raises(QuestionError, match=r"^field 'poem' is of kind 'haiku', which nobody knows how to answer"):
        answer_to(field, lab, shelf.family)
