"""Which loops of a listing carry something from one round to the next, told from the text alone.

A name is carried if a round may read what an earlier round assigned to it. `total += amount` with nothing else reading
`total` is an accumulation instead: what it adds up over a whole loop can be said without going through the rounds.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Loop", "captured_names", "loop_of", "read_from_around"]

_ADDS_UP = (ast.Add, ast.Sub)


@dataclass
class Loop:
    """One `for` statement: its line, what it assigns to, what it carries, and the accumulations that run over it."""

    line: int
    assigned: set[str] = field(default_factory=set)
    carried: set[str] = field(default_factory=set)
    accumulations: list[ast.AugAssign] = field(default_factory=list)


def loop_of(node: ast.For) -> Loop:
    """What a `for` statement carries and adds up."""
    assigned = _assigned(node.body) | _stored(node.target)
    reader = _Reader()
    reader.block(node.body, _stored(node.target))
    exposed = reader.exposed & assigned
    if reader.accumulations:
        # What is added to in two places, or assigned in another one, is in between no sum over the loop.
        added_to = [_target_name(step) for step in reader.accumulations]
        counts = Counter([*added_to, *_assigned(node.body, without=reader.accumulations)])
        exposed |= {name for name in added_to if counts[name] > 1}
    accumulations = [step for step in reader.accumulations if _target_name(step) not in exposed]
    # A closure sees what later rounds assign, whenever it was made.
    return Loop(node.lineno, assigned, exposed | (reader.closed_over & assigned), accumulations)


def captured_names(scope: ast.Module | ast.FunctionDef) -> set[str]:
    """The names that functions made inside a scope read from around them: each of their calls sees the latest value.

    Asked for on account of the scope's own loops; nothing where it has none, which is quickly seen.
    """
    return read_from_around(scope) if _has_loop(scope.body) else set()


def read_from_around(scope: ast.AST) -> set[str]:
    """The names that functions made inside a scope read from around them."""
    nodes = (node for node in ast.walk(scope) if node is not scope)
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.Lambda))
    return set().union(*map(_free_names, functions))


def _has_loop(body: Iterable[ast.stmt]) -> bool:
    """Whether a block has a `for` statement of its own, outside the functions in it."""
    for step in body:
        if isinstance(step, ast.For):
            return True
        if not isinstance(step, ast.FunctionDef | ast.ClassDef):
            blocks = [getattr(step, name, ()) for name in ("body", "orelse", "finalbody")]
            if any(map(_has_loop, blocks)):
                return True
    return False


def _target_name(step: ast.AugAssign) -> str:
    return step.target.id if isinstance(step.target, ast.Name) else ""


def _stored(target: ast.AST) -> set[str]:
    return {leaf.id for leaf in ast.walk(target) if isinstance(leaf, ast.Name) and not isinstance(leaf.ctx, ast.Load)}


def _assigned(body: Iterable[ast.stmt], *, without: Iterable[ast.AugAssign] = ()) -> set[str]:
    """The names that a block may assign to, not counting what functions inside it do."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(body)
    left_out = list(without)
    while waiting:
        node = waiting.pop()
        if node in left_out:
            continue
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        if not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting += ast.iter_child_nodes(node)
    return names


class _Reader:
    """Goes through a block as it is executed, and keeps what it reads before it is certain to have assigned it."""

    def __init__(self) -> None:
        self.exposed: set[str] = set()
        self.closed_over: set[str] = set()
        self.accumulations: list[ast.AugAssign] = []

    def block(self, body: Iterable[ast.stmt], certain: set[str]) -> set[str]:
        """The names that are certain to be assigned after the block."""
        certain = set(certain)
        for step in body:
            certain = self._step(step, certain)
        return certain

    def _step(self, step: ast.stmt, certain: set[str]) -> set[str]:
        if isinstance(step, ast.If):
            self._read(step.test, certain)
            return self.block(step.body, certain) & self.block(step.orelse, certain)
        if isinstance(step, ast.For):
            self._read(step.iter, certain)
            self.block(step.body, certain | _stored(step.target))
            self.block(step.orelse, certain)
            return certain  # there may be no round
        if isinstance(step, ast.While | ast.Try | ast.With | ast.Match):
            self._read(step, certain)
            return certain
        if isinstance(step, ast.FunctionDef | ast.ClassDef):
            return self._definition(step, certain)
        if isinstance(step, ast.AugAssign) and isinstance(step.target, ast.Name):
            return self._augmented(step, step.target.id, certain)
        self._read(step, certain)
        if isinstance(step, ast.Delete):
            return certain - _stored(step)
        # What is assigned inside an expression is not certain: `k > 9 and (x := 5)`.
        targets = getattr(step, "targets", None) or [getattr(step, "target", None)]
        return certain.union(*(_stored(target) for target in targets if target is not None))

    def _augmented(self, step: ast.AugAssign, name: str, certain: set[str]) -> set[str]:
        self._read(step.value, certain)
        if name not in certain:
            if isinstance(step.op, _ADDS_UP):
                self.accumulations.append(step)
            else:
                self.exposed.add(name)
        return certain

    def _definition(self, step: ast.FunctionDef | ast.ClassDef, certain: set[str]) -> set[str]:
        for decorator in step.decorator_list:
            self._read(decorator, certain)
        if isinstance(step, ast.FunctionDef):
            for default in [*step.args.defaults, *filter(None, step.args.kw_defaults)]:
                self._read(default, certain)
            self.closed_over |= _free_names(step)
        else:
            self.closed_over |= {leaf.id for leaf in ast.walk(step) if isinstance(leaf, ast.Name)}
        return certain | {step.name}

    def _read(self, node: ast.AST, certain: set[str]) -> None:
        """What is read inside a statement or expression; a function made inside it closes over what it names."""
        waiting: list[ast.AST] = [node]
        while waiting:
            inner = waiting.pop()
            if isinstance(inner, ast.Lambda):
                waiting += [*inner.args.defaults, *filter(None, inner.args.kw_defaults)]
                self.closed_over |= _free_names(inner)
                continue
            if isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name):
                self.exposed |= {inner.target.id} - certain
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                self.exposed |= {inner.id} - certain
            waiting += ast.iter_child_nodes(inner)


def _free_names(function: ast.FunctionDef | ast.Lambda) -> set[str]:
    """The names that a function reads from around it."""
    arguments = function.args
    own = {argument.arg for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    own |= {argument.arg for argument in (arguments.vararg, arguments.kwarg) if argument}
    body = function.body if isinstance(function.body, list) else [function.body]
    names = (leaf for part in body for leaf in ast.walk(part) if isinstance(leaf, ast.Name))
    read = {leaf.id for leaf in names if isinstance(leaf.ctx, ast.Load)}
    stored = set().union(*(_stored(part) for part in body))
    return read - own - stored
