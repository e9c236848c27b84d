"""Answers to numbered parts, `2.1.trace`, in every way in which a form may nest them."""

import json

import pytest

from submissions import Submission, blank_yaml_form, read_bytes
from submissions.formats.yaml_writing import FormField, write_yaml_form

ANSWERS = {"1.1.trace": "z3: z2.grad = 8", "1.1.x_grad": "32", "2.10.shape": "(N, K)"}


def responses_of(form: str, name: str) -> dict[str, str]:
    read = read_bytes(form.encode(), source=name)
    assert isinstance(read, Submission), read
    return dict(read.responses)


def as_json(responses: object) -> str:
    return json.dumps({"format": "chainrule-answers/1", "paper": "K7QF-2MXP", "responses": responses})


@pytest.mark.parametrize(
    "nested",
    [
        ANSWERS,
        {"1.1": {"trace": "z3: z2.grad = 8", "x_grad": "32"}, "2.10": {"shape": "(N, K)"}},
        {"1": {"1": {"trace": "z3: z2.grad = 8", "x_grad": "32"}}, "2": {"10": {"shape": "(N, K)"}}},
        {"1": {"1.trace": "z3: z2.grad = 8", "1.x_grad": "32"}, "2.10.shape": "(N, K)"},
    ],
)
def test_parts_may_be_nested_as_their_numbers_are(nested: dict[str, object]):
    assert ANSWERS == responses_of(as_json(nested), "answers.json")


def test_a_mapping_under_a_field_is_still_its_answer():
    found = responses_of(as_json({"1.1.trace": {"z3": "8"}, "2.trace": {"z4": "9"}}), "answers.json")

    assert ["1.1.trace", "2.trace"] == list(found)
    assert "z3" in found["1.1.trace"] and "z4" in found["2.trace"]


def test_a_yaml_form_with_parts_reads_back():
    assert ANSWERS == responses_of(write_yaml_form("K7QF-2MXP", ANSWERS), "answers.yaml")


def test_a_nested_yaml_form_keeps_the_noughts_of_its_numbers():
    form = "format: chainrule-answers/1\npaper: K7QF-2MXP\nresponses:\n  1.10:\n    x: 5\n  1.1:\n    x: 6\n"

    assert {"1.10.x": "5", "1.1.x": "6"} == responses_of(form, "answers.yaml")


def test_a_blank_form_with_parts_reads_back_blank():
    fields = [FormField(name, "text", "What?") for name in ANSWERS]

    assert dict.fromkeys(ANSWERS, "") == responses_of(blank_yaml_form("K7QF-2MXP", fields), "answers.yaml")
