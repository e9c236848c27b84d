"""Written forms as Python, as plain text and as LaTeX: one walk, and a table of how each notation writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from engine.sizes.written import Factors, Name, Phrase, Written

__all__ = ["PYTHON", "TEX", "TEXT", "Style", "in_words", "is_one_word", "name_parts"]


class Style(NamedTuple):
    """How one notation writes each piece; pieces go in and come out as text."""

    name: Callable[[str], str]
    minus: str
    product: Callable[[list[str]], str]
    # The base is in parentheses already where it needs them.
    integer_power: Callable[[str, int], str]
    symbolic_power: Callable[[str, str, bool], str]
    parentheses: Callable[[str], str]
    # The text of an operation from its kind and from its parts, each plain and in parentheses if long.
    operation: Callable[[str, list[str], list[str]], str]
    # Operations in parentheses beside another factor or a leading minus, and those beside another term.
    loose_in_product: frozenset[str]
    loose_in_sum: frozenset[str]
    # Operations that bring their own brackets.
    fenced: frozenset[str]


_NONE: Final[frozenset[str]] = frozenset()


def in_words(written: Written, style: Style) -> str:
    """The written form in one notation."""
    text = ""
    for coefficient, factors in written.terms:
        sign = style.minus if coefficient < 0 else "+"
        is_product = coefficient != (-1 if coefficient < 0 and text else 1) or len(factors) > 1
        loose = style.loose_in_product if is_product else style.loose_in_sum
        body = _term(abs(coefficient), factors, style, loose if is_product or len(written.terms) > 1 else _NONE)
        text += f" {sign} {body}" if text else (sign if coefficient < 0 else "") + body
    return text or "0"


def _term(coefficient: int, factors: Factors, style: Style, loose: frozenset[str]) -> str:
    if not factors:
        return str(coefficient)
    pieces = [str(coefficient)] if coefficient != 1 else []
    for phrase, exponent in factors:
        body = _phrase(phrase, style)
        kind = "()" if isinstance(phrase, Name) else phrase.kind
        if exponent == 1:
            pieces.append(style.parentheses(body) if kind in loose else body)
        else:
            base = body if kind in style.fenced else style.parentheses(body)
            pieces.append(style.integer_power(base, exponent))
    return style.product(pieces)


def _phrase(phrase: Phrase, style: Style) -> str:
    if isinstance(phrase, Name):
        return style.name(phrase.name)
    plain = [in_words(part, style) for part in phrase.parts]
    if phrase.kind == "()":
        return style.parentheses(plain[0])
    closed = [
        text if is_one_word(part) else style.parentheses(text) for part, text in zip(phrase.parts, plain, strict=True)
    ]
    if phrase.kind == "**":
        return style.symbolic_power(closed[0], plain[1], is_one_word(phrase.parts[1]))
    return style.operation(phrase.kind, plain, closed)


def is_one_word(written: Written) -> bool:
    """A name, or a number that carries no sign."""
    if len(written.terms) != 1:
        return not written.terms
    coefficient, factors = written.terms[0]
    if not factors:
        return coefficient > 0
    return coefficient == 1 and len(factors) == 1 and factors[0][1] == 1 and isinstance(factors[0][0], Name)


def name_parts(name: str) -> tuple[str, str]:
    """A name as letter and index: Hin is H with in, n_samples n with samples, x1 x with 1; others have none."""
    match = re.fullmatch(r"([^\W\d_])(?:_(\w+)|(in|out|\d+))", name)
    return (match[1], match[2] or match[3]) if match else (name, "")


def _python_operation(kind: str, plain: list[str], closed: list[str]) -> str:
    if kind in ("min", "max"):
        return f"{kind}({', '.join(plain)})"
    if kind == "ceil":
        return f"-(-{closed[0]}//{closed[1]})"
    # An exact quotient is a whole number in Python only with //.
    return f"{closed[0]}{' % ' if kind == '%' else '//'}{closed[1]}"


PYTHON: Final = Style(
    name=lambda name: name,
    minus="-",
    product="*".join,
    integer_power=lambda base, exponent: f"{base}**{exponent}",
    symbolic_power=lambda base, exponent, is_short: f"{base}**{exponent if is_short else f'({exponent})'}",
    parentheses=lambda text: f"({text})",
    operation=_python_operation,
    loose_in_product=frozenset(["//", "/", "%", "ceil"]),
    loose_in_sum=frozenset(["ceil"]),
    fenced=frozenset(["()", "min", "max"]),
)

_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _text_operation(kind: str, plain: list[str], closed: list[str]) -> str:
    if kind in ("min", "max"):
        return f"{kind}({', '.join(plain)})"
    if kind == "%":
        return f"{closed[0]} mod {closed[1]}"
    quotient = f"{closed[0]}/{closed[1]}"
    return {"//": f"⌊{quotient}⌋", "ceil": f"⌈{quotient}⌉"}.get(kind, quotient)


TEXT: Final = Style(
    name=lambda name: name,
    minus="−",
    product="·".join,
    integer_power=lambda base, exponent: base + str(exponent).translate(_RAISED),
    symbolic_power=lambda base, exponent, is_short: f"{base}^{exponent if is_short else f'({exponent})'}",
    parentheses=lambda text: f"({text})",
    operation=_text_operation,
    loose_in_product=frozenset(["/", "%"]),
    loose_in_sum=frozenset(["%"]),
    fenced=frozenset(["()", "min", "max", "//", "ceil"]),
)


def _tex_name(name: str) -> str:
    letter, index = name_parts(name)
    escaped = index.replace("_", r"\_")
    if index:
        return f"{letter}_{escaped}" if len(index) == 1 else f"{letter}_{{{escaped}}}"
    escaped = letter.replace("_", r"\_")
    return letter if len(letter) == 1 else rf"\mathit{{{escaped}}}"


def _tex_product(pieces: list[str]) -> str:
    """Side by side where nothing runs together; long names and later digits need a dot."""
    apart = any(piece.startswith(r"\mathit") for piece in pieces) or any(p[0].isdigit() for p in pieces[1:])
    return (r" \cdot " if apart and len(pieces) > 1 else " ").join(pieces)


def _tex_exponent(exponent: str) -> str:
    return exponent if len(exponent) == 1 else f"{{{exponent}}}"


def _tex_operation(kind: str, plain: list[str], closed: list[str]) -> str:
    if kind in ("min", "max"):
        return rf"\{kind}\left({', '.join(plain)}\right)"
    if kind == "%":
        return rf"{closed[0]} \bmod {closed[1]}"
    quotient = rf"\frac{{{plain[0]}}}{{{plain[1]}}}"
    if kind == "/":
        return quotient
    side = "floor" if kind == "//" else "ceil"
    return rf"\left\l{side} {quotient} \right\r{side}"


TEX: Final = Style(
    name=_tex_name,
    minus="-",
    product=_tex_product,
    integer_power=lambda base, exponent: f"{base}^{_tex_exponent(str(exponent))}",
    symbolic_power=lambda base, exponent, is_short: f"{base}^{_tex_exponent(exponent)}",
    parentheses=lambda text: rf"\left({text}\right)",
    operation=_tex_operation,
    loose_in_product=frozenset(["%"]),
    loose_in_sum=frozenset(["%"]),
    fenced=frozenset(["()", "min", "max", "//", "ceil"]),
)
