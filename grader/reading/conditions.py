"""Sets aside relu's rule in working: `(1 if z7.value > 0 else 0)` is a factor without a number of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.reading.tokens import Token

__all__ = ["fold_conditions"]

_COMPARISONS: Final = ("<", ">", "<=", ">=")
# A condition in parentheses is short; looking no further keeps the search linear.
_LONGEST: Final = 16


def fold_conditions(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with every parenthesised condition, such as `(z7.value > 0)`, as one symbol."""
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        end = _condition_end(tokens, index) if tokens[index].text == "(" else None
        if end is None:
            out.append(tokens[index])
            index += 1
        else:
            out.append(tokens[index]._replace(kind="symbol", text="(condition)"))
            index = end + 1
    return out


def _condition_end(tokens: Sequence[Token], opening: int) -> int | None:
    """Where the parenthesis at `opening` closes, if a comparison stands in it and it is a factor."""
    compares, depth = False, 0
    for index in range(opening + 1, min(opening + _LONGEST, len(tokens))):
        token = tokens[index]
        if token.kind == "newline" or token.text in ("=", "=="):
            return None
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            factor = index + 1 < len(tokens) and tokens[index + 1].text == "*"
            begins = opening > 0 and tokens[opening - 1].text in ("*", "=", "+=", "==")
            return index if compares and (factor or begins) else None
        compares = compares or token.text in _COMPARISONS
    return None
