"""What an exam may put in another order on every paper: the questions of a section, and the options of choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from question_templates.dice import Dice, seed_for
from question_templates.question import Field, Question

__all__ = ["Seed", "shuffle_options", "shuffled_places"]

#: The exam's secret and the place of what is shuffled: paper id, and the rest of the way.
Seed: TypeAlias = tuple[bytes, tuple[str, ...]]

# An option that speaks of the others makes sense after them alone.
_OF_OTHERS = re.compile(r"\W*(none|neither|all|both|any|some)\b.*\b(these|those|them|above|others?|options?)\b", re.I)


def shuffle_options(question: Question, seed: Seed) -> Question:
    """The question with every choice's options in an order of its own; a key still knows which is which."""
    return replace(question, fields=tuple(_shuffled(asked, seed) for asked in question.fields))


def _shuffled(asked: Field, seed: Seed) -> Field:
    texts = list(asked.options.values())
    n_free = _n_free(texts, asked.fixed_last)
    if n_free < 2:
        return asked
    secret, place = seed
    dice = Dice(seed_for(secret, "options", *place, asked.name))
    order = (*dice.shuffled(range(n_free)), *range(n_free, len(texts)))
    options: Mapping[str, str] = dict(zip(asked.options, (texts[position] for position in order), strict=True))
    return replace(asked, options=options, shuffled=order)


def _n_free(texts: Sequence[str], fixed_last: int) -> int:
    """How many options may change places: those before the fixed ones and before "none of these" and its like."""
    n_free = max(len(texts) - fixed_last, 0)
    while n_free and _OF_OTHERS.fullmatch(texts[n_free - 1].strip().rstrip(".")):
        n_free -= 1
    return n_free


def shuffled_places(sections: Sequence[int], seed: Seed) -> list[int]:
    """For every place of a paper the slot that stands there: slots change places within their section.

    `sections` has every slot's section; those of a section stand together.
    """
    secret, place = seed
    order: list[int] = []
    for section, slots in groupby(range(len(sections)), key=lambda slot: sections[slot]):
        order += Dice(seed_for(secret, "order", *place, str(section))).shuffled(list(slots))
    return order
