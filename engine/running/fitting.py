"""Formulas for a loop that cannot be followed as a whole: it is run at plain numbers of rounds, and they are fitted.

One size becomes a number, the others stay symbols, so that every figure of the trace is a sequence of sizes. It is a
polynomial in that one size if its differences of some order vanish: degree + 1 runs give it, and three more confirm it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import factorial
from typing import Any, Final, TypeAlias

from engine.errors import CarriesState, EngineError, ListingError
from engine.running.trace import Binding, Place, Totals, Trace
from engine.sizes import Facts, Size, as_size, at_number, free_symbols, name_of, rewritten, same, substitute, symbol

__all__ = ["fitted"]

MAX_DEGREE: Final = 6
CONFIRMED_BY: Final = 3
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
            runs = _runs(name, is_pinned, again, sizes, pins)
            unknown = symbol(name)
            meaning = state.rounds if is_pinned else None
            return _Fit(runs, unknown, meaning, [*map(str, sizes)]).trace(name)
        except _NoPolynomial as reason:
            reasons.append(str(reason))
    why = "; ".join(reasons) or "its rounds depend on nothing that could be a plain number"
    raise ListingError(f"{state}. Nor can its formulas be fitted: {why}.") from state


class _NoPolynomial(EngineError):
    """A size was tried, and its figures are no polynomial."""


def _candidates(rounds: Size, sizes: Names) -> Iterator[tuple[str, bool]]:
    """The names whose number may be made plain, and whether that is done by pinning what the listing assigns to it."""
    name = name_of(rounds)
    if name and name not in free_symbols(rounds):
        yield name, True
    order = list(sizes)
    yield from ((free, False) for free in sorted(free_symbols(rounds), key=lambda free: (free not in order, free)))


def _runs(name: str, is_pinned: bool, again: Again, sizes: Names, pins: Names) -> dict[int, Trace]:
    """Traces at consecutive numbers, as many as are needed until every figure's differences vanish."""
    runs: dict[int, Trace] = {}
    number = 1
    while True:
        trace = _run_at(number, name, is_pinned, again, sizes, pins)
        if trace is not None:
            runs[number] = trace
            if len(runs) > CONFIRMED_BY and _degree(runs) is not None:
                return runs
        if trace is None and (runs or number >= MAX_FIRST):
            raise _NoPolynomial(f"{name} has too few numbers that the assumptions allow")
        if len(runs) > MAX_DEGREE + CONFIRMED_BY:
            raise _NoPolynomial(f"what is computed is no polynomial in {name} of degree {MAX_DEGREE} or less")
        number += 1


def _run_at(number: int, name: str, is_pinned: bool, again: Again, sizes: Names, pins: Names) -> Trace | None:
    """The trace at one number; None where an assumption rules it out, or leaves another size too few numbers."""
    if is_pinned:
        return again(sizes, {**pins, name: number})
    there = [{key: at_number(value, name, number) for key, value in table.items()} for table in (sizes, pins)]
    if any(value is None for table in there for value in table.values()):
        return None
    try:
        return again(*there)
    except ListingError as error:
        if isinstance(error.__cause__, CarriesState):
            return None
        raise


def _degree(runs: Mapping[int, Trace]) -> int | None:
    """The least degree that every figure's sequence keeps, the last runs confirming it; None if they are too few."""
    sequences = list(_figures(list(runs.values())).values())
    highest = len(runs) - 1 - CONFIRMED_BY
    for degree in range(highest + 1):
        if all(_vanishes(sequence, degree + 1) for sequence in sequences):
            return degree
    return None


def _differences(sequence: Sequence[Any]) -> list[Any]:
    return [after - before for before, after in pairwise(sequence)]


def _vanishes(sequence: Sequence[Any], order: int) -> bool:
    for _ in range(order):
        sequence = _differences(sequence)
    return all(same(entry, 0) for entry in sequence)


def _figures(traces: Sequence[Trace]) -> dict[Any, list[Any]]:
    """Every number or size in the traces, by what it is, in the order of the traces."""
    figures: dict[Any, list[Any]] = {}
    bindings = [_by_place(trace) for trace in traces]
    for key in bindings[0]:
        found = [table.get(key) for table in bindings]
        if all(found) and len({len(binding.shape) for binding in found if binding}) == 1:
            for field, entries in zip(_FIELDS, zip(*(_sizes_of(b) for b in found if b), strict=True), strict=False):
                figures[key, field] = list(entries)
    for place in {place: None for trace in traces for place in trace.totals}:
        amounts = [trace.totals.get(place, Totals()).amounts for trace in traces]
        for field, entries in enumerate(zip(*amounts, strict=True)):
            figures[place, field] = list(entries)
    return figures


# A binding's figures: three amounts of bytes and rounds, its size if it has one, and its shape.
_FIELDS: Final = range(64)


def _sizes_of(binding: Binding) -> tuple[Any, ...]:
    size = 0 if binding.size is None else binding.size
    return (binding.value_bytes, binding.gradient_bytes, binding.times, size, *binding.shape)


def _by_place(trace: Trace) -> dict[Any, Binding]:
    table: dict[Any, Binding] = {(found.function, found.name, found.nth): found for found in trace.bindings}
    return table if trace.result is None else {**table, "result": trace.result}


class _Fit:
    """Polynomials through the figures of several runs."""

    def __init__(self, runs: Mapping[int, Trace], unknown: Size, meaning: Size | None, order: list[str]) -> None:
        self.traces = list(runs.values())
        self.first = min(runs)
        self.unknown, self.meaning, self.order = unknown, meaning, order
        self.figures = _figures(self.traces)

    def trace(self, name: str) -> Trace:
        """The trace with the fitted formulas."""
        start = self.traces[0]
        bindings = [self._binding(found, key) for key, found in _by_place(start).items() if (key, 0) in self.figures]
        result = next((found for found in bindings if start.result and found[0] == "result"), None)
        places = {place: None for trace in self.traces for place in trace.totals}
        return Trace(
            source=start.source,
            graph=start.graph,
            names={},
            values={},
            gradients={},
            bindings=tuple(found for key, found in bindings if key != "result"),
            printed=(),
            output=None,
            call=start.call,
            result=result[1] if result else None,
            facts=self._facts(),
            fitted=(name, *start.fitted),
            fitted_totals={place: self._totals(place) for place in places},
        )

    def _binding(self, found: Binding, key: Any) -> tuple[Any, Binding]:
        values = [self._polynomial(self.figures[key, field]) for field in range(4 + len(found.shape))]
        value_bytes, gradient_bytes, times, size, *shape = values
        return key, found._replace(
            value_bytes=value_bytes,
            gradient_bytes=gradient_bytes,
            times=times,
            size=None if found.size is None else size,
            shape=tuple(shape),
        )

    def _totals(self, place: Place) -> Totals:
        return Totals.of([self._polynomial(self.figures[place, field]) for field in range(len(Totals().amounts))])

    def _facts(self) -> Facts:
        """What every run relied on."""
        shared = self.traces[0].facts
        statements = tuple(
            fact for fact in shared.statements if all(fact in trace.facts.statements for trace in self.traces)
        )
        return Facts(statements, shared.known, shared.solved)

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
        formula = rewritten(numerator // denominator, order=self.order)
        return formula if self.meaning is None else substitute(formula, {str(self.unknown): self.meaning})
