"""Where to put checkpoints: the best place for k of them, and the fastest schedule within a memory limit, both exact.

A schedule is a path of segments from the input to the end. Its cost is the sum of theirs, and its peak the largest of
(bytes of the checkpoints so far + need of the segment): so a path can be continued knowing only where it is, what it
has cost and what it holds. Paths that another one beats in both are dropped, which loses no optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from engine.checkpointing.chain import Chain, Strategy, recompute_cost, simulate, store_all
from engine.checkpointing.errors import InfeasibleLimit, ScheduleError
from engine.checkpointing.segments import INPUT, Segment, segment_table

__all__ = [
    "Placement",
    "PlacementResult",
    "best_placement",
    "evaluate_placement",
    "fastest_schedule",
    "measure_placement",
    "smallest_limit",
    "trade_off",
]


@dataclass(frozen=True)
class Placement:
    """A set of checkpoints and what it brings, by simulation. `cost` is of the recomputations, in the chain's units."""

    checkpoints: tuple[int, ...]
    peak: int
    held_after_forward: int
    recomputed_operations: int
    cost: int


@dataclass(frozen=True)
class PlacementResult:
    """A set of checkpoints beside the best one under the same memory limit."""

    placement: Placement
    limit: int
    optimum: Placement

    @property
    def peak(self) -> int:
        """The most bytes held at any time under the given checkpoints."""
        return self.placement.peak

    @property
    def recomputed(self) -> int:
        """How many operations the given checkpoints recompute."""
        return self.placement.recomputed_operations

    @property
    def feasible(self) -> bool:
        """Whether the given checkpoints keep within the limit."""
        return self.peak <= self.limit

    @property
    def optimal(self) -> bool:
        """Whether they do and no other set recomputes for less."""
        return self.feasible and self.placement.cost == self.optimum.cost


@dataclass(frozen=True)
class _Path:
    """Checkpoints from the input up to some layer; `score` is what is minimized, a cost or a peak."""

    score: int
    held: int
    checkpoints: tuple[int, ...]


def measure_placement(chain: Chain, checkpoints: Collection[int], *, strategy: Strategy = "per tensor") -> Placement:
    """The figures of any set of checkpoints, by simulation. Raises ScheduleError if one is not a layer."""
    ledger = simulate(chain, checkpoints, strategy=strategy)
    return Placement(
        checkpoints=tuple(sorted(set(checkpoints))),
        peak=ledger.peak,
        held_after_forward=ledger.held_after_forward,
        recomputed_operations=ledger.recomputed_operations,
        cost=recompute_cost(chain, ledger),
    )


def best_placement(chain: Chain, count: int, *, strategy: Strategy = "per tensor") -> Placement:
    """The `count` checkpoints with the least recomputation, whatever memory they take; of equals the lowest layers.

    Raises: ScheduleError unless 0 <= count <= layers - 1 (the last layer's output is never needed again).
    """
    if not 0 <= count <= chain.layers - 1:
        raise ScheduleError(f"{count} checkpoints for {chain.layers} layers; 0 to {chain.layers - 1} are right.")
    table = segment_table(chain, strategy)
    best: dict[int, tuple[int, tuple[int, ...]]] = {INPUT: (0, ())}
    for _ in range(count):
        best = {
            above: min(
                (cost + table[below, above].cost, (*path, above))
                for below, (cost, path) in best.items()
                if below < above
            )
            for above in range(min(best) + 1, chain.layers - 1)
        }
    _, checkpoints = min((cost + table[below, chain.layers].cost, path) for below, (cost, path) in best.items())
    return measure_placement(chain, checkpoints, strategy=strategy)


def fastest_schedule(chain: Chain, limit: int, *, strategy: Strategy = "per tensor") -> Placement:
    """The checkpoints with the least cost of recomputation whose peak is at most `limit`, in forward and backward.

    Of equals: the one that holds least after forward, then fewest checkpoints, then the lowest layers.
    Raises: InfeasibleLimit if nothing keeps within the limit; its `smallest` is the lowest limit that can be kept.
    """

    def spend(path: _Path, segment: Segment) -> int | None:
        return path.score + segment.cost if path.held + segment.need <= limit else None

    paths = _complete_paths(chain, strategy, spend)
    if not paths:
        smallest = smallest_limit(chain, strategy=strategy)
        raise InfeasibleLimit(
            f"limit {limit}: no set of checkpoints keeps within it; {smallest} is the smallest limit that can be kept.",
            smallest=smallest,
        )
    return measure_placement(chain, min(paths, key=_rank).checkpoints, strategy=strategy)


def smallest_limit(chain: Chain, *, strategy: Strategy = "per tensor") -> int:
    """The lowest peak of any set of checkpoints."""

    def rise(path: _Path, segment: Segment) -> int:
        return max(path.score, path.held + segment.need)

    return min(path.score for path in _complete_paths(chain, strategy, rise))


def trade_off(chain: Chain, *, strategy: Strategy = "per tensor") -> tuple[Placement, ...]:
    """Every step of memory against recomputation, from the least cost to the least peak.

    Each placement has the lowest peak that its cost allows; giving up one byte of that peak costs more.
    """
    smallest = smallest_limit(chain, strategy=strategy)
    limit = store_all(chain).peak
    steps: list[Placement] = []
    while limit >= smallest:
        found = fastest_schedule(chain, limit, strategy=strategy)
        if steps and steps[-1].cost == found.cost:
            steps.pop()
        steps.append(found)
        limit = found.peak - 1
    return tuple(steps)


def evaluate_placement(
    chain: Chain, checkpoints: Collection[int], limit: int, *, strategy: Strategy = "per tensor"
) -> PlacementResult:
    """A set of checkpoints, for instance a student's, against the fastest one under the same limit.

    Raises: ScheduleError if a checkpoint is not a layer; InfeasibleLimit if no set keeps within the limit.
    """
    placement = measure_placement(chain, checkpoints, strategy=strategy)
    return PlacementResult(placement, limit, fastest_schedule(chain, limit, strategy=strategy))


def _complete_paths(
    chain: Chain, strategy: Strategy, extend: Callable[[_Path, Segment], int | None]
) -> list[_Path]:
    """The undominated paths to the end; `extend` gives the score after one more segment, None if not allowed."""
    table = segment_table(chain, strategy)
    paths: dict[int, list[_Path]] = {INPUT: [_Path(0, 0, ())]}
    for above in [*range(chain.layers - 1), chain.layers]:
        ends_here = above == chain.layers
        added = (0, ()) if ends_here else (chain.sizes[above], (above,))
        paths[above] = _undominated(
            _Path(score, path.held + added[0], path.checkpoints + added[1])
            for below in range(INPUT, min(above, chain.layers - 1))
            for path in paths[below]
            if (score := extend(path, table[below, above])) is not None
        )
    return paths[chain.layers]


def _undominated(paths: Iterable[_Path]) -> list[_Path]:
    """The paths that no other one equals or beats in both score and bytes held."""
    front: list[_Path] = []
    for path in sorted(paths, key=_rank):
        if not front or path.held < front[-1].held:
            front.append(path)
    return front


def _rank(path: _Path) -> tuple[int, int, int, tuple[int, ...]]:
    """Least score first, then least held, then fewest checkpoints, then the lowest ones."""
    return path.score, path.held, len(path.checkpoints), path.checkpoints
