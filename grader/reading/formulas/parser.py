"""The precedence parser for formulas: the same grammar as for numbers, with floors, names and blanks that multiply."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product as combinations
from typing import Final

from grader.reading.decimal_text import written_number
from grader.reading.formulas.enclosing import Choices, EnclosingParser
from grader.reading.tokens import Token
from grader.reading.tree import Call, Constant, Expression, Literal, Operation, Symbol
from grader.reading.unreadable import Refusal, refusal

__all__ = ["parse_formula"]

_FACTOR_KINDS: Final = ("number", "fraction", "constant", "symbol", "function", "unit")
_FACTOR_SIGNS: Final = ("(", "{", "[", "\\frac", "\u221a", "\u230a", "\u2308")
# In 2^3^2 the exponent 3^2 is one that people write.
_HIGHEST_TOWER: Final = 3
_DIVISIONS: Final = {"/": "/", "//": "//", "%": "%"}
_CLOSES: Final = {"(": ")", "{": "}", "[": "]", "\u230a": "\u230b", "\u2308": "\u2309"}
# How many arguments a function takes, where it is not one.
_ARITY: Final = {"min": (1, 12), "max": (1, 12), "pow": (2, 2), "log": (1, 2), "round": (1, 1)}


def parse_formula(tokens: Sequence[Token]) -> tuple[Expression, ...]:
    """The tree of all of `tokens`; two or more where it can be read in several ways, the one by Python's rules first.

    Raises: Refusal where they are no formula.
    """
    parser = FormulaParser(tokens, Choices())
    first = parser.whole()
    possible = (parser.is_tight_possible, parser.is_gauss_possible, parser.is_wide_possible)
    if not any(possible):
        return (first,)
    others = [
        FormulaParser(tokens, Choices(*choice)).whole()
        for choice in combinations((False, True), repeat=3)
        if any(choice) and all(may or not taken for taken, may in zip(choice, possible, strict=True))
    ]
    return (first, *others)


class FormulaParser(EnclosingParser):
    """One walk over the tokens, under one choice of readings."""

    def whole(self) -> Expression:
        tree = self.sum()
        if self.index < len(self.tokens):
            raise self.unexpected()
        return tree

    def sum(self) -> Expression:
        left = self.rounded(self.product())
        while (token := self.token).kind == "sign" and token.text in ("+", "-"):
            self.index += 1
            left = self.rounded(Operation(token.text, left, self.product(), token.start))
        return left

    def rounded(self, tree: Expression) -> Expression:
        """What stands before "rounded down"."""
        while self.token.kind == "rounded":
            tree = Call(self.token.text, (tree,), self.token.start)
            self.index += 1
        return tree

    def product(self) -> Expression:
        left = self.signed()
        divided = False
        while True:
            token = self.token
            if token.kind == "sign" and token.text == "*":
                self.index += 1
                divided = False
                left = self.times(left, self.signed(), token)
            elif token.kind == "sign" and token.text in _DIVISIONS and not self.is_percent(token):
                self.index += 1
                divided = True
                left = Operation(token.text, left, self.divisor(), token.start)
            elif self.is_percent(token):
                self.index += 1
                left = Operation("/", left, Literal(100, None, token.start), token.start)
            elif self.starts_a_factor(token):
                self.is_tight_possible = self.is_tight_possible or (divided and token.kind != "unit")
                self.check_factor(token, left)
                left = self.times(left, self.signed(), token)
            else:
                return left

    def times(self, left: Expression, right: Expression, token: Token) -> Expression:
        """The product; a unit of one byte changes nothing and is not said back."""
        if self.tokens[self.index - 1].kind == "unit" and right == Literal(1, None, right.start):
            return left
        return Operation("*", left, right, token.start)

    def divisor(self) -> Expression:
        tree = self.signed()
        while self.choices.tight and self.starts_a_factor(self.token) and self.token.kind != "unit":
            self.check_factor(self.token, tree)
            tree = Operation("*", tree, self.signed(), self.token.start)
        return tree

    def starts_a_factor(self, token: Token) -> bool:
        if token.kind in _FACTOR_KINDS:
            return True
        return token.kind == "sign" and token.text in _FACTOR_SIGNS

    def check_factor(self, token: Token, left: Expression) -> None:
        """Two numbers side by side are no product; anything else with a blank between is one."""
        before = self.tokens[self.index - 1]
        mixed = token.text == "\\frac" and before.kind == "number" and not token.spaced and self.is_number_fraction()
        digits = mixed or (
            token.kind in ("number", "fraction") and (before.kind in ("number", "fraction") and _ends_in_number(left))
        )
        if digits or before.text == "]" == token.text or (before.text == "]" and token.text == "["):
            raise refusal(
                token.start,
                f'We read "{before.text}" and then "{token.text}" with nothing between them; '
                "please write the sign that belongs there.",
            )

    def is_number_fraction(self) -> bool:
        """Whether the fraction here is one of two numbers: 12 and a half, or 12 times a half."""
        inside = [token.kind for token in self.tokens[self.index + 1 : self.index + 7] if token.text not in "{}"]
        return inside[:2] in (["number", "number"], ["number"])

    def power(self) -> Expression:
        base = self.postfixed()
        token = self.token
        if token.text in ("^", "**") and self.tokens[self.index - 1].kind == "unit":
            raise refusal(token.start, "We read a power of a unit; please write the amount as a number of bytes.")
        if token.kind != "sign" or token.text not in ("^", "**"):
            return base
        self.index += 1
        self.enter(token)
        exponent = self.group() if self.token.text == "{" else self.signed()
        self.depth -= 1
        if isinstance(base, Literal) and isinstance(exponent, Operation) and isinstance(exponent.left, Literal):
            self.refuse_tower(token, exponent)
        return Operation("^", base, exponent, token.start)

    def refuse_tower(self, token: Token, exponent: Operation) -> None:
        """9^9^9^9 is no number that anybody means."""
        if exponent.sign == "^" and not (
            isinstance(exponent.right, Literal) and exponent.right.value <= _HIGHEST_TOWER
        ):
            return self.refuse_large(token) if _is_number(exponent) else None
        return None

    def refuse_large(self, token: Token) -> None:
        raise refusal(token.start, "We read a power that is too large to compute; please check the exponent.")

    def postfixed(self) -> Expression:
        tree = self.operand()
        while True:
            token = self.token
            if token.kind == "raised":
                value, _ = written_number(token.text.lstrip("+-"), token.start)
                exponent = Literal(-value if token.text[0] == "-" else value, None, token.start)
                tree = Operation("^", tree, exponent, token.start)
            elif token.kind == "sign" and token.text == "!":
                tree = Call("factorial", (tree,), token.start)
            elif self.is_percent(token) and isinstance(tree, Literal):
                tree = Operation("/", tree, Literal(100, None, token.start), token.start)
            else:
                return tree
            self.index += 1

    def is_percent(self, token: Token) -> bool:
        return token.text == "%" and token.kind == "sign" and not self.goes_on_after(token)

    def goes_on_after(self, token: Token) -> bool:
        """Whether an operand follows the %, so that it is the remainder of a division."""
        following = self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None
        return following is not None and (self.starts_a_factor(following) or following.text == "-")

    def operand(self) -> Expression:
        token = self.token
        kind = token.kind
        if kind == "symbol":
            self.index += 1
            return self.symbol(token)
        if kind == "function":
            self.index += 1
            return self.applied(token)
        if kind == "constant":
            self.index += 1
            return Constant(token.start, token.text)
        if kind == "unit" and isinstance(token.detail, Fraction):
            self.index += 1
            scale = token.detail
            return Literal(scale.numerator if scale.denominator == 1 else scale, None, token.start)
        return super().operand()

    def symbol(self, token: Token) -> Expression:
        if token.detail == "known":
            self.refuse_index(token)
            return Symbol(token.text, token.start)
        if self.token.text == "(" and not self.token.spaced:
            raise refusal(
                token.start,
                f'We read "{token.text}(...)" and know no function of that name; please use the names given.',
            )
        raise refusal(
            token.start,
            f'We do not know the name "{token.text}"; please say what it stands for, such as {token.text} = ..., '
            "or write the names given in the question.",
        )

    def refuse_index(self, token: Token) -> None:
        if self.token.text == "[" and not self.token.spaced:
            raise refusal(
                self.token.start,
                f'We read "{token.text}[", an entry of something; please write a formula in the names given.',
            )

    def unexpected(self) -> Refusal:
        token = self.token
        if token.kind == "end":
            return super().unexpected()
        return refusal(
            token.start,
            f'We could not read "{token.text}" at this place; please write one formula, such as 8*N*P*K^2.',
        )


def _ends_in_number(tree: Expression) -> bool:
    """Whether a number is the last factor of a tree, and not the exponent of a name."""
    if isinstance(tree, Operation) and tree.sign == "^":
        return _ends_in_number(tree.left)
    if isinstance(tree, Operation):
        return _ends_in_number(tree.right)
    return isinstance(tree, Literal)


def _is_number(tree: Expression) -> bool:
    """Whether no name stands in a tree."""
    if isinstance(tree, Operation):
        return _is_number(tree.left) and _is_number(tree.right)
    return isinstance(tree, Literal)
