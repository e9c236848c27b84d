"""Reads an order of growth: what stands inside O(...), or a bare formula, which means the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from grader.reading.formulas.names import Names
from grader.reading.formulas.parser import parse_formula
from grader.reading.tokens import Token
from grader.reading.tree import Call, Expression, Literal, Negative, Operation, Symbol
from grader.reading.unreadable import refusal

__all__ = ["order_in_words", "parse_growth"]

_DEGREES: Final = {"constant": 0, "linear": 1, "quadratic": 2, "cubic": 3}
_IN_WORDS: Final = re.compile(
    r"\W*(?:it is |it's |is |o\(1\) )?(constant|linear|quadratic|cubic)(?:ly)?(?: (?:in|with) (?:the )?([\w()]+?))?\W*",
    re.I,
)


def order_in_words(text: str, names: Names) -> Expression | None:
    """The order that "quadratic in n" or "constant" is, where the text says nothing else; None otherwise."""
    match = _IN_WORDS.fullmatch(text)
    if match is None:
        return None
    degree = _DEGREES[match[1].lower()]
    if not degree:
        return None if match[2] else Literal(1, None, 0)
    name = names.find(match[2]) if match[2] and len(names.declared) == 1 else None
    return None if name is None else Operation("^", Symbol(name, 0), Literal(degree, None, 0), 0)


def parse_growth(tokens: Sequence[Token]) -> tuple[Expression, ...]:
    """The trees of a growth, every O(...) replaced by what stands in it.

    Raises: Refusal for a lower bound, which says nothing about how fast something grows at most.
    """
    for token in tokens:
        if token.kind == "function" and token.text == "\u03a9":
            raise refusal(
                token.start,
                "We read \u03a9(...), a lower bound; please write the tight bound, such as O(N*P).",
            )
    return tuple(_without_order(tree) for tree in parse_formula(tokens))


def _without_order(tree: Expression) -> Expression:
    if isinstance(tree, Call):
        arguments = tuple(map(_without_order, tree.arguments))
        name = "floor" if tree.function == "trunc" else tree.function
        return arguments[0] if name == "O" else Call(name, arguments, tree.start)
    if isinstance(tree, Operation):
        if tree.sign == "/" and all(
            isinstance(side, Call) and side.function == "O" for side in (tree.left, tree.right)
        ):
            raise refusal(
                tree.start, "We read two orders with a stroke between them; please write only the one you mean."
            )
        return Operation(tree.sign, _without_order(tree.left), _without_order(tree.right), tree.start)
    if isinstance(tree, Negative):
        return Negative(_without_order(tree.operand), tree.start)
    return tree
