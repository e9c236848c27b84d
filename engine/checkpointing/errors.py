"""What can go wrong with a schedule: it frees what is not held, names a layer that does not exist, asks too much."""

from __future__ import annotations

from engine.errors import EngineError

__all__ = ["InfeasibleLimit", "ScheduleError"]


class ScheduleError(EngineError):
    """A ledger, a chain, a set of checkpoints or a list of actions does not make sense."""


class InfeasibleLimit(ScheduleError):
    """No set of checkpoints keeps within the memory limit; `smallest` is the lowest limit that can be kept."""

    def __init__(self, message: str, *, smallest: int) -> None:
        super().__init__(message)
        self.smallest = smallest
