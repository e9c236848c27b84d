"""Processes that share a build's work."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from chainrule.errors import RefusedInput

__all__ = ["spawned"]


@contextmanager
def spawned(jobs: int, path: Path) -> Iterator[ProcessPoolExecutor]:
    """So many processes that work on the exam in `path`; what is under way is given up when somebody raises.

    Raises: RefusedInput when a process of ours was stopped; what is made stays, and the build can be run again.
    """
    # Spawned, not forked: a fork would copy whatever threads and locks the caller has.
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        yield pool
    except BrokenProcessPool as cause:
        raise RefusedInput(
            f"{path}: a process that makes papers was stopped from outside, perhaps because memory ran out. "
            "Nothing is lost: run the same command again, with --jobs 1 if it happens again."
        ) from cause
    finally:
        pool.shutdown(cancel_futures=True)
