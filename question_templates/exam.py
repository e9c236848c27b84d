"""An exam: slots to fill from the bank; and the making of one paper from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from question_templates.answers import Key
from question_templates.band import in_band, usual_band
from question_templates.bank import Bank, Shelf
from question_templates.dice import Dice, seed_for
from question_templates.drawing import issue
from question_templates.errors import BrokenExam
from question_templates.paper import DEFAULT_POLICY, ExamHead, Item, Paper, Policy
from question_templates.question import Question
from question_templates.work import features

__all__ = ["Exam", "Slot", "candidates", "make_paper"]


@dataclass(frozen=True)
class Slot:
    """One place of the exam: a family by id, or any family of a topic; `place` is where exam.yaml says it.

    `band` has the least and the most of a variant's features of work, by name; without one, the slot keeps to the
    middle of what its families draw.
    """

    points: Fraction
    family: str = ""
    topic: str = ""
    level: int | None = None
    policy: Policy = DEFAULT_POLICY
    place: str = ""
    band: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Exam:
    """What every paper of an exam has in common."""

    head: ExamHead
    slots: tuple[Slot, ...]

    @property
    def points(self) -> Fraction:
        return sum((slot.points for slot in self.slots), Fraction(0))


def make_paper(exam: Exam, bank: Bank, *, secret: bytes, paper_id: str) -> Paper:
    """The paper of that id: every slot is drawn with its own seed, so that no slot depends on another one."""
    items = tuple(_item(slot, number, bank, secret, paper_id) for number, slot in enumerate(exam.slots, start=1))
    return Paper(paper_id, exam.head, items)


def candidates(slot: Slot, bank: Bank) -> tuple[Shelf, ...]:
    """The families a slot may draw from; raises BrokenExam with the slot's place when there are none."""
    if slot.family and slot.family not in bank.shelves:
        known = ", ".join(sorted(bank.shelves))
        raise BrokenExam(f"{slot.place}: there is no family {slot.family!r}; the bank has {known}.")
    found = (bank.shelves[slot.family],) if slot.family else bank.choose_from(topic=slot.topic)
    fitting = tuple(shelf for shelf in found if slot.level in (None, *shelf.family.levels))
    if not fitting:
        wanted = slot.family or f"topic {slot.topic!r}"
        raise BrokenExam(f"{slot.place}: {wanted} offers nothing at level {slot.level}.")
    return fitting


def _item(slot: Slot, number: int, bank: Bank, secret: bytes, paper_id: str) -> Item:
    dice = Dice(seed_for(secret, "slot", paper_id, str(number)))
    shelf = dice.choice(candidates(slot, bank))
    band = slot.band or usual_band(shelf, slot.level)

    def fits(key: Key, question: Question) -> bool:
        return in_band(features(key, question), band)

    issued = issue(shelf, dice, level=slot.level, purpose="exam", fits=fits)
    return Item(str(number), slot.points, issued.variant, issued.question, slot.policy)
