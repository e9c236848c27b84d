"""Columns of a drawing: in which column each node stands, and the waypoints of lines that pass columns by.

A *vertex* is a node (numbers 0 to n_nodes-1, in the graph's order) or a waypoint (the numbers after them).
A *strand* joins vertices of neighbouring columns. All lines that leave one node share their waypoints, as
one branching line; only where a user uses a node twice does the second use get a line of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Skeleton", "Strand", "build_skeleton", "choose_columns"]

PASSES = 8


@dataclass(frozen=True)
class Strand:
    """A line from one column to the next; it ends at port `port` of `ports` (0 of 1 at a waypoint)."""

    source: int
    target: int
    port: int = 0
    ports: int = 1


@dataclass(frozen=True)
class Skeleton:
    """Vertices by column, before anything has a height.

    `lines` are chains of vertices: a node, then waypoints, one a column. `routes[i][k]` leads to port k of
    node i: its operand and the waypoints between. `strands[c]` lie between columns c and c+1. `doubled` are
    the nodes that another node uses twice.
    """

    n_nodes: int
    columns: tuple[int, ...]
    lines: tuple[tuple[int, ...], ...]
    routes: tuple[tuple[tuple[int, ...], ...], ...]
    strands: tuple[tuple[Strand, ...], ...]
    doubled: frozenset[int]

    def is_waypoint(self, vertex: int) -> bool:
        return vertex >= self.n_nodes


def build_skeleton(inputs: Sequence[Sequence[int]]) -> Skeleton:
    """`inputs[i]` are the operands of node i, all smaller than i."""
    columns = choose_columns(inputs)
    lines = _lines(inputs, columns)
    routes = tuple(
        tuple(
            lines[source, sources[:port].count(source)][: columns[target] - columns[source]]
            for port, source in enumerate(sources)
        )
        for target, sources in enumerate(inputs)
    )
    everywhere = dict(enumerate(columns))
    strands: list[list[Strand]] = [[] for _ in range(max(columns))]
    for line in lines.values():
        for column, (here, there) in enumerate(pairwise(line), start=columns[line[0]]):
            strands[column].append(Strand(here, there))
            everywhere[there] = column + 1
    for target, to_ports in enumerate(routes):
        for port, route in enumerate(to_ports):
            strands[columns[target] - 1].append(Strand(route[-1], target, port, len(to_ports)))
    return Skeleton(
        len(inputs),
        tuple(everywhere[vertex] for vertex in range(len(everywhere))),
        tuple(lines.values()),
        routes,
        tuple(map(tuple, strands)),
        frozenset(source for source, use in lines if use),
    )


def choose_columns(inputs: Sequence[Sequence[int]]) -> list[int]:
    """Columns from 0: longest path to the output, then moves to the left that shorten the lines.

    Counting from the output keeps every leaf beside its first user, and the steps of a recurrent network
    alike.
    """
    users = _users(inputs)
    distance = [0] * len(inputs)
    for node in reversed(range(len(inputs))):
        distance[node] = max((distance[user] + 1 for user in users[node]), default=0)
    columns = [max(distance) - steps for steps in distance]
    for _ in range(PASSES):
        if not _shorten(columns, inputs, users):
            break
    return [column - min(columns) for column in columns]


def _shorten(columns: list[int], inputs: Sequence[Sequence[int]], users: list[list[int]]) -> bool:
    """Move operations to the left where that shortens; leaves follow their first user. Whether one moved."""
    moved = False
    for node, sources in enumerate(inputs):
        if not sources or not users[node]:
            continue
        best = _shortest(node, columns, inputs, users)
        moved = moved or best != columns[node]
        columns[node] = best
        for leaf in sources:
            if not inputs[leaf]:
                columns[leaf] = min(columns[user] for user in users[leaf]) - 1
    return moved


def _shortest(node: int, columns: list[int], inputs: Sequence[Sequence[int]], users: list[list[int]]) -> int:
    last = min(columns[user] for user in users[node]) - 1
    first = max((columns[source] + 1 for source in inputs[node] if inputs[source]), default=0)
    reach = []
    for source in sorted(set(inputs[node])):
        others = [columns[user] for user in users[source] if user != node]
        reach.append((bool(inputs[source]), max(others, default=-1), min(others, default=len(columns))))

    def length(column: int) -> int:
        total = -column
        for is_fixed, furthest, nearest in reach:
            total += max(furthest, column) - (0 if is_fixed else min(nearest, column))
        return total

    return min(range(last, first - 1, -1), key=length, default=columns[node])


def _users(inputs: Sequence[Sequence[int]]) -> list[list[int]]:
    users: list[list[int]] = [[] for _ in inputs]
    for node, sources in enumerate(inputs):
        for source in sources:
            users[source].append(node)
    return users


def _lines(inputs: Sequence[Sequence[int]], columns: list[int]) -> dict[tuple[int, int], tuple[int, ...]]:
    """A line for each (node, use): all first uses of a node share one line, and so do all second uses."""
    last: dict[tuple[int, int], int] = {}
    for target, sources in enumerate(inputs):
        for port, source in enumerate(sources):
            line = source, sources[:port].count(source)
            last[line] = max(last.get(line, 0), columns[target])
    lines = {}
    fresh = len(columns)
    for (source, use), column in sorted(last.items()):
        n_waypoints = column - columns[source] - 1
        lines[source, use] = (source, *range(fresh, fresh + n_waypoints))
        fresh += n_waypoints
    return lines
