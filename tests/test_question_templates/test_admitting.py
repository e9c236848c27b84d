"""Which draws are refused: every reason once, and what is no reason."""

from __future__ import annotations

from typing import Any

import pytest

import engine as ag
from engine.checkpointing import LedgerOptions
from engine.sizes import symbol
from question_templates.admitting import inadmissible, key_or_reason
from question_templates.answers import Key
from question_templates.errors import QuestionError
from question_templates.family import Family, FieldRule, Limits
from question_templates.program import Program, SizeRange
from question_templates.question import Field
from question_templates.variant import Variant
from tests.test_question_templates.toy_programs import (
    ACTIVATIONS,
    CUBE,
    LOSS,
    LOSS_CALL,
    NETWORK,
    NETWORK_CALL,
    family_of,
    field_of,
    mal_rule,
    network,
    network_at_numbers,
    open_sizes,
    question_of,
    variant_of,
)

COUNT = field_of("number", "total.multiply_adds", name="count")  # 64 at plain numbers
Z_BYTES = field_of("bytes", "Z.bytes", name="Z")  # 8*N*K
Z_SHAPE = field_of("shape", "Z.shape", name="shape")  # (N, K)
X_GRAD = field_of("number", "x.grad", name="x_grad")  # 27


def refusal(variant: Variant, *fields: Field, body: str = "Look.", family: Family | None = None) -> str:
    return inadmissible(variant, question_of(*fields, body=body), family or family_of())


def test_a_draw_without_a_reason_has_its_key():
    found = key_or_reason(network(), question_of(Z_BYTES), family_of())

    assert isinstance(found, Key)
    assert 8 * symbol("N") * symbol("K") == getattr(found.answers["Z"], "expected", None)


def test_a_stated_key_is_never_refused():
    rule = FieldRule("count", "number", "", "What is it?", "1", stated="64")
    family = Family(**{**vars(family_of()), "key": "stated", "fields": (rule,)})
    found = key_or_reason(variant_of(""), question_of(COUNT, body="It is 64 here"), family)

    assert isinstance(found, Key)
    assert "64" == getattr(found.answers["count"], "expected", None)


# The two derivations. Results are kept by listing, so each test has one of its own.


def test_formulas_that_real_arrays_do_not_measure_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ag, "disagreements", lambda *told, **options: ["Z: bytes is 8, measured 16"])
    variant = variant_of(f"# disagrees\n{NETWORK}", network().program)

    assert "symbolic and measured answers disagree" == refusal(variant, Z_BYTES)


def test_one_disagreement_is_enough(monkeypatch: pytest.MonkeyPatch):
    def only_when_counted(*told: Any, count: bool = False, **options: Any) -> list[str]:
        return ["64 multiply-adds, counted 65 multiplications"] if count else []

    monkeypatch.setattr(ag, "disagreements", only_when_counted)
    variant = variant_of(f"# miscounts\n{NETWORK}", network().program)

    assert "symbolic and measured answers disagree" == refusal(variant, Z_BYTES)


def test_formulas_are_measured_twice_and_counted_once_within_their_ranges(monkeypatch: pytest.MonkeyPatch):
    asked = []

    def note(trace: ag.Trace, sizes: Any, values: dict[str, int], **options: Any) -> list[str]:
        asked.append((values, options))
        return []

    monkeypatch.setattr(ag, "disagreements", note)
    sizes = {"N": SizeRange("samples", 2, 3), "D": SizeRange("inputs", 5, 8), "K": SizeRange("outputs", 4, 4)}
    listing = f"# noted\n{LOSS}"

    assert "" == refusal(variant_of(listing, Program(LOSS_CALL, sizes, ledger=ACTIVATIONS)))
    assert [False, False, True] == [options.get("count", False) for _, options in asked]
    assert [LedgerOptions(count_leaves=False)] * 2 == [options["ledger"] for _, options in asked[:2]]
    assert 3 == len({tuple(values.items()) for values, _ in asked})
    assert all(size.low <= values[name] <= size.high for values, _ in asked for name, size in sizes.items())


def test_a_run_at_plain_numbers_needs_no_second_derivation(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ag, "disagreements", lambda *told, **options: ["never asked"])

    assert "" == refusal(network_at_numbers(), COUNT)


CONVOLUTION = "def layer(x, w):\n    y = ag.conv2d(x, w)\n    return y\n"
CONVOLUTION_CALL = "layer(ag.Tensor(np.zeros((1, 1, H, H))), ag.Tensor(np.zeros((1, 1, K, K))))"


@pytest.mark.parametrize(("high", "is_told"), [(2, True), (5, False)])
def test_ranges_that_never_keep_what_the_listing_assumes_are_told(high: int, *, is_told: bool):
    # The kernel has at least 3 entries a side, the image at the most `high`.
    program = Program(CONVOLUTION_CALL, {"H": SizeRange("side", 1, high), "K": SizeRange("kernel", 3, 4)})
    message = r"^program: no sizes in their ranges keep what the listing assumes; widen `low` to `high`\.$"

    if is_told:
        with pytest.raises(QuestionError, match=message):
            refusal(variant_of(CONVOLUTION, program))
    else:
        assert "" == refusal(variant_of(CONVOLUTION, program))


def test_what_is_given_about_the_sizes_holds_where_they_are_measured():
    # The inner sizes agree because the program says so; elsewhere the real arrays could not be multiplied.
    call = NETWORK_CALL.replace("(D, K)", "(E, K)")
    sizes = {**open_sizes("NDKC"), "E": SizeRange("inputs, too", 2, 6)}
    program = Program(call, sizes, given=("D == E",))

    assert "" == refusal(variant_of(NETWORK, program), Z_BYTES)


# The family's own word.


@pytest.mark.parametrize(
    ("told", "reason"), [("'too wide'", "too wide"), ("''", ""), ("None", ""), ("lab.run.result.value_bytes", "80")]
)
def test_a_familys_objection_is_the_reason(told: str, reason: str):
    family = family_of(solver=f"def objection(lab):\n    return {told}\n")

    assert reason == refusal(network_at_numbers(), COUNT, family=family)


def test_a_solver_need_not_object():
    assert "" == refusal(network_at_numbers(), COUNT, family=family_of(solver="def show(lab):\n    return {}\n"))


# Numbers for pen and paper.


@pytest.mark.parametrize(("exponent", "reason"), [(11, ""), (12, "an answer has more than 12 digits")])
def test_an_answer_of_many_digits_is_refused(exponent: int, reason: str):
    variant = variant_of(f"def count():\n    P = 10**{exponent}\n    return P\n", Program("count()"))

    assert reason == refusal(variant, field_of("number", "P", name="P"))


def test_the_limit_of_digits_is_the_familys():
    family = Family(**{**vars(family_of()), "limits": Limits(digits=1)})

    assert "an answer has more than 1 digits" == refusal(network_at_numbers(), COUNT, family=family)


# Choices.

OPTION = "def option(lab):\n    return 0\n"


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("8*N*K", "8*N*C"), ""),
        (("8*N*K", "8*N*C", "8*N*K"), "two choices are the same"),
        (("It  grows", "it grows "), "two choices are the same"),
    ],
)
def test_two_choices_of_one_text_are_refused(texts: tuple[str, ...], reason: str):
    field = field_of("choice", "solver.option", options=dict(zip("ABC", texts, strict=False)))

    assert reason == refusal(network(), field, family=family_of(solver=OPTION))


# Answers that the question tells.

TOLD = "the answer to {!r} stands in the question"


@pytest.mark.parametrize("body", ["It takes 64 of them", "It takes 64.", "(64)", "it is 64, no more", "$64$"])
def test_a_number_that_the_question_prints_is_refused(body: str):
    assert TOLD.format("count") == refusal(network_at_numbers(), COUNT, body=body)


@pytest.mark.parametrize("body", ["It takes 65", "164", "640", "64.0", "1.64", "x64", "64th", "six, 4"])
def test_another_number_is_not(body: str):
    assert "" == refusal(network_at_numbers(), COUNT, body=body)


def test_a_number_in_a_prompt_is_printed_too():
    prompt = Field("count", "number", COUNT.asks, "Why is it 64 and no less?", COUNT.weight)

    assert TOLD.format("count") == refusal(network_at_numbers(), prompt)


def test_a_number_of_one_digit_says_nothing():
    # y.grad is 3, as is the leaf.
    assert "" == refusal(variant_of(CUBE), field_of("number", "y.grad"), body="x is 3 and y = x*x")


@pytest.mark.parametrize(("body", "is_told"), [("-27 and", True), ("27 and", False), ("1/27", False)])
def test_the_sign_belongs_to_the_number(body: str, *, is_told: bool):
    listing = CUBE.replace("y*x", "0 - y*x")

    assert (TOLD.format("x_grad") if is_told else "") == refusal(variant_of(listing), X_GRAD, body=body)


def test_a_fraction_that_the_question_prints_is_refused():
    family = Family(**{**vars(family_of()), "limits": Limits(whole=False)})
    variant = variant_of(CUBE.replace("y*x", "y*x/24"))  # 27/24 is 9/8

    assert TOLD.format("x_grad") == refusal(variant, X_GRAD, body="not 9/8 again", family=family)
    assert "" == refusal(variant, X_GRAD, body="not 19/8 nor 9/80", family=family)


@pytest.mark.parametrize("body", ["is 8*N*K bytes", "8 * N * K", "8*N\n*K", "twice 8*N*K + 1"])
def test_a_formula_that_the_question_prints_is_refused(body: str):
    assert TOLD.format("Z") == refusal(network(), Z_BYTES, body=body)


@pytest.mark.parametrize("body", ["8*N*C", "8*N", "N*K*8", "N, K and 8"])
def test_another_formula_is_not(body: str):
    assert "" == refusal(network(), Z_BYTES, body=body)


def test_a_formula_of_two_factors_says_nothing():
    assert "" == refusal(network(), field_of("expression", "Z.numbers"), body="N*K")


@pytest.mark.parametrize("body", ["8*P*D", "8*N*K*D", "8*N**2"])
def test_a_formula_may_be_printed_in_the_listings_names_or_without_them(body: str):
    # P = N*K is a name of the listing.
    listing = "def rows(x):\n    P = N*K\n    y = x.reshape(P, D)\n    return y\n"
    variant = variant_of(listing, Program("rows(ag.Tensor(np.zeros((N, K, D))))", open_sizes("NKD")))
    expected = "" if body == "8*N**2" else TOLD.format("y")

    assert expected == refusal(variant, field_of("bytes", "y.bytes", name="y"), body=body)


@pytest.mark.parametrize("body", ["$8 N^2$ or 8*N^2", "8*N**2"])
def test_a_power_may_be_printed_in_two_ways(body: str):
    variant = variant_of("x = ag.Tensor(np.zeros((N, N)))\n", Program("x.reshape(N*N)", open_sizes("N")))

    assert TOLD.format("x") == refusal(variant, field_of("bytes", "x.bytes", name="x"), body=body)


@pytest.mark.parametrize(("body", "is_told"), [("(N, K)", True), ("N,K", True), ("(K, N)", False), ("(N, D)", False)])
def test_a_shape_that_the_question_prints_is_refused(body: str, *, is_told: bool):
    assert (TOLD.format("shape") if is_told else "") == refusal(network(), Z_SHAPE, body=body)


@pytest.mark.parametrize(
    ("body", "is_told"), [("x, y, z", True), ("x,y,z", True), ("z, y, x", False), ("x y z", False)]
)
def test_an_order_that_the_question_prints_is_refused(body: str, *, is_told: bool):
    field = field_of("order", "postorder", name="order")

    assert (TOLD.format("order") if is_told else "") == refusal(variant_of(CUBE), field, body=body)


# Mistakes.


def test_a_mistake_that_gives_the_right_answer_refuses_the_draw():
    rules = [mal_rule("doubles", times="2"), mal_rule("same", reads={"Z": "Z.value_bytes"})]

    assert "the mistake 'same' gives the right answer" == refusal(network(), Z_BYTES, family=family_of(*rules))


def test_a_mistake_that_touches_nothing_refuses_the_draw():
    family = family_of(mal_rule("forgets", drop="N"))

    assert "the mistake 'forgets' gives the right answer" == refusal(network_at_numbers(), COUNT, family=family)


def test_two_mistakes_that_look_alike_refuse_the_draw():
    rules = [mal_rule("counts", reads={"Z": "Z.numbers"}), mal_rule("eighth", times="1/8")]

    assert "the mistake 'eighth' looks like another one" == refusal(network(), Z_BYTES, family=family_of(*rules))


def test_mistakes_that_differ_in_one_field_do_not_look_alike():
    rules = [mal_rule("one", reads={"Z": "Y.bytes", "shape": "X.shape"}), mal_rule("two", reads={"Z": "Y.bytes"})]
    listing = NETWORK.replace("    inputs", "    X = X + 1\n    inputs")

    assert "" == refusal(variant_of(listing, network().program), Z_BYTES, Z_SHAPE, family=family_of(*rules))


def test_the_first_reason_counts():
    family = family_of(mal_rule(reads={"Z": "Z.value_bytes"}), solver="def objection(lab):\n    return 'no'\n")

    assert "no" == refusal(network(), Z_BYTES, body="8*N*K", family=family)
