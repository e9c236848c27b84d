"""Worked solutions for whoever decides: of one question at a time, written when a page needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from question_templates.bank import open_bank
from question_templates.family import Family
from question_templates.paper import Item
from question_templates.solution import Solution, write_solution
from question_templates.solving import solve_item

__all__ = ["solutions_from"]


def solutions_from(bank: Path, families: Mapping[str, Family]) -> Callable[[Item], Solution | None]:
    """A function that gives a question's worked solution, or None where our key fails: its answers wait for that."""
    shelves = open_bank(bank)

    def solution_of(item: Item) -> Solution | None:
        try:
            key = solve_item(item, families)
            return write_solution(shelves.shelf(item.variant.family), item.variant, key)
        except Exception:  # noqa: BLE001 - whatever goes wrong is our fault, and must not cost the page
            return None

    return solution_of
