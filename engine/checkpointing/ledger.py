"""The allocation ledger: every allocation, release and recomputation of a run, and the figures that follow from them.

A simulated chain and a real run on tensors fill the same list of events, so their figures can be laid side by side.
Bytes are ints, or Sizes where the shapes are symbolic; a peak is then the maximum of all that no other is proven to
reach.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

from engine.checkpointing.errors import ScheduleError
from engine.sizes import Size, decide, size_max

__all__ = ["Event", "EventKind", "Ledger", "Phase", "Recorder", "replay"]

EventKind = Literal["allocate", "free", "recompute"]
Phase = Literal["forward", "backward"]
Amount = Any  # an int or a Size; `Any`, because whoever reads one knows which it is, as with a shape's sizes


@dataclass(frozen=True)
class Event:
    """One line of the ledger. `bytes` is the size of the named array; a recompute says what was computed again.

    A recomputation does not hold anything by itself: the array that it fills has an allocate event of its own.
    """

    kind: EventKind
    name: str
    bytes: Amount
    phase: Phase

    @property
    def change(self) -> Amount:
        """By how much this event changes the bytes held."""
        return {"allocate": self.bytes, "free": -self.bytes, "recompute": 0}[self.kind]


@dataclass(frozen=True)
class Ledger:
    """What a run held, at its end of forward and at its most, and what it computed again.

    `held_after_forward` is what the forward pass leaves behind; `peak_backward` starts from there.
    """

    events: tuple[Event, ...]
    held_after_forward: Amount
    peak_forward: Amount
    peak_backward: Amount
    recomputed_operations: int

    @property
    def peak(self) -> Amount:
        """The most bytes held at any time."""
        return _most([self.peak_forward, self.peak_backward])

    @property
    def held_at_end(self) -> Amount:
        """Bytes that were never freed."""
        return sum(event.change for event in self.events)

    @property
    def held_over_time(self) -> tuple[Amount, ...]:
        """Bytes held after each event."""
        return tuple(accumulate(event.change for event in self.events))


class Recorder:
    """Writes a ledger event by event: forward first, then, after `begin_backward`, the backward pass.

    Each call returns the event that it wrote. One recorder belongs to one run.
    """

    def __init__(self) -> None:
        self._phase: Phase = "forward"
        self._events: list[Event] = []
        self._held: dict[str, Amount] = {}

    def allocate(self, name: str, size: Amount) -> Event:
        """`size` bytes are held under `name` from now on. Raises ScheduleError if that name is held already."""
        if name in self._held:
            raise ScheduleError(
                f"allocate: {name!r} is held already ({self._held[name]} bytes); free it first, or give this array a "
                "name of its own."
            )
        _refuse_negative("allocate", name, size)
        self._held[name] = size
        return self._write("allocate", name, size)

    def free(self, name: str) -> Event:
        """`name` is held no longer. Raises ScheduleError if it was not held: never allocated, or freed before."""
        if name not in self._held:
            before = any(event.kind == "allocate" and event.name == name for event in self._events)
            why = "it was freed before" if before else "it was never allocated"
            raise ScheduleError(f"free: {name!r} is not held, {why}; free what is held, once.")
        return self._write("free", name, self._held.pop(name))

    def recompute(self, name: str, size: Amount) -> Event:
        """One operation was computed again; its result of `size` bytes is called `name`."""
        _refuse_negative("recompute", name, size)
        return self._write("recompute", name, size)

    def begin_backward(self) -> None:
        """The forward pass is over; what is held now is `held_after_forward`. Raises ScheduleError if said twice."""
        if self._phase == "backward":
            raise ScheduleError("begin_backward: the backward pass has begun already; a ledger has one of each pass.")
        self._phase = "backward"

    def ledger(self) -> Ledger:
        """The record so far."""
        forward = _held_in(self._events, "forward", 0)
        backward = _held_in(self._events, "backward", forward[-1])
        recomputed = sum(event.kind == "recompute" for event in self._events)
        return Ledger(tuple(self._events), forward[-1], _most(forward), _most(backward), recomputed)

    def _write(self, kind: EventKind, name: str, size: Amount) -> Event:
        event = Event(kind, name, size, self._phase)
        self._events.append(event)
        return event


def replay(events: Iterable[Event]) -> Ledger:
    """The ledger of a list of events, however it was made; each event is checked as if it happened now.

    Raises: ScheduleError for what a Recorder refuses, a forward event after a backward one, or a freed size that
    differs from the allocated one.
    """
    recorder = Recorder()
    backward = False
    for number, event in enumerate(events, start=1):
        if event.phase == "backward" and not backward:
            recorder.begin_backward()
            backward = True
        if event.phase == "forward" and backward:
            raise ScheduleError(
                f"event {number}: {event.name!r} is in forward after backward began; forward events come first."
            )
        written = _repeat(recorder, event)
        if written != event:
            raise ScheduleError(
                f"event {number}: frees {event.bytes} bytes of {event.name!r}, which holds {written.bytes}; an array "
                "is freed whole."
            )
    return recorder.ledger()


def _repeat(recorder: Recorder, event: Event) -> Event:
    if event.kind == "free":
        return recorder.free(event.name)
    if event.kind == "allocate":
        return recorder.allocate(event.name, event.bytes)
    return recorder.recompute(event.name, event.bytes)


def _refuse_negative(verb: str, name: str, size: Amount) -> None:
    # What cannot be decided is let pass: a shape's sizes are a fact, even where our rules do not suffice to prove it.
    is_negative = decide(size, "<", 0) is True if isinstance(size, Size) else size < 0
    if is_negative:
        raise ScheduleError(f"{verb}: {name!r} has {size} bytes; a size is 0 or more.")


def _most(amounts: list[Amount]) -> Amount:
    return size_max(*amounts) if any(isinstance(amount, Size) for amount in amounts) else max(amounts)


def _held_in(events: list[Event], phase: Phase, before: Amount) -> list[Amount]:
    """Bytes held before and after each event of a phase."""
    return list(accumulate((event.change for event in events if event.phase == phase), initial=before))
