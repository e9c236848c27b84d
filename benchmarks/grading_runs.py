"""Whole grading runs: a class of 300 on two processes, the report of 600, and memory over thousands of submissions."""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks._machine import speed_text
from benchmarks._table import print_table
from benchmarks.grading import EXAM
from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.grading.graded import open_run
from chainrule.grading.run import grade_exam
from chainrule.report.files import report_files
from chainrule.sample_class import write_submissions
from submissions import write_atomic

#: How many times the class hands in again, and again, for the figures of memory.
SIZES = (2_000, 20_000)


def main() -> None:
    """Build a class of 600 once, and print both tables."""
    print(speed_text(), end="\n\n")
    with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as scratch:
        place = Path(scratch)
        folder = built(place, 600)
        write_submissions(folder, place / "answers")
        of_300 = place / "answers-300"
        of_300.mkdir()
        for file in sorted((place / "answers").iterdir())[:300]:
            (of_300 / file.name).write_bytes(file.read_bytes())
        rows = [
            timed("grade 300, verdicts", lambda: grade_exam(folder, of_300, place / "a", jobs=2, release="verdict")),
            timed("grade 300, solutions", lambda: grade_exam(folder, of_300, place / "b", jobs=2, release="full")),
            timed("grade 300 again", lambda: grade_exam(folder, of_300, place / "a", jobs=2, release="verdict")),
            timed("grade 600, verdicts", lambda: grade_exam(folder, place / "answers", place / "c", jobs=2)),
            timed("report of 600", lambda: report(place / "c")),
        ]
        print_table(
            ["run", "wall s", "CPU s"],
            rows,
            title="Runs on 2 processes (aims: 300 in 5 s, report of 600 in 5 s)",
        )
        print_table(
            ["submissions", "wall s", "a second", "memory MB", "a process MB"],
            [memory_of(place, folder, n) for n in SIZES],
            title="Memory (aim: flat)",
        )


def built(place: Path, n: int) -> ExamFolder:
    """An exam of so many students."""
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    students = (f"s{i:04},Student {i},s{i}@example.edu\n" for i in range(n))
    (place / "roster.csv").write_text("id,name,email\n" + "".join(students), encoding="utf-8")
    secret = hashlib.sha256(b"benchmark").digest()
    return build_exam(place / "exam.yaml", place / "roster.csv", place / "exam", secret=secret, jobs=2)


def timed(label: str, work: Callable[[], object]) -> list[object]:
    """Wall and CPU seconds; the latter with those of processes that have ended."""
    begun, before = time.perf_counter(), cpu_seconds()
    work()
    return [label, time.perf_counter() - begun, cpu_seconds() - before]


def cpu_seconds() -> float:
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def report(out: Path) -> None:
    run = open_run(out)
    report_files(run.papers, run.result.grades, run.keys, run.families, work=run.work)


def memory_of(place: Path, folder: ExamFolder, n: int) -> list[object]:
    """Grade so many submissions, the class's handed in again and again, in a process of its own."""
    answers = place / f"answers-{n}"
    answers.mkdir()
    forms = [file.read_bytes() for file in sorted((place / "answers").iterdir())]
    for place_in_line in range(n):
        form = forms[place_in_line % len(forms)]
        suffix = "json" if form.startswith(b"{") else "yaml"
        write_atomic(answers / f"{place_in_line:06}.{suffix}", form)
    program = (
        "import sys, time, resource; from pathlib import Path;"
        "from chainrule.exam_folder import ExamFolder; from chainrule.grading.run import grade_exam;"
        "begun = time.perf_counter();"
        "grade_exam(ExamFolder(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]), jobs=2, release='verdict');"
        "print(time.perf_counter() - begun, *(resource.getrusage(who).ru_maxrss / 1024"
        " for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))"
    )
    command = [sys.executable, "-I", "-c", program, str(folder.path), str(answers), str(place / f"out-{n}")]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    seconds, own, process = map(float, told)
    return [n, seconds, n / seconds, own, process]


if __name__ == "__main__":
    main()
