"""Families on disk: what a family.yaml must say, every mistake at its place, and the bank that holds them."""

import hashlib
import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from question_templates.bank import BUILT_IN, open_bank
from question_templates.errors import BrokenFamily
from question_templates.family import Family, FieldRule, Limits, applies
from question_templates.family_file import family_digest, read_family
from question_templates.question import KINDS

YAML = """\
format: chainrule-family/1
id: toy/doubling
version: "1"
title: Doubling
topic: toy
levels: [1, 2]
minutes: 2
goal: Double a number.
parameters:
  value: {integer: [1, 9]}
  harder: {chance: 0.5}
fields:
  - name: x_grad
    kind: number
    asks: x.grad
    weight: 0.25
    prompt: What is it?
"""


def family_folder(root: Path, text: str = YAML, *, name: str = "doubling") -> Path:
    folder = root / "toy" / name
    folder.mkdir(parents=True)
    (folder / "family.yaml").write_text(text, encoding="utf-8")
    (folder / "question.md.j2").write_text("{{ listing }}\n", encoding="utf-8")
    (folder / "solution.md.j2").write_text("See the graph.\n", encoding="utf-8")
    (folder / "listing.py.j2").write_text("x = ag.Scalar({{ value }}.0)\ny = 2*x\ny.backward()\n")
    return folder


def mistakes_of(root: Path, text: str) -> list[str]:
    with pytest.raises(BrokenFamily) as caught:
        read_family(family_folder(root, text))
    return str(caught.value).splitlines()


def test_a_family_says_what_its_yaml_says(tmp_path: Path):
    family = read_family(family_folder(tmp_path))

    assert ("toy/doubling", "1", "toy", (1, 2)) == (family.id, family.version, family.topic, family.levels)
    assert (FieldRule("x_grad", "number", "x.grad", "What is it?", "1/4"),) == family.fields
    assert {"value": {"integer": [1, 9]}, "harder": {"chance": 0.5}} == family.parameters
    assert Limits(1000, True) == family.limits


@pytest.mark.parametrize(("written", "read"), [("2", "2"), ("0.1", "1/10"), ("333.3333333", "3333333333/10000000")])
def test_a_weight_is_exact(tmp_path: Path, written: str, read: str):
    family = read_family(family_folder(tmp_path, YAML.replace("weight: 0.25", f"weight: {written}")))

    assert Fraction(read) == Fraction(family.fields[0].weight)


@pytest.mark.parametrize("family_id", ["graph/power-chain", "graph/rnn-cell"])
def test_a_family_survives_json(family_id: str):
    family = open_bank().shelf(family_id).family

    assert family == Family.from_json(json.loads(json.dumps(family.to_json())))


def test_all_mistakes_of_a_family_come_at_once(tmp_path: Path):
    broken = YAML.replace("minutes: 2", "minutes: soon").replace("kind: number", "kind: haiku")
    broken = broken.replace("weight: 0.25", "weight: -1").replace("levels: [1, 2]", "levels: []")

    assert [
        "toy/doubling/family.yaml:14:5: fields.0.kind: the kind 'haiku' is unknown; there are " + ", ".join(KINDS),
        "toy/doubling/family.yaml:16:5: fields.0.weight: Input should be greater than 0 (found -1)",
        "toy/doubling/family.yaml:6:1: levels: List should have at least 1 item after validation, not 0",
        "toy/doubling/family.yaml:7:1: minutes: Input should be a valid integer (found 'soon')",
    ] == sorted(mistakes_of(tmp_path, broken))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: number", "kind: haiku", ":14:5: fields.0.kind: the kind 'haiku' is unknown; there are number, "),
        ("format: chainrule-family/1", "format: other/1", ":1:1: format: Input should be 'chainrule-family/1'"),
        ("id: toy/doubling", "id: Toy", ":2:1: id: String should match pattern"),
        ('version: "1"', "version: 1", ":3:1: version: Input should be a valid string (found 1)"),
        ("title: Doubling\n", "", ":1:1: title: this key is missing."),
        ("goal: Double", "goall: x\ngoal: Double", ":8:1: goall: there is no such key here; did you mean 'goal'?"),
        ("[1, 2]", "[1, 4]", ":6:13: levels.1: Input should be less than or equal to 3 (found 4)"),
        ("integer: [1, 9]", "integer: [9, 1]", "parameters.value: integer: the low end 9 is above the high end 1"),
        ("integer: [1, 9]", "integer: [1]", "parameters.value.integer: List should have at least 2 items"),
        ("integer: [1, 9]", "one_of: []", "parameters.value.one_of: List should have at least 1 item"),
        ("integer: [1, 9]", "", "parameters.value: a draw rule is one of `integer: [low, high]`, `one_of: [...]`"),
        (
            "integer: [1, 9]",
            "integer: [1, 9], chance: 0.5",
            ":10:3: parameters.value: a draw rule is one of `integer: [low, high]`, `one_of: [...]` and `chance",
        ),
        ("chance: 0.5", "chance: 5", "parameters.harder.chance: Input should be less than or equal to 1 (found 5)"),
        ("  value:", "  Value:", ":10:3: parameters.Value.[key]: String should match pattern"),
        ("weight: 0.25", "weight: 0", ":16:5: fields.0.weight: Input should be greater than 0 (found 0)"),
        ("weight: 0.25", "weight: heavy", ":16:5: fields.0.weight: Input should be a valid number (found 'heavy')"),
        ("minutes: 2", "minutes: 2\nlimits: {magnitude: 0}", ":8:10: limits.magnitude: Input should be greater"),
        (
            "fields:",
            "mal_rules: [{tag: t, rule: sneezes, feedback: f}]\nfields:",
            ":12:22: mal_rules.0.rule: the rule 'sneezes' is unknown; there are: overwrites instead of adding; ",
        ),
        ("levels: [1, 2]", "levels: [1, 2", ": this is no YAML: "),
        ("topic: toy", "topic: toy\ntopic: graph", ":6:1: the key 'topic' stands here a second time"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, message: str):
    (told,) = mistakes_of(tmp_path, YAML.replace(old, new))

    assert told.startswith("toy/doubling/family.yaml:")
    assert message in told


def test_a_family_without_its_file_is_told(tmp_path: Path):
    folder = tmp_path / "toy" / "doubling"

    with pytest.raises(BrokenFamily, match=r"^toy/doubling/family\.yaml: can't be read: No such file"):
        read_family(folder)


def test_a_family_that_is_no_utf8_is_told(tmp_path: Path):
    folder = family_folder(tmp_path)
    (folder / "family.yaml").write_bytes(b"title: \xff\n")

    with pytest.raises(BrokenFamily, match=r"^toy/doubling/family\.yaml: is not UTF-8 text \(byte 7\)\.$"):
        read_family(folder)


def test_a_family_without_its_templates_is_told(tmp_path: Path):
    folder = family_folder(tmp_path)
    (folder / "question.md.j2").unlink()
    (folder / "solution.md.j2").unlink()

    with pytest.raises(BrokenFamily, match=r"the folder lacks question\.md\.j2 and solution\.md\.j2\.$"):
        read_family(folder)


def test_the_digest_is_sha256_over_names_lengths_and_bytes(tmp_path: Path):
    (tmp_path / "b.txt").write_bytes(b"two")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c.txt").write_bytes(b"")

    assert hashlib.sha256(b"a/c.txt\x000\x00b.txt\x003\x00two").hexdigest() == family_digest(tmp_path)


def test_the_digest_does_not_see_what_python_compiled(tmp_path: Path):
    folder = family_folder(tmp_path)
    before = family_digest(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "generator.pyc").write_bytes(b"compiled")

    assert before == family_digest(folder)


def test_the_digest_sees_a_changed_template(tmp_path: Path):
    folder = family_folder(tmp_path)
    before = family_digest(folder)
    (folder / "question.md.j2").write_text("Another question.\n")

    assert before != family_digest(folder)


def test_the_bank_holds_the_built_in_families():
    assert {"graph/power-chain", "graph/rnn-cell"} <= set(open_bank().shelves)


def test_a_folder_beside_the_bank_brings_its_own_families(tmp_path: Path):
    folder = family_folder(tmp_path)

    assert folder == open_bank(tmp_path).shelf("toy/doubling").folder
    assert "graph/rnn-cell" in open_bank(BUILT_IN, tmp_path).shelves


def test_an_unknown_family_is_told_with_those_there_are(tmp_path: Path):
    family_folder(tmp_path)

    with pytest.raises(BrokenFamily, match=r"^there is no family 'toy/halving'; the bank has toy/doubling\.$"):
        open_bank(tmp_path).shelf("toy/halving")


def test_an_id_that_stands_twice_is_told(tmp_path: Path):
    shutil.copytree(family_folder(tmp_path), tmp_path / "toy" / "twin")

    with pytest.raises(BrokenFamily, match=r"^toy/twin/family\.yaml: the id 'toy/doubling' is taken by another"):
        open_bank(tmp_path)


def test_the_mistakes_of_all_families_come_together(tmp_path: Path):
    family_folder(tmp_path, YAML.replace("minutes: 2", "minutes: 0"), name="first")
    family_folder(tmp_path, YAML.replace("topic: toy", "topic: 3"), name="second")

    with pytest.raises(BrokenFamily) as caught:
        open_bank(tmp_path)
    assert ["toy/first/family.yaml:7:1", "toy/second/family.yaml:5:1"] == [
        line.partition(": ")[0] for line in str(caught.value).splitlines()
    ]


def test_families_are_chosen_by_topic_and_level(tmp_path: Path):
    family_folder(tmp_path)
    family_folder(tmp_path, YAML.replace("toy/doubling", "toy/easy").replace("[1, 2]", "[1]"), name="easy")
    bank = open_bank(BUILT_IN, tmp_path)

    assert ["toy/doubling", "toy/easy"] == [shelf.family.id for shelf in bank.choose_from(topic="toy")]
    assert ["toy/doubling"] == [shelf.family.id for shelf in bank.choose_from(topic="toy", level=2)]
    assert () == bank.choose_from(topic="opera")


@pytest.mark.parametrize(("when", "holds"), [("", True), ("yes", True), ("no", False)])
def test_a_condition_is_the_name_of_a_parameter(when: str, holds: bool):
    assert holds is applies(when, {"yes": 1, "no": 0}, family_id="toy/x")


def test_a_condition_on_an_unknown_parameter_is_told():
    with pytest.raises(BrokenFamily, match=r"^toy/x/family\.yaml: when: 'maybe' is no parameter; there are no, yes\.$"):
        applies("maybe", {"yes": 1, "no": 0}, family_id="toy/x")
