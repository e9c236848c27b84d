"""What a field assumes about its variables: the kind of number each one is, and relations between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from grader.reading.tree import Expression

__all__ = ["Assumption", "Domain", "Relation", "domain_of"]

Relation: TypeAlias = Literal["<", "<=", ">", ">=", "==", "!="]


@dataclass(frozen=True, slots=True)
class Domain:
    """Whole or real numbers, from `least` on; None where there is no least one."""

    is_whole: bool
    least: int | None
    is_open: bool = False  # whether `least` itself is left out, for real numbers


@dataclass(frozen=True, slots=True)
class Assumption:
    """left relation right holds for all values that the question speaks about."""

    left: Expression
    relation: Relation
    right: Expression


_WHOLE = ("integer", "int", "natural", "whole")


def domain_of(words: str) -> Domain:
    """The domain that words such as "positive integer", "nonnegative integer", "positive real" or "real" name.

    Raises: ValueError for words that name none.
    """
    low = words.lower().replace("-", "").replace("_", " ")
    whole = any(word in low for word in _WHOLE)
    if not whole and not any(word in low for word in ("real", "number", "float", "positive", "negative", "rational")):
        raise ValueError(f"{words!r} names no domain; write 'positive integer', 'nonnegative integer' or 'real'.")
    if "nonneg" in low or ">= 0" in low:
        return Domain(whole, 0)
    if "positive" in low or "natural" in low or "> 0" in low or ">= 1" in low:
        return Domain(whole, 1 if whole else 0, is_open=not whole)
    return Domain(whole, None)


def places_of(variables: Sequence[str]) -> dict[str, int]:
    """The place of each variable in a point."""
    return {name: place for place, name in enumerate(variables)}
