"""Which sandbox programs are run in: the one that a grading run has opened, or else the process's own.

Opening one takes longer than judging a class, so that it is opened once, and only when a program has to be judged.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final, Protocol

__all__ = ["Runner", "isolation", "judging_in", "the_sandbox"]


class Runner(Protocol):
    """What runs programs: a grader.sandbox.Sandbox, or a stand-in for it."""

    def run(self, program: Any, calls: Any, *, limits: Any) -> Any:
        """One outcome for each call."""


_CHOSEN: Final[ContextVar[Runner | None]] = ContextVar("sandbox", default=None)


@contextmanager
def judging_in(sandbox: Runner) -> Iterator[None]:
    """Within this block programs are run in that sandbox. A process that was forked needs one of its own."""
    token = _CHOSEN.set(sandbox)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def the_sandbox() -> Runner:
    """The sandbox to run programs in."""
    return _CHOSEN.get() or _own_sandbox(os.getpid())


def isolation() -> str:
    """How well programs are closed in here: the sandbox's level and its layers, in its own words."""
    return str(getattr(the_sandbox(), "level", "unknown"))


@lru_cache(maxsize=1)
def _own_sandbox(process: int) -> Runner:
    """A sandbox of this process, by its number: a fork must not talk to its parent's."""
    from grader.sandbox import open_sandbox  # most exams have no program to judge

    stack = ExitStack()
    sandbox: Runner = stack.enter_context(open_sandbox())
    atexit.register(stack.close)
    return sandbox
