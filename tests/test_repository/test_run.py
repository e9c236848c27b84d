"""run.py: what it says when it cannot go on, when it sets up, and what it mends."""

import ast
import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """A place for an environment that no other test knows."""
    place = tmp_path / "environment"
    monkeypatch.setenv("CHAINRULE_VENV", str(place))
    return place


@pytest.fixture
def steps(run_py, monkeypatch):
    """The steps that set-up takes, in order; nothing is made but a file that stands for the new Python."""
    taken = []

    def make_venv(venv):
        taken.append("make")
        (venv / "pyvenv.cfg").touch()
        run_py.python_in(venv).parent.mkdir(parents=True, exist_ok=True)
        run_py.python_in(venv).touch()

    monkeypatch.setattr(run_py, "make_venv", make_venv)
    monkeypatch.setattr(run_py, "install", lambda venv, extras: taken.append(" ".join(["install", *extras])))
    return taken


def test_an_old_python_can_read_run_py_far_enough_to_refuse(repository):
    # 3.7 is as far back as ast goes.
    assert ast.parse((repository / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_an_old_python_is_told_which_one_is_needed(run_py, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["run.py", "demo"])

    expected = "run.py: Chainrule needs Python 3.10 or newer, and this is 3.6; try: python3.12 run.py demo"
    assert expected == run_py.old_python_message(3, 6)


def test_run_py_needs_nothing_but_the_standard_library(repository):
    tree = ast.parse((repository / "run.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert set() == {name.split(".")[0] for name in names} - sys.stdlib_module_names


def test_without_a_verb_the_help_lists_them_all(run_py, capsys):
    assert 2 == run_py.main([])

    text = capsys.readouterr().out
    verbs = {*run_py.COMMANDS, *run_py.PROCEDURES}
    assert [] == [verb for verb in verbs - {*run_py.CHECKS} if f"\n  {verb} " not in text]
    assert [] == [verb for verb in run_py.CHECKS if verb not in text]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dmeo"], "run.py: there is no verb 'dmeo'; there are: demo, chainrule,"),
        (["setup", "all"], "run.py: there is no extra 'all'; there are: pdf, test, browser, dev"),
        (["check", "spelling"], "run.py: there is no part of check 'spelling'; there are: lint, types,"),
        (["bench", "no-such-thing"], "run.py: there is no measurement 'no-such-thing'; there are: "),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(run_py, venv, capsys, arguments, message):
    assert 2 == run_py.main(arguments)

    assert capsys.readouterr().err.startswith(message)
    assert not venv.exists()


@pytest.mark.parametrize(("debian", "fix"), [(True, "sudo apt install python"), (False, "a complete Python")])
def test_a_python_without_venv_is_told_the_one_fix(run_py, venv, monkeypatch, capsys, debian, fix):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr(run_py.shutil, "which", lambda name: None)
    monkeypatch.setattr(run_py.os.path, "exists", lambda path: debian)

    assert 1 == run_py.main(["demo"])

    message = capsys.readouterr().err
    assert "cannot make environments, its module ensurepip is missing; " in message
    assert fix in message


def test_set_up_is_done_once(run_py, venv, steps):
    for _ in range(3):
        assert run_py.python_in(venv) == run_py.ready_python()

    assert ["make", "install"] == steps


def test_further_extras_are_added_and_earlier_ones_kept(run_py, venv, steps):
    for extras in (["test"], [], ["dev"], ["test"], ["dev", "test"]):
        run_py.ready_python(*extras)

    assert ["make", "install test", "install dev test"] == steps


def test_a_changed_dependency_is_installed_into_the_same_environment(run_py, venv, steps, monkeypatch):
    run_py.ready_python("test")
    monkeypatch.setattr(run_py, "fingerprint", lambda: "of a newer pyproject.toml")
    run_py.ready_python()

    assert ["make", "install test", "install test"] == steps


def test_another_python_gets_an_environment_of_its_own_kind(run_py, venv, steps, monkeypatch):
    run_py.ready_python("test")
    monkeypatch.setattr(run_py, "python_tag", lambda: "cpython 3.99.0 x86_64")
    run_py.ready_python()

    assert ["make", "install test", "make", "install"] == steps


def test_an_environment_whose_python_is_gone_is_made_again(run_py, venv, steps):
    run_py.ready_python()
    run_py.python_in(venv).unlink()
    run_py.ready_python()

    assert ["make", "install", "make", "install"] == steps


@pytest.mark.parametrize("killed_in", ["make_venv", "install"])
def test_a_set_up_that_was_killed_is_made_again_from_scratch(run_py, venv, steps, monkeypatch, killed_in):
    def killed(*_):
        (venv / "half").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(run_py, killed_in, killed)
        assert 130 == run_py.main(["setup"])
    steps.clear()
    run_py.ready_python()

    assert ["make", "install"] == steps
    assert not (venv / "half").exists()


def test_an_environment_that_someone_else_made_is_used_and_never_deleted(run_py, venv, steps, monkeypatch):
    run_py.python_in(venv).parent.mkdir(parents=True)
    for file in (run_py.python_in(venv), venv / "pyvenv.cfg", venv / "theirs"):
        file.touch()
    run_py.ready_python()
    monkeypatch.setattr(run_py, "python_tag", lambda: "cpython 3.99.0 x86_64")
    run_py.ready_python()

    assert ["install", "install"] == steps
    assert (venv / "theirs").exists()


def test_a_folder_that_is_no_environment_is_left_alone(run_py, venv, steps, capsys):
    venv.mkdir()
    (venv / "thesis.txt").touch()

    assert 1 == run_py.main(["setup"])
    assert "is not a Python environment; set CHAINRULE_VENV to a new folder" in capsys.readouterr().err
    assert ([], ["thesis.txt"]) == (steps, os.listdir(venv))


def test_a_failed_step_shows_the_end_of_its_output_and_what_to_do(run_py, venv):
    venv.mkdir()
    says = "import sys; print(*range(99), 'no route to host', sep='\\n'); sys.exit(3)"

    with pytest.raises(run_py.Refused) as refused:
        run_py.logged(venv, [sys.executable, "-c", says])

    message = str(refused.value.args[0])
    assert "\n    98\n    no route to host\nAll of it is in " in message
    assert "If this machine is offline, connect it" in message
    assert "\n    50\n" not in message


def test_a_damaged_state_counts_as_none(run_py, venv):
    for damaged in ("", "{", "[1]", '{"colour": 1}'):
        venv.mkdir(exist_ok=True)
        (venv / run_py.STATE).write_text(damaged, encoding="utf-8")

        assert run_py.State() == run_py.read_state(venv)


def test_the_state_says_what_was_installed(run_py, venv, steps):
    run_py.ready_python("test")

    state = json.loads((venv / run_py.STATE).read_text(encoding="utf-8"))
    assert (True, True, ["test"]) == (state["ready"], state["ours"], state["extras"])


@pytest.mark.skipif(os.name == "nt", reason="asks the lock of POSIX systems")
def test_two_set_ups_wait_for_each_other(run_py, venv, repository):
    program = (
        "import importlib.util, sys, pathlib\n"
        f"spec = importlib.util.spec_from_file_location('run_py', {str(repository / 'run.py')!r})\n"
        "run_py = importlib.util.module_from_spec(spec); spec.loader.exec_module(run_py)\n"
        f"with run_py.locked(pathlib.Path({str(venv)!r})): print('in', flush=True)\n"
    )
    with run_py.locked(venv):
        other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=0.7)

    assert "in\n" == other.communicate(timeout=30)[0]


def test_a_program_that_was_killed_gives_the_shells_exit_code(run_py):
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"

    assert 143 == run_py.call(run_py.Path(sys.executable), "-c", killed)


def test_pip_is_tried_where_uv_fails(run_py, venv, monkeypatch):
    tried = []

    def logged(venv, command):
        tried.append(" ".join(command).split(" install")[0])
        if command[0] == "uv":
            raise run_py.Refused("no route to host", 1)

    monkeypatch.setattr(run_py, "logged", logged)
    monkeypatch.setattr(run_py.shutil, "which", lambda name: name)
    monkeypatch.setattr(run_py.subprocess, "call", lambda *_, **__: 1)
    run_py.install(venv, [])

    python = run_py.python_in(venv)
    assert ["uv pip", f"{python} -I -m ensurepip", f"{python} -I -m pip"] == tried


def test_the_fingerprint_follows_what_is_installed(run_py, tmp_path, monkeypatch):
    seen = {run_py.fingerprint()}
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((run_py.ROOT / name).read_bytes())
    monkeypatch.setattr(run_py, "ROOT", tmp_path)
    seen.add(run_py.fingerprint())
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("# changed\n", encoding="utf-8")
        seen.add(run_py.fingerprint())
    monkeypatch.setattr(run_py, "python_tag", lambda: "cpython 3.99.0 x86_64")
    seen.add(run_py.fingerprint())

    assert 5 == len(seen)
