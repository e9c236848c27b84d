"""The further rewriting of a listing on tensors and sizes, so that it can run while its sizes are not known.

Loops go through `LOOP`, accumulations over them through `ADD_UP`, comprehensions through `COLLECT`, list displays
through `LIST`; operators through `ARITHMETIC` and `NEGATIVE`, and `int`, `float` and `astype` through `CONVERT`; tests
and assertions through `TRUTH` and `ASSERT`, which know the facts of the run; and `STATE` stands beside whatever would
carry something from one round of a loop to the next in a way that the text of the loop does not show. Run at plain
sizes, all of these do what Python does.
"""

# ruff: noqa: N802 (the names are those of the syntax tree's nodes)

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

from engine.running.carrying import Loop, captured_names, loop_of
from engine.running.instrument import Instrument, call, constant, placed

__all__ = [
    "ADD_UP",
    "ARITHMETIC",
    "ASSERT",
    "COLLECT",
    "CONVERT",
    "LIST",
    "LOOP",
    "NEGATIVE",
    "STATE",
    "SWALLOWING",
    "TRUTH",
    "SizesInstrument",
]

LOOP, ADD_UP, COLLECT, LIST = "__loop__", "__add_up__", "__collect__", "__list__"
ARITHMETIC, NEGATIVE, CONVERT = "__arithmetic__", "__negative__", "__convert__"
TRUTH, ASSERT, STATE, SWALLOWING = "__truth__", "__assert__", "__state__", "__swallowing__"

_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@",
}  # fmt: skip
# Of sets and dictionaries; the lists of a listing know for themselves (engine.running.lists).
_CHANGING_METHODS = frozenset(
    ["add", "clear", "discard", "pop", "popitem", "remove", "setdefault", "update"]
)


class SizesInstrument(Instrument):
    """The instrument for listings whose sizes may be symbols; a loop is known to the hooks by its number."""

    def __init__(
        self, source: str, *, function: str = "", first_loop: int = 0, captured: Iterable[str] = ()
    ) -> None:
        super().__init__(source, function=function)
        self.loops: list[Loop] = []
        self._first_loop = first_loop
        # Whatever a function may assign to from afar is taken for carried.
        self._always_carried = {"a global name"} if re.search(r"\b(global|nonlocal)\b", source) else set()
        self._self_name: str | None = ""
        self._captured = set(captured)  # by the functions inside the one that is being rewritten
        self._depth = 0  # loops around, inside the same function
        self._adds_up: dict[ast.AugAssign, list[int]] = {}

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return node  # arrays hold floats, so a decimal is one

    def visit_Module(self, node: ast.Module) -> ast.AST:
        self._captured |= captured_names(node)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer = self._self_name, self._depth, self._captured
        arguments = node.args.args
        self._self_name = arguments[0].arg if node.name == "__init__" and arguments else ""
        self._depth, self._captured = 0, captured_names(node)
        visited = super().visit_FunctionDef(node)
        self._self_name, self._depth, self._captured = outer
        return visited

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        outer, self._function = self._function, f"{self._function}.{node.name}".lstrip(".")
        self.generic_visit(node)
        self._function = outer
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        number, loop = self._first_loop + len(self.loops), loop_of(node)
        loop.carried |= self._always_carried | (loop.assigned & self._captured)
        self.loops.append(loop)
        for step in loop.accumulations:
            self._adds_up.setdefault(step, []).append(number)
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        names = ", ".join(leaf.id for leaf in ast.walk(node.target) if isinstance(leaf, ast.Name))
        is_made_here = constant(node.iter, not isinstance(node.iter, ast.Name | ast.Attribute | ast.Subscript))
        told = (constant(node.iter, number), constant(node.iter, names), is_made_here)
        node.iter = call(node.iter, LOOP, *told, node.iter)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        numbers = self._adds_up.get(node)
        if not isinstance(node.target, ast.Name):
            return [_state(node, f"changing {ast.unparse(node.target)}"), *super().visit_AugAssign(node)]
        if numbers is None:
            return super().visit_AugAssign(node)
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
        self.generic_visit(node)
        sign = _SIGNS.get(type(node.op))
        return call(node, ARITHMETIC, constant(node, sign), node.left, node.right) if sign else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        is_negative = isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant)
        return call(node, NEGATIVE, node.operand) if is_negative else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function, n_arguments = node.func, len(node.args)
        if isinstance(function, ast.Attribute) and function.attr == "__init__" and not _is_supers(function):
            return _state_call(node, ".__init__()", node)
        if node.keywords:
            return node
        if isinstance(function, ast.Name) and function.id in ("int", "float") and n_arguments == 1:
            return call(node, CONVERT, constant(node, function.id), node.args[0], function)
        if isinstance(function, ast.Attribute) and function.attr == "astype" and n_arguments == 1:
            return call(node, CONVERT, constant(node, "astype"), function.value, node.args[0])
        if isinstance(function, ast.Attribute) and function.attr in _CHANGING_METHODS:
            return _state_call(node, f".{function.attr}()", node)
        return node

    def visit_Try(self, node: ast.Try) -> Any:
        return self._swallowing(node, "try")

    def visit_With(self, node: ast.With) -> Any:
        return self._swallowing(node, "with")

    def _swallowing(self, node: Any, what: str) -> Any:
        """What may swallow an exception swallows ours too, which says that a run cannot be followed."""
        self.generic_visit(node)
        return [placed(node, ast.Expr(call(node, SWALLOWING, constant(node, what)))), node]

    def visit_If(self, node: ast.If) -> ast.AST:
        return self._tested(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._tested(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self._tested(node)

    def _tested(self, node: Any) -> ast.AST:
        self.generic_visit(node)
        node.test = call(node.test, TRUTH, node.test, constant(node.test, isinstance(node, ast.While)))
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

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.generic_visit(node)
        if self._depth:
            node.value = _state_call(node, "yield", node.value or constant(node, None))
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.AST:
        self.generic_visit(node)
        if self._depth:
            node.value = _state_call(node, "yield from", node.value)
        return node

    def visit_Delete(self, node: ast.Delete) -> Any:
        return self._after_state(node, self.generic_visit(node))

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
        places = [] if target is None else ast.walk(target)
        stored = [part for part in places if isinstance(part, ast.Attribute | ast.Subscript)]
        return any(not isinstance(part.ctx, ast.Load) and not self._is_new(part) for part in stored)

    def _is_new(self, place: ast.Attribute | ast.Subscript) -> bool:
        """Whether this is `self.name` in `__init__`, or the parameters that every Module begins without."""
        if isinstance(place, ast.Subscript):
            holder = place.value
            return isinstance(holder, ast.Attribute) and holder.attr == "_parameters" and self._is_new(holder)
        return not self._depth and isinstance(place.value, ast.Name) and place.value.id == self._self_name


def _state_call(at: ast.expr, what: str, value: ast.expr) -> ast.Call:
    return call(at, STATE, constant(at, what), constant(at, at.lineno), value)


def _is_supers(function: ast.Attribute) -> bool:
    """Whether this is `super().method`."""
    owner = function.value
    return isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"


def _state(at: ast.stmt, what: str) -> ast.stmt:
    return placed(at, ast.Expr(call(at, STATE, constant(at, what), constant(at, at.lineno))))
