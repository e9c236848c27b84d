"""Finds the names that an answer defines for itself, before its words have their roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.reading.formulas import vocabulary as words
from grader.reading.formulas.names import Names
from grader.reading.formulas.units import bytes_in
from grader.reading.tokens import Token

__all__ = ["names_defined"]

_EQUALS: Final = ("=", "==", ":=")
_LONGEST_SYMBOL: Final = 24
_ENDS: Final = (",", ";", ".", ")")


def names_defined(tokens: Sequence[Token], names: Names) -> list[str]:
    """The names with an equals sign beside them that the question does not declare: P in `P = Hout*Wout`."""
    found: dict[str, None] = {}
    for index, token in enumerate(tokens):
        if token.kind == "name" and _is_defined(tokens, index, names):
            found[token.text] = None
    return list(found)


def _is_defined(tokens: Sequence[Token], index: int, names: Names) -> bool:
    text = tokens[index].text
    low = text.lower()
    if index and tokens[index - 1].text == "." and not tokens[index].spaced:
        return False
    if bytes_in(text) is not None and text not in ("B", "o"):
        return False
    if len(text) > _LONGEST_SYMBOL or names.is_exact(text):
        return False
    if names.find(text) is not None and not _is_given_a_formula(tokens, index):
        return False
    symbolic = len(text) == 1 or "_" in text or any(c.isupper() or c.isdigit() for c in text[1:]) or text.isupper()
    if not _is_beside_equals(tokens, index):
        return False
    is_word = (low in words.PROSE or low in words.COUNTED or low in words.FUNCTIONS) and len(text) > 1
    if is_word and not _is_factor_elsewhere(tokens, index):
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    before = tokens[index - 1] if index else None
    if following is not None and following.text in _EQUALS and following.kind == "sign":
        return before is None or before.text not in ("*", "/", "+", "-", "^", "**")
    is_said = following is not None and (
        following.text == ":" or (following.kind == "name" and following.text.lower() in words.BEING)
    )
    if symbolic and is_said:
        return before is None or before.kind in ("newline", "name") or before.text in (",", ";", ".", "(", "-", "*")
    if len(text) > 1 and names.product(text) is not None:
        return False  # the HW of `area = HW`
    ends = following is None or following.kind == "newline" or following.text in _ENDS
    return symbolic and ends and before is not None and before.text in _EQUALS


def _is_factor_elsewhere(tokens: Sequence[Token], index: int) -> bool:
    """Whether the same word stands beside an operator somewhere: patches in `N*patches*K`, where patches = ..."""
    text = tokens[index].text
    for place, token in enumerate(tokens):
        if token.text == text and place != index:
            beside = [*tokens[max(place - 1, 0) : place], *tokens[place + 1 : place + 2]]
            if any(one.kind == "sign" and one.text in ("*", "/", "^", "**", "+", "//") for one in beside):
                return True
    return False


def _is_given_a_formula(tokens: Sequence[Token], index: int) -> bool:
    """Whether `d = ...` gives a name, spelled otherwise than the question's D, more than a number."""
    rest = tokens[index + 1 : index + 4]
    if len(rest) < 2 or (rest[0].text not in _EQUALS and rest[0].text.lower() not in words.BEING):
        return False
    ends = len(rest) == 2 or rest[2].kind == "newline" or rest[2].text in _ENDS
    return not (rest[1].kind == "number" and ends)


def _is_beside_equals(tokens: Sequence[Token], index: int) -> bool:
    """Whether an equals sign, a colon or a word such as "is" stands beside the name; nearly no word has one."""
    beside = [*tokens[max(index - 1, 0) : index], *tokens[index + 1 : index + 2]]
    return any(one.text in _EQUALS or one.text == ":" or one.text.lower() in words.BEING for one in beside)
