"""Names given in words: `B, T = n_samples, n_context`, "B and T are n and m", "write n for n_samples"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.reading.formulas.names import Names
from grader.reading.tokens import Token

__all__ = ["with_names_given"]

_FOR: Final = frozenset({"for", "f\u00fcr", "pour", "para"})
_WRITING: Final = frozenset(
    {"write", "writing", "use", "using", "denote", "schreibe", "schreiben", "notons", "escribo"}
)
_EQUAL: Final = frozenset({"=", "are", "sind", "sont", "son"})
_AND: Final = frozenset({"and", "und", "et", "y", ","})
# A name that somebody makes up for a quantity is short.
_LONGEST: Final = 4


def with_names_given(tokens: Sequence[Token], names: Names) -> list[Token]:
    """The tokens with every such clause as plain definitions: `B = n_samples, T = n_context`."""
    out = list(tokens)
    if any(token.text.lower() in _WRITING for token in out):
        out = [
            token._replace(kind="sign", text="=") if token.text.lower() in _FOR and _names(out, place, names) else token
            for place, token in enumerate(out)
        ]
    for place, token in enumerate(out):
        if token.text.lower() in _EQUAL:
            pairs = _pairs(out, place, names)
            if pairs:
                first, last, definitions = pairs
                return [*out[:first], *definitions, *with_names_given(out[last:], names)]
    return out


def _names(tokens: Sequence[Token], place: int, names: Names) -> bool:
    """Whether a new short name stands before and one of the question's behind."""
    if not 0 < place < len(tokens) - 1:
        return False
    before, behind = tokens[place - 1], tokens[place + 1]
    is_new = before.kind == "name" and len(before.text) <= _LONGEST and not names.is_exact(before.text)
    return is_new and (names.is_exact(behind.text) or behind.text.lower() == "len")


def _pairs(tokens: Sequence[Token], place: int, names: Names) -> tuple[int, int, list[Token]] | None:
    """Where a list of new names, as many of the question's, and an equals sign between them begin and end."""
    left, right = _listed(tokens, place - 1, -1), _listed(tokens, place + 1, 1)
    while len(right) > len(left) > 1 and not names.is_exact(tokens[right[-1]].text):
        right.pop()
    new = all(len(tokens[k].text) <= _LONGEST and not names.is_exact(tokens[k].text) for k in left)
    known = all(names.is_exact(tokens[k].text) for k in right)
    if len(left) < 2 or len(left) != len(right) or not (new and known):
        return None
    sign = tokens[place]._replace(kind="sign", text="=")
    comma = sign._replace(text=",")
    definitions: list[Token] = []
    for own, given in zip(reversed(left), right, strict=True):
        definitions += [tokens[own], sign, tokens[given], comma]
    return left[-1], right[-1] + 1, definitions[:-1]


def _listed(tokens: Sequence[Token], place: int, step: int) -> list[int]:
    """The places of the names of a list that begins at `place` and goes that way."""
    found: list[int] = []
    while 0 <= place < len(tokens) and tokens[place].kind == "name" and tokens[place].text.lower() not in _AND:
        found.append(place)
        place += step
        separators = 0
        while 0 <= place < len(tokens) and tokens[place].text.lower() in _AND:
            place, separators = place + step, separators + 1
        if not separators:
            break
    return found
