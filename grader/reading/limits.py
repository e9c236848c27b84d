"""The door of reading: how much text is taken, which characters are, and their one spelling from there on."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from grader.reading.unreadable import refusal, shortened

__all__ = [
    "MAX_BITS",
    "MAX_CHARACTERS",
    "MAX_COSTLY_STEPS",
    "MAX_COSTLY_TRACE_STEPS",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_EXPONENT",
    "MAX_TOKENS",
    "MAX_TRACE_CHARACTERS",
    "MAX_TRACE_TOKENS",
    "is_blank",
    "screen",
]

# A right number or order has under 300 characters; with a whole derivation around it, under 2,000.
MAX_CHARACTERS: Final = 2_000
# A trace over several time steps, pasted with all its prose, stays under half of this.
MAX_TRACE_CHARACTERS: Final = 12_000
# Words, numbers and signs of a number or order, and of a trace.
MAX_TOKENS: Final = 600
MAX_TRACE_TOKENS: Final = 4_000
# Steps on powers of e, logarithms and roots; each may cost a millisecond.
MAX_COSTLY_STEPS: Final = 24
MAX_COSTLY_TRACE_STEPS: Final = 200
# Nested parentheses, signs and powers; the parser's recursion stays far from Python's limit.
MAX_DEPTH: Final = 60
# Digits of one written number.
MAX_DIGITS: Final = 40
# The largest exponent in a power or in 1e400.
MAX_EXPONENT: Final = 400
# A whole number or fraction longer than this on the way is refused before it is computed.
MAX_BITS: Final = 20_000

# One character for one character, so that every position still points into the student's own text.
# No-break and narrow spaces stay: between groups of three digits they separate thousands.
_SPELLING: Final = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"), " "),
    **dict.fromkeys(map(ord, "\u2008\u200a\u205f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u2028\u2029\u000b\u000c\u0085"), "\n"),
    **dict.fromkeys(map(ord, "\u00d7\u00b7\u22c5\u2219\u2217\u2715"), "*"),
    **dict.fromkeys(map(ord, "\u00f7\u2215\u2044"), "/"),
    **dict.fromkeys(map(ord, "\u2192\u27f6\u21a6\u279c\u279d\u2794\u27a1"), "\u2192"),
    **dict.fromkeys(map(ord, "\u21d2\u27f9"), "\u21d2"),
    **dict.fromkeys(map(ord, "\u2190\u27f5\u21d0"), "\u2190"),
    **dict.fromkeys(map(ord, "\u2248\u2243\u2245\u224a"), "\u2248"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u2032\u00b4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2022\u25e6\u25aa\u2023\u25cf"), "\u2022"),
    **dict.fromkeys(map(ord, "\u2713\u2714\u2611\ufe0f"), " "),
    **{0xFF00 + code: chr(0x20 + code) for code in (0x08, 0x09, 0x0C, 0x1A, 0x1B, 0x1D)},  # wide ( ) , : ; =
    ord("\uff0e"): ".",
    ord("\u3001"): ",",
    ord("\u2261"): "=",
    ord("\u2014"): ";",
    ord("\u2026"): ".",
    # Lowered letters of names such as Cᵢₙ, and the signs of growth and of floors.
    **dict(zip(map(ord, "\u1d62\u2099\u2092\u1d64\u209c\u2096\u2095\u209b\u2c7c\u2098\u209a\u2090\u2091"),
               "inoutkhsjmpae", strict=False)),
    ord("\U0001d4aa"): "O",
    ord("\U0001d4de"): "O",
    ord("\u2254"): "=",
    ord("\u2234"): "\u21d2",
    ord("\u2223"): "|",
    ord("\u211d"): "R",
    ord("\u03f4"): "\u0398",
}
_ALSO_TAKEN: Final = (
    "\u00a0\u202f\u2009"  # spaces
    "\u2192\u21d2\u2190\u2248\u2022\u2260\u2264\u2265\u2202\u221a"  # arrows, signs, partial d, root
    "\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207a\u207b\u2080-\u2089"  # raised and lowered digits
    "\u00bc-\u00be\u2150-\u215e"  # fractions
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153"  # letters of western Europe, in prose
    "\u00b0\u00a7\u00a1\u00bf\u20ac"
    "\u2308-\u230b\u0398\u03a9\u03c3\u03c0\u03b8\u2208\u221d\u207f\u02e3\u1d4f\u1d48\u1d50\u1d38\u1d3a\u1d37\u02e1\u1d56\u2211"
    # floors, ceilings, letters of growth, raised letters
)
_SPELLED = "".join(re.escape(chr(code)) for code in _SPELLING)
_STRANGE: Final = re.compile(f"[^\t\n\r -~{_ALSO_TAKEN}{_SPELLED}]")
# \text{wr} says nothing that wr does not; blanks of the same length keep the positions.
_WRAPPER: Final = re.compile(
    r"\\(?:text|textbf|textit|textrm|texttt|mathrm|mathbf|mathtt|mathit|mathsf|mathcal|mathbb"
    r"|tt|operatorname)\*?\s*\{([^{}]*)\}"
)


def is_blank(text: str) -> bool:
    """Whether the student left the field empty."""
    return not text or text.isspace()


def screen(text: str, *, longest: int = MAX_CHARACTERS) -> str:
    """`text` in one spelling, of the same length. Raises Refusal for a long text or a strange character."""
    if len(text) > longest:
        raise refusal(
            longest,
            f"We read at most {longest:,} characters here and this text has {len(text):,}; "
            "please write only the answer and the steps that lead to it.",
        )
    if text.isascii() and text.isprintable():
        plain = text
    else:
        strange = _STRANGE.search(text)
        if strange:
            raise _strange_character(text, strange.start())
        plain = text.translate(_SPELLING)
    return _WRAPPER.sub(_unwrapped, plain) if "\\" in plain else plain


def _unwrapped(match: re.Match[str]) -> str:
    return " " * (match.start(1) - match.start()) + match.group(1) + " "


def _strange_character(text: str, position: int) -> Exception:
    character = text[position]
    name = unicodedata.name(character, "a control character")
    return refusal(
        position,
        f"Character {position + 1} of your text is U+{ord(character):04X} ({name}), which we don't read; "
        "please type that place again with plain letters, digits and signs.",
        understood=shortened(text[:position]),
    )
