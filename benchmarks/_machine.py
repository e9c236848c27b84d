"""How quick this machine is today: what seconds of one day say about another's."""

from __future__ import annotations

import time

__all__ = ["loop_seconds", "speed_text"]

ADDITIONS = 10_000_000


def loop_seconds(*, repeats: int = 3) -> float:
    """CPU seconds of ten million additions in a plain loop, by the quickest of a few."""
    found = []
    for _ in range(repeats):
        started = time.process_time()
        total = 0
        for number in range(ADDITIONS):
            total += number
        found.append(time.process_time() - started)
    return min(found)


def speed_text() -> str:
    """The line that stands above a table of seconds."""
    return f"This machine today: {loop_seconds():.2f} s for ten million additions in a plain loop."
