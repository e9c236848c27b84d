"""The tokens of an answer before they have roles: abbreviations, decimal commas and times signs in one spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from grader.reading.formulas.units import bytes_in
from grader.reading.limits import screen
from grader.reading.respelling import respelled
from grader.reading.tokens import Token, tokenize_formula
from grader.reading.unreadable import refusal

__all__ = ["tokens_of"]

_TIMES_SIGNS: Final = ("\u00d7", "\u2715", "\\times")
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
# The points of "i.e." and "e.g." end no sentence.
_ABBREVIATED: Final = re.compile(r"\b(i\. ?e|e\. ?g|d\. ?h|z\. ?B|c'est-à-dire)\.?(?![A-Za-z])")

# Behind a blank and a # Python has its comments; a line of dashes stands above a sum.
_COMMENT: Final = re.compile(r"(?:[ \t]{2,}#|(?<=[\w)\]}])[ \t]#[ \t])[^\n]*")
_RULE: Final = re.compile(r"^[ \t]*([-=_*])\1{2,}[ \t]*$", re.MULTILINE)


# The a) before an answer; what follows is no operator.
_LABEL: Final = re.compile(r"^[ \t]*(?:[a-zA-Z]|\d{1,2}|i{1,3}v?)\)[ \t]+(?=[^\s*/+^=)])", re.MULTILINE)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def tokens_of(text: str, *, axes: bool, amounts: bool, whole: bool) -> list[Token]:
    """The tokens of a student's text: of a shape with `axes`, of an amount of memory with `amounts`.

    `whole`: a number without a unit is one of bytes, which are whole.

    Raises: Refusal for a long text, a strange character, or a comma that can't be told.
    """
    plain = respelled(_LABEL.sub(_blank, screen(text)))
    plain = _RULE.sub(_blank, _COMMENT.sub(_blank, _ABBREVIATED.sub(_joined, plain)))
    tokens = tokenize_formula(plain)
    if axes:
        return _with_times_signs(tokens, text)
    tokens = _with_decimals(tokens)
    return _with_whole_bytes(tokens, alone=whole) if amounts else tokens


def _joined(match: re.Match[str]) -> str:
    """The abbreviation without its points, as long as before."""
    letters = "".join(character for character in match.group() if character.isalpha())
    return (letters if len(letters) == 2 else "ie").ljust(len(match.group()))


def _with_times_signs(tokens: Sequence[Token], text: str) -> list[Token]:
    """The tokens with every × marked: between axes it separates them."""
    return [
        token._replace(detail="x") if token.text == "*" and text.startswith(_TIMES_SIGNS, token.start) else token
        for token in tokens
    ]


def _with_whole_bytes(tokens: Sequence[Token], *, alone: bool) -> list[Token]:
    """`388,800 bytes` has its comma between thousands, since bytes are whole; `388.800` `alone` can't be told."""
    out: list[Token] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        scale = bytes_in(following.text) if following is not None and following.kind == "name" else None
        if token.kind == "number" and _GROUPED.fullmatch(token.text):
            if "," in token.text and scale == 1:
                token = token._replace(text=token.text.replace(",", ""))
            elif "." in token.text and (scale == 1 or (alone and len(tokens) == 1)):
                whole, decimals = token.text.split(".")
                raise refusal(
                    token.start,
                    f'We read "{token.text}" but could not tell the point; write {whole}{decimals} if it separates '
                    f"thousands.",
                )
        out.append(token)
    return out


def _with_decimals(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with `2,5` and `1,000,000` as one number each, outside of the parentheses of a function."""
    if not any(token.text == "," for token in tokens):
        return list(tokens)
    out: list[Token] = []
    calls: list[bool] = []
    for index, token in enumerate(tokens):
        if token.text in ("(", "[", "{"):
            calls.append(index > 0 and tokens[index - 1].kind == "name" and not token.spaced)
        elif token.text in (")", "]", "}") and calls:
            calls.pop()
        joins = (
            len(out) > 1 and token.kind == "number" and not token.spaced and out[-1].text == "," and not out[-1].spaced
        )
        if (
            joins
            and out[-2].kind == "number"
            and "e" not in out[-2].text.lower()
            and not any(calls)
            and token.text[0] != "."
        ):
            comma, number = out.pop(), out.pop()
            out.append(number._replace(text=f"{number.text}{comma.text}{token.text}"))
        else:
            out.append(token)
    return out
