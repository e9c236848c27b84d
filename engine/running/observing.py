"""The watcher of a listing's run: every operation on arrays, with the lines that were being run and how often."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import FrameType
from typing import Any

from engine.checkpointing.recording import LedgerWatcher
from engine.running.trace import Computation, Place
from engine.sizes import Comparison, Facts, Size
from engine.tensors.counting import Counter
from engine.tensors.node import Node
from engine.tensors.table import TensorOperation

__all__ = ["Observer"]


class Observer:
    """Keeps what is computed; `where` gives the place of a file's line, `times` how often what happens now happens.

    `check` is told every size of a result, `assume` every inequality that a shape rule relies on. A `ledger` is told
    all that it needs; `state` refuses a tensor made in a loop of unknown rounds then, since how many of them live at a
    time is not known.
    """

    def __init__(
        self,
        where: Mapping[tuple[str, int], Place],
        *,
        times: Callable[[], Any],
        check: Callable[[Any], None],
        assume: Callable[[Comparison], Facts],
        state: Callable[[str], None],
        counter: Counter | None = None,
        ledger: LedgerWatcher | None = None,
    ) -> None:
        self._where, self._times, self._check = where, times, check
        self.assume, self._state, self._counter, self.ledger = assume, state, counter, ledger
        self._tally = 0
        self.computations: list[Computation] = []

    def made(self, node: Node) -> None:
        """A tensor has its value."""
        counted = self._counted()
        if node.operation is not None:
            shapes = tuple(source.shape for source in node.inputs)
            self._done(node.operation, node.value, shapes, node.options, node.nbytes, counted)
        if self.ledger is not None:
            self._state("a tensor made")
            self.ledger.made(node)

    def note(
        self, operation: TensorOperation, result: Any, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> None:
        """An operation on plain arrays."""
        shapes = tuple(getattr(operand, "shape", ()) for operand in operands)
        self._done(operation, result, shapes, options, 0, self._counted())
        self.recomputed(operation.name, getattr(result, "nbytes", 8), array=result)

    def _done(
        self,
        operation: TensorOperation,
        result: Any,
        shapes: tuple[tuple[Any, ...], ...],
        options: Mapping[str, Any],
        value_bytes: Any,
        counted: int | None,
    ) -> None:
        shape = getattr(result, "shape", ())
        for sizes in (shape, *shapes):
            for size in sizes:
                if isinstance(size, Size):
                    self._check(size)
        itemsize, places, times = getattr(result, "itemsize", 8), self._places(), self._times()
        self.computations.append(
            Computation(operation, shape, shapes, itemsize, options, places, times, value_bytes, counted)
        )

    def _counted(self) -> int | None:
        """The multiplications since this was last asked, in a run on counting numbers."""
        if self._counter is None:
            return None
        before, self._tally = self._tally, self._counter.multiplications
        return self._tally - before

    def _places(self) -> tuple[Place, ...]:
        """The lines of the listing that are being run, innermost first."""
        places = []
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            place = self._where.get((frame.f_code.co_filename, frame.f_lineno))
            if place is not None:
                places.append(place)
            frame = frame.f_back
        return tuple(places)

    def received(self, node: Node, gradient: Any) -> None:
        """A gradient needs no line in the trace: its bytes are those of its node."""
        self._counted()  # what the walk back multiplied is no later operation's
        if self.ledger is not None:
            self.ledger.received(node, gradient)

    def recomputed(self, name: str, nbytes: Any, *, array: Any = None) -> None:
        """An operation on plain arrays made a result."""
        if self.ledger is not None:
            self.ledger.recomputed(name, nbytes, array=array)

    def rebuilt(self, node: Node, value: Any) -> None:
        """A discarded value is there again."""
        if self.ledger is not None:
            self.ledger.rebuilt(node, value)

    def rebuilding(self, node: Node) -> AbstractContextManager[None]:
        """A rematerialization reports its operations as any other code does."""
        return nullcontext() if self.ledger is None else self.ledger.rebuilding(node)
