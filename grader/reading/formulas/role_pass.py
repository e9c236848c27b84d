"""One pass over the tokens of a formula's text: what has been given a role so far, and a look at what comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from grader.reading.formulas.names import Names
from grader.reading.tokens import Token

__all__ = ["BINARY", "OPERANDS", "RolePass"]

#: Kinds of tokens that are a whole operand by themselves.
OPERANDS: Final = ("number", "fraction", "constant", "symbol", "unit")
#: Signs between two operands; a minus may also stand before one.
BINARY: Final = ("*", "/", "^", "**", "+", "//", "%")
_CLOSING: Final = (")", "}", "]", "\u230b", "\u2309", "|", "!")

_OPENING: Final = ("(", "\\frac", "\u230a", "\u2308", "[", "{")


class RolePass:
    """The tokens, the names they may be, and the output so far; the methods of its children each look at one place.

    `units`: words such as bytes and KiB are units, with a student's `own_units`; `growth`: O(...) is an order;
    `axes`: "by" stands between axes.
    """

    def __init__(
        self,
        tokens: Sequence[Token],
        names: Names,
        *,
        units: bool,
        growth: bool,
        axes: bool,
        own_units: Mapping[str, Fraction],
    ) -> None:
        self.tokens = tokens
        self.names = names
        self.units = units
        self.growth = growth
        self.axes = axes
        self.own_units = own_units
        self.out: list[Token] = []

    def at(self, index: int) -> Token | None:
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def low(self, index: int) -> str:
        token = self.at(index)
        return token.text.lower() if token and token.kind == "name" else ""

    def text(self, index: int) -> str:
        token = self.at(index)
        return token.text if token else ""

    def after_operand(self) -> bool:
        last = self.out[-1] if self.out else None
        return last is not None and (last.kind in (*OPERANDS, "raised") or last.text in _CLOSING)

    def put(self, token: Token, kind: str, text: str, next_index: int, detail: object = None) -> int:
        self.out.append(token._replace(kind=kind, text=text, detail=detail))
        return next_index

    def starts_operand(self, token: Token | None) -> bool:
        """Whether an operand begins with `token`."""
        if token is None:
            return False
        return token.kind in ("number", "name", "fraction") or token.text in _OPENING

    def is_mathematical(self, token: Token) -> bool:
        """Whether a word is a name of the question or a product of some."""
        return self.names.find(token.text) is not None or self.names.product(token.text) is not None
