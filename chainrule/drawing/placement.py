"""Heights that keep lines straight: the least total of weighted vertical distances, found exactly.

Minimise the sum of weight * |end - start| over all pulls, while each pair of neighbours keeps its distance.
The function is convex, and it is least when no set of points gets cheaper by moving together a little up or
down. The set that gains most is a minimum cut (Murota, Discrete Convex Analysis, 2003, chapter 10); it then
slides as far as it gains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Distance", "Pull", "place_points"]

TOLERANCE = 1e-7
INFINITY = float("inf")


@dataclass(frozen=True)
class Pull:
    """A wish for height[first] + offset == height[second], as strong as its weight."""

    first: int
    second: int
    offset: float
    weight: float


@dataclass(frozen=True)
class Distance:
    """A law: height[lower] - height[upper] >= least (heights grow downwards)."""

    upper: int
    lower: int
    least: float


def place_points(n_points: int, pulls: Sequence[Pull], distances: Sequence[Distance]) -> list[float]:
    """Heights of all points; the distances must not contradict each other (no circles)."""
    heights = _packed(n_points, distances)
    ties: list[list[tuple[int, float, float]]] = [[] for _ in range(n_points)]
    for pull in pulls:
        ties[pull.first].append((pull.second, pull.offset, pull.weight))
        ties[pull.second].append((pull.first, -pull.offset, pull.weight))
    laws: dict[int, list[list[tuple[int, float]]]] = {1: [[] for _ in heights], -1: [[] for _ in heights]}
    for law in distances:
        laws[1][law.upper].append((law.lower, law.least))
        laws[-1][law.lower].append((law.upper, law.least))
    idle = 0
    direction = 1
    for _ in range(10 * n_points + 100):  # a bound against rounding; a few dozen rounds are usual
        idle = 0 if _improve(heights, ties, laws[direction], direction) else idle + 1
        direction = -direction
        if idle == 2:
            break
    return heights


def _packed(n_points: int, distances: Sequence[Distance]) -> list[float]:
    """Every point as high up as the distances allow."""
    below: list[list[tuple[int, float]]] = [[] for _ in range(n_points)]
    n_above = [0] * n_points
    for law in distances:
        below[law.upper].append((law.lower, law.least))
        n_above[law.lower] += 1
    heights = [0.0] * n_points
    ready = [point for point in range(n_points) if not n_above[point]]
    for point in ready:
        for lower, least in below[point]:
            heights[lower] = max(heights[lower], heights[point] + least)
            n_above[lower] -= 1
            if not n_above[lower]:
                ready.append(lower)
    return heights


def _improve(
    heights: list[float],
    ties: list[list[tuple[int, float, float]]],
    laws: list[list[tuple[int, float]]],
    direction: int,
) -> bool:
    """Slide the sets of points that gain most by moving that way (1 is down); whether one moved."""
    gains = [0.0] * len(heights)
    residual: list[dict[int, float]] = [{} for _ in heights]
    for point, own_ties in enumerate(ties):
        for other, offset, weight in own_ties:
            ahead = (heights[point] + offset - heights[other]) * direction
            if abs(ahead) <= TOLERANCE:
                residual[point][other] = residual[point].get(other, 0.0) + weight
            else:
                gains[point] += weight if ahead < 0 else -weight
        for other, least in laws[point]:
            if abs(heights[other] - heights[point]) - least <= TOLERANCE:
                residual[point][other] = INFINITY
                residual[other].setdefault(point, 0.0)
    moving = _most_gaining(gains, residual)
    moved = False
    for group in _groups(moving, residual):
        moved = _slide(group, heights, ties, laws, direction) or moved
    return moved


def _most_gaining(gains: list[float], residual: list[dict[int, float]]) -> set[int]:
    """The least set with the greatest total gain, found by sending gains along ties to where losses are."""
    stuck: set[int] = set()
    for start in range(len(gains)):
        while gains[start] > TOLERANCE and start not in stuck:
            came_from = {start: start}
            waiting = [start]
            goal = -1
            while waiting and goal < 0:
                point = waiting.pop()
                for other, room in residual[point].items():
                    if room > TOLERANCE and other not in came_from and other not in stuck:
                        came_from[other] = point
                        waiting.append(other)
                        if gains[other] < -TOLERANCE:
                            goal = other
                            break
            if goal < 0:
                stuck.update(came_from)  # closed for good: no later path can lead out of it
            else:
                _send(start, goal, came_from, gains, residual)
    return stuck


def _send(
    start: int, goal: int, came_from: dict[int, int], gains: list[float], residual: list[dict[int, float]]
) -> None:
    path = [goal]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    path.reverse()
    steps = list(pairwise(path))
    amount = min(gains[start], -gains[goal], *(residual[here][there] for here, there in steps))
    gains[start] -= amount
    gains[goal] += amount
    for here, there in steps:
        residual[here][there] -= amount
        residual[there][here] = residual[there].get(here, 0.0) + amount


def _groups(moving: set[int], residual: list[dict[int, float]]) -> list[list[int]]:
    """The moving points, parted where nothing ties them together: each part may slide its own way."""
    groups = []
    seen: set[int] = set()
    for start in sorted(moving):
        if start in seen:
            continue
        seen.add(start)
        group = [start]
        for point in group:
            for other in residual[point]:
                if other in moving and other not in seen:
                    seen.add(other)
                    group.append(other)
        groups.append(group)
    return groups


def _slide(
    group: list[int],
    heights: list[float],
    ties: list[list[tuple[int, float, float]]],
    laws: list[list[tuple[int, float]]],
    direction: int,
) -> bool:
    """Move the group until it gains no more or meets a neighbour."""
    members = set(group)
    slope = 0.0
    turns: list[tuple[float, float]] = []
    limit = INFINITY
    for point in group:
        for other, offset, weight in ties[point]:
            if other not in members:
                ahead = (heights[point] + offset - heights[other]) * direction
                slope += -weight if ahead < -TOLERANCE else weight
                if ahead < -TOLERANCE:
                    turns.append((-ahead, 2 * weight))
        for other, least in laws[point]:
            if other not in members:
                limit = min(limit, abs(heights[other] - heights[point]) - least)
    shift = 0.0
    for turn, steeper in sorted(turns):
        if slope >= -TOLERANCE or shift >= limit:
            break
        shift = min(turn, limit)
        slope += steeper
    for point in group:
        heights[point] += shift * direction
    return shift > TOLERANCE
