"""Python files as forms: written blank, filled in by whoever, read back as it was written."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions import Refusal, Submission, read_bytes, write_python_form

PAPER = "K7QF-2MXP"
ASKED = [("3.gradient", "The function `g(x)`:\nin NumPy."), ("4.order", "Sort.")]
FORM = write_python_form(PAPER, ASKED, title="Final.")
LINES = [f"# Paper {PAPER}, answer {name}: write below this line" for name in ("3.gradient", "4.order")]


def read(text: str) -> Submission | Refusal:
    return read_bytes(text.encode(), source="answers.py")


def filled(*programs: str) -> str:
    text = FORM
    for line, program in zip(LINES, programs, strict=True):
        text = text.replace(line, f"{line}\n{program}")
    return text


def test_a_blank_form_is_a_program_that_does_nothing_and_holds_blank_answers() -> None:
    found = read(FORM)

    assert [] == ast.parse(FORM).body
    assert isinstance(found, Submission)
    assert (PAPER, {"3.gradient": "", "4.order": ""}, ()) == (found.paper, dict(found.responses), found.warnings)


def test_each_function_is_read_where_it_stands_with_its_helpers_and_comments() -> None:
    first = "import math\n\ndef half(x):\n    return x / 2  # a comment\n\ndef g(x):\n    # another\n    return half(x)"
    found = read(filled(first, "def sort(a):\n    return sorted(a)"))

    assert isinstance(found, Submission)
    assert {"3.gradient": first, "4.order": "def sort(a):\n    return sorted(a)"} == dict(found.responses)


def test_what_stands_on_top_of_the_file_belongs_to_every_answer_that_was_written() -> None:
    found = read("import numpy as np\n" + filled("def g(x): return np.abs(x)", ""))

    assert isinstance(found, Submission)
    assert found.responses["3.gradient"].startswith("import numpy as np\n# Final.")
    assert found.responses["3.gradient"].endswith("\n\ndef g(x): return np.abs(x)")
    assert found.responses["4.order"] == ""
    assert "a part of every answer" in found.warnings[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def g(x): return x\n", "has no line such as `# Paper"),
        (FORM + FORM.replace(PAPER, "AAAA-AAAA"), 'answers of papers "AAAA-AAAA" and "K7QF-2MXP"'),
        (filled("def g(x): return 1", "") + filled("def g(x): return 2", ""), '"3.gradient" is answered twice'),
    ],
)
def test_what_can_not_be_told_apart_is_refused(text: str, reason: str) -> None:
    found = read(text)

    assert isinstance(found, Refusal)
    assert reason in str(found)


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.just("\n"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(read(filled(text, "")), Submission | Refusal)
    assert isinstance(read(text), Submission | Refusal)
