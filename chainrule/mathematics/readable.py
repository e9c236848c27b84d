"""LaTeX formulas as text for a terminal: `\\frac{H - K}{S}` becomes `(H - K)/S`, `C K^2` becomes `C K²`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from chainrule.mathematics.commands import ACCENTS, DELIMITERS, ENVIRONMENTS, SIGNS
from chainrule.mathematics.grammar import parse
from chainrule.mathematics.tree import Block, Built, Fenced, Part, Parts, Script, Sign, Words

__all__ = ["readable"]

_RAISED = str.maketrans("0123456789+-=()niT\u22a4\u2032", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵀ\u2032")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
# Blanks that LaTeX does not print: a second one, and those on the inside of brackets and signs.
_SPARE_BLANKS = re.compile(r" (?= )|(?<=[∂∇⌊⌈(√]) +| +(?=[⌋⌉),])")
_ONE_THING = re.compile(r"[\w.√∂∇⊙\u0300-\u036f\u20d7]*|\([^()]*\)|⌊[^⌊⌋]*⌋")


@lru_cache(maxsize=4096)  # the words of a formula go with it into every output
def readable(tex: str) -> str:
    """A formula between dollar signs as one line of text; what it does not know stays as it is written."""
    return _line(parse(tex).parts).strip()


def _line(parts: Parts) -> str:
    return _SPARE_BLANKS.sub("", "".join(map(_text, parts)))


def _text(part: Part) -> str:
    if isinstance(part, Sign):
        return SIGNS.get(part.tex, part.tex.removeprefix("\\"))
    if isinstance(part, Words):
        return part.text
    if isinstance(part, Built):
        return _built(part)
    if isinstance(part, Script):
        return _script(_line(part.parts), *((_RAISED, "^") if part.mark == "^" else (_LOWERED, "_")))
    if isinstance(part, Fenced):
        return DELIMITERS[part.left] + _line(part.parts).strip() + DELIMITERS[part.right]
    return _block(part) if isinstance(part, Block) else _line(part.parts)


def _built(part: Built) -> str:
    inner = [_line(argument) for argument in part.arguments]
    if part.command.endswith("frac"):
        return "/".join(map(_bracketed, inner))
    if part.command == "\\binom":
        return f"({inner[0]} choose {inner[1]})"
    if part.command == "\\sqrt":
        return _script(_line(part.option), _RAISED, "") + f"√{_bracketed(inner[0])}"
    if part.command in ACCENTS and len(inner[0]) == 1:
        return unicodedata.normalize("NFC", inner[0] + ACCENTS[part.command])
    return inner[0]


def _block(part: Block) -> str:
    """A matrix in brackets, `[a, b; c, d]`; other lines one after the other."""
    rows = [[_line(cell) for cell in row] for row in part.rows]
    if "matrix" in part.environment:
        return f"[{'; '.join(', '.join(row) for row in rows)}]"
    lines = "; ".join(" ".join(cell for cell in row if cell) for row in rows)
    return ENVIRONMENTS.get(part.environment, ("", ""))[0] + lines


def _script(text: str, signs: Mapping[int, int], mark: str) -> str:
    """Raised or lowered where there are such characters; else behind a mark."""
    if text and all(ord(character) in signs for character in text):
        return text.translate(signs)
    return mark + (text if re.fullmatch(r"[^\W_]*", text) else f"({text})")


def _bracketed(text: str) -> str:
    return text if _ONE_THING.fullmatch(text.strip()) else f"({text.strip()})"
