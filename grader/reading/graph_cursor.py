"""Where reading stands in a typed graph, and the pieces that every statement is made of: words, operands, lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NoReturn

from grader.reading.graph_draft import Draft, number_name, one_spelling
from grader.reading.graph_words import (
    FILLERS,
    INFIX,
    LEAF_WORDS,
    OPERATIONS,
    SIDES,
    TIMES_WORDS,
    GraphToken,
)
from grader.reading.unreadable import refusal, shortened

__all__ = ["JOINTS", "Cursor"]

JOINTS: Final = ("and", "then", "also")
_NOTHING: Final = GraphToken("end", "", 0)


class Cursor:
    """The tokens, the place `at` which reading stands, and what has been read so far."""

    def __init__(self, tokens: Sequence[GraphToken], leaves: Mapping[str, str]) -> None:
        spelling = one_spelling(tokens, leaves)
        self.tokens = [t._replace(text=spelling[t.text]) if t.kind == "name" else t for t in tokens]
        self.leaves = leaves
        self.closing = _pairs(tokens)
        self.draft = Draft()
        self.at = 0
        # A word such as `sum` or `output` is a node where a statement defines it.
        defined = (token.text for index, token in enumerate(self.tokens) if self.defines(index))
        self.nodes = {*leaves, *defined}

    def token(self, index: int) -> GraphToken:
        return self.tokens[index] if 0 <= index < len(self.tokens) else _NOTHING

    def peek(self, ahead: int = 0) -> GraphToken:
        return self.token(self.at + ahead)

    def is_word(self, token: GraphToken, words: Collection[str]) -> bool:
        """Whether a token is one of these words and not the name of a node."""
        return token.kind == "name" and token.text not in self.nodes and token.text.lower() in words

    def is_operation(self, token: GraphToken) -> bool:
        return self.is_word(token, OPERATIONS)

    def is_infix(self, token: GraphToken) -> bool:
        return token.kind == "infix" or self.is_word(token, INFIX) or self.is_word(token, ("x",))

    def is_arrow(self) -> bool:
        """Whether an edge goes on here, with an arrow or in words: `from z1 to z3`."""
        return self.peek().kind == "arrow" or self.is_word(self.peek(), ("to",))

    def is_call(self) -> bool:
        """Whether a function is called here, one that we know or not: `mul(`, `softmax(`."""
        token = self.peek()
        calls = token.kind == "name" and self.peek(1).text == "(" and not self.is_remark(self.at + 1)
        return calls and token.text not in self.nodes and not self.is_word(token, LEAF_WORDS)

    def is_remark(self, index: int) -> bool:
        """Whether the bracket at `index` only says "(twice)" or "(mul)" about what stands before it."""
        inside = self.tokens[index + 1 : self.closing[index]]
        if len(inside) == 1 and inside[0].text in self.nodes:
            return False  # a variable may be called x2, a node twice
        words = " ".join(token.text.lower() for token in inside)
        return words in TIMES_WORDS or words in SIDES or (len(inside) == 1 and self.is_operation(inside[0]))

    def is_leaf_call(self) -> bool:
        return self.is_word(self.peek(), LEAF_WORDS) and self.peek(1).text == "("

    def defines(self, index: int) -> bool:
        """Whether the name at `index` stands before an equals sign and an operation."""
        name, relation, first, second = (self.token(k) for k in range(index, index + 4))
        if name.kind != "name" or relation.kind != "is":
            return False
        operation = first.kind == "name" and first.text.lower() in OPERATIONS
        return operation or first.kind == "infix" or second.kind == "infix"

    def refuse(self, token: GraphToken | None = None) -> NoReturn:
        token = token or self.peek()
        written = shortened(token.text) or "the end of the line"
        start = token.start if token.text else self.tokens[-1].start
        raise refusal(
            start, f'We could not read "{written}" in its place; please write one node a line, as in z3 = mul(z1, z2).'
        )

    def skip_fillers(self) -> None:
        while self.is_word(self.peek(), FILLERS) and not self.is_leaf_call():
            self.at += 1

    def operand(self, *, first: bool = False) -> str:
        """The node or number at this place; an operation inside an operand would be a node without a name.

        As the first word of a statement it may have a remark behind it: `z1 (x)` is no call.
        """
        token = self.peek()
        if self.is_leaf_call():
            close = self.closing[self.at + 1]
            (name,) = self.operand_list(self.at + 2, close)[:1] or [token.text]
            self.at = close + 1
            return name
        if token.text == "-" and self.peek(1).kind == "number":
            self.at += 2
            return number_name(f"-{self.peek(-1).text}")
        if self.is_call() and not first:
            self.refuse_nested(token)
        if token.kind not in ("name", "number") or self.is_operation(token):
            self.refuse()
        self.at += 1
        self.draft.mention(token.text, token.start)
        return number_name(token.text)

    def refuse_nested(self, token: GraphToken) -> NoReturn:
        raise refusal(
            token.start,
            f'We read a second operation, "{token.text}", in one line; every operation is a node of its own: '
            "please give it a name and a line.",
        )

    def operand_list(self, start: int, stop: int) -> list[str]:
        """The operands between two places, whatever separates them; brackets inside change nothing."""
        before, self.at = self.at, start
        found = []
        while self.at < stop:
            token = self.peek()
            if token.kind in ("comma", "end", "open", "close") or self.is_word(token, JOINTS):
                self.at += 1
            elif self.is_infix(token) and not (token.text == "-" and self.peek(1).kind == "number"):
                self.refuse_nested(token)
            else:
                found.append(self.operand())
        self.at = before
        return found

    def free_operands(self) -> list[str]:
        """The operands from here on that no bracket holds: `z1, z2` or `z1 and z2`, up to the next statement."""
        found: list[str] = []
        while True:
            joined = found and (self.peek().kind == "comma" or self.is_word(self.peek(), JOINTS))
            token = self.peek(1 if joined else 0)
            after = self.peek(2 if joined else 1)
            is_operand = token.kind in ("name", "number") and not self.is_operation(token)
            if not is_operand or after.kind in ("is", "arrow", "back", "open", "infix"):
                return found
            self.at += bool(joined)
            found.append(self.operand())


def _pairs(tokens: Sequence[GraphToken]) -> dict[int, int]:
    """The place of every opening bracket -> the place of the one that closes it."""
    waiting: list[int] = []
    pairs = {}
    for index, token in enumerate(tokens):
        if token.kind == "open":
            waiting.append(index)
        elif token.kind == "close":
            pairs[waiting.pop()] = index
    return pairs
