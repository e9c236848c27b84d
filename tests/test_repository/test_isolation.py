"""Names such as `engine` are common: files of that name in the user's folder are never taken for ours."""

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

CONSOLE_SCRIPT = Path(sys.executable).with_name("chainrule.exe" if os.name == "nt" else "chainrule")
HOSTILE = "open('was-imported', 'a').write(__name__ + ' '); raise SystemExit('a stranger was imported')"
STRANGERS = ("engine", "grader", "submissions", "question_templates", "chainrule", "yaml", "numpy", "random")


@pytest.fixture
def hostile_folder(tmp_path):
    """A folder full of Python files that must not be imported."""
    for name in STRANGERS:
        (tmp_path / f"{name}.py").write_text(HOSTILE, encoding="utf-8")
    return tmp_path


def needs_installation() -> None:
    """Skip where the project is not installed into the Python that runs the tests."""
    try:
        metadata.distribution("chainrule")
    except metadata.PackageNotFoundError:
        pytest.skip("chainrule is not installed here; run.py installs it")


@pytest.mark.parametrize(
    "command",
    [[sys.executable, "-I", "-m", "chainrule"], [str(CONSOLE_SCRIPT)]],
    ids=["python -I -m chainrule", "the console script"],
)
@pytest.mark.parametrize("arguments", [["--help"], ["bank", "list"]], ids=" ".join)
def test_a_hostile_engine_in_the_users_folder_is_not_imported(hostile_folder, command, arguments):
    needs_installation()

    done = subprocess.run(
        [*command, *arguments], cwd=hostile_folder, capture_output=True, text=True, check=False
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert not (hostile_folder / "was-imported").exists()


def test_the_hostile_files_do_harm_where_nothing_isolates(hostile_folder):
    command = [sys.executable, "-c", "import engine"]
    subprocess.run(command, cwd=hostile_folder, capture_output=True, check=False)

    assert "engine " == (hostile_folder / "was-imported").read_text(encoding="utf-8")


def test_run_py_starts_every_python_isolated(hostile_folder, run_py, monkeypatch, capfd):
    monkeypatch.setenv("PYTHONPATH", str(hostile_folder))

    code = run_py.call(Path(sys.executable), "-c", "import random, os; print(os.environ.get('PYTHONPATH'))")

    assert (0, "None\n") == (code, capfd.readouterr().out)
