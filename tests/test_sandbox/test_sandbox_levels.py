"""Levels are what the layers make, and a course may demand one."""

import sys
import tempfile

import pytest

from grader.sandbox import LEVELS, Call, Level, Program, SandboxTooWeak, open_sandbox
from grader.sandbox.confined.layer_names import EVERY_LAYER, SERVER
from grader.sandbox.levels import level_of, missing


@pytest.mark.parametrize(
    ("without", "name"),
    [
        (set(), "full"),
        ({"own user"}, "full"),
        ({"landlock"}, "full"),
        ({"empty root"}, "full"),
        ({"namespaces"}, "container"),
        ({"namespaces", "own user", "landlock"}, "container"),
        ({"landlock", "empty root"}, "files-by-uid"),
        ({"system calls"}, "files-by-uid"),
        ({"system calls", "own user"}, "practice"),
        ({"limits"}, "practice"),
        ({SERVER}, "practice"),
        (EVERY_LAYER, "practice"),
    ],
)
def test_layers_make_a_level(without, name):
    assert name == level_of(EVERY_LAYER - without).name


@pytest.mark.parametrize(("at", "name"), list(enumerate(LEVELS)))
def test_a_level_reaches_itself_and_what_is_weaker(at, name):
    reached = [minimum for minimum in LEVELS if Level(name, frozenset()).reaches(minimum)]

    assert list(LEVELS[at:]) == reached


def test_what_is_missing_is_named():
    assert "empty root or landlock, system calls" == missing("container", {SERVER, "limits"})


def test_a_level_says_its_layers():
    assert "practice (limits)" == str(level_of({"limits"}))


def test_a_machine_that_is_too_weak_says_so():
    with pytest.raises(
        SandboxTooWeak, match=r"reaches the level 'practice', 'full' is demanded; missing: .*namespaces"
    ):
        open_sandbox(minimum="full", without={SERVER})


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no server is started")
@pytest.mark.parametrize(
    ("python", "without", "words"),
    [
        ("/nowhere/python", (), "No such file"),
        ("/nowhere/python", (SERVER,), "No such file"),
        ("/bin/true", (), "did not start"),
    ],
)
def test_an_interpreter_that_cannot_be_started_is_said(monkeypatch, tmp_path, python, without, words):
    monkeypatch.setattr(sys, "_base_executable", python)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(SandboxTooWeak, match=words), open_sandbox(without=without) as opened:
        opened.run(Program("", "f"), [Call(())])
    assert [] == [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"minimum": "docker"}, "level 'docker' does not exist; levels are full, container"),
        ({"without": ["walls"]}, "layer 'walls' does not exist; layers are empty root, landlock"),
    ],
)
def test_names_that_do_not_exist_are_refused(asked, words):
    with pytest.raises(ValueError, match=words):
        open_sandbox(**asked)
