"""Finds where a trace says which step it is at: `Iteration 3: Output node is z7.`, `Step z7:` or `z7:`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.reading.tokens import Token
from grader.reading.vocabulary import GRADIENT_WORDS, VALUE_WORDS, Vocabulary

__all__ = ["mark_steps", "past_preposition"]

# fmt: off
_COUNTERS: Final = frozenset({"iteration", "iterations", "iter", "step", "steps", "round"})
_LEADING_WORDS: Final = frozenset(
    {"node", "output", "outputs", "step", "at", "from", "process", "processing", "visit", "visiting"}
    | {"for", "now", "the", "backward", "next", "is", "out", "we", "look", "consider"}
)
# fmt: on
_OUTPUT_WORDS: Final = frozenset({"output", "outputs"})
_BEFORE_NODE: Final = frozenset({"node", "nodes", "is", "are", "label", "the"})
_DECORATION: Final = (":", "-", ",", "(", ".", "*", "**", "\u2022", "#")
_PARTS: Final = GRADIENT_WORDS | VALUE_WORDS
_STATING: Final = frozenset({"is", "gets", "equals", "becomes"}) | _PARTS
_RELATIONS: Final = ("=", "==", "+=", "\u2248", "\u2192", "-=")


def mark_steps(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Token]:
    """The tokens with every step marker as one token, whose detail is the output's label or None."""
    out: list[Token] = []
    index = 0
    starts_line = True
    while index < len(tokens):
        token = tokens[index]
        found = _at_line_start(tokens, index, vocabulary) if starts_line else None
        if found is None and token.text in (";", ","):
            found = _after_separator(tokens, index + 1, vocabulary)
        if found is None and token.kind == "name" and token.text.lower() in _OUTPUT_WORDS:
            found = _output(tokens, index, vocabulary)
        if found is None:
            out.append(token)
            index += 1
            starts_line = token.kind == "newline"
        else:
            step, index = found
            out.append(token._replace(kind="marker", text="", detail=step))
            starts_line = False
    return out


def _after_separator(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> tuple[str, int] | None:
    """`...; z3: z1 = -24` and `..., z4 -> z3 = -3`: a node with a colon or arrow and a statement about another node."""
    node = _node(tokens, at, vocabulary)
    if node is None or at + 1 >= len(tokens) or tokens[at + 1].text not in (":", "\u2192"):
        return None
    return (node, at + 2) if _states_another(tokens, at + 2, node, vocabulary) else None


def _states_another(tokens: Sequence[Token], at: int, node: str, vocabulary: Vocabulary) -> bool:
    """Whether a statement about another node than `node` begins at `at`: `z3 = -3`, `z3.grad = -3`, `grad z3`."""
    if at < len(tokens) and tokens[at].kind in ("attribute", "derivative"):
        return True
    if _low(tokens, at) in _PARTS:
        return _node(tokens, past_preposition(tokens, at + 1), vocabulary) is not None
    other = _node(tokens, at, vocabulary)
    if other is None or other == node or at + 1 >= len(tokens):
        return False
    return tokens[at + 1].text in ("=", "==", ":", "+=") or _low(tokens, at + 1) in _STATING


def past_preposition(tokens: Sequence[Token], at: int) -> int:
    """Behind the "of node" or "(" of `grad of node z2`, `grad(z2)`."""
    while at < len(tokens) and (tokens[at].text == "(" or _low(tokens, at) in ("of", "at", "for", "the", "node")):
        at += 1
    return at


def _node(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> str | None:
    named = at < len(tokens) and tokens[at].kind == "name"
    return vocabulary.node(tokens[at].text) if named else None


def _at_line_start(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> tuple[str | None, int] | None:
    """`Iteration 3:` with or without a node behind it, `Step z7:`, `3. z7 (add):`, `z7:`."""
    counted = _past_counter(tokens, _past_decoration(tokens, index))
    at = _past_decoration(tokens, index if counted is None else counted)
    led = counted is not None
    while _low(tokens, at) in _LEADING_WORDS and vocabulary.node(tokens[at].text) is None:
        led, at = led or _low(tokens, at) != "the", at + 1
    node = _node(tokens, at, vocabulary)
    if node is None:
        return (None, counted) if counted is not None else None
    stated = at + 1 < len(tokens) and tokens[at + 1].text in (":", "\u2192")
    if stated and _states_another(tokens, at + 2, node, vocabulary):
        return node, at + 2
    if _ends_marker(tokens, at + 1, led):
        return node, _past_operation(tokens, at + 1)
    return (None, counted) if counted is not None else None


def _past_decoration(tokens: Sequence[Token], at: int) -> int:
    """Behind bullets, numbering and emphasis."""
    while at < len(tokens):
        numbering = tokens[at].kind == "number" and at + 1 < len(tokens) and tokens[at + 1].text in (".", ")")
        if numbering:
            at += 2
        elif tokens[at].kind == "sign" and tokens[at].text in _DECORATION:
            at += 1
        else:
            break
    return at


def _past_counter(tokens: Sequence[Token], at: int) -> int | None:
    """Behind "Iteration 5 and 6"; a small "iteration" needs its colon, because sentences wrap."""
    if _low(tokens, at) not in _COUNTERS or at + 1 >= len(tokens) or tokens[at + 1].kind != "number":
        return None
    capital = tokens[at].text[0].isupper()
    at += 2
    joints = ("and", "&", ",", "-")
    while at + 1 < len(tokens) and tokens[at].text in joints and tokens[at + 1].kind == "number":
        at += 2
    colon = at < len(tokens) and tokens[at].text in (":", "(", "**", "-")
    return at if capital or colon else None


def _ends_marker(tokens: Sequence[Token], at: int, led: bool) -> bool:
    """Whether what follows the node makes it a marker and not the left side of a statement."""
    if at >= len(tokens) or tokens[at].kind == "newline":
        return True
    if tokens[at].text == ":":
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is None or after.kind in ("newline", "attribute", "derivative", "prose"):
            return True
        attribute = _low(tokens, at + 1) in _PARTS
        return after.kind == "name" and not attribute and _is_word_or_statement(tokens, at + 1)
    closing = ("(", ",", ".", ";", ")", "-") if led else ("(", ",", ".", ";")
    if tokens[at].text in _RELATIONS or (tokens[at].kind != "name" and tokens[at].text not in closing):
        return False
    word = _low(tokens, at)
    if word in GRADIENT_WORDS or word in VALUE_WORDS or word in ("is", "and", "equals"):
        return led and word == "is"
    return led or tokens[at].text == "("


def _past_operation(tokens: Sequence[Token], at: int) -> int:
    """Behind `(add):` or `:` after the node of a marker."""
    while at < len(tokens) and tokens[at].text in (")", "(", "-", ","):
        if tokens[at].text == "(" and at + 2 < len(tokens) and tokens[at + 2].text == ")":
            at += 2
        at += 1
    return at + (at < len(tokens) and tokens[at].text == ":")


def _is_word_or_statement(tokens: Sequence[Token], at: int) -> bool:
    """`z7: add` and `z7: relu of z6` are markers, `z5: z3*z2 = 12` and `z7: exp(6)` are values."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return following is None or following.text not in ("*", "/", "+", "-", "^", "**", "(", "=", "==")


def _output(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> tuple[str | None, int] | None:
    """`output is z3`, `Output node 25` (a slip: no step), but not `the output nodes are leaves`."""
    at = index + 1
    while _low(tokens, at) in _BEFORE_NODE or (at < len(tokens) and tokens[at].text in (":", "=", "==")):
        at += 1
    if at >= len(tokens):
        return None
    token = tokens[at]
    node = vocabulary.node(token.text) if token.kind == "name" else None
    unknown = token.kind == "number" or (token.kind == "name" and any(c.isdigit() for c in token.text))
    if node is None and not unknown:
        return None
    return node, _past_operation(tokens, at + 1)


def _low(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text.lower() if at < len(tokens) and tokens[at].kind == "name" else ""
