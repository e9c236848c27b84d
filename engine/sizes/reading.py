"""Declared facts as text: `K <= Hin` or `1 <= S <= K`, read without ever running it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, cast

from engine.sizes.facts import Relation
from engine.sizes.limits import MAX_NESTING, MAX_TEXT, UnreadableSize
from engine.sizes.size import Comparison, Size, as_size, size_max, size_min

__all__ = ["read_comparisons"]

_TOKEN: Final = re.compile(r"\s*(?:(\d+|[^\W\d]\w*)|(<=|>=|==|!=|\*\*|//|[-+*/%(),<>]))")
_RELATIONS: Final = ("<", "<=", ">", ">=", "==", "!=")


def read_comparisons(text: str, symbol_of: Callable[[str], Size]) -> list[Comparison]:
    """The comparisons of a chain such as `1 <= S <= K`; raises UnreadableSize."""
    reader = _Reader(text, symbol_of)
    sides, relations = [reader.sum(0)], list[Relation]()
    while reader.next in _RELATIONS:
        relations.append(cast(Relation, reader.take()))
        sides.append(reader.sum(0))
    if reader.next or not relations:
        raise reader.refusal("a comparison such as K <= Hin")
    return [Comparison(sides[i], relation, sides[i + 1]) for i, relation in enumerate(relations)]


class _Reader:
    """A precedence parser over the tokens; Python's precedence, with + - * // % ** min and max."""

    def __init__(self, text: str, symbol_of: Callable[[str], Size]) -> None:
        self.text = text
        self.symbol_of = symbol_of
        self.tokens = _tokens(text)
        self.next = next(self.tokens, "")

    def refusal(self, expected: str) -> UnreadableSize:
        found = f"{self.next!r}" if self.next else "the end"
        return UnreadableSize(f"the fact {self.text!r} cannot be read at {found}; expected {expected}.")

    def take(self, *expected: str) -> str:
        if expected and self.next not in expected:
            raise self.refusal(" or ".join(expected))
        token, self.next = self.next, next(self.tokens, "")
        return token

    def sum(self, depth: int) -> Size:
        result = self.product(depth)
        while self.next in ("+", "-"):
            result = result + self.product(depth) if self.take() == "+" else result - self.product(depth)
        return result

    def product(self, depth: int) -> Size:
        result = self.signed(depth)
        while self.next in ("*", "//", "%"):
            sign, right = self.take(), self.signed(depth)
            result = result * right if sign == "*" else result // right if sign == "//" else result % right
        return result

    def signed(self, depth: int) -> Size:
        if depth > MAX_NESTING:
            raise UnreadableSize(f"the fact {self.text[:40]!r} nests deeper than {MAX_NESTING}.")
        if self.next in ("-", "+"):
            return -self.signed(depth + 1) if self.take() == "-" else self.signed(depth + 1)
        base = self.atom(depth)
        if self.next != "**":
            return base
        self.take()
        return base ** self.signed(depth + 1)

    def atom(self, depth: int) -> Size:
        token = self.next
        if token == "(":
            return self.arguments(depth, at_most=1)[0]
        if not token or not (token[0].isalnum() or token[0] == "_"):
            raise self.refusal("a name, a number or (")
        self.take()
        if token in ("min", "max"):
            parts = self.arguments(depth, at_most=MAX_NESTING)
            return size_min(*parts) if token == "min" else size_max(*parts)
        return as_size(int(token)) if token[0].isdigit() else self.symbol_of(token)

    def arguments(self, depth: int, *, at_most: int) -> list[Size]:
        self.take("(")
        parts = [self.sum(depth + 1)]
        while self.next == "," and len(parts) < at_most:
            self.take()
            parts.append(self.sum(depth + 1))
        self.take(")")
        return parts


def _tokens(text: str) -> Iterator[str]:
    if len(text) > MAX_TEXT:
        raise UnreadableSize(f"a fact has {len(text)} characters; facts have at most {MAX_TEXT}.")
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            character = text[place:].strip()[0]
            raise UnreadableSize(f"the fact {text!r} has {character!r}, which is no part of a comparison.")
        yield match[1] or match[2]
        place = match.end()
