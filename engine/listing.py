"""`run_listing`: execute a printed listing and keep what it did; the only place where a listing is executed.

Hooks put into the listing serve several ends: a node gets its label (the first name it is assigned to), the trace gets
its names, a binding can be pinned to another value, and where sizes are not known, loops and tests can be followed all
the same. In a listing about Scalars numbers with a point are read as the printed decimals, so that `0.1` is one tenth.

A listing's names are restricted for fidelity, not for security: bank code is trusted like a conftest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

from engine.checkpointing.ledger import Ledger
from engine.checkpointing.recording import LedgerOptions, LedgerWatcher
from engine.errors import CarriesState, ListingError
from engine.face import STANDARD_FACE, Face, face
from engine.graph import Graph
from engine.operations import WITHOUT_VALUES
from engine.running.fitting import fitted
from engine.running.patience import Patience
from engine.running.program import (
    CALL_FILE,
    LISTING_FILE,
    Program,
    Rewritten,
    makes_scalars,
    rewritten_call,
    rewritten_listing,
)
from engine.running.run import Run
from engine.running.trace import RESULT, Binding, Structure, Trace
from engine.sizes import Comparison, UndecidedComparison, free_symbols
from engine.snapshot import Snapshot
from engine.tensors.counting import Counter

__all__ = ["Binding", "Structure", "Trace", "read_structure", "run_listing"]


def run_listing(
    source: str,
    call: str = "",
    sizes: Mapping[str, Any] | None = None,
    *,
    pins: Mapping[Any, Any] | None = None,
    face: Face = STANDARD_FACE,
    counter: Counter | None = None,
    ledger: LedgerOptions | None = None,
) -> Trace:
    """Execute `source`, then `call`, with `ag` bound to `face`, and return the trace.

    `call` is one or several statements that use what the listing defines; the last one is an expression. `sizes` are
    names that both may use, each a whole number or a Size; one that the listing itself assigns to is replaced. If any
    is a Size the run is symbolic: arrays have shapes and no entries, and a loop that cannot be followed as a whole is
    run at plain numbers of rounds, to which the formulas are fitted (`Trace.fitted` says so). `pins` maps a name, a
    Scalar's label or (function, name, nth) to what that binding takes instead of the computed value: a number, a size,
    or for a tensor a shape. With a `counter` arrays hold numbers that count what is done to them;
    with a `ledger` every allocation is recorded.
    Inner results without a name are called n1, n2, ... in the order in which the run creates them.
    Raises: ListingError with the line, for code that can't be parsed, run or followed.
    """
    run = _Request(source, call, face, counter, ledger, Patience())
    return run(dict(sizes or {}), dict(pins or {}))


class _Request(NamedTuple):
    """A listing to be run, once or at several numbers."""

    source: str
    call: str
    face: Face
    counter: Counter | None
    ledger: LedgerOptions | None
    patience: Patience
    is_symbolic: bool = False

    def __call__(self, sizes: dict[Any, Any], pins: dict[Any, Any]) -> Trace:
        program, options = _compiled(self.source, self.call), self.ledger
        ledger = LedgerWatcher(discard_after_use=options.discard_after_use) if options else None
        self.patience.spend()
        run = Run(
            program,
            sizes,
            pins,
            counter=self.counter,
            ledger=ledger,
            patience=self.patience,
            is_symbolic=self.is_symbolic,
            frees_as_it_goes=options is not None and options.frees_as_it_goes,
        )
        try:
            _execute(run, self.face)
        except CarriesState as state:
            literals = [int(number) for number in re.findall(r"\b\d{1,6}\b", self.source + " " + self.call)]
            again = self._replace(is_symbolic=True).__call__
            return fitted(state, again, sizes, pins, bindings=run.bindings, literals=literals)
        kept = None
        if ledger is not None and options is not None:
            kept = ledger.ledger(count_leaves=options.count_leaves, leave_out=options.leave_out)
        return _trace(run, self.source, self.call, kept)


def _trace(run: Run, source: str, call: str, ledger: Ledger | None) -> Trace:
    shown = _snapshot(run)
    bindings = run.bindings
    last = next((found for found in reversed(bindings) if found.name == RESULT), None) if call else None
    return Trace(
        source=source,
        graph=shown.graph,
        names={**{label: label for label in shown.graph.labels}, **run.scalars.names_of(shown.graph)},
        values=shown.values,
        gradients=shown.gradients,
        bindings=tuple(found for found in bindings if found.name != RESULT) if call else tuple(bindings),
        printed=tuple(run.printed),
        output=run.scalars.output,
        call=call,
        given=last,
        returned=run.returned,
        facts=run.facts,
        recorded=ledger,
        computations=tuple(run.observer.computations),
    )


def _snapshot(run: Run) -> Snapshot:
    is_about_arrays = run.observer.computations or run.sizes or run.returned is not None
    if run.scalars.output is None and (is_about_arrays or any(found.kind != "size" for found in run.bindings)):
        return Snapshot(Graph(()), {}, {})
    return run.scalars.snapshot()


def read_structure(source: str) -> Structure:
    """Execute `source` without computing a single number, for whoever may see the graph but no answer.

    Raises: ListingError as `run_listing` does.
    """
    run = Run(_compiled(source, ""), {}, {})
    _execute(run, face(WITHOUT_VALUES))
    graph = run.scalars.snapshot().graph
    return Structure(graph, run.scalars.names_of(graph))


def _execute(run: Run, face: Face) -> None:
    namespace = run.namespace(face)
    try:
        for code in run.program.codes:
            exec(code, namespace)  # bank code, see the head of this file
    except CarriesState as cause:
        raise cause.at(_place(cause)) from cause
    except Exception as cause:
        raise _refusal(cause, run) from cause


def _refusal(cause: Exception, run: Run) -> ListingError:
    """What to say of an error; a branch on a loop's index means that the loop's rounds differ."""
    if isinstance(cause, UndecidedComparison) and isinstance(cause.comparison, Comparison):
        asked = free_symbols(cause.comparison.left) | free_symbols(cause.comparison.right)
        rounds = run.loops.rounds_behind(asked)
        if rounds is not None:
            return CarriesState(rounds, f"a branch depends on the round: {cause.comparison}").at(_place(cause))
    return ListingError(f"{_place(cause)}: {str(cause) or type(cause).__name__}")


@lru_cache(maxsize=512)  # a pure function: the text arm, the answer arm and every pinned run share one compilation
def _compiled(source: str, call: str) -> Program:
    try:
        listing, code = _compiled_listing(source)
        if not call:
            return Program((code,), listing.loops, listing.where, makes_scalars(source))
        called = rewritten_call(call, source, len(listing.loops))
        codes = (code, compile(called.tree, CALL_FILE, "exec"))
        places = {**listing.where, **called.where}
        return Program(codes, listing.loops + called.loops, places, is_about_scalars=False)
    except SyntaxError as cause:
        where = "the call, line" if cause.filename == CALL_FILE else "line"
        raise ListingError(f"{where} {cause.lineno or 1}: this is no Python: {cause.msg}") from cause
    except (ValueError, RecursionError, MemoryError) as cause:  # NUL; nested parentheses
        raise ListingError(f"line 1: this can't be read as Python: {cause}") from cause


@lru_cache(maxsize=256)  # apart from its calls: one listing is called with many numbers
def _compiled_listing(source: str) -> tuple[Rewritten, CodeType]:
    listing = rewritten_listing(source)
    return listing, compile(listing.tree, LISTING_FILE, "exec")


def _place(error: BaseException) -> str:
    """The innermost line of the listing that an exception passed through; of the call if it never reached it."""
    lines, frame = {LISTING_FILE: 0, CALL_FILE: 0}, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename in lines:
            lines[frame.tb_frame.f_code.co_filename] = frame.tb_lineno
        frame = frame.tb_next
    is_in_call = not lines[LISTING_FILE] and lines[CALL_FILE]
    return f"the call, line {lines[CALL_FILE]}" if is_in_call else f"line {lines[LISTING_FILE]}"
