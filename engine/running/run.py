"""One run of a listing: what its hooks see and do, and what is left of it when it is over.

A run is *symbolic* if one of its sizes is a Size. Then no array is filled, and the loops, lists, `range` and `len` of
the listing work on lengths that are not known. Otherwise everything is Python's and NumPy's own, watched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import exact
from engine.checkpointing.recording import LedgerWatcher
from engine.errors import CarriesState, EngineError
from engine.face import Face
from engine.layers import Module
from engine.running.arithmetic import Arithmetic
from engine.running.describing import described
from engine.running.instrument import BIND, DECIMAL, INNER
from engine.running.listing_face import ListingFace
from engine.running.loops import Loops
from engine.running.naming import ScalarNames
from engine.running.numpy_face import NumpyFace
from engine.running.observing import Observer
from engine.running.patience import Patience
from engine.running.program import Program
from engine.running.sizes_instrument import (
    ADD_UP,
    ARITHMETIC,
    ASSERT,
    COLLECT,
    CONVERT,
    LIST,
    LOOP,
    NEGATIVE,
    STATE,
    SWALLOWING,
    TRUTH,
)
from engine.running.trace import RESULT, Binding
from engine.scalar import Scalar
from engine.sizes import (
    NO_FACTS,
    Comparison,
    Facts,
    Size,
    UndecidedComparison,
    decide,
    factors_of,
    free_symbols,
    granted,
    is_positive,
    named,
    plainly_positive,
    record,
    size_max,
    size_min,
    united,
)
from engine.tensors.abstract import AbstractArray, AbstractNumber
from engine.tensors.counting import Counter
from engine.tensors.filling import AbstractFilling, CountingFilling, Filling, RealFilling
from engine.tensors.tensor import Tensor

__all__ = ["Run"]

_PLAIN = (
    range, len, list, min, max, enumerate, zip, tuple, dict, sum, abs, any, all, sorted, reversed, int, float, bool,
    str, isinstance, type, super, property, staticmethod, __build_class__, ValueError, AssertionError,
)  # fmt: skip
_BUILTINS: dict[str, Any] = {known.__name__: known for known in _PLAIN}


class Run:
    """The hooks of one run, and what they have seen."""

    def __init__(
        self,
        program: Program,
        sizes: Mapping[str, Any],
        pins: Mapping[Any, Any],
        *,
        counter: Counter | None = None,
        ledger: LedgerWatcher | None = None,
        patience: Patience | None = None,
        is_symbolic: bool = False,
        frees_as_it_goes: bool = False,
    ) -> None:
        self.program, self.sizes, self.pins, self.counter = program, sizes, pins, counter
        given = [size for size in (*sizes.values(), *pins.values()) if isinstance(size, Size)]
        self.patience, self.frees_as_it_goes = patience or Patience(), frees_as_it_goes
        self.is_symbolic = is_symbolic or bool(given)
        self.facts: Facts = NO_FACTS
        for size in given:
            self.facts = united(self.facts, size.facts)
        self.scalars = ScalarNames(pins)
        self.loops = Loops(self._positive, {name for size in given for name in free_symbols(size)} | set(sizes))
        self.bindings: list[Binding] = []
        self.observer = Observer(
            program.where,
            times=lambda: self.loops.times,
            check=self.loops.check_steady,
            assume=self.assume,
            state=self.loops.state,
            counter=counter,
            ledger=ledger,
        )
        self._relied_on: set[str] = set()
        self.printed: list[tuple[object, ...]] = []
        self.returned: Any = None
        self._counts: dict[tuple[str, str], int] = {}

    # What the listing knows.

    def namespace(self, face: Face) -> dict[str, Any]:
        """The names that a listing may use."""
        if self.program.is_about_scalars:  # they need little, and a class's papers run thousands of such listings
            builtins = {**_BUILTINS, "print": lambda *shown: self.printed.append(shown)}
            hooks = {BIND: self.bind, INNER: self.inner, DECIMAL: exact.literal}
            return {"__builtins__": builtins, "__name__": "listing", "ag": face, **hooks, **self.sizes}
        filling = self._filling()
        numpy = NumpyFace(filling, note=self.observer.note, assume=self.assume)
        rules = face.tensor_rules.watched_by(self.observer, frees_as_it_goes=self.frees_as_it_goes)
        watched = ListingFace(face.rules, rules, lambda: filling)
        builtins = {**_BUILTINS, "print": lambda *shown: self.printed.append(shown)}
        if self.is_symbolic:
            builtins.update(self._symbolic_builtins())
        known = {"ag": watched, "np": numpy, "csr_matrix": numpy.csr_matrix, "Module": Module, **self.sizes}
        hooks = self._hooks(Arithmetic(numpy, keeps_counting=self.counter is not None))
        return {"__builtins__": builtins, "__name__": "listing", **hooks, **known}

    def _filling(self) -> Filling:
        if self.is_symbolic:
            return AbstractFilling()
        return RealFilling() if self.counter is None else CountingFilling(self.counter)

    def _hooks(self, arithmetic: Arithmetic) -> dict[str, Any]:
        return {
            BIND: self.bind, INNER: self.inner, DECIMAL: exact.literal, LOOP: self.loop, ADD_UP: self.loops.add_up,
            COLLECT: self.loops.collect, LIST: self.loops.list_of if self.is_symbolic else list,
            ARITHMETIC: arithmetic, NEGATIVE: arithmetic.negative, CONVERT: arithmetic.convert,
            TRUTH: self.truth, ASSERT: self.assertion, STATE: self.state, SWALLOWING: self.swallowing,
        }  # fmt: skip

    def _symbolic_builtins(self) -> dict[str, Any]:
        loops = self.loops
        return {
            "range": loops.range, "len": loops.length, "list": lambda items=(): loops.list_of(items), "sum": loops.sum,
            "isinstance": _is_instance, "enumerate": loops.enumerate, "zip": loops.zip, "reversed": loops.reversed,
            "min": lambda *values: _extreme(min, size_min, values),
            "max": lambda *values: _extreme(max, size_max, values),
        }  # fmt: skip

    # The hooks.

    def bind(self, function: str, name: str, line: int, value: Any) -> Any:
        """A name was assigned: the value, or what the binding is pinned to."""
        nth = self._counts[function, name] = self._counts.get((function, name), 0) + 1
        if isinstance(value, Scalar):
            label = self.scalars.bind(name, nth, value)
            self.bindings.append(Binding(function, name, nth, line, label))
            return value
        value = self._pinned(function, name, nth, value)
        if isinstance(value, Tensor) and not value.label and name.isidentifier():
            value.label = name
        binding = described(Binding(function, name, nth, line, times=self.loops.times), value)
        if binding is not None:
            self.bindings.append(binding)
            if isinstance(value, Size):
                self.loops.check(value)
                value = named(value, name) if name.isidentifier() else value
        if name == RESULT:
            self.returned = value
        return value

    def _pinned(self, function: str, name: str, nth: int, value: Any) -> Any:
        """What a binding becomes: a size by its name where the listing itself assigns it, or by a pin."""
        if not function and nth == 1 and name in self.sizes:
            return self.sizes[name]
        pin = self.pins.get((function, name, nth), self.pins.get(name)) if self.pins else None
        if pin is None:
            return value
        if isinstance(value, Tensor | AbstractArray):
            if not isinstance(pin, tuple):
                raise EngineError(f"{name} is pinned to {pin!r}; a shape such as (n, d) was expected.")
            array = AbstractArray(pin, value.dtype)
            if not isinstance(value, Tensor):
                return array
            value.value = array
            return value
        return pin

    def inner(self, value: Any) -> Any:
        """An inner result."""
        if isinstance(value, Scalar):
            self.scalars.inner(value)
        return value

    def loop(self, number: int, names: str, is_made_here: bool, iterable: Any) -> Any:
        """What a `for` statement goes through; an iterator made before it is used up by the first round."""
        if not self.is_symbolic:
            return iterable
        if not is_made_here and hasattr(iterable, "__next__"):
            self.loops.state("going through an iterator")
        known = self.program.loops[number]
        return self.loops.loop(number, names, iterable, carried=known.carried)

    def swallowing(self, what: str) -> None:
        """A statement that may swallow an exception, ours too."""
        if self.is_symbolic:
            raise EngineError(f"{what} may swallow what cannot be followed; run the listing at plain sizes for that.")

    def truth(self, test: Any, is_round: bool) -> Any:
        """The test of a branch, or of a `while` loop's next round, decided by what the run has relied on so far."""
        if isinstance(test, Comparison):
            decided = decide(test.left, test.relation, test.right, facts=self._facts_about(test))
            if decided is None and is_round:
                rounds = test.right if free_symbols(test.right) else test.left
                raise CarriesState(rounds, f"whether there is another one depends on {test}")
            return bool(test) if decided is None else decided
        return test

    def assertion(self, test: Any) -> Any:
        """An `assert`: an inequality of sizes is what the run relies on from here."""
        if isinstance(test, Comparison):
            self.assume(test)
            return True
        return test

    def state(self, what: str, _line: int, value: Any = None) -> Any:
        """Something happens that a later round of a loop could notice; `value` is handed through."""
        self.loops.state(what)
        return value

    # Sizes.

    def assume(self, comparison: Comparison) -> Facts:
        """The facts with one more inequality; one about a round of a loop must be true of every round."""
        facts = self._facts_about(comparison)
        if facts is not self.facts:
            if decide(comparison.left, comparison.relation, comparison.right, facts=facts) is not True:
                raise UndecidedComparison(f"{comparison} depends on the round", comparison)
            return facts
        self.facts = record(comparison, facts=self.facts)
        self.patience.spend(len(self.facts.statements))
        return self.facts

    def _facts_about(self, comparison: Comparison) -> Facts:
        """What is known, of the open loops' indices too if the comparison is about them."""
        facts = self.facts
        if self.loops.open:
            for bound in self.loops.bounds(free_symbols(comparison.left) | free_symbols(comparison.right)):
                facts = granted(bound, facts=facts)
        return facts

    def _positive(self, rounds: Size) -> None:
        """A loop has at least one round: recorded factor by factor, each in the plainest words."""
        for factor in factors_of(rounds):
            comparison = None if is_positive(factor) else plainly_positive(factor)
            text = str(comparison)
            if comparison is not None and text not in self._relied_on:
                self._relied_on.add(text)
                self.assume(comparison)


def _is_instance(value: Any, kinds: Any) -> bool:
    """`isinstance`, for which a size is an int."""
    like = 0 if isinstance(value, Size) else 0.0 if isinstance(value, AbstractNumber) else value
    return isinstance(like, kinds)


def _extreme(plain: Callable[..., Any], of_sizes: Callable[..., Size], values: tuple[Any, ...]) -> Any:
    """min or max, of arguments or of the entries of one."""
    entries = tuple(values[0]) if len(values) == 1 else values
    return of_sizes(*entries) if any(isinstance(entry, Size) for entry in entries) else plain(entries)
