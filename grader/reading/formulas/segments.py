"""Cuts an answer into segments: stretches of mathematics, each with the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from grader.reading.formulas.boundaries import CLOSING, OPENING, Boundaries
from grader.reading.formulas.role_pass import OPERANDS
from grader.reading.tokens import Token
from grader.reading.unreadable import refusal

__all__ = ["Segment", "cut_into_segments"]

_ENDS: Final = (";", ".", '"', "\u00bf", "\u00a1")
_AND: Final = ("and", "und", "et", "y", "e")


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


def cut_into_segments(
    tokens: Sequence[Token], *, commas: bool = False, signed: bool = False, own: frozenset[str] = frozenset()
) -> list[Segment]:
    """The segments in order.

    With `commas`, commas outside parentheses separate axes and not statements; with `signed`, a dash at the start may
    be a minus sign; `own` are the names that the text itself defines.
    Raises: Refusal for a dash that may be a minus sign or a bullet, and for a question mark.
    """
    cutter = _Cutter(tokens, commas=commas, signed=signed, own=own)
    for index in range(len(tokens)):
        cutter.step(index)
    cutter.cut("")
    cutter.end_sentence()
    return cutter.segments


class _Cutter(Boundaries):
    """Gathers tokens until something ends the segment."""

    def __init__(self, tokens: Sequence[Token], *, commas: bool, signed: bool, own: frozenset[str]) -> None:
        super().__init__(tokens, commas=commas, signed=signed, own=own)
        self.opens_aside = {start for start, end in self.pairs.items() if self.is_aside(start, end)}
        self.closes_aside = {self.pairs[start] for start in self.opens_aside}
        self.closes = {end: start for start, end in self.pairs.items()}
        self.segments: list[Segment] = []
        self.lead: list[str] = []
        self.separator = ""
        self.asides = 0
        self.line = 1
        self.first_line = 1
        self.sentence = 0
        self.skipped = 0

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

    def word(self, token: Token) -> None:
        low = token.text.lower()
        if self.commas and low in _AND and self.gathered and any(t.text == "," for t in self.gathered):
            self.take(token._replace(kind="sign", text=","))  # N, P and K
            return
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
        if token.text == ";" and self.commas and (self.depth > 0 or self.keeps_comma(index)):
            self.take(token)
            return
        if token.text == "-" and self.gathered and token.spaced and self.is_before_word(index):
            self.cut(";")  # (N, P) - one row a patch
            return
        if token.text == "?":
            raise refusal(
                token.start, "We read a question mark and can't tell which answer you mean; please write only that one."
            )
        if token.text == "." and self.is_attribute(index):
            self.take(token)
            return
        if token.text in _ENDS or (token.text == "!" and self.ends_text(index)):
            self.cut(token.text)
            if token.text != '"' and self.lead[-1:] != ["="]:  # "the memory is." goes on below
                self.end_sentence()
            return
        if token.text == ".." and not self.gathered:
            return
        if token.text == "," and self.gathered and self.depth <= 0 and self.adds_behind(index):
            return  # rounded down, plus 1
        if token.text == "," and self.depth <= 0 and not self.keeps_comma(index):
            self.cut(",")
            return
        if token.text == "'" and not self.gathered:
            return
        if token.text in ("*", "**") and self.is_emphasis(index, token):
            return
        self.take(token)

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

    def take(self, token: Token) -> None:
        if not self.gathered:
            self.first_line = self.line
        self.gathered.append(token)
        if token.kind == "sign":
            self.depth += (token.text in OPENING) - (token.text in CLOSING)

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
