"""JSON forms: numbers and lists keep their written text, slips get their place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions import Refusal, Submission, read_bytes
from submissions.formats.form_value import FormProblem
from submissions.formats.json_form import read_json_tree

HEAD = '{"format": "chainrule-answers/1", "paper": "K7QF-2MXP",\n "responses": {\n'


def read_json(text: str) -> Submission | Refusal:
    return read_bytes(text.encode("utf-8"), source="answers.json")


def response(written: str) -> str:
    outcome = read_json(f'{HEAD}"1.a": {written}}}}}')
    assert isinstance(outcome, Submission), str(outcome)
    return outcome.responses["1.a"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1e-3", "1e-3"),
        ("1.50", "1.50"),
        ("-0.0", "-0.0"),
        ("9" * 5_000, "9" * 5_000),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("true", "true"),
        ("null", ""),
        ('""', ""),
        ("[1, [2.50,\n 3]]", "[1, [2.50,\n 3]]"),
        ("[]", "[]"),
        ('{"a": 1, "a": "}"}', '{"a": 1, "a": "}"}'),
        ('"z1, z2"', "z1, z2"),
        (r'"a\n\"b\" \\frac \u00e9 \ud83c\udf93"', 'a\n"b" \\frac é 🎓'),
        ('"two\nlines\tand a tab"', "two\nlines\tand a tab"),
        ('"שלום 32"', "שלום 32"),
    ],
)
def test_a_response_is_the_text_that_was_written(written: str, expected: str) -> None:
    assert expected == response(written)


SLIPS = (
    (
        '"1.a": 010}}',
        "3:8",
        '"010" is neither a number nor text in quotes. Put text in straight double quotes',
    ),
    ('"1.a": z1}}', "3:8", '"z1" is neither a number nor text in quotes.'),
    ('"1.a": [z1]}}', "3:9", '"z1" is neither a number nor text in quotes.'),
    ('"1.a": }}', "3:8", 'a value should stand here, not "}".'),
    ('"1.a":', "3:7", "a value should stand here, not the end of the file."),
    ('"1.a": "x', "3:8", 'a double quote opened here is never closed. Close it with ".'),
    (
        '"1.a": "\\d"}}',
        "3:9",
        r"a backslash here is not part of a JSON escape. In JSON a backslash is written twice",
    ),
    ('"1.a" "x"}}', "3:7", 'a colon is missing after "1.a". Write "id": "answer".'),
    (
        '"1.a": "x" "1.b": 2}}',
        "3:12",
        'a comma or "}" should stand here, not a double quote. Separate answers',
    ),
    ('"1.a": "x"', "3:11", 'a comma or "}" should stand here, not the end of the file.'),
    ('"1.a": [1 2]}}', "3:11", 'a comma or "]" should stand here, not "2".'),
    ('"1.a": "x",}}', "3:12", "a comma stands before the closing brace."),
    ('"1.a": "x",', "3:12", "the form ends before its last brace is closed."),
    ('1.a: "x"}}', "3:1", 'a name in double quotes should stand here, not "1.a".'),
    ('"1.a": 1}} {}', "3:12", "there is more text after the end of the form. Hand in one form in one file."),
    ('"1.a": 1,\n"1.a": 2}}', "4:1", '"1.a" is given twice, first on line 3. Keep one of the two.'),
    ('"1.a": 1,\n"1": {"a": 2}}}', "4:7", '"1.a" is given twice, first on line 3.'),
    ('"1.a": 1}, "paper": ""}', "3:12", '"paper" is given twice, first on line 1.'),
    (
        '"1.a": ' + "[" * 20_000,
        "3:26",
        "brackets are nested more than 20 deep. Write the answer as text in quotes.",
    ),
    ('"1.a": ' + '{"a":' * 20_000, "3:98", "brackets are nested more than 20 deep."),
)


@pytest.mark.parametrize(("body", "place", "words"), SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_named_with_its_place_and_advice(body: str, place: str, words: str) -> None:
    outcome = read_json(HEAD + body)

    assert isinstance(outcome, Refusal)
    assert str(outcome).startswith(f"answers.json:{place}: {words}")


@pytest.mark.parametrize("body", ['"1.a"', '"1.a":', '"1.a": 2', '"1.a": 2,', '"1.a": 2}', '"1.a": [1', '"1.a": [1,'])
def test_a_form_that_was_cut_off_is_told_to_be_so(body: str) -> None:
    outcome = read_json(HEAD + body)

    assert isinstance(outcome, Refusal)
    assert "The form breaks off here; save it once more, with its last lines and closing braces." == outcome.advice


def test_responses_nested_by_slot_are_flattened() -> None:
    outcome = read_json(HEAD + '"1": {"order": "z1", "m": {"a": 1}}, "2.x": {"b": 2}, "3": {}}}')

    assert isinstance(outcome, Submission)
    assert {"1.order": "z1", "1.m": '{"a": 1}', "2.x": '{"b": 2}'} == dict(outcome.responses)


def test_half_a_surrogate_pair_is_replaced_with_a_warning() -> None:
    outcome = read_json(HEAD + '"1.a": "x\\ud800y"}}')

    assert isinstance(outcome, Submission)
    assert "x\ufffdy" == outcome.responses["1.a"]
    assert ('A damaged character in the answer to "1.a" was replaced by U+FFFD.',) == outcome.warnings


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.sampled_from([None, 1]))
def test_what_the_standard_library_writes_is_read_as_its_own_text(value: object, indent: int | None) -> None:
    written = json.dumps(value, indent=indent)

    expected = value if isinstance(value, str) else "" if value is None else written
    assert expected == read_json_tree(written).text


@given(st.text('{}[]",:\\ \n019-.eEtrufalsn', max_size=40))
def test_what_is_read_is_valid_json_to_the_standard_library_too(text: str) -> None:
    try:
        read_json_tree(text)
    except FormProblem:
        return

    json.loads(text, strict=False)
