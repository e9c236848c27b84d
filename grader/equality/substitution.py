"""Puts definitions into a tree: names are replaced by what they stand for, without end never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from grader.reading.tree import Call, Expression, Negative, Operation, Symbol
from grader.reading.unreadable import refusal

__all__ = ["MAX_NODES", "inlined", "symbols_of"]

#: Nodes of a tree with all its definitions put in; exam formulas have under a hundred.
MAX_NODES: Final = 500


def inlined(tree: Expression, definitions: Mapping[str, Expression]) -> Expression:
    """The tree with every defined name replaced, in definitions too.

    Raises: Refusal for definitions that go round in a circle and for trees that outgrow MAX_NODES.
    """
    if not definitions or not any(name in definitions for name in symbols_of(tree)):
        return tree
    return _Inliner(definitions).visit(tree)


class _Inliner:
    def __init__(self, definitions: Mapping[str, Expression]) -> None:
        self.definitions = definitions
        self.open: list[str] = []
        self.nodes = 0

    def visit(self, tree: Expression) -> Expression:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise refusal(
                tree.start, "With all its definitions this formula is larger than we read; please shorten it."
            )
        if isinstance(tree, Symbol):
            return self.symbol(tree)
        if isinstance(tree, Negative):
            return Negative(self.visit(tree.operand), tree.start)
        if isinstance(tree, Operation):
            return Operation(tree.sign, self.visit(tree.left), self.visit(tree.right), tree.start)
        if isinstance(tree, Call):
            return replace(tree, arguments=tuple(map(self.visit, tree.arguments)))
        return tree

    def symbol(self, tree: Symbol) -> Expression:
        definition = self.definitions.get(tree.text)
        if definition is None:
            return tree
        if tree.text in self.open:
            # Hin = Hin - K + 1: the name on the right is the one that the question gives.
            if self.open[-1] == tree.text:
                return tree
            raise refusal(
                tree.start,
                f"The definitions of {' and '.join(sorted(self.open))} go round in a circle; please write one out.",
            )
        self.open.append(tree.text)
        done = self.visit(definition)
        self.open.pop()
        return done


def symbols_of(tree: Expression) -> frozenset[str]:
    """The names in a tree."""
    found: set[str] = set()
    waiting: list[Expression] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol):
            found.add(node.text)
        elif isinstance(node, Negative):
            waiting.append(node.operand)
        elif isinstance(node, Operation):
            waiting += (node.left, node.right)
        elif isinstance(node, Call):
            waiting += node.arguments
    return frozenset(found)
