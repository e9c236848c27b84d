"""Reads an order of nodes: labels or names, with or without their operations, between any separators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from grader.reading.limits import MAX_CHARACTERS, is_blank, screen
from grader.reading.number import located
from grader.reading.tokens import Token, clean_name, tokenize
from grader.reading.unreadable import Refusal, Unreadable, refusal
from grader.reading.vocabulary import GRADIENT_WORDS, VALUE_WORDS, Vocabulary

__all__ = ["OrderReading", "read_order"]

# fmt: off
_OPERATIONS: Final = frozenset(
    {"leaf", "add", "sub", "mul", "div", "pow", "neg", "exp", "log", "relu", "tanh", "sigmoid", "sum", "plus"}
    | {"times", "mult", "multiply", "minus", "divide", "addition", "multiplication", "product", "input", "op"}
)
_BETWEEN: Final = frozenset(
    {"then", "and", "next", "finally", "first", "last", "lastly", "node", "nodes", "followed", "by", "to", "start"}
    | {"begin", "with", "before", "et", "puis", "und", "dann"}
)
_SEPARATORS: Final = frozenset(",;<|-[](){}.'\"\u2192\u21d2\u2022")
# Words beside a list that may turn it around or take it back.
_TURNING: Final = frozenset(
    {"not", "no", "never", "wrong", "incorrect", "false", "except", "any", "reverse", "reversed", "backward"}
    | {"inverse", "opposite", "instead", "nicht", "kein", "keine", "falsch", "pas", "faux", "sauf", "maybe", "perhaps"}
    | {"cannot", "isn't", "ain't", "or", "backwards"}
)
# fmt: on
_QUOTES: Final = ("'", '"')
_ARITHMETIC: Final = ("*", "+", "/", "**", "^")
_BACKWARD: Final = (">", "\u2190", "<-", ">=", "<=")
_INTRODUCTIONS: Final = frozenset(
    {"order", "ordering", "list", "answer", "nodes", "sequence", "sort", "sorted", "postorder", "traversal"}
    | {"ordre", "reihenfolge", "orden", "response", "is", "are"}
)


@dataclass(frozen=True, slots=True)
class OrderReading:
    """The labels in the order written, repeated ones included."""

    labels: tuple[str, ...]
    read_as: str


def read_order(text: str, *, names: Mapping[str, str]) -> OrderReading | Unreadable:
    """The order of nodes in `text`; `names` maps every name of the listing to its node's label."""
    try:
        return _read(text, Vocabulary(names))
    except Refusal as refused:
        return located(refused.unreadable, text)


def _read(text: str, vocabulary: Vocabulary) -> OrderReading:
    if is_blank(text):
        raise refusal(0, "There is nothing to read here yet; please write the nodes in order: z1, z2, ...")
    tokens = tokenize(screen(text.replace("\u2026", "...")), most=MAX_CHARACTERS)
    _refuse_turning_words(tokens, vocabulary)
    index = _after_introduction(tokens, vocabulary)
    labels: list[str] = []
    while index < len(tokens):
        token = tokens[index]
        if token.kind in ("name", "attribute"):
            if labels and _rest_is_remark(tokens, index, vocabulary):
                break
            label, index = _item(tokens, index, vocabulary)
            labels += [label] if label else []
        elif token.kind == "number":
            index = _after_numbering(tokens, index)
        else:
            starts_line = index == 0 or tokens[index - 1].kind == "newline"
            index = _after_separator(token, index, starts_line=starts_line)
    if not labels:
        raise refusal(0, f"We found no node here; the names of this question are {vocabulary.listed()}.")
    return OrderReading(tuple(labels), ", ".join(labels))


def _refuse_turning_words(tokens: Sequence[Token], vocabulary: Vocabulary) -> None:
    """Nobody but a person can tell what "not z1, z2" or "z2, z1 (reversed)" or "z1, ..., z4" stands for."""
    words = [token.text.lower() for token in tokens]
    has_node = any(_node(token, vocabulary) for token in tokens)
    for place, token in enumerate(tokens):
        turns = words[place] in _TURNING and _node(token, vocabulary) is None
        denied = words[max(place - 2, 0) : place] == ["non", "-"]  # the exam's own "(non-reversed)"
        omits = words[place : place + 2] == [".", "."] and has_node
        if (turns and not denied) or omits:
            raise refusal(
                token.start,
                f'We read "{token.text}" beside the list and can\'t tell what it does to the order; '
                "please write all nodes and nothing else, the first one first.",
            )


def _node(token: Token, vocabulary: Vocabulary) -> str | None:
    if token.kind == "attribute":
        name, _, attribute = token.text.partition(".")
        is_quantity = attribute.strip().lower() in GRADIENT_WORDS | VALUE_WORDS
        return vocabulary.node(clean_name(name.strip())) if is_quantity else None
    return vocabulary.node(token.text) if token.kind == "name" else None


def _after_introduction(tokens: Sequence[Token], vocabulary: Vocabulary) -> int:
    """Where the list begins, behind words such as "The topological order is:"."""
    first = next((i for i, token in enumerate(tokens) if _node(token, vocabulary) or _is_leaf_call(tokens, i)), 0)
    words = [token for token in tokens[:first] if token.kind in ("name", "prose")]
    introduces = any(word.text.lower() in _INTRODUCTIONS for word in words)
    named = any(character.isdigit() for word in words for character in word.text)
    if not introduces or named:
        return 0
    end = max(i for i, token in enumerate(tokens[:first]) if token.kind in ("name", "prose"))
    while end + 1 < first and tokens[end + 1].text in (":", "=", "=="):
        end += 1
    return end + 1


def _is_leaf_call(tokens: Sequence[Token], index: int) -> bool:
    return tokens[index].text.lower() == "leaf" and index + 1 < len(tokens) and tokens[index + 1].text == "("


def _rest_is_remark(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> bool:
    """Words behind the list, in a sentence or parentheses of their own, that name no node."""
    opens = tokens[index - 1].kind == "newline" or tokens[index - 1].text in (".", ";", "(")
    if not opens or _node(tokens[index], vocabulary) or any(c.isdigit() for c in tokens[index].text):
        return False
    if index + 1 == len(tokens) and tokens[index - 1].text != "(" and tokens[index].text.lower() not in _INTRODUCTIONS:
        return False  # one word on a line of its own is as likely a node by a name that nobody knows
    return not any(_node(token, vocabulary) for token in tokens[index:])


def _item(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> tuple[str | None, int]:
    """The label of the item at `index` and where to go on; no label for a word such as "then"."""
    token = tokens[index]
    label = _node(token, vocabulary)
    if label is not None:
        return label, _after_operation(tokens, index, label, vocabulary)
    if _is_leaf_call(tokens, index) and index + 2 < len(tokens):
        inside = _known(tokens[index + 2], vocabulary)
        return inside, index + 3
    if token.text.lower() in _BETWEEN:
        return None, index + 1
    raise _unknown(token, vocabulary)


def _after_operation(tokens: Sequence[Token], index: int, label: str, vocabulary: Vocabulary) -> int:
    """Past `:mul`, `: leaf(wr)`, `(add)` or `= wr` behind a label; a name in it must be the same node."""
    at = index + 1
    if at >= len(tokens):
        return at
    is_operation = tokens[at].text.lower() in _OPERATIONS and _node(tokens[at], vocabulary) is None
    opened = tokens[at].text == "("
    if tokens[at].text in (":", "=", "("):
        at += 1
    elif not is_operation:
        return at
    if at >= len(tokens) or tokens[at].kind != "name":
        return at
    word = tokens[at].text.lower()
    if word not in _OPERATIONS:
        if _is_factor(tokens, at):
            return _past_expression(tokens, at)
        return at if _node(tokens[at], vocabulary) is None else _same(tokens, index, at, label, vocabulary)
    at += 1
    if word == "leaf":
        if at < len(tokens) and tokens[at].text == "(":
            at, opened = at + 1, True
        return _leaf_name(tokens, index, at, label, vocabulary) if opened else at
    if at < len(tokens) and tokens[at].text == "(":
        return _past_group(tokens, at)
    return at


def _is_factor(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].text in _ARITHMETIC


def _past_expression(tokens: Sequence[Token], at: int) -> int:
    """Behind `z3*z2`: the operands of a node are not items."""
    while _is_factor(tokens, at):
        at += 2
    return at + 1


def _leaf_name(tokens: Sequence[Token], index: int, at: int, label: str, vocabulary: Vocabulary) -> int:
    """Past the name in `leaf(wr)` or `(leaf wr)`, which must be the name of the same node."""
    while at < len(tokens) and tokens[at].text in _QUOTES:
        at += 1
    if at >= len(tokens) or tokens[at].kind != "name":
        return at
    return _same(tokens, index, at, label, vocabulary)


def _past_group(tokens: Sequence[Token], at: int) -> int:
    """Behind the parenthesis that closes the one at `at`: the operands of `mul(z3, z2)` are not items."""
    for index in range(at, len(tokens)):
        if tokens[index].text == ")":
            return index + 1
    return at + 1


def _same(tokens: Sequence[Token], index: int, at: int, label: str, vocabulary: Vocabulary) -> int:
    node = _known(tokens[at], vocabulary)
    if node != label:
        written, name = tokens[index].text, tokens[at].text
        raise refusal(
            tokens[index].start,
            f'We read "{written}" together with "{name}", but these are two nodes: {name} is {node}; '
            f"please write which of {label} and {node} you mean.",
        )
    return at + 1


def _known(token: Token, vocabulary: Vocabulary) -> str:
    node = _node(token, vocabulary)
    if node is None:
        raise _unknown(token, vocabulary)
    return node


def _unknown(token: Token, vocabulary: Vocabulary) -> Refusal:
    return refusal(
        token.start,
        f'We read "{token.text}", which is no name of this question; its names are {vocabulary.listed()}.',
    )


def _after_numbering(tokens: Sequence[Token], index: int) -> int:
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if following not in (".", ")", ":"):
        raise refusal(
            tokens[index].start,
            f'We read the number "{tokens[index].text}" here; please write each node with its name, such as z3.',
        )
    return index + 2


def _after_separator(token: Token, index: int, *, starts_line: bool) -> int:
    if token.kind == "newline" or token.text in _SEPARATORS:
        return index + 1
    if token.text == "*" and starts_line:
        return index + 1  # a bullet
    if token.text in _BACKWARD:
        raise refusal(
            token.start,
            f'We read "{token.text}" and can\'t tell which of the two nodes comes first; '
            "please separate the nodes by commas, the first one first.",
        )
    raise refusal(token.start, f'We could not read "{token.text}" in an order; please separate the nodes by commas.')
