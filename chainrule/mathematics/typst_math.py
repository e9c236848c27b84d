"""LaTeX formulas as Typst source for print, each with words for those who cannot see it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

from chainrule.mathematics.grammar import sound
from chainrule.mathematics.plain_latex import PRIVATE, Dialect, plain_latex
from chainrule.mathematics.readable import readable
from chainrule.mathematics.tree import Words

__all__ = ["typst_math", "typst_string"]

_PUT_ASIDE = re.compile(r" *#text\[([\ue000-\uf8ff])\] *")
# How far a sign stands from its neighbours; Typst would take these for its own syntax, or space them otherwise.
_CLASSES = MappingProxyType(
    {
        **dict.fromkeys((",", ";"), "punctuation"),
        **dict.fromkeys(("(", "["), "opening"),
        **dict.fromkeys((")", "]"), "closing"),
        ":": "relation",
        "∘": "binary",
    }
)


def _block(environment: str, rows: Sequence[Sequence[str]]) -> str:
    gap = " & \\quad " if environment == "cases" else " & "
    written = " \\\\ ".join(gap.join(row) for row in rows)
    return f"\\begin{{{environment}}} {written} \\end{{{environment}}}"


_DIALECT = Dialect(
    put_aside=frozenset({*"()[],;:|", "\\&", "\\%", "\\#", "\\_", "\\|", "\\vert", "\\circ"}),
    block=_block,
    fences_aside=True,
)


@lru_cache(maxsize=4096)  # the versions of a paper show the same formulas
def typst_math(tex: str, *, display: bool = False) -> str:
    """The formula between two dollar signs as Typst markup, `#math.equation(alt: ..., block: ..., $...$.body)`.

    Raises: BrokenFormula, which says what to write instead; ImportError without the extra `pdf`.
    """
    import tylax

    latex, words = plain_latex(sound(tex), _DIALECT)
    options = tylax.L2TOptions(frac_to_slash=False, prefer_shorthands=False)
    source = tylax.latex_to_typst(latex, options=options).strip()
    body = _PUT_ASIDE.sub(lambda found: _written(words[ord(found[1]) - PRIVATE]), source)
    block = "true" if display else "false"
    return f"#math.equation(alt: {typst_string(readable(tex))}, block: {block}, ${body}$.body)"


def _written(words: Words) -> str:
    """The words that were put aside, as Typst; a bare string must stand without blanks, which would show."""
    text = typst_string(words.text)
    if words.kind == "code":
        return f"#math.mono({text});"
    if words.kind == "slanted":
        return f"#math.italic({text});"
    if words.kind in ("function", "limits"):
        return f" op({text}, limits: #{'true' if words.kind == 'limits' else 'false'}) "
    if words.kind == "opening":
        return f' lr(class("opening", \\{words.text}) ' if words.text else " lr("
    if words.kind == "closing":
        return f' class("closing", \\{words.text})) ' if words.text else ") "
    if words.kind == "sign" and words.text in _CLASSES:
        return f' class("{_CLASSES[words.text]}", {text}) '
    return text


def typst_string(text: str) -> str:
    """A string literal of Typst, whatever the text; what no font can show becomes U+FFFD, the end of a line a blank."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character in "\t\n\r":
        return " "
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") else character
