"""The figures of several traces of one listing, side by side: each a sequence of numbers or sizes, by what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from engine.checkpointing.ledger import Ledger
from engine.running.trace import Binding, Totals, Trace
from engine.sizes import SizeError

__all__ = ["N_LEDGER_FIGURES", "N_OWN_FIGURES", "bindings_of", "by_place", "totals_of"]

N_LEDGER_FIGURES = 4
N_OWN_FIGURES = 4  # a binding's, before its shape


def bindings_of(traces: Sequence[Trace]) -> dict[Any, list[Any]]:
    """Every number or size of the bindings that are in all traces, by what it is, in the order of the traces."""
    figures: dict[Any, list[Any]] = {}
    tables = [by_place(trace) for trace in traces]
    for key in tables[0]:
        found = [table[key] for table in tables if key in table]
        if len(found) == len(tables) and _are_of_one_kind(found):
            figures.update(_columns(key, map(_sizes_of, found)))
    return figures


def totals_of(traces: Sequence[Trace]) -> dict[Any, list[Any]]:
    """The same of what the call gave, of the ledgers, and of every line and function."""
    figures: dict[Any, list[Any]] = {}
    results = [trace.given for trace in traces if trace.given is not None]
    if results and not _are_of_one_kind(results):
        raise SizeError("what the call gives is of another kind, type or rank at other numbers")
    if results:
        figures.update(_columns("result", map(_sizes_of, results)))
    figures.update(_columns("ledger", [_ledger_figures(trace.recorded) for trace in traces if trace.recorded]))
    for place in {place: None for trace in traces for place in trace.totals}:
        figures.update(_columns(place, [trace.totals.get(place, Totals()).amounts for trace in traces]))
    return figures


def _are_of_one_kind(found: Sequence[Binding]) -> bool:
    """Whether only numbers differ."""
    return len({(binding.kind, binding.dtype, len(binding.shape)) for binding in found}) == 1


def _columns(key: Any, rows: Iterable[Sequence[Any]]) -> dict[Any, list[Any]]:
    """Rows of one figure after the other, one row a trace, as a sequence for each figure."""
    return {(key, field): list(column) for field, column in enumerate(zip(*rows, strict=True))}


def _sizes_of(binding: Binding) -> tuple[Any, ...]:
    """A binding's figures: bytes of value and gradient, how often, its size if it has one, its shape."""
    size = 0 if binding.size is None else binding.size
    return (binding.value_bytes, binding.gradient_bytes, binding.times, size, *binding.shape)


def _ledger_figures(ledger: Ledger) -> tuple[Any, ...]:
    return ledger.held_after_forward, ledger.peak_forward, ledger.peak_backward, ledger.recomputed_operations


def by_place(trace: Trace) -> dict[Any, Binding]:
    """Bindings by function, name and line, numbered where a line binds a name more than once."""
    seen: Counter[tuple[str, str, int]] = Counter()
    table: dict[Any, Binding] = {}
    for found in trace.bindings:
        place = found.function, found.name, found.line
        key = (*place, seen[place])
        table[key] = found
        seen[place] += 1
    return table
