"""Programs on their way from a file to a grade: the same points in every form and any number of processes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import grader.sandbox
from chainrule.building import build_exam
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.grading.graded import open_run
from chainrule.grading.run import grade_exam
from chainrule.programs import run_programs
from chainrule.wording import answer_text
from grader import grade
from grader.code.sandboxes import judging_in
from grader.grade import Grade
from grader.sandbox import SandboxTooWeak
from question_templates.answers import Code
from question_templates.paper import Paper
from question_templates.solving import solve_item
from submissions import Submission, read_bytes, write_json_form, write_yaml_form
from submissions.formats.notebook_marks import answer_line

EXAM = """\
format: chainrule-exam/1
title: Programs
slots:
  - {family: code/topological-sort, level: 1, points: 4}
  - {family: code/broadcast-adjoint, level: 1, points: 6}
"""
SORT, ADJOINT = "1.order", "2.gradient"
Programs = Mapping[str, str]


class NoSandbox:
    """Stands where a sandbox would, and is not to be asked."""

    def run(self, program: Any, calls: Any, *, limits: Any) -> Any:
        raise AssertionError(f"a program was run: {program}")


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    """An exam of two programs for four students."""
    place = tmp_path_factory.mktemp("programs")
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    students = "".join(f"s{n},Student {n},s{n}@example.edu\n" for n in range(4))
    (place / "roster.csv").write_text("id,name,email\n" + students, encoding="utf-8")
    secret = hashlib.sha256(b"handed in").digest()
    return build_exam(place / "exam.yaml", place / "roster.csv", place / "exam", secret=secret)


@pytest.fixture
def paper(sat: ExamFolder) -> Paper:
    return sat.read_paper(sat.read_assignments()[0].paper)


def key_programs(paper: Paper, sat: ExamFolder) -> dict[str, str]:
    keys = [solve_item(item, sat.read_families()) for item in paper.items]
    answers = [answer for key in keys for answer in key.answers.values()]
    return dict(zip(paper.field_ids(), map(answer_text, answers), strict=True))


def with_a_mistake(programs: Programs) -> dict[str, str]:
    """The sort right, the gradient handed back in the shape in which it came."""
    line = next(line for line in programs[ADJOINT].splitlines() if line.startswith("def "))
    return {**programs, ADJOINT: f"{line}\n    return {line.split('(')[1].split(',')[0]}\n"}


def python_file(sat: ExamFolder, paper: Paper, programs: Programs, *, above: str = "") -> str:
    """The file that the student got, filled in."""
    text = sat.program(paper.id).read_text(encoding="utf-8")
    for name, program in programs.items():
        line = answer_line(paper.id, name)
        assert line in text
        text = text.replace(line, f"{line}\n{program}")
    return above + text


def notebook(sat: ExamFolder, paper: Paper, programs: Programs) -> str:
    """The notebook that the student got, filled in."""
    stored = json.loads(sat.notebook(paper.id).read_text(encoding="utf-8"))
    for cell in stored["cells"]:
        name = cell["metadata"].get("chainrule", {}).get("field", "")
        if name in programs and cell["cell_type"] == "code":
            cell["source"] = f"{answer_line(paper.id, name)}\n{programs[name]}"
    return json.dumps(stored)


def graded(sat: ExamFolder, paper: Paper, text: str, *, source: str = "answers.json") -> Grade:
    read = read_bytes(text.encode(), source=source)
    assert isinstance(read, Submission), read
    return grade(paper, read, sat.read_families())


def content(out: Path) -> dict[str, bytes]:
    """Every file of some results but the journal."""
    files = [file for file in out.rglob("*") if file.is_file() and "journal" not in file.name]
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in files}


def judged(found: Grade) -> list[tuple[str, Fraction | None, str, str]]:
    """What counts of a grade: fields, points, and what is told."""
    return [(one.id, one.points, one.verdict.reason, one.verdict.counterexample) for one in found.fields]


def test_a_program_is_worth_the_same_in_every_form(sat: ExamFolder, paper: Paper) -> None:
    programs = with_a_mistake(key_programs(paper, sat))
    forms = {
        "json": write_json_form(paper.id, programs),
        "yaml": write_yaml_form(paper.id, programs),
        "ipynb": notebook(sat, paper, programs),
        "py": python_file(sat, paper, programs),
    }
    found = {name: judged(graded(sat, paper, text, source=f"answers.{name}")) for name, text in forms.items()}

    assert [SORT, ADJOINT] == [field for field, *_ in found["json"]]
    assert [4, True] == [found["json"][0][1], (found["json"][1][1] or 0) < 6]
    assert " returned `np.array(" in found["json"][1][3]
    assert dict.fromkeys(forms, found["json"]) == found


def test_imports_and_helpers_on_top_of_a_python_file_serve_every_program_of_it(sat: ExamFolder, paper: Paper) -> None:
    programs = {name: text.replace("import numpy as np\n", "") for name, text in key_programs(paper, sat).items()}
    sort = next(line for line in programs[SORT].splitlines() if line.startswith("def "))
    called = sort.removeprefix("def ").removesuffix(":")
    helper = programs[SORT].replace(called.split("(")[0], "helper")
    by_helper = {**programs, SORT: f"{sort}\n    return helper({called.split('(')[1]}\n"}
    above = f"import numpy as np\n\n{helper}\n"

    with_top, without = (
        graded(sat, paper, python_file(sat, paper, by_helper, above=top), source="answers.py") for top in (above, "")
    )

    assert [4, 6] == [one.points for one in with_top.fields]
    assert [0, 6] == [one.points for one in without.fields]


def test_a_helper_below_one_answer_is_not_there_for_the_next(sat: ExamFolder, paper: Paper) -> None:
    programs = key_programs(paper, sat)
    line = next(line for line in programs[ADJOINT].splitlines() if line.startswith("def "))
    borrowed = f"{line}\n    return helper({line.split('(')[1].removesuffix(':')}\n"
    written = {SORT: f"{programs[SORT]}\ndef helper(*arguments):\n    return arguments[0]\n", ADJOINT: borrowed}
    found = graded(sat, paper, python_file(sat, paper, written), source="answers.py")

    assert [4, 0] == [one.points for one in found.fields]
    assert "NameError: name 'helper' is not defined" in found.fields[1].verdict.counterexample


def test_the_level_of_the_sandbox_stands_in_a_grade_with_programs(sat: ExamFolder, paper: Paper) -> None:
    programs = key_programs(paper, sat)
    produced = graded(sat, paper, write_json_form(paper.id, programs)).produced_by

    assert dict(produced or {})["sandbox"].split()[0] in grader.sandbox.LEVELS


@pytest.mark.parametrize("blank", ["", " \n\t\n"])
def test_blank_answers_need_no_sandbox(sat: ExamFolder, paper: Paper, blank: str) -> None:
    with judging_in(NoSandbox()):
        found = graded(sat, paper, write_json_form(paper.id, dict.fromkeys(paper.field_ids(), blank)))

    assert ["blank", "blank"] == [one.verdict.outcome for one in found.fields]
    assert () == found.faults
    assert "sandbox" not in dict(found.produced_by or {})


def test_what_can_not_be_read_as_a_program_is_never_run(sat: ExamFolder, paper: Paper) -> None:
    refused = "import os\ndef f(x):\n    return os.environ"
    with judging_in(NoSandbox()):
        found = graded(sat, paper, write_json_form(paper.id, dict.fromkeys(paper.field_ids(), refused)))

    assert ["unreadable", "unreadable"] == [one.verdict.outcome for one in found.fields]
    assert all("Line 1 imports `os`" in one.verdict.reason for one in found.fields)


def test_two_processes_grade_a_class_as_one_does(sat: ExamFolder, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    for number, row in enumerate(sat.read_assignments()):
        paper = sat.read_paper(row.paper)
        programs = key_programs(paper, sat)
        text = python_file(sat, paper, with_a_mistake(programs) if number % 2 else programs)
        (answers / f"{row.id}.py").write_text(text, encoding="utf-8")
    for jobs in (0, 2):
        grade_exam(sat, answers, tmp_path / f"of-{jobs}", jobs=jobs, sandbox="practice")
    alone, shared = (content(tmp_path / f"of-{jobs}") for jobs in (0, 2))
    points = [one.points for one in open_run(tmp_path / "of-2").result.grades.values()]

    assert 4 == len(points)
    assert 2 == points.count(Fraction(10))
    assert alone == shared


def test_an_exam_that_demands_more_than_there_is_is_refused_before_a_program_is_run(
    sat: ExamFolder, paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_less(*, minimum: str) -> grader.sandbox.Sandbox:
        return opened(minimum=minimum, without=["landlock", "empty root", "system calls"])

    opened = grader.sandbox.open_sandbox
    monkeypatch.setattr(grader.sandbox, "open_sandbox", with_less)
    (tmp_path / "a.json").write_text(write_json_form(paper.id, key_programs(paper, sat)), encoding="utf-8")
    with pytest.raises(RefusedInput) as refusal:
        grade_exam(sat, tmp_path / "a.json", tmp_path / "out", sandbox="container", jobs=0)

    assert "'container' is demanded; missing: " in str(refusal.value)
    assert "Grade on another machine, or say --sandbox practice" in str(refusal.value)
    assert isinstance(refusal.value.__cause__, SandboxTooWeak)
    assert not (tmp_path / "out" / "gradebook.csv").exists()


def test_the_weakest_level_that_is_allowed_is_enough(sat: ExamFolder, paper: Paper) -> None:
    answer = solve_item(paper.items[0], sat.read_families()).answers["order"]
    assert isinstance(answer, Code)
    with run_programs("practice"):
        found = graded(sat, paper, write_json_form(paper.id, {SORT: answer.program}))

    assert 4 == found.fields[0].points
