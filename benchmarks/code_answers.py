"""Programs judged: a softmax on fifty arrays with every layer of the sandbox, other graders on it, and a whole class.

    CHAINRULE_BENCH_PEERS=folder python3 run.py bench code_answers

gradescope-utils and otter-grader are measured where they are installed or lie in that folder (`pip install --target`).
Seconds of the processor, of all processes together; of several short runs the quietest counts.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from benchmarks._machine import speed_text
from benchmarks._programs import N_EXAMPLES, PEERS, RIGHT, WRONG, peer_environment, softmax_question
from benchmarks._table import print_table
from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.grading.run import grade_exam
from chainrule.sample_class import keys_of
from chainrule.wording import answer_text
from grader.code.running import ran, run_calls
from grader.code.sandboxes import judging_in
from grader.judging import judge
from grader.sandbox import open_sandbox
from question_templates.answers import Code
from question_templates.coding.trials import calls_of, known_of
from question_templates.paper import field_id
from submissions import write_json_form

RUNS, PROGRAMS, PEER_RUNS, STUDENTS = 7, 30, 3, 300
EXAM = """\
format: chainrule-exam/1
title: Benchmark
slots:
  - {family: code/cross-entropy-gradient, points: 10}
  - {family: code/topological-sort, points: 10}
"""


def main() -> None:
    """Print the three tables."""
    print(speed_text(), end="\n\n")
    head = ["program", "CPU ms each", "a second", "process and layers", "calls", "judging"]
    aim = f"softmax, {N_EXAMPLES} examples (aim: 60 a second on one core)"
    with open_sandbox() as sandbox, judging_in(sandbox):
        rows = [program_row("right", RIGHT), program_row("wrong, with the smallest example", WRONG)]
        print_table(head, rows, title=f"{aim}; sandbox: {sandbox.level}")
    print()
    print_table(["grader", "CPU ms each", "a second", "wrong taken"], [peer_row(name) for name in PEERS])
    print()
    with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as scratch:
        print_table(["", "wall s", "CPU s"], class_rows(Path(scratch)), title="Two programs each (aim: 20 s)")


def program_row(label: str, program: str) -> list[object]:
    """What one program takes, and its shares: an empty call, the question's calls, and all that is not the sandbox."""
    code = softmax_question()
    calls_of(code.question), known_of(code.question)  # once for a class
    texts = iter(f"{program}\n# {number}\n" for number in range(10**6))
    arguments = [call.arguments for call in calls_of(code.question)]
    started = each(lambda: run_calls(code.question, next(texts), arguments[:1]))
    called = each(lambda: ran(code.question, next(texts)))
    whole = each(lambda: judged(code, next(texts), is_right=program == RIGHT))
    return [label, whole, 1000 / whole, started, called - started, whole - called]


def judged(code: Code, text: str, *, is_right: bool) -> None:
    if (judge(code, text).outcome == "right") != is_right:
        raise SystemExit(f"judged wrongly: {text}")


def each(work: Callable[[], object]) -> float:
    """Milliseconds of the processor, by the quietest run."""
    found = []
    for _ in range(RUNS):
        before = cpu_seconds()
        for _ in range(PROGRAMS):
            work()
        found.append(1000 * (cpu_seconds() - before) / PROGRAMS)
    return min(found)


def cpu_seconds() -> float:
    """Those of this process and of all below it, ended or not, where the system tells; else the wall's."""
    if not Path("/proc/self/stat").exists():
        return time.perf_counter()
    return ticks_below(os.getpid()) / os.sysconf("SC_CLK_TCK")


def ticks_below(process: int) -> int:
    """Those of a process, of its children that have ended, and of the others; none where it ended meanwhile."""
    place = Path(f"/proc/{process}")
    try:
        own = (place / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        listed = [task.read_text(encoding="ascii").split() for task in place.glob("task/*/children")]
    except OSError:
        return 0
    return sum(map(int, own[11:15])) + sum(ticks_below(int(child)) for child in chain(*listed))


def peer_row(name: str) -> list[object]:
    """The quietest of a few submissions, and whether the wrong program gets points."""
    found = [sys.executable, "-c", f"import {name}"]
    if subprocess.run(found, env=peer_environment(), capture_output=True).returncode:
        return [name, "", "", "not installed"]
    with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as scratch:
        places = [Path(scratch, label) for label in ("right", "wrong")]
        for place in places:
            place.mkdir()
        right, wrong = (PEERS[name](place, text) for place, text in zip(places, (RIGHT, WRONG), strict=True))
        seconds = []
        for _ in range(PEER_RUNS):
            before = cpu_seconds()
            if right() != 1:
                raise SystemExit(f"{name} does not take the right program")
            seconds.append(cpu_seconds() - before)
        return [name, 1000 * min(seconds), 1 / min(seconds), "yes" if wrong() else "no"]


def class_rows(place: Path) -> list[list[object]]:
    """The class graded, without the time to build it; three of four programs are right, the fourth makes a mistake."""
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    students = (f"s{i:04},Student {i},s{i}@example.edu\n" for i in range(STUDENTS))
    (place / "roster.csv").write_text("id,name,email\n" + "".join(students), encoding="utf-8")
    secret = hashlib.sha256(b"benchmark").digest()
    rows = []
    begun, before = time.perf_counter(), cpu_seconds()
    folder = build_exam(place / "exam.yaml", place / "roster.csv", place / "exam", secret=secret, jobs=2)
    rows.append([f"building {STUDENTS} papers", time.perf_counter() - begun, cpu_seconds() - before])
    hand_in(folder, place / "answers")
    for run in ("grading them on 2 processes", "once more, in an empty folder"):
        begun, before = time.perf_counter(), cpu_seconds()
        grade_exam(folder, place / "answers", place / run.split()[0], jobs=2)
        rows.append([run, time.perf_counter() - begun, cpu_seconds() - before])
    return rows


def hand_in(folder: ExamFolder, answers: Path) -> None:
    families = folder.read_families()
    answers.mkdir()
    for number, paper in enumerate(folder.read_papers().values()):
        keys = keys_of(paper, families)
        programs: dict[str, str] = {}
        for item in paper.items:
            mistakes = keys.mistaken[item.number]
            is_mistaken = mistakes and (number + int(item.number)) % 4 == 0
            chosen = mistakes[number % len(mistakes)] if is_mistaken else keys.right[item.number]
            programs |= {field_id(item.number, name): answer_text(one) for name, one in chosen.answers.items()}
        (answers / f"{number:04}.json").write_text(write_json_form(paper.id, programs), encoding="utf-8")


if __name__ == "__main__":
    main()
