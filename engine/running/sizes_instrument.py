"""The further rewriting of a listing on tensors and sizes, so that it can run while its sizes are not known.

Loops go through `LOOP`, accumulations over them through `ADD_UP`, comprehensions through `COLLECT`, list displays
through `LIST`; `/`, `**`, `int` and `float` through `ARITHMETIC`, since no size is a fraction; tests and assertions
through `TRUTH` and `ASSERT`, which know the facts of the run; and `STATE` stands before whatever would carry something
from one round of a loop to the next in a way that the text of the loop does not show. Run at plain sizes, all of these
do what Python does.
"""

# ruff: noqa: N802 (the names are those of the syntax tree's nodes)

from __future__ import annotations

import ast
import re
from typing import Any

from engine.running.carrying import Loop, loop_of
from engine.running.instrument import INNER, Instrument, call, constant, placed

__all__ = ["ADD_UP", "ARITHMETIC", "ASSERT", "COLLECT", "LIST", "LOOP", "STATE", "TRUTH", "SizesInstrument"]

LOOP, ADD_UP, COLLECT, LIST = "__loop__", "__add_up__", "__collect__", "__list__"
ARITHMETIC, TRUTH, ASSERT, STATE = "__arithmetic__", "__truth__", "__assert__", "__state__"

_SIGNS: dict[type[ast.operator], str] = {ast.Div: "/", ast.Pow: "**"}
_CHANGING_METHODS = frozenset(
    ["add", "clear", "extend", "insert", "pop", "remove", "reverse", "setdefault", "sort", "update"]
)


class SizesInstrument(Instrument):
    """The instrument for listings whose sizes may be symbols; a loop is known to the hooks by its number."""

    def __init__(self, source: str, *, function: str = "", first_loop: int = 0) -> None:
        super().__init__(source, function=function)
        self.loops: list[Loop] = []
        self._first_loop = first_loop
        # Whatever a function may assign to from afar is taken for carried.
        self._always_carried = {"a global name"} if re.search(r"\b(global|nonlocal)\b", source) else set()
        self._self_name = ""
        self._depth = 0  # loops around, inside the same function
        self._adds_up: dict[ast.AugAssign, list[int]] = {}

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return node  # arrays hold floats, so a decimal is one

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer = self._self_name, self._depth
        arguments = node.args.args
        self._self_name = arguments[0].arg if node.name == "__init__" and arguments else ""
        self._depth = 0
        visited = super().visit_FunctionDef(node)
        self._self_name, self._depth = outer
        return visited

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        outer, self._function = self._function, f"{self._function}.{node.name}".lstrip(".")
        self.generic_visit(node)
        self._function = outer
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        number, loop = self._first_loop + len(self.loops), loop_of(node)
        loop.carried |= self._always_carried
        self.loops.append(loop)
        for step in loop.accumulations:
            self._adds_up.setdefault(step, []).append(number)
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        names = ", ".join(leaf.id for leaf in ast.walk(node.target) if isinstance(leaf, ast.Name))
        node.iter = call(node.iter, LOOP, constant(node.iter, number), constant(node.iter, names), node.iter)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        numbers = self._adds_up.get(node)
        if numbers is None or not isinstance(node.target, ast.Name):
            return self._after_state(node, super().visit_AugAssign(node))
        self.generic_visit(node)
        name, is_sum = node.target.id, isinstance(node.op, ast.Add)
        enclosing = placed(node, ast.Tuple([constant(node, number) for number in numbers], ast.Load()))
        now = placed(node, ast.Name(name, ast.Load()))
        total = call(node, ADD_UP, enclosing, constant(node, is_sum), now, node.value)
        return placed(node, ast.Assign([placed(node, ast.Name(name, ast.Store()))], self.bound(node, name, total)))

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        self.generic_visit(node)
        rule = node.generators[0]
        if len(node.generators) > 1 or rule.ifs or rule.is_async or not isinstance(rule.target, ast.Name):
            return call(node, LIST, node)
        arguments = ast.arguments([], [ast.arg(rule.target.id)], None, [], [], None, [])
        placed(node, arguments.args[0])
        each = placed(node, ast.Lambda(arguments, node.elt))
        return call(node, COLLECT, constant(node, rule.target.id), each, rule.iter)

    def visit_List(self, node: ast.List) -> ast.AST:
        self.generic_visit(node)
        return call(node, LIST, node) if isinstance(node.ctx, ast.Load) else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        sign = _SIGNS.get(type(node.op))
        if sign is None:
            return super().visit_BinOp(node)
        self.generic_visit(node)
        return call(node, INNER, call(node, ARITHMETIC, constant(node, sign), node.left, node.right))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in ("int", "float") or len(node.args) != 1:
            return super().visit_Call(node)
        self.generic_visit(node)
        return call(node, ARITHMETIC, constant(node, name), node.args[0], node.func)

    def visit_If(self, node: ast.If) -> ast.AST:
        return self._tested(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._tested(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self._tested(node)

    def _tested(self, node: Any) -> ast.AST:
        self.generic_visit(node)
        node.test = call(node.test, TRUTH, node.test)
        return node  # type: ignore[no-any-return]

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        self.generic_visit(node)
        node.test = call(node.test, ASSERT, node.test)
        return node

    # What the text of a loop does not show.

    def visit_Break(self, node: ast.Break) -> list[ast.stmt]:
        return [_state(node, "break"), node]

    def visit_Return(self, node: ast.Return) -> Any:
        visited: Any = super().visit_Return(node)
        return [_state(node, "return"), visited] if self._depth else visited

    def visit_Expr(self, node: ast.Expr) -> Any:
        what = ""
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            method = node.value.func.attr
            what = f".{method}()" if method in _CHANGING_METHODS else ""
        visited: Any = super().visit_Expr(node)
        return [_state(node, what), visited] if what else visited

    def visit_Assign(self, node: ast.Assign) -> Any:
        visited = super().visit_Assign(node)
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Attribute):
            node.value = self.bound(node, ast.unparse(target), node.value)
        return self._after_state(node, visited)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        return self._after_state(node, super().visit_AnnAssign(node))

    def _after_state(self, node: Any, visited: Any) -> Any:
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        stored = next((target for target in targets if self._is_elsewhere(target)), None)
        steps = visited if isinstance(visited, list) else [visited]
        if stored is None:
            return visited
        return [_state(node, f"assigning to {ast.unparse(stored)}"), *steps]

    def _is_elsewhere(self, target: ast.AST | None) -> bool:
        """Whether an assignment changes an object that was there before: all but the one that `__init__` makes."""
        if not isinstance(target, ast.Attribute | ast.Subscript):
            return False
        root: ast.AST = target
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        return not (isinstance(root, ast.Name) and root.id and root.id == self._self_name)


def _state(at: ast.stmt, what: str) -> ast.stmt:
    return placed(at, ast.Expr(call(at, STATE, constant(at, what), constant(at, at.lineno))))
