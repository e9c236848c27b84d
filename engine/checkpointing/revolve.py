"""Revolve: reversing l steps with s snapshots in the fewest forward steps, by binomial coefficients.

The conventions of the paper: a snapshot is a stored state, and the initial state takes one of the s. Reversing step i
needs the state before it, and runs that step once more while recording it; this run is not counted. What is counted
are the other forward steps, the advances: from none at all for 1 step to l*(l-1)/2 with a single snapshot.
Source: Griewank and Walther 2000, "Algorithm 799: revolve", ACM TOMS 26(1), pp. 19-45.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import comb
from typing import Literal

from engine.checkpointing.errors import ScheduleError

__all__ = ["Action", "ActionKind", "RevolveRun", "fewest_advances", "longest_chain", "revolve_schedule", "run_actions"]

ActionKind = Literal["snapshot", "advance", "restore", "reverse"]


@dataclass(frozen=True)
class Action:
    """One instruction. State i is the state before step i; step i leads from state i to state i+1.

    snapshot: store the state `start`, where we are, in `slot`. restore: go to the state `start` that `slot` stores.
    advance: run forward from state `start` to `stop`. reverse: reverse step `start`, from the state `start`.
    """

    kind: ActionKind
    start: int
    stop: int
    slot: int | None = None

    def __str__(self) -> str:
        if self.kind == "advance":
            return f"advance from {self.start} to {self.stop}"
        where = "" if self.slot is None else f", slot {self.slot}"
        return f"{self.kind} {self.start}{where}"


@dataclass(frozen=True)
class RevolveRun:
    """What a list of actions took: steps advanced, snapshots stored, slots used, and runs of the busiest step."""

    advances: int
    snapshots: int
    slots: int
    most_repeated: int


def longest_chain(snapshots: int, repeats: int) -> int:
    """The most steps that can be reversed with so many snapshots, if no step is advanced more than `repeats` times.

    It is beta(s, r) = C(s + r, s), and 0 for a negative s or r. Source: Griewank and Walther 2000, equation (1).
    """
    return comb(snapshots + repeats, snapshots) if snapshots >= 0 and repeats >= 0 else 0


def fewest_advances(steps: int, snapshots: int) -> int:
    """The minimal number of advances: t(l, s) = r*l - beta(s+1, r-1), with beta(s, r-1) < l <= beta(s, r).

    Raises: ScheduleError unless both are at least 1.
    Source: Griewank and Walther 2000, proposition 1.
    """
    repeats = _repeats(steps, snapshots)
    return repeats * steps - longest_chain(snapshots + 1, repeats - 1)


def revolve_schedule(steps: int, snapshots: int) -> tuple[Action, ...]:
    """Actions that reverse all steps: at most `snapshots` slots, the fewest advances, of those the fewest snapshots.

    Raises: ScheduleError unless both are at least 1.
    """
    _repeats(steps, snapshots)  # refuses what is below 1
    actions = [Action("snapshot", 0, 0, 0)]
    state: int | None = 0
    waiting = [(0, steps, 0)]  # ranges of steps, the next one last; each starts at a state that its slot stores
    while waiting:
        start, stop, slot = waiting.pop()
        if state != start:
            actions.append(Action("restore", start, start, slot))
        if stop - start == 1:
            actions.append(Action("reverse", start, stop))
            state = None
            continue
        state = middle = start + _advance(stop - start, snapshots - slot)
        actions.append(Action("advance", start, middle))
        waiting += [(start, middle, slot), (middle, stop, slot + 1)]
        if stop - middle > 1:
            actions.append(Action("snapshot", middle, middle, slot + 1))
    return tuple(actions)


def run_actions(actions: Iterable[Action], steps: int) -> RevolveRun:
    """Carry out a list of actions, ours or a student's, and count.

    Raises: ScheduleError for an action that cannot be carried out, and if a step is left unreversed.
    """
    if steps < 1:
        raise ScheduleError(f"{steps} steps to reverse; 1 or more are right.")
    run = _Run(left=steps, advanced=[0] * steps)
    for number, action in enumerate(actions, start=1):
        trouble = _CARRY_OUT[action.kind](run, action)
        if trouble:
            raise ScheduleError(f"action {number}, {action}: {trouble}")
    if run.left > 0:
        raise ScheduleError(f"the schedule ends with {run.left} of {steps} steps not reversed; the last one is step 0.")
    return RevolveRun(sum(run.advanced), run.snapshots, len(run.slots), max(run.advanced))


def _repeats(steps: int, snapshots: int) -> int:
    """The r with beta(s, r-1) < l <= beta(s, r): how often the busiest step is advanced."""
    if steps < 1 or snapshots < 1:
        raise ScheduleError(f"{steps} steps and {snapshots} snapshots; both are at least 1: the initial state is one.")
    if snapshots == 1:
        return steps - 1
    repeats = 0
    while longest_chain(snapshots, repeats) < steps:
        repeats += 1
    return repeats


def _advance(steps: int, snapshots: int) -> int:
    """How far to go before the next snapshot: of the optimal distances the one that stores fewest snapshots later.

    Every m with beta(s, r-2) <= m <= beta(s, r-1) and beta(s-1, r-1) <= l-m <= beta(s-1, r) takes the fewest advances.
    Source: Griewank and Walther 2000, page 34.
    """
    repeats = _repeats(steps, snapshots)
    shortest, farthest = longest_chain(snapshots, repeats - 2), longest_chain(snapshots, repeats - 1)
    above = longest_chain(snapshots - 1, repeats - 1) + longest_chain(snapshots - 2, repeats - 1)
    if steps <= farthest + longest_chain(snapshots - 2, repeats - 1):
        return max(shortest, 1)
    if steps >= farthest + longest_chain(snapshots - 1, repeats) - longest_chain(snapshots - 3, repeats):
        return farthest
    return steps - above


@dataclass
class _Run:
    """Where a schedule stands: the steps left to reverse, the current state, and what the slots store."""

    left: int
    advanced: list[int]
    state: int | None = 0
    snapshots: int = 0
    slots: dict[int, int] = field(default_factory=dict)


def _snapshot(run: _Run, action: Action) -> str:
    if run.state != action.start:
        return f"the current state is {_named(run.state)}; only the current state can be stored."
    if action.slot is None:
        return "no slot is named; a snapshot needs one."
    run.slots[action.slot] = action.start
    run.snapshots += 1
    return ""


def _restore(run: _Run, action: Action) -> str:
    stored = None if action.slot is None else run.slots.get(action.slot)
    if stored != action.start:
        return f"this slot stores {_named(stored)}; restore what is stored."
    run.state = action.start
    return ""


def _run_forward(run: _Run, action: Action) -> str:
    if run.state != action.start:
        return f"the current state is {_named(run.state)}; advance from there."
    if not action.start < action.stop < run.left:
        return f"the next step to reverse is {run.left - 1}; advance forward, to state {run.left - 1} at most."
    for step in range(action.start, action.stop):
        run.advanced[step] += 1
    run.state = action.stop
    return ""


def _reverse(run: _Run, action: Action) -> str:
    if action.start != run.left - 1:
        return f"the next step to reverse is {run.left - 1}."
    if run.state != action.start:
        return f"the current state is {_named(run.state)}; reversing needs the state before the step."
    run.left -= 1
    run.state = None  # the recorded run has used it up
    return ""


def _named(state: int | None) -> str:
    return "none" if state is None else str(state)


_CARRY_OUT = {"snapshot": _snapshot, "restore": _restore, "advance": _run_forward, "reverse": _reverse}
