"""Finds headings such as `Gradients:` or `Forward pass`, which say what the bare statements under them are about."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

__all__ = ["Headings", "find_headings"]

# fmt: off
_BACKWARD: Final = frozenset(
    {"gradients", "gradient", "grads", "grad", "derivatives", "backward", "backwards", "backprop", "backpropagation"}
)
_FORWARD: Final = frozenset({"forward", "forwards", "values"})
_AROUND: Final = frozenset(
    {"the", "all", "my", "our", "final", "computed", "resulting", "list", "of", "pass", "propagation", "computation"}
    | {"calculation", "calculations", "phase", "value", "node", "nodes", "results", "result", "answer", "answers"}
    | {"are", "is", "part", "at", "end", "trace", "table", "run", "for", "in", "order", "from", "step", "steps"}
)
# fmt: on
#: These stand before one node as well (`grad z2 = 16`), so that they head a line only with a colon or alone on it.
_SINGULAR: Final = frozenset({"grad", "gradient"})
_KINDS: Final = _BACKWARD | _FORWARD
# How the words of _KINDS begin, but not the grad of `z2.grad`: most traces have no heading at all.
_CANDIDATE: Final = re.compile(r"(?<![.\w])(?:grad|back|forw|valu|deri)", re.I)
_CLAUSE: Final = re.compile(r"(?:^|[.;](?=[ \t]))[ \t#*_>\-\u2022]*", re.M)
_WORD: Final = re.compile(r"([A-Za-z]+)(?![\w.])[ \t*_]*")
_COLON: Final = re.compile(r"(?:\([^()\n]{0,60}\))?[ \t]*[:,][ \t*_]*")
_REST_OF_LINE: Final = re.compile(r"[ \t*_=.\r-]*$", re.M)
_EMPTY_LINE: Final = re.compile(r"\n[ \t\r]*\n")
_STATEMENT: Final = re.compile(r"[A-Za-z]\w*[ \t]*[:=]")


class Headings:
    """Where a heading begins to hold and what it says: "grad", "value", or "" where it no longer holds."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._kinds: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._starts)

    def add(self, start: int, kind: str) -> None:
        """A heading at `start`; one that was to end behind it ends here."""
        while self._starts and self._starts[-1] >= start:
            self._starts.pop()
            self._kinds.pop()
        self._starts.append(start)
        self._kinds.append(kind)

    def kind_at(self, position: int) -> str:
        """What a bare statement at `position` is about."""
        found = bisect_right(self._starts, position)
        return self._kinds[found - 1] if found else ""


def find_headings(text: str) -> tuple[Headings, str]:
    """The headings of a trace, and the text with blanks in their place.

    A gradient heading holds to the next heading. One about values holds for its line, or where it has a line of its own
    to the next empty line: what a student writes after the values are gradients, whether they say so or not.
    """
    headings = Headings()
    if not _CANDIDATE.search(text):
        return headings, text
    kept: list[str] = []
    last = 0
    for clause in _CLAUSE.finditer(text):
        start = clause.end()
        found = _heading(text, start)
        if found is None or start < last:
            continue
        kind, end = found
        headings.add(start, kind)
        if kind == "value":
            headings.add(_end_of_values(text, end), "")
        kept += [text[last:start], " " * (end - start)]
        last = end
    return headings, "".join(kept) + text[last:]


def _heading(text: str, start: int) -> tuple[str, int] | None:
    """The kind and the end of a heading at `start`: known words, then a colon, the line's end or a statement."""
    kinds: set[str] = set()
    at, end = start, None
    while (word := _WORD.match(text, at)) and (low := word[1].lower()) in _KINDS | _AROUND:
        kinds |= {low} & _KINDS
        at = word.end()
        if colon := _COLON.match(text, at):
            at = colon.end()
            end = at if kinds and ":" in colon[0] else end
    if not kinds:
        return None
    if _REST_OF_LINE.match(text, at) or (kinds - _SINGULAR and _STATEMENT.match(text, at)):
        end = at
    return None if end is None else ("grad" if kinds & _BACKWARD else "value", end)


def _end_of_values(text: str, position: int) -> int:
    line_end = text.find("\n", position)
    if line_end < 0:
        return len(text)
    if text[position:line_end].strip(" \t\r:*_=-."):
        return line_end
    empty = _EMPTY_LINE.search(text, line_end + 1)
    return empty.start() + 1 if empty else len(text)
