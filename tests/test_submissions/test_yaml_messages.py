"""Slips in YAML forms: each gets its place, what is wrong, and what to do, in our own words."""

import pytest
import yaml

from submissions import Refusal, read_bytes
from submissions.formats.form_value import FormProblem
from submissions.formats.yaml_form import read_yaml_tree

HEAD = "format: chainrule-answers/1\nresponses:\n"

# What stands after the two head lines -> the place, and words of the message that must be there.
SLIPS = (
    ("\t1.a: z1\n", "3:1", "a tab stands where spaces are needed. Replace the tab by spaces."),
    ("  1.a: |\n\tz1\n", "4:1", "a tab stands where spaces are needed."),
    (
        "  1.a: | z1, z2\n",
        "3:10",
        'text follows a "|" or ">" on the same line. Write the answer on the next line',
    ),
    ("  1.a: > z1\n", "3:10", 'text follows a "|" or ">" on the same line.'),
    ("  1.a: |x| + 1\n", "3:9", 'text follows a "|" or ">" on the same line.'),
    (
        "  1.a: x.grad: 32\n",
        "3:14",
        "a colon stands where none is expected. If it belongs to the answer, put",
    ),
    ("  1.a\n  1.b: 3\n", "4:6", "check that the name above it is followed by a colon and a space."),
    ("  1.a: |\n    a\n  z1, z2\n  1.b: 3\n", "5:3", "this line is neither a name with a colon nor indented"),
    ("  1.a: |\nz1 = 3\n", "4:1", "Put at least four spaces in front of every line of an answer."),
    ("  1.a: |\n      a\n    b\n", "5:5", "this text does not fit to the lines above it. Give all lines"),
    ('  1.a: "a" b\n', "3:12", "this text does not fit to the lines above it."),
    ("  1.a: [a, b\n", "3:8", "a bracket opened here is not closed, or a comma is missing. Close it"),
    ("  1.a: ]\n", "3:8", '"]" stands here without its opening bracket.'),
    ('  1.a: "abc\n', "3:8", "a quote opened here is never closed. Close it, or use the | block form."),
    ('  1.a: "\\d"\n', None, "a backslash inside double quotes starts an escape that does not exist."),
    ("  1.a: - 3\n", "3:8", 'an answer cannot start with "- ".'),
    ("  1.a: ? a\n", "3:8", 'an answer cannot start with "? ".'),
    ("  1.a: @x\n", "3:8", 'an answer cannot start with "@".'),
    ("  1.a: `x`\n", "3:8", 'an answer cannot start with "`".'),
    ("  1.a: *x + 1\n", "3:8", 'an answer cannot start with "*": YAML reads it as a reference.'),
    ("  1.a: &x 1\n", "3:8", 'an answer cannot start with "&": YAML reads it as a reference.'),
    ("  1.a: * 3\n", None, "an answer cannot start with * or &."),
    ("  1.a: !x 3\n", "3:8", 'an answer cannot start with "!": YAML reads it as a tag.'),
    ("  1.a: !!python/object/apply:os.system [ls]\n", "3:8", "YAML reads it as a tag."),
    ("  1.a: !<x\n", None, 'an answer cannot start with "!".'),
    ("  1.a: !e!x 3\n", None, 'an answer cannot start with "!".'),
    ("  1.a: a\n---\nb: c\n", "4:1", 'a second document starts here. Remove the line "---".'),
    ("  1.a: a\n...\nb: c\n", None, "this text stands outside the form."),
    ("  1.a: a\x0bb\n", "3:9", "the character U+000B cannot stand in a YAML file."),
    ("  [a]: b\n", "3:3", "a name should be plain text, not a list."),
    ("  1.a: x\n  1.a: y\n", "4:3", '"1.a" is given twice, first on line 3. Keep one of the two.'),
    ("  1.a: x\n  '1':\n    a: y\n", "5:5", '"1.a" is given twice, first on line 3.'),
    ("  1.a: x\nresponses:\n", "4:1", '"responses" is given twice, first on line 2.'),
    ("- a\n", "3:1", '"responses" does not hold named answers.'),
    (" just text\n", "3:2", '"responses" does not hold named answers.'),
    ("  1.a: " + "[" * 21 + "]" * 21 + "\n", "3:26", "lists are nested more than 20 deep."),
    ("  1.a: [" + "1," * 20_000 + "]\n", None, "the form has too many parts."),
)


@pytest.mark.parametrize(("body", "place", "words"), SLIPS)
def test_a_slip_is_named_with_its_place_and_advice(body: str, place: str | None, words: str) -> None:
    outcome = read_bytes((HEAD + body).encode(), source="answers.yaml")

    assert isinstance(outcome, Refusal)
    assert words in str(outcome)
    assert place is None or str(outcome).startswith(f"answers.yaml:{place}: ")


@pytest.mark.parametrize(("body", "place", "words"), SLIPS)
def test_the_slower_parser_leads_to_the_same_advice(body: str, place: str | None, words: str) -> None:
    try:
        read_yaml_tree(HEAD + body, loader=yaml.SafeLoader)
    except FormProblem as problem:
        assert words in f"{problem.message} {problem.advice}"


def test_the_parsers_own_words_and_file_names_are_not_shown() -> None:
    text = str(read_bytes(b"format: [", source="answers.yaml"))

    assert not any(words in text for words in ("<unicode string>", "<byte string>", "while parsing", "/"))


def test_places_are_right_after_text_of_other_scripts() -> None:
    outcome = read_bytes(f"{HEAD}  1.a: 𝄞é שלום\u2028x\n  1.b: ]\n".encode(), source="a.yaml")

    assert isinstance(outcome, Refusal)
    assert (4, 8) == (outcome.line, outcome.column)


@pytest.mark.parametrize("escape", ['"\\UFFFFFFFF"', '"\\ud800"'])
def test_absurd_escapes_are_refused_or_made_safe_by_both_parsers(escape: str) -> None:
    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        try:
            read_yaml_tree(f"a: {escape}\n", loader=loader)
        except FormProblem as problem:
            assert "YAML" in problem.message or "escape" in problem.message


def test_a_file_of_comments_is_refused() -> None:
    assert "a.yaml: the file holds comments only. Please hand in the form with its answers." == str(
        read_bytes(b"# nothing\n", source="a.yaml")
    )
