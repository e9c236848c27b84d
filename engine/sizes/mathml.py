"""Written forms as presentation MathML, for pages that are read aloud."""

from __future__ import annotations

from html import escape
from typing import Final

from engine.sizes.words import is_one_word, name_parts
from engine.sizes.written import Factors, Name, Operation, Phrase, Written

__all__ = ["in_mathml"]

_FENCED: Final = frozenset(["()", "min", "max", "//", "ceil"])
_TIMES: Final = "\N{INVISIBLE TIMES}"
_APPLY: Final = "\N{FUNCTION APPLICATION}"


def in_mathml(written: Written) -> str:
    """A whole `<math>` element."""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{_sum(written)}</math>'


def _sum(written: Written) -> str:
    pieces: list[str] = []
    for coefficient, factors in written.terms:
        if coefficient < 0 or pieces:
            pieces.append(_sign("−" if coefficient < 0 else "+"))
        pieces.append(_term(abs(coefficient), factors, is_alone=written.terms == ((1, factors),)))
    return _row(pieces or [_number(0)])


def _term(coefficient: int, factors: Factors, *, is_alone: bool) -> str:
    pieces = [] if coefficient == 1 and factors else [_number(coefficient)]
    is_alone = is_alone and len(factors) == 1
    for phrase, exponent in factors:
        body = _phrase(phrase)
        kind = "()" if isinstance(phrase, Name) else phrase.kind
        if exponent != 1:
            base = body if kind in _FENCED else _fenced("(", body, ")")
            pieces.append(f"<msup>{base}{_number(exponent)}</msup>")
        else:
            pieces.append(_fenced("(", body, ")") if kind == "%" and not is_alone else body)
    # Invisible to the eye, and said by a screen reader.
    return _row(_between(pieces, _sign(_TIMES)))


def _phrase(phrase: Phrase) -> str:
    if isinstance(phrase, Name):
        return _name(phrase.name)
    parts = [_sum(part) for part in phrase.parts]
    if phrase.kind == "()":
        return _fenced("(", parts[0], ")")
    if phrase.kind in ("min", "max"):
        listed = "".join(_between(parts, _sign(",")))
        return _row([f"<mi>{phrase.kind}</mi>", _sign(_APPLY), _fenced("(", listed, ")")])
    return _binary(phrase, parts)


def _binary(phrase: Operation, parts: list[str]) -> str:
    closed = [
        part if is_one_word(whole) else _fenced("(", part, ")") for whole, part in zip(phrase.parts, parts, strict=True)
    ]
    if phrase.kind == "**":
        return f"<msup>{closed[0]}{parts[1]}</msup>"
    if phrase.kind == "%":
        return _row([closed[0], _sign("mod"), closed[1]])
    fraction = f"<mfrac>{parts[0]}{parts[1]}</mfrac>"
    if phrase.kind == "/":
        return fraction
    return _fenced("⌊", fraction, "⌋") if phrase.kind == "//" else _fenced("⌈", fraction, "⌉")


def _between(pieces: list[str], sign: str) -> list[str]:
    return [part for piece in pieces for part in (sign, piece)][1:]


def _name(name: str) -> str:
    letter, index = name_parts(name)
    return f"<msub><mi>{escape(letter)}</mi><mi>{escape(index)}</mi></msub>" if index else _identifier(letter)


def _identifier(name: str) -> str:
    return f"<mi>{escape(name)}</mi>"


def _number(value: int) -> str:
    return f"<mn>{value}</mn>"


def _sign(sign: str) -> str:
    return f"<mo>{sign}</mo>"


def _row(pieces: list[str]) -> str:
    return pieces[0] if len(pieces) == 1 else f"<mrow>{''.join(pieces)}</mrow>"


def _fenced(left: str, inside: str, right: str) -> str:
    return f"<mrow>{_sign(left)}{inside}{_sign(right)}</mrow>"
