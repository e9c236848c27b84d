"""Processes that share work: one item that kills them costs that item and nothing else."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chainrule.grading.workers import PARCEL, CannotBegin, Lost, share_out

N = 3 * PARCEL + 3


@contextmanager
def doubling(
    poison: frozenset[int] = frozenset(), slow: frozenset[int] = frozenset()
) -> Iterator[Callable[[int], int]]:
    def double(number: int) -> int:
        if number in poison:
            os.kill(os.getpid(), signal.SIGKILL)
        while number in slow:
            time.sleep(1)
        return 2 * number

    yield double


@contextmanager
def failing() -> Iterator[Callable[[int], int]]:
    def fail(number: int) -> int:
        raise ValueError(f"no {number}")

    yield fail


@contextmanager
def never_ready() -> Iterator[Callable[[int], int]]:
    os._exit(7)
    yield abs


@contextmanager
def leaving_a_mark(place: str) -> Iterator[Callable[[int], int]]:
    try:
        yield abs
    finally:
        open(place, "w").close()


def shared(jobs: int, *given: frozenset[int], limit_seconds: float = 60) -> dict[int, int | Lost]:
    work = share_out(range(N), jobs=jobs, prepare=doubling, given=given, limit_seconds=limit_seconds)
    return dict(work)


@pytest.mark.parametrize("jobs", [0, 1, 2])
def test_every_item_comes_back_once_whatever_the_number_of_processes(jobs: int) -> None:
    assert {n: 2 * n for n in range(N)} == shared(jobs)


def test_nothing_is_started_for_no_items() -> None:
    assert [] == list(share_out(iter(()), jobs=2, prepare=never_ready))


@pytest.mark.parametrize("poison", [{0}, {3, 4, N - 1}], ids=str)
def test_items_that_kill_a_process_are_lost_and_all_others_done(poison: set[int]) -> None:
    found = shared(2, frozenset(poison))

    assert poison == {n for n, result in found.items() if isinstance(result, Lost)}
    assert {n: 2 * n for n in range(N) if n not in poison} == {n: r for n, r in found.items() if n not in poison}


def test_a_lost_item_says_how_its_process_ended() -> None:
    assert Lost("the process that graded it was stopped (signal 9)") == shared(1, frozenset({2}))[2]


def test_an_item_that_never_ends_is_given_up() -> None:
    found = shared(2, frozenset(), frozenset({5}), limit_seconds=2.0)

    assert Lost("the process that graded it took more than 2 seconds") == found[5]
    assert N - 1 == sum(isinstance(result, int) for result in found.values())


def test_a_process_that_can_not_begin_is_no_items_fault() -> None:
    with pytest.raises(CannotBegin, match=r"was stopped \(exit code 7\) before it began"):
        list(share_out(range(3), jobs=2, prepare=never_ready))


def test_processes_clear_up_what_they_opened(tmp_path: Path) -> None:
    list(share_out(range(3), jobs=1, prepare=leaving_a_mark, given=(str(tmp_path / "mark"),)))

    assert (tmp_path / "mark").is_file()


def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="no 0"):
        list(share_out(range(3), jobs=1, prepare=failing))


def test_items_are_taken_only_a_few_parcels_ahead() -> None:
    taken = []

    def items() -> Iterator[int]:
        for n in range(20 * PARCEL):
            taken.append(n)
            yield n

    work = share_out(items(), jobs=2, prepare=doubling)
    next(iter(work))

    assert len(taken) <= 4 * PARCEL
    work.close()  # type: ignore[attr-defined]  # a generator; its processes end with it
