"""A symbolic trace held against runs on real arrays and on counting numbers: the second derivation of every formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.checkpointing.ledger import Ledger
from engine.checkpointing.recording import LedgerOptions
from engine.face import STANDARD_FACE, Face
from engine.listing import run_listing
from engine.running.trace import Binding, Place, Totals, Trace
from engine.sizes import Size, evaluate, facts_hold, free_symbols
from engine.tensors.counting import Counter

__all__ = ["disagreements", "is_admissible"]


def is_admissible(trace: Trace, values: Mapping[str, int]) -> bool:
    """Whether numbers keep everything that a symbolic run assumes."""
    return facts_hold(trace.facts, values)


def disagreements(
    trace: Trace,
    sizes: Mapping[str, Any],
    values: Mapping[str, int],
    *,
    face: Face = STANDARD_FACE,
    count: bool = False,
    ledger: LedgerOptions | None = None,
) -> list[str]:
    """Where a symbolic trace and a run at plain numbers say different things; empty where they agree.

    `sizes` are those that the trace was run with, `values` the numbers of their symbols. Compared are the shape, dtype,
    bytes and number of every binding, and the totals of every line and function. With `count` the run is on counting
    numbers, and each line's multiply-adds must be the multiplications that were done; keep the numbers small then.
    With the options of the trace's `ledger` its figures are compared too.
    """
    plain = {name: at(size, values) for name, size in sizes.items()}
    counter = Counter() if count else None
    real = run_listing(trace.source, trace.call, plain, face=face, counter=counter, ledger=None if count else ledger)
    where = ", ".join(f"{name} = {number}" for name, number in values.items())
    told = [*_bindings(trace, real, values, is_counted=count), *_totals(trace, real, values, is_counted=count)]
    if real.recorded is not None and trace.recorded is not None:
        told += _ledgers(trace.recorded, real.recorded, values)
    return [f"{message} (at {where})" for message in told]


def at(size: Any, values: Mapping[str, int]) -> Any:
    """A size as a number."""
    return evaluate(size, values) if isinstance(size, Size) else size


def _bindings(trace: Trace, real: Trace, values: Mapping[str, int], *, is_counted: bool) -> Iterator[str]:
    formulas, measured = _by_line(trace), _by_line(real)
    for (function, name, line), found in formulas.items():
        theirs = measured.get((function, name, line), [])
        count = sum(at(binding.times, values) for binding in found)
        if not trace.fitted and count != len(theirs):
            where = function or "the listing"
            yield f"{name} in {where}, line {line}: bound {count} times, measured {len(theirs)}"
        elif trace.fitted:
            yield from _rounds(found, theirs, values, is_counted=is_counted)
        elif theirs:
            yield from _line(found, theirs, values, is_counted=is_counted)


def _by_line(trace: Trace) -> dict[tuple[str, str, int], list[Binding]]:
    """Bindings by function, name and line: the order in which a line binds is the same in every run."""
    table: dict[tuple[str, str, int], list[Binding]] = {}
    for found in (*trace.bindings, *([trace.given] if trace.given else [])):
        table.setdefault((found.function, found.name, found.line), []).append(found)
    return table


def _line(
    found: list[Binding], measured: list[Binding], values: Mapping[str, int], *, is_counted: bool
) -> Iterator[str]:
    """What one line bound one name to: one after the other; for all rounds of a loop, in the last of them."""
    if not any(isinstance(binding.times, Size) for binding in found):
        for binding, other in zip(found, measured, strict=False):
            yield from _told(binding, other, values, is_counted=is_counted)
    elif len(found) == 1:
        yield from _told(found[0], measured[-1], values, is_counted=is_counted)
    else:  # a function called twice a round, or a loop of plain rounds inside: the bindings take turns
        for binding in filter(_is_of_no_sum, found):
            told = [list(_told(binding, other, values, is_counted=is_counted)) for other in measured]
            if all(told):
                yield told[-1][0]


def _rounds(
    found: list[Binding], measured: list[Binding], values: Mapping[str, int], *, is_counted: bool
) -> Iterator[str]:
    """The same where a loop was run round by round: each binding stands for the next so many, the last of them here."""
    place = -1
    for binding in found:
        place += at(binding.times, values)
        if place < len(measured) and _is_of_no_sum(binding):
            yield from _told(binding, measured[place], values, is_counted=is_counted)


def _is_of_no_sum(found: Binding) -> bool:
    """Whether it is no size that several lines or rounds may add to, which in between is none of their sums."""
    return not (isinstance(found.times, Size) and found.kind == "size")


def _told(found: Binding, measured: Binding, values: Mapping[str, int], *, is_counted: bool) -> Iterator[str]:
    """Nothing where the formula speaks of a round's index, which has no one number."""
    figures = (found.size, found.value_bytes, *found.shape)
    if not any(isinstance(figure, Size) and free_symbols(figure) - set(values) for figure in figures):
        yield from _binding(found, measured, values, is_counted=is_counted)


def _binding(found: Binding, measured: Binding, values: Mapping[str, int], *, is_counted: bool) -> Iterator[str]:
    pairs = [
        ("kind", found.kind, measured.kind),
        ("shape", tuple(at(size, values) for size in found.shape), measured.shape),
        ("size", at(found.size, values), measured.size),
    ]
    if not is_counted:  # counting numbers are objects, whose bytes say nothing
        pairs += [
            ("dtype", found.dtype, measured.dtype),
            ("bytes", at(found.value_bytes, values), measured.value_bytes),
            ("gradient bytes", at(found.gradient_bytes, values), measured.gradient_bytes),
        ]
    for what, formula, number in pairs:
        if formula != number:
            yield f"{found.name} in {found.function or 'the listing'}: {what} is {formula}, measured {number}"


def _totals(trace: Trace, real: Trace, values: Mapping[str, int], *, is_counted: bool) -> Iterator[str]:
    for place in dict.fromkeys([*trace.totals, *real.totals]):
        ours, theirs = trace.totals.get(place, Totals()), real.totals.get(place, Totals())
        if is_counted:
            formula, number = at(ours.multiply_adds, values), theirs.counted_multiplications
            if formula != number:
                yield f"{_named(place)}: {formula} multiply-adds, counted {number} multiplications"
            continue
        amounts = tuple(at(amount, values) for amount in ours.amounts[:-1])
        if amounts != theirs.amounts[:-1]:
            yield f"{_named(place)}: totals are {amounts}, measured {theirs.amounts[:-1]}"


def _ledgers(formulas: Ledger, measured: Ledger, values: Mapping[str, int]) -> Iterator[str]:
    for what in ("held_after_forward", "peak_forward", "peak_backward", "recomputed_operations"):
        formula, number = at(getattr(formulas, what), values), getattr(measured, what)
        if formula != number:
            yield f"ledger: {what} is {formula}, measured {number}"


def _named(place: Place) -> str:
    return f"line {place.line}" if place.line else f"function {place.function}"
