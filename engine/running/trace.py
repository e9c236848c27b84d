"""What a run of a listing showed, as values: the graph of Scalars, every binding, and what each line costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from engine.checkpointing.ledger import Ledger
from engine.errors import EngineError
from engine.exact import Value
from engine.graph import Graph
from engine.scalar import Scalar, backward_output
from engine.sizes import NO_FACTS, Facts, stated, total
from engine.tensors.costs import Cost
from engine.tensors.shapes import Shape
from engine.tensors.table import TensorOperation
from engine.walk import ForwardLine, Step, backward_walk, forward_lines

__all__ = ["CALL", "RESULT", "Binding", "Computation", "Place", "Structure", "Totals", "Trace"]

CALL = "(call)"  # the function that statements of the call belong to
RESULT = "(result)"  # the name of what the call gives


class Binding(NamedTuple):
    """The `nth` time (from 1) that `name` was assigned to inside `function` (empty: the listing itself).

    A Scalar has a `label`. A Tensor, array, sparse matrix or list has a `shape` (a list: its length) and a `dtype`; a
    Tensor an `operation` and bytes of its gradient, 0 where it takes none. A whole number is its own `size`. In a loop
    of unknown rounds a binding stands for `times` of them.
    """

    function: str
    name: str
    nth: int
    line: int
    label: str = ""
    kind: str = "scalar"
    operation: str = ""
    shape: Shape = ()
    dtype: str = ""
    value_bytes: Any = 0
    gradient_bytes: Any = 0
    size: Any = None
    times: Any = 1


class Place(NamedTuple):
    """A line of the listing, and the function that it stands in; line 0 is the function as a whole."""

    function: str
    line: int


@dataclass(frozen=True)
class Computation:
    """One operation on arrays, done `times` times; `places` are the lines that were being run, innermost first.

    `value_bytes` is what its result takes in the graph: 0 for what a listing computes on plain arrays.
    """

    operation: TensorOperation
    result: Shape
    operands: tuple[Shape, ...]
    itemsize: int
    options: Mapping[str, Any]
    places: tuple[Place, ...]
    times: Any
    value_bytes: Any
    multiplications: int | None = None  # as counted, in a run on counting numbers

    @property
    def cost(self) -> Cost:
        """The cost of doing it once, by the table's rule."""
        return self.operation.cost(self.result, *self.operands, itemsize=self.itemsize, **self.options)


@dataclass(frozen=True)
class Totals:
    """What a line or a function did in all, with all that it called: operations, their cost, bytes of their values."""

    operations: Any = 0
    multiply_adds: Any = 0
    elementwise: Any = 0
    bytes_moved: Any = 0
    value_bytes: Any = 0
    counted_multiplications: int = 0

    @classmethod
    def of(cls, amounts: Sequence[Any]) -> Totals:
        """From figures in the order of `amounts`."""
        return cls(*amounts)

    @property
    def amounts(self) -> tuple[Any, ...]:
        """The figures in the order of the fields."""
        return (
            self.operations,
            self.multiply_adds,
            self.elementwise,
            self.bytes_moved,
            self.value_bytes,
            self.counted_multiplications,
        )


def totals_of(computations: Iterable[Computation]) -> dict[Place, Totals]:
    """The totals of every line and function; what a line calls counts for it too, once however deep."""
    amounts: dict[Place, list[tuple[Any, ...]]] = {}
    for done in computations:
        cost, times = done.cost, done.times
        counted = 0 if done.multiplications is None or not cost.multiply_adds else done.multiplications
        figures = (1, cost.multiply_adds, cost.elementwise, cost.bytes_moved, done.value_bytes)
        these = figures if isinstance(times, int) and times == 1 else tuple(times * figure for figure in figures)
        for place in places_of(done):
            amounts.setdefault(place, []).append((*these, counted))
    return {place: _summed(rows) for place, rows in amounts.items()}


def _summed(rows: Sequence[tuple[Any, ...]]) -> Totals:
    return Totals.of([total(column) for column in zip(*rows, strict=True)])


def places_of(done: Computation) -> Iterable[Place]:
    """The lines that a computation counts for, and their functions; each once, however deep the calls."""
    return dict.fromkeys([*done.places, *(Place(place.function, 0) for place in done.places)])


@dataclass(frozen=True)
class Trace:
    """What a run of a listing showed.

    Without a `backward()` the graph is that of the last Scalar assigned; it is empty where there is none. `names` maps
    every name of a Scalar, aliases and labels included, to its label; `printed` holds the arguments of every `print`.
    `facts` are the declared and the recorded assumptions about sizes; `fitted` are the sizes whose formulas were fitted
    to runs at plain numbers instead of derived. What the call gave is there as a binding (`result`) and as it is
    (`returned`). A `ledger` is kept if asked for; where formulas were fitted it has its figures and no events.
    """

    source: str
    graph: Graph
    names: Mapping[str, str]
    values: Mapping[str, Value]
    gradients: Mapping[str, Value]
    bindings: tuple[Binding, ...]
    printed: tuple[tuple[object, ...], ...]
    output: Scalar | None = field(repr=False, compare=False)
    call: str = ""
    given: Binding | None = None
    returned: Any = field(default=None, repr=False, compare=False)
    facts: Facts = NO_FACTS
    fitted: tuple[str, ...] = ()
    recorded: Ledger | None = None
    computations: tuple[Computation, ...] = field(default=(), repr=False, compare=False)
    fitted_totals: Mapping[Place, Totals] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def forward(self) -> tuple[ForwardLine, ...]:
        """How every Scalar's value came about, inputs before their users."""
        return () if self.output is None else forward_lines(self.output)

    @cached_property
    def walk(self) -> tuple[Step, ...]:
        """The steps of the listing's `backward()` on Scalars; empty when it calls none."""
        return () if self.output is None or backward_output(self.output) is None else backward_walk(self.output)

    def look_up(self, quantity: str) -> Value:
        """The value of `x.grad` or `z5.value`, by any name of the node; raises EngineError for other text."""
        name, _, part = quantity.rpartition(".")
        kept = {"grad": self.gradients, "value": self.values}.get(part)
        if kept is None or name not in self.names:
            known = ", ".join(self.names)
            raise EngineError(f"{quantity!r} is not a quantity of this listing; its nodes are {known}.")
        return kept[self.names[name]]

    @property
    def result(self) -> Binding:
        """What the call gave, as a binding. Raises: EngineError for what has neither a shape nor a number."""
        if self.given is None:
            raise EngineError(f"the call {self.call!r} gives nothing that has a shape or is a number.")
        return self.given

    @property
    def ledger(self) -> Ledger:
        """The allocation ledger. Raises: EngineError if none was asked for."""
        if self.recorded is None:
            raise EngineError("no ledger was kept; run the listing with ledger=LedgerOptions().")
        return self.recorded

    def binding(self, name: str, *, function: str | None = None, nth: int | None = None) -> Binding:
        """The last binding of a name, or the nth; `function` where several functions assign to that name.

        Raises: EngineError where there is none, or where several functions have one and none is named.
        """
        found = [
            binding
            for binding in self.bindings
            if binding.name == name and function in (None, binding.function) and nth in (None, binding.nth)
        ]
        if len({binding.function for binding in found}) > 1:
            raise EngineError(f"{name!r} is assigned to in {_listed(found)}; say in which function.")
        if not found:
            raise EngineError(f"nothing is called {name!r} here; there are {_listed(self.bindings)}.")
        return found[-1]

    @cached_property
    def totals(self) -> Mapping[Place, Totals]:
        """What each line and each function (line 0) did and cost, in the order in which they were run."""
        return totals_of(self.computations) if self.fitted_totals is None else self.fitted_totals

    def of_line(self, line: int) -> Totals:
        """What a line of the listing did, with all that it called; nothing where it touched no array."""
        if line not in self._sums:
            self._sums[line] = self._sum(lambda place: place.line == line and place.function != CALL)
        return self._sums[line]

    def of_function(self, name: str) -> Totals:
        """What a function did, with all that it called: `forward`, `Conv2d.forward`."""
        if name not in self._sums:
            self._sums[name] = self._sum(lambda place: place == Place(name, 0))
        return self._sums[name]

    @cached_property
    def _sums(self) -> dict[int | str, Totals]:
        """What was asked of lines and functions before."""
        return {}

    def _sum(self, is_asked: Callable[[Place], bool]) -> Totals:
        """The totals of some places, without those of the others: sums of sizes take a while."""
        chosen = self.fitted_totals
        if chosen is None:
            chosen = totals_of(done for done in self.computations if any(map(is_asked, places_of(done))))
        rows = [totals.amounts for place, totals in chosen.items() if is_asked(place)]
        return _summed(rows) if rows else Totals()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was declared and what the run relied on, as it may be printed."""
        return stated(self.facts)


def _listed(bindings: Sequence[Binding]) -> str:
    return ", ".join(dict.fromkeys(f"{found.name} in {found.function or 'the listing'}" for found in bindings))


@dataclass(frozen=True)
class Structure:
    """A listing's graph without any value; `names` maps the names of its assigned nodes to their labels."""

    graph: Graph
    names: Mapping[str, str]
