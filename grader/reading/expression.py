"""The one precedence parser: the tokens of an expression become a small tree, with Python's precedence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from grader.reading.decimal_text import written_number
from grader.reading.limits import MAX_DEPTH
from grader.reading.tokens import Token
from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Operation, Symbol
from grader.reading.unreadable import Refusal, refusal
from grader.reading.vocabulary import VULGAR_FRACTIONS

__all__ = ["Parser", "parse_expression"]


_POWERS: Final = ("^", "**")
_OPENING: Final = ("(", "{")
_END: Final = Token("end", "", -1, True)
_OPERAND_KINDS: Final = ("number", "fraction", "constant", "symbol", "quantity", "function")


def parse_expression(tokens: Sequence[Token]) -> Expression:
    """The tree of all of `tokens`. Raises Refusal where they are no expression."""
    parser = Parser(tokens)
    tree = parser.sum()
    if parser.index < len(tokens):
        raise parser.unexpected()
    return tree


class Parser:
    """One walk over the tokens from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index] if self.index < len(self.tokens) else _END

    def sum(self) -> Expression:
        left = self.product()
        while (token := self.token).kind == "sign" and token.text in "+-":
            self.index += 1
            left = Operation(token.text, left, self.product(), token.start)
        return left

    def product(self) -> Expression:
        left = self.signed()
        divided = False
        while True:
            token = self.token
            if token.kind == "sign" and token.text in ("*", "/"):
                self.index += 1
                divided = token.text == "/"
                left = Operation(token.text, left, self.signed(), token.start)
            elif self.starts_a_factor(token):
                self.check_implicit_product(token, divided)
                left = Operation("*", left, self.signed(), token.start)
            else:
                return left

    def starts_a_factor(self, token: Token) -> bool:
        return token.kind in _OPERAND_KINDS or token.text in ("(", "\\frac", "\u221a")

    def may_be_an_exponent(self) -> bool:
        """Whether the `e` here could begin a power of ten: glued to its number, or with a whole number behind it."""
        behind = self.tokens[self.index + 1 : self.index + 3]
        signed = len(behind) == 2 and behind[0].text in ("+", "-") and behind[1].kind == "number"
        unfinished = not self.token.spaced and (not behind or behind[0].text != "^")
        return signed or unfinished or (bool(behind) and behind[0].kind == "number")

    def check_implicit_product(self, token: Token, divided: bool) -> None:
        """Two factors without a sign between them are a product only where nobody could read it otherwise."""
        before = self.tokens[self.index - 1]
        if token.kind == "constant" and before.kind == "number" and self.may_be_an_exponent():
            raise refusal(
                token.start,
                f'We read "{before.text} e", which could be a power of ten or a product with e; '
                "please write 1e-3 without spaces, or 2*e.",
            )
        if token.kind in ("number", "fraction"):
            raise refusal(
                token.start,
                f'We read "{before.text}" and then "{token.text}" with nothing between them; '
                "please write the sign that belongs there, or only one number.",
            )
        if token.text == "\\frac" and before.kind == "number" and not token.spaced:
            raise refusal(
                token.start,
                f'We read "{before.text}" and a fraction behind it, which could be a sum or a product; '
                "please write + or * between them.",
            )
        if divided:
            raise refusal(
                token.start,
                f'We could read what begins with "{token.text}" as part of the divisor or as a factor after it; '
                "please write * and parentheses, such as 1/(2*exp(6)) or exp(6)/2.",
            )
        if token.text == "(" and (token.spaced or before.kind in ("constant", "symbol", "quantity")):
            raise refusal(
                token.start,
                f'After "{before.text}" we read "(", which could be a product or a remark; '
                "please write * for a product, or leave the remark out.",
            )

    def signed(self) -> Expression:
        token = self.token
        if token.kind != "sign" or token.text not in ("-", "+"):
            return self.power()
        self.index += 1
        self.enter(token)
        operand = self.signed()
        self.depth -= 1
        return Negative(operand, token.start) if token.text == "-" else operand

    def power(self) -> Expression:
        base = self.postfixed()
        token = self.token
        if token.text not in _POWERS or token.kind != "sign":
            return base
        self.index += 1
        self.enter(token)
        exponent = self.group() if self.token.text == "{" else self.signed()
        self.depth -= 1
        return Operation("^", base, exponent, token.start)

    def postfixed(self) -> Expression:
        tree = self.operand()
        while True:
            token = self.token
            if token.kind == "raised":
                exponent = Literal(_raised_value(token), None, token.start)
                tree = Operation("^", tree, exponent, token.start)
            elif token.kind == "sign" and token.text == "%":
                tree = _hundredth(tree, token)
            else:
                return tree
            self.index += 1

    def operand(self) -> Expression:
        token = self.token
        kind = token.kind
        if kind == "number":
            self.index += 1
            value, half_unit = written_number(token.text, token.start)
            return self.with_fraction(Literal(value, half_unit, token.start))
        if kind == "fraction":
            self.index += 1
            return Literal(VULGAR_FRACTIONS[token.text], None, token.start)
        if kind == "constant":
            self.index += 1
            self.check_power_of_e(token)
            return Constant(token.start)
        if kind in ("symbol", "quantity"):
            self.index += 1
            return self.call(token) if self.calls() else Symbol(token.text, token.start)
        if kind == "function":
            self.index += 1
            return self.call(token)
        return self.bracketed(token)

    def check_power_of_e(self, constant: Token) -> None:
        """`e-6` may be a power of e or of ten that lost a sign, or a difference."""
        token = self.token
        if token.kind == "sign" and token.text == "-" and not token.spaced:
            raise refusal(
                constant.start,
                'We read "e-", which could be a power or a difference; please write e^-6, 1e-6 or exp(1) - 6.',
            )

    def bracketed(self, token: Token) -> Expression:
        if token.kind == "sign" and token.text == "(":
            return self.group()
        if token.text == "\\frac":
            self.index += 1
            above = self.group()
            return Operation("/", above, self.group(), token.start)
        if token.text == "\u221a":
            self.index += 1
            self.enter(token)
            radicand = self.power()
            self.depth -= 1
            return Call("sqrt", (radicand,), token.start)
        raise self.unexpected()

    def with_fraction(self, whole: Literal) -> Expression:
        """1½ is one number."""
        token = self.token
        if token.kind != "fraction" or token.spaced or whole.half_unit is not None:
            return whole
        self.index += 1
        return Literal(whole.value + VULGAR_FRACTIONS[token.text], None, whole.start)

    def calls(self) -> bool:
        is_symbol = self.tokens[self.index - 1].kind == "symbol"
        return is_symbol and self.token.text == "(" and not self.token.spaced

    def call(self, function: Token) -> Expression:
        return Call(function.text.lower(), self.arguments(), function.start)

    def group(self) -> Expression:
        """What stands between one pair of parentheses or braces."""
        inside = self.arguments()
        if len(inside) > 1:
            raise refusal(inside[1].start, "We read a comma inside the parentheses; please write a point for decimals.")
        return inside[0]

    def arguments(self) -> tuple[Expression, ...]:
        opening = self.token
        if opening.text not in _OPENING:
            raise self.unexpected()
        self.index += 1
        self.enter(opening)
        found = [self.sum()]
        while self.token.text == ",":
            self.index += 1
            found.append(self.sum())
        if self.token.text != (")" if opening.text == "(" else "}"):
            raise self.unclosed(opening)
        self.index += 1
        self.depth -= 1
        return tuple(found)

    def enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise refusal(
                token.start,
                f"We read at most {MAX_DEPTH} parentheses, signs and powers inside one another; "
                "please write this expression more simply.",
            )

    def unclosed(self, opening: Token) -> Refusal:
        if self.token.kind != "end":
            return self.unexpected()
        return refusal(opening.start, f'We read "{opening.text}" here and found no sign that closes it; please add it.')

    def unexpected(self) -> Refusal:
        token = self.token
        if token.kind != "end":
            return refusal(
                token.start,
                f'We could not read "{token.text}" at this place; '
                "please write a number or an expression such as 32, 0.25 or 1/exp(6).",
            )
        last = self.tokens[-1] if self.tokens else None
        return refusal(
            last.start if last else 0,
            f'We read as far as "{last.text if last else ""}" and miss what comes after it; '
            "please complete the expression.",
        )


def _raised_value(token: Token) -> int:
    value, _ = written_number(token.text.lstrip("+-"), token.start)
    return -int(value) if token.text.startswith("-") else int(value)


def _hundredth(tree: Expression, percent: Token) -> Expression:
    if isinstance(tree, Literal):
        half_unit = tree.half_unit and tree.half_unit / 100
        return Literal(Fraction(tree.value) / 100, half_unit, tree.start)
    return Operation("/", tree, Literal(100, None, percent.start), percent.start)
