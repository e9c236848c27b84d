"""Known mistakes: what each way of being wrong answers, by hand, and which fields it touches."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from engine import exact
from engine.patching import BrokenPatch
from engine.sizes import same, symbol
from question_templates.answers import Mistake
from question_templates.errors import BrokenFamily
from question_templates.family import Family, MalRule
from question_templates.mistaking import known_mistakes, mistakes_of
from question_templates.paper import Item
from question_templates.program import Program
from question_templates.question import Field
from question_templates.variant import Variant
from tests.test_question_templates.toy_programs import (
    CUBE,
    family_of,
    field_of,
    mal_rule,
    network,
    network_at_numbers,
    open_sizes,
    question_of,
    variant_of,
)

N, D, K, C = (symbol(name) for name in "NDKC")

X_GRAD = field_of("number", "x.grad", name="x_grad")
Z_VALUE = field_of("number", "z.value", name="z_value")
Z_BYTES = field_of("bytes", "Z.bytes", name="Z")
Y_BYTES = field_of("bytes", "Y.bytes", name="Y")
Z_SHAPE = field_of("shape", "Z.shape", name="shape")
COUNT = field_of("number", "total.multiply_adds", name="count")


def told(rule: MalRule, variant: Variant, *fields: Field, solver: str = "") -> Mapping[str, Any]:
    """What one mistake answers: field by field, what it expects."""
    (mistake,) = known_mistakes(question_of(*fields), variant, family_of(rule, solver=solver))
    return {name: getattr(answer, "expected", answer) for name, answer in mistake.answers.items()}


# A changed rule of the engine. In CUBE, x = 3, y = x*x = 9, z = y*x = 27; the right x.grad is 27.


@pytest.mark.parametrize(
    ("rule", "x_grad"),
    [
        ("overwrites instead of adding", 9),  # y's own step has the last word: 3*3, once
        ("multiplies by the operand itself", 57),  # 3 from z; y.grad is 9, and 3*9 comes twice
        ("forgets the incoming gradient", 15),  # 9 from z, and 3 twice from y
        ("treats a sum as a product", 27),  # there is no sum
        ("takes relu's value for its derivative", 27),  # nor a relu
    ],
)
def test_a_changed_rule_answers_what_somebody_who_believes_it_finds(rule: str, x_grad: int):
    assert {"x_grad": x_grad, "z_value": 27} == told(mal_rule(rule=rule), variant_of(CUBE), X_GRAD, Z_VALUE)


def test_a_sum_that_is_treated_as_a_product_multiplies_by_the_other_one():
    # z = a + b at a = 2, b = 5: a.grad is 5 instead of 1.
    listing = 'a = ag.Scalar(2.0, label="a")\nb = ag.Scalar(5.0, label="b")\nz = a + b\nz.backward()\n'
    fields = [field_of("number", f"{name}.grad", name=name) for name in "ab"]

    assert {"a": 5, "b": 2} == told(mal_rule(rule="treats a sum as a product"), variant_of(listing), *fields)


def test_relus_value_for_its_derivative_multiplies_by_the_value():
    # y = relu(4) = 4, z = 3*y: a.grad is 3*4 instead of 3.
    listing = 'a = ag.Scalar(4.0, label="a")\ny = ag.relu(a)\nz = y*3\nz.backward()\n'
    field = field_of("number", "a.grad", name="a")

    assert {"a": 12} == told(mal_rule(rule="takes relu's value for its derivative"), variant_of(listing), field)


def test_a_changed_rule_touches_every_field():
    fields = (X_GRAD, field_of("order", "postorder", name="order"), field_of("trace", "backward", name="trace"))
    answers = told(mal_rule(rule="overwrites instead of adding"), variant_of(CUBE), *fields)

    assert ["x_grad", "order", "trace"] == list(answers)
    assert ("x", "y", "z") == answers["order"]
    assert {"x": 9, "y": 3, "z": 1} == answers["trace"].gradients


# A changed listing.


@pytest.mark.parametrize(
    ("old", "new", "x_grad", "z_value"),
    [
        ("y = x * x", "y = x + x", 12, 18),  # y = 6, z = 6*3; 6 and 3*(1 + 1)
        ("(x*x)", "x", 6, 9),  # y is x itself, z = x*x
        ("{twice}*{twice}", "{twice} + {more}", 11, 24),  # y = 8, z = 8*3; 8 and 3*1
        ("y * x", "y", 6, 9),  # z is y = x*x
    ],
)
def test_a_patch_answers_what_the_changed_listing_gives(old: str, new: str, x_grad: int, z_value: int):
    variant = variant_of(CUBE, twice="x", more=5)

    assert {"x_grad": x_grad, "z_value": z_value} == told(mal_rule(patch=((old, new),)), variant, X_GRAD, Z_VALUE)


def test_patches_come_one_after_the_other():
    # y = x + 1 = 4, then z = y*y = 16 and x.grad = 2*4.
    rule = mal_rule(patch=(("x*x", "x + 1"), ("y*x", "y*y")))

    assert {"x_grad": 8, "z_value": 16} == told(rule, variant_of(CUBE), X_GRAD, Z_VALUE)


def test_a_patch_changes_formulas_too():
    # Without the activation H is Z, and nothing is done one by one.
    field = field_of("expression", "total.elementwise", name="steps")
    unchanged = field_of("bytes", "total.value_bytes", name="memory")
    answers = told(mal_rule(patch=(("ag.relu(Z)", "Z"),)), network(), field, unchanged)

    assert answers == {"steps": 0, "memory": 8 * N * K + 8 * N * C}


def test_a_patch_that_finds_nothing_is_told():
    with pytest.raises(BrokenPatch, match=r"^patch: 'x \+ x' is nowhere in the listing; "):
        told(mal_rule(patch=(("x + x", "x"),)), variant_of(CUBE), X_GRAD)


def test_braces_that_name_no_parameter_stay():
    listing = "def rows(x):\n    P = max({5, 6})\n    return x\n"
    variant = variant_of(listing, Program("rows(np.zeros(3))"), five=5)
    rule = mal_rule(patch=(("{{five}, 6}", "({five}, 7)"),))

    assert {"P": 7} == told(rule, variant, field_of("number", "P", name="P"))


# Another quantity that is read.


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ({"Z": "Y.bytes"}, {"Z": 8 * N * C}),
        ({"*": "Z.numbers"}, {"Z": N * K, "Y": N * K}),
        ({"*": "Z.numbers", "Y": "Z.bytes"}, {"Z": N * K, "Y": 8 * N * K}),
        ({"*": "Z.numbers", "Y": ""}, {"Z": N * K}),
        ({"other": "Z.numbers"}, {}),
        ({"*": "{subject}.numbers"}, {"Z": N * K, "Y": N * C}),
        ({"*": "{name}.numbers"}, {"Z": N * K, "Y": N * C}),
        ({"*": "{wrong}.numbers"}, {"Z": N * C, "Y": N * C}),
        ({"*": "solver.length({asks})"}, {"Z": 7, "Y": 7}),
        ({"*": "solver.length({wrong}, {subject})"}, {"Z": 8, "Y": 8}),  # "result+Z"
    ],
)
def test_a_changed_reading_touches_the_fields_that_it_names(reads: dict[str, str], expected: dict[str, Any]):
    solver = "def length(lab, *words):\n    return len('+'.join(words))\n"

    assert expected == told(mal_rule(reads=reads), network(wrong="result"), Z_BYTES, Y_BYTES, solver=solver)


def test_what_is_read_instead_stays_of_the_fields_kind():
    field = field_of("number", "Z.bytes", name="memory", unit="bytes", rel_tol=Fraction(1, 10))
    rule = mal_rule(reads={"memory": "Y.bytes"})
    (mistake,) = known_mistakes(question_of(field), network_at_numbers(), family_of(rule))
    answer: Any = mistake.answers["memory"]

    assert (80, "bytes", Fraction(1, 10), "Z") == (answer.expected, answer.unit, answer.rel_tol, answer.asked)


# A size that is forgotten.


def test_a_forgotten_size_counts_as_one():
    answers = told(mal_rule(drop="N"), network(), Z_BYTES, Z_SHAPE, COUNT)

    assert answers == {"Z": 8 * K, "shape": (1, K)}


def test_a_forgotten_size_may_be_a_parameters():
    assert {"Z": 8 * N} == told(mal_rule(drop="{forgotten}"), network(forgotten="K"), Z_BYTES)


def test_a_forgotten_size_is_forgotten_everywhere():
    field = field_of("expression", "total.multiply_adds", name="count")

    assert {"count": N * D + N * C} == told(mal_rule(drop="K"), network(), field)


def test_a_size_is_forgotten_inside_the_listings_own_names_too():
    # P = N*K is printed; without K, P*D is N*D.
    listing = "def rows(x):\n    P = N*K\n    y = x.reshape(P, D)\n    return y\n"
    variant = variant_of(listing, Program("rows(ag.Tensor(np.zeros((N, K, D))))", open_sizes("NKD")))
    answers = told(mal_rule(drop="K"), variant, field_of("expression", "y.numbers", name="y"))

    assert same(N * D, answers["y"])


def test_numbers_have_no_size_to_forget():
    assert {} == told(mal_rule(drop="N"), network_at_numbers(), COUNT)


# A factor too many, or one too few.


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("2", {"Z": 16 * N * K, "shape": (2 * N, 2 * K), "count": 2 * N * D * K + 2 * N * K * C}),
        ("1/8", {"Z": N * K, "shape": (N // 8, K // 8), "count": (N * D * K + N * K * C) // 8}),
        ("3/4", {"Z": 6 * N * K, "shape": (3 * N // 4, 3 * K // 4), "count": 3 * (N * D * K + N * K * C) // 4}),
    ],
)
def test_a_factor_multiplies_formulas(times: str, expected: dict[str, Any]):
    count = field_of("growth", "total.multiply_adds", name="count")

    assert expected == told(mal_rule(times=times), network(), Z_BYTES, Z_SHAPE, count)


@pytest.mark.parametrize(("times", "expected"), [("2", 128), ("1/8", 8), ("1/3", Fraction(64, 3))])
def test_a_factor_multiplies_numbers(times: str, expected: Fraction | int):
    assert {"count": expected} == told(mal_rule(times=times), network_at_numbers(), COUNT)


def test_a_factor_multiplies_exact_numbers():
    listing = 'x = ag.Scalar(2.0, label="x")\ny = ag.exp(x)\ny.backward()\n'
    answers = told(mal_rule(times="1/2"), variant_of(listing), X_GRAD)

    assert exact.divide(exact.exp(2), 2) == answers["x_grad"]


SOLVER = """\
def row(lab):
    return [1, 2]


def option(lab):
    return 0
"""


@pytest.mark.parametrize("change", [{"times": "2"}, {"drop": "N"}])
def test_a_factor_and_a_forgotten_size_touch_amounts_alone(change: dict[str, str]):
    fields = (
        field_of("vector", "solver.row", name="row"),
        field_of("choice", "solver.option", name="option", options={"A": "yes", "B": "no"}),
        field_of("text", "solver.row", name="text"),
    )

    assert {} == told(mal_rule(**change), network(), *fields, solver=SOLVER)


# Which of them apply.


def tags(mistakes: tuple[Mistake, ...]) -> list[str]:
    return [mistake.tag for mistake in mistakes]


def test_a_condition_leaves_a_mistake_out():
    family = family_of(
        mal_rule("always", times="2"), mal_rule("open", when="is_open", times="3"), mal_rule("shut", when="is_shut")
    )
    variant = network_at_numbers(is_open=True, is_shut=False)

    assert ["always", "open"] == tags(known_mistakes(question_of(COUNT), variant, family))


def test_a_condition_that_is_no_parameter_is_told():
    family = family_of(mal_rule(when="is_opne", times="2"))
    message = r"^toy/program/family\.yaml: when: 'is_opne' is no parameter; there are is_open\.$"

    with pytest.raises(BrokenFamily, match=message):
        known_mistakes(question_of(COUNT), network_at_numbers(is_open=True), family)


def test_mistakes_come_in_the_families_order_with_their_feedback():
    family = family_of(MalRule("b", "Mind b.", times="2"), MalRule("a", "Mind a.", times="3"))
    mistakes = known_mistakes(question_of(COUNT), network_at_numbers(), family)

    assert [("b", "Mind b."), ("a", "Mind a.")] == [(mistake.tag, mistake.feedback) for mistake in mistakes]


@pytest.mark.parametrize(
    ("families", "expected"), [({"toy/program": family_of(mal_rule(times="2"))}, ["slip"]), ({}, [])]
)
def test_an_items_mistakes_need_its_family(families: dict[str, Family], expected: list[str]):
    item = Item("1", Fraction(1), network_at_numbers(), question_of(COUNT))

    assert expected == tags(mistakes_of(item, families))
