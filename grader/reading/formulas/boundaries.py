"""Where one stretch of mathematics ends and the next begins: what commas, dashes, stars and new lines say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.reading.formulas.role_pass import OPERANDS
from grader.reading.tokens import Token
from grader.reading.unreadable import refusal

__all__ = ["CLOSING", "OPENING", "Boundaries", "pairs_of"]

OPENING: Final = {"(": ")", "[": "]", "{": "}", "\u230a": "\u230b", "\u2308": "\u2309"}
CLOSING: Final = frozenset(OPENING.values())
_GROWING: Final = ("*", "/", "^", "**", "+", "//", "%")
_BULLETS: Final = ("*", "\u2022", "#", "##")
# List numbers beyond this are figures.
_LAST_ITEM: Final = 20


def pairs_of(tokens: Sequence[Token]) -> dict[int, int]:
    """Which closing parenthesis belongs to which opening one, by place."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in OPENING:
            waiting.append(index)
        elif token.text in CLOSING:
            while waiting and OPENING[tokens[waiting[-1]].text] != token.text:
                waiting.pop()
            if waiting:
                pairs[waiting.pop()] = index
    return pairs


class Boundaries:
    """The tokens of an answer, what has been gathered of them so far, and what the sign at a place does."""

    def __init__(self, tokens: Sequence[Token], *, commas: bool, signed: bool, own: frozenset[str]) -> None:
        self.tokens = tokens
        self.commas = commas
        self.signed = signed
        self.own = own
        self.pairs = pairs_of(tokens)
        self.gathered: list[Token] = []
        self.depth = 0
        self.bold: list[str] = []

    def goes_on_behind(self, end: int) -> bool:
        return end + 1 < len(self.tokens) and self.tokens[end + 1].text in ("*", "/", "^", "**", "//", "+", "-")

    def is_aside(self, start: int, end: int) -> bool:
        """Whether a parenthesis holds words or a statement, so that it is a remark and no factor."""
        before = self.tokens[start - 1] if start else None
        if before is not None and before.kind == "unit" and self.tokens[start].spaced:
            return self.tokens[start].text in ("(", "[")  # 64 MiB [67108864 bytes], 8nm bytes (8*n*m)
        if self.tokens[start].text != "(" or (start and self.tokens[start - 1].kind == "function"):
            return False
        inside = self.tokens[start + 1 : end]
        operators = ("*", "/", "^", "**", "//", "%")
        factor = (start and self.tokens[start - 1].text in (*operators, "+", "-")) or (
            end + 1 < len(self.tokens) and self.tokens[end + 1].text in operators
        )
        if factor and any(token.kind in ("relation", "comparison") for token in inside):
            return False
        if any(token.kind in ("word", "relation", "comparison") for token in inside):
            return True
        if before is not None and any(token.kind == "unit" and token.detail != 1 for token in inside):
            return True  # 67108864 (64 MiB)
        if [token.kind for token in inside] == ["number", "unit"]:
            return any(t.text == inside[0].text for t in self.tokens[:start])  # n*m*8 (8 bytes per float64)
        return len(inside) == 1 and inside[0].kind == "unit" and inside[0].detail == 1

    def begins_statement(self, index: int) -> bool:
        """`8*N*P M = ...`: a name with a relation behind it is no factor of what stands before it."""
        last = self.gathered[-1] if self.gathered else None
        if last is None or self.depth or index + 1 >= len(self.tokens) or self.tokens[index + 1].kind != "relation":
            return False
        ends = last.kind in (*OPERANDS, "raised") or last.text in CLOSING
        token = self.tokens[index]
        if last.kind == "number" and len(self.gathered) == 1:
            return False  # 2M = 8*N*P
        fresh = token.detail != "known" or token.text in self.own
        return ends and fresh and token.kind == "symbol" and not any(t.kind == "relation" for t in self.gathered[-2:])

    def is_before_word(self, index: int) -> bool:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return following is not None and following.kind == "word" and following.spaced

    def is_attribute(self, index: int) -> bool:
        """The point of `(N, P).T`."""
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        stuck = following is not None and not following.spaced and following.kind in ("symbol", "word", "function")
        return stuck and bool(self.gathered) and self.gathered[-1].text in (")", "]") and not self.tokens[index].spaced

    def adds_behind(self, index: int) -> bool:
        """The comma of `rounded down, plus 1`."""
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return following is not None and following.kind == "sign" and following.detail == "word"

    def is_list_number(self, index: int) -> bool:
        """The 1 of `1. 8*N*P` at the start of a line."""
        if len(self.gathered) != 1 or self.gathered[0].kind != "number" or index + 1 >= len(self.tokens):
            return False
        text = self.gathered[0].text
        begins = index < 2 or self.tokens[index - 2].kind == "newline"
        goes_on = self.tokens[index + 1].kind != "newline" and self.tokens[index + 1].spaced
        return begins and goes_on and text.isdigit() and int(text) <= _LAST_ITEM

    def keeps_comma(self, index: int) -> bool:
        """In shapes a comma separates axes, unless a statement of its own follows."""
        if not self.commas or not self.gathered:
            return False
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        after = self.tokens[index + 2] if index + 2 < len(self.tokens) else None
        if following is None or following.kind not in (*OPERANDS, "function", "sign"):
            return False
        return after is None or after.kind != "relation"

    def is_emphasis(self, index: int, token: Token) -> bool:
        """Markdown's *stars* around an answer: a pair, with nothing to multiply on one side each."""
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        last = self.gathered[-1] if self.gathered else None
        stands_free = last is None or last.kind == "relation"
        if token.text in self.bold:
            ends = (
                stands_free
                or following is None
                or following.kind in ("newline", "word")
                or following.text in (".", ",", ";", ")")
            )
            if ends:
                self.bold.remove(token.text)
            return ends
        opens = stands_free and following is not None and not following.spaced
        if opens:
            self.bold.append(token.text)
        return opens

    def starts_line(self, index: int) -> bool:
        return not self.gathered and (index == 0 or self.tokens[index - 1].kind == "newline")

    def is_bullet(self, index: int, token: Token) -> bool:
        if token.text in _BULLETS:
            return True
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if token.text != "-" or following is None:
            return False
        if following.spaced and following.kind != "word" and self.signed:
            raise refusal(
                token.start,
                "We read a dash at the start of a line and can't tell whether it is a minus sign or a bullet; "
                "please leave out the bullet, or write the sign without a blank behind it.",
            )
        return following.kind == "word" or (
            following.spaced and following.kind in ("symbol", "number", "sign", "function")
        )

    def ends_text(self, index: int) -> bool:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return (following is None or following.kind == "newline") and (self.commas or not self.gathered)

    def goes_on(self, following: Token, index: int) -> bool:
        last = self.gathered[-1]
        if self.depth > 0:
            return True
        if following.kind == "relation" and following.text in ("=", "\u2248") and following.detail != "word":
            return True
        after = self.tokens[index + 2] if index + 2 < len(self.tokens) else None
        bullet = following.text in ("*", "-", "+") and after is not None and after.spaced and following.text != "+"
        if following.kind == "sign" and following.text in _GROWING and not bullet:
            return True
        if last.kind == "sign" and last.text in (*_GROWING, "-", ","):
            return True
        return last.kind == "relation" and last.text != ":" and following.kind in (*OPERANDS, "sign", "function")
