"""Formulas for a loop that cannot be followed as a whole: it is run at plain numbers of rounds, and they are fitted.

One size becomes a number, the others stay symbols, so that every figure of the trace is a sequence of sizes. It is a
polynomial in that one size if its differences of some order vanish: degree + 1 runs give it, three more confirm it, and
one far away shows that nothing else happens only later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import comb, factorial, gcd
from typing import Any, Final, TypeAlias

from engine.checkpointing.ledger import Ledger
from engine.errors import CarriesState, EngineError, ListingError
from engine.running.trace import Binding, Place, Totals, Trace
from engine.sizes import (
    Facts,
    Size,
    as_size,
    at_number,
    facts_of,
    free_symbols,
    names_of,
    record,
    rewritten,
    same,
    substitute,
    symbol,
    symbol_in,
)

__all__ = ["fitted"]

MAX_DEGREE: Final = 6
CONFIRMED_BY: Final = 3
# The far run: beyond what exam listings single out by number.
FAR: Final = 16
# Where the first rounds to be tried lie: a limit on the others (checkpoints <= layers) may rule out small ones.
MAX_FIRST: Final = 24

Names: TypeAlias = dict[Any, Any]
Again: TypeAlias = Callable[[Names, Names], Trace]


def fitted(state: CarriesState, again: Again, sizes: Names, pins: Names) -> Trace:
    """The trace of a listing whose loop raised `state`; `again` runs it with other sizes and pins.

    Raises: ListingError where no size can be fitted.
    """
    reasons = []
    for name, is_pinned in _candidates(state.rounds, sizes):
        try:
            unknown, least = (symbol(name), 1) if is_pinned else symbol_in(state.rounds, name)
            runs = _runs(name, is_pinned, again, sizes, pins, least=least)
            meaning = state.rounds if is_pinned else None
            return _Fit(runs, unknown, meaning, least, [*map(str, sizes)]).trace(name)
        except _NoPolynomial as reason:
            reasons.append(str(reason))
    why = "; ".join(reasons) or "its rounds depend on nothing that could be a plain number"
    raise ListingError(f"{state}. Nor can its formulas be fitted: {why}.") from state


class _NoPolynomial(EngineError):
    """A size was tried, and its figures are no polynomial."""


def _candidates(rounds: Size, sizes: Names) -> Iterator[tuple[str, bool]]:
    """The names whose number may be made plain, and whether that is done by pinning what the listing assigns to it."""
    free = free_symbols(rounds)
    yield from ((name, True) for name in names_of(rounds) if name not in free)
    order = list(sizes)
    yield from ((name, False) for name in sorted(free, key=lambda name: (name not in order, name)))


def _runs(
    name: str, is_pinned: bool, again: Again, sizes: Names, pins: Names, *, least: int
) -> dict[int, Trace]:
    """Traces at consecutive numbers, as many as it takes to fit every figure, or all but those of some bindings."""
    runs: dict[int, Trace] = {}
    number = least
    while True:
        trace = _run_at(number, name, is_pinned, again, sizes, pins, is_first=not runs)
        if trace is None and (runs or number >= MAX_FIRST):
            raise _NoPolynomial(f"{name} has too few numbers that the assumptions allow")
        number += 1
        if trace is None:
            continue
        runs[number - 1] = trace
        traces = list(runs.values())
        is_last = len(runs) > MAX_DEGREE + CONFIRMED_BY
        if _are_fitted(_totals_of(traces)) and (is_last or _are_fitted(_bindings_of(traces))):
            far = min(runs) + FAR
            _confirm(runs, far, _run_at(far, name, is_pinned, again, sizes, pins, is_first=False), name)
            return runs
        if is_last:
            raise _NoPolynomial(f"what is computed is no polynomial in {name} of degree {MAX_DEGREE} or less")


def _run_at(
    number: int, name: str, is_pinned: bool, again: Again, sizes: Names, pins: Names, *, is_first: bool
) -> Trace | None:
    """The trace at one number; None where an assumption rules it out, or leaves another size too few numbers.

    Small numbers that the listing itself cannot run at (an entry that is not there) are no first ones either.
    """
    there = [sizes, {**pins, name: number}]
    if not is_pinned:
        there = [{key: at_number(value, name, number) for key, value in table.items()} for table in (sizes, pins)]
    if any(value is None for table in there for value in table.values()):
        return None
    try:
        return again(*there)
    except ListingError as error:
        if isinstance(error.__cause__, CarriesState) or (is_first and number < MAX_FIRST):
            return None
        raise


def _are_fitted(figures: Mapping[Any, Sequence[Any]]) -> bool:
    """Whether every figure is a polynomial that the last runs confirm."""
    return all(_is_fitted(sequence) for sequence in figures.values())


def _is_fitted(sequence: Sequence[Any]) -> bool:
    """Whether differences of one order vanish, so many of them as confirm it."""
    while len(sequence) > CONFIRMED_BY:
        sequence = _differences(sequence)
        if all(same(entry, 0) for entry in sequence):
            return True
    return False


def _confirm(runs: Mapping[int, Trace], far: int, trace: Trace | None, name: str) -> None:
    """Raises _NoPolynomial where a run at a far number differs from what the runs so far foretell."""
    if trace is None:  # an assumption rules that number out
        return
    steps = far - min(runs)
    for *sequence, last in _totals_of([*runs.values(), trace]).values():
        foretold: Any = 0
        order = 0
        while sequence:
            foretold = foretold + sequence[0] * comb(steps, order)
            sequence, order = _differences(sequence), order + 1
        if not same(foretold, last):
            raise _NoPolynomial(f"what is computed follows one formula for small {name} and another at {far}")


def _differences(sequence: Sequence[Any]) -> list[Any]:
    return [after - before for before, after in pairwise(sequence)]


def _bindings_of(traces: Sequence[Trace]) -> dict[Any, list[Any]]:
    """Every number or size of the bindings that are in all traces, by what it is, in the order of the traces."""
    figures: dict[Any, list[Any]] = {}
    tables = [_by_place(trace) for trace in traces]
    for key in tables[0]:
        found = [table[key] for table in tables if key in table]
        if len(found) == len(tables) and len({len(binding.shape) for binding in found}) == 1:
            figures.update(_columns(key, map(_sizes_of, found)))
    return figures


def _totals_of(traces: Sequence[Trace]) -> dict[Any, list[Any]]:
    """The same of what the call gave, of the ledgers, and of every line and function."""
    figures: dict[Any, list[Any]] = {}
    results = [trace.result for trace in traces if trace.result is not None]
    if len({len(result.shape) for result in results}) == 1:
        figures.update(_columns("result", map(_sizes_of, results)))
    figures.update(_columns("ledger", [_ledger_figures(trace.ledger) for trace in traces if trace.ledger is not None]))
    for place in {place: None for trace in traces for place in trace.totals}:
        figures.update(_columns(place, [trace.totals.get(place, Totals()).amounts for trace in traces]))
    return figures


def _columns(key: Any, rows: Iterable[Sequence[Any]]) -> dict[Any, list[Any]]:
    """Rows of one figure after the other, one row a trace, as a sequence for each figure."""
    return {(key, field): list(column) for field, column in enumerate(zip(*rows, strict=True))}


def _sizes_of(binding: Binding) -> tuple[Any, ...]:
    """A binding's figures: bytes of value and gradient, how often, its size if it has one, its shape."""
    size = 0 if binding.size is None else binding.size
    return (binding.value_bytes, binding.gradient_bytes, binding.times, size, *binding.shape)


def _ledger_figures(ledger: Ledger) -> tuple[Any, ...]:
    return ledger.held_after_forward, ledger.peak_forward, ledger.peak_backward, ledger.recomputed_operations


def _by_place(trace: Trace) -> dict[Any, Binding]:
    """Bindings by function, name and line, numbered where a line binds a name more than once."""
    seen: Counter[tuple[str, str, int]] = Counter()
    table: dict[Any, Binding] = {}
    for found in trace.bindings:
        place = found.function, found.name, found.line
        key = (*place, seen[place])
        table[key] = found
        seen[place] += 1
    return table


class _Fit:
    """Polynomials through the figures of several runs."""

    def __init__(
        self, runs: Mapping[int, Trace], unknown: Size, meaning: Size | None, least: int, order: list[str]
    ) -> None:
        self.traces = list(runs.values())
        self.first, self.least = min(runs), least
        self.unknown, self.meaning, self.order = unknown, meaning, order
        fitted_bindings = {key: row for key, row in _bindings_of(self.traces).items() if _is_fitted(row)}
        self.figures = {**fitted_bindings, **_totals_of(self.traces)}

    def trace(self, name: str) -> Trace:
        """The trace with the fitted formulas."""
        start = self.traces[0]
        bindings = [self._binding(found, key) for key, found in _by_place(start).items() if self._has(key, found)]
        places = {place: None for trace in self.traces for place in trace.totals}
        return Trace(
            source=start.source,
            graph=start.graph,
            names={},
            values={},
            gradients={},
            bindings=tuple(bindings),
            printed=(),
            output=None,
            call=start.call,
            result=self._binding(start.result, "result") if start.result and ("result", 0) in self.figures else None,
            facts=self._facts(),
            fitted=(name, *start.fitted),
            ledger=None if start.ledger is None else self._ledger(),
            fitted_totals={place: self._totals(place) for place in places},
        )

    def _has(self, key: Any, found: Binding) -> bool:
        return all((key, field) in self.figures for field in range(4 + len(found.shape)))

    def _binding(self, found: Binding, key: Any) -> Binding:
        values = [self._polynomial(self.figures[key, field]) for field in range(4 + len(found.shape))]
        value_bytes, gradient_bytes, times, size, *shape = values
        return found._replace(
            value_bytes=value_bytes,
            gradient_bytes=gradient_bytes,
            times=times,
            size=None if found.size is None else size,
            shape=tuple(shape),
        )

    def _totals(self, place: Place) -> Totals:
        return Totals.of([self._polynomial(self.figures[place, field]) for field in range(len(Totals().amounts))])

    def _ledger(self) -> Ledger:
        return Ledger((), *(self._polynomial(self.figures["ledger", field]) for field in range(4)))

    def _facts(self) -> Facts:
        """What every run relied on, and that the size is no smaller than the first that could be run at."""
        first, *others = (trace.facts for trace in self.traces)
        shared = facts_of(fact for fact in first.statements if all(fact in facts.statements for facts in others))
        if self.first > self.least and self.meaning is None:
            shared = record(self.unknown >= self.first, facts=shared)
        return shared

    def _polynomial(self, sequence: list[Any]) -> Any:
        """Newton's formula: the sum of the j-th differences times (x - first) choose j."""
        if all(entry is sequence[0] or same(entry, sequence[0]) for entry in sequence):
            return sequence[0]
        heads, rest = [], list(sequence)
        while rest and not all(same(entry, 0) for entry in rest):
            heads.append(rest[0])
            rest = _differences(rest)
        denominator = factorial(len(heads) - 1)
        numerator: Any = as_size(0)
        falling: Any = as_size(1)
        for order, head in enumerate(heads):
            numerator = numerator + head * (denominator // factorial(order)) * falling
            falling = falling * (self.unknown - self.first - order)
        common = gcd(denominator, *(coefficient for _, coefficient in numerator.form))
        formula = rewritten(numerator // common, order=self.order) // (denominator // common)
        return formula if self.meaning is None else substitute(formula, {str(self.unknown): self.meaning})
