"""`demo`: an exam, a class of 24, their papers, 24 varied submissions and their grades, in one folder."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from chainrule.building import build_exam
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.grading.run import grade_exam
from chainrule.results.summary_text import summary_text
from chainrule.sample_class import ROSTER, write_submissions

__all__ = ["DEMO_EXAM", "run_demo"]

DEMO_EXAM = """\
# An exam: what every paper has in common, and the slots that the bank fills.
format: chainrule-exam/1
title: Automatic differentiation
course: Deep Learning
date: Sample class
instructions: >-
  Answer every question. Write numbers as you like: 18, 36/2 and 3*6 are the same to us. The graphs' nodes are named as
  in the listings.
release: full
slots:
  - family: graph/power-chain
    level: 1
    points: 8
  - family: graph/rnn-cell
    level: 1
    points: 12
  - family: attention/block-memory
    level: 2
    points: 10
"""

#: A fixed secret, so that the demo shows the same class every time. A real exam makes its own.
_SECRET = hashlib.sha256(b"chainrule demo").digest()

_MARKER = "This folder was made by `chainrule demo`, which may delete it."


def run_demo(out: Path, *, echo: Callable[[str], None]) -> Path:
    """Make the sample class in `out` and return the page for staff.

    Raises: RefusedInput when `out` holds something that an earlier demo did not make.
    """
    started = time.monotonic()
    _make_room(out)
    (out / "exam.yaml").write_text(DEMO_EXAM, encoding="utf-8")
    (out / "roster.csv").write_text(ROSTER, encoding="utf-8")
    echo("1. An exam and a class:   exam.yaml, roster.csv")
    folder = build_exam(out / "exam.yaml", out / "roster.csv", out / "exam", spares=2, secret=_SECRET)
    echo(f"2. Papers and keys:       {_count(folder)} papers in exam/students, keys in exam/staff")
    handed_in = out / "submissions"
    echo(f"3. Answers handed in:     {write_submissions(folder, handed_in)} files in submissions")
    run = grade_exam(folder, handed_in, out / "results")
    echo("4. Grades and feedback:   results\n")
    echo(summary_text(run.summary))
    echo(f"\nDone in {time.monotonic() - started:.1f} s. Open this page in a browser:\n{run.index.resolve()}")
    return run.index


def _count(folder: ExamFolder) -> int:
    return len(folder.read_papers())


def _make_room(out: Path) -> None:
    """Delete an earlier demo's folder; never anything else."""
    marker = out / "README.txt"
    if out.exists() and any(out.iterdir()):
        if not marker.is_file() or marker.read_text(encoding="utf-8").strip() != _MARKER:
            raise RefusedInput(f"{out}: is not empty and was not made by an earlier demo; choose another --out.")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    marker.write_text(_MARKER + "\n", encoding="utf-8")
