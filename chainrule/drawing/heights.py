"""Heights of all vertices: what pulls on what, and who must keep which distance, handed over to `placement`.

Waypoints of one line share one height, so a long line is level, except where two long lines cross: there
one of them gives way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise

from chainrule.drawing.columns import Skeleton, Strand
from chainrule.drawing.ordering import Order
from chainrule.drawing.placement import Distance, Pull, place_points
from chainrule.drawing.ports import port_offset

__all__ = ["Room", "choose_heights"]

# Space a vertex takes above and below its centre.
Room = tuple[float, float]

CLEARANCE = 10.0
# A kink inside a long line is uglier than one beside a node (Gansner et al. 1993, section 4).
NODE_TO_NODE, AT_ONE_NODE, WITHIN_LINE = 1.0, 2.0, 8.0
# Ties between equally straight drawings: level chains first, then centred nodes, then level first operands.
ONLY_OPERAND, CENTRED, FIRST_OPERAND = 0.1, 0.02, 0.005


def choose_heights(
    skeleton: Skeleton,
    order: Order,
    rooms: Sequence[Room],
    starts: Mapping[Strand, float],
    box_height: float,
) -> list[float]:
    """Centre of every vertex, in pixels; the topmost vertex's room begins at 0."""
    point = _shared_points(skeleton, order)
    pulls: list[Pull] = []
    for strands in skeleton.strands:
        for strand in strands:
            first, second = point[strand.source], point[strand.target]
            if first != second:
                n_waypoints = skeleton.is_waypoint(strand.source) + skeleton.is_waypoint(strand.target)
                end = port_offset(strand.port, strand.ports, box_height)
                shift = starts.get(strand, 0.0) - end
                pulls.append(Pull(first, second, shift, _weight(strand, n_waypoints)))
                pulls.append(Pull(first, second, 0.0, CENTRED))
    least: dict[tuple[int, int], float] = {}
    for column in order:
        for above, below in pairwise(column):
            pair = point[above], point[below]
            gap = rooms[above][1] + rooms[below][0] + CLEARANCE
            least[pair] = max(least.get(pair, 0.0), gap)
    distances = [Distance(upper, lower, gap) for (upper, lower), gap in least.items()]
    placed = place_points(max(point) + 1, pulls, distances)
    heights = [placed[shared] for shared in point]
    top = min(height - room[0] for height, room in zip(heights, rooms, strict=True))
    return [height - top for height in heights]


def _weight(strand: Strand, n_waypoints: int) -> float:
    weight = (NODE_TO_NODE, AT_ONE_NODE, WITHIN_LINE)[n_waypoints]
    if strand.ports == 1:
        return weight + ONLY_OPERAND
    return weight + FIRST_OPERAND * (strand.port == 0)


def _shared_points(skeleton: Skeleton, order: Order) -> list[int]:
    """The number of the height each vertex uses.

    Sharing never contradicts the order: the columns of a shared height are an interval, two intervals that
    meet have one order (crossing lines are parted), and intervals whose pairs agree agree as a whole.
    """
    line = {vertex: number for number, chain in enumerate(skeleton.lines) for vertex in chain[1:]}
    point = [-1] * len(skeleton.columns)
    fresh = 0
    held: dict[int, tuple[int, int]] = {}  # by line: its place in the column before, its height's number
    for column in order:
        going_on = [vertex for vertex in column if line.get(vertex) in held]
        keeps = _longest_rising(going_on, [held[line[vertex]][0] for vertex in going_on])
        now: dict[int, tuple[int, int]] = {}
        for place, vertex in enumerate(column):
            if vertex in keeps:
                point[vertex] = held[line[vertex]][1]
            else:
                point[vertex] = fresh
                fresh += 1
            if vertex in line:
                now[line[vertex]] = place, point[vertex]
        held = now
    return point


def _longest_rising(items: Sequence[int], keys: Sequence[int]) -> set[int]:
    """A longest part of `items` whose keys rise; keys are distinct."""
    tails: list[int] = []
    last: list[int] = []
    previous = [-1] * len(items)
    for index, key in enumerate(keys):
        length = bisect_left(tails, key)
        previous[index] = last[length - 1] if length else -1
        tails[length : length + 1] = [key]
        last[length : length + 1] = [index]
    kept: set[int] = set()
    index = last[-1] if last else -1
    while index >= 0:
        kept.add(items[index])
        index = previous[index]
    return kept
