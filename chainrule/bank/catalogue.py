"""`bank list`: what families there are, as rows, as a table for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from chainrule.amount_words import count
from chainrule.terminal.ink import PLAIN, Ink
from chainrule.terminal.tables import GLUE, table
from question_templates.bank import Bank

__all__ = ["Row", "catalogue", "catalogue_json", "catalogue_text"]

_N_COLUMNS = 4


@dataclass(frozen=True)
class Row:
    """One family; `kinds` are the answers that it may ask for, in the order of its fields."""

    id: str
    topic: str
    title: str
    levels: tuple[int, ...]
    kinds: tuple[str, ...]
    minutes: int


def catalogue(bank: Bank, *, topic: str = "", level: int | None = None, kind: str = "") -> tuple[Row, ...]:
    """The families of a topic, a level and an answer kind, sorted by topic and id."""
    rows = []
    for shelf in bank.choose_from(topic=topic, level=level):
        family = shelf.family
        kinds = tuple(dict.fromkeys(rule.kind for rule in family.fields))
        if kind in ("", *kinds):
            rows.append(Row(family.id, family.topic, family.title, family.levels, kinds, family.minutes))
    return tuple(sorted(rows, key=lambda row: (row.topic, row.id)))


def catalogue_json(rows: Sequence[Row]) -> str:
    """The rows as a JSON list of objects with sorted keys."""
    return json.dumps([asdict(row) for row in rows], indent=2, sort_keys=True)


def catalogue_text(rows: Sequence[Row], *, width: int = 100, ink: Ink = PLAIN) -> str:
    """The rows by topic, what each asks for below its title, and a line that counts them."""
    if not rows:
        return "No family is like that; `chainrule bank list` shows all there are."
    cells = []
    for place, row in enumerate(rows):
        if place == 0 or rows[place - 1].topic != row.topic:
            cells += [[""] * _N_COLUMNS] * (place > 0) + [[ink.strong(row.topic), *[""] * (_N_COLUMNS - 1)]]
        told = f"{row.title}\n{' '.join(map(ink.quiet, ', '.join(row.kinds).split(' ')))}"
        cells.append([f"  {row.id}".replace(" ", GLUE), _span(row.levels), str(row.minutes), told])
    drawn = table(("family", "levels", "min", "title, and what it asks for"), cells, width=width, right=[2], ink=ink)
    n_topics = len({row.topic for row in rows})
    families = "1 family" if len(rows) == 1 else f"{len(rows)} families"
    topics = count(n_topics, "topic")
    return f"{drawn}\n\n{ink.quiet(f'{families}, {topics}')}"


def _span(levels: Sequence[int]) -> str:
    """`1-3` for levels without a gap, `1, 3` for others."""
    if len(levels) > 1 and list(levels) == list(range(levels[0], levels[-1] + 1)):
        return f"{levels[0]}-{levels[-1]}"
    return ", ".join(map(str, levels))
