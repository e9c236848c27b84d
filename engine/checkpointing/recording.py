"""The allocation ledger of a real run: what its tensors hold, followed by weak references until it is gone.

Counted are the value of every tensor, every gradient, and what a rematerializer's operations report, each array once
however many hold it. A view is counted as the buffer that it looks into; only a gradient that was spread (stride 0)
counts at its full size: NumPy spares that memory, an exam does not, and a matmul's derivative fills it. What lives
and dies inside one operation or derivative is not seen. An array dies when Python lets go of it: at once, as a rule,
and when the garbage is collected where tensors and rematerializers hold each other.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.checkpointing.errors import ScheduleError
from engine.checkpointing.ledger import EventKind, Ledger, Phase, Recorder
from engine.sizes import NO_FACTS, Comparison, Facts, record
from engine.tensors.abstract import AbstractArray
from engine.tensors.node import Node

__all__ = ["LedgerOptions", "LedgerWatcher"]


@dataclass(frozen=True)
class LedgerOptions:
    """What a ledger watches and counts; see `LedgerWatcher` and its `ledger`."""

    discard_after_use: bool = False
    frees_as_it_goes: bool = False  # the walk back drops what it has used, as `simulate` and PyTorch do
    count_leaves: bool = True
    leave_out: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class _Owner:
    """Whom a ledger names: a tensor, by its label as soon as that is known, or an operation outside the graph."""

    title: str
    is_leaf: bool = False
    is_tensor: bool = True


@dataclass(eq=False, slots=True)
class _Array:
    """One buffer, from its allocation to its end."""

    owner: _Owner
    nbytes: Any
    is_gradient: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    kind: EventKind
    array: _Array
    phase: Phase


class LedgerWatcher:
    """Watches one forward pass and, from the first gradient on, one backward pass: `rules.watched_by(watcher)`.

    With `discard_after_use` every operand that has a rematerializer loses its value once an operation has used it: the
    practice exam's "once no longer needed, it is discarded". A value that is used twice is then rebuilt in between.
    """

    def __init__(self, *, discard_after_use: bool = False) -> None:
        self.discard_after_use = discard_after_use
        self.facts: Facts = NO_FACTS
        self._owners: weakref.WeakKeyDictionary[Node, _Owner] = weakref.WeakKeyDictionary()
        # By id, which is an array's own for as long as it lives: it leaves the table before its memory is free. Plain
        # references die with the watcher; those of weakref.finalize would keep it, and call it as Python exits.
        self._alive: dict[int, tuple[weakref.ref[Any], _Array]] = {}
        self._lines: list[_Line] = []
        self._phase: Phase = "forward"
        self._n_rebuilding = 0

    # What a watcher is told.

    def made(self, node: Node) -> None:
        """A tensor has its value; its operands, which were named by now, may lose theirs."""
        owner = self._owner(node)
        value = _Array(owner, node.value.nbytes)
        if node.inputs and self._n_rebuilding:
            self._write("recompute", value)
        self._hold(node.value, value)
        if node.grad is not None:
            self._hold(node.grad, _Array(owner, node.grad.nbytes, is_gradient=True))
        for source in node.inputs:
            self._owner(source)
            if self.discard_after_use:
                source.discard_value_if_has_rematerializer()

    def received(self, node: Node, gradient: Any) -> None:
        """A tensor was handed a gradient; the first one begins the backward pass."""
        self._phase = "backward"
        self._hold(gradient, _Array(self._owner(node), gradient.nbytes, is_gradient=True))

    @contextmanager
    def rebuilding(self, node: Node) -> Iterator[None]:
        """Each operation reported while this is open is computed again."""
        self._owner(node)
        self._n_rebuilding += 1
        try:
            yield
        finally:
            self._n_rebuilding -= 1

    def recomputed(self, name: str, nbytes: Any, *, array: Any = None) -> None:
        """An operation outside the graph made a result; nothing is written unless a value is being rebuilt.

        `array`, the result itself, is held in the ledger for as long as it lives.
        """
        if self._n_rebuilding:
            result = _Array(_Owner(name, is_tensor=False), nbytes)
            self._write("recompute", result)
            self._hold(array, result)

    def rebuilt(self, node: Node, value: Any) -> None:
        """A discarded value is there again; the last operation that made it is called by the tensor's name."""
        owner = self._owner(node)
        known = self._alive.get(id(_buffer(value)))
        if known is None:
            self._hold(value, _Array(owner, value.nbytes))
        elif not known[1].owner.is_tensor:
            known[1].owner = owner

    def assume(self, comparison: Comparison) -> Facts:
        """The facts with one more inequality."""
        self.facts = record(comparison, facts=self.facts)
        return self.facts

    # What was seen.

    def ledger(self, *, count_leaves: bool = True, leave_out: Collection[str] = ()) -> Ledger:
        """The ledger up to now; what dies later does not change it.

        A tensor is called by its label, or by its operation, numbered from the second of a name on; its gradient is
        the `gradient of` it. Without `count_leaves` parameters and inputs are left out, with their gradients; so are
        the tensors named in `leave_out`, such as "sum" for the loss.
        Raises: ScheduleError for a name to be left out that no tensor has.
        """
        lines = tuple(self._lines)
        for node, owner in list(self._owners.items()):
            owner.title = _title(node)
        names = _names(lines)
        unknown = sorted(set(leave_out) - set(names.values()))
        if unknown:
            raise ScheduleError(f"leave_out: nothing is called {unknown[0]!r}; there are {', '.join(names.values())}.")
        counted = [
            line
            for line in lines
            if (count_leaves or not line.array.owner.is_leaf) and names[line.array.owner] not in leave_out
        ]
        return _written(counted, names, has_backward=self._phase == "backward")

    def _owner(self, node: Node) -> _Owner:
        """Whom a tensor's arrays belong to, under the label that it has by now."""
        owner = self._owners.setdefault(node, _Owner("", is_leaf=not node.inputs))
        owner.title = _title(node)
        return owner

    def _hold(self, held: Any, array: _Array) -> None:
        buffer = _buffer(held)
        key = id(buffer)
        if buffer is None or key in self._alive:
            return
        array.nbytes = buffer.nbytes
        self._alive[key] = weakref.ref(buffer, lambda _: self._end(key)), array
        self._write("allocate", array)

    def _end(self, key: int) -> None:
        self._write("free", self._alive.pop(key)[1])

    def _write(self, kind: EventKind, array: _Array) -> None:
        self._lines.append(_Line(kind, array, self._phase))


def _title(node: Node) -> str:
    return node.label or (node.operation.name if node.operation else "leaf")


def _buffer(array: Any) -> Any:
    """The array that owns the memory; None for what is no array, such as the number that a product of vectors is."""
    if isinstance(array, AbstractArray):
        return array
    if not isinstance(array, np.ndarray):
        return None
    is_spread = any(stride == 0 and length > 1 for stride, length in zip(array.strides, array.shape, strict=True))
    while not is_spread and isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _names(lines: Sequence[_Line]) -> dict[_Owner, str]:
    """A name of its own for everybody who owns an array, in the order of appearance."""
    names: dict[_Owner, str] = {}
    taken: set[str] = set()
    seen: Counter[str] = Counter()
    for line in lines:
        owner = line.array.owner
        if owner not in names:
            seen[owner.title] += 1
            names[owner] = _free(owner.title, taken, first=seen[owner.title])
            taken.add(names[owner])
    return names


def _free(name: str, taken: Collection[str], *, first: int = 1) -> str:
    """The name, numbered if need be: `matmul`, `matmul 2`, `matmul 3`."""
    number, numbered = first, name if first == 1 else f"{name} {first}"
    while numbered in taken:
        number += 1
        numbered = f"{name} {number}"
    return numbered


def _written(lines: Sequence[_Line], names: dict[_Owner, str], *, has_backward: bool) -> Ledger:
    """The lines as a Recorder takes them; two arrays that one tensor holds at the same time get two names."""
    recorder = Recorder()
    forward = [line for line in lines if line.phase == "forward"]
    held: dict[_Array, str] = {}
    for line in forward:
        _enter(line, names, held, recorder)
    if has_backward:
        recorder.begin_backward()
    for line in lines[len(forward) :]:
        _enter(line, names, held, recorder)
    return recorder.ledger()


def _enter(line: _Line, names: dict[_Owner, str], held: dict[_Array, str], recorder: Recorder) -> None:
    array = line.array
    name = f"gradient of {names[array.owner]}" if array.is_gradient else names[array.owner]
    if line.kind == "recompute":
        recorder.recompute(name, array.nbytes)
    elif line.kind == "allocate":
        held[array] = _free(name, held.values())
        recorder.allocate(held[array], array.nbytes)
    else:
        recorder.free(held.pop(array))
