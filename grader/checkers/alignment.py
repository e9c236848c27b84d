"""Which statement of a student's trace speaks about which step of the walk; decided by node, never by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice, pairwise
from typing import TypeAlias

import engine as ag
from engine.exact import Value
from grader.reading import Statement, Unreadable

__all__ = ["Place", "align", "places_of", "totals_of"]

#: One cell of a trace: (output node of the step, node whose gradient the step changes).
Place: TypeAlias = tuple[str, str]


def places_of(walk: Iterable[ag.Step]) -> dict[str, list[Place]]:
    """For every node, the cells that change its gradient, in the order of the walk."""
    places: dict[str, list[Place]] = {}
    for step in walk:
        for target in step.changes:
            places.setdefault(target, []).append((step.node, target))
    return places


def totals_of(walk: Iterable[ag.Step]) -> dict[Place, Value]:
    """What every cell holds after its step."""
    return {(step.node, target): total for step in walk for target, total in step.changes.items()}


def align(
    statements: Sequence[Statement],
    places: Sequence[Place],
    *,
    edges: Mapping[Place, int],
    fits: Callable[[Statement, Place], bool],
) -> dict[Place, Statement]:
    """Match the statements about one node with its cells.

    A statement under a step that changes the node belongs to that step, the last one if there are several. The
    others take the free cells in order. Where they are `+=` lines, as many as the free cells have `edges`, each cell
    takes its lines, as the program would run them; other surplus ones are merged (see `_thin_out`). When there are too
    few they take the first or the last free cells, whichever `fits` better: some students write only the final sum.
    """
    matched: dict[Place, Statement] = {}
    loose: list[Statement] = []
    for statement in statements:
        place = next((place for place in places if place[0] == statement.step), None)
        if place is None:
            loose.append(statement)
        else:
            matched[place] = _combined(matched.get(place), statement)
    free = [place for place in places if place not in matched]
    if matched:
        # Beside steps that were named, a loose statement is a summary of what the last step left.
        loose = loose if free else []
    loose = _line_by_line(loose, [edges[place] for place in free]) or _thin_out(loose, len(free))
    first, last = free[: len(loose)], free[len(free) - len(loose) :]
    chosen = max((first, last), key=lambda cells: sum(map(fits, loose, cells)))
    return {**matched, **dict(zip(chosen, loose, strict=True))}


def _combined(earlier: Statement | None, later: Statement) -> Statement:
    """Two statements of one step: `+=` after `+=` adds up (a doubled edge has two lines), anything else replaces."""
    if earlier is None or not (earlier.adds and later.adds):
        return later
    return _sum(earlier, later)


def _sum(earlier: Statement, later: Statement) -> Statement:
    if isinstance(earlier.value, Unreadable) or isinstance(later.value, Unreadable):
        return later if isinstance(later.value, Unreadable) else earlier
    return replace(later, value=earlier.value + later.value)


def _line_by_line(statements: list[Statement], lines: Sequence[int]) -> list[Statement]:
    """One sum for each cell from `+=` lines alone, one line an edge; empty where that is not what was written."""
    if len(statements) != sum(lines) or not all(s.adds for s in statements):
        return []
    rest = iter(statements)
    return [reduce(_sum, islice(rest, count - 1), next(rest)) for count in lines]


def _thin_out(statements: list[Statement], most: int) -> list[Statement]:
    """Merge surplus statements until `most` are left: working before its result, repetitions, then the earliest."""
    kept = list(statements)
    while len(kept) > most:
        pairs = list(enumerate(pairwise(kept)))
        working = next((k for k, (a, b) in pairs if a.adds and not b.adds), None)
        repeated = next((k for k, (a, b) in pairs if not a.adds and not b.adds and a.value == b.value), None)
        doubled = next((k for k, (a, b) in pairs if a.adds and b.adds), None)
        if working is not None:
            del kept[working]
        elif repeated is not None:
            del kept[repeated]
        elif doubled is not None:
            kept[doubled : doubled + 2] = [_sum(kept[doubled], kept[doubled + 1])]
        else:
            del kept[0]
    return kept
