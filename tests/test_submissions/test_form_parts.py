"""The parts of a form: format, paper, responses, limits; and the values that are made of them."""

import copy
import dataclasses
import hashlib
import json

import pytest

from submissions import Refusal, Submission, read_bytes


def read(form: object) -> Submission | Refusal:
    return read_bytes(json.dumps(form).encode(), source="a.json")


def read_well(form: object) -> Submission:
    outcome = read(form)
    assert isinstance(outcome, Submission), str(outcome)
    return outcome


FORM = {"format": "chainrule-answers/1", "paper": "K7QF-2MXP", "responses": {"1.a": "x"}}


def test_a_form_is_read_with_its_paper_responses_and_digest() -> None:
    data = json.dumps(FORM).encode()

    expected = Submission("a.json", "K7QF-2MXP", {"1.a": "x"}, (), hashlib.sha256(data).hexdigest())
    assert expected == read_bytes(data, source="a.json")


def test_an_unknown_format_is_refused_with_the_one_that_is_read() -> None:
    assert (
        'a.json:1:12: the format is "chainrule-answers/9"; this program reads "chainrule-answers/1". '
        "Please use the form that came with your paper."
    ) == str(read({**FORM, "format": "chainrule-answers/9"}))


def test_a_missing_format_is_a_warning() -> None:
    form = {key: part for key, part in FORM.items() if key != "format"}

    assert ('The form does not say its format; it was read as "chainrule-answers/1".',) == read_well(
        form
    ).warnings


@pytest.mark.parametrize(
    "form", [{**FORM, "paper": ""}, {**FORM, "paper": ["K"]}, {"responses": {}, "format": FORM["format"]}]
)
def test_a_form_without_a_paper_id_is_kept_for_a_person(form: object) -> None:
    submission = read_well(form)

    assert "" == submission.paper
    assert ("The form does not say which paper it answers; a person has to match it.",) == submission.warnings


def test_an_endless_paper_id_is_not_taken_for_one() -> None:
    submission = read_well({**FORM, "paper": "K" * 101})

    assert "" == submission.paper
    assert "is not an id; a person has to match this form." in submission.warnings[0]


def test_spaces_around_the_paper_id_are_removed() -> None:
    assert "K7QF-2MXP" == read_well({**FORM, "paper": " K7QF-2MXP\n"}).paper


def test_an_unknown_part_is_set_aside_with_a_warning() -> None:
    assert (
        'Line 1: "1.b" stands outside "responses" and was set aside. '
        "If it is an answer, it belongs under responses.",
    ) == read_well({**FORM, "1.b": "y"}).warnings


def test_a_form_without_responses_is_refused() -> None:
    assert 'a.json: the form has no "responses". Put the answers under "responses".' == str(read({}))


def test_a_list_is_not_a_form() -> None:
    assert "a.json:1:1: the form does not consist of named parts. It needs format, paper, responses." == str(
        read([])
    )


def test_500_responses_are_read_and_501_are_refused() -> None:
    def form(n: int) -> object:
        return {**FORM, "responses": {f"1.{k}": "" for k in range(n)}}

    assert 500 == len(read_well(form(500)).responses)
    assert "the form holds 501 answers; at most 500 are read." in str(read(form(501)))


def test_20000_characters_are_read_and_20001_are_refused() -> None:
    def form(n: int) -> object:
        return {**FORM, "responses": {"1.a": "é" * n}}

    assert 20_000 == len(read_well(form(20_000)).responses["1.a"])
    assert (
        'the answer to "1.a" has 20,001 characters; at most 20,000 are read. '
        "Please shorten it to the answer itself."
    ) in str(read(form(20_001)))


def test_messages_spell_out_characters_that_could_mislead() -> None:
    form = {**FORM, "format": "\u202eevil\x1b[0m"}

    assert '"<U+202E>evil<U+001B>[0m"' in str(read(form))


def test_a_submission_cannot_be_changed() -> None:
    responses = {"1.a": "x"}
    submission = Submission("a", "K", responses)
    responses["1.a"] = "y"

    assert "x" == submission.responses["1.a"]
    with pytest.raises(TypeError):
        submission.responses["1.a"] = "z"  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        submission.paper = "L"  # type: ignore[misc]


def test_a_submission_can_be_copied_and_hashed() -> None:
    submission = Submission("a", "K", {"1.a": "x"})

    assert submission == copy.deepcopy(submission)
    assert hash(submission) == hash(copy.copy(submission))


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (
            Refusal("a.yaml", "it is empty.", 3, 7, "Send it again."),
            "a.yaml:3:7: it is empty. Send it again.",
        ),
        (Refusal("a.yaml", "it is empty."), "a.yaml: it is empty."),
    ],
)
def test_a_refusal_reads_as_place_message_advice(refusal: Refusal, expected: str) -> None:
    assert expected == str(refusal)
