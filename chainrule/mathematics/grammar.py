"""LaTeX formulas as a tree, and what is wrong with them; reading goes on after a fault, so all come at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from chainrule.mathematics.commands import BUILT, CHARACTERS, DELIMITERS, ENVIRONMENTS, FONTS, FUNCTIONS, SIGNS, WORDS
from chainrule.mathematics.fault_words import stray
from chainrule.mathematics.tree import (
    Block,
    BrokenFormula,
    Built,
    Fenced,
    Formula,
    Group,
    Part,
    Parts,
    Script,
    Sign,
    Words,
)

__all__ = ["formula_faults", "parse", "sound"]

_TOKEN = re.compile(r"\\operatorname\*|\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_ESCAPED = re.compile(r"\\([%&#_{}, ])")
_UNSAID = re.compile(r"[\\{}$\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_DEEPEST = 24  # groups in groups; formulas have five, and a reader that calls itself must end somewhere
_BRACED = frozenset({*BUILT, *WORDS, *FUNCTIONS, "\\left", "\\begin", "^", "_", "'"})


@lru_cache(maxsize=4096)  # each formula of a paper is read by several outputs
def parse(tex: str) -> Formula:
    """The tree of the LaTeX between two dollar signs."""
    reader = _Reader(_TOKEN.findall(tex))
    parts = reader.parts(())
    return Formula(parts, tuple(dict.fromkeys([*reader.faults, *_whole_faults(parts)])))


def formula_faults(tex: str) -> list[str]:
    """What keeps a formula from being shown the same everywhere, each with what to write instead; none is sound."""
    return list(parse(tex).faults)


def sound(tex: str) -> Parts:
    """The tree of a formula without a fault.

    Raises: BrokenFormula with the formula and each of its faults.
    """
    formula = parse(tex)
    if formula.faults:
        raise BrokenFormula(f"the formula {tex!r}: {'; '.join(formula.faults)}.")
    return formula.parts


def _whole_faults(parts: Parts) -> list[str]:
    """Faults of a formula as a whole."""
    said = [part for part in parts if part != Sign(" ")]
    if not said:
        return ["nothing stands in it; write a formula or leave the dollar signs out"]
    if len(said) > 1 and any(isinstance(part, Block) and part.environment == "aligned" for part in said):
        return ["something stands beside \\begin{aligned}; let it be all of the formula"]
    return []


@dataclass
class _Reader:
    """Goes through the pieces of a formula once, from left to right; `ends` are those that open things wait for."""

    pieces: Sequence[str]
    at: int = 0
    ends: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def parts(self, ends: tuple[str, ...]) -> Parts:
        """Everything up to one of the `ends`, which is left for the caller."""
        found: list[Part] = []
        while self.at < len(self.pieces) and self.pieces[self.at] not in ends:
            if self.pieces[self.at] in self.ends:
                break  # something outside of this ends here, so an end is missing; the caller says so
            found += self._part(self._next(), found)
        return tuple(found)

    def _inside(self, *ends: str) -> Parts:
        """The parts of something nested, up to one of its ends."""
        if len(self.ends) >= 2 * _DEEPEST:
            self.at = len(self.pieces)
            self.faults.append(f"it is nested more than {_DEEPEST} deep; take it apart")
            return ()
        before = list(self.ends)
        self.ends += ends
        parts = self.parts(ends)
        self.ends = before
        return parts

    def _next(self) -> str:
        self.at += 1
        return self.pieces[self.at - 1]

    def _peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def _skip_blanks(self) -> None:
        while self._peek().isspace():
            self.at += 1

    def _take(self, wanted: str, fault: str) -> None:
        """Goes past `wanted`, or notes the fault when something else stands there."""
        if self._peek() == wanted:
            self.at += 1
        else:
            self.faults.append(fault)

    def _part(self, piece: str, before: Sequence[Part]) -> list[Part]:
        if piece in ("^", "_", "'"):
            return [self._script(piece, before)]
        if piece == "{":
            return [self._group()]
        if piece in WORDS:
            return [self._words(piece)]
        if piece in BUILT:
            return [self._built(piece)]
        if piece == "\\left":
            return [self._fenced()]
        if piece == "\\begin":
            return [self._block()]
        return self._sign(piece)

    def _sign(self, piece: str) -> list[Part]:
        if piece in FUNCTIONS:
            return [Words("limits" if FUNCTIONS[piece] else "function", piece[1:])]
        if piece.isspace() or piece == "~":
            return [Sign(" ")]
        if not (piece in SIGNS or piece in CHARACTERS or (piece.isascii() and piece.isalnum())):
            self.faults.append(stray(piece))
            return [] if piece in "{}&" or piece == "\\\\" else [Sign(piece)]
        return [Sign(piece)]

    def _group(self) -> Group:
        parts = self._inside("}")
        self._take("}", "a { is never closed; write } where it ends")
        if not parts:
            self.faults.append("{} holds nothing; leave it out")
        return Group(parts)

    def _script(self, mark: str, before: Sequence[Part]) -> Script:
        if not [part for part in before if part != Sign(" ")]:
            self.faults.append(f"nothing stands before {mark}; write what it belongs to")
        if mark == "'":
            parts: Parts = (Sign("\\prime"),)
            while self._peek() == "'":
                self.at += 1
                parts += (Sign("\\prime"),)
            script = Script("^", parts)
        else:
            script = Script(mark, self._scripted(mark))
        if script.mark in _marks_at_end(before):
            self.faults.append(f"two {script.mark} at the same part; put braces around the first part with its script")
        return script

    def _scripted(self, mark: str) -> Parts:
        """What a script raises or lowers: a group or one sign."""
        self._skip_blanks()
        piece = self._peek()
        if not piece or piece in self.ends:
            self.faults.append(f"nothing stands after {mark}; write what is {'raised' if mark == '^' else 'lowered'}")
            return ()
        self.at += 1
        if piece in _BRACED:
            self.faults.append(f"{mark}{piece} without braces; write {mark}{{{piece} ...}}")
        parts = self._part(piece, (Sign("0"),))
        return parts[0].parts if parts and isinstance(parts[0], Group) else tuple(parts)

    def _argument(self, command: str) -> Parts:
        self._skip_blanks()
        if self._peek() == "{":
            self.at += 1
            return self._group().parts
        self.faults.append(f"{command} without braces; write {command}{'{...}' * BUILT.get(command, 1)}")
        piece = self._peek()
        if not piece or piece in self.ends:
            return ()
        self.at += 1
        return tuple(self._part(piece, (Sign("0"),)))

    def _built(self, command: str) -> Built:
        option: Parts = ()
        if command == "\\sqrt" and self._peek() == "[":
            self.at += 1
            option = self._inside("]")
            self._take("]", "the [ after \\sqrt is never closed; write ] where it ends")
        arguments = tuple(self._argument(command) for _ in range(BUILT[command]))
        if command in FONTS and not _are_letters(arguments[0]):
            self.faults.append(f"{command} holds more than letters and digits; write it around each letter alone")
        return Built(command, arguments, option)

    def _words(self, command: str) -> Words:
        self._skip_blanks()
        if self._peek() != "{":
            self.faults.append(f"{command} without braces; write {command}{{...}}")
            return Words(WORDS[command], self._next() if self._peek() and self._peek() not in self.ends else "")
        raw = self._raw()
        text = _ESCAPED.sub(lambda found: found[1].replace(",", " "), raw)
        if _UNSAID.search(_ESCAPED.sub("", raw)) or not text.strip():
            self.faults.append(f"{command}{{{raw}}} holds more than words; leave formulas and commands outside of it")
        return Words(WORDS[command], text if WORDS[command] == "text" else text.strip())

    def _raw(self) -> str:
        """The source between two braces."""
        start, depth = self.at + 1, 0
        while self.at < len(self.pieces):
            depth += {"{": 1, "}": -1}.get(self._next(), 0)
            if not depth:
                return re.sub(r"\s+", " ", "".join(self.pieces[start : self.at - 1]))
        self.faults.append("a { is never closed; write } where it ends")
        return "".join(self.pieces[start:])

    def _fenced(self) -> Fenced:
        left = self._delimiter("\\left")
        parts = self._inside("\\right")
        self._take("\\right", "\\left without \\right; write \\right. where nothing shall stand")
        return Fenced(left, parts, self._delimiter("\\right"))

    def _delimiter(self, command: str) -> str:
        self._skip_blanks()
        piece = self._peek()
        if piece in DELIMITERS:
            self.at += 1
            return piece
        self.faults.append(f"{command} before {piece or 'the end'}; it goes before one of {' '.join(DELIMITERS)}")
        return "."

    def _block(self) -> Block:
        name = self._raw() if self._peek() == "{" else ""
        if name not in ENVIRONMENTS:
            self.faults.append(f"\\begin{{{name}}}; the environments are {', '.join(ENVIRONMENTS)}")
        rows: list[tuple[Parts, ...]] = [()]
        while True:
            rows[-1] += (_trimmed(self._inside("&", "\\\\", "\\end")),)
            end = self._peek()
            if end not in ("&", "\\\\"):
                break
            self.at += 1
            if end == "\\\\":
                rows.append(())
        self._take("\\end", f"\\begin{{{name}}} is never ended; write \\end{{{name}}}")
        if end == "\\end" and (ended := self._raw() if self._peek() == "{" else "") != name:
            self.faults.append(f"\\begin{{{name}}} is ended by \\end{{{ended}}}; write \\end{{{name}}}")
        if rows[-1] == ((),):
            rows.pop()  # the last row may end in \\ too
        if not rows:
            self.faults.append(f"\\begin{{{name}}} holds nothing; leave it out")
        return Block(name, tuple(rows))


def _trimmed(parts: Parts) -> Parts:
    start, end = 0, len(parts)
    while start < end and parts[start] == Sign(" "):
        start += 1
    while end > start and parts[end - 1] == Sign(" "):
        end -= 1
    return parts[start:end]


def _marks_at_end(parts: Sequence[Part]) -> set[str]:
    """The marks of the scripts that the last part has already."""
    marks = set()
    for part in reversed([part for part in parts if part != Sign(" ")]):
        if not isinstance(part, Script):
            break
        marks.add(part.mark)
    return marks


def _are_letters(parts: Parts) -> bool:
    return bool(parts) and all(
        isinstance(part, Sign) and (part.tex == " " or part.tex.isalnum() or SIGNS.get(part.tex, "").isalpha())
        for part in parts
    )
