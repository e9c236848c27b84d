"""YAML forms: every response stays the text the student wrote, with either of PyYAML's parsers."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from submissions import Refusal, Submission, read_bytes
from submissions.formats.form_value import FormProblem
from submissions.formats.yaml_form import read_yaml_tree

HEAD = "format: chainrule-answers/1\npaper: K7QF-2MXP\nresponses:\n"


def read_yaml(text: str) -> Submission:
    outcome = read_bytes(text.encode("utf-8"), source="answers.yaml")
    assert isinstance(outcome, Submission), str(outcome)
    return outcome


def response(written: str) -> str:
    return read_yaml(f"{HEAD}  1.a:{written}\n").responses["1.a"]


# What PyYAML's loaders would make of the first twelve: other values, other types.
WRITTEN = (
    (" 1e-3", "1e-3"),
    (" 12:30", "12:30"),
    (" 010", "010"),
    (" no", "no"),
    (" 0x1F", "0x1F"),
    (" 1_000", "1_000"),
    (" 2026-11-23", "2026-11-23"),
    (" ~", "~"),
    (" null", "null"),
    (" 1.50", "1.50"),
    (" +.inf", "+.inf"),
    (" <<", "<<"),
    (" [z1, z2]", "[z1, z2]"),
    (" {a: 1}", "{a: 1}"),
    (' [ "z1",  z2 ]', '[ "z1",  z2 ]'),
    ("", ""),
    (" ", ""),
    (' ""', ""),
    (" |", ""),
    (" z1,\n    z2,\n      z3", "z1,\nz2,\n  z3"),
    ("\n    z1,\n    z2", "z1,\nz2"),
    (" [z1,\n    z2]", "[z1,\nz2]"),
    ("\n    - z1\n    - z2", "- z1\n- z2"),
    ("\n  - z1\n  - z2", "- z1\n- z2"),
    ("\n    z1.grad: 32\n    x.grad: 4", "z1.grad: 32\nx.grad: 4"),
    ("\n    def f():\n      return 1", "def f():\n  return 1"),
    (" |\n    z1\n    z2", "z1\nz2\n"),
    (" |-\n    z1: 2 # kept", "z1: 2 # kept"),
    (" >-\n    one\n    two", "one two"),
    (" 'it''s'", "it's"),
    (' "a\\tb"', "a\tb"),
    (" z1 == 32", "z1 == 32"),
    (" O(n²·é) 🎓 𝄞", "O(n²·é) 🎓 𝄞"),
    (" [é, 𝄞]", "[é, 𝄞]"),
    (" שלום 32", "שלום 32"),
    (" ! 3", "3"),
    (" a\u2028b\x85c", "a\u2028b\x85c"),
    (" |-\n    a\u2028b\x85c\n    d", "a\u2028b\x85c\nd"),
)


@pytest.mark.parametrize(("written", "expected"), WRITTEN)
def test_a_response_is_the_text_that_was_written(written: str, expected: str) -> None:
    assert expected == response(written)


@pytest.mark.parametrize(("written", "expected"), WRITTEN)
def test_both_parsers_agree_on_the_text(written: str, expected: str) -> None:
    text = f"é𝄞: 1\nr:\n  1.a:{written}\n"

    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        root = read_yaml_tree(text, loader=loader)
        assert root.members is not None
        inner = root.members[1].value.members
        assert inner is not None
        assert expected == inner[0].value.text


@given(st.text("az1é𝄞 \n:#-[]{}|>'\"&*!%,?~\\\t", max_size=60))
def test_both_parsers_give_the_same_tree_or_both_refuse(body: str) -> None:
    trees = []
    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        try:
            trees.append(repr(read_yaml_tree(f"é: 1\n{body}", loader=loader)))
        except FormProblem:
            trees.append("refused")

    # A tab between tokens is where libyaml is more forgiving; a tree is never read in two ways.
    assert "refused" in trees or trees[0] == trees[1]


def test_keys_are_text_too() -> None:
    submission = read_yaml(f"{HEAD}  1.10: a\n  1.1: b\n  no: c\n")

    assert {"1.10": "a", "1.1": "b", "no": "c"} == dict(submission.responses)


def test_responses_nested_by_slot_are_flattened() -> None:
    submission = read_yaml(f"{HEAD}  1:\n    order: z1, z2\n    trace: |-\n      a\n  '2': {{x: 32}}\n")

    assert {"1.order": "z1, z2", "1.trace": "a", "2.x": "32"} == dict(submission.responses)


def test_a_comment_after_a_bare_answer_is_not_read_and_a_warning_says_so() -> None:
    submission = read_yaml(f"{HEAD}  1.a: 32 # comment\n")

    assert "32" == submission.responses["1.a"]
    assert (
        'Line 4: the words after "#" at "1.a" are a comment and were not read. '
        "If they belong to the answer, put the answer in quotes.",
    ) == submission.warnings


def test_comment_lines_between_answers_are_no_reason_to_warn() -> None:
    submission = read_yaml(f"{HEAD}  # note\n  1.a:\n  # another\n  1.b: [1]\n  # end\n")

    assert ({"1.a": "", "1.b": "[1]"}, ()) == (dict(submission.responses), submission.warnings)


def test_a_backslash_lost_in_double_quotes_is_reported() -> None:
    submission = read_yaml(f'{HEAD}  1.a: "\\frac12"\n')

    assert (
        'A backslash in the answer to "1.a" was read as an escape. '
        "In double quotes a backslash is written twice.",
    ) == submission.warnings


def test_an_empty_responses_key_is_a_blank_submission() -> None:
    assert {} == dict(read_yaml(HEAD).responses)


def test_document_marks_around_one_form_are_fine() -> None:
    assert {"1.a": "x"} == dict(read_yaml(f"---\n{HEAD}  1.a: x\n...\n").responses)


def test_an_alias_bomb_is_refused_before_it_is_built() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(20))
    outcome = read_bytes((HEAD + "  1.a: x\n" + bomb).encode(), source="a.yaml")

    assert isinstance(outcome, Refusal)
    assert (5, 4) == (outcome.line, outcome.column)
