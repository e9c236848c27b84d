"""The parts of the grammar that enclose: parentheses of all kinds, floors, bars, fractions, functions' arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grader.reading.expression import Parser
from grader.reading.tokens import Token
from grader.reading.tree import Call, Expression, Literal, Operation, Symbol
from grader.reading.unreadable import refusal

__all__ = ["Choices", "EnclosingParser"]

_CLOSES: Final = {"(": ")", "{": "}", "[": "]", "\u230a": "\u230b", "\u2308": "\u2309"}
# How many arguments a function takes, where it is not one.
_ARITY: Final = {"min": (1, 12), "max": (1, 12), "pow": (2, 2), "log": (1, 2)}


# The longest right answer measured has under 100.
MAX_FORMULA_TOKENS: Final = 250


@dataclass(frozen=True, slots=True)
class Choices:
    """Which of two readings is taken, where students mean either."""

    tight: bool = False  # 1/2n is 1/(2n)
    gauss: bool = False  # [x] is the floor of x
    wide: bool = False  # ln 1 + x is ln(1 + x)


class EnclosingParser(Parser):
    """One walk over the tokens, under one choice of readings; it notes which other ones are possible."""

    def __init__(self, tokens: Sequence[Token], choices: Choices) -> None:
        super().__init__(tokens)
        if len(tokens) > MAX_FORMULA_TOKENS:
            raise refusal(
                tokens[MAX_FORMULA_TOKENS].start,
                f"We read formulas of at most {MAX_FORMULA_TOKENS} names and signs; please write it more simply.",
            )
        self.choices = choices
        self.is_tight_possible = False
        self.is_gauss_possible = False
        self.is_wide_possible = False

    def bracketed(self, token: Token) -> Expression:
        if token.kind != "sign":
            raise self.unexpected()
        if token.text in ("(", "{"):
            return self.group()
        if token.text == "[":
            return self.square_brackets(token)
        if token.text in ("\u230a", "\u2308"):
            name = "floor" if token.text == "\u230a" else "ceil"
            return Call(name, (self.enclosed(token),), token.start)
        if token.text == "|":
            return self.absolute(token)
        if token.text == "\\frac":
            self.index += 1
            return self.fraction(token)
        return super().bracketed(token)

    def square_brackets(self, token: Token) -> Expression:
        inside = self.enclosed(token)
        if self.token.text == "[":
            raise self.unexpected()
        self.is_gauss_possible = self.is_gauss_possible or not _is_whole(inside)
        return Call("floor", (inside,), token.start) if self.choices.gauss and not _is_whole(inside) else inside

    def enclosed(self, opening: Token) -> Expression:
        self.index += 1
        self.enter(opening)
        tree = self.sum()
        if self.token.text != _CLOSES[opening.text]:
            raise self.unclosed(opening)
        self.index += 1
        self.depth -= 1
        return tree

    def absolute(self, token: Token) -> Expression:
        self.index += 1
        self.enter(token)
        tree = self.sum()
        if self.token.text != "|":
            raise self.unclosed(token)
        self.index += 1
        self.depth -= 1
        return Call("abs", (tree,), token.start)

    def fraction(self, token: Token) -> Expression:
        """`\\frac{a}{b}`, `\\frac ab` and `\\frac12`."""
        self.enter(token)
        tree = self.numerator_and_denominator(token)
        self.depth -= 1
        return tree

    def numerator_and_denominator(self, token: Token) -> Expression:
        following = self.token
        if following.kind == "number" and len(following.text) == 2 and following.text.isdigit():
            self.index += 1
            above, below = (Literal(int(digit), None, following.start) for digit in following.text)
            return Operation("/", above, below, token.start)
        above_tree = self.group() if self.token.text == "{" else self.operand()
        below_tree = self.group() if self.token.text == "{" else self.operand()
        return Operation("/", above_tree, below_tree, token.start)

    def applied(self, function: Token) -> Expression:
        """A function with its arguments, with or without parentheses: `log(n)`, `log n`, `log^2 n`, `sqrt[3]{n}`."""
        exponent: Expression | None = None
        root: Expression | None = None
        if self.token.text in ("^", "**"):
            self.index += 1
            exponent = self.group() if self.token.text == "{" else self.operand()
        elif self.token.kind == "raised":
            exponent = Literal(int(self.token.text), None, self.token.start)
            self.index += 1
        if function.text == "sqrt" and self.token.text == "[":
            root = self.enclosed(self.token)
        arguments = self.call_arguments(function)
        tree = _call(function, arguments) if root is None else _root(arguments[0], root, function.start)
        return tree if exponent is None else Operation("^", tree, exponent, function.start)

    def call_arguments(self, function: Token) -> tuple[Expression, ...]:
        if self.token.text in ("(", "{"):
            found = self.arguments()
        elif self.token.text == "[":
            found = (self.enclosed(self.token),)
        else:
            self.enter(function)
            number = self.token.kind == "number"
            found = (self.sum() if number and self.choices.wide else self.power(),)
            self.is_wide_possible = self.is_wide_possible or (number and self.token.text in ("+", "-"))
            self.depth -= 1
        least, most = _ARITY.get(function.text, (1, 1))
        if not least <= len(found) <= most:
            raise refusal(
                function.start,
                f"We read {function.text} with {len(found)} arguments, and it takes {least}; please check the commas.",
            )
        return found


def _call(function: Token, arguments: tuple[Expression, ...]) -> Expression:
    name, start = function.text, function.start
    if name == "pow":
        return Operation("^", arguments[0], arguments[1], start)
    if name == "log" and len(arguments) == 2:
        return Operation("/", Call("log", arguments[:1], start), Call("log", arguments[1:], start), start)
    if name.startswith("log") and name[3:] not in ("", "2", "10"):
        base = Call("log", (Literal(int(name[3:]), None, start),), start)
        return Operation("/", Call("log", arguments, start), base, start)
    return Call(name, arguments, start)


def _root(radicand: Expression, root: Expression, start: int) -> Expression:
    return Operation("^", radicand, Operation("/", Literal(1, None, start), root, start), start)


def _is_whole(tree: Expression) -> bool:
    """Whether no division could leave a fraction, so that brackets around it can't be a floor."""
    if isinstance(tree, Operation):
        return tree.sign != "/" and _is_whole(tree.left) and _is_whole(tree.right)
    return isinstance(tree, (Symbol, Literal)) or (isinstance(tree, Call) and tree.function in ("floor", "ceil"))
