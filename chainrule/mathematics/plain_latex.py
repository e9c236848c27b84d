"""A tree of a formula back to LaTeX that a converter can't misread: every argument in braces, words put aside.

Both converters lose something that LaTeX means: blanks in words, accents of names, commas in arguments, cells.
So whatever is words (or a sign that would be lost) goes through them as one private character in `\\text{}`,
and the output puts the right thing in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chainrule.mathematics.commands import DELIMITERS, SIGNS
from chainrule.mathematics.tree import Block, Built, Fenced, Group, Part, Parts, Script, Sign, Words

__all__ = ["PRIVATE", "Dialect", "plain_latex"]

PRIVATE = 0xE000
_COMMAND = re.compile(r"\\[A-Za-z]+$")


@dataclass(frozen=True)
class Dialect:
    """What one converter needs.

    `put_aside`: signs that it would lose; `block`: how an environment is written from the text of its cells;
    `fences_aside`: whether it loses what follows \\left and \\right; `spaces_functions`: whether nobody after it leaves
    a blank between the name of a function and a letter.
    """

    put_aside: frozenset[str]
    block: Callable[[str, Sequence[Sequence[str]]], str]
    fences_aside: bool = False
    spaces_functions: bool = False


def plain_latex(parts: Parts, dialect: Dialect) -> tuple[str, tuple[Words, ...]]:
    """The LaTeX, and the words whose places are held by the characters from PRIVATE on."""
    writer = _Writer(dialect)
    return writer.line(parts), tuple(writer.words)


@dataclass
class _Writer:
    dialect: Dialect
    words: list[Words] = field(default_factory=list)

    def line(self, parts: Parts) -> str:
        """Parts one after the other; a command needs a blank before a letter, a number must not be torn."""
        parts = tuple(part for part in parts if part != Sign(" "))
        pieces = []
        for index, part in enumerate(parts):
            spaced = self.dialect.spaces_functions and _needs_space(parts, index)
            piece = ("\\," if spaced else "") + self._part(part)
            pieces.append(piece + " " * bool(_COMMAND.search(piece)))
        return "".join(pieces)

    def _aside(self, words: Words) -> str:
        self.words.append(words)
        return f"\\text{{{chr(PRIVATE + len(self.words) - 1)}}}"

    def _part(self, part: Part) -> str:
        if isinstance(part, Sign):
            aside = part.tex in self.dialect.put_aside
            return self._aside(Words("sign", SIGNS.get(part.tex, part.tex))) if aside else part.tex
        if isinstance(part, Words):
            return self._aside(part)
        if isinstance(part, Built):
            option = f"[{self.line(part.option)}]" if part.option else ""
            return part.command + option + "".join(f"{{{self.line(one)}}}" for one in part.arguments)
        if isinstance(part, Script):
            return f"{part.mark}{{{self.line(part.parts)}}}"
        if isinstance(part, Fenced):
            return self._fenced(part)
        if isinstance(part, Block):
            return self.dialect.block(part.environment, [[self.line(cell) for cell in row] for row in part.rows])
        return f"{{{self.line(part.parts)}}}"

    def _fenced(self, part: Fenced) -> str:
        if not self.dialect.fences_aside:
            return f"\\left{part.left} {self.line(part.parts)} \\right{part.right}"
        opening = self._aside(Words("opening", DELIMITERS[part.left]))
        return opening + self.line(part.parts) + self._aside(Words("closing", DELIMITERS[part.right]))


def _needs_space(parts: Parts, index: int) -> bool:
    """Whether LaTeX leaves a thin space here, between the name of a function and a letter beside it."""
    before = [part for part in parts[:index] if not isinstance(part, Script)]
    if not before or isinstance(parts[index], Script):
        return False
    left, right = before[-1], parts[index]
    return (_is_function(left) and _starts_operand(right)) or (_is_function(right) and _ends_operand(left))


def _is_function(part: Part) -> bool:
    return isinstance(part, Words) and part.kind in ("function", "limits")


def _starts_operand(part: Part) -> bool:
    if isinstance(part, Sign):
        return part.tex.isalnum() or SIGNS.get(part.tex, "").isalpha() or part.tex in ("\\partial", "\\nabla", "\\sum")
    return isinstance(part, Built | Group | Words | Block)


def _ends_operand(part: Part) -> bool:
    if isinstance(part, Sign):
        return part.tex.isalnum() or SIGNS.get(part.tex, "").isalpha() or part.tex in (")", "]", "|", "!")
    return isinstance(part, Built | Group | Fenced) or (isinstance(part, Words) and not _is_function(part))
