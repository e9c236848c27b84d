"""The variants that oracles look at: seeds that never change, levels that take turns."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import question_templates
from engine.sizes import evaluate
from question_templates.bank import Shelf
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue
from question_templates.family_file import read_family

#: How many variants of each family an oracle recomputes.
N_SEEDS = 200

_FAMILIES = Path(question_templates.__file__).with_name("families")


@cache
def shelf_of(family: str) -> Shelf:
    """One family, read by itself, whatever the state of the others."""
    return Shelf(read_family(_FAMILIES / family), _FAMILIES / family)


def issued(family: str, seed: int) -> Issue:
    """The variant of one seed."""
    shelf = shelf_of(family)
    level = shelf.family.levels[seed % len(shelf.family.levels)]
    return issue(shelf, Dice(f"oracle {seed}".encode()), level=level)


def text_of(made: Issue) -> str:
    """What a question says, its line breaks taken for spaces."""
    return " ".join(made.question.body.split())


def at(expected: Any, values: dict[str, int]) -> Any:
    """A formula of a key, or each axis of a shape, at given sizes."""
    if isinstance(expected, (tuple, list)):
        return tuple(evaluate(part, values) for part in expected)
    return evaluate(expected, values)
