"""A grading run that is killed goes on where it was, and leaves what a run leaves that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.grading.run import grade_exam

N_KILLS = 4


def started(folder: ExamFolder, handed_in: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-m", "chainrule", "grade", str(folder.path), str(handed_in)]
    options = ["--out", str(out), "--jobs", "2"]
    return subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def kill_all(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_killed_at_random_moments_a_run_ends_with_the_same_bytes(small_class, content, tmp_path) -> None:
    folder, handed_in = small_class
    grade_exam(folder, handed_in, tmp_path / "undisturbed")
    begun = time.monotonic()
    started(folder, handed_in, tmp_path / "whole").communicate()
    seconds = time.monotonic() - begun
    moments = random.Random("moments to kill a run at")
    out = tmp_path / "killed"
    for _ in range(N_KILLS):
        process = started(folder, handed_in, out)
        time.sleep(seconds * moments.uniform(0.1, 1.0))
        kill_all(process)
    end = started(folder, handed_in, out)
    _, errors = end.communicate()

    assert (0, b"") == (end.returncode, errors)
    expected, whole, resumed = map(content, (tmp_path / "undisturbed", tmp_path / "whole", out))
    assert list(expected) == list(whole) == list(resumed)
    assert [] == [name for name in expected if not expected[name] == whole[name] == resumed[name]]


def test_what_was_graded_before_a_kill_is_not_graded_again(small_class, tmp_path) -> None:
    folder, handed_in = small_class
    graded: list[int] = []

    def stop(done: int, n_graded: int) -> None:
        graded.append(n_graded)
        if n_graded == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_exam(folder, handed_in, tmp_path / "out", progress=stop)
    kept = sqlite3.connect(tmp_path / "out" / "journal.sqlite").execute("select count(*) from cells").fetchone()[0]
    again: list[int] = []
    grade_exam(folder, handed_in, tmp_path / "out", progress=lambda done, n_graded: again.append(n_graded))

    assert kept >= 10
    # The one broken file has no grade, so that it is looked at in every run.
    assert again[-1] <= 24 - kept + 1


def test_only_changed_files_are_graded_again(small_class, tmp_path) -> None:
    folder, handed_in = small_class
    answers = tmp_path / "answers"
    answers.mkdir()
    for file in sorted(handed_in.iterdir()):
        (answers / file.name).write_bytes(file.read_bytes())
    grade_exam(folder, answers, tmp_path / "out")
    (answers / "s02.json").write_bytes((answers / "s02.json").read_bytes() + b"\n")
    graded: list[int] = []
    grade_exam(folder, answers, tmp_path / "out", progress=lambda done, n_graded: graded.append(n_graded))

    assert 2 == graded[-1]  # it, and the one broken file


def test_two_runs_at_once_are_refused(small_class, tmp_path) -> None:
    folder, handed_in = small_class
    refusals = []

    def second(done: int, n_graded: int) -> None:
        if n_graded == 1:
            with pytest.raises(RefusedInput, match="another grading run is at work here") as refused:
                grade_exam(folder, handed_in, tmp_path / "out")
            refusals.append(refused)

    grade_exam(folder, handed_in, tmp_path / "out", progress=second)

    assert 1 == len(refusals)
