"""The rewriting of a listing that lets its run be watched: one hook, three places.

`BIND` stands behind every assignment to a plain name, `INNER` around every inner expression (one that no
assignment names), `DECIMAL` in place of every number with a point. What the hook does is the runner's affair
(listing.py).
"""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import Any, TypeVar

__all__ = ["BIND", "DECIMAL", "INNER", "Instrument", "call", "constant", "placed"]

Placed = TypeVar("Placed", bound=ast.AST)

BIND, INNER, DECIMAL = "__bind__", "__inner__", "__decimal__"


class Instrument(ast.NodeTransformer):
    """Puts the hook behind assignments, around inner expressions and in place of decimals."""

    def __init__(self, source: str, *, function: str = "") -> None:
        self._lines = source.encode().splitlines()
        self._function = function

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return node  # nothing stands inside: most nodes of a listing are names, and looking costs time

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer, self._function = self._function, f"{self._function}.{node.name}".lstrip(".")
        self.generic_visit(node)
        self._function = outer
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, float):
            return node
        written = self._lines[node.lineno - 1][node.col_offset : node.end_col_offset].decode()
        return call(node, DECIMAL, constant(node, written))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        return _inner(self.generic_visit(node))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        return _inner(self.generic_visit(node))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return _inner(self.generic_visit(node))

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        self.generic_visit(node)
        node.value = _outermost(node.value)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        node.value = _returned(node.value) if node.value else None
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        node.body = _returned(node.body)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        self.generic_visit(node)
        node.value = _named(node.value, node.targets[0])
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            node.value = self.bound(node, node.targets[0].id, node.value)
            return node
        return [node, *self._bindings(node, node.targets)]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        self.generic_visit(node)
        node.value = _named(node.value, node.target) if node.value else None
        return [node, *self._bindings(node, [node.target] if node.value else [])]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        self.generic_visit(node)
        return [node, *(self._bindings(node, [node.target]) or [_rehooked(node)])]

    def _bindings(self, at: ast.stmt, targets: list[Any]) -> list[ast.stmt]:
        """`name = BIND(function, name, line, name)`, to follow, for every plain name among the targets."""
        found = [leaf for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)]
        named = [leaf for leaf in found if isinstance(leaf.ctx, ast.Store)]
        return [self._binding(leaf.id, at) for leaf in named]

    def _binding(self, name: str, at: ast.stmt) -> ast.stmt:
        value = self.bound(at, name, placed(at, ast.Name(name, ast.Load())))
        return placed(at, ast.Assign([placed(at, ast.Name(name, ast.Store()))], value))

    def bound(self, at: ast.stmt, name: str, value: ast.expr) -> ast.Call:
        """`BIND(function, name, line, value)`."""
        told = [constant(at, part) for part in (self._function, name, at.lineno)]
        return call(at, BIND, *told, value)


def placed(at: ast.expr | ast.stmt, node: Placed) -> Placed:
    """`node`, standing where `at` stands; without a place it could not be compiled."""
    placed: Any = node
    placed.lineno, placed.col_offset = at.lineno, at.col_offset
    return node


def constant(at: ast.expr | ast.stmt, value: str | int | None) -> ast.Constant:
    """A literal, standing where `at` stands."""
    return placed(at, ast.Constant(value))


def call(at: ast.expr | ast.stmt, function: str, *arguments: ast.expr) -> ast.Call:
    """A call of the hook, standing where `at` stands."""
    return placed(at, ast.Call(placed(at, ast.Name(function, ast.Load())), list(arguments), []))


def _inner(node: Any) -> ast.AST:
    return call(node, INNER, node)


def _outermost(node: Any) -> Any:
    """Take the hook off again: the statement itself will name this result."""
    wrapped = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == INNER
    return node.args[0] if wrapped else node


def _returned(value: Any) -> Any:
    """Take the hook off what a function hands over, one result or several: the caller will name it."""
    if isinstance(value, ast.Tuple):
        value.elts = [_outermost(part) for part in value.elts]
    return _outermost(value)


def _rehooked(node: ast.AugAssign) -> ast.stmt:
    """`cells[0] = INNER(cells[0])`, to follow `cells[0] += ...`."""
    now: Any = deepcopy(node.target)
    now.ctx = ast.Load()
    return placed(node, ast.Assign([node.target], call(node, INNER, now)))


def _named(value: Any, target: ast.expr) -> Any:
    """Take the hook off what a plain name in `target` names; in `a, b = x*y, x + y` these are two results."""
    if isinstance(target, ast.Name):
        return _outermost(value)
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        value.elts = [_named(part, name) for part, name in zip(value.elts, target.elts, strict=True)]
    return value
