"""Finds the axes of a shape that are words, so that an unknown name is said and never left away with the remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from grader.reading.formulas.boundaries import CLOSING, OPENING, pairs_of
from grader.reading.formulas.role_pass import OPERANDS
from grader.reading.formulas.vocabulary import COUNTED, PROSE
from grader.reading.tokens import Token

__all__ = ["with_axes_named"]

_AND: Final = frozenset({"and", "und", "et", "y", "e"})
# Outside of brackets longer stretches of words are remarks.
_LONGEST_BARE: Final = 2
_LINE_ENDS: Final = (".", "!", "?")


def with_axes_named(tokens: Sequence[Token], written: Sequence[Token]) -> list[Token]:
    """The tokens of a shape, where words in the place of an axis are one unknown symbol, spelled as in `written`."""
    spelled = {token.start: token.text for token in written}
    found: dict[int, tuple[int, str]] = {}
    for start, end in (*_words_in_brackets(tokens), *_words_in_lines(tokens), *_words_before_times(tokens)):
        text = " ".join(spelled.get(token.start, token.text) for token in tokens[start:end])
        found[start] = (end, text)
    return list(_replaced(tokens, found))


def _replaced(tokens: Sequence[Token], found: dict[int, tuple[int, str]]) -> Iterator[Token]:
    ends = {end for end, _ in found.values()}
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if index in found:
            index, text = found[index]
            yield token._replace(kind="symbol", text=text, detail=None)
        elif index in ends and _is_unread_times(tokens, index):
            yield token._replace(kind="sign", text="*", detail="x")
            index += 1
        else:
            yield token
            index += 1


def _words_in_brackets(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """In `(B, Qqq)` the Qqq, and in `(B Qqq, N)` as well; a bracket behind mathematics is a remark."""
    for opening, closing in pairs_of(tokens).items():
        before = tokens[opening - 1] if opening else None
        inside = tokens[opening + 1 : closing]
        if before is not None and (before.kind in OPERANDS or before.text in CLOSING):
            continue
        if any(token.kind in ("relation", "comparison", "newline") for token in inside):
            continue
        axes = list(_axes(tokens, opening + 1, closing))
        if len(axes) < 2 or not any(_is_mathematics(tokens[start:end]) for start, end in axes):
            continue
        for start, end in axes:
            yield from _unknown_in(tokens, start, end)


def _unknown_in(tokens: Sequence[Token], start: int, end: int) -> Iterator[tuple[int, int]]:
    axis = tokens[start:end]
    is_last_word = len(axis) > 1 and axis[-1].kind == "word" and axis[-2].kind in OPERANDS
    if all(token.kind == "word" for token in axis):
        yield start, end
    elif is_last_word and axis[-1].text not in COUNTED | PROSE:  # the samples of `B samples` say what is counted
        yield end - 1, end


def _words_in_lines(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """In `B, Qqq` without brackets the Qqq; longer stretches and usual words are remarks."""
    for first, last in _lines(tokens):
        line = tokens[first:last]
        if any(token.text in OPENING or token.detail == "x" for token in line):
            continue
        axes = list(_axes(tokens, first, last))
        if len(axes) < 2 or not any(_is_mathematics(tokens[start:end]) for start, end in axes):
            continue
        for start, end in axes:
            axis = tokens[start:end]
            is_short = 0 < len(axis) <= _LONGEST_BARE and all(token.kind == "word" for token in axis)
            if is_short and axis[0].text not in PROSE:
                yield start, end


def _lines(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The stretches between line breaks, ends of sentences and relations."""
    start = 0
    for index, token in enumerate(tokens):
        if token.kind in ("newline", "relation", "comparison") or token.text in _LINE_ENDS:
            yield start, index
            start = index + 1
    yield start, len(tokens)


def _axes(tokens: Sequence[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The stretches between the commas of one bracket or line, without an "and" at their beginning or end."""
    start, depth = first, 0
    for index in range(first, last):
        token = tokens[index]
        depth += (token.kind == "sign" and token.text in OPENING) - (token.kind == "sign" and token.text in CLOSING)
        if depth == 0 and (token.text in (",", ";") or (token.kind == "word" and token.text in _AND)):
            if index > start:
                yield start, index
            start = index + 1
    if last > start:
        yield start, last


def _is_mathematics(axis: Sequence[Token]) -> bool:
    """Whether an axis is a formula without words."""
    return all(token.kind != "word" for token in axis) and any(token.kind in OPERANDS for token in axis)


def _words_before_times(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The Qqq of `Qqq x B`."""
    for index in range(1, len(tokens)):
        begins = index == 1 or tokens[index - 2].kind in ("newline", "relation") or tokens[index - 2].text in OPENING
        if begins and tokens[index - 1].kind == "word" and _is_unread_times(tokens, index):
            yield index - 1, index


def _is_unread_times(tokens: Sequence[Token], index: int) -> bool:
    """Whether the letter x stands here, was taken for an unknown name, and something follows."""
    token = tokens[index]
    is_x = token.kind == "symbol" and token.text in ("x", "X") and token.detail != "known"
    return is_x and index + 1 < len(tokens) and tokens[index + 1].kind in OPERANDS
