"""Variants a second with their keys, on one core: draw, refuse, word the question, solve, run known mistakes.

    python -m benchmarks.variants [--count 300]

Every family and level is timed in rounds. `CPU` is the mean over all rounds and `quickest` the best round, which
other work on the machine disturbs least; `wall` shows how busy the machine was. Every variant is a new one, so that
no memory of earlier runs helps, and the first, which compiles templates, is not counted.
"""

from __future__ import annotations

import argparse
import time
from typing import NamedTuple

from benchmarks._table import print_table
from question_templates.bank import Shelf, open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.solution import write_solution
from question_templates.solving import known_mistakes, solve

AIM = 500
N_ROUNDS = 10


class Figures(NamedTuple):
    """Seconds a variant, in the mean and in the quickest round, and refused draws a variant."""

    cpu: float
    quickest: float
    wall: float
    refused: float


def make_variant(shelf: Shelf, level: int, seed: int, *, with_solution: bool) -> int:
    """Issue one variant with its key and what known mistakes answer; how many draws were refused on the way."""
    issued = issue(shelf, Dice(f"benchmark {seed}".encode()), level=level)
    key = solve(issued.question, issued.variant)
    known_mistakes(issued.question, issued.variant, shelf.family)
    if with_solution:
        write_solution(shelf, issued.variant, key)
    return sum(issued.refused.values())


def measure(shelf: Shelf, level: int, count: int, *, with_solution: bool) -> Figures:
    make_variant(shelf, level, -1, with_solution=with_solution)
    size = max(1, count // N_ROUNDS)
    rounds = []
    refused = 0
    wall_started = time.perf_counter()
    for number in range(N_ROUNDS):
        started = time.process_time()
        for seed in range(number * size, (number + 1) * size):
            refused += make_variant(shelf, level, seed, with_solution=with_solution)
        rounds.append((time.process_time() - started) / size)
    made = N_ROUNDS * size
    return Figures(sum(rounds) / N_ROUNDS, min(rounds), (time.perf_counter() - wall_started) / made, refused / made)


def main() -> None:
    parser = argparse.ArgumentParser(description="Variants a second with their keys, on one core.")
    parser.add_argument("--count", type=int, default=300, help="variants of each family and level")
    count = parser.parse_args().count
    rows: list[list[object]] = []
    keys: list[Figures] = []
    for family, shelf in sorted(open_bank().shelves.items()):
        for level in shelf.family.levels:
            key = measure(shelf, level, count, with_solution=False)
            written = measure(shelf, level, count, with_solution=True)
            keys.append(key)
            rows.append([family, level, *rates(key), 1 / written.cpu, key.refused])
    overall = Figures(*(sum(figures) / len(keys) for figures in zip(*keys, strict=True)))
    rows.append(["all", "", *rates(overall), "", overall.refused])
    head = ["family", "level", "CPU", "quickest", "wall", "with solutions, CPU", "refused draws"]
    print_table(head, rows, title=f"Variants a second, with keys and the answers of known mistakes (aim: {AIM})")


def rates(figures: Figures) -> list[object]:
    return [1 / figures.cpu, 1 / figures.quickest, 1 / figures.wall]


if __name__ == "__main__":
    main()
