"""Decisions taken over into the run's file: who changes their mind replaces it, and where people disagree both stay.

The same tables give the same decisions, in one import or in several, in any order, once or twice; only who decides
the same group anew is heeded in the order of the imports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.plain_text import printable
from chainrule.review.decision_rows import DecidedRow, ReadTables
from chainrule.review.decisions_file import Kept, update_kept
from grader.decisions import Decision

__all__ = ["Disagreement", "TakenOver", "disagreements", "take_over", "withdraw"]


@dataclass(frozen=True)
class Disagreement:
    """People gave different points to the same answers; `given` is who gave what, by name."""

    group: str
    field: str
    papers: tuple[str, ...]
    given: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class TakenOver:
    """What an import did: decisions that are new or changed and of how many answers, those that stood already.

    `left` says of every row that was not heeded why.
    """

    n_changed: int
    n_answers: int
    n_same: int
    n_unfilled: int
    left: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]


def take_over(out: Path, tables: ReadTables) -> TakenOver:
    """Keep the decisions of these rows for every answer of their groups; raises RefusedInput when that can't be."""
    rows, unclear = _one_a_person(tables.rows)
    wanted = {kept.place: kept for row in rows for kept in _kept_of(row)}
    new: set[Kept] = set()

    def changed(standing: tuple[Kept, ...]) -> Iterable[Kept]:
        new.update(set(wanted.values()) - set(standing))
        return {**{kept.place: kept for kept in standing}, **wanted}.values()

    standing = update_kept(out, changed) if wanted else ()
    n_changed = len({(kept.group, kept.decision.who) for kept in new})
    decided = {row.group.id for row in rows}
    return TakenOver(
        n_changed=n_changed,
        n_answers=len({(kept.decision.paper, kept.decision.field) for kept in new}),
        n_same=len(rows) - n_changed,
        n_unfilled=tables.n_unfilled,
        left=(*tables.left, *unclear),
        disagreements=tuple(one for one in disagreements(standing) if one.group in decided),
    )


def _one_a_person(rows: Iterable[DecidedRow]) -> tuple[list[DecidedRow], list[str]]:
    """One row for each group and person, and where somebody gave one group different points: nothing of that counts."""
    by_person: dict[tuple[str, str], list[DecidedRow]] = defaultdict(list)
    for row in rows:
        by_person[row.group.id, row.who].append(row)
    chosen: list[DecidedRow] = []
    unclear: list[str] = []
    for (group, who), mine in by_person.items():
        if len({row.points for row in mine}) > 1:
            places = " and ".join(row.place for row in mine)
            unclear.append(f"{places}: {who} gave group {group} different points; nothing of that was taken over.")
        else:
            chosen.append(max(mine, key=lambda row: (bool(row.reason), row.reason)))
    return chosen, unclear


def _kept_of(row: DecidedRow) -> Iterable[Kept]:
    for place in row.group.places:
        yield Kept(Decision(place.paper, place.field, row.points, row.reason, row.who), row.group.id)


def disagreements(kept: Iterable[Kept]) -> tuple[Disagreement, ...]:
    """Where people gave different points, by group; the answers count for nothing until one of them withdraws."""
    by_field: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for one in kept:
        by_field[one.decision.paper, one.decision.field].append(one)
    papers: dict[tuple[str, str, tuple[tuple[str, Fraction], ...]], list[str]] = defaultdict(list)
    for (paper, field), mine in by_field.items():
        if len({one.decision.points for one in mine}) > 1:
            given = tuple(sorted((one.decision.who, one.decision.points) for one in mine))
            papers[max(one.group for one in mine), field, given].append(paper)
    return tuple(
        Disagreement(group, field, tuple(sorted(found)), given)
        for (group, field, given), found in sorted(papers.items())
    )


def withdraw(out: Path, group: str, who: str) -> tuple[Kept, ...]:
    """Take back what somebody decided about a group; returns it.

    Raises: RefusedInput when they decided nothing about it; it says who did.
    """
    taken: list[Kept] = []

    def without(standing: tuple[Kept, ...]) -> Sequence[Kept]:
        of_group = [kept for kept in standing if kept.group == group]
        taken.extend(kept for kept in of_group if kept.decision.who == who)
        if not taken:
            raise RefusedInput(_nothing_of(group, who, of_group))
        return [kept for kept in standing if kept not in taken]

    update_kept(out, without)
    return tuple(taken)


def _nothing_of(group: str, who: str, decided: Iterable[Kept]) -> str:
    names: Mapping[str, None] = dict.fromkeys(kept.decision.who for kept in decided)
    others = f"{', '.join(names)} did" if names else "nobody did"
    return f"{printable(who)} decided nothing about group {printable(group)!r:.40}; {others}."
