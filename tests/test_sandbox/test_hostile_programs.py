"""A hundred programs that cheat, spy, flood or refuse to die, at every level that this machine has."""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest

from grader.sandbox import SandboxTooWeak, open_sandbox
from tests.test_sandbox.hostile_programs import HOSTILE
from tests.test_sandbox.hostile_run import complaints

REPOSITORY = Path(__file__).parents[2]
RUN = "tests.test_sandbox.hostile_run"
NOBODY = 65534
# A user who is nobody may not reach an interpreter in somebody's home; a system often has another of the same version.
INTERPRETERS = (
    getattr(sys, "_base_executable", sys.executable),
    f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}",
    f"/usr/local/bin/python{sys.version_info[0]}.{sys.version_info[1]}",
)
PLACES = [str(REPOSITORY), str(Path(np.__file__).parents[1])]


def opened(minimum: str, without: Collection[str]):
    """A sandbox at least this closed, or a skipped test."""
    try:
        return open_sandbox(minimum=minimum, without=without)
    except SandboxTooWeak as error:
        return pytest.skip(str(error))


def test_there_are_programs_enough():
    assert len(HOSTILE) >= 100


def test_hostile_programs_reach_nothing_and_leave_nothing():
    assert [] == complaints(opened("container", ()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("minimum", "without"),
    [
        ("container", ("namespaces",)),
        ("container", ("landlock",)),
        ("container", ("namespaces", "landlock")),
        ("container", ("own user",)),
        ("files-by-uid", ("landlock", "empty root")),
    ],
    ids=str,
)
def test_hostile_programs_reach_nothing_with_a_layer_less(minimum, without):
    assert [] == complaints(opened(minimum, without), waiting=False)


def by_nobody(*command: str) -> "subprocess.CompletedProcess[str]":
    """A command run by a user without rights, who cannot even enter a home."""
    try:
        return subprocess.run(
            command, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", env={}, capture_output=True, text=True
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("without", [(), ("namespaces",), ("landlock",)], ids=str)
def test_a_user_without_rights_is_as_safe(without):
    paths = f"import runpy, sys; sys.path[:0] = {PLACES}; sys.argv[1:] = {list(without)}; "
    usable = [python for python in INTERPRETERS if by_nobody(python, "-IBc", f"{paths} import numpy").returncode == 0]
    if not usable:
        pytest.skip("no interpreter that a user without rights can start has this NumPy")
    run = by_nobody(usable[0], "-IBc", f"{paths} runpy.run_module('{RUN}', run_name='__main__')")
    if "SandboxTooWeak" in run.stderr:
        pytest.skip(run.stderr.splitlines()[-1])

    assert ("", []) == (run.stderr, json.loads(run.stdout)["wrong"])
