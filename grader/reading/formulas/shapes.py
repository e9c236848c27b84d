"""Reads shapes: `(N, P)`, `[N, P]`, `N x P`, `torch.Size([N, P])`, `(N,)`, or rows and columns line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Final, TypeAlias

from grader.reading.formulas.boundaries import pairs_of
from grader.reading.formulas.parser import parse_formula
from grader.reading.formulas.segments import Segment
from grader.reading.tokens import Token
from grader.reading.tree import Expression
from grader.reading.unreadable import Refusal, refusal

__all__ = ["ShapeTree", "is_empty_shape", "parse_shape", "rows_and_columns"]

ShapeTree: TypeAlias = tuple[Expression, ...]

_ROWS: Final = frozenset({"rows", "row", "lignes", "zeilen", "filas", "height"})
_COLUMNS: Final = frozenset({"cols", "columns", "column", "col", "colonnes", "spalten", "columnas", "width"})
_AXES: Final = frozenset({"axis", "dimension", "dim", "achse", "axe", "eje"})
_ORDINALS: Final = ("first", "second", "third", "fourth")
_EMPTY: Final = re.compile(
    r"\W*(?:(?:torch\.)?size\s*\(\s*)?[(\[]\s*[)\]]\W*"
    r"|\W*(?:it(?:'s| is)\s+)?(?:an?\s+|ein\s+|un\s+)?(?:scalar|skalar|scalaire|escalar)\W*",
    re.IGNORECASE,
)
_AROUND: Final = {"(": ")", "[": "]", "{": "}"}
_SIZE_WORDS: Final = frozenset({"size", "shape", "tuple", "list", "torch"})
# More readings than these of one shape are no shape.
_MOST_READINGS: Final = 4


def is_empty_shape(text: str) -> bool:
    """Whether the text is `()`, `[]`, `torch.Size([])` or "scalar": the shape of a single number."""
    return _EMPTY.fullmatch(text) is not None


def parse_shape(tokens: Sequence[Token]) -> tuple[ShapeTree, ...]:
    """The readings of a shape, each one tree an axis. Raises Refusal where they are no shape."""
    if [token.text for token in tokens] in (["(", ")"], ["[", "]"]):
        return ((),)
    inside = _unwrapped(list(tokens))
    parts = _split(inside, lambda token: token.text in (",", ";"))
    if len(parts) == 1:
        parts = _split(inside, lambda token: token.text == "*" and token.detail == "x")
        if len(parts) == 1 and len(inside) > 1 and len(inside) < len(tokens):
            parts = _split(_unwrapped(inside), lambda token: token.text == "*" and token.detail == "x")
    if len(parts) > 1 and not parts[-1]:
        parts.pop()  # (N,)
    if not parts or not all(parts):
        raise refusal(tokens[0].start, "We read a comma with nothing beside it; please write a shape such as (N, P).")
    readings = [parse_formula(part) for part in parts]
    if prod(map(len, readings)) > _MOST_READINGS:
        raise refusal(tokens[0].start, "This shape can be read in many ways; please write * between all factors.")
    return tuple(product(*readings))


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """The tokens without the brackets around all of them, and without torch.Size before them."""
    while tokens and tokens[0].kind in ("symbol", "word") and tokens[0].text.lower().split(".")[-1] in _SIZE_WORDS:
        tokens = tokens[1:]
    if len(tokens) > 2 and tokens[0].text == "R" and tokens[1].text == "^":
        tokens = tokens[2:]
    while len(tokens) > 2 and tokens[0].text in _AROUND and pairs_of(tokens).get(0) == len(tokens) - 1:
        tokens = tokens[1:-1]
        if any(token.text == "," for token in tokens) and pairs_of(tokens).get(0) != len(tokens) - 1:
            break
    return tokens


def _split(tokens: Sequence[Token], separates: object) -> list[list[Token]]:
    """The stretches between separators outside of all brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "sign" and token.text in ("(", "[", "{", "\u230a", "\u2308"):
            depth += 1
        elif token.kind == "sign" and token.text in (")", "]", "}", "\u230b", "\u2309"):
            depth -= 1
        if depth == 0 and separates(token):  # type: ignore[operator]
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def rows_and_columns(segments: Sequence[Segment]) -> list[ShapeTree]:
    """The shape that `rows: ..., cols: ...`, `... rows and ... columns` or "first axis N, second axis P" gives.

    An empty list where it is not given so.
    """
    axes = _named_axes(segments)
    if len(axes) < 2:
        return []
    try:
        return list(product(*(_expressions(segment) for segment in axes)))
    except Refusal:
        return []


def _named_axes(segments: Sequence[Segment]) -> list[Segment]:
    numbered = [s for s in segments if _AXES & set(s.lead)]
    if len(numbered) > 1 and all(_ORDINALS[k] in s.lead for k, s in enumerate(numbered[: len(_ORDINALS)])):
        return numbered
    if len([s for s in segments if s.tokens[-1].kind != "relation"]) > 2 and any(not s.aside for s in segments[2:]):
        return []
    for where in (_stands_before, _stands_behind):
        rows, columns = ([s for s in segments if where(s, known)] for known in (_ROWS, _COLUMNS))
        if len(rows) == len(columns) == 1 and rows[0] is not columns[0]:
            return [rows[0], columns[0]]
    return []


def _stands_before(segment: Segment, known: frozenset[str]) -> bool:
    first = segment.tokens[0]
    return bool(known & set(segment.lead[-2:])) or (first.kind == "symbol" and first.text.lower() in known)


def _stands_behind(segment: Segment, known: frozenset[str]) -> bool:
    return segment.after[:1] != () and segment.after[0] in known


def _expressions(segment: Segment) -> tuple[Expression, ...]:
    last = [index for index, token in enumerate(segment.tokens) if token.kind == "relation"]
    return parse_formula(segment.tokens[last[-1] + 1 if last else 0 :])
