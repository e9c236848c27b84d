"""The command line: exit codes, messages, quick help, and the demo as a user runs it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


def chainrule(*words: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as users do: isolated from the folder they stand in."""
    command = [sys.executable, "-I", "-m", "chainrule", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=at, check=False)


@pytest.mark.parametrize("words", [["--help"], ["exam", "build", "--help"], ["grade", "-h"], ["bank", "list", "-h"]])
def test_every_verb_explains_itself(words: list[str]) -> None:
    ran = chainrule(*words)

    assert 0 == ran.returncode
    assert "Usage: chainrule" in ran.stdout


def test_help_loads_none_of_our_packages_and_nothing_heavy() -> None:
    program = (
        "import sys\nfrom chainrule.__main__ import cli\n"
        "try: cli(['--help'], prog_name='chainrule')\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'jinja2', 'pydantic', 'yaml', 'engine', 'grader', 'question_templates'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "loaded: []" in ran.stdout


def test_a_usage_mistake_is_exit_code_2() -> None:
    ran = chainrule("grade")

    assert 2 == ran.returncode
    assert "Missing argument" in ran.stderr


def test_refused_input_is_exit_code_1_with_file_and_line(tmp_path: Path) -> None:
    exam = "format: chainrule-exam/1\ntitle: T\nslots:\n  - {points: 3}\n"
    (tmp_path / "exam.yaml").write_text(exam, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("id,name\n1,A\n", encoding="utf-8")
    ran = chainrule("exam", "build", "exam.yaml", "--roster", "roster.csv", "--out", "out", at=tmp_path)

    assert 1 == ran.returncode
    assert "exam.yaml:4:" in ran.stderr
    assert "a slot has one of `family`, `topic` and `choose_from`" in ran.stderr


def test_a_fault_of_ours_is_exit_code_3_and_says_so() -> None:
    program = (
        "import chainrule.__main__ as face\n"
        "def broken(**_): raise RuntimeError('boom')\n"
        "face.cli.commands['demo'].callback = broken\n"
        "import sys; sys.argv = ['chainrule', 'demo']\nface.main()"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert 3 == ran.returncode
    assert "This is our fault" in ran.stderr


def test_bank_list_names_every_family() -> None:
    ran = chainrule("bank", "list")

    assert 0 == ran.returncode
    assert "graph/power-chain" in ran.stdout
    assert "graph/rnn-cell" in ran.stdout


def test_the_demo_runs_twice_in_the_same_folder_and_ends_with_the_page_for_staff(tmp_path: Path) -> None:
    chainrule("demo", "--out", "here", at=tmp_path)
    ran = chainrule("demo", "--out", "here", at=tmp_path)

    assert 0 == ran.returncode, ran.stderr
    index = Path(ran.stdout.strip().splitlines()[-1])
    assert index.name == "index.html"
    assert index.is_file()
    links = re.findall(r'href="([^"#]+)"', index.read_text(encoding="utf-8"))
    assert len(links) > 24 * 3
    assert not [link for link in links if not (index.parent / link).exists()]


def test_the_demo_shows_every_kind_of_outcome(tmp_path: Path) -> None:
    chainrule("demo", "--out", "here", at=tmp_path)

    grades = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "here/results/grades").iterdir())
    for outcome in ("right", "follows", "partly", "wrong", "unreadable", "blank"):
        assert f'"outcome": "{outcome}"' in grades, outcome


def test_the_demo_never_deletes_a_folder_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work", encoding="utf-8")
    ran = chainrule("demo", "--out", "mine", at=tmp_path)

    assert 1 == ran.returncode
    assert "choose another --out" in ran.stderr
    assert (tmp_path / "mine" / "thesis.tex").exists()


def test_check_says_what_a_form_holds_and_nothing_about_right_or_wrong(tmp_path: Path) -> None:
    form = '{"format": "chainrule-answers/1", "paper": "ABCD-2345", "responses": {"1.trace": "a\\nb", "1.x_grad": ""}}'
    (tmp_path / "answers.json").write_text(form, encoding="utf-8")
    ran = chainrule("check", "answers.json", at=tmp_path)

    assert 0 == ran.returncode, ran.stderr
    assert "Paper ABCD-2345, 1 answer:" in ran.stdout
    assert "(and 1 more line)" in ran.stdout
    assert "Blank: 1.x_grad" in ran.stdout


def test_check_refuses_a_broken_form_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text('{"format": ', encoding="utf-8")
    ran = chainrule("check", "answers.json", at=tmp_path)

    assert 1 == ran.returncode
    assert "answers.json:1:" in ran.stderr
