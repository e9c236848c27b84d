"""Adjustments: what staff change for all papers of an exam after it was sat, and what that makes of one field. Pure.

The order in which they are written never matters. On one field, a void stands above everything; else further answers
are looked at first, then shares for known mistakes, then full credit, and each stands only where it gives more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from grader.grade import Adjusted, FieldGrade
from grader.scoring import points_for
from grader.verdict import Outcome, Verdict
from question_templates.paper import Item

__all__ = ["NO_ADJUSTMENTS", "Action", "Adjustment", "Adjustments", "Further", "adjusted"]

Action: TypeAlias = Literal["accept", "mistake_share", "full_credit", "void"]

_ORDER: Mapping[Action, int] = MappingProxyType({"accept": 0, "mistake_share": 1, "full_credit": 2, "void": 3})


@dataclass(frozen=True)
class Adjustment:
    """One adjustment: what it does, where it holds, why, and whose decision it was; both are shown to students.

    `slot` is the exam's own number of a question and `field` the name of one of its fields; empty means every one.
    `accept` has an `answer` as a student would write it, or the tag of a known `mistake`; `mistake_share` has the tag
    alone. `share` is what such a response earns. `papers` and `families` restrict it where they are not empty.
    """

    action: Action
    slot: str = ""
    field: str = ""
    answer: str = ""
    mistake: str = ""
    share: Fraction = Fraction(1)
    papers: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    reason: str = ""
    author: str = ""

    def touches(self, paper_id: str, item: Item, field_name: str) -> bool:
        """Whether it holds for this field of this paper."""
        return (
            self.slot in ("", item.slot)
            and self.field in ("", field_name)
            and (not self.papers or paper_id in self.papers)
            and (not self.families or item.variant.family in self.families)
        )

    def to_json(self) -> dict[str, Any]:
        kept = {**vars(self), "share": str(self.share)}
        return {**kept, "papers": sorted(self.papers), "families": sorted(self.families)}


@dataclass(frozen=True)
class Adjustments:
    """All adjustments of an exam, each once, in an order of their own; `notes` say what staff should know of some."""

    every: tuple[Adjustment, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "every", tuple(sorted(set(self.every), key=_place)))

    @property
    def digest(self) -> str:
        """Tells these adjustments from others, whatever order they were written in; empty where there are none."""
        if not self.every:
            return ""
        told = json.dumps([one.to_json() for one in self.every], sort_keys=True)
        return blake2b(told.encode(), digest_size=16).hexdigest()

    def touching(self, paper_id: str, item: Item, field_name: str) -> tuple[Adjustment, ...]:
        """Those that hold for this field of this paper, in the order in which they are looked at."""
        return tuple(one for one in self.every if one.touches(paper_id, item, field_name))


def _place(one: Adjustment) -> tuple[int, Fraction, str]:
    """By action; of two of a kind first the one that gives more."""
    return _ORDER[one.action], -one.share, json.dumps(one.to_json(), sort_keys=True)


#: What holds for an exam that nobody adjusted.
NO_ADJUSTMENTS = Adjustments()

#: The verdict on a response if a further answer were the key's; None where that answer says nothing of this paper.
Further: TypeAlias = Callable[[Adjustment], Verdict | None]


def adjusted(graded: FieldGrade, touching: Iterable[Adjustment], further: Further) -> FieldGrade:
    """The field with the adjustments that change it; the field itself where none does.

    `further` judges by a further answer, and is asked only where that could give more points.
    """
    found = graded
    for one in touching:
        if one.action == "void":
            return _voided(graded, one)
        verdict = _offered(one, found.verdict, further)
        if verdict is not None and verdict.share > found.verdict.share:
            found = _with(found, one, verdict, graded.verdict)
    return found


def _voided(graded: FieldGrade, one: Adjustment) -> FieldGrade:
    reason = _told("This does not count: nobody gains or loses points by it.", one)
    verdict = Verdict("voided", read_as=graded.verdict.read_as, reason=reason)
    return _with(replace(graded, out_of=Fraction(0)), one, verdict, graded.verdict)


def _with(graded: FieldGrade, one: Adjustment, verdict: Verdict, unadjusted: Verdict) -> FieldGrade:
    return replace(
        graded,
        verdict=verdict,
        points=points_for(verdict, graded.out_of),
        adjustments=(*graded.adjustments, Adjusted(one.action, one.reason, one.author)),
        unadjusted=unadjusted,
    )


def _offered(one: Adjustment, verdict: Verdict, further: Further) -> Verdict | None:
    """What the adjustment would make of a verdict; None where it has no part in it."""
    if verdict.share >= one.share:
        return None
    if one.action == "full_credit":
        told = _told("Everybody gets the full points here.", one)
        return Verdict("credited", Fraction(1), read_as=verdict.read_as, reason=told, mal_rule=verdict.mal_rule)
    if one.action == "mistake_share":
        return _worth(one, verdict, Fraction(1)) if verdict.mal_rule == one.mistake else None
    accepted = further(one) if verdict.outcome not in ("blank", "pending") else None
    return _worth(one, replace(accepted, mal_rule=verdict.mal_rule), accepted.share) if accepted else None


def _worth(one: Adjustment, verdict: Verdict, part: Fraction) -> Verdict:
    """The verdict with the adjustment's share; `part` says how much of what is accepted the response is."""
    share = part * one.share
    if share == 1:
        told = _told("This answer is accepted as well.", one)
        return Verdict("right", share, read_as=verdict.read_as, reason=told)
    outcome: Outcome = "follows" if verdict.outcome == "follows" else "partly"
    told = _told(f"This answer earns {_percent(share)} of the points.", one)
    return replace(verdict, outcome=outcome, share=share, reason=f"{verdict.reason} {told}".strip())


def _told(what: str, one: Adjustment) -> str:
    return f"{what} {one.reason}"


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.4g}%"
