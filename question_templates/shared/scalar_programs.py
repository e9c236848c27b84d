"""Draws programs on Scalars and writes them down: one statement a node, or nested, with names of their own.

A drawn program is a list of leaves `[name, value]` and a list of operations `[op, operands]`. An operand is a place:
leaves come first, then the operations in order. Only `is_lively` calculates, so that few draws are refused; what a
program gives is the engine's to find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import add, mul, neg, sub
from typing import Any, TypeAlias

from question_templates.dice import Dice

__all__ = ["BINARY", "INNER_NAMES", "Operation", "grown", "is_lively", "use_counts", "written"]

#: `[op, operands]`, operands as places.
Operation: TypeAlias = list[Any]

BINARY = ("add", "sub", "mul", "div")
_SIGNS: Mapping[str, str] = {"add": " + ", "sub": " - ", "mul": "*", "div": "/"}
_FORESEEN: Mapping[str, Callable[..., int]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "neg": neg,
    "relu": lambda operand: max(operand, 0),
}
#: Unlike the leaves' names.
INNER_NAMES = ("p", "q", "r", "s", "t", "g", "j", "k", "m", "z")


def grown(dice: Dice, leaves: int, count: int, ops: Sequence[str], *, share: float) -> list[Operation]:
    """`count` operations that use every leaf and end in one output; `share`: how often a used node is used again.

    Needs at least `leaves - 1` operations, and a binary one in `ops`.
    """
    binary = [op for op in ops if op in BINARY]
    open_places, operations = dice.shuffled(range(leaves)), list[Operation]()
    for made in range(count):
        place, first = leaves + made, open_places.pop()
        before = operations[first - leaves][0] if first >= leaves else ""
        is_joining = len(open_places) >= count - made  # everything has to come together from here on
        is_sharing = not is_joining and dice.chance(share)
        op = dice.choice(binary if is_joining or is_sharing else [op for op in ops if op in BINARY or op != before])
        if op not in BINARY:
            operations.append([op, [first]])
        else:
            second = open_places.pop(0) if open_places and not is_sharing else dice.integer(0, place - 1)
            # x - x and x/x are no questions.
            operations.append(["mul" if first == second else op, dice.shuffled([first, second])])
            open_places = [other for other in open_places if other != second]
        open_places.insert(dice.integer(0, len(open_places)), place)
    return operations


def use_counts(places: int, operations: Sequence[Operation]) -> list[int]:
    """How many edges leave each place."""
    counts = [0] * places
    for _, operands in operations:
        for place in operands:
            counts[place] += 1
    return counts


def is_lively(values: Sequence[int], operations: Sequence[Operation], *, most: int) -> bool:
    """Whether a program is worth handing to the engine: numbers are small and not 0, and products tell factors apart.

    One relu may be off, where another one is on and has a value that is unlike its derivative.
    """
    found = list(values)
    for op, operands in operations:
        numbers = [found[place] for place in operands]
        found.append(_FORESEEN[op](*numbers))
        hides = op == "mul" and operands[0] != operands[1] and numbers[0] == numbers[1]
        vanishes = numbers == [0] if op == "relu" else found[-1] == 0
        if hides or vanishes or abs(found[-1]) > most:
            return False
    relus = [value for value, (op, _) in zip(found[len(values) :], operations, strict=True) if op == "relu"]
    return not relus or (max(relus) > 1 and relus.count(0) <= 1)


def written(
    dice: Dice,
    leaves: Sequence[Sequence[Any]],
    operations: Sequence[Operation],
    *,
    style: str,
    alias: bool = False,
    names: Sequence[str] = INNER_NAMES,
) -> dict[str, Any]:
    """The parameters of `scalar-listing.py.j2` but for `asked`; `style` is flat, named or nested.

    flat: z1, z2, ... with the leaves first, as the practice exam writes. named: inner nodes take some of `names`.
    nested: as named, and some operations that are used once stand inside the expression of their user.
    """
    inlined = _inlined(dice, len(leaves), operations) if style == "nested" else set()
    pool = [] if style == "flat" else list(names)
    called = _called(dice, leaves, operations, inlined, pool)
    texts: list[tuple[str, str]] = [(name, "") for name in called[: len(leaves)]]
    statements = [[called[k], name] for k, (name, _) in enumerate(leaves)] if style == "flat" else []
    for place, (op, operands) in enumerate(operations, len(leaves)):
        text = _expression(dice, op, [texts[k] for k in operands])
        if place in inlined:
            texts.append((text, op))
            continue
        texts.append((called[place], ""))
        statements.append([called[place], text])
    return {
        "leaves": [[name, value, called[k]] for k, (name, value) in enumerate(leaves)],
        "statements": _with_alias(dice, statements) if alias else statements,
        "output": called[-1],
        "nested": bool(inlined),
        "asked": [name for name, _ in leaves],
    }


def _inlined(dice: Dice, leaves: int, operations: Sequence[Operation]) -> set[int]:
    """Some of the operations that one edge leaves."""
    counts = use_counts(leaves + len(operations), operations)
    once = [place for place in range(leaves, len(counts) - 1) if counts[place] == 1]
    return {place for place in once if dice.chance(0.6)} or set(once[:1])


def _called(
    dice: Dice,
    leaves: Sequence[Sequence[Any]],
    operations: Sequence[Operation],
    inlined: set[int],
    pool: Sequence[str],
) -> list[str]:
    """A name for every place, z1, z2, ... without a pool; what is inlined has none, so that no name is skipped."""
    places = len(leaves) + len(operations)
    if not pool:
        return [f"z{place + 1}" for place in range(places)]
    taken = [str(name) for name, _ in leaves]
    free = [name for name in dice.shuffled(pool) if name not in taken]
    return taken + ["" if place in inlined else free.pop() for place in range(len(leaves), places)]


def _expression(dice: Dice, op: str, operands: Sequence[tuple[str, str]]) -> str:
    """Python for one operation; an operand is its text and, where it is no name, its own operation."""
    if op in _SIGNS:
        return _SIGNS[op].join(_operand(op, *operand) for operand in operands)
    (text, inner), *_ = operands
    if op == "neg":
        return f"-({text})" if inner in (*BINARY, "neg") else f"-{text}"
    return f"ag.{op}({text})"


def _operand(op: str, text: str, inner: str) -> str:
    """An operand, in parentheses where Python or a reader needs them."""
    is_bare = inner not in (*BINARY, "neg") or (op in ("add", "sub") and inner in ("mul", "div"))
    return text if is_bare else f"({text})"


def _with_alias(dice: Dice, statements: list[list[str]]) -> list[list[str]]:
    """A second name for an inner node, right below it, and the last statement that uses the node using that name."""
    users = [
        (made, user)
        for made, (name, text) in enumerate(statements)
        for user in range(made + 1, len(statements))
        if not text.isidentifier() and name in _words(statements[user][1])
    ]
    taken = {word for statement in statements for word in _words(" ".join(statement))}
    free = [name for name in ("y", "same", "again") if name not in taken]
    if not users or not free:
        return statements
    made, user = dice.choice(users)
    name, changed = statements[made][0], [list(statement) for statement in statements]
    changed[user][1] = _renamed(changed[user][1], name, free[0])
    return [*changed[: made + 1], [free[0], name], *changed[made + 1 :]]


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def _renamed(text: str, old: str, new: str) -> str:
    """`text` with the first whole word `old` replaced."""
    for place in range(len(text)):
        before, after = text[:place][-1:], text[place + len(old) :][:1]
        if text.startswith(old, place) and not before.isalnum() and before != "." and not after.isalnum():
            return text[:place] + new + text[place + len(old) :]
    return text
