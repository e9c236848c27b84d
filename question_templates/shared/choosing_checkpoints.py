"""Where checkpoints are to be chosen: the best set under a limit, what mistakes make of it, why no set does better.

A generator foresees with it which draws leave something to choose; what the best set costs, a run has to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from engine.checkpointing import Chain, InfeasibleLimit, Placement, best_placement, fastest_schedule, simulate
from question_templates.shared.chain_mistakes import strategy_of

__all__ = ["Choice", "Reason", "best_choice", "fullest_sets", "peak_of", "products_of", "reasons", "recomputed"]


class Choice(NamedTuple):
    """What a question leaves to choose: the activations' sizes, the strategy, and one of the two limits."""

    sizes: tuple[int, ...]
    per_segment: bool
    limit: int | None = None
    most_checkpoints: int | None = None

    @property
    def layers(self) -> int:
        return len(self.sizes)


class Reason(NamedTuple):
    """Why sets of checkpoints break the limit: while a layer goes backward, these of them are too much beside `fixed`.

    `fixed` are the layer's input and the two gradients; `excluded` are the sets that this rules out.
    """

    layer: int
    together: tuple[int, ...]
    fixed: int
    held: int
    excluded: tuple[frozenset[int], ...]


@lru_cache(maxsize=256)  # a pure function that several answers and mistakes ask
def best_choice(choice: Choice) -> Placement | None:
    """The best set of checkpoints; None where no set keeps within the limit."""
    chain, strategy = _chain(choice.sizes), strategy_of(choice.per_segment)
    if choice.most_checkpoints is not None:
        return best_placement(chain, choice.most_checkpoints, strategy=strategy)
    try:
        return fastest_schedule(chain, choice.limit or 0, strategy=strategy)
    except InfeasibleLimit:
        return None


@lru_cache(maxsize=256)  # as above
def recomputed(choice: Choice, way: str) -> int:
    """The products done again under the best set, or what a mistake makes of them.

    "other strategy": counted as if the rematerializer kept more, or less. "last too": the last activation is needed,
    as with one more layer. "input": the input takes the place of a checkpoint. "checkpoints alone": the best set whose
    activations fit into the limit, as if nothing else took memory.
    """
    best = best_choice(choice)
    if best is None:
        raise ValueError(f"no set of checkpoints keeps within {choice.limit}.")
    strategy = strategy_of(choice.per_segment)
    if way == "other strategy":
        other = strategy_of(not choice.per_segment)
        return simulate(_chain(choice.sizes), best.checkpoints, strategy=other).recomputed_operations
    if way == "last too":
        longer = _chain((*choice.sizes, choice.sizes[-1]))
        return simulate(longer, best.checkpoints, strategy=strategy).recomputed_operations
    if way == "input":
        return recomputed(choice._replace(most_checkpoints=(choice.most_checkpoints or 1) - 1), "right")
    if way == "checkpoints alone":
        return _of_checkpoints_alone(choice)
    return best.recomputed_operations


def _of_checkpoints_alone(choice: Choice) -> int:
    """With all sizes alike the number of checkpoints is limited; otherwise every set is looked at."""
    limit = choice.limit or 0
    if len(set(choice.sizes)) == 1:
        most = min(limit // choice.sizes[0], choice.layers - 1)
        return recomputed(choice._replace(limit=None, most_checkpoints=most), "right")
    fitting = (kept for kept in _sets(choice.layers) if sum(choice.sizes[mark] for mark in kept) <= limit)
    return min(products_of(choice, kept) for kept in fitting)


def products_of(choice: Choice, kept: Sequence[int] | frozenset[int]) -> int:
    """The products done again: in a segment 1 + 2 + ..., or each one once if the segment is kept."""
    in_all = in_a_row = 0
    for layer in range(choice.layers - 1):
        in_a_row = 0 if layer in kept else in_a_row + 1
        in_all += min(in_a_row, 1) if choice.per_segment else in_a_row
    return in_all


def peak_of(choice: Choice, kept: Sequence[int] | frozenset[int]) -> int:
    """The most that is held at any time, which is in the backward pass."""
    sizes, last = choice.sizes, choice.layers - 1
    most = sum(sizes[mark] for mark in kept) + sizes[last]
    for layer in range(last, 0, -1):
        below = [mark for mark in kept if mark < layer - 1]
        start = layer - 1 if layer - 1 in kept else max(below, default=-1) + 1
        held = sum(sizes[mark] for mark in below) + sizes[layer]
        made = sizes[start:layer]
        rebuilding = held + (sum(made) if choice.per_segment else max(map(sum, pairwise(made)), default=0))
        beside = sum(made) if choice.per_segment else sizes[layer - 1]
        most = max(most, rebuilding, held + beside + sizes[layer - 1])
    return most


def fullest_sets(choice: Choice) -> list[frozenset[int]]:
    """The sets that leave room for every layer's gradients and input, and to which no checkpoint can be added."""
    excluded = [together for _, together, _, _ in _too_much(choice)]
    fitting = [kept for kept in _sets(choice.layers) if not any(together <= kept for together in excluded)]
    return sorted((kept for kept in fitting if not any(kept < other for other in fitting)), key=sorted)


def reasons(choice: Choice) -> tuple[list[Reason], list[frozenset[int]]]:
    """Few reasons that rule out the sets which do fewer products again, and the sets for which there is none.

    While layer i goes backward, activation i - 1 and two gradients are held beside all checkpoints below.
    """
    best, found = recomputed(choice, "right"), list[Reason]()
    left = {kept for kept in _sets(choice.layers) if products_of(choice, kept) < best}
    candidates = list(_too_much(choice))
    while left and candidates:
        layer, together, fixed, held = max(candidates, key=lambda one: sum(one[1] <= kept for kept in left))
        ruled_out = {kept for kept in left if together <= kept}
        if not ruled_out:
            break
        found.append(Reason(layer, tuple(sorted(together)), fixed, held, tuple(sorted(ruled_out, key=sorted))))
        left -= ruled_out
    return found, sorted(left, key=sorted)


def _too_much(choice: Choice) -> Iterator[tuple[int, frozenset[int], int, int]]:
    """(layer, checkpoints, fixed, held) where these checkpoints are too much beside a layer; small sets first."""
    sizes = choice.sizes
    for kept in sorted(_sets(choice.layers - 1), key=lambda kept: (len(kept), sorted(kept))):
        for layer in range(choice.layers - 1, 0, -1):
            fixed = 2 * sizes[layer - 1] + sizes[layer]
            held = fixed + sum(sizes[mark] for mark in kept)
            if held > (choice.limit or 0) and all(mark < layer - 1 for mark in kept):
                yield layer, kept, fixed, held


def _sets(layers: int) -> Iterator[frozenset[int]]:
    """All sets of layers that can be of use."""
    for count in range(layers):
        yield from map(frozenset, combinations(range(layers - 1), count))


def _chain(sizes: tuple[int, ...]) -> Chain:
    return Chain(sizes, (1,) * len(sizes))

