"""How large a size may grow before it is refused, and why; and what can go wrong with sizes."""

from __future__ import annotations

from typing import Final

from engine.errors import EngineError

__all__ = [
    "MAX_ARGUMENTS",
    "MAX_CASES",
    "MAX_COEFFICIENT_BITS",
    "MAX_DEGREE",
    "MAX_DIVISION_STEPS",
    "MAX_NESTING",
    "MAX_PROOF_ATOMS",
    "MAX_PROOF_STEPS",
    "MAX_PROOF_TERMS",
    "MAX_SHIFT_DEGREE",
    "MAX_TERMS",
    "MAX_TEXT",
    "MAX_VALUE_BITS",
    "MAX_WEIGHT",
    "MAX_WORDS",
    "TRIAL_LIMIT",
    "AmbiguousName",
    "InexactDivision",
    "SizeError",
    "SizeTooLarge",
    "UndecidedComparison",
    "UnhashableSize",
    "UnreadableSize",
]

# A product costs terms times terms: 40,000 small steps, about 50 ms at worst. Exam formulas have under 20.
MAX_TERMS: Final = 200
# Factors in one term. Twenty chained convolutions stay below it; K**1000 is a slip.
MAX_DEGREE: Final = 64
# Coefficients are bytes and counts; 300 decimal digits are a slip.
MAX_COEFFICIENT_BITS: Final = 1024
# Everything inside the floors, maxima and powers of one size, counted as a tree; bounds hashing and order.
MAX_WEIGHT: Final = 2000
# Floors in floors in floors: each level costs a few Python frames when a size is walked.
MAX_NESTING: Final = 40
# Names and signs of a written form without its definitions; longer ones cannot be read by anybody.
MAX_WORDS: Final = 2000
# Arguments of one maximum; every pair is compared.
MAX_ARGUMENTS: Final = 16
# Division by a sum takes one step a term; beyond this the quotient would have too many terms anyhow.
MAX_DIVISION_STEPS: Final = 2000
# Digits of a value: 20,000 decimal digits are exact in microseconds; 9**9**9 would never end.
MAX_VALUE_BITS: Final = 1 << 16
# Trial division of the base of a power, so that 4**L is 2**L * 2**L; larger primes stay together.
TRIAL_LIMIT: Final = 1000
# x = 1 + x' turns a term of degree d into 2**d terms while a sign is looked for.
MAX_SHIFT_DEGREE: Final = 10
# A sign search visits so many sums (about 10 ms at worst) of so many terms, over so many floors, maxima and powers.
MAX_PROOF_STEPS: Final = 30
MAX_PROOF_TERMS: Final = 60
MAX_PROOF_ATOMS: Final = 24
# A proof may look at each value of a maximum in turn; two maxima of four arguments are 16 cases.
MAX_CASES: Final = 32
# A declared fact is one short line.
MAX_TEXT: Final = 500


class SizeError(EngineError):
    """A size was asked for something that it cannot give; root of what goes wrong with sizes."""


class SizeTooLarge(SizeError):
    """A size has outgrown `engine.sizes.limits`."""


class InexactDivision(SizeError):
    """`/` between sizes that do not divide exactly."""


class UndecidedComparison(SizeError):
    """The truth of a comparison was asked for, and it depends on the sizes; `comparison` is which."""

    def __init__(self, message: str, comparison: object = None) -> None:
        super().__init__(message)
        self.comparison = comparison


class UnhashableSize(SizeError, TypeError):
    """A size that depends on symbols was put into a set or dictionary, or looked for in one."""


class AmbiguousName(SizeError):
    """One name stands for two different sizes in the same written form."""


class UnreadableSize(SizeError):
    """The text of a declared fact could not be read."""
