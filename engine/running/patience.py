"""How much a listing may ask for before it is refused: every run, and every proof of what it relies on, counts."""

from __future__ import annotations

from typing import Final

from engine.errors import ListingError

__all__ = ["Patience"]

# In facts that were held against another; about half a millisecond each at worst. A net of fifty convolutions relies on
# a hundred inequalities, each held against those before it: 5,000. A fit over two sizes is a hundred runs; three
# hundred are the most.
MOST: Final = 12_000
A_RUN: Final = 40


class Patience:
    """Shared by all runs that one call of `run_listing` leads to."""

    def __init__(self) -> None:
        self._left = MOST

    def spend(self, amount: int = A_RUN) -> None:
        """Raises: ListingError when there is none left."""
        self._left -= amount
        if self._left < 0:
            raise ListingError(
                "the listing takes too many proofs or runs to follow; declare what it relies on, or give more of its "
                "sizes as plain numbers."
            )
