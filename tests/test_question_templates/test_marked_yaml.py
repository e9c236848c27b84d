"""YAML for authors: what a plain word means, where it stands, and every mistake at its place."""

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from question_templates import marked_yaml


def loaded(text: str) -> Any:
    return marked_yaml.parse(text, "f.yaml")[0]


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(marked_yaml.Mistakes) as caught:
        marked_yaml.parse(text, "f.yaml")
    return caught.value.mistakes


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12:30", "12:30"),
        ("2024-01-31", "2024-01-31"),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("1e-3", 0.001),
        ("1.5", 1.5),
        (".5", 0.5),
        ("2.", 2.0),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("=", "="),
        ("'12'", "12"),
        ('"true"', "true"),
        ("1234567890123456789", "1234567890123456789"),
    ],
)
def test_a_plain_word_means_what_it_looks_like(written: str, read: object):
    found = loaded(f"key: {written}\n")["key"]

    assert (read, type(read)) == (found, type(found))


def test_a_block_is_text_whatever_it_looks_like():
    assert {"a": "12\n", "b": "true"} == loaded("a: |\n  12\nb: >-\n  true\n")


def test_keys_are_text():
    assert {"1": 1, "true": 2, "y": 3} == loaded("1: 1\ntrue: 2\ny: 3\n")


def test_lists_and_mappings_nest():
    assert {"a": [1, {"b": [True, "x"]}]} == loaded("a: [1, {b: [true, x]}]\n")


def test_an_empty_text_is_nothing():
    assert loaded("") is None


def test_every_value_knows_its_place():
    _, places = marked_yaml.parse("a: 1\nb:\n  - x\n  - c: 2\n", "f.yaml")

    assert {
        (): "f.yaml:1:1",
        ("a",): "f.yaml:1:1",
        ("b",): "f.yaml:2:1",
        ("b", 0): "f.yaml:3:5",
        ("b", 1): "f.yaml:4:5",
        ("b", 1, "c"): "f.yaml:4:5",
    } == places


def test_all_keys_that_stand_twice_are_told_at_once():
    assert [
        "f.yaml:2:1: the key 'a' stands here a second time; keep one of the two.",
        "f.yaml:3:11: the key 'c' stands here a second time; keep one of the two.",
    ] == mistakes_of("a: 1\na: 2\nb: {c: 3, c: 4}\n")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: !!python/object:os.system x\n", "1:4"),
        ("a: !!int 3\n", "1:4"),
        ("b: &b [1]\na: *b\n", "2:4"),
    ],
)
def test_tags_and_aliases_are_refused(text: str, place: str):
    assert [f"f.yaml:{place}: tags and aliases are not used here; write the value out."] == mistakes_of(text)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a: [1, 2\nb: 3\n", "f.yaml:2:"),
        ("a: b: c\n", "f.yaml:1:5: this is no YAML: "),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: this is no YAML: "),
        ("a: \x01\n", "f.yaml"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place(text: str, start: str):
    (message,) = mistakes_of(text)

    assert message.startswith(start)
    assert "this is no YAML: " in message


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    size: int
    share: float = 0.5


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    title: str
    parts: list[Part]


def test_a_text_that_fits_becomes_the_model():
    text = "title: T\nparts: [{size: 1}, {size: 2, share: 1}]\n"

    assert Whole(title="T", parts=[Part(size=1), Part(size=2, share=1)]) == (
        marked_yaml.validate(Whole, text, "f.yaml")
    )


def test_all_mistakes_come_at_once_with_place_name_and_value():
    text = "title: 12\nparts:\n  - size: no\n  - share: 0.1\n    colour: red\n"
    with pytest.raises(marked_yaml.Mistakes) as caught:
        marked_yaml.validate(Whole, text, "f.yaml")

    assert [
        "f.yaml:1:1: title: Input should be a valid string (found 12)",
        "f.yaml:3:5: parts.0.size: Input should be a valid integer (found 'no')",
        "f.yaml:4:5: parts.1.size: this key is missing.",
        "f.yaml:5:5: parts.1.colour: there is no such key here; is it misspelt?",
    ] == sorted(caught.value.mistakes)
    assert 4 == len(str(caught.value).splitlines())


def test_an_empty_file_lacks_its_keys():
    with pytest.raises(marked_yaml.Mistakes, match=r"^f\.yaml: title: this key is missing.\nf\.yaml: parts: this"):
        marked_yaml.validate(Whole, "", "f.yaml")


def test_a_list_instead_of_a_mapping_is_told():
    with pytest.raises(marked_yaml.Mistakes, match=r"^f\.yaml:1:1: the file: Input should be a valid dict"):
        marked_yaml.validate(Whole, "- 1\n", "f.yaml")
