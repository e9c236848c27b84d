"""Cuts an answer into runs: stretches of mathematics between prose, commas, sentence ends and new lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from grader.reading.tokens import Token
from grader.reading.vocabulary import HEDGES, SIZE_WORDS, Quantity
from grader.reading.words import ENDS_OPERAND, OPERANDS

__all__ = ["Run", "cut_into_runs"]

_GROWING_SIGNS = ("*", "/", "^", "**", "+")
_SENTENCE_ENDS = (";", ".", "?", '"')


class Run(NamedTuple):
    """One stretch of mathematics, such as `z8.grad = 6*1 = 6`."""

    tokens: list[Token]
    before: tuple[str, ...]  # the words before it in its sentence, in lower case
    joined: str  # what stands directly before it: "," or "and" or ""
    line: int  # from 1
    step: str | None  # the step marker in force
    sentence: int  # from 0
    after: tuple[str, ...] = ()  # the words after it, where they end its sentence


def cut_into_runs(tokens: Sequence[Token]) -> list[Run]:
    """The runs of a text whose tokens have their roles, in order; a run holds at least one operand."""
    cutter = _Cutter()
    for index, token in enumerate(tokens):
        if token.kind == "newline":
            cutter.newline(tokens, index)
        elif token.kind == "marker":
            cutter.cut("")
            cutter.end_sentence()
            cutter.step = token.detail if isinstance(token.detail, str) else None
        elif token.kind == "prose":
            cutter.cut("")
            cutter.before.append(token.text.lower())
        elif token.kind == "joint":
            cutter.cut("and")
        elif token.kind == "sign" and cutter.separates(token):
            cutter.cut("," if token.text == "," else "")
            if token.text in _SENTENCE_ENDS and not _goes_on(tokens, index + 1):
                cutter.end_sentence()
        elif token.text in ("\u21d2", ":") and _starts_statement(tokens, index + 1):
            cutter.cut("")
        elif token.text == "(" and cutter.ends_with_operand() and _starts_statement(tokens, index + 1):
            cutter.cut("")  # `-3 (z4 is mul)`
            cutter.open_in_prose += 1
        elif cutter.ends_with_operand() and _starts_statement(tokens, index) and not cutter.is_factor(token):
            cutter.cut("")
            cutter.take(token)
        else:
            cutter.take(token)
    cutter.cut("")
    cutter.end_sentence()
    return cutter.runs


class _Cutter:
    """Gathers tokens until something ends the run."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.gathered: list[Token] = []
        self.before: list[str] = []
        self.joined = ""
        self.depth = 0
        self.open_in_prose = 0
        self.line = 1
        self.first_line = 1
        self.sentence = 0
        self.step: str | None = None

    def take(self, token: Token) -> None:
        if not self.gathered:
            self.first_line = self.line
        self.gathered.append(token)
        if token.text in ("(", "{"):
            self.depth += 1
        elif token.text in (")", "}"):
            self.depth -= 1

    def ends_with_operand(self) -> bool:
        """Then a statement that follows is not a factor: `z8.grad = 6 z9.grad = 22`."""
        last = self.gathered[-1] if self.gathered else None
        return last is not None and (last.kind in ENDS_OPERAND or last.text in (")", "}", "%"))

    def is_factor(self, token: Token) -> bool:
        """The z2 of `z2.grad = 2z2 = 8`: a bare node behind a number, in a statement about a gradient."""
        first = self.gathered[0].detail
        says_gradient = isinstance(first, Quantity) and first.kind == "grad"
        bare = isinstance(token.detail, Quantity) and token.detail.kind == ""
        return says_gradient and bare and self.gathered[-1].kind in ("number", "raised")

    def separates(self, token: Token) -> bool:
        return token.text in _SENTENCE_ENDS or (token.text == "," and self.depth <= 0)

    def newline(self, tokens: Sequence[Token], index: int) -> None:
        """A new line ends the run, unless the line before or after it is plainly unfinished."""
        last = self.gathered[-1] if self.gathered else None
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        self.line += 1
        if last is not None and following is not None and not _starts_statement(tokens, index + 1):
            if following.kind == "relation" and following.text in ("=", "\u2248", "\u2192"):
                return
            if following.kind == "sign" and following.text in _GROWING_SIGNS:
                return
            if last.kind == "sign" and last.text in (*_GROWING_SIGNS, "-"):
                return
            if last.kind == "relation" and last.text != ":" and following.kind in (*OPERANDS, "sign"):
                return
        self.cut("")
        if not _goes_on(tokens, index + 1):
            self.end_sentence()
        self.open_in_prose = 0

    def end_sentence(self) -> None:
        """The words left over belong to the last run of the sentence."""
        if self.before and self.runs and self.runs[-1].sentence == self.sentence:
            self.runs[-1] = self.runs[-1]._replace(after=tuple(self.before))
        self.before = []
        self.sentence += 1

    def cut(self, separator: str) -> None:
        """Ends the run; parentheses that belong to the prose around it are not part of it."""
        run = self.gathered
        if not run:
            self.joined = separator or self.joined
            self.depth = 0
            return
        while run and run[-1].text == "(":
            run.pop()
            self.depth -= 1
            self.open_in_prose += 1
        while self.depth < 0 and run and run[-1].text == ")" and self.open_in_prose:
            run.pop()
            self.depth += 1
            self.open_in_prose -= 1
        if any(token.kind in OPERANDS for token in run):
            self.add(run)
            self.before = []
            self.joined = separator
        elif any(token.kind == "sign" and token.text not in ("(", ")", "-", "*", "**") for token in run):
            self.add(run)
            self.joined = separator
        else:
            self.joined = separator
        self.gathered = []
        self.depth = 0

    def add(self, run: list[Token]) -> None:
        before = tuple(self.before)
        self.runs.append(Run(run, before, self.joined, self.first_line, self.step, self.sentence))


def _starts_statement(tokens: Sequence[Token], index: int) -> bool:
    """Whether a quantity and a relation follow: a statement of its own."""
    if index + 1 >= len(tokens):
        return False
    return tokens[index].kind == "quantity" and tokens[index + 1].kind == "relation"


def _goes_on(tokens: Sequence[Token], index: int) -> bool:
    """Whether `or -12`, `no, -24` or `(twice)` follows: it speaks about the statement before it, new line or not."""
    while index < len(tokens) and tokens[index].text == "(":
        index += 1
    if index >= len(tokens) or tokens[index].kind != "prose":
        return False
    word = tokens[index].text.lower()
    index += 1
    while index < len(tokens) and tokens[index].text in (",", ":", "-", "(", ")"):
        index += 1
    following = tokens[index].kind if index < len(tokens) else "newline"
    return (word in HEDGES and following == "number") or (word in SIZE_WORDS and following == "newline")
