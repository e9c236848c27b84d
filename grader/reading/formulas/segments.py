"""Cuts an answer into segments: stretches of mathematics, each with the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from grader.reading.formulas.role_pass import OPERANDS
from grader.reading.tokens import Token
from grader.reading.unreadable import refusal

__all__ = ["Segment", "cut_into_segments", "pairs_of"]

_OPENING: Final = {"(": ")", "[": "]", "{": "}", "\u230a": "\u230b", "\u2308": "\u2309"}
_CLOSING: Final = frozenset(_OPENING.values())
_GROWING: Final = ("*", "/", "^", "**", "+", "//", "%")
_ENDS: Final = (";", ".", '"', "\u00bf", "\u00a1")
_BULLETS: Final = ("*", "\u2022", "#", "##")
# List numbers beyond this are figures.
_LAST_ITEM: Final = 20


@dataclass(frozen=True)
class Segment:
    """One stretch of mathematics, such as `M = 8*N*P`, before it is parsed."""

    tokens: tuple[Token, ...]
    lead: tuple[str, ...]  # the words before it since the last segment, in small letters
    separator: str  # what stands directly before it: a comma, "and", ";" or nothing
    aside: bool  # whether it stands in parentheses among words
    line: int
    sentence: int
    after: tuple[str, ...] = field(default=())  # the words behind it up to the next segment or the sentence's end

    @property
    def start(self) -> int:
        return self.tokens[0].start


def pairs_of(tokens: Sequence[Token]) -> dict[int, int]:
    """Which closing parenthesis belongs to which opening one, by place."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in _OPENING:
            waiting.append(index)
        elif token.text in _CLOSING:
            while waiting and _OPENING[tokens[waiting[-1]].text] != token.text:
                waiting.pop()
            if waiting:
                pairs[waiting.pop()] = index
    return pairs


def cut_into_segments(tokens: Sequence[Token], *, commas: bool) -> list[Segment]:
    """The segments in order; with `commas`, commas outside parentheses separate axes and not statements."""
    cutter = _Cutter(tokens, commas)
    for index in range(len(tokens)):
        cutter.step(index)
    cutter.cut("")
    cutter.end_sentence()
    return cutter.segments


class _Cutter:
    """Gathers tokens until something ends the segment."""

    def __init__(self, tokens: Sequence[Token], commas: bool) -> None:
        self.tokens = tokens
        self.commas = commas
        self.pairs = pairs_of(tokens)
        self.opens_aside = {start for start, end in self.pairs.items() if self.is_aside(start, end)}
        self.closes_aside = {self.pairs[start] for start in self.opens_aside}
        self.closes = {end: start for start, end in self.pairs.items()}
        self.segments: list[Segment] = []
        self.gathered: list[Token] = []
        self.lead: list[str] = []
        self.separator = ""
        self.depth = 0
        self.asides = 0
        self.line = 1
        self.first_line = 1
        self.sentence = 0
        self.skipped = 0
        self.bold: list[str] = []

    def goes_on_behind(self, end: int) -> bool:
        return end + 1 < len(self.tokens) and self.tokens[end + 1].text in ("*", "/", "^", "**", "//", "+", "-")

    def is_aside(self, start: int, end: int) -> bool:
        """Whether a parenthesis holds words or a statement, so that it is a remark and no factor."""
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
        return len(inside) == 1 and inside[0].kind == "unit" and inside[0].detail == 1

    def step(self, index: int) -> None:
        token = self.tokens[index]
        if index < self.skipped:
            return
        if token.kind == "newline":
            self.newline(index)
        elif index in self.opens_aside and self.gathered and self.goes_on_behind(self.pairs[index]):
            self.skipped = self.pairs[index] + 1  # the (K and V) of `2 (K and V) * n`
        elif index in self.opens_aside:
            self.cut("")
            self.asides += 1
        elif index in self.closes_aside:
            self.cut("")
            self.asides -= 1
        elif token.kind == "word":
            self.word(token)
        elif token.kind == "sign":
            self.sign(index, token)
        elif token.kind == "relation" and token.text == "\u21d2":
            self.cut("")
            self.lead.append("=>")
        elif token.text == ":" and token.kind == "relation" and any(t.text == "=" for t in self.gathered):
            self.cut("")  # with c = len(checkpoints): 8*c*n
        elif self.begins_statement(index):
            self.cut("")
            self.take(token)
        else:
            self.take(token)

    def begins_statement(self, index: int) -> bool:
        """`8*N*P M = ...`: a name with a relation behind it is no factor of what stands before it."""
        last = self.gathered[-1] if self.gathered else None
        if last is None or self.depth or index + 1 >= len(self.tokens) or self.tokens[index + 1].kind != "relation":
            return False
        ends = last.kind in (*OPERANDS, "raised") or last.text in _CLOSING
        return (
            ends and self.tokens[index].kind == "symbol" and not any(t.kind == "relation" for t in self.gathered[-2:])
        )

    def word(self, token: Token) -> None:
        low = token.text.lower()
        self.cut("and" if low in ("and", "und", "et", "y", "&") else "")
        self.lead.append(low)

    def sign(self, index: int, token: Token) -> None:
        if self.starts_line(index) and self.is_bullet(index, token):
            return
        if token.text in (")", "]", "}") and index not in self.closes and len(self.gathered) == 1:
            self.gathered = []  # the `a)` or `2)` before an answer
            return
        if token.text == "." and self.is_list_number(index):
            self.gathered = []
            return
        if token.text == ";" and self.commas and self.depth > 0:
            self.take(token)
            return
        if token.text == "?":
            raise refusal(
                token.start, "We read a question mark and can't tell which answer you mean; please write only that one."
            )
        if token.text in _ENDS or (token.text == "!" and self.ends_text(index)):
            self.cut(token.text)
            if token.text != '"' and self.lead[-1:] != ["="]:  # "the memory is." goes on below
                self.end_sentence()
            return
        if token.text == ".." and not self.gathered:
            return
        if token.text == "," and self.gathered and self.adds_behind(index):
            return  # rounded down, plus 1
        if token.text == "," and self.depth <= 0 and not self.keeps_comma(index):
            self.cut(",")
            return
        if token.text == "'" and not self.gathered:
            return
        if token.text in ("*", "**") and self.is_emphasis(index, token):
            return
        self.take(token)

    def adds_behind(self, index: int) -> bool:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return following is not None and following.kind == "sign" and following.text in ("+", "-") and following.spaced

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
        if token.text in self.bold:
            ends = following is None or following.kind in ("newline", "word") or following.text in (".", ",", ";", ")")
            if ends:
                self.bold.remove(token.text)
            return ends
        opens = not self.gathered and following is not None and not following.spaced
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
        return following.kind == "word" or (
            following.spaced and following.kind in ("symbol", "number", "sign", "function")
        )

    def ends_text(self, index: int) -> bool:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return (following is None or following.kind == "newline") and (self.commas or not self.gathered)

    def newline(self, index: int) -> None:
        """A new line ends the segment, unless the line before or after it is plainly unfinished."""
        self.line += 1
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if self.gathered and following is not None and self.goes_on(following, index):
            return
        blank = following is not None and following.kind == "newline"
        self.cut("\n")
        if blank and self.lead[-1:] != ["="]:
            self.end_sentence()

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

    def take(self, token: Token) -> None:
        if not self.gathered:
            self.first_line = self.line
        self.gathered.append(token)
        if token.kind == "sign":
            self.depth += (token.text in _OPENING) - (token.text in _CLOSING)

    def cut(self, separator: str) -> None:
        run = self.gathered
        self.gathered, self.depth = [], 0
        if not run:
            self.separator = separator or self.separator
            return
        has_operand = any(token.kind in (*OPERANDS, "function") for token in run)
        if has_operand or any(token.kind == "sign" and token.text not in "-*'&" for token in run):
            self.add(tuple(run))
            self.lead = []
        elif any(token.kind == "relation" for token in run):
            self.lead.append("=")
        self.separator = separator

    def add(self, run: tuple[Token, ...]) -> None:
        self.close_words()
        lead = tuple(self.lead)
        aside = self.asides > 0
        self.segments.append(Segment(run, lead, self.separator, aside, self.first_line, self.sentence))

    def close_words(self) -> None:
        """The words between two segments of one sentence stand behind the first as well."""
        if self.lead and self.segments and self.segments[-1].sentence == self.sentence:
            self.segments[-1] = replace(self.segments[-1], after=tuple(self.lead))

    def end_sentence(self) -> None:
        self.close_words()
        self.lead = []
        self.sentence += 1
