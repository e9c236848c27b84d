"""Who stands above whom in a column: first as the operands are read, then with fewer crossings.

A later order replaces an earlier one only when it has strictly fewer crossings, so operands stay in reading
order wherever that costs nothing.
"""

from __future__ import annotations

from bisect import bisect_right, insort

from chainrule.drawing.columns import Skeleton, Strand

__all__ = ["count_crossings", "order_columns"]

SWEEPS = 8
# A port's share of one place: below 1, so that ports of one node never reach into the neighbour's place.
PORT_SPREAD = 0.9

Order = list[list[int]]
Neighbours = list[list[tuple[int, float]]]


def order_columns(skeleton: Skeleton) -> Order:
    """The vertices of every column, from top to bottom."""
    before, after = _neighbours(skeleton)
    best = _reading_order(skeleton)
    _swap_neighbours(best, before, after)
    fewest = count_crossings(skeleton, best)
    order = [list(column) for column in best]
    for sweep in range(SWEEPS):
        if not fewest:
            break
        _sort_by_barycentre(order, after if sweep % 2 == 0 else before, backwards=sweep % 2 == 0)
        _swap_neighbours(order, before, after)
        crossings = count_crossings(skeleton, order)
        if crossings < fewest:
            fewest, best = crossings, [list(column) for column in order]
    return best


def count_crossings(skeleton: Skeleton, order: Order) -> int:
    """How many pairs of strands cross when the columns stand in that order."""
    place = _places(order)
    total = 0
    for strands in skeleton.strands:
        ends = sorted((place[strand.source], place[strand.target] + _offset(strand)) for strand in strands)
        seen: list[float] = []
        for _, end in ends:
            total += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return total


def _offset(strand: Strand) -> float:
    return ((strand.port + 1) / (strand.ports + 1) - 0.5) * PORT_SPREAD


def _places(order: Order) -> dict[int, int]:
    return {vertex: place for column in order for place, vertex in enumerate(column)}


def _neighbours(skeleton: Skeleton) -> tuple[Neighbours, Neighbours]:
    """For every vertex the other ends of its strands, (vertex, port's share): to the left, to the right."""
    before: Neighbours = [[] for _ in skeleton.columns]
    after: Neighbours = [[] for _ in skeleton.columns]
    for strands in skeleton.strands:
        for strand in strands:
            before[strand.target].append((strand.source, 0.0))
            after[strand.source].append((strand.target, _offset(strand)))
    return before, after


def _reading_order(skeleton: Skeleton) -> Order:
    """Depth first from the output, left operand first."""
    feeders: list[list[int]] = [[] for _ in skeleton.columns]
    for strands in skeleton.strands:
        for strand in sorted(strands, key=lambda strand: (strand.target, strand.port)):
            feeders[strand.target].append(strand.source)
    order: Order = [[] for _ in range(max(skeleton.columns) + 1)]
    seen: set[int] = set()
    waiting = list(range(skeleton.n_nodes))  # the output, which is last, is taken first
    while waiting:
        vertex = waiting.pop()
        if vertex not in seen:
            seen.add(vertex)
            order[skeleton.columns[vertex]].append(vertex)
            waiting.extend(reversed(feeders[vertex]))
    return order


def _sort_by_barycentre(order: Order, neighbours: Neighbours, *, backwards: bool) -> None:
    place: dict[int, float] = dict(_places(order))

    def centre(vertex: int) -> float:
        ends = neighbours[vertex]
        return sum(place[end] + offset for end, offset in ends) / len(ends) if ends else place[vertex]

    for column in reversed(order) if backwards else order:
        column.sort(key=centre)
        place.update((vertex, height) for height, vertex in enumerate(column))


def _swap_neighbours(order: Order, before: Neighbours, after: Neighbours) -> None:
    """Exchange neighbours until no exchange saves a crossing; each one saves some, so this ends."""
    place = _places(order)
    swapped = True
    while swapped:
        swapped = False
        for column in order:
            for upper in range(len(column) - 1):
                above, below = column[upper], column[upper + 1]
                if _gain(above, below, before, place) + _gain(above, below, after, place) > 0:
                    column[upper], column[upper + 1] = below, above
                    place[above], place[below] = upper + 1, upper
                    swapped = True


def _gain(above: int, below: int, neighbours: Neighbours, place: dict[int, int]) -> int:
    """Crossings saved on one side by exchanging two neighbours in a column."""
    if not neighbours[above] or not neighbours[below]:
        return 0
    upper = [place[end] + offset for end, offset in neighbours[above]]
    lower = [place[end] + offset for end, offset in neighbours[below]]
    return sum((high > low) - (high < low) for high in upper for low in lower)
