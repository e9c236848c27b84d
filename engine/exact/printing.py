"""Exact numbers in words: Python syntax that students can read, and LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from engine.exact.limits import MAX_COEFFICIENT_BITS
from engine.exact.sums import (
    LOG,
    ONE,
    SQRT,
    Atom,
    Rational,
    Sum,
    Term,
    coefficient_content,
    multiply,
    scale,
)

__all__ = ["quotient_tex", "quotient_text", "rational_tex"]


class Style(NamedTuple):
    """How one notation writes each piece; a piece goes in and comes out as text."""

    exponential: Callable[[Rational], str]
    logarithm: Callable[[str], str]
    root: Callable[[int], str]
    power: Callable[[str, int], str]
    product: Callable[[list[str]], str]
    # The number of factors below, because Python needs parentheses around two of them.
    fraction: Callable[[str, str, int], str]
    # Whether the numerator is a sum of several terms, and whether the denominator has several pieces.
    quotient: Callable[[str, str, bool, bool], str]


TEXT = Style(
    exponential=lambda q: f"exp({q})",
    logarithm=lambda inside: f"log({inside})",
    root=lambda radicand: f"sqrt({radicand})",
    power=lambda base, power: f"{base}**{power}",
    product="*".join,
    fraction=lambda above, below, count: f"{above}/({below})" if count > 1 else f"{above}/{below}",
    quotient=lambda above, below, is_sum, is_long: (
        (f"({above})" if is_sum else above) + "/" + (f"({below})" if is_long else below)
    ),
)

TEX = Style(
    exponential=lambda q: "e" if q == 1 else f"e^{{{q}}}",
    logarithm=lambda inside: f"\\log\\left({inside}\\right)",
    root=lambda radicand: f"\\sqrt{{{radicand}}}",
    power=lambda base, power: f"{base}^{{{power}}}",
    product=" ".join,
    fraction=lambda above, below, count: f"\\frac{{{above}}}{{{below}}}",
    quotient=lambda above, below, is_sum, is_long: f"\\frac{{{above}}}{{{below}}}",
)


def quotient_text(numerator: Sum, denominator: Sum) -> str:
    """numerator/denominator in Python syntax, such as `2*exp(6) + 1` or `(exp(2) - 1)/(exp(2) + 1)`."""
    return _quotient(numerator, denominator, TEXT)


def quotient_tex(numerator: Sum, denominator: Sum) -> str:
    r"""numerator/denominator in LaTeX, such as `2 e^{6} + 1` or `\frac{e^{2} - 1}{e^{2} + 1}`."""
    return _quotient(numerator, denominator, TEX)


def rational_tex(number: Rational) -> str:
    r"""A rational number in LaTeX, such as `-\frac{3}{4}`."""
    if number.denominator == 1:
        return str(number)
    return f"{'-' if number < 0 else ''}\\frac{{{abs(number.numerator)}}}{{{number.denominator}}}"


def _quotient(numerator: Sum, denominator: Sum, style: Style) -> str:
    if denominator == ONE:
        return _sum(_readable(numerator), style)
    above, below = (_readable(side) for side in _without_fractions(numerator, denominator))
    sign = ""
    if len(above) == 1 and above[0][1] < 0:
        sign, above = "-", [(above[0][0], -above[0][1])]
    is_long = len(below) > 1 or below[0][1] != 1
    return sign + style.quotient(_sum(above, style), _sum(below, style), len(above) > 1, is_long)


def _without_fractions(numerator: Sum, denominator: Sum) -> tuple[Sum, Sum]:
    """The same quotient with whole coefficients and no negative powers."""
    lowest: Rational = 0
    least: dict[Atom, int] = {}
    for (q, atoms), _ in numerator:
        lowest = min(lowest, q)
        for atom, power in atoms:
            least[atom] = min(least.get(atom, 0), power)
    lift: Sum = (((-lowest, tuple(sorted((atom, -power) for atom, power in least.items() if power))), 1),)
    factor = 1 / coefficient_content(numerator + denominator)
    return scale(multiply(numerator, lift), factor), scale(multiply(denominator, lift), factor)


def _readable(terms: Sum) -> list[Term]:
    """Highest power of e first, then more atoms first; log(2) + log(3) is put together as log(6)."""
    logs: dict[Rational, list[int]] = {}
    kept: list[Term] = []
    for (q, atoms), coefficient in terms:
        operand = atoms[0][0][1] if not q and len(atoms) == 1 and atoms[0][1] == 1 else None
        if isinstance(operand, int) and atoms[0][0][0] == LOG:
            logs.setdefault(coefficient, []).append(operand)
        else:
            kept.append(((q, atoms), coefficient))
    for coefficient, operands in logs.items():
        product = prod(operands)
        together = [product] if product.bit_length() <= MAX_COEFFICIENT_BITS else operands
        kept.extend(((0, (((LOG, operand), 1),)), coefficient) for operand in together)
    return sorted(kept, key=lambda t: (-t[0][0], -sum(abs(power) for _, power in t[0][1]), t[0][1]))


def _sum(terms: list[Term], style: Style) -> str:
    text = ""
    for term in terms:
        sign = "-" if term[1] < 0 else "+"
        text += f" {sign} {_magnitude(term, style)}" if text else sign.strip("+") + _magnitude(term, style)
    return text


def _magnitude(term: Term, style: Style) -> str:
    """One term without its sign: `3*log(2)/(4*exp(6))`."""
    (q, atoms), coefficient = term
    above = [str(abs(coefficient.numerator))] if abs(coefficient.numerator) != 1 else []
    below = [str(coefficient.denominator)] if coefficient.denominator != 1 else []
    if q:
        (above if q > 0 else below).append(style.exponential(max(q, -q)))
    radicand = 1
    for (kind, argument), power in atoms:
        if kind == SQRT and isinstance(argument, int):
            radicand *= argument
            continue
        inside = str(argument) if isinstance(argument, int) else _sum(_readable(argument), style)
        log = style.logarithm(inside)
        (above if power > 0 else below).append(log if abs(power) == 1 else style.power(log, abs(power)))
    if radicand > 1:
        above.append(style.root(radicand))
    top = style.product(above or ["1"])
    return style.fraction(top, style.product(below), len(below)) if below else top
