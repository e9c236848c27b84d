"""What can go wrong in the engine: one root, and a class for each kind of mistake a listing can make."""

from __future__ import annotations

from typing import Any

__all__ = ["CarriesState", "DomainError", "EngineError", "ListingError"]


class EngineError(Exception):
    """Root of every error that the engine raises."""


class DomainError(EngineError):
    """An operation was handed a number outside its domain, such as the logarithm of 0."""


class ListingError(EngineError):
    """A listing could not be parsed, run or followed; the message begins with the line."""


class CarriesState(ListingError):
    """A loop of so many `rounds`, a size, carries something from one round to the next, or its rounds differ."""

    def __init__(self, rounds: Any, why: str, place: str = "") -> None:
        told = f"{place}: " if place else ""
        super().__init__(f"{told}a loop of {rounds} rounds cannot be followed as a whole: {why}")
        self.rounds, self.why = rounds, why

    def at(self, place: str) -> CarriesState:
        """The same, with the line."""
        return CarriesState(self.rounds, self.why, place)
