"""What a comparison asks of trees before it reads them: their parts, names and size, and whether two are the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeAlias

from grader.growth.limits import MAX_DEPTH, MAX_NODES
from grader.reading.tree import Call, Expression, Negative, Operation, Symbol

__all__ = ["Assumption", "are_same", "has_exponential", "has_minus", "is_small", "names_in"]

#: Left side, one of <= < >= > ==, right side.
Assumption: TypeAlias = "tuple[Expression, str, Expression]"

_EXPONENTIALS: Final = frozenset({"exp", "factorial", "sigmoid", "tanh"})


def _parts(tree: Expression) -> tuple[Expression, ...]:
    if isinstance(tree, Operation):
        return tree.left, tree.right
    if isinstance(tree, Negative):
        return (tree.operand,)
    return tree.arguments if isinstance(tree, Call) else ()


def is_small(tree: Expression) -> bool:
    """Whether a tree has few enough nodes and is not nested too deep for recursion; the only question not recursive."""
    waiting, nodes = [(tree, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            return False
        waiting += [(part, depth + 1) for part in _parts(node)]
    return True


def are_same(left: Expression, right: Expression) -> bool:
    """Whether two trees differ in nothing but their places in the text."""
    if type(left) is not type(right):
        return False
    if isinstance(left, Operation) and isinstance(right, Operation):
        return left.sign == right.sign and are_same(left.left, right.left) and are_same(left.right, right.right)
    if isinstance(left, Negative) and isinstance(right, Negative):
        return are_same(left.operand, right.operand)
    if isinstance(left, Call) and isinstance(right, Call):
        alike = left.function == right.function and len(left.arguments) == len(right.arguments)
        return alike and all(map(are_same, left.arguments, right.arguments))
    return replace(left, start=0) == replace(right, start=0)


def names_in(tree: Expression) -> set[str]:
    """The names that a tree holds."""
    if isinstance(tree, Symbol):
        return {tree.text}
    return set().union(*map(names_in, _parts(tree)))


def has_minus(tree: Expression) -> bool:
    """Whether something is taken away somewhere."""
    if isinstance(tree, Negative) or (isinstance(tree, Operation) and tree.sign == "-"):
        return True
    return any(map(has_minus, _parts(tree)))


def has_exponential(tree: Expression) -> bool:
    """Whether a name stands in an exponent or in a function that grows or falls like an exponential."""
    if isinstance(tree, Operation) and tree.sign == "^" and names_in(tree.right):
        return True
    if isinstance(tree, Call) and tree.function in _EXPONENTIALS:
        return True
    return any(map(has_exponential, _parts(tree)))
