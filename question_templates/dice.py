"""Every random draw: keyed seeds, and dice that use only the one stream Python promises to keep.

`random.Random(seed).random()` gives the same numbers in every Python version; `randint`, `choice` and
`shuffle` do not promise that, so they are not used. Nothing else in the project draws at random.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import secrets
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Dice", "is_paper_id", "new_secret", "paper_id", "seed_for"]

T = TypeVar("T")

# No 0/O, 1/I/L, U/V: a paper id is read aloud and typed from paper. 29**8 ids make a collision among 10,000
# papers less likely than one in 10,000.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


class Dice:
    """A reproducible source of draws."""

    def __init__(self, seed: bytes) -> None:
        self._uniform = random.Random(int.from_bytes(seed, "big")).random

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._uniform() * (high - low + 1))

    def choice(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]

    def chance(self, probability: float) -> bool:
        return self._uniform() < probability

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in random order (Fisher and Yates)."""
        mixed = list(things)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.integer(0, last)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def sample(self, things: Sequence[T], count: int) -> list[T]:
        """`count` different things, in random order."""
        return self.shuffled(things)[:count]


def new_secret() -> bytes:
    """A fresh exam secret; whoever holds it can predict that exam's papers."""
    return secrets.token_bytes(32)


def seed_for(secret: bytes, *place: str) -> bytes:
    """The seed of one place of an exam, such as (paper id, slot): HMAC-SHA256 under the exam's secret."""
    # Lengths are part of the message, so that ("1", "23") and ("12", "3") differ.
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in place)
    return hmac.new(secret, message, hashlib.sha256).digest()


def paper_id(secret: bytes, *place: str) -> str:
    """An id such as `K7QF-2MXP` for one student's or spare paper; it tells nothing about its owner."""
    number = int.from_bytes(seed_for(secret, "paper id", *place), "big")
    letters = []
    for _ in range(8):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def is_paper_id(text: str) -> bool:
    """Whether a text has the form of a paper id, whoever's it may be."""
    letters = text.replace("-", "", 1)
    return len(text) == 9 and text[4] == "-" and len(letters) == 8 and set(letters) <= set(_ALPHABET)
