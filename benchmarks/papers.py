"""Papers and keys as PDF: seconds, processor seconds and memory for a class, on two processes.

    python -m benchmarks.papers [--count 300] [--jobs 2]

An exam of ten questions from all topics; each paper is drawn and solved first, then made into its PDF and its key's.
`CPU` is processor time of all processes. Memory is the most that one process held when so many papers were made.
"""

from __future__ import annotations

import argparse
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from multiprocessing import get_context

from benchmarks._table import print_table
from chainrule.pdf import key_pdf, paper_pdf
from chainrule.wording import answer_text
from question_templates.bank import Bank, open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.paper import ExamHead, Item, Paper
from question_templates.solution import Solution, write_solution

AIM_SECONDS = 40
AIM_COUNT = 300
TEN = (
    "graph/random-program",
    "graph/log-exp",
    "graph/softmax-cross-entropy",
    "im2col/conv-time",
    "im2col/entry",
    "attention/block-memory",
    "checkpointing/peak",
    "checkpointing/rematerializer-bug",
    "budget/which-fits",
    "static/choice-example",
)
HEAD = ExamHead("Final exam", "CS 577: Deep Learning", "12 December", "Write **into the boxes**.", duration=120)
STEPS = ("draw and solve", "PDF of the paper", "PDF of its key")


@dataclass(frozen=True)
class Share:
    """What a paper took by step, in seconds and processor seconds, and the most MB its process had held by then."""

    seconds: list[float]
    cpu: list[float]
    peak_mb: float


def make(number: int, bank: Bank) -> Share:
    """Draw one paper and make its files."""
    marks = [_now()]
    items, solutions, answers = [], dict[str, Solution](), dict[str, dict[str, str]]()
    for place, family in enumerate(TEN, start=1):
        shelf = bank.shelf(family)
        issued = issue(shelf, Dice(f"benchmark {number} {place}".encode()))
        items.append(Item(str(place), Fraction(10), issued.variant, issued.question))
        solutions[str(place)] = write_solution(shelf, issued.variant, issued.key)
        answers[str(place)] = {name: answer_text(answer) for name, answer in issued.key.answers.items()}
    paper = Paper(f"K7QF-{number:04d}", HEAD, tuple(items))
    marks.append(_now())
    paper_pdf(paper)
    marks.append(_now())
    key_pdf(paper, solutions, answers)
    marks.append(_now())
    spent = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(marks)]
    return Share([wall for wall, _ in spent], [cpu for _, cpu in spent], _peak_mb())


def shares(numbers: range) -> list[Share]:
    """One paper after the other, in one process."""
    bank = open_bank()
    return [make(number, bank) for number in numbers]


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(parts: list[list[Share]], wall: float) -> None:
    """Two tables: where the time goes, and whether memory grows; `parts` by process."""
    papers = [share for part in parts for share in part]
    n, jobs = len(papers), len(parts)
    rows: list[list[object]] = []
    for step, name in enumerate(STEPS):
        seconds, cpu = (sum(spent) for spent in zip(*((s.seconds[step], s.cpu[step]) for s in papers), strict=True))
        rows.append([name, seconds / jobs, cpu, 1000 * cpu / n])
    in_pdfs = sum(share.seconds[1] + share.seconds[2] for share in papers) / jobs
    aim = f"aim: {AIM_SECONDS * n / AIM_COUNT:.0f} s"
    title = f"{n} papers and keys on {jobs} processes: PDFs in {in_pdfs:.1f} s ({aim}), all in {wall:.1f} s"
    print_table(["step", "s", "CPU s", "CPU ms each"], rows, title=title)
    memory = [[n * third // 3, max(part[len(part) * third // 3 - 1].peak_mb for part in parts)] for third in (1, 2, 3)]
    print()
    print_table(["papers made", "most MB in a process"], memory)


def main() -> None:
    parser = argparse.ArgumentParser(description="Papers and keys as PDF, for a class.")
    parser.add_argument("--count", type=int, default=AIM_COUNT, help="papers in all, 6 or more")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    wanted = parser.parse_args()
    began = time.perf_counter()
    with ProcessPoolExecutor(wanted.jobs, mp_context=get_context("spawn")) as pool:
        ranges = [range(job, wanted.count, wanted.jobs) for job in range(wanted.jobs)]
        parts = list(pool.map(shares, ranges))
    report(parts, time.perf_counter() - began)


if __name__ == "__main__":
    main()
