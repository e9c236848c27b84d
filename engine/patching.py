"""A known mistake as a changed listing: statements and expressions replaced by others, whatever their layout."""

from __future__ import annotations

import ast
from copy import deepcopy
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from engine.errors import EngineError

__all__ = ["BrokenPatch", "Patch", "patched"]


class BrokenPatch(EngineError):
    """A patch finds nothing to change in the listing, or is no Python."""


@dataclass(frozen=True)
class Patch:
    """Put `new` wherever `old` stands, an expression for an expression, or statements for one statement.

    `old` is compared as syntax: layout, comments and superfluous parentheses do not matter, every name does. An
    expression is found where it is read, not where it is assigned to.
    """

    old: str
    new: str


def patched(source: str, *patches: Patch) -> str:
    """The listing with every patch applied, one after the other; its comments and layout are lost.

    Raises: BrokenPatch if a patch finds nothing to change, or if it or the listing cannot be parsed.
    """
    module = _parsed(source, "the listing")
    for patch in patches:
        replacer = _Replacer(patch)
        replacer.visit(module)
        if not replacer.n_found:
            raise BrokenPatch(
                f"patch: {patch.old!r} is nowhere in the listing; a patch names a whole statement or expression of it."
            )
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


class _Replacer(ast.NodeTransformer):
    """Replaces what a patch names; what was put in is not searched again."""

    def __init__(self, patch: Patch) -> None:
        old, self._new = _statements(patch.old), _statements(patch.new)
        if len(old) != 1:
            raise BrokenPatch(f"patch: {patch.old!r} has {len(old)} statements; one, or an expression, is replaced.")
        if not self._new:
            raise BrokenPatch(f"patch: there is nothing to put in place of {patch.old!r}; write 'pass' to remove it.")
        self._is_expression = _is_expression(old) and _is_expression(self._new)
        self._old: ast.AST = _expression(old) if self._is_expression else old[0]
        self.n_found = 0

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        if type(node) is type(self._old) and _same(node, self._old):
            self.n_found += 1
            return deepcopy(_expression(self._new)) if self._is_expression else deepcopy(self._new)
        return self.generic_visit(node)


def _same(one: Any, other: Any) -> bool:
    """Whether two pieces of syntax are the same, wherever they stand."""
    if isinstance(one, ast.AST):
        return type(one) is type(other) and all(
            _same(getattr(one, name, None), getattr(other, name, None)) for name in one._fields
        )
    if isinstance(one, list):
        same_length = isinstance(other, list) and len(one) == len(other)
        return same_length and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)


def _statements(text: str) -> list[ast.stmt]:
    return _parsed(dedent(text), f"patch {text!r}").body


def _parsed(text: str, what: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise BrokenPatch(f"{what} cannot be parsed: line {error.lineno}: {error.msg}.") from error


def _is_expression(statements: list[ast.stmt]) -> bool:
    return len(statements) == 1 and isinstance(statements[0], ast.Expr)


def _expression(statements: list[ast.stmt]) -> ast.expr:
    statement = statements[0]
    assert isinstance(statement, ast.Expr)  # `_is_expression` looked
    return statement.value
