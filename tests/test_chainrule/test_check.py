"""`chainrule check`: what it says of programs and of fields, with the paper's notebook beside the form and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.__main__ import cli
from submissions import NotebookText, write_json_form, write_notebook

PAPER = "K7QF-2MXP"
QUESTION = """Doubles.

```python
>>> double(2)
4
```
"""
HEAD = "# Midterm. The questions are on the page.\n# 1.double: a function.\n\n"
OTHERS = 'ANSWERS = {"2.order": "x, y"}\n'


def marked(field: str, program: str) -> str:
    return f"# Paper {PAPER}, answer {field}: write below this line\n{program}\n\n"


def check(form: Path) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["check", str(form)])
    return done.exit_code, done.output


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    return tmp_path / f"{PAPER}.py"


@pytest.fixture
def beside_its_notebook(alone: Path) -> Path:
    texts = [
        NotebookText(QUESTION),
        NotebookText("The function `double(x)`.", field="1.double"),
        NotebookText("Which order?", field="2.order"),
    ]
    alone.with_suffix(".ipynb").write_text(write_notebook(PAPER, texts), encoding="utf-8")
    return alone


def test_a_program_that_python_can_not_parse_is_told_with_its_line_without_a_notebook(alone: Path) -> None:
    alone.write_text(marked("1.double", "def double(x)\n    return 2 * x"), encoding="utf-8")
    code, told = check(alone)

    assert 1 == code
    assert told.startswith(f"{PAPER}.py can be read, but 1 program in it can't be. Paper {PAPER}, 1 answer:\n")
    assert "1.double can't be read: Line 1, `def double(x)`, can't be read as Python: expected ':'." in told


@pytest.mark.parametrize("program", ["def double(x)\n    return 2 * x", "two times x", "import os\ndouble = os.sep"])
def test_with_a_notebook_it_is_told_as_well(beside_its_notebook: Path, program: str) -> None:
    beside_its_notebook.write_text(marked("1.double", program) + OTHERS, encoding="utf-8")
    code, told = check(beside_its_notebook)

    assert 1 == code
    assert "can be read, but 1 program in it can't be." in told
    assert "1.double can't be read: Line 1" in told


@pytest.mark.parametrize(
    ("program", "n_broken"),
    [("two times x", 1), ("double = lambda x: 2 * x", 0), ("# later", 0), ("import os\ndef double(x): os.abort()", 1)],
)
def test_what_is_no_function_is_told_only_where_it_is_no_python(alone: Path, program: str, n_broken: int) -> None:
    alone.write_text(marked("1.double", program), encoding="utf-8")

    assert n_broken == check(alone)[0]


def test_a_program_is_shown_by_its_function_and_by_how_many_lines_it_has(beside_its_notebook: Path) -> None:
    program = "def half(x):\n    return x / 2\n\ndef double(x):\n    # twice\n    return x + x"
    beside_its_notebook.write_text(f"import math\n{HEAD}{marked('1.double', program)}{OTHERS}", encoding="utf-8")
    expected = [
        f"{PAPER}.py can be read. Paper {PAPER}, 2 answers:",
        "  1.double  def double(x):   (and 4 more lines)",
        "  2.order   x, y",
        "Note: What stands above the first answer was read as a part of every answer.",
        "1.double: the example double(2) gives 4, as printed.",
    ]

    assert expected == check(beside_its_notebook)[1].splitlines()


def test_without_its_question_a_program_is_shown_by_its_first_function(alone: Path) -> None:
    program = "class A:\n    def a(self): ...\ndef double(x):\n  return 2"
    alone.write_text(HEAD + marked("1.double", program), encoding="utf-8")

    assert "  1.double  def double(x):   (and 3 more lines)" == check(alone)[1].splitlines()[1]


def test_one_more_line_is_one_line(alone: Path) -> None:
    alone.write_text(marked("1.double", "def double(x):\n    return 2 * x"), encoding="utf-8")

    assert "(and 1 more line)" in check(alone)[1]


def test_fields_that_are_blank_or_absent_and_names_that_the_paper_does_not_have_are_told(
    beside_its_notebook: Path,
) -> None:
    text = marked("1.doubel", "def double(x): return 2") + marked("2.order", "")
    beside_its_notebook.write_text(text, encoding="utf-8")
    form = beside_its_notebook.with_name("answers.json")
    form.write_text(write_json_form(PAPER, {"2.ordre": "x, y"}), encoding="utf-8")
    program, other = check(beside_its_notebook), check(form)

    assert (0, 0) == (program[0], other[0])
    assert ["Blank: 2.order", "Not in this file: 1.double"] == program[1].splitlines()[2:4]
    assert "The paper has no field 1.doubel; perhaps 1.double was meant." in program[1]
    assert "Not in this file: 1.double, 2.order" in other[1]
    assert "The paper has no field 2.ordre; perhaps 2.order was meant." in other[1]


def test_what_stops_an_example_is_said_in_a_sentence(beside_its_notebook: Path) -> None:
    beside_its_notebook.write_text(marked("1.double", "def double(x):\n    return x / 0") + OTHERS, encoding="utf-8")
    code, told = check(beside_its_notebook)

    assert 0 == code
    assert "the example double(2) gives nothing: " in told
    assert told.rstrip().endswith("; the paper prints 4.")


def test_an_answer_in_the_dictionary_that_is_no_text_is_told(beside_its_notebook: Path) -> None:
    program = marked("1.double", "def double(x): return 2 * x")
    beside_its_notebook.write_text(f"{program}ANSWERS = {{'2.order': [x, y]}}\n", encoding="utf-8")
    told = check(beside_its_notebook)[1]

    assert "the answer to \"2.order\" in ANSWERS is not plain text in quotes" in told
    assert "as printed" in told
    assert "Paper K7QF-2MXP, 1 answer:" in told
    assert "no field" not in told
