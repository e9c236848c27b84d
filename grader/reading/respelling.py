"""Words and module names that stand for a sign, put into signs before a text is cut into tokens."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["respelled"]

_PERCENT: Final = re.compile(r"(?<=\d)[ \u00a0]*(?:prozent|pour[ -]cent|por ciento|per cent)\b", re.IGNORECASE)
_MILLION: Final = re.compile(r"(?<=\d)[ \u00a0]+(?:millions?|millionen|millones|mill[oó]n)\b\.?", re.IGNORECASE)
_EULER: Final = re.compile(r"\b(?:math|np|numpy)\.e\b")


def respelled(plain: str) -> str:
    """The text with "20 Prozent" as 20 %, "84.93 million" as 84.93e6 and math.e as e; of the same length."""
    for pattern, sign in ((_PERCENT, "%"), (_MILLION, "e6"), (_EULER, "e")):
        plain = pattern.sub(lambda match, sign=sign: sign.ljust(len(match.group())), plain)  # type: ignore[misc]
    return plain
