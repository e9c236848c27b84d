"""An exam: sections and slots to fill from the bank; and the making of one paper from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Literal, TypeAlias

from question_templates.answers import Key
from question_templates.band import in_band, usual_band
from question_templates.bank import Bank, Shelf
from question_templates.candidates import candidates, offered_levels
from question_templates.dice import Dice, seed_for
from question_templates.drawing import issue
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Question
from question_templates.shuffling import Seed, shuffle_options, shuffled_places
from question_templates.slot import Slot
from question_templates.work import features

__all__ = ["Exam", "Fits", "Shuffled", "Slot", "candidates", "make_paper"]

#: What a paper may have in an order of its own.
Shuffled: TypeAlias = Literal["questions", "choices"]

#: Whether a question may stand in a slot, which is named by its number in the exam's own order.
Fits: TypeAlias = Callable[[str, Question], bool]

#: A slot that is drawn from a family once more waits so many draws for another question than the paper has.
_MOST_REPEATED = 30


@dataclass(frozen=True)
class Exam:
    """What every paper of an exam has in common; `notes` are what its author should look at, and no mistakes.

    `template` names the Typst file, beside exam.yaml, that gives the PDFs a department's own look.
    """

    head: ExamHead
    slots: tuple[Slot, ...]
    shuffle: frozenset[Shuffled] = frozenset()
    numbered_in_parts: bool = False
    template: str = ""
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> Fraction:
        return sum((slot.points for slot in self.slots), Fraction(0))

    @property
    def minutes(self) -> int:
        """The estimated time of a paper, in whole minutes rounded up."""
        return ceil(sum((slot.minutes for slot in self.slots), Fraction(0)))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The number of every slot in the exam's own order: 1, 2, 3, ..., or 1.1, 1.2, 2.1, ... in parts."""
        if not self.numbered_in_parts:
            return tuple(str(place) for place in range(1, len(self.slots) + 1))
        sections = [slot.section for slot in self.slots]
        return tuple(f"{own}.{sections[: place + 1].count(own)}" for place, own in enumerate(sections))


def make_paper(exam: Exam, bank: Bank, *, secret: bytes, paper_id: str, fits: Fits | None = None) -> Paper:
    """The paper of that id, from dice of its own for every slot, so that it depends on no other paper.

    Slots share one thing: what draws from several families takes one that the paper does not have yet, while there is
    one. `fits` is one more condition on every question, such as the room that a fixed layout has for it.
    Raises: NoAdmissibleDraw when a slot finds no question.
    """
    items: list[Item] = []
    taken = {found[0].family.id for slot in exam.slots if len(found := candidates(slot, bank)) == 1}
    for place in range(len(exam.slots)):
        items.append(_item(exam, place, bank, (secret, (paper_id, str(place + 1))), items, taken, fits))
        taken.add(items[-1].variant.family)
    if "questions" in exam.shuffle:
        order = shuffled_places([slot.section for slot in exam.slots], (secret, (paper_id,)))
        items = _renumbered([items[place] for place in order], exam.numbers)
    # As it is read back: keys write formulas in the order of their parameters, which storing sorts.
    return Paper.from_text(Paper(paper_id, exam.head, tuple(items)).to_text())


def _renumbered(items: Sequence[Item], numbers: Sequence[str]) -> list[Item]:
    """The items numbered by their places; each keeps the slot that it came from."""
    return [replace(item, number=number) for item, number in zip(items, numbers, strict=True)]


def _item(
    exam: Exam, place: int, bank: Bank, seed: Seed, earlier: Sequence[Item], taken: set[str], fits: Fits | None
) -> Item:
    slot, number = exam.slots[place], exam.numbers[place]
    secret, where = seed
    dice = Dice(seed_for(secret, "slot", *where))
    shelf = _shelf(candidates(slot, bank), dice, taken)
    level = _level(offered_levels(slot, shelf), slot, dice)
    band = slot.band or usual_band(shelf, level, slot.wanted)
    is_new = _newness([item.question for item in earlier if item.variant.family == shelf.family.id])

    def arranged(question: Question) -> Question:
        return shuffle_options(question, seed) if "choices" in exam.shuffle else question

    def suits(key: Key, question: Question) -> bool:
        within = in_band(features(key, question), band) and is_new(question)
        return within and (fits is None or fits(number, arranged(question)))

    purpose: Literal["exam", "practice"] = "practice" if exam.head.practice else "exam"
    issued = issue(shelf, dice, level=level, purpose=purpose, wanted=slot.wanted, fits=suits)
    return Item(number, slot.points, issued.variant, arranged(issued.question), slot.policy, section=slot.section)


def _shelf(found: Sequence[Shelf], dice: Dice, taken: set[str]) -> Shelf:
    """One of the families, and one that the paper does not have yet where there is one."""
    first = dice.choice(found)
    free = [shelf for shelf in found if shelf.family.id not in taken]
    # Any family equally likely, and then another one if that is taken: every free one is equally likely too.
    return first if first in free or not free else dice.choice(free)


def _level(offered: Sequence[int], slot: Slot, dice: Dice) -> int | None:
    """The level to draw; None lets every draw choose its own."""
    if not slot.levels:
        return None
    return offered[0] if len(offered) == 1 else dice.choice(offered)


def _newness(earlier: Sequence[Question]) -> Callable[[Question], bool]:
    """Whether the paper does not have that question yet; a family that keeps drawing the same may repeat itself."""
    n_repeated = 0

    def is_new(question: Question) -> bool:
        nonlocal n_repeated
        # Options in another order are still the same question.
        is_repeated = any((question.body, question.kinds) == (other.body, other.kinds) for other in earlier)
        n_repeated += is_repeated
        return not is_repeated or n_repeated > _MOST_REPEATED

    return is_new
