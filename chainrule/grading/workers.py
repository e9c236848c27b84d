"""Processes that share work and may die of it: whatever kills one is found by halving, and costs one item.

Every process has at most one parcel at a time, so that it is known whose work a process died of. Processes come from a
clean server process, never from a fork of the caller with its threads and locks.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

__all__ = ["CannotBegin", "Lost", "share_out", "start_loading"]

#: Items a process gets at once: fewer messages, and still a quick halving.
PARCEL = 8

#: Wall seconds that a parcel may take; grading takes milliseconds an item, so that this is a hang on any machine.
LIMIT_SECONDS = 120.0

#: Wall seconds that an idle process has to clear up and end by itself.
_PATIENCE_SECONDS = 5.0

#: What a process may claim of memory; papers, families and libraries need a tenth of it.
_MEMORY_BYTES = 4 << 30

class CannotBegin(Exception):
    """A process died before it had anything to do: no item's fault."""


T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Lost:
    """What became of an item that no process survived: a kind such as `killed`, and words for staff."""

    reason: str


def share_out(
    items: Iterable[T],
    *,
    jobs: int,
    prepare: Callable[..., AbstractContextManager[Callable[[T], R]]],
    given: tuple[Any, ...] = (),
    limit_seconds: float = LIMIT_SECONDS,
) -> Iterator[tuple[T, R | Lost]]:
    """Every item with what the function that `prepare(*given)` lends makes of it, in the order in which it is done.

    `prepare` runs once in each process; it, `given`, items and results travel between processes. Items are taken as
    they are needed, a few parcels ahead. With no `jobs` the work is done in this very process: quickest for a few
    items, but whatever kills it ends everything.
    Raises: CannotBegin when a process dies before its first item; whatever the work raises.
    """
    if not jobs:
        with prepare(*given) as work:
            yield from ((item, work(item)) for item in items)
        return
    crew = _Crew(jobs, prepare, given, limit_seconds)
    try:
        yield from crew.run(iter(items))
    finally:
        crew.stop()


def start_loading() -> None:
    """Let the server that processes come from load what they need, while the caller is still at something else."""
    _context()


#: What a process says once it can work.
_READY = "ready"


@dataclass
class _Worker(Generic[T]):
    """A process, the parcel it is at, and until when; a new one has not said yet that it can work."""

    process: Any
    connection: Connection
    parcel: Sequence[T] = ()
    deadline: float = 0.0
    is_ready: bool = False


@dataclass
class _Crew(Generic[T, R]):
    """The processes at work, and the parcels that wait."""

    jobs: int
    prepare: Callable[..., AbstractContextManager[Callable[[T], R]]]
    given: tuple[Any, ...]
    limit_seconds: float
    workers: list[_Worker[T]] = field(default_factory=list)
    waiting: deque[Sequence[T]] = field(default_factory=deque)

    def run(self, items: Iterator[T]) -> Iterator[tuple[T, R | Lost]]:
        while self._hand_out(items):
            for worker in self._ready():
                yield from self._take(worker)

    def stop(self) -> None:
        for worker in self.workers:
            worker.connection.close()  # it clears up what it has opened, and ends
        for worker in self.workers:
            worker.process.join(_PATIENCE_SECONDS if worker.is_ready and not worker.parcel else 0)
            self._dismiss(worker)
        self.workers.clear()

    def _hand_out(self, items: Iterator[T]) -> bool:
        """Give every idle process a parcel; whether any process is at work then."""
        idle = [worker for worker in self.workers if not worker.parcel]
        while parcel := self._next(items):
            worker = idle.pop() if idle else self._engage() if len(self.workers) < self.jobs else None
            if worker is None:
                self.waiting.appendleft(parcel)
                break
            worker.parcel, worker.deadline = parcel, time.monotonic() + self.limit_seconds
            with suppress(BrokenPipeError, ConnectionResetError):  # it died idle; its end is noticed in a moment
                worker.connection.send(parcel)
        return any(worker.parcel for worker in self.workers)

    def _next(self, items: Iterator[T]) -> Sequence[T]:
        return self.waiting.popleft() if self.waiting else tuple(islice(items, PARCEL))

    def _engage(self) -> _Worker[T]:
        here, there = _context().Pipe()
        process = _context().Process(target=_serve, args=(there, self.prepare, self.given), daemon=True)
        process.start()
        there.close()
        worker: _Worker[T] = _Worker(process, here)
        self.workers.append(worker)
        return worker

    def _ready(self) -> list[_Worker[T]]:
        """The processes that have an answer, or have died, or have taken too long; at least one after some time."""
        busy = [worker for worker in self.workers if worker.parcel]
        patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        heard = set(wait([worker.connection for worker in busy], timeout=patience))
        late = time.monotonic()
        return [worker for worker in busy if worker.connection in heard or worker.deadline <= late]

    def _take(self, worker: _Worker[T]) -> Iterator[tuple[T, R | Lost]]:
        parcel = worker.parcel
        if not worker.connection.poll():
            yield from self._without(worker, f"took more than {self.limit_seconds:.0f} seconds")
            return
        try:
            told = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            worker.process.join(1)
            yield from self._without(worker, f"was stopped ({_end(worker.process.exitcode)})")
            return
        if isinstance(told, BaseException):
            raise told
        if told == _READY:
            worker.is_ready = True
            return
        worker.parcel = ()
        yield from zip(parcel, told, strict=True)

    def _without(self, worker: _Worker[T], what: str) -> Iterator[tuple[T, Lost]]:
        """Dismiss a process; its parcel is halved until the one item is found that no process survives."""
        parcel = worker.parcel
        self.workers.remove(worker)
        self._dismiss(worker)
        if not worker.is_ready:
            raise CannotBegin(f"a process that grades {what} before it began; run the same command again.")
        if len(parcel) == 1:
            yield parcel[0], Lost(f"the process that graded it {what}")
        else:
            middle = len(parcel) // 2
            self.waiting.extendleft([parcel[middle:], parcel[:middle]])

    def _dismiss(self, worker: _Worker[T]) -> None:
        worker.connection.close()
        worker.process.kill()
        worker.process.join()


def _context() -> Any:
    """Where processes come from; the server has loaded what they need, from nowhere but where we are installed."""
    if sys.platform == "win32":
        return mp.get_context("spawn")
    context = mp.get_context("forkserver")
    if sys.flags.isolated or sys.version_info >= (3, 11):
        context.set_forkserver_preload(["__main__", "chainrule.grading.tasks"])
        from multiprocessing import forkserver

        with _safe_start():
            forkserver.ensure_running()
    return context


@contextmanager
def _safe_start() -> Iterator[None]:
    """A Python that is started meanwhile does not look for modules in the user's folder, and leaves Ctrl-C to us."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        os.environ.pop("PYTHONSAFEPATH") if before is None else os.environ.update(PYTHONSAFEPATH=before)


def _serve(
    connection: Connection, prepare: Callable[..., AbstractContextManager[Callable[[T], R]]], given: tuple[Any, ...]
) -> None:
    """What a process does: one parcel after another, until nobody is there to give it one."""
    _limit_memory()
    try:
        with prepare(*given) as work:
            connection.send(_READY)
            while True:
                connection.send([work(item) for item in connection.recv()])
    except (EOFError, KeyboardInterrupt, BrokenPipeError, ConnectionResetError):
        return
    except Exception as fault:  # noqa: BLE001 - raised again where the work was asked for
        connection.send(fault)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # not every system has such limits
        import resource

        _, highest = resource.getrlimit(resource.RLIMIT_AS)
        # The soft limit alone: a sandbox that is opened in here sets limits of its own.
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, highest))


def _end(exitcode: int | None) -> str:
    return f"signal {-exitcode}" if exitcode is not None and exitcode < 0 else f"exit code {exitcode}"
