"""Median and p99 of judging, kind by kind, beside a competent SymPy grader on the same answers in the same run.

The SymPy grader has a length cap, a deny-list, implicit multiplication, Unicode, units and definitions with
"where"; it runs in a process of its own that is killed after a few seconds, since nothing else ends a hang.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import NamedTuple

from benchmarks._sympy_grader import is_right
from benchmarks._table import print_table
from grader import judge
from question_templates.answers import Formula, Number
from tests.test_grader.example_rows import Row, rows

KINDS = ("number", "expression", "shape", "bytes", "growth")
AIMS_MS = {"number": 0.1, "expression": 0.3, "shape": 0.3, "bytes": 0.3, "growth": 1.0}
LIMIT_SECONDS = 3.0
REPEATS = 5


class Timed(NamedTuple):
    """What one judge did with one kind's answers: milliseconds each, and the answers it got wrong."""

    milliseconds: list[float]
    accepted_wrong: int
    refused_right: int
    hangs: int


def main() -> None:
    """Print one row a kind, and the ratio of the whole passes."""
    table: list[list[object]] = []
    total_ours = total_sympy = 0.0
    for kind in KINDS:
        examples = [row for folder in ("tables", "collection") for row in rows(folder, kind)]
        ours, theirs = by_us(examples), by_sympy(examples)
        total_ours += sum(ours.milliseconds)
        total_sympy += sum(theirs.milliseconds)
        table.append([kind, len(examples), AIMS_MS[kind], *figures(ours), *figures(theirs)])
    head = ["kind", "answers", "aim ms", "median", "p99", "wrong taken", "right lost"]
    print_table(
        [*head, "SymPy median", "p99", "wrong taken", "right lost"],
        table,
        title="Judging one response, ms (best of a few runs, answers prepared)",
    )
    print(f"The whole pass: {total_ours / 1000:.2f} s against {total_sympy / 1000:.1f} s, ", end="")
    print(f"{total_sympy / total_ours:.0f} times faster; a hang of SymPy counts {LIMIT_SECONDS:.0f} s.")


def figures(timed: Timed) -> list[object]:
    """Median, p99, and what was judged otherwise than a person would; hangs are named."""
    ordered = sorted(timed.milliseconds)
    lost = f"{timed.refused_right}" + (f", {timed.hangs} hang" if timed.hangs else "")
    return [statistics.median(ordered), ordered[int(len(ordered) * 0.99)], timed.accepted_wrong, lost]


def by_us(examples: list[Row]) -> Timed:
    milliseconds = []
    wrong = lost = 0
    for row in examples:
        outcome = judge(row.answer, row.response).outcome
        wrong += outcome == "right" and row.verdict != "right"
        lost += outcome != "right" and row.verdict == "right"
        milliseconds.append(min(_once(row) for _ in range(REPEATS)))
    return Timed(milliseconds, wrong, lost, 0)


def _once(row: Row) -> float:
    started = time.perf_counter()
    judge(row.answer, row.response)
    return 1000 * (time.perf_counter() - started)


def by_sympy(examples: list[Row]) -> Timed:
    milliseconds = []
    wrong = lost = hangs = 0
    for row, (seconds, right) in zip(examples, _in_a_process(examples), strict=True):
        milliseconds.append(1000 * seconds)
        hangs += right is None
        wrong += right is True and row.verdict != "right"
        lost += right is not True and row.verdict == "right"
    return Timed(milliseconds, wrong, lost, hangs)


def _in_a_process(examples: list[Row]) -> Iterator[tuple[float, bool | None]]:
    """Seconds and verdict of each answer; the worker is killed and begun anew when it hangs."""
    context = get_context("spawn")
    worker, ours = None, None
    for row in examples:
        if worker is None or ours is None:
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(theirs,), daemon=True)
            worker.start()
            ours.recv()
        ours.send(_asked(row))
        if ours.poll(LIMIT_SECONDS):
            yield ours.recv()
        else:
            worker.kill()
            worker.join()
            worker = None
            yield LIMIT_SECONDS, None
    if worker is not None:
        worker.kill()


def _asked(row: Row) -> tuple[str, str, str, dict[str, str], tuple[str, ...]]:
    """Kind, response, expected text, bindings and variables: plain data for the other process."""
    answer = row.answer
    assert isinstance(answer, (Number, Formula))
    variables = tuple(answer.variables) if isinstance(answer, Formula) else ()
    where = {name: str(value) for name, value in answer.where.items()}
    return row.kind, row.response, str(answer.expected), where, variables


def _serve(connection: Connection) -> None:
    is_right("number", "1", "1", {}, ())  # SymPy's import is not judging
    connection.send(None)
    while True:
        asked = connection.recv()
        started = time.perf_counter()
        right = is_right(*asked)
        connection.send((time.perf_counter() - started, right))


if __name__ == "__main__":
    main()
