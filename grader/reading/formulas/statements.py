"""Reads a segment as a statement: what stands on its left side, and the formulas that it says are equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from grader.reading.formulas.role_pass import BINARY
from grader.reading.formulas.segments import Segment
from grader.reading.tokens import Token
from grader.reading.unreadable import Refusal, Unreadable

__all__ = ["Member", "Statement", "read_statement"]

Value = TypeVar("Value")


@dataclass(frozen=True)
class Member(Generic[Value]):
    """One side of an equality chain: its readings, or why it has none."""

    readings: tuple[Value, ...]
    error: Unreadable | None
    relation: str  # the relation before it: "=", ":", "≈" or "" for the first
    start: int
    is_operation: bool  # whether it says more than one name or number
    is_label: bool = False  # whether it holds no operator, so that it may name what follows
    has_order: bool = False  # whether O(...) stands in it
    has_unit: bool = False
    is_scaled: bool = False  # whether a unit other than bytes stands in it


@dataclass(frozen=True)
class Statement(Generic[Value]):
    """A segment with its parts parsed; `left` is the name on the left side, None where none stands there."""

    segment: Segment
    left: str | None
    members: tuple[Member[Value], ...]
    compares: bool
    is_tuple: bool  # whether a side of it is a shape such as (N, P)

    @property
    def is_bracketed(self) -> bool:
        """Whether brackets stand around its last side."""
        return self.segment.tokens[-1].text in (")", "]", "}")

    @property
    def has_relation(self) -> bool:
        return self.left is not None or any(member.relation for member in self.members)


def read_statement(segment: Segment, parse: Callable[[Sequence[Token]], tuple[Value, ...]]) -> Statement[Value]:
    """The statement of a segment; what can't be parsed is a member with an error, never an exception."""
    parts = _parts(segment.tokens)
    if len(parts) > 1 and [token.kind for token in parts[0][1]] == ["unit"]:
        unit = parts[0][1][0]  # MiB: 64
        parts = [(relation, _measured(tokens, unit)) for relation, tokens in parts[1:]]
    left: str | None = None
    if len(parts) > 1 and parts[0][1]:
        left = _left_side(parts[0][1])
        if left is not None:
            parts = parts[1:]
    members = tuple(_member(relation, tokens, parse) for relation, tokens in parts if tokens)
    compares = any(token.kind == "comparison" for token in segment.tokens)
    return Statement(segment, left, members, compares, bool(parts) and _is_tuple(parts[-1][1]))


def _measured(tokens: list[Token], unit: Token) -> list[Token]:
    """The tokens with the unit that stands before them, where they have none of their own."""
    return tokens if not tokens or any(token.kind == "unit" for token in tokens) else [*tokens, unit]


def _is_tuple(tokens: Sequence[Token]) -> bool:
    """Whether a comma stands in parentheses that belong to no function."""
    calls: list[bool] = []
    for index, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in ("(", "[", "{"):
            calls.append(index > 0 and tokens[index - 1].kind == "function")
        elif token.text in (")", "]", "}"):
            if calls:
                calls.pop()
        elif token.text == "," and calls and not calls[-1]:
            return True
    return False


def _parts(tokens: Sequence[Token]) -> list[tuple[str, list[Token]]]:
    """The stretches between relations, each with the relation before it; relations side by side count as one."""
    parts: list[tuple[str, list[Token]]] = [("", [])]
    for token in tokens:
        if token.kind == "relation":
            if parts[-1][1] or not parts[-1][0]:
                parts.append((token.text, []))
            elif token.text == "\u2248":
                parts[-1] = (token.text, [])
        else:
            parts[-1][1].append(token)
    return parts


def _left_side(tokens: list[Token]) -> str | None:
    """The name that a left side is: P, M(N, P), x.value; None where it is a formula of its own."""
    first = tokens[0]
    if len(tokens) == 1:
        return first.text if first.kind == "symbol" else None
    called = first.kind == "symbol" and tokens[1].text == "(" and tokens[-1].text == ")" and not tokens[1].spaced
    if called and first.detail != "known":
        return first.text
    plain = all(token.kind in ("symbol", "unit") for token in tokens)
    unknown = any(token.kind == "symbol" and token.detail != "known" for token in tokens)
    return " ".join(token.text for token in tokens) if plain and unknown else None


def _may_be_label(tokens: list[Token]) -> bool:
    """Whether words such as idle/total may stand for what follows, unlike M/2 or log(M)."""
    if _is_tuple(tokens) or any(token.text == ".." or token.text == "..." for token in tokens):
        return True  # (B, T, d) @ (d, 3*d), or 1 + 2 + ... + T
    if tokens[-1].kind == "sign" and tokens[-1].text in BINARY:
        return False  # M *= 2
    operates = any(token.kind == "sign" and token.text in BINARY for token in tokens)
    says = any(token.kind in ("number", "function") or token.detail == "known" for token in tokens)
    return not says or not (operates or any(token.kind in ("number", "function") for token in tokens))


def _member(relation: str, tokens: list[Token], parse: Callable[[Sequence[Token]], tuple[Value, ...]]) -> Member[Value]:
    start = tokens[0].start
    is_operation = len(tokens) > 1
    has_unit = any(token.kind == "unit" for token in tokens)
    is_scaled = any(token.kind == "unit" and token.detail != 1 for token in tokens)
    is_label = _may_be_label(tokens)
    has_order = any(token.kind == "function" and token.text == "O" for token in tokens)
    try:
        return Member(parse(tokens), None, relation, start, is_operation, is_label, has_order, has_unit, is_scaled)
    except Refusal as refused:
        return Member((), refused.unreadable, relation, start, is_operation, is_label, has_order)
