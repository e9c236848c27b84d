"""What can go wrong in the engine: one root, and a class for each kind of mistake a listing can make."""

from __future__ import annotations

__all__ = ["DomainError", "EngineError", "ListingError"]


class EngineError(Exception):
    """Root of every error that the engine raises."""


class DomainError(EngineError):
    """An operation was handed a number outside its domain, such as the logarithm of 0."""


class ListingError(EngineError):
    """A listing could not be parsed, run or followed; the message begins with the line."""
