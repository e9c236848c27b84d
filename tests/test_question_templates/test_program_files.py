"""Families with a program, options or a stated key: from YAML to JSON and back, and each mistake at its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.sizes import symbol
from question_templates.bank import Shelf, open_bank
from question_templates.drawing import variant_from
from question_templates.errors import BrokenFamily
from question_templates.family import Family, FieldRule, MalRule, ProgramRule, SizeRule
from question_templates.lab import Lab
from question_templates.program import NO_PROGRAM, Program, SizeRange
from question_templates.solving import solve
from question_templates.variant import Variant
from question_templates.wording import write_question

ToyShelf = Callable[..., Shelf]

YAML = """\
format: chainrule-family/1
id: toy/memory
version: "2"
title: Memory
topic: toy
levels: [1]
minutes: 3
goal: Count bytes.
parameters:
  names: {one_of: [[N, D], [rows, columns]]}
  square: {chance: 0.5}
program:
  call: "forward(ag.Tensor(np.zeros(({{ names[0] }}, {{ names[1] }}))))"
  sizes:
    "{{ names[0] }}": {means: number of rows, low: 2, high: 5, aliases: ["n_{{ names[0] }}"]}
    "{{ names[1] }}":
      means: number of columns
  given:
    - "{{ names[0] }} <= 9"
    - "{% if square %}{{ names[0] }} == {{ names[1] }}{% endif %}"
  ledger: {count_leaves: false, leave_out: [Y]}
fields:
  - name: memory
    kind: number
    asks: "memory.peak"
    weight: 2
    prompt: How much?
    unit: KiB
    rel_tol: 0.01
  - name: more
    kind: choice
    asks: solver.more
    weight: 1
    prompt: Which of them hold?
    options: ["{{ names[0] }} rows", none]
    several: true
    builds_on: [memory]
  - name: listed
    kind: choice
    asks: solver.more
    weight: 1
    prompt: Which one?
    options: names
mal_rules:
  - tag: half
    times: 1/2
    feedback: Twice as much.
  - tag: patched
    when: square
    patch: [{old: a, new: b}, {old: c, new: d}]
    feedback: No.
  - tag: read
    reads: {memory: Y.bytes, "*": "{subject}.numbers"}
    feedback: Hm.
worked_examples:
  - source: "by hand: count"
    parameters: {level: 1, names: [N, D], square: false}
    answers: {memory: "8*N", more: "A, B", listed: A}
"""

STATED = """\
format: chainrule-family/1
id: toy/memory
version: "1"
title: A question of my own
topic: toy
levels: [1]
minutes: 3
goal: Know it.
key: stated
fields:
  - {name: formula, kind: expression, stated: 8*N, prompt: Which?, weight: 1}
  - {name: why, kind: text, prompt: And why?, weight: 1}
  - {name: which, kind: choice, options: [yes, no, maybe], stated: "A, C", several: true, prompt: Which?, weight: 1}
"""

LISTING = "def forward(X):\n    Y = ag.relu(X)\n    return Y\n"


def shelf_of(root: Path, text: str = YAML) -> Shelf:
    """The family with that YAML."""
    folder = root / "toy" / "memory"
    folder.mkdir(parents=True)
    for name in ("question.md.j2", "solution.md.j2"):
        (folder / name).write_text("{{ sizes }}\n", encoding="utf-8")
    (folder / "listing.py.j2").write_text(LISTING, encoding="utf-8")
    (folder / "family.yaml").write_text(text, encoding="utf-8")
    return open_bank(root).shelf("toy/memory")


def told_of(root: Path, text: str) -> list[str]:
    """The mistakes of a YAML, each without the name of its file."""
    with pytest.raises(BrokenFamily) as caught:
        shelf_of(root, text)
    lines = str(caught.value).splitlines()
    assert all(line.startswith("toy/memory/family.yaml:") for line in lines)
    return [line.removeprefix("toy/memory/family.yaml:") for line in lines]


# From YAML to a family.


def test_a_program_says_what_its_yaml_says(tmp_path: Path):
    first = SizeRule("number of rows", 2, 5, ("n_{{ names[0] }}",))
    ledger = {"discard_after_use": False, "frees_as_it_goes": False, "count_leaves": False, "leave_out": ["Y"]}

    assert shelf_of(tmp_path).family.program == ProgramRule(
        "forward(ag.Tensor(np.zeros(({{ names[0] }}, {{ names[1] }}))))",
        {"{{ names[0] }}": first, "{{ names[1] }}": SizeRule("number of columns", 1, 4)},
        ("{{ names[0] }} <= 9", "{% if square %}{{ names[0] }} == {{ names[1] }}{% endif %}"),
        ledger,
    )


def test_fields_say_what_their_yaml_says(tmp_path: Path):
    options = ("{{ names[0] }} rows", "none")

    assert shelf_of(tmp_path).family.fields == (
        FieldRule("memory", "number", "memory.peak", "How much?", "2", unit="KiB", rel_tol="1/100"),
        FieldRule(
            "more", "choice", "solver.more", "Which of them hold?", "1", "", "", ("memory",), "", options, several=True
        ),
        FieldRule("listed", "choice", "solver.more", "Which one?", "1", options="names"),
    )


def test_mal_rules_say_what_their_yaml_says(tmp_path: Path):
    assert shelf_of(tmp_path).family.mal_rules == (
        MalRule("half", "Twice as much.", times="1/2"),
        MalRule("patched", "No.", when="square", patch=(("a", "b"), ("c", "d"))),
        MalRule("read", "Hm.", reads={"memory": "Y.bytes", "*": "{subject}.numbers"}),
    )


@pytest.mark.parametrize("text", [YAML, STATED])
def test_such_a_family_survives_json(tmp_path: Path, text: str):
    family = shelf_of(tmp_path, text).family

    assert family == Family.from_json(json.loads(json.dumps(family.to_json())))


def test_a_family_without_a_program_runs_as_it_stands(toy_shelf: ToyShelf):
    shelf = toy_shelf()

    assert ProgramRule() == shelf.family.program
    assert NO_PROGRAM == variant_from(shelf, {"value": 2}).program


# From a family to a variant.


def test_a_variants_program_is_filled_in(tmp_path: Path):
    variant = variant_from(shelf_of(tmp_path), {"level": 1, "names": ["rows", "columns"], "square": True})

    assert variant.program == Program(
        "forward(ag.Tensor(np.zeros((rows, columns))))",
        {"rows": SizeRange("number of rows", 2, 5, ("n_rows",)), "columns": SizeRange("number of columns", 1, 4)},
        ("rows <= 9", "rows == columns"),
        {"discard_after_use": False, "frees_as_it_goes": False, "count_leaves": False, "leave_out": ("Y",)},
    )
    assert variant == Variant.from_json(json.loads(json.dumps(variant.to_json())))


def test_a_fact_that_is_left_empty_is_none(tmp_path: Path):
    variant = variant_from(shelf_of(tmp_path), {"level": 1, "names": ["N", "D"], "square": False})

    assert ("N <= 9",) == variant.program.given


@pytest.mark.parametrize(("square", "columns"), [(False, "D"), (True, "N")])
def test_what_is_given_holds_in_the_run(tmp_path: Path, *, square: bool, columns: str):
    lab = Lab(variant_from(shelf_of(tmp_path), {"level": 1, "names": ["N", "D"], "square": square}))

    assert 8 * symbol("N") * symbol(columns) == lab.again(ledger=None).binding("Y").value_bytes
    assert 0 == lab.run.ledger.held_after_forward  # Y and the leaf are left out


def test_options_are_texts_of_their_own_or_a_parameters(tmp_path: Path):
    shelf = shelf_of(tmp_path)
    question = write_question(shelf, variant_from(shelf, {"level": 1, "names": ["N", "D"], "square": False}))

    assert {"A": "N rows", "B": "none"} == question.field("more").options
    assert {"A": "N", "B": "D"} == question.field("listed").options


def test_a_mistake_in_a_programs_template_is_told(tmp_path: Path):
    shelf = shelf_of(tmp_path)

    with pytest.raises(BrokenFamily, match=r"^toy/memory/family\.yaml: program: 'names' is undefined"):
        variant_from(shelf, {"level": 1})


def test_a_stated_key_is_what_the_author_states(tmp_path: Path):
    shelf = shelf_of(tmp_path, STATED)
    variant = variant_from(shelf, {"level": 1})
    key = solve(write_question(shelf, variant), variant, shelf.family)

    assert "8*N" == getattr(key.answers["formula"], "expected", None)
    assert ("A", "C") == getattr(key.answers["which"], "expected", None)
    assert ["formula", "why", "which"] == list(key.answers)
    assert key.run is None and not key.runs


# Mistakes, each by what is exchanged in the YAML.

PROGRAM_MISTAKES = [
    ("  call:", "  cal:", "12:1: program.call: this key is missing."),
    ("  call:", "  calls: x\n  call:", "13:3: program.calls: there is no such key here; did you mean 'call'?"),
    (
        "      means: number of columns",
        "      low: 2",
        "16:5: program.sizes.{{ names[1] }}.means: this key is missing.",
    ),
    (
        "low: 2",
        "low: 0",
        "15:47: program.sizes.{{ names[0] }}.low: Input should be greater than or equal to 1 (found 0)",
    ),
    ("high: 5", "hihg: 5", "15:55: program.sizes.{{ names[0] }}.hihg: there is no such key here"),
    ("count_leaves: false", "count_leaves: no", "21:12: program.ledger.count_leaves: Input should be a valid boolean"),
    ("count_leaves: false", "leaves: false", "21:12: program.ledger.leaves: there is no such key here"),
    ("[Y]", "Y", "21:33: program.ledger.leave_out: Input should be a valid list (found 'Y')"),
]
FIELD_MISTAKES = [
    ("unit: KiB", "unit: kB", "28:5: fields.0.unit: Input should be '', 'bytes', 'KB', 'KiB',"),
    ("rel_tol: 0.01", "rel_tol: 1", "29:5: fields.0.rel_tol: Input should be less than 1 (found 1)"),
    ("rel_tol: 0.01", "options: [a, b]", "23:5: fields.0: field 'memory': `options` belong to the kind choice, which"),
    ("    options: names\n", "", "38:5: fields.2: field 'listed': `options` belong to the kind choice, which needs"),
    ("several: true", "several: 1", "36:5: fields.1.several: Input should be a valid boolean (found 1)"),
    ("[memory]", "[peak]", "1:1: the file: field 'more' builds on 'peak', which is no earlier field"),
    ('    asks: "memory.peak"\n', "", "1:1: the file: field 'memory' needs `asks`; a key is stated only where"),
    ("unit: KiB", 'stated: "8"', "1:1: the file: field 'memory' needs `asks`; a key is stated only where `key: st"),
]
MISTAKE_MISTAKES = [
    ("times: 1/2", "times: half", "46:5: mal_rules.0.times: String should match pattern"),
    ("times: 1/2", "times: 2", "46:5: mal_rules.0.times: Input should be a valid string (found 2)"),
    ("    times: 1/2\n", "", "45:5: mal_rules.0: mal-rule 'half': exactly one of rule, patch, reads, drop, times; fo"),
    ("times: 1/2", "times: 1/2\n    drop: N", "45:5: mal_rules.0: mal-rule 'half': exactly one of rule, patch, re"),
    ("tag: half", "tag: Half", "45:5: mal_rules.0.tag: String should match pattern"),
    ("feedback: Twice as much.", 'feedback: ""', "47:5: mal_rules.0.feedback: String should have at least 1 char"),
    ("{old: a, new: b}", "{old: a}", "50:13: mal_rules.1.patch.0.new: this key is missing."),
    ("memory: Y.bytes", "memory: 8", "53:13: mal_rules.2.reads.memory: Input should be a valid string (found 8)"),
    ('"8*N"', "8", "58:15: worked_examples.0.answers.memory: Input should be a valid string (found 8)"),
    ('  - source: "by hand: count"\n', "  -\n", "57:5: worked_examples.0.source: this key is missing."),
    ("minutes: 3", "limits: {digits: 0}\nminutes: 3", "7:10: limits.digits: Input should be greater than 0 (found 0)"),
    ("minutes: 3", "key: guessed\nminutes: 3", "7:1: key: Input should be 'derived' or 'stated' (found 'guessed')"),
]


@pytest.mark.parametrize(("old", "new", "message"), [*PROGRAM_MISTAKES, *FIELD_MISTAKES, *MISTAKE_MISTAKES])
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, message: str):
    assert old in YAML
    told = told_of(tmp_path, YAML.replace(old, new, 1))

    assert told[0].startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("stated: 8*N", "asks: P.bytes", "field 'formula' needs `stated`, its key, and no `asks`: there is no program"),
        ("kind: text", "kind: number", "field 'why' needs `stated`, its key, and no `asks`: there is no program"),
        ("key: stated", "key: derived", "field 'formula' needs `asks`; a key is stated only where `key: stated` says"),
    ],
)
def test_a_key_is_stated_or_derived_and_never_both(tmp_path: Path, old: str, new: str, message: str):
    (told,) = told_of(tmp_path, STATED.replace(old, new))

    assert f"1:1: the file: {message}" in told


def test_all_mistakes_of_a_program_come_at_once(tmp_path: Path):
    broken = YAML.replace("low: 2", "low: 0").replace("leave_out: [Y]", "leave: [Y]").replace("times: 1/2", "times: x")

    assert ["15:47", "21:33", "46:5"] == [told.partition(": ")[0] for told in told_of(tmp_path, broken)]
