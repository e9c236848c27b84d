"""Admissible variants with their keys across the bank, on one core: draw, refuse, word, solve, run known mistakes.

    python -m benchmarks.variants [--count 10000]

Every family makes the same number of variants, its levels taking turns, all in one process that starts with nothing in
memory: what variants share is derived once, as it is when an exam is built. `CPU` is processor time.
"""

from __future__ import annotations

import argparse
import time

from benchmarks._table import print_table
from question_templates.bank import Shelf, open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue

AIM_SECONDS = 20
AIM_COUNT = 10_000


def make(shelf: Shelf, count: int) -> tuple[float, float, int]:
    """Processor seconds and seconds for so many variants of a family, and how many draws were refused for them."""
    refused = 0
    began, began_wall = time.process_time(), time.perf_counter()
    for seed in range(count):
        level = shelf.family.levels[seed % len(shelf.family.levels)]
        refused += sum(issue(shelf, Dice(f"benchmark {seed}".encode()), level=level).refused.values())
    return time.process_time() - began, time.perf_counter() - began_wall, refused


def main() -> None:
    parser = argparse.ArgumentParser(description="Admissible variants with keys across the bank, on one core.")
    parser.add_argument("--count", type=int, default=AIM_COUNT, help="variants in all")
    wanted = parser.parse_args().count
    shelves = open_bank().shelves
    count = -(-wanted // len(shelves))
    rows: list[list[object]] = []
    totals = [0.0, 0.0, 0]
    for family, shelf in sorted(shelves.items()):
        cpu, wall, refused = make(shelf, count)
        totals = [totals[0] + cpu, totals[1] + wall, totals[2] + refused]
        rows.append([family, count, cpu, 1000 * cpu / count, refused / count])
    made = count * len(shelves)
    rows.append(["all", made, totals[0], 1000 * totals[0] / made, totals[2] / made])
    head = ["family", "variants", "CPU s", "ms each", "refused draws each"]
    aim = AIM_SECONDS * made / AIM_COUNT
    print_table(head, rows, title=f"Admissible variants with keys (aim: {aim:.0f} s in all; wall {totals[1]:.1f} s)")


if __name__ == "__main__":
    main()
