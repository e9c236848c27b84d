"""Formulas for a loop that cannot be followed as a whole: it is run at plain numbers of rounds, and they are fitted.

One size becomes a number, the others stay symbols, so that every figure of the trace is a sequence of sizes. It is a
polynomial in that one size if its differences of some order vanish: degree + 1 runs give it, three more confirm it, and
one far away shows that nothing else happens only later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from engine.checkpointing.ledger import Ledger
from engine.errors import CarriesState, EngineError, ListingError
from engine.running.figures import N_LEDGER_FIGURES, N_OWN_FIGURES, bindings_of, by_place, totals_of
from engine.running.fitted_facts import fitted_facts
from engine.running.polynomials import CONFIRMED_BY, foretold, is_polynomial, polynomial
from engine.running.trace import Binding, Place, Totals, Trace
from engine.sizes import (
    NO_FACTS,
    Comparison,
    Facts,
    Size,
    SizeError,
    at_number,
    free_symbols,
    named_part,
    names_of,
    plainly_not_negative,
    record,
    same,
    substitute,
    symbol,
    symbol_in,
    united,
)

__all__ = ["fitted"]

MAX_DEGREE: Final = 6
# The far run: beyond what exam listings single out by number.
FAR: Final = 16
# Larger numbers in a text are widths and sizes rather than thresholds, and as many rounds would take too long.
MAX_LITERAL: Final = 50
# Where the first rounds to be tried lie: a limit on the others (checkpoints <= layers) may rule out small ones.
MAX_FIRST: Final = 24

Names: TypeAlias = dict[Any, Any]
Again: TypeAlias = Callable[[Names, Names], Trace]


class Knob(NamedTuple):
    """A size that is made a plain number: a symbol, or what the listing binds to a name at some places."""

    name: str
    symbol: Size
    least: int
    meaning: Size | None = None  # what the name stands for, where bindings are pinned
    places: tuple[tuple[str, str, int], ...] = ()


def fitted(
    state: CarriesState,
    again: Again,
    sizes: Names,
    pins: Names,
    *,
    bindings: Sequence[Binding] = (),
    literals: Sequence[int] = (),
) -> Trace:
    """The trace of a listing whose loop raised `state`; `again` runs it with other sizes and pins.

    `bindings` are those that there were by then; beyond the `literals` of the text nothing else should happen.
    Raises: ListingError where no size can be fitted.
    """
    reasons = []
    for knob in _knobs(state.rounds, sizes, bindings):
        try:
            runs = _runs(knob, again, sizes, pins, _far_steps(literals))
            return _Fit(runs, knob, [*map(str, sizes)]).trace(sizes)
        except (_NoPolynomial, SizeError) as reason:
            reasons.append(str(reason))
    why = "; ".join(reasons) or "its rounds depend on nothing that could be a plain number"
    raise ListingError(f"{state}. Nor can its formulas be fitted: {why}.") from state


class _NoPolynomial(EngineError):
    """A size was tried, and its figures are no polynomial."""


def _far_steps(literals: Sequence[int]) -> list[int]:
    """How far from the first run the far ones are: past what listings single out by number, and past the text's."""
    largest = max((literal for literal in literals if literal <= MAX_LITERAL), default=0)
    return sorted({FAR, *((largest + 2, 2 * largest + 3) if largest > FAR // 2 else ())})


def _knobs(rounds: Size, sizes: Names, bindings: Sequence[Binding]) -> Iterator[Knob]:
    """What may be made plain, the names that the listing gives to the rounds first."""
    free = free_symbols(rounds)
    for name in names_of(rounds):
        meaning = named_part(rounds, name)
        bound = [found for found in bindings if found.name == name and found.kind == "size"]
        places = tuple((found.function, name, found.nth) for found in bound if same(found.size, meaning))
        if name not in free and places:
            yield Knob(name, symbol(name), 1, meaning, places)
    order = list(sizes)
    for name in sorted(free, key=lambda name: (name not in order, name)):
        yield Knob(name, *symbol_in(rounds, name))


def _runs(knob: Knob, again: Again, sizes: Names, pins: Names, far_steps: Sequence[int]) -> dict[int, Trace]:
    """Traces at consecutive numbers, as many as it takes to fit every figure, or all but those of some bindings."""
    runs: dict[int, Trace] = {}
    number = knob.least
    while True:
        trace = _run_at(number, knob, again, sizes, pins, is_first=not runs)
        if trace is None and (runs or number >= MAX_FIRST):
            raise _NoPolynomial(f"{knob.name} has too few numbers that the assumptions allow")
        number += 1
        if trace is None:
            continue
        runs[number - 1] = trace
        traces = list(runs.values())
        is_last = len(runs) > MAX_DEGREE + CONFIRMED_BY
        if _are_fitted(totals_of(traces)) and (is_last or _are_fitted(bindings_of(traces))):
            for steps in far_steps:
                far = min(runs) + steps
                _confirm(runs, far, _run_at(far, knob, again, sizes, pins, is_first=False), knob.name)
            return runs
        if is_last:
            raise _NoPolynomial(f"what is computed is no polynomial in {knob.name} of degree {MAX_DEGREE} or less")


def _run_at(number: int, knob: Knob, again: Again, sizes: Names, pins: Names, *, is_first: bool) -> Trace | None:
    """The trace at one number; None where an assumption rules it out, or leaves another size too few numbers.

    Small numbers that the listing itself cannot run at (an entry that is not there) are no first ones either.
    """
    there = [sizes, {**pins, **dict.fromkeys(knob.places, number)}]
    if not knob.places:
        there = [{key: at_number(value, knob.name, number) for key, value in table.items()} for table in (sizes, pins)]
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
    return all(map(is_polynomial, figures.values()))


def _confirm(runs: Mapping[int, Trace], far: int, trace: Trace | None, name: str) -> None:
    """Raises _NoPolynomial where a run at a far number differs from what the runs so far foretell."""
    if trace is None:  # an assumption rules that number out
        return
    traces = [*runs.values(), trace]
    sequences = [*totals_of(traces).values(), *bindings_of(traces).values()]
    for *sequence, last in sequences:
        if is_polynomial(sequence) and not same(foretold(sequence, far - min(runs)), last):
            raise _NoPolynomial(f"what is computed follows one formula for small {name} and another at {far}")


class _Fit:
    """Polynomials through the figures of several runs."""

    def __init__(self, runs: Mapping[int, Trace], knob: Knob, order: list[str]) -> None:
        self.traces = list(runs.values())
        self.first, self.least, self.name = min(runs), knob.least, knob.name
        self.unknown, self.meaning, self.order = knob.symbol, knob.meaning, order
        fitted_bindings = {key: row for key, row in bindings_of(self.traces).items() if is_polynomial(row)}
        self.figures = {**fitted_bindings, **totals_of(self.traces)}

    def trace(self, sizes: Names) -> Trace:
        """The trace with the fitted formulas."""
        start = self.traces[0]
        bindings = self._bindings(by_place(start))
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
            given=self._binding(start.given, "result") if start.given and ("result", 0) in self.figures else None,
            facts=self._facts(sizes),
            fitted=(self.name, *start.fitted),
            recorded=self._ledger() if start.recorded else None,
            fitted_totals={place: self._totals(place) for place in places},
        )

    def _bindings(self, table: Mapping[Any, Binding]) -> list[Binding]:
        """Those that fit; of one line the first ones, so that it stays known which of them they are.

        A number that a loop binds more often in a longer run is left out: the first rounds' is not what it becomes.
        """
        counts = [Counter(key[:2] for key in by_place(trace)) for trace in self.traces]
        bindings: list[Binding] = []
        ended: set[Any] = set()
        for key, found in table.items():
            grows = found.kind == "size" and len({count[key[:2]] for count in counts}) > 1
            if key[:3] not in ended and not grows and self._has(key, found):
                bindings.append(self._binding(found, key))
            else:
                ended.add(key[:3])
        return bindings

    def _has(self, key: Any, found: Binding) -> bool:
        return all((key, field) in self.figures for field in range(N_OWN_FIGURES + len(found.shape)))

    def _binding(self, found: Binding, key: Any) -> Binding:
        values = [self._polynomial(self.figures[key, field]) for field in range(N_OWN_FIGURES + len(found.shape))]
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
        return Ledger((), *(self._polynomial(self.figures["ledger", field]) for field in range(N_LEDGER_FIGURES)))

    def _facts(self, sizes: Names) -> Facts:
        """What was declared, what the runs relied on, and that the size is no smaller than the first that they had."""
        facts = NO_FACTS
        for size in sizes.values():
            if isinstance(size, Size):
                facts = united(facts, size.facts)
        recorded = [
            [fact for fact in trace.facts.statements if fact.origin == "recorded"] for trace in self.traces
        ]
        try:
            relied_on = fitted_facts(recorded, self.unknown, self.first)
        except SizeError as error:
            raise _NoPolynomial(str(error)) from error
        for comparison in relied_on:
            left, right = self._meant(comparison.left), self._meant(comparison.right)
            facts = record(Comparison(left, comparison.relation, right), facts=facts)
        if self.first > self.least and self.meaning is None:
            facts = record(self.unknown >= self.first, facts=facts)
        if self.meaning is not None:
            facts = record(plainly_not_negative(self.meaning - self.first), facts=facts)
        return facts

    def _polynomial(self, sequence: list[Any]) -> Any:
        return self._meant(polynomial(sequence, self.unknown, self.first, order=self.order))

    def _meant(self, formula: Any) -> Any:
        """A formula in the rounds as one in what they are."""
        if self.meaning is None or not isinstance(formula, Size):
            return formula
        return substitute(formula, {str(self.unknown): self.meaning})
