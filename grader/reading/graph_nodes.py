"""Reads what a typed graph says a node is: behind `z3 =` or `z3:`, in parentheses, and after further equals signs."""

from __future__ import annotations

from grader.reading.graph_cursor import Cursor
from grader.reading.graph_draft import number_name
from grader.reading.graph_words import CLOSING, INFIX, LEAF_WORDS, OPERATIONS, SIDES, TIMES_WORDS, GraphToken
from grader.reading.unreadable import refusal

__all__ = ["Marks", "further_sides", "marks", "operation", "right_side"]

#: How many edges a remark such as "(twice)" says there are, and which operand they are.
Marks = tuple[int, "int | None"]


def right_side(cursor: Cursor, name: GraphToken) -> None:
    """What `name` is: an operation with or without operands, a leaf, or two operands with a sign between."""
    cursor.skip_fillers()
    token = cursor.peek()
    if token.kind == "open":
        close = cursor.closing[cursor.at]
        cursor.at += 1
        if cursor.is_operation(cursor.peek()):
            operation(cursor, name, stop=close)
        else:
            right_side(cursor, name)
        if cursor.at != close:
            cursor.refuse()
        cursor.at += 1
    elif cursor.is_operation(token) or cursor.is_call():
        operation(cursor, name)
    elif cursor.is_word(token, LEAF_WORDS):
        _leaf(cursor, name)
    else:
        _expression(cursor, name)


def operation(cursor: Cursor, name: GraphToken, *, stop: int | None = None) -> None:
    """An operation and its operands; up to `stop` where a bracket holds them all."""
    word = cursor.peek().text
    made_by = OPERATIONS.get(word.lower(), word.lower())
    cursor.at += 1
    lists = cursor.peek().kind == "is" and cursor.peek(1).kind == "name" and cursor.peek(2).kind == "comma"
    cursor.at += lists or cursor.peek().text == "|"
    cursor.skip_fillers()
    if stop is not None:
        operands = cursor.operand_list(cursor.at, stop)
        cursor.at = stop
    elif cursor.peek().kind == "open" and not cursor.is_remark(cursor.at):
        close = cursor.closing[cursor.at]
        operands = cursor.operand_list(cursor.at + 1, close)
        cursor.at = close + 1
    else:
        operands = cursor.free_operands()
    if operands:
        cursor.draft.define(name.text, made_by, operands, name.start)
    else:
        cursor.draft.declare(name.text, made_by, name.start)


def further_sides(cursor: Cursor, name: GraphToken) -> None:
    """Past `(mul)`, `= z1*z2` and `= 2*3 = 6` behind what a node is."""
    while True:
        if cursor.is_operation(cursor.peek()):
            cursor.draft.declare(name.text, OPERATIONS[cursor.peek().text.lower()], cursor.peek().start)
            cursor.at += 1
        elif cursor.peek().kind == "open":
            count, _ = marks(cursor, [name.text])
            operands = cursor.draft.operands.get(name.text, ())
            if count == 2 and len(operands) == 1:  # `mul(z1) (twice)`
                cursor.draft.operands[name.text] = operands * 2
        elif cursor.peek().kind == "is":
            cursor.at += 1
            if not _skip_numbers(cursor):
                right_side(cursor, name)
        else:
            return


def marks(cursor: Cursor, names: list[str]) -> Marks:
    """Remarks in parentheses behind nodes: their operation or leaf, a value, "(twice)", "(left)"."""
    count, side = 1, None
    while cursor.peek().kind == "open" or cursor.is_word(cursor.peek(), ("twice",)):
        opened = cursor.peek()
        if opened.kind == "name":
            cursor.at += 1
            count = 2
            continue
        close = cursor.closing[cursor.at]
        inside = cursor.tokens[cursor.at + 1 : close]
        inside = inside[2:] if inside and inside[0].text == "label" else inside
        words = " ".join(token.text.lower() for token in inside)
        if words in TIMES_WORDS:
            count = TIMES_WORDS[words]
        elif words in SIDES:
            side = SIDES[words]
        elif inside and all(token.kind in ("number", "is", "infix") for token in inside):
            pass  # the node's value
        elif inside and cursor.is_operation(inside[0]) and len(inside) == 1:
            for name in names:
                cursor.draft.declare(name, OPERATIONS[words], opened.start)
        elif inside and cursor.is_word(inside[0], LEAF_WORDS) and len(names) == 1:
            cursor.at += 1
            _leaf(cursor, opened._replace(text=names[0]))
        elif len(inside) == 1 and len(names) == 1 and inside[0].text in cursor.leaves:
            cursor.draft.declare_leaf(names[0], cursor.leaves[inside[0].text], opened.start)
        else:
            cursor.refuse(inside[0] if inside else opened)
        cursor.at = close + 1
    return count, side


def _leaf(cursor: Cursor, name: GraphToken) -> None:
    """`leaf(x)`, `leaf x`, or `leaf` alone where the node is called like its variable."""
    cursor.at += 1
    held = name.text
    if cursor.peek().text in CLOSING:
        close = cursor.closing[cursor.at]
        names = cursor.operand_list(cursor.at + 1, close)
        if len(names) != 1:
            cursor.refuse()
        held, cursor.at = names[0], close + 1
    elif cursor.peek().kind in ("name", "number") and cursor.peek(1).kind not in ("is", "arrow", "back"):
        held = cursor.operand()
    cursor.draft.declare_leaf(name.text, cursor.leaves.get(held, number_name(held)), name.start)


def _expression(cursor: Cursor, name: GraphToken) -> None:
    if cursor.peek().text == "-" and cursor.peek(1).kind == "name":
        cursor.at += 1
        cursor.draft.define(name.text, "neg", [cursor.operand()], name.start)
    else:
        left = cursor.operand()
        sign = cursor.peek()
        if left == "e" and sign.text in ("^", "**") and left not in cursor.nodes:
            cursor.at += 1
            cursor.draft.places.pop(left, None)
            cursor.draft.define(name.text, "exp", [cursor.operand()], name.start)
        elif cursor.is_infix(sign):
            cursor.at += 1
            made_by = INFIX.get(sign.text.lower(), "mul")
            cursor.draft.define(name.text, made_by, [left, cursor.operand()], name.start)
        else:
            _without_operation(cursor, name, left)
    if cursor.is_infix(cursor.peek()):
        cursor.refuse_nested(cursor.peek())


def _without_operation(cursor: Cursor, name: GraphToken, other: str) -> None:
    """`z1 = x` names a leaf, `x = 2` gives its value, and `z3 (mul): z1, z2` lists the operands."""
    draft = cursor.draft
    is_number = other.lstrip("-")[:1].isdecimal()
    if name.text in draft.operations and not is_number and cursor.peek(-2).kind != "comma":
        cursor.at -= 1
        draft.define(name.text, draft.operations[name.text], cursor.free_operands() or [other], name.start)
    elif is_number and (name.text in cursor.leaves or name.text in draft.leaves):
        draft.mention(name.text, name.start)
    elif other in cursor.leaves:
        draft.declare_leaf(name.text, cursor.leaves[other], name.start)
    else:
        raise refusal(
            name.start,
            f'We read "{name.text} = {other}" and found no operation in it; please write every node once, '
            "as in z3 = mul(z1, z2).",
        )


def _skip_numbers(cursor: Cursor) -> bool:
    """Past a value such as `2*3`: a node may be told with its value."""
    end = cursor.at
    while cursor.token(end).kind in ("number", "infix"):
        end += 1
    if end == cursor.at or cursor.token(end).kind not in ("end", "comma", "is", "close"):
        return False
    cursor.at = end
    return True
