"""Gives every word of an answer its role: quantity, function, relation, sign, number, symbol or prose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.reading.markers import past_preposition
from grader.reading.tokens import Token, clean_name
from grader.reading.vocabulary import (
    APPROXIMATE_WORDS,
    FILLERS,
    FUNCTIONS,
    GRADIENT_WORDS,
    JOINTS,
    NUMBER_WORDS,
    RELATION_WORDS,
    SIGN_WORDS,
    VALUE_WORDS,
    Quantity,
    Vocabulary,
)

__all__ = ["ENDS_OPERAND", "OPERANDS", "give_roles"]

OPERANDS: Final = ("number", "fraction", "constant", "symbol", "quantity", "function")
#: What the last token of an operand is; a closing bracket or a percent sign ends one too.
ENDS_OPERAND: Final = frozenset({*OPERANDS, "raised"})
_BARE: Final = ("ln", "log", "sqrt")
_RELATION_SIGNS: Final = {
    "=": "=", "==": "=", ":": ":", "\u2248": "\u2248", "~": "\u2248", "\u2192": "\u2192", "\u21d2": "\u21d2",
    "+=": "+=",
}  # fmt: skip
_BULLETS: Final = ("*", "-", "+")
_BEFORE_NODE: Final = ("of", "at", "for", "the", "node", "leaf", "scalar", "variable")
_FREE_KINDS: Final = ("newline", "prose", "joint", "relation")


def give_roles(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Token]:
    """The same tokens with roles; some words fall away, and some become one quantity together."""
    roles = _Roles(tokens, vocabulary)
    index = 0
    while index < len(tokens):
        kind = tokens[index].kind
        if kind == "name":
            index = roles.word(index)
        elif kind == "sign":
            index = roles.sign(index)
        elif kind == "attribute":
            index = roles.attribute(index)
        elif kind == "derivative":
            index = roles.derivative(index)
        else:
            roles.out.append(tokens[index])
            index += 1
    return roles.out


class _Roles:
    """One pass over the tokens; each method looks at one place and answers where to go on."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> None:
        self.tokens = tokens
        self.vocabulary = vocabulary
        self.out: list[Token] = []
        self.bold = False

    def at(self, index: int) -> Token | None:
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def low(self, index: int) -> str:
        token = self.at(index)
        return token.text.lower() if token and token.kind == "name" else ""

    def last(self) -> Token | None:
        return self.out[-1] if self.out else None

    def after_operand(self) -> bool:
        last = self.last()
        return last is not None and (last.kind in ENDS_OPERAND or last.text in (")", "}", "%"))

    def sign(self, index: int) -> int:
        token, following = self.tokens[index], self.at(index + 1)
        relation = _RELATION_SIGNS.get(token.text)
        if relation:
            self.give(token, "relation", relation)
        elif self.is_bullet(token, following) or self.is_emphasis(token, following):
            pass
        elif token.text == "\u221a" and (following is None or following.kind == "newline"):
            pass  # a root sign used as a tick
        else:
            self.out.append(token)
        return index + 1

    def is_bullet(self, token: Token, following: Token | None) -> bool:
        if token.text == "\u2022":
            return True
        last = self.last()
        starts_line = last is None or last.kind == "newline"
        words = following is not None and following.kind in ("name", "attribute", "derivative", "prose")
        return starts_line and words and following is not None and following.spaced and token.text in _BULLETS

    def is_emphasis(self, token: Token, following: Token | None) -> bool:
        """Markdown's **bold** around an answer."""
        if token.text != "**":
            return False
        if not self.bold and not self.after_operand() and following is not None and not following.spaced:
            self.bold = True
            return True
        ends = following is None or following.kind in ("newline", "name", "prose") or following.text in ":.,;)"
        if self.bold and ends:
            self.bold = False
            return True
        return False

    def attribute(self, index: int) -> int:
        token = self.tokens[index]
        name, _, attribute = token.text.rpartition(".")
        node = self.vocabulary.node(clean_name(name.strip()))
        word = attribute.strip().lower()
        kind = "grad" if word in GRADIENT_WORDS else "value" if word in VALUE_WORDS else word
        if kind == word and node is None and kind not in ("grad", "value"):
            self.out.append(token._replace(kind="prose"))  # such as e.g.
            return index + 1
        return self.put(token, Quantity(kind, node, f"{clean_name(name.strip())}.{kind}"), index + 1)

    def derivative(self, index: int) -> int:
        """dz/dx is the gradient of x only where z is the output or no node at all."""
        token = self.tokens[index]
        above, below = _derivative_names(token.text)
        written = f"d{above}/d{below}"
        output = self.vocabulary.node(above) if above else None
        node = self.vocabulary.node(below) if output is None or self.vocabulary.is_output(output) else None
        return self.put(token, Quantity("grad", node, written), index + 1)

    def put(self, token: Token, quantity: Quantity, next_index: int) -> int:
        self.give(token, "quantity", token.text, quantity)
        return next_index

    def give(self, token: Token, kind: str, text: str, detail: object = None) -> None:
        """A token in another role; made anew, which is quicker than to replace parts of it."""
        self.out.append(Token(kind, text, token.start, token.spaced, detail))

    def word(self, index: int) -> int:
        token = self.tokens[index]
        low = token.text.lower()
        following = self.at(index + 1)
        if low == "x" and self.is_times(token, following):
            self.give(token, "sign", "*")
            return index + 1
        if low in FUNCTIONS and following is not None:
            if following.text in ("(", "{"):
                self.give(token, "function", low)
                return index + 1
            if following.text == "\\frac":
                self.give(token, "symbol", token.text)
                return index + 1
            if low in _BARE and following.kind == "number" and self.is_last_number(index + 1):
                self.give(token, "function", low)
                self.give(following, "sign", "(")
                self.out.append(following)
                self.give(following, "sign", ")")
                return index + 2
            if following.kind == "number" or self.low(index + 1) == "of":
                self.give(token, "symbol", token.text)
                return index + 1
        node = self.vocabulary.node(token.text)
        if node is not None:
            return self.named(index, node)
        if low[0] == "x" and low[1:].isdecimal() and self.is_times(token, token._replace(kind="number")):
            self.give(token, "sign", "*")
            self.out.append(token._replace(kind="number", text=token.text[1:], start=token.start + 1))
            return index + 1
        if low in GRADIENT_WORDS or low in VALUE_WORDS:
            return self.quantity_in_words(index)
        quantity = self.vocabulary.quantity_in_one_word(token.text)
        if quantity is not None:
            return self.put(token, quantity, index + 1)
        return self.plain_word(index, low, following)

    def is_last_number(self, index: int) -> bool:
        """Whether the number of `ln 2` ends its statement, so that nothing else can belong under the function."""
        after = self.at(index + 1)
        return after is None or after.kind == "newline" or after.text in (".", ",", ";", "=", "\u2248", ")")

    def is_times(self, token: Token, following: Token | None) -> bool:
        last = self.last()
        if last is None or last.kind != "number" or following is None or following.kind != "number":
            return False
        return last.text != "0" or token.spaced

    def named(self, index: int, node: str) -> int:
        """A node's name, alone or with the word grad or value behind it."""
        token = self.tokens[index]
        after = index + 1
        between = self.at(after)
        colon = between is not None and between.text == ":" and self.low(after + 1) in GRADIENT_WORDS | VALUE_WORDS
        word = self.low(after + 1 if colon else after)
        # `z4: grad of z2 = 16` speaks about z2.
        of_another = colon and self.vocabulary.node(self.low(past_preposition(self.tokens, after + 2))) is not None
        if (word in GRADIENT_WORDS or word in VALUE_WORDS) and not of_another:
            kind = "grad" if word in GRADIENT_WORDS else "value"
            return self.put(token, Quantity(kind, node, f"{token.text}.{kind}"), after + (2 if colon else 1))
        return self.put(token, Quantity("", node, token.text), after)

    def quantity_in_words(self, index: int) -> int:
        """`gradient of z2`, `grad z2`, `value(z2)`; the word alone is prose."""
        token = self.tokens[index]
        at = index + 1
        while self.low(at) in _BEFORE_NODE and self.vocabulary.node(self.low(at)) is None:
            at += 1
        opened = self.at(at)
        bracket = opened is not None and opened.text == "("
        name = self.at(at + bracket)
        node = self.vocabulary.node(name.text) if name is not None and name.kind == "name" else None
        if bracket:
            closing = self.at(at + 2)
            node = node if closing is not None and closing.text == ")" else None
        if name is None or node is None:
            self.give(token, "prose", token.text)
            return index + 1
        kind = "grad" if token.text.lower() in GRADIENT_WORDS else "value"
        end = at + (3 if bracket else 1)
        last = self.last()
        local = last is not None and last.kind == "prose" and last.text.lower() in ("local", "upstream")
        respect = self.low(end) in ("with", "wrt", "w")
        known = None if local or respect else node
        return self.put(token, Quantity(kind, known, f"{kind} of {name.text}"), end)

    def plain_word(self, index: int, low: str, following: Token | None) -> int:
        token, last = self.tokens[index], self.last()
        after_relation = last is not None and last.kind == "relation"
        if low in RELATION_WORDS:
            self.give(token, "relation", "=", "word")
        elif low in APPROXIMATE_WORDS:
            self.give(token, "relation", "\u2248", "word")
        elif after_relation and low in FILLERS:
            pass
        elif low in NUMBER_WORDS and self.stands_alone(last, following):
            self.give(token, "number", NUMBER_WORDS[low])
        elif low in SIGN_WORDS and self.is_sign_word(low, following):
            self.give(token, "sign", SIGN_WORDS[low])
        elif low in JOINTS:
            self.give(token, "joint", "and")
        elif token.text == "e":
            self.give(token, "constant", token.text)
        else:
            kind = "symbol" if self.is_symbol(token, following) else "prose"
            self.give(token, kind, token.text)
        return index + 1

    def stands_alone(self, last: Token | None, following: Token | None) -> bool:
        """A number word counts only by itself: "is three." but never "one of the three"."""
        before = last is None or last.kind in ("newline", "relation") or last.text in ",;(-"
        return before and (following is None or following.kind == "newline" or following.text in (*".,;)", "and"))

    def is_sign_word(self, low: str, following: Token | None) -> bool:
        last = self.last()
        number = following is not None and (following.kind == "number" or following.text == "(")
        if low == "percent":
            return last is not None and last.kind == "number"
        if low == "negative" or (low == "minus" and not self.after_operand()):
            number = number or (following is not None and following.text.lower() in NUMBER_WORDS)
            return number and (last is None or last.kind in _FREE_KINDS)
        return number and self.after_operand()

    def is_symbol(self, token: Token, following: Token | None) -> bool:
        """An unknown word that touches a number or stands beside a sign can't be set aside as prose."""
        last = self.last()
        if last is not None:
            touches = not token.spaced or len(token.text) == 1 or token.text.lower() == "to"
            if last.kind in ("number", "raised", "fraction") and touches:
                return True
            if last.kind == "sign" and last.text in ("*", "/", "^", "**", "+"):
                return True
        if following is None:
            return False
        if following.kind == "sign" and following.text in ("*", "/", "^", "**", "'", "["):
            return not (following.text in ("**",) and self.bold)
        return not following.spaced and (following.kind in ("raised", "fraction") or following.text in ("(", "{"))


def _derivative_names(text: str) -> tuple[str, str]:
    """The names above and below in `dz10/dz2` or `\\frac{dz10}{dz2}`."""
    bare = text.replace("\\partial", "\u2202").replace("\\dfrac", "").replace("\\tfrac", "").replace("\\frac", "")
    above, _, below = bare.replace("}{", "/").partition("/") if "/" in bare else bare.partition("}")
    names = (clean_name(side.strip(" \t\n{}")) for side in (above, below))
    first, second = (name[1:].strip() for name in names)
    return first, second
