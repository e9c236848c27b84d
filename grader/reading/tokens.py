"""The one tokenizer: a screened text becomes tokens, each with its place in the student's own text."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from grader.reading.limits import MAX_TOKENS
from grader.reading.unreadable import refusal

__all__ = ["Token", "clean_name", "tokenize", "tokenize_formula"]


class Token(NamedTuple):
    """One word, number or sign.

    Kinds from the tokenizer: number, raised (an exponent such as ²), fraction (½), name, attribute (z1.grad),
    derivative (dz/dx), prose, sign, newline. Later steps add quantity, function, symbol, relation, joint.
    """

    kind: str
    text: str
    start: int
    spaced: bool  # whether white space stands before it
    detail: object = None


_LETTER: Final = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153"
_NAME: Final = rf"[{_LETTER}](?:[{_LETTER}0-9\u2080-\u2089]|\\?_(?:\{{[A-Za-z0-9]+\}})?)*"
_PARTIAL: Final = r"(?:d|\u2202|\\partial\b)\s*"

_PATTERN: Final = re.compile(
    rf"""
    (?P<space>(?:[ \t\r$`\u00a0\u202f\u2009]|\\[,;!:\ \\()\[\]]|\\quad\b|\\left\b|\\right\b)+)
  | (?P<newline>\n)
  | (?P<comment>\#[^\n]*)
  | (?P<ordinal>\d+\ ?-?\ ?(?:st|nd|rd|th)\b)
  | (?P<number>(?:\d{{1,3}}(?:[\u00a0\u202f\u2009]\d{{3}}(?!\d))+(?:[.,]\d+)?|\d+(?:_\d{{3}})+(?![\d_])
        |\d+(?:[.,]\d+)*(?:\.(?=[*/+^eE-]))?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<raised>[\u207a\u207b]?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+)
  | (?P<fraction>[\u00bc-\u00be\u2150-\u215e])
  | (?P<derivative>(?<![{_LETTER}0-9_]){_PARTIAL}(?:{_NAME})?\s*/\s*{_PARTIAL}{_NAME}
        |\\[dt]?frac\s*\{{\s*{_PARTIAL}(?:{_NAME})?\s*\}}\s*\{{\s*{_PARTIAL}{_NAME}\s*\}})
  | (?P<attribute>{_NAME}\s*\.\s*(?:[gG]rad(?:ient)?|GRAD|[vV]al(?:ue)?|VALUE)\b(?!\s+of\b)
        |{_NAME}\.(?=[A-Za-z]){_NAME})
  | (?P<contraction>[A-Za-z]+'(?:s|t|re|ve|ll|d|m)\b)
  | (?P<name>{_NAME})
  | (?P<command>\\[A-Za-z]+|\\.)
  | (?P<sign>\*\*|\+=|-=|==|:=|!=|<=|>=|-+>|=>|<-+|//|.)
    """,
    re.VERBOSE,
)
# In a formula dim/depth is no derivative, a comma may separate axes, and LaTeX may set a name apart: C_{ in}, \\log_2.
_FORMULA_NAME: Final = (
    rf"[{_LETTER}\u0398\u03a9\u03c3\u03c0\u03b8][{_LETTER}0-9\u2080-\u2089]*"
    rf"(?:\s*\\?_\s*(?:\{{[ A-Za-z0-9\\_]+\}}|[{_LETTER}0-9]+)|_)*"
)
_RAISED_LETTERS: Final = {
    "\u207f": "n",
    "\u02e3": "x",
    "\u1d4f": "k",
    "\u1d48": "d",
    "\u1d50": "m",
    "\u1d38": "L",
    "\u1d3a": "N",
    "\u1d37": "K",
    "\u02e1": "l",
    "\u1d56": "p",
}
_FORMULA: Final = re.compile(
    rf"""
    (?P<space>(?:[ \t\r$`~&\u00a0\u202f\u2009]|\\[,;!:\ ()\[\]](?!\d{{3}}(?!\d))
        |\\(?:quad|qquad|left|right|[bB]ig+[lrm]?|displaystyle|limits|boxed|bm|mathcal|mathrm|mathbf|cal|rm|textstyle)(?![A-Za-z])\.?|\\(?:begin|end)\{{[a-z]+\*?\}})+)
  | (?P<newline>\n)
  | (?P<number>(?:\d{{1,3}}(?:(?:[\u00a0\u202f\u2009]|\\,|\{{,\}})\d{{3}}(?!\d))+(?:\.\d+)?|\d+(?:_\d{{3}})+(?![\d_])
        |\d+(?:\.\d+)*(?:\.(?=[*/+^eE-]))?|\.\d+)(?:[eE][+-]?\d+(?![\w]))?)
  | (?P<raised>[\u207a\u207b]?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+|[\u207a\u207b]?[{"".join(_RAISED_LETTERS)}])
  | (?P<fraction>[\u00bc-\u00be\u2150-\u215e])
  | (?P<contraction>[A-Za-z]+'(?:s|t|re|ve|ll|d|m)\b)
  | (?P<name>(?:\\(?=(?:log|ln|lg|exp|max|min|sqrt|tanh|sigma|Theta|Omega|pi)(?![A-Za-z])))?{_FORMULA_NAME})
  | (?P<command>\\[A-Za-z]+|\\.)
  | (?P<sign>\*\*|\+=|-=|==|:=|!=|<=|>=|-+>|=>|<-+|//|\.\.+|.)
    """,
    re.VERBOSE,
)
_AS_WRITTEN: Final = ("number", "attribute", "newline", "derivative", "fraction")
_RAISED: Final = str.maketrans(
    {
        **dict(
            zip("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b", "0123456789+-", strict=True)
        ),
        **_RAISED_LETTERS,
    }
)
_LOWERED: Final = str.maketrans("\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089", "0123456789", "\\{}")
_COMMANDS: Final = {
    "\\cdot": "*", "\\times": "*", "\\ast": "*", "\\div": "/", "\\to": "\u2192", "\\rightarrow": "\u2192",
    "\\Rightarrow": "\u21d2", "\\implies": "\u21d2", "\\approx": "\u2248", "\\simeq": "\u2248",
    "\\frac": "\\frac", "\\tfrac": "\\frac", "\\dfrac": "\\frac", "\\cfrac": "\\frac",
    "\\nicefrac": "\\frac", "\\%": "%",
    "\\{": "(", "\\}": ")", "\\lbrace": "(", "\\rbrace": ")", "\\#": "#", "\\_": "_", "\\*": "*", "\\^": "^",
    "\\\\": "\n",
    "\\lfloor": "\u230a", "\\rfloor": "\u230b", "\\lceil": "\u2308", "\\rceil": "\u2309", "\\vert": "|",
    "\\lvert": "|", "\\rvert": "|", "\\mid": "|", "\\le": "<=", "\\leq": "<=", "\\ge": ">=", "\\geq": ">=",
    "\\ne": "!=", "\\neq": "!=", "\\in": "\u2208", "\\propto": "\u221d", "\\sim": "\u2248", "\\equiv": "=",
    "\\colon": ":", "\\ldots": "..", "\\dots": "..", "\\cdots": "..", "\\lt": "<", "\\gt": ">",
    "\\Longrightarrow": "\u21d2", "\\longrightarrow": "\u2192", "\\therefore": "\u21d2", "\\sum": "\u2211",
    "\\bmod": "%", "\\mod": "%",
}  # fmt: skip
_COMMAND_NAMES: Final = ("\\exp", "\\log", "\\ln", "\\sqrt", "\\tanh")
_ARROWS: Final = re.compile(r"-+>")


def clean_name(text: str) -> str:
    r"""A name without LaTeX's marks: `z_{10}` and `z₁₀` lose braces, backslashes, blanks and lowered digits."""
    if text.isascii() and (text.isidentifier() or text.isalnum()):
        return text
    return "".join(text.translate(_LOWERED).split())


def tokenize(text: str, *, most: int = MAX_TOKENS) -> list[Token]:
    """The tokens of a screened text. Raises Refusal beyond `most` tokens."""
    return _tokens(_PATTERN, text, most)


def tokenize_formula(text: str, *, most: int = MAX_TOKENS) -> list[Token]:
    """The tokens of a screened formula in plain, Python, Unicode or LaTeX notation. Raises Refusal beyond `most`."""
    return _tokens(_FORMULA, text, most)


def _tokens(pattern: re.Pattern[str], text: str, most: int) -> list[Token]:
    tokens: list[Token] = []
    spaced = True
    for match in pattern.finditer(text):
        kind = match.lastgroup
        if kind == "space" or kind == "comment":
            spaced = True
            continue
        if kind in _AS_WRITTEN:
            tokens.append(Token(kind, match.group(), match.start(), spaced))
        else:
            tokens.append(_token(kind or "sign", match.group(), match.start(), spaced))
        spaced = kind == "newline"
        if len(tokens) > most:
            raise refusal(
                match.start(),
                f"This answer has more than {most} words and signs, which is more than we read; please shorten it.",
            )
    return tokens


def _token(kind: str, text: str, start: int, spaced: bool) -> Token:
    if kind == "name":
        return Token(kind, clean_name(text), start, spaced)
    if kind == "raised":
        return Token(kind, text.translate(_RAISED), start, spaced)
    if kind in ("ordinal", "contraction"):
        return Token("prose", text, start, spaced)
    if kind == "command":
        if text in _COMMAND_NAMES:
            return Token("name", text[1:], start, spaced)
        spelled = _COMMANDS.get(text, text)
        return Token("newline" if spelled == "\n" else "sign", spelled, start, spaced)
    if kind == "sign" and _ARROWS.fullmatch(text):
        return Token(kind, "\u2192", start, spaced)
    if text == "=>":
        return Token(kind, "\u21d2", start, spaced)
    return Token(kind, text, start, spaced)
