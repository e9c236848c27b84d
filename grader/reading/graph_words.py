"""The words and signs of a typed graph, and the one pass that cuts a text into them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from grader.reading.unreadable import refusal

__all__ = [
    "CLOSING",
    "FILLERS",
    "HEADINGS",
    "INFIX",
    "LEAF_WORDS",
    "OPERATIONS",
    "SIDES",
    "TIMES_WORDS",
    "GraphToken",
    "cut",
]

# The practice exam's longest listing takes about 150 words and signs, a graph of two hundred nodes 1,800.
MAX_GRAPH_TOKENS: Final = 2_000
# Deeper than any list of lists; refused before anything is matched.
MAX_BRACKETS: Final = 20


class GraphToken(NamedTuple):
    """One word or sign, and where it stands. Kinds: name, number, arrow, back, is, infix, open, close, comma, end."""

    kind: str
    text: str
    start: int


# fmt: off
#: Every way to call an operation -> the engine's name for it.
OPERATIONS: Final = {
    **dict.fromkeys(("mul", "mult", "multiply", "multiplication", "product", "prod", "mull"), "mul"),
    **dict.fromkeys(("add", "addition", "sum"), "add"),
    **dict.fromkeys(("sub", "subtract", "subtraction", "difference"), "sub"),
    **dict.fromkeys(("div", "divide", "division", "quotient"), "div"),
    **dict.fromkeys(("neg", "negate", "negation", "negative"), "neg"),
    **dict.fromkeys(("pow", "power"), "pow"),
    **dict.fromkeys(("log", "ln", "logarithm"), "log"),
    **dict.fromkeys(("exp", "exponential"), "exp"),
    **dict.fromkeys(("relu", "rely"), "relu"),  # telephones correct relu to rely
    "tanh": "tanh", "sigmoid": "sigmoid", "sqrt": "sqrt",
}
#: A sign or word between two operands -> the operation.
INFIX: Final = {
    "*": "mul", "+": "add", "-": "sub", "/": "div", "^": "pow", "**": "pow",
    "times": "mul", "plus": "add", "minus": "sub", "over": "div",
}
LEAF_WORDS: Final = frozenset({"leaf", "input", "variable", "parameter", "constant"})
#: Words that may stand before a list of nodes or edges.
HEADINGS: Final = frozenset(
    {"graph", "nodes", "node", "edges", "edge", "leaves", "leafs", "inputs", "operations", "ops", "answer", "the", "my"}
    | {"computational", "computation", "intermediate", "output", "outputs", "list", "of", "with", "is", "are", "and"}
    | {"variables", "parameters", "order", "in", "v", "e", "g", "leaf", "from", "digraph"}
)
#: Words inside a statement that change nothing.
FILLERS: Final = frozenset(
    {"the", "a", "an", "node", "op", "operation", "result", "of", "from", "with", "inputs", "input", "operands", "on"}
    | {"applied", "to", "between", "is", "takes", "both", "its"}
)
#: Words and signs that say how many edges there are.
TIMES_WORDS: Final = {"twice": 2, "x2": 2, "2x": 2, "double": 2, "doubled": 2, "*2": 2, "2*": 2, "2 times": 2,
                      "two edges": 2, "2 edges": 2, "double edge": 2, "both operands": 2, "two times": 2}
#: Which operand an edge is.
SIDES: Final = {"left": 0, "first": 0, "right": 1, "second": 1, "1st": 0, "2nd": 1,
                "left operand": 0, "right operand": 1, "left input": 0, "right input": 1,
                "first operand": 0, "second operand": 1}
# fmt: on
CLOSING: Final = {"(": ")", "[": "]", "{": "}"}

_PATTERN: Final = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
  | (?P<space>(?:[ \t\r\u00a0\u202f\u2009$]|\\left\b|\\right\b|\\q?quad\b|\\[,!:\ ()\[\]])+|&(?=\s*(?:=|:|<|-+>)))
  | (?P<end>\n|;|\\\\|\.(?=\s|$))
  | (?P<arrow>-+>|=+>|\u2192|\u21d2|\\(?:long)?(?:to|rightarrow|Rightarrow|mapsto|implies)\b)
  | (?P<back><-+|\u2190|\\(?:left|Left)arrow\b)
  | (?P<is>:=|==|=|:)
  | (?P<number>\d+(?:\.\d+)?(?![\w.]))
  | (?P<name>(?:(?:ag|np|numpy|torch|math|F)\.)?
        [A-Za-z][A-Za-z0-9]*(?:[\u2080-\u2089]+|\\?_(?:\{[A-Za-z0-9]+\}|[A-Za-z0-9]+))*|\d[A-Za-z]+)
  | (?P<function>\\(?:exp|log|ln|tanh|sqrt)\b)
  | (?P<infix>\*\*|\\(?:cdot|times|ast)\b|[*+\-/^])
  | (?P<open>\\?[(\[{])
  | (?P<close>\\?[)\]}])
  | (?P<comma>[,&|])
  | (?P<other>.)
    """,
    re.VERBOSE,
)
_LOWERED: Final = str.maketrans("\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089", "0123456789", "\\{}")
# Same length in place of these, so that every position still points into the student's own text.
_NUMBERING: Final = re.compile(r"^[ \t]*(?:\(?\d+[.)]|[-*+\u2022])(?=[ \t]+\S)|\u2022", re.MULTILINE)
_QUOTED: Final = re.compile(r"""(?<!\w)(['"`])([^'"`\n]*)\1""")
_MODULE: Final = re.compile(r"(?:ag|np|numpy|torch|math|F)\.")


def cut(text: str) -> list[GraphToken]:
    """The words and signs of a screened text. Raises Refusal for a sign that no graph holds, and for very many."""
    tokens: list[GraphToken] = []
    for match in _PATTERN.finditer(_QUOTED.sub(_blanked, _NUMBERING.sub(_blank, text))):
        kind = match.lastgroup or "other"
        if kind in ("space", "comment"):
            continue
        if kind == "other":
            raise refusal(
                match.start(),
                f'We could not read "{match.group()}" in a graph; '
                "please write one node a line, as in z3 = mul(z1, z2).",
            )
        tokens.append(_token(kind, match.group(), match.start()))
        if len(tokens) > MAX_GRAPH_TOKENS:
            raise refusal(
                match.start(),
                f"This graph has more than {MAX_GRAPH_TOKENS:,} words and signs, which is more than we read; "
                "please shorten it.",
            )
    return _with_checked_brackets(tokens)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _blanked(match: re.Match[str]) -> str:
    return f" {match.group(2)} "


def _token(kind: str, text: str, start: int) -> GraphToken:
    if kind == "name":
        return GraphToken(kind, _MODULE.sub("", text, count=1).translate(_LOWERED), start)
    if kind == "function":
        return GraphToken("name", text[1:], start)
    if kind == "infix":
        return GraphToken(kind, "*" if text.startswith("\\") else text, start)
    if kind in ("open", "close"):
        return GraphToken(kind, text[-1], start)
    return GraphToken(kind, text, start)


def _with_checked_brackets(tokens: list[GraphToken]) -> list[GraphToken]:
    """The same tokens; every bracket is closed by its own kind, or this raises Refusal."""
    waiting: list[GraphToken] = []
    for token in tokens:
        if token.kind == "open":
            waiting.append(token)
            if len(waiting) > MAX_BRACKETS:
                raise refusal(token.start, f"We read at most {MAX_BRACKETS} brackets inside each other.")
        elif token.kind == "close" and (not waiting or CLOSING[waiting.pop().text] != token.text):
            raise refusal(token.start, f'We found no bracket that this "{token.text}" closes; please check them.')
    if waiting:
        last = waiting[-1]
        raise refusal(last.start, f'We read "{last.text}" but found no bracket that closes it.')
    return tokens
