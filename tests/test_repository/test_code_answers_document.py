"""docs/code-answers.md: its commands run on its own exam, its program earns all points, its table is what is said."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from chainrule.__main__ import cli
from chainrule.exam_folder import ExamFolder
from chainrule.grading.graded import open_run
from grader.code.printed_examples import function_asked
from grader.reading.code import ALWAYS_ALLOWED, read_code
from grader.reading.unreadable import Unreadable
from grader.sandbox import LEVELS
from submissions import Submission, read_bytes

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "code-answers.md").read_text(encoding="utf-8")
PAPER, FUNCTION = "K7QF-2MXP", "adjoint"
PREFIX = "$ python3 run.py chainrule "
(EXAM,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
(FILE,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
REFUSED = re.findall(r"^\| `(.*?)` \| ([A-Z].*?) \|$", TEXT, re.MULTILINE)


def steps() -> dict[str, str]:
    """Each command of the page, with the lines that are shown below it."""
    blocks = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    commands = (one for block in blocks for one in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:])
    return {line.removeprefix(PREFIX): shown for line, _, shown in (command.partition("\n") for command in commands)}


def as_pattern(shown: str) -> str:
    """What an output must match: `...` stands for a part of a line, or for any lines."""
    lines = (
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in shown.splitlines()
    )
    return "".join(lines)


@pytest.fixture(scope="module")
def typed_along(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with all that the page's commands made, and what each of them showed, for the page's own paper."""
    place = tmp_path_factory.mktemp("programs")
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    (place / "roster.csv").write_text("id,name,email\ns1,Ada,ada@example.edu\n", encoding="utf-8")
    (place / "submissions").mkdir()
    shown = {}
    with pytest.MonkeyPatch.context() as here:
        here.chdir(place)
        for words in sorted(steps(), key=order):
            shown[words] = typed(words, place)
    return place, shown


def order(words: str) -> int:
    return ["exam", "check", "grade"].index(words.split()[0])


def typed(words: str, place: Path) -> str:
    """What a command shows; names of the paper at hand and of its function are those of the page's."""
    names = {}
    if words.startswith("check"):
        names = hand_in(place)
    paper = names.get(PAPER, "")
    jobs = ["--jobs", "1"] if words.startswith("grade") else []
    done = CliRunner().invoke(cli, [*shlex.split(words.replace(PAPER, paper)), *jobs])
    assert 0 == done.exit_code, done.output
    return done.output.replace(paper, PAPER) if paper else done.output


def hand_in(place: Path) -> dict[str, str]:
    """The page's file, for the paper that was drawn, beside its notebook and among what was handed in."""
    folder = ExamFolder(place / "exam")
    (paper,) = folder.read_papers().values()
    asked = function_asked(paper.items[0].question.fields[0].prompt)
    text = FILE.replace(PAPER, paper.id).replace(f"def {FUNCTION}(", f"def {asked}(")
    for file in (place / f"{paper.id}.py", place / "submissions" / "s1.py"):
        file.write_text(text, encoding="utf-8")
    (place / f"{paper.id}.ipynb").write_bytes(folder.notebook(paper.id).read_bytes())
    return {PAPER: paper.id}


def test_every_command_shows_what_the_page_shows(typed_along: tuple[Path, dict[str, str]]) -> None:
    shown = typed_along[1]

    assert {"exam", "check", "grade"} == {words.split()[0] for words in shown}
    assert [] == [words for words, below in steps().items() if not re.search(as_pattern(below), shown[words])]


def test_the_program_of_the_page_earns_all_points_of_its_question(typed_along: tuple[Path, dict[str, str]]) -> None:
    (grade,) = open_run(typed_along[0] / "results").result.grades.values()

    assert ["right", "blank"] == [one.verdict.outcome for one in grade.fields]
    assert [6, 0] == [one.points for one in grade.fields]
    assert "sandbox" in dict(grade.produced_by or {})


@pytest.mark.parametrize(("program", "said"), REFUSED)
def test_what_is_refused_is_told_as_the_table_says(program: str, said: str) -> None:
    found = read_code(program.replace(" ↵ ", "\n"), function="f")

    assert isinstance(found, Unreadable)
    assert said == found.reason


def test_the_dictionary_of_the_page_is_read_beside_its_programs() -> None:
    (written,) = re.findall(r"^    ANSWERS = \{.*?^    \}\n", TEXT, re.DOTALL | re.MULTILINE)
    found = read_bytes(f"{FILE}\n{dedent(written)}".encode(), source="K7QF-2MXP.py")

    assert isinstance(found, Submission)
    assert {"3.trace": "z2.grad = 8\nz1.grad = 32", "3.x_grad": "1/4"} == {
        name: text for name, text in found.responses.items() if name.startswith("3.")
    }
    assert "ANSWERS" not in found.responses["1.gradient"]


def test_the_table_of_refusals_was_found() -> None:
    assert 5 == len(REFUSED)


def test_every_module_and_level_that_there_is_is_named() -> None:
    named = set(re.findall(r"`([\w-]+)`", TEXT))

    assert set() == {*ALWAYS_ALLOWED, *LEVELS} - named - {"__future__", "numpy"}
