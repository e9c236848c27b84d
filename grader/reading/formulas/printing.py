"""Says a tree back in one notation, with as few parentheses as Python's rules need."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Operation, Symbol

__all__ = ["formula_text"]

_STRENGTH: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2, "^": 4}
_NEGATIVE: Final = 3
_OPERAND: Final = 5
# A longer answer is cut where it is said back; its beginning shows how it was read.
_LONGEST: Final = 400


def formula_text(tree: Expression) -> str:
    """The tree as text, such as `8*N*P*K^2` or `floor((Hin - K)/S) + 1`."""
    text = _text(tree)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _text(tree: Expression) -> str:
    if isinstance(tree, Literal):
        return _number(tree.value)
    if isinstance(tree, (Constant, Symbol)):
        return tree.name if isinstance(tree, Constant) else tree.text
    if isinstance(tree, Call):
        return f"{tree.function}({', '.join(map(_text, tree.arguments))})"
    if isinstance(tree, Negative):
        return f"-{_wrapped(tree.operand, _NEGATIVE)}"
    strength = _STRENGTH[tree.sign]
    if tree.sign == "^":
        return f"{_wrapped(tree.left, strength + 1)}^{_wrapped(tree.right, strength)}"
    left, right = (
        _wrapped(tree.left, strength),
        _wrapped(tree.right, strength + (tree.sign != "*" and tree.sign != "+")),
    )
    if tree.sign == "*" and isinstance(tree.right, Operation) and tree.right.sign in ("/", "//", "%"):
        right = f"({_text(tree.right)})"
    return f"{left} {tree.sign} {right}" if strength == 1 or tree.sign == "%" else f"{left}{tree.sign}{right}"


def _wrapped(tree: Expression, least: int) -> str:
    text = _text(tree)
    return text if _strength(tree) >= least else f"({text})"


def _strength(tree: Expression) -> int:
    if isinstance(tree, Operation):
        return _STRENGTH[tree.sign]
    if isinstance(tree, Negative):
        return _NEGATIVE
    if isinstance(tree, Literal) and isinstance(tree.value, Fraction):
        return _OPERAND if _as_decimal(tree.value) else _STRENGTH["/"]
    return _OPERAND


def _number(value: int | Fraction) -> str:
    if isinstance(value, int):
        return str(value)
    return _as_decimal(value) or f"{value.numerator}/{value.denominator}"


def _as_decimal(value: Fraction) -> str:
    """A fraction as a short decimal, where it is one."""
    for places in range(1, 13):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).zfill(places + 1)
            return f"{'-' if scaled < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return ""
