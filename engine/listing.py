"""`run_listing`: execute a printed listing and keep what it did; the only place where a listing is executed.

One hook, put behind every assignment and around every inner expression, serves three ends: it gives a node
its label (the first name it is assigned to), it gives the trace its names, and it is the place where a
binding can be pinned to another value. Numbers with a point are read as the printed decimals, so that `0.1`
is one tenth.

A listing's names are restricted for fidelity, not for security: bank code is trusted like a conftest.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any, NamedTuple

from engine import exact
from engine.errors import EngineError, ListingError
from engine.exact import Value
from engine.face import STANDARD_FACE, Face, face
from engine.graph import Graph
from engine.instrument import BIND, DECIMAL, INNER, Instrument
from engine.operations import WITHOUT_VALUES
from engine.scalar import Scalar, backward_output, label_node, pin, settle
from engine.snapshot import Snapshot, all_labelled, take_snapshot
from engine.walk import ForwardLine, Step, backward_walk, forward_lines

__all__ = ["Binding", "Structure", "Trace", "read_structure", "run_listing"]

_FILE = "<listing>"


class Binding(NamedTuple):
    """The `nth` time (from 1) that `name` was assigned to inside `function` (empty: the listing itself)."""

    function: str
    name: str
    nth: int
    line: int
    label: str


@dataclass(frozen=True)
class Trace:
    """What a run of a listing showed. Without a `backward()` the graph is that of the last node assigned.

    `names` maps every name of a node, aliases and labels included, to its label; `printed` holds the
    arguments of every `print`. `forward` and `walk` are written when they are first asked for.
    """

    source: str
    graph: Graph
    names: Mapping[str, str]
    values: Mapping[str, Value]
    gradients: Mapping[str, Value]
    bindings: tuple[Binding, ...]
    printed: tuple[tuple[object, ...], ...]
    output: Scalar = field(repr=False, compare=False)

    @cached_property
    def forward(self) -> tuple[ForwardLine, ...]:
        """How every value came about, inputs before their users."""
        return forward_lines(self.output)

    @cached_property
    def walk(self) -> tuple[Step, ...]:
        """The steps of the listing's `backward()`; empty when it calls none."""
        return () if backward_output(self.output) is None else backward_walk(self.output)

    def look_up(self, quantity: str) -> Value:
        """The value of `x.grad` or `z5.value`, by any name of the node; raises EngineError for other text."""
        name, _, part = quantity.rpartition(".")
        kept = {"grad": self.gradients, "value": self.values}.get(part)
        if kept is None or name not in self.names:
            known = ", ".join(self.names)
            raise EngineError(f"{quantity!r} is not a quantity of this listing; its nodes are {known}.")
        return kept[self.names[name]]


def run_listing(source: str, *, pins: Mapping[str, Value] | None = None, face: Face = STANDARD_FACE) -> Trace:
    """Execute `source` with `ag` bound to `face` and return its trace.

    `pins` maps a label or a name to the value that its binding takes instead of the computed one.
    Inner results without a name are called n1, n2, ... in the order in which the run creates them.
    Raises: ListingError with the line, for code that can't be parsed, run or followed.
    """
    return _executed(source, face, dict(pins or {})).trace(source)


@dataclass(frozen=True)
class Structure:
    """A listing's graph without any value; `names` maps the names of its assigned nodes to their labels."""

    graph: Graph
    names: Mapping[str, str]


def read_structure(source: str) -> Structure:
    """Execute `source` without computing a single number, for whoever may see the graph but no answer.

    Raises: ListingError as `run_listing` does.
    """
    run = _executed(source, face(WITHOUT_VALUES), {})
    graph = run.snapshot().graph
    return Structure(graph, run.names_of(graph))


def _executed(source: str, face: Face, pins: dict[str, Value]) -> _Run:
    run, code = _Run(pins), _compiled(source)
    try:
        exec(code, run.namespace(face))  # bank code, see the head of this file
    except Exception as cause:
        raise ListingError(f"line {_line(cause)}: {str(cause) or type(cause).__name__}") from cause
    return run


@lru_cache(maxsize=256)  # a pure function: the text arm, the answer arm and every pinned run share one compilation
def _compiled(source: str) -> CodeType:
    try:
        return compile(Instrument(source).visit(ast.parse(source, _FILE)), _FILE, "exec")
    except SyntaxError as cause:
        raise ListingError(f"line {cause.lineno or 1}: this is no Python: {cause.msg}") from cause
    except (
        ValueError,
        RecursionError,
        MemoryError,
    ) as cause:  # NUL; nested parentheses
        raise ListingError(f"line 1: this can't be read as Python: {cause}") from cause


def _line(error: BaseException) -> int:
    """The innermost line of the listing that an exception passed through."""
    line, frame = 0, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == _FILE:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


@dataclass
class _Run:
    """What the hook has seen so far; lives for one run."""

    pins: dict[str, Value]
    names: dict[str, str] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    bound: list[tuple[Binding, Scalar]] = field(default_factory=list)
    printed: list[tuple[object, ...]] = field(default_factory=list)
    labelled: dict[str, Scalar] = field(default_factory=dict)
    unnamed: int = 0

    def namespace(self, face: Face) -> dict[str, Any]:
        known = (range, len, list, min, max, enumerate, zip)
        builtins = {**{f.__name__: f for f in known}, "print": lambda *shown: self.printed.append(shown)}
        hooks = {BIND: self.bind, INNER: self.inner, DECIMAL: exact.literal}
        return {"__builtins__": builtins, "ag": face, **hooks}

    def bind(self, function: str, name: str, line: int, value: object) -> object:
        """A name was assigned: label the node if it has no label, pin it if asked, and remember the name."""
        if not isinstance(value, Scalar):
            return value
        nth = self.counts[function, name] = self.counts.get((function, name), 0) + 1
        label = value.label
        if not label:
            label = self._label_for(name, nth)
            label_node(value, label, leaf_name=name)
        self._register(label, value)
        self.names.setdefault(label, label)
        self.names[name] = label
        self.bound.append((Binding(function, name, nth, line, label), value))
        if self.pins:
            self._pin(value, name, label)
        return value

    def inner(self, value: object) -> object:
        """An inner result: a node that no assignment names gets the next n-label."""
        if isinstance(value, Scalar) and not value.label:
            self.unnamed += 1
            label = self._free(f"n{self.unnamed}")
            self._label(value, label)
            if self.pins:
                self._pin(value, label)
        return value

    def _label_for(self, name: str, nth: int) -> str:
        """A first binding lends its name; a name bound again is numbered, so that labels stay unique."""
        if nth > 1:
            return self._free(f"{name}_{nth}")
        if name in self.labelled:
            known = self.labelled[name]
            raise EngineError(f"two nodes would be called {name}: {known!r} has that label already.")
        return name

    def _free(self, label: str) -> str:
        while label in self.labelled:
            label += "_"
        return label

    def _label(self, value: Scalar, label: str) -> None:
        label_node(value, label)
        self._register(label, value)

    def _register(self, label: str, value: Scalar) -> None:
        known = self.labelled.setdefault(label, value)
        if known is not value and settle(known) != settle(value):
            raise EngineError(f"two nodes are called {label}: {known!r} and {value!r}.")

    def _pin(self, value: Scalar, *names: str) -> None:
        for name in names:
            if name in self.pins:
                pin(value, self.pins[name])

    def snapshot(self) -> Snapshot:
        """The graph of the listing's `backward()`, or of its last node, with every node labelled."""
        if not self.bound:
            raise ListingError("line 1: no Scalar is assigned to a name, so there is no graph to show.")
        output = self.output
        if not all_labelled(output):
            self._name_the_rest(output.postorder())
        return take_snapshot(output)

    @property
    def output(self) -> Scalar:
        nodes = [node for _, node in reversed(self.bound)]
        outputs = (backward_output(node) for node in nodes)
        return next((output for output in outputs if output is not None), nodes[0])

    def names_of(self, graph: Graph) -> dict[str, str]:
        """Every name that the listing gives to a node of this graph, with the node's label."""
        labels = set(graph.labels)
        return {name: label for name, label in self.names.items() if label in labels}

    def trace(self, source: str) -> Trace:
        shown = self.snapshot()
        return Trace(
            source=source,
            graph=shown.graph,
            names={**{label: label for label in shown.graph.labels}, **self.names_of(shown.graph)},
            values=shown.values,
            gradients=shown.gradients,
            bindings=tuple(binding for binding, _ in self.bound),
            printed=tuple(self.printed),
            output=self.output,
        )

    def _name_the_rest(self, nodes: list[Scalar]) -> None:
        """Label what never passed the hook: numbers in an expression are called c1, c2, ..."""
        unlabelled = [node for node in nodes if not node.label]
        for number, node in enumerate((node for node in unlabelled if not node.inputs), start=1):
            self._label(node, self._free(f"c{number}"))
        for node in unlabelled:
            self.inner(node)
