"""Reads the statements of a typed graph, one after the other: definitions, operations, leaves and edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from grader.reading.graph_cursor import JOINTS, Cursor
from grader.reading.graph_draft import Draft
from grader.reading.graph_nodes import further_sides, marks, operation, right_side
from grader.reading.graph_words import HEADINGS, OPERATIONS, GraphToken
from grader.reading.unreadable import refusal

__all__ = ["read_statements"]

# V = {...}, E = {...} and G = (...): only so are these letters no nodes.
_SET_LETTERS: Final = ("v", "e", "g")
_MOST_LISTED: Final = 40


def read_statements(tokens: Sequence[GraphToken], leaves: Mapping[str, str]) -> Draft:
    """What the text says about the graph. Raises Refusal at the first thing that can't be read with certainty."""
    cursor = Cursor(tokens, leaves)
    frames: set[int] = set()
    while cursor.at < len(tokens):
        _statement(cursor, frames)
    return cursor.draft


def _statement(cursor: Cursor, frames: set[int]) -> None:
    """One statement, heading or separator; `frames` are the ends of the brackets around several statements."""
    token = cursor.peek()
    separates = token.kind in ("end", "comma") or cursor.is_word(token, JOINTS)
    if separates or (token.kind == "close" and cursor.at in frames):
        cursor.at += 1
    elif _heading(cursor):
        pass
    elif token.kind == "open":
        _bracket(cursor, frames)
    elif token.kind in ("name", "number"):
        _about_a_node(cursor)
    else:
        cursor.refuse()


def _heading(cursor: Cursor) -> bool:
    """Past words such as "Edges:" that only announce what follows."""
    start = cursor.at
    while cursor.is_word(cursor.peek(), HEADINGS) and not cursor.is_leaf_call():
        opens = cursor.peek(1 + (cursor.peek(1).kind == "is")).text in ("{", "[")
        if cursor.peek().text.lower() in _SET_LETTERS and not opens:
            break
        cursor.at += 1
    if cursor.at > start and cursor.peek().kind == "is":
        cursor.at += 1
    return cursor.at > start


def _bracket(cursor: Cursor, frames: set[int]) -> None:
    """A group before an arrow, a pair that is an edge, a node as a tuple, or a frame around several statements."""
    opened, close = cursor.peek(), cursor.closing[cursor.at]
    inside = cursor.tokens[cursor.at + 1 : close]
    plain = all(token.kind in ("name", "number", "comma") for token in inside)
    is_pair = plain and len(inside) == 3 and inside[1].kind == "comma" and opened.text != "{"
    if cursor.token(close + 1).kind == "arrow":
        sources = cursor.operand_list(cursor.at + 1, close)
        cursor.at = close + 1
        _chain(cursor, sources)
    elif len(inside) > 2 and cursor.is_operation(inside[2]) and inside[1].kind == "comma":
        cursor.at += 3
        operation(cursor, inside[0], stop=close)
        cursor.at = close + 1
    elif is_pair and (opened.text == "(" or frames):
        source, target = cursor.operand_list(cursor.at + 1, close)
        cursor.draft.connect([source], target, side=None, count=1)
        cursor.at = close + 1
    else:
        frames.add(close)
        cursor.at += 1


def _about_a_node(cursor: Cursor) -> None:
    token = cursor.peek()
    sources = _names_before_an_arrow(cursor)
    if sources:
        _chain(cursor, sources)
        return
    if cursor.is_operation(token):
        raise refusal(
            token.start,
            f'We read "{token.text}" without a name for its result; please give every node a name, '
            "as in z3 = mul(z1, z2).",
        )
    name = token._replace(text=cursor.operand(first=True))
    marks(cursor, [name.text])
    if cursor.peek().kind == "back":
        _behind_a_back_arrow(cursor, name)
    elif cursor.peek().kind == "is" or cursor.is_word(cursor.peek(), ("is",)) or cursor.peek().text == "|":
        cursor.at += 1
        right_side(cursor, name)
    elif cursor.is_operation(cursor.peek()):
        right_side(cursor, name)
    further_sides(cursor, name)
    if cursor.is_arrow():
        _chain(cursor, [name.text])
    _expect_end(cursor)


def _expect_end(cursor: Cursor) -> None:
    token = cursor.peek()
    if token.kind not in ("end", "comma", "close") and not cursor.is_word(token, JOINTS):
        cursor.refuse()


def _names_before_an_arrow(cursor: Cursor) -> list[str]:
    """The sources of `z1, z2 -> z3`; empty where something else stands here."""
    count = _names_from(cursor, cursor.at)
    end = cursor.at + 2 * count - 1
    if count < 2 or cursor.token(end).kind != "arrow":
        return []
    sources = cursor.operand_list(cursor.at, end)
    cursor.at = end
    return sources


def _names_from(cursor: Cursor, index: int) -> int:
    """How many plain names stand in a list from `index` on; no operation takes more than `_MOST_LISTED`."""
    count = 0
    while (
        count < _MOST_LISTED
        and cursor.token(index).kind in ("name", "number")
        and not cursor.is_operation(cursor.token(index))
    ):
        count += 1
        if cursor.token(index + 1).kind != "comma" and not cursor.is_word(cursor.token(index + 1), JOINTS):
            break
        index += 2
    return count


def _chain(cursor: Cursor, sources: list[str]) -> None:
    """`-> z3 -> z4 (twice)` behind its sources."""
    former = sources
    while cursor.is_arrow():
        cursor.at += 1
        between = cursor.peek() if cursor.is_operation(cursor.peek()) else None
        if between:
            if cursor.peek(1).kind != "arrow":
                cursor.refuse(between)
            cursor.at += 2
        former, sources = sources, _targets(cursor, sources, between)
    for target in _further_targets(cursor):
        cursor.draft.connect(former, target, side=None, count=1)
    _expect_end(cursor)


def _targets(cursor: Cursor, sources: list[str], between: GraphToken | None) -> list[str]:
    """The nodes behind an arrow, joined to their sources, with what is said about them."""
    first = cursor.peek()
    if first.kind == "open":
        close = cursor.closing[cursor.at]
        targets = cursor.operand_list(cursor.at + 1, close)
        cursor.at = close + 1
    else:
        targets = [cursor.operand()]
    count, side = marks(cursor, targets)
    if cursor.peek().kind == "is" and len(targets) == 1:
        cursor.at += 1
        right_side(cursor, first._replace(text=targets[0]))
        further, _ = marks(cursor, targets)
        count = max(count, further)
    for target in targets:
        cursor.draft.connect(sources, target, side=side, count=count)
        if between:
            cursor.draft.declare(target, OPERATIONS[between.text.lower()], between.start)
    return targets


def _further_targets(cursor: Cursor) -> list[str]:
    """The `z4` of `z1 -> z3, z4`; but in `z1 -> z3, z2 -> z3` another edge begins there."""
    if cursor.peek().kind != "comma":
        return []
    count = _names_from(cursor, cursor.at + 1)
    end = cursor.at + 2 * count
    after = cursor.token(end)
    if after.kind == "arrow" and count > 1:
        raise refusal(
            cursor.peek(1).start,
            f'We read "{cursor.peek(1).text}" between two edges and can\'t tell which one it belongs to; '
            "please write one edge a line.",
        )
    if not count or after.kind not in ("end", "close"):
        return []
    found = cursor.operand_list(cursor.at + 1, end)
    cursor.at = end
    return found


def _behind_a_back_arrow(cursor: Cursor, name: GraphToken) -> None:
    """`z3 <- z1, z2` names the inputs; `z3 <- z1*z2` is an assignment."""
    cursor.at += 1
    if cursor.peek(1).kind == "infix" or not _names_from(cursor, cursor.at) or cursor.is_call():
        right_side(cursor, name)
        return
    cursor.draft.mention(name.text, name.start)
    sources = cursor.free_operands()
    if not sources:
        cursor.refuse()
    count, side = marks(cursor, [name.text])
    cursor.draft.connect(sources, name.text, side=side, count=count)
