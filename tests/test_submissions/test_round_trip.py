"""The law of both writers: what is written reads back as exactly the same text."""

import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from submissions import (
    Submission,
    SubmissionsError,
    UnwritableForm,
    read_bytes,
    write_json_form,
    write_yaml_form,
)
from submissions.formats.yaml_form import read_yaml_tree

Writer = Callable[[str, Mapping[str, str]], str]
WRITERS = [(write_json_form, "a.json"), (write_yaml_form, "a.yaml"), (write_json_form, "a.yaml")]

ODD_PIECES = [
    "\n",
    "\t",
    "\r",
    "\x00",
    "\x7f",
    "\x85",
    "\xa0",
    "\u2028",
    "\u2029",
    "\u202e",
    "\ufeff",
    "\ufffe",
    "\ue000",
    "\\",
]
YAML_PIECES = [
    "---",
    "...",
    "#",
    ": ",
    "- ",
    " ",
    "  ",
    "|",
    "'",
    '"',
    "?",
    "[",
    "{",
    "&",
    "*",
    "!",
    "%",
    "z1",
    "é",
    "🎓",
]
awkward = st.lists(st.sampled_from(ODD_PIECES + YAML_PIECES), max_size=12).map("".join)
forms = st.dictionaries(st.text() | awkward, st.text() | awkward, max_size=6)


@pytest.mark.parametrize(("write", "source"), WRITERS)
@given(responses=forms)
@example(responses={})
@example(responses={"": "", "1.a": "\n\n a \n", "---": "---\na: b\n...", "k" * 3_000: "v"})
def test_any_text_reads_back_as_written(write: Writer, source: str, responses: dict[str, str]) -> None:
    outcome = read_bytes(write("K7QF-2MXP", responses).encode(), source=source)

    assert isinstance(outcome, Submission), str(outcome)
    assert ("K7QF-2MXP", responses) == (outcome.paper, dict(outcome.responses))


@given(forms)
def test_written_yaml_means_the_same_to_both_parsers(responses: dict[str, str]) -> None:
    form = write_yaml_form("K", responses)

    slow, fast = (read_yaml_tree(form, loader=loader) for loader in (yaml.SafeLoader, None))
    assert slow == fast


@given(st.lists(st.text() | awkward, max_size=6))
def test_written_yaml_means_the_same_to_any_yaml_reader(values: list[str]) -> None:
    responses = {f"1.{n}x": value for n, value in enumerate(values)}

    # PyYAML's own constructor as the second witness: written responses are strings to it as well.
    assert responses == yaml.safe_load(write_yaml_form("K", responses))["responses"]


@pytest.mark.parametrize(("write", "source"), WRITERS)
@given(paper=st.text(max_size=50))
def test_any_paper_id_reads_back_without_outer_spaces(write: Writer, source: str, paper: str) -> None:
    outcome = read_bytes(write(paper, {"1.a": ""}).encode(), source=source)

    assert isinstance(outcome, Submission), str(outcome)
    assert paper.strip() == outcome.paper


@pytest.mark.parametrize(("write", "source"), WRITERS)
def test_half_a_surrogate_pair_is_written_as_the_replacement_character(write: Writer, source: str) -> None:
    outcome = read_bytes(write("K", {"1.a": "x\ud800\udfffy\udc00"}).encode(), source=source)

    # A high and a low half side by side are one character.
    assert isinstance(outcome, Submission)
    assert {"1.a": "x\U000103ffy\ufffd"} == dict(outcome.responses)


def test_a_trace_is_written_as_lines_a_person_can_read() -> None:
    form = write_yaml_form("K", {"1.trace": 'z1: "4"\n\nx.grad = 32', "1.x_grad": "32"})

    assert (
        'format: chainrule-answers/1\npaper: "K"\nresponses:\n'
        '  1.trace: |-\n    z1: "4"\n\n    x.grad = 32\n  1.x_grad: "32"\n'
    ) == form


@pytest.mark.parametrize("write", [write_json_form, write_yaml_form])
@pytest.mark.parametrize(
    ("responses", "words"),
    [
        ({str(n): "" for n in range(501)}, "501 responses; a form holds at most 500."),
        ({"1.a": "x" * 20_001}, "the response to '1.a' has 20001 characters; at most 20000 are read."),
        ({str(n): "é" * 20_000 for n in range(30)}, "at most 1000000 are read."),
    ],
)
def test_no_form_is_written_that_would_be_refused(
    write: Writer, responses: dict[str, str], words: str
) -> None:
    with pytest.raises(UnwritableForm, match=words) as caught:
        write("K", responses)

    assert isinstance(caught.value, SubmissionsError)


def test_reading_json_does_not_load_yaml() -> None:
    program = (
        "import sys, submissions\n"
        "submissions.read_bytes(submissions.write_json_form('K', {'1.a': 'x'}).encode(), source='a.json')\n"
        "submissions.write_yaml_form('K', {'1.a': 'x'})\n"
        "print('yaml' in sys.modules)"
    )

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "False\n" == run.stdout
