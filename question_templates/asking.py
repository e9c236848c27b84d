"""What a field asks of a run: `x.grad`, `backward`, `P.bytes`, `result.shape[1]`, `memory.peak`, `solver.radius(b)`.

`postorder`, `graph`, `backward` give the run itself, for an order, a graph, a trace; `x.grad` and `z5.value` a
Scalar's number. `P.shape`, `P.shape[0]`, `P.bytes`, `P.gradient_bytes` and `P.numbers` are of the array bound to `P`;
`result` is what the call gives. `P.multiply_adds`, `P.elementwise` and `P.flops` are of the line that binds `P`;
`f()` in place of `P` is a function, `total` the call. `Hout` is a whole number of the listing, by its name.
`memory.held_after_forward`, `memory.peak_forward`, `memory.peak_backward`, `memory.peak` and `memory.recomputed` are
of the ledger. `solver.name` and `solver.name(a, b)` are what that function of the family's solver.py returns, given
the lab and the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import engine as ag
from engine.running.trace import CALL, Binding, Totals
from question_templates.bank_code import load
from question_templates.errors import BrokenFamily, QuestionError
from question_templates.family import Family
from question_templates.lab import Lab

__all__ = ["subject_of", "value_of"]

_WHOLE_RUN = ("postorder", "graph", "backward")
_SOLVER = re.compile(r"solver\.(?P<name>[a-z_][a-z0-9_]*)(\((?P<words>[^()]*)\))?\Z")
_PART = re.compile(r"(?P<subject>[\w.]+(?:\(\))?)\.(?P<part>[a-z_]+)(?:\[(?P<axis>\d+)\])?\Z")

_OF_BINDING: Mapping[str, Callable[[Binding], Any]] = MappingProxyType(
    {
        "shape": lambda binding: tuple(binding.shape),
        "bytes": lambda binding: binding.value_bytes,
        "gradient_bytes": lambda binding: binding.gradient_bytes,
        "numbers": lambda binding: _product(binding.shape),
    }
)
_OF_TOTALS: Mapping[str, Callable[[Totals], Any]] = MappingProxyType(
    {
        "multiply_adds": lambda totals: totals.multiply_adds,
        "elementwise": lambda totals: totals.elementwise,
        "flops": lambda totals: 2 * totals.multiply_adds,
        "value_bytes": lambda totals: totals.value_bytes,
    }
)
_OF_MEMORY: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "held_after_forward": lambda ledger: ledger.held_after_forward,
        "peak_forward": lambda ledger: ledger.peak_forward,
        "peak_backward": lambda ledger: ledger.peak_backward,
        "peak": lambda ledger: ledger.peak,
        "recomputed": lambda ledger: ledger.recomputed_operations,
    }
)


def value_of(asks: str, lab: Lab, family: Family | None) -> Any:
    """What the lab's run gives for `asks`, see the table above.

    Raises: QuestionError for words that ask nothing known; EngineError for names that the run does not have.
    """
    if asks in _WHOLE_RUN:
        return lab.run
    solver = _SOLVER.match(asks)
    if solver:
        words = [word.strip() for word in (solver["words"] or "").split(",") if word.strip()]
        return _solved(solver["name"], words, lab, family)
    part = _PART.match(asks)
    if part is None:
        return _whole_number(asks, lab.run)
    subject, name = part["subject"], part["part"]
    if name in ("grad", "value"):
        return lab.run.look_up(asks)
    value = _part(subject, name, lab.run)
    return value if part["axis"] is None else _axis(value, int(part["axis"]), asks)


def _whole_number(name: str, run: ag.Trace) -> Any:
    found = run.binding(name)
    if found.size is None:
        raise QuestionError(f"asks: {name}: this is no whole number but a {found.kind}; ask for {name}.bytes, say.")
    return found.size


def _axis(value: Any, axis: int, asks: str) -> Any:
    if not isinstance(value, tuple) or axis >= len(value):
        has = f"there are axes 0 to {len(value) - 1}" if isinstance(value, tuple) else "only a shape has axes"
        raise QuestionError(f"asks: {asks}: there is no axis {axis}; {has}.")
    return value[axis]


def _part(subject: str, name: str, run: ag.Trace) -> Any:
    if subject == "memory" and name in _OF_MEMORY:
        return _OF_MEMORY[name](run.ledger)
    if name in _OF_TOTALS:
        return _OF_TOTALS[name](_totals(subject, run))
    if name in _OF_BINDING:
        return _OF_BINDING[name](run.result if subject == "result" else run.binding(subject))
    known = ", ".join([*_OF_BINDING, *_OF_TOTALS, "grad", "value", *(f"memory.{part}" for part in _OF_MEMORY)])
    raise QuestionError(f"asks: {subject}.{name}: there is no {name!r} to ask for; there are {known}.")


def _totals(subject: str, run: ag.Trace) -> Totals:
    if subject == "total":
        return run.of_function(CALL)
    if subject.endswith("()"):
        function = subject.removesuffix("()")
        if not any(place.function == function for place in run.totals):
            known = ", ".join(sorted({f"{place.function}()" for place in run.totals if place.function != CALL}))
            raise QuestionError(f"asks: {subject}: no such function worked on arrays; there are {known or 'none'}.")
        return run.of_function(function)
    return run.of_line(run.binding(subject).line)


def _product(shape: tuple[Any, ...]) -> Any:
    product: Any = 1
    for size in shape:
        product = product * size
    return product


def _solved(name: str, words: list[str], lab: Lab, family: Family | None) -> Any:
    if family is None:
        raise QuestionError(f"asks: solver.{name}: the family {lab.variant.family!r} with its solver is not at hand.")
    module = load(family.solver, f"{family.id}/solver.py")
    function = getattr(module, name, None)
    if not callable(function):
        raise QuestionError(f"{family.id}/family.yaml: asks: solver.{name}: solver.py has no function {name!r}.")
    try:
        return function(lab, *words)
    except (QuestionError, ag.EngineError):
        raise
    except Exception as cause:  # whatever an author's function raises is the author's mistake
        raise BrokenFamily(f"{family.id}/solver.py: {name}: {type(cause).__name__}: {cause}") from cause


def subject_of(asks: str) -> str:
    """The name whose quantity is asked, which may stand on the left of an equals sign; empty for a solver's."""
    part = _PART.match(asks)
    if asks.startswith("solver.") or part is None:
        return "" if asks.startswith("solver.") or asks in _WHOLE_RUN else asks
    if part["part"] in ("grad", "value"):
        return asks
    return part["subject"] if part["subject"].isidentifier() and part["axis"] is None else ""
