"""Cuts an answer into runs: stretches of mathematics between prose, commas, sentence ends and new lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from grader.reading.tokens import Token
from grader.reading.words import OPERANDS

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


def cut_into_runs(tokens: Sequence[Token]) -> list[Run]:
    """The runs of a text whose tokens have their roles, in order; a run holds at least one operand."""
    cutter = _Cutter()
    for index, token in enumerate(tokens):
        if token.kind == "newline":
            cutter.newline(tokens, index)
        elif token.kind == "marker":
            cutter.cut("")
            cutter.before = []
            cutter.step = token.detail if isinstance(token.detail, str) else None
        elif token.kind == "prose":
            cutter.cut("")
            cutter.before.append(token.text.lower())
        elif token.kind == "joint":
            cutter.cut("and")
        elif token.kind == "sign" and cutter.separates(token):
            cutter.cut("," if token.text == "," else "")
            if token.text in _SENTENCE_ENDS:
                cutter.before = []
        elif token.text in ("\u21d2", ":") and _starts_statement(tokens, index + 1):
            cutter.cut("")
        elif cutter.ends_with_operand() and _starts_statement(tokens, index):
            cutter.cut("")
            cutter.take(token)
        else:
            cutter.take(token)
    cutter.cut("")
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
        return last is not None and (last.kind in (*OPERANDS, "raised") or last.text in (")", "}", "%"))

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
        self.before = []
        self.open_in_prose = 0

    def cut(self, separator: str) -> None:
        """Ends the run; parentheses that belong to the prose around it are not part of it."""
        run = self.gathered
        while run and run[-1].text == "(":
            run.pop()
            self.depth -= 1
            self.open_in_prose += 1
        while self.depth < 0 and run and run[-1].text == ")" and self.open_in_prose:
            run.pop()
            self.depth += 1
            self.open_in_prose -= 1
        if any(token.kind in OPERANDS for token in run):
            self.runs.append(Run(run, tuple(self.before), self.joined, self.first_line, self.step))
            self.before = []
            self.joined = separator
        elif any(token.kind == "sign" and token.text not in ("(", ")", "-", "*", "**") for token in run):
            self.runs.append(Run(run, tuple(self.before), self.joined, self.first_line, self.step))
            self.joined = separator
        else:
            self.joined = separator or ("" if run else self.joined)
        self.gathered = []
        self.depth = 0


def _starts_statement(tokens: Sequence[Token], index: int) -> bool:
    """Whether a quantity and a relation follow: a statement of its own."""
    if index + 1 >= len(tokens):
        return False
    return tokens[index].kind == "quantity" and tokens[index + 1].kind == "relation"
