"""How far a comparison of growths goes before it is left to a person, and the exception that says so."""

from __future__ import annotations

from typing import Final

__all__ = [
    "MAX_BASE",
    "MAX_CHOICES",
    "MAX_DEEP_VARIABLES",
    "MAX_DEPTH",
    "MAX_EXPANSION",
    "MAX_NODES",
    "MAX_PAIRS",
    "MAX_POWER_BITS",
    "MAX_TERMS",
    "MAX_VARIABLES",
    "Undecided",
]

# Terms of one sum; exam answers have under 20 when they are multiplied out.
MAX_TERMS: Final = 300
# Pairs of terms looked at for one comparison, about 5 microseconds each.
MAX_PAIRS: Final = 5_000
# Terms of a whole power that is still multiplied out, so that (n + 1)**2 - n**2 is seen to be 2*n + 1.
MAX_EXPANSION: Final = 64
# Minima and maxima of one formula; exam answers have one or two.
MAX_CHOICES: Final = 10
# Nodes of a tree, and how deep they may nest; recursion stays far from Python's limit.
MAX_NODES: Final = 500
MAX_DEPTH: Final = 120
# Bits of the power of a coefficient; larger ones are known to be positive and no more.
MAX_POWER_BITS: Final = 2_048
# Numerator and denominator of the base of an exponential: trial division factors it in at most 1,000 steps.
MAX_BASE: Final = 10**6
# Declared variables; each costs a little, and their numbers stay below those of floors.
MAX_VARIABLES: Final = 200
# Variables with logarithms beside them whose order is looked at case by case: 3 cases a pair, 2 a variable.
MAX_DEEP_VARIABLES: Final = 3


class Undecided(Exception):
    """The rules of this room do not reach; never leaves the room, where it becomes None."""
