"""Amounts in words, as pages, papers, notebooks and terminals all say them: points, counts, and the first of many."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

__all__ = ["amount", "count", "first_of", "points_text"]


def amount(points: Fraction) -> str:
    """Points as people write them, with at most two decimals: `7`, `7.25`, `3.33`."""
    return f"{float(points):.2f}".rstrip("0").rstrip(".")


def points_text(points: Fraction) -> str:
    """Points in words: `1 point`, `2.5 points`; at most two decimals."""
    return count(amount(points), "point")


def count(number: object, noun: str) -> str:
    """`1 field`, `2 fields`."""
    return f"{number} {noun}" if str(number) == "1" else f"{number} {noun}s"


def first_of(names: Iterable[str], *, most: int = 6) -> str:
    """The names in a row; of more than `most` the first ones and how many more there are: `a, b and 3 more`."""
    found = list(names)
    n_more = len(found) - most
    return ", ".join(found[:most]) + (f" and {n_more} more" if n_more > 0 else "")
