"""Paths to infinity on which one order of growth leaves another behind: the proof of a refusal, and what is shown.

A path gives every variable a pace: log x = pace*s, so that x is a power of t = e**s. Where powers tie, log s and then
loglog s decide: an active variable's loglog is log s whatever its pace, and a second pace may be added on that level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import inf
from typing import Final, NamedTuple, TypeAlias

from grader.growth.ground import FIRST_FLOOR, Ground, at_least
from grader.growth.limits import MAX_DEEP_VARIABLES
from grader.growth.scales import LOG, TOWER, Monomial, Scale, Term, is_plain
from grader.growth.simplex import Number, Separation, separate

__all__ = ["Pace", "Path", "escape", "plain_path"]

Entries: TypeAlias = "Mapping[Term, Number]"
_LEVELS: Final = 3
# Paces are shown to people; log 2/log 3 may be given as 7/11 where any number near it will do.
_SIMPLE: Final = 12


class Pace(NamedTuple):
    """scale(x) = amount * s on level 1, amount * log(s) on level 2, and so on."""

    level: int
    amount: Number
    scale: Scale


Path: TypeAlias = "Mapping[int, Pace]"


def plain_path(direction: Mapping[Term, Number], ground: Ground) -> Path | None:
    """The path of powers along a direction of logarithms; None where it may break an assumption."""
    paces = {term[0][0]: amount for term, amount in direction.items()}
    if any(index >= FIRST_FLOOR for index in paces):
        return None
    eager = 1 + sum(paces.values())
    for up, _ in ground.unread:
        # What an assumption only asks to be large, and neither side of the comparison holds, may well be large.
        paces.update({index: eager for m in up for term, _ in m for index, _ in term if index not in paces})
    if not all(_is_kept(up, down, paces) for up, down in ground.unread):
        return None
    return {index: Pace(1, amount, LOG) for index, amount in paces.items()}


def _is_kept(up: Mapping[Monomial, object], down: Mapping[Monomial, object], paces: Mapping[int, Number]) -> bool:
    """Whether down <= up holds far out on the path, by a margin."""
    if not up or not all(is_plain(term) for monomial in (*up, *down) for term, _ in monomial):
        return False
    highest, other = (
        max(sum(paces.get(term[0][0], 0) * e for term, e in monomial) for monomial in side) for side in (up, down)
    )
    return highest > other


def escape(leads: Sequence[Entries], ground: Ground) -> Path | None:
    """A path on which every lead (the logarithm of point/generator) goes to infinity; None where none was found."""
    if all(at_least(tuple(lead.items()), ground) == inf for lead in leads):
        return {}
    ladder = _ladder_of(leads, ground)
    if ladder is None or ground.unread:
        return None
    path = _climb(_Ascent(ladder, ground), list(leads), {}, 1)
    return None if path is None else {index: path.get(index, Pace(1, 0, ladder[index])) for index in sorted(ladder)}


class _Ascent(NamedTuple):
    """What stays the same while levels are climbed; tops is the largest scale of every variable."""

    tops: Mapping[int, Scale]
    ground: Ground


def _ladder_of(leads: Sequence[Entries], ground: Ground) -> dict[int, Scale] | None:
    """The largest scale of every variable; None where terms are no logarithms of one another."""
    tops: dict[int, Scale] = {}
    for term in {term for lead in leads for term in lead}:
        if len(term) != 1 or term[0][1] not in TOWER or term[0][0] >= FIRST_FLOOR:
            return None
        index, scale = term[0]
        tops[index] = max(scale, tops.get(index, scale))
    for order in ground.orders:
        for term, _ in order.ratio:
            index = term[0][0]
            if not is_plain(term) or tops.get(index, LOG) > LOG:
                return None
            tops[index] = LOG
    return tops


def _climb(ascent: _Ascent, tied: list[Entries], path: dict[int, Pace], level: int) -> Path | None:
    """Adds paces on one level such that the tied leads go up or stay tied; then the next level decides."""
    if not tied:
        return path
    deep = sorted({i for lead in tied for ((i, scale),) in lead if scale < ascent.tops[i] and i not in path})
    if level > _LEVELS or len(deep) > MAX_DEEP_VARIABLES + 1:
        return None
    for started in _subsets(deep):
        paces = _paces(ascent, tied, path, level, started, [i for i in deep if i not in started])
        if paces is None:
            continue
        still = [lead for lead in tied if not _gain(lead, paces, ascent, path, level)]
        new = {i: Pace(level, a, ascent.tops[i]) for i, a in paces.items() if a and i not in path}
        if len(still) == len(tied) and not new:
            continue
        found = _climb(ascent, still, {**path, **new}, level + 1)
        if found is not None:
            return found
    return None


def _subsets(indices: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for size in range(len(indices), -1, -1):
        yield from combinations(indices, size)


def _gain(lead: Entries, paces: Mapping[int, Number], ascent: _Ascent, path: Path, level: int) -> Number:
    """How fast a lead goes up on this level: new paces, and the logarithms of what moves on the levels above."""
    own = sum(lead.get(((i, ascent.tops[i]),), 0) * pace for i, pace in paces.items())
    return own + _inherited(lead, path, level)


def _inherited(lead: Entries, path: Path, level: int) -> Number:
    total: Number = 0
    for index, pace in path.items():
        place = TOWER.index(pace.scale) + level - pace.level
        if place < len(TOWER):
            total += lead.get(((index, TOWER[place]),), 0)
    return total


def _paces(
    ascent: _Ascent, tied: Sequence[Entries], path: Path, level: int, started: Sequence[int], stopped: Sequence[int]
) -> dict[int, Number] | None:
    """Paces with as many leads going up as can be, all others tied, and the started variables moving.

    A variable that moves already may be slowed down: it has a column for each sign. The last column is 1.
    """
    columns = [(i, 1) for i in sorted(ascent.tops) if i not in stopped] + [(i, -1) for i in sorted(path)]
    tops = ascent.tops

    def row(lead: Entries, constant: Number) -> list[Number]:
        return [*(lead.get(((i, tops[i]),), 0) * sign for i, sign in columns), constant]

    must = [row({}, 1), *(row({((i, tops[i]),): 1}, 0) for i in started)]
    rows = [row(lead, _inherited(lead, path, level)) for lead in tied]
    kept = [row(dict(order.ratio), 0) for order in ascent.ground.orders]
    solutions = [_solution([*must, *rows], kept)]
    if solutions[0] is None:
        solutions = [_solution([*must, own], [*rows, *kept]) for own in rows]
        solutions.append(_solution(must, [*rows, *kept]))
    found = [one for one in solutions if one is not None]
    if not found:
        return None
    total = _simple([sum(entries) for entries in zip(*found, strict=True)], [*must, *rows, *kept])
    paces: dict[int, Number] = {}
    for (index, sign), amount in zip(columns, total[:-1], strict=True):
        paces[index] = paces.get(index, 0) + Fraction(sign * amount) / total[-1]
    return paces


def _simple(amounts: Sequence[Number], rows: Sequence[Sequence[Number]]) -> Sequence[Number]:
    """Amounts with small denominators that keep every row's sign, if there are some near the given ones."""
    unit = Fraction(min(amount for amount in amounts if amount))
    near = [(Fraction(amount) / unit).limit_denominator(_SIMPLE) for amount in amounts]
    signs = ([_sign(row, own) for row in rows] for own in (amounts, near))
    return near if next(signs) == next(signs) else amounts


def _sign(row: Sequence[Number], amounts: Sequence[Number]) -> int:
    total = sum(entry * amount for entry, amount in zip(row, amounts, strict=True))
    return (total > 0) - (total < 0)


def _solution(strict: Sequence[Sequence[Number]], weak: Sequence[Sequence[Number]]) -> tuple[Number, ...] | None:
    """Amounts of at least 0 that make every strict row at least 1 and every weak row at least 0."""
    width = len(strict[0])
    answer = separate([0] * width, [[-entry for entry in row] for row in strict], narrowing=weak)
    return answer.direction if isinstance(answer, Separation) else None
